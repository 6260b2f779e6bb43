/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/ids_text.h - ids as text, one a line.
 */
#ifndef WRMF_TEXT_IDS_TEXT_H
#define WRMF_TEXT_IDS_TEXT_H

#include "data/ids.h"
#include "io/input.h"
#include "io/output.h"

wrmf_status wrmf_i_ids_read(wrmf_context *context, wrmf_input *input, wrmf_ids_kind kind,
                            wrmf_ids **out, wrmf_error *err);
wrmf_status wrmf_i_ids_write(const wrmf_ids *ids, wrmf_output *output, wrmf_error *err);

#endif /* WRMF_TEXT_IDS_TEXT_H */
