/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/rank.h - the best rows of a table for each of a block of queries: shared by
 * recommendations, similar rows and the evaluator. rank_tmpl.c does it for floats
 * and for doubles.
 */
#ifndef WRMF_RANK_RANK_H
#define WRMF_RANK_RANK_H

#include "data/csr.h"
#include "linalg/screen_kernels.h"
#include "model/model.h"
#include "rank/topk.h"

/** Queries ranked together. */
enum { WRMF_I_RANK_BLOCK = WRMF_I_SCREEN_QUERIES };

typedef struct wrmf_i_screen wrmf_i_screen;

/** A table of factor rows to rank, and its rows made ready for it. */
typedef struct wrmf_i_table {
    const void *rows;
    int bits;
    int64_t n, stride, factors;
    bool unit;                   /* each row divided by its length; a zero row stays zero */
    void *panels;                /* packed, or NULL: a panel is packed when it is needed */
    const wrmf_i_screen *screen; /* for exact pruning, or NULL; rank/screen.h */
} wrmf_i_table;

static inline wrmf_i_table wrmf_i_table_of(const wrmf_model *model, wrmf_side side, bool unit)
{
    const wrmf_i_table table = {model->data[side],
                                model->bits,
                                model->rows[side],
                                model->stride,
                                model->factors,
                                unit,
                                NULL,
                                NULL};
    return table;
}

/** Bytes that the panels of a table take, or WRMF_I_TOO_MANY_BYTES (base/carve.h). */
size_t wrmf_i_table_panel_bytes(const wrmf_i_table *table);
/** Fill memory with the table's panels, in parallel, and set table->panels to it. */
wrmf_status wrmf_i_table_pack(wrmf_context *context, wrmf_i_table *table, void *memory,
                              wrmf_error *err);

/** What one query wants. */
typedef struct wrmf_i_query {
    int64_t row;             /* of the queries' table */
    const int32_t *left_out; /* rows not to rank, ascending */
    int64_t n_left_out;
    wrmf_i_top top; /* gets the best, sorted */
} wrmf_i_query;

/** Shown every score of a query, a panel at a time, left out or not. */
typedef void (*wrmf_i_see_fn)(void *self, int64_t query, int64_t first, const double *scores,
                              int64_t n);

/** Bytes of scratch of wrmf_i_rank(). */
size_t wrmf_i_rank_scratch(const wrmf_i_table *table);

/** Rank for n <= WRMF_I_RANK_BLOCK queries whose rows are in `asking`, a table of
 *  the same bits, factors and unit. see may be NULL; then the table's screen, if it has one,
 *  spares the scores of most rows. On one thread. */
void wrmf_i_rank(wrmf_i_cpu cpu, const wrmf_i_table *asking, const wrmf_i_table *table,
                 wrmf_i_query *queries, int64_t n, void *scratch, wrmf_i_see_fn see, void *self);

/** One score of rows that are not unit, the same bits as in a list. */
double wrmf_i_score(wrmf_i_cpu cpu, const wrmf_i_table *asking, int64_t row,
                    const wrmf_i_table *table, int64_t other);
/** Scores of one row of `asking` for some rows of the table, the same bits; scratch
 *  as for wrmf_i_rank(). */
void wrmf_i_scores(wrmf_i_cpu cpu, const wrmf_i_table *asking, int64_t row,
                   const wrmf_i_table *table, const int32_t *others, int64_t n, double *scores,
                   void *scratch);

#endif /* WRMF_RANK_RANK_H */
