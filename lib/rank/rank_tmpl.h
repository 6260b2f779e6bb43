/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/rank_tmpl.h - what the templates of this folder give for each precision.
 */
#ifndef WRMF_RANK_RANK_TMPL_H
#define WRMF_RANK_RANK_TMPL_H

#include "linalg/score_kernels.h"
#include "rank/rank.h"

/** What depends on the precision, for the files that are compiled once. */
typedef struct wrmf_i_rank_functions {
    int64_t panel_rows;
    size_t (*scratch)(int64_t factors);
    /** Pack panels first .. last - 1 to their places in `panels`. */
    void (*pack_panels)(wrmf_i_cpu cpu, const wrmf_i_table *table, int64_t first, int64_t last,
                        void *panels);
    void (*rank)(const wrmf_i_ranking *ranking, wrmf_i_row_query *queries, int64_t n,
                 const wrmf_i_on_scores *on_scores, void *scratch);
    double (*score)(const wrmf_i_ranking *ranking, int64_t row, int64_t other);
    void (*scores)(const wrmf_i_ranking *ranking, int64_t row, const int32_t *others, int64_t n,
                   double *scores, void *scratch);
    void (*score_pairs)(const wrmf_i_ranking *ranking, const int64_t *rows, const int64_t *others,
                        int64_t n, wrmf_i_numbers to);
    void (*score_block)(const wrmf_i_ranking *ranking, const wrmf_i_score_block *block);
    /** lengths[i] gets an upper bound of that of row i, first .. last - 1, as it is ranked. */
    void (*measure)(const wrmf_i_table *table, int64_t first, int64_t last, double *lengths);
    /** Round the rows of panels first .. last - 1 of a sieve. */
    void (*sieve_pack)(const wrmf_i_table *table, wrmf_i_sieve *sieve, const double *lengths,
                       int64_t first, int64_t last);
    /** Lengths of rows first .. last - 1, and their unit rows where those are ranked. */
    void (*screen_measure)(const wrmf_i_table *table, wrmf_i_screen *screen, int64_t first,
                           int64_t last);
    /** Round the rows of panels first .. last - 1. */
    void (*screen_pack)(const wrmf_i_table *table, wrmf_i_screen *screen, int64_t first,
                        int64_t last);
} wrmf_i_rank_functions;

extern const wrmf_i_rank_functions wrmf_i_rank_functions_f32, wrmf_i_rank_functions_f64;

static inline const wrmf_i_rank_functions *wrmf_i_rank_functions_of(const wrmf_i_table *table)
{
    return table->rows.bits == 32 ? &wrmf_i_rank_functions_f32 : &wrmf_i_rank_functions_f64;
}

/** What the two templates share. */
#define WRMF_I_RANK_TEMPLATE(REAL, SUFFIX)                                                         \
    /** A row as it is ranked: as it is, or divided by its length. In ranked_row_tmpl.c */         \
    void wrmf_i_copy_row_##SUFFIX(const wrmf_i_table *table, int64_t row, REAL *to);               \
    /** A cosine rounded beyond 1 is 1, and ties with others that are. */                          \
    static inline REAL wrmf_i_cosine_##SUFFIX(REAL score)                                          \
    {                                                                                              \
        return score > 1 ? 1 : score < -1 ? -1 : score;                                            \
    }                                                                                              \
    /* pairs_tmpl.c */                                                                             \
    void wrmf_i_score_pairs_##SUFFIX(const wrmf_i_ranking *ranking, const int64_t *rows,           \
                                     const int64_t *others, int64_t n, wrmf_i_numbers to);         \
    void wrmf_i_score_block_##SUFFIX(const wrmf_i_ranking *ranking,                                \
                                     const wrmf_i_score_block *block);                             \
    /* screen_tmpl.c */                                                                            \
    void wrmf_i_screen_measure_##SUFFIX(const wrmf_i_table *table, wrmf_i_screen *screen,          \
                                        int64_t first, int64_t last);                              \
    void wrmf_i_screen_pack_##SUFFIX(const wrmf_i_table *table, wrmf_i_screen *screen,             \
                                     int64_t first, int64_t last);                                 \
    size_t wrmf_i_screen_scratch_##SUFFIX(int64_t factors);                                        \
    /** wrmf_i_rank() with the screen. Returns false, with nothing done, where a query's numbers   \
     *  are so large that bounds could overflow. */                                                \
    bool wrmf_i_rank_screened_##SUFFIX(const wrmf_i_ranking *ranking, wrmf_i_row_query *queries,   \
                                       int64_t n, void *scratch);                                  \
    /* sieve_tmpl.c */                                                                             \
    void wrmf_i_measure_##SUFFIX(const wrmf_i_table *table, int64_t first, int64_t last,           \
                                 double *lengths);                                                 \
    void wrmf_i_sieve_pack_##SUFFIX(const wrmf_i_table *table, wrmf_i_sieve *sieve,                \
                                    const double *lengths, int64_t first, int64_t last);           \
    size_t wrmf_i_sieve_scratch_##SUFFIX(int64_t factors);                                         \
    /** wrmf_i_rank() of one query with the sieve. Returns false, with nothing done, where its     \
     *  numbers or the rows' are so large that bounds could overflow. */                           \
    bool wrmf_i_rank_sieved_##SUFFIX(const wrmf_i_ranking *ranking, wrmf_i_row_query *query,       \
                                     void *scratch);                                               \
    /* chosen_tmpl.c */                                                                            \
    size_t wrmf_i_chosen_scratch_##SUFFIX(int64_t factors);                                        \
    /** wrmf_i_rank() of one query whose filter has chosen rows. */                                \
    void wrmf_i_rank_chosen_##SUFFIX(const wrmf_i_ranking *ranking, wrmf_i_row_query *query,       \
                                     void *scratch);

WRMF_I_RANK_TEMPLATE(float, f32)
WRMF_I_RANK_TEMPLATE(double, f64)

#endif /* WRMF_RANK_RANK_TMPL_H */
