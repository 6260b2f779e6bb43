/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/ids.h - what the layers above need of wrmf_ids beyond its public calls.
 */
#ifndef WRMF_DATA_IDS_H
#define WRMF_DATA_IDS_H

#include "par/context.h"
#include "wrmf/ids.h"

/** A copy with another context's allocator. */
wrmf_status wrmf_i_ids_copy(wrmf_context *context, const wrmf_ids *ids, wrmf_ids **out,
                            wrmf_error *err);

#endif /* WRMF_DATA_IDS_H */
