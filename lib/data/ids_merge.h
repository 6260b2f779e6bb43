/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/ids_merge.h - two lists of ids: one that has those of both, and which is where. The ids may
 * be of different kinds: an integer is its decimal text. Arguments are known to be valid.
 */
#ifndef WRMF_DATA_IDS_MERGE_H
#define WRMF_DATA_IDS_MERGE_H

#include "data/ids.h"

/** Make ids, of the kind of `ids`: its own, and behind them those of `more` that are new. An id
 *  that both have keeps its name, and is given that of `more` if it has none. indices, or NULL,
 *  gets where each of `more` is. WRMF_E_FORMAT where `ids` are integers and a text of `more` is
 *  not one as it is printed. */
wrmf_status wrmf_i_ids_merge(wrmf_context *context, const wrmf_ids *ids, const wrmf_ids *more,
                             int64_t *indices, wrmf_ids **out, wrmf_error *err);

/** indices gets, for each of `wanted`, where it is among ids, or -1. Returns how many are there. */
int64_t wrmf_i_ids_match(const wrmf_ids *ids, const wrmf_ids *wanted, int64_t *indices);

#endif /* WRMF_DATA_IDS_MERGE_H */
