/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/rank_tmpl.h - what rank_tmpl.c gives for each precision; rank.c chooses.
 */
#ifndef WRMF_RANK_RANK_TMPL_H
#define WRMF_RANK_RANK_TMPL_H

#include "linalg/score_kernels.h"
#include "rank/rank.h"

/** Rows and queries that are longer are not screened: products stay numbers. */
#define WRMF_I_SCREEN_LONGEST 1e100

#define WRMF_I_RANK_TEMPLATE(REAL, SUFFIX)                                                         \
    /* rank_tmpl.c */                                                                              \
    size_t wrmf_i_rank_scratch_##SUFFIX(int64_t factors);                                          \
    int64_t wrmf_i_panel_count_##SUFFIX(int64_t n);                                                \
    void wrmf_i_pack_panels_##SUFFIX(wrmf_i_cpu cpu, const wrmf_i_table *table, int64_t first,     \
                                     int64_t last, void *panels);                                  \
    void wrmf_i_rank_##SUFFIX(wrmf_i_cpu cpu, const wrmf_i_table *asking,                          \
                              const wrmf_i_table *table, wrmf_i_query *queries, int64_t n,         \
                              void *scratch, wrmf_i_see_fn see, void *self);                       \
    void wrmf_i_scores_##SUFFIX(wrmf_i_cpu cpu, const wrmf_i_table *asking, int64_t row,           \
                                const wrmf_i_table *table, const int32_t *others, int64_t n,       \
                                double *scores, void *scratch);                                    \
    /** A row as it is ranked: as it is, or divided by its length. */                              \
    void wrmf_i_copy_row_##SUFFIX(const wrmf_i_table *table, int64_t row, REAL *to);               \
    /** A cosine rounded beyond 1 is 1, and ties with others that are. */                          \
    static inline REAL wrmf_i_cosine_##SUFFIX(REAL score)                                          \
    {                                                                                              \
        return score > 1 ? 1 : score < -1 ? -1 : score;                                            \
    }                                                                                              \
    /* screen_tmpl.c: lengths of rows first .. last-1; panels of them; and ranking, which is       \
     * false, with nothing done, where a query's numbers are too large for bounds */               \
    void wrmf_i_screen_measure_##SUFFIX(const wrmf_i_table *table, wrmf_i_screen *screen,          \
                                        int64_t first, int64_t last);                              \
    void wrmf_i_screen_pack_##SUFFIX(const wrmf_i_table *table, wrmf_i_screen *screen,             \
                                     int64_t first, int64_t last);                                 \
    size_t wrmf_i_screen_scratch_##SUFFIX(int64_t factors);                                        \
    bool wrmf_i_rank_screened_##SUFFIX(const wrmf_i_score_kernels_##SUFFIX *kernels,               \
                                       const wrmf_i_table *asking, const wrmf_i_table *table,      \
                                       wrmf_i_query *queries, int64_t n, void *scratch);

WRMF_I_RANK_TEMPLATE(float, f32)
WRMF_I_RANK_TEMPLATE(double, f64)

#endif /* WRMF_RANK_RANK_TMPL_H */
