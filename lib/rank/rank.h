/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/rank.h - the best rows of one side for each of a block of rows of another: shared by
 * recommendations, similar rows and the evaluator. rank_tmpl.c does it for floats and for doubles.
 */
#ifndef WRMF_RANK_RANK_H
#define WRMF_RANK_RANK_H

#include "data/csr.h"
#include "linalg/screen_kernels.h"
#include "model/model.h"
#include "par/progress.h"
#include "rank/filter.h"

/** Queries that are ranked together, at most. */
enum { WRMF_I_RANK_BLOCK = WRMF_I_SCREEN_QUERIES };

typedef struct wrmf_i_screen wrmf_i_screen;
typedef struct wrmf_i_sieve wrmf_i_sieve;

/** Vectors that are longer are scanned in full: bounds of screens and sieves could overflow. */
#define WRMF_I_SCREEN_LONGEST 1e100

/** A side's rows, and what was made of them to rank them faster. */
typedef struct wrmf_i_table {
    wrmf_i_factors rows;
    int64_t dropped;             /* columns at the end of a row that count as 0: those of biases,
                                    where rows of one side are compared. Of ranked rows it is enough
                                    that those that ask have 0 there */
    bool unit;                   /* each row is divided by its length; a zero row stays zero */
    const double *unit_scales;   /* where unit: what each row is multiplied by for that, or NULL */
    const void *panels;          /* all rows, packed; NULL: a panel is packed when it is needed */
    const wrmf_i_screen *screen; /* for exact pruning, or NULL; rank/screen.h */
    const wrmf_i_sieve *sieve;   /* for single queries, or NULL; rank/sieve.h */
} wrmf_i_table;

/** The rows of a side as they are. */
static inline wrmf_i_table wrmf_i_table_of(const wrmf_model *model, wrmf_side side, bool unit)
{
    return (wrmf_i_table){.rows = wrmf_i_model_rows(model, side),
                          .unit = unit,
                          .dropped = unit ? wrmf_i_model_bias_columns(model) : 0};
}

/** Whose rows ask for lists, and whose are ranked: of equal bits, factors and unit. */
typedef struct wrmf_i_ranking {
    wrmf_i_cpu cpu;
    wrmf_i_table asking, ranked;
    const wrmf_context *caller; /* whose call may ask wrmf_i_rank() to stop, or NULL; borrowed */
} wrmf_i_ranking;

/** Whether the call that ranks is to stop: asked every few panels of a long block, so that neither
 *  many rows nor long lists delay it. */
static inline bool wrmf_i_rank_should_stop(const wrmf_i_ranking *ranking)
{
    return ranking->caller && wrmf_i_should_stop(ranking->caller);
}

/** Bytes that the panels of a table take, or WRMF_I_TOO_MANY_BYTES (base/carve.h). */
size_t wrmf_i_table_panel_bytes(const wrmf_i_table *table);
/** Fill `memory` with the table's panels, in parallel, and set table->panels to it. */
wrmf_status wrmf_i_table_pack(wrmf_context *context, wrmf_i_table *table, void *memory,
                              wrmf_error *err);

/** One asking row, its filter, and its list. */
typedef struct wrmf_i_row_query {
    int64_t row; /* of the asking table */
    wrmf_i_filter filter;
    wrmf_i_top top; /* the list: its k is set, its entries come sorted, best first */
} wrmf_i_row_query;

/** Called with every score of a query, a panel at a time in the order of rows: scores of rows
 *  first .. first + n - 1, those that are left out too. */
typedef struct wrmf_i_on_scores {
    void (*call)(void *self, int64_t query, int64_t first, const double *scores, int64_t n);
    void *self;
} wrmf_i_on_scores;

/** Bytes of scratch of the functions below, for a table of this many bits and factors, or
 *  WRMF_I_TOO_MANY_BYTES. */
size_t wrmf_i_rank_scratch(const wrmf_i_table *table);

/** Make the lists of n <= WRMF_I_RANK_BLOCK queries, on the calling thread. All have chosen rows or
 *  none has. on_scores may be NULL; then the ranked table's screen, if it has one, or its sieve, if
 *  n is 1, spares the scores of most rows. Lists are the same with and without. With chosen rows
 *  on_scores is NULL. False if the call that this is for is to stop: lists are not
 *  finished then. */
bool wrmf_i_rank(const wrmf_i_ranking *ranking, wrmf_i_row_query *queries, int64_t n,
                 const wrmf_i_on_scores *on_scores, void *scratch);

/** The score of one pair of rows, the same bits as in a list; not of unit rows. */
double wrmf_i_score(const wrmf_i_ranking *ranking, int64_t row, int64_t other);
/** Where numbers go: one of the two is NULL. */
typedef struct wrmf_i_numbers {
    float *float32;
    double *float64;
} wrmf_i_numbers;

/** The scores of n pairs, of rows[i] and others[i], the same bits as in a list; not of unit rows.
 *  Nothing is allocated. */
void wrmf_i_score_pairs(const wrmf_i_ranking *ranking, const int64_t *rows, const int64_t *others,
                        int64_t n, wrmf_i_numbers to);

/** Asking rows by ranked rows. */
typedef struct wrmf_i_score_block {
    const int64_t *rows; /* NULL: 0 .. n_rows - 1 */
    int64_t n_rows;
    const int64_t *others; /* NULL: 0 .. n_others - 1 */
    int64_t n_others;
    wrmf_i_numbers to; /* n_rows x n_others, row by row */
} wrmf_i_score_block;

/** The scores of each asking row with each of the others, as above. */
void wrmf_i_score_all(const wrmf_i_ranking *ranking, const wrmf_i_score_block *block);

/** The scores of one asking row for n ranked rows, the same bits as in a list. */
void wrmf_i_scores(const wrmf_i_ranking *ranking, int64_t row, const int32_t *others, int64_t n,
                   double *scores, void *scratch);

#endif /* WRMF_RANK_RANK_H */
