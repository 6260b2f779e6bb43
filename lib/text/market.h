/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/market.h - Matrix Market files of coordinates.
 */
#ifndef WRMF_TEXT_MARKET_H
#define WRMF_TEXT_MARKET_H

#include "data/csr.h"
#include "io/input.h"
#include "io/output.h"

/** merged may be NULL. */
wrmf_status wrmf_i_market_read(wrmf_context *context, wrmf_input *input, wrmf_duplicates duplicates,
                               int64_t *merged, wrmf_matrix **out, wrmf_error *err);
wrmf_status wrmf_i_market_write(const wrmf_matrix *matrix, wrmf_output *output, wrmf_error *err);

#endif /* WRMF_TEXT_MARKET_H */
