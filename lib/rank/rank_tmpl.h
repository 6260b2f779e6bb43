/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/rank_tmpl.h - what rank_tmpl.c gives for each precision; rank.c chooses.
 */
#ifndef WRMF_RANK_RANK_TMPL_H
#define WRMF_RANK_RANK_TMPL_H

#include "rank/rank.h"

#define WRMF_I_RANK_TEMPLATE(SUFFIX)                                                               \
    size_t wrmf_i_rank_scratch_##SUFFIX(int64_t factors);                                          \
    int64_t wrmf_i_panel_count_##SUFFIX(int64_t n);                                                \
    void wrmf_i_pack_panels_##SUFFIX(wrmf_i_cpu cpu, const wrmf_i_table *table, int64_t first,     \
                                     int64_t last, void *panels);                                  \
    void wrmf_i_rank_##SUFFIX(wrmf_i_cpu cpu, const wrmf_i_table *asking,                          \
                              const wrmf_i_table *table, wrmf_i_query *queries, int64_t n,         \
                              void *scratch, wrmf_i_see_fn see, void *self);                       \
    void wrmf_i_scores_##SUFFIX(wrmf_i_cpu cpu, const wrmf_i_table *asking, int64_t row,           \
                                const wrmf_i_table *table, const int32_t *others, int64_t n,       \
                                double *scores, void *scratch);

WRMF_I_RANK_TEMPLATE(f32)
WRMF_I_RANK_TEMPLATE(f64)

#endif /* WRMF_RANK_RANK_TMPL_H */
