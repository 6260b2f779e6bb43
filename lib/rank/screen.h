/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/screen.h - a table made ready for exact pruning: the k best rows of each query
 * without scoring all rows.
 *
 * Rows go longest first, in panels. A query is done when |x||y| of what is left cannot reach
 * its k-th best score; before that, products of rounded coordinates with a bound of
 * what rounding lost (linalg/screen_kernels.h) pass the few rows that may reach it, and only
 * those are scored. A score is the same bits as in a full scan, and nothing that could be in
 * a list is passed over, so lists are the same, too.
 */
#ifndef WRMF_RANK_SCREEN_H
#define WRMF_RANK_SCREEN_H

#include "linalg/screen_kernels.h"
#include "rank/rank.h"

struct wrmf_i_screen {
    const wrmf_i_screen_kernels *kernels;
    int64_t panels, words;       /* words of a rounded row */
    int32_t *order;              /* the row at each place */
    int32_t *place;              /* of each row */
    wrmf_i_screen_panel *bounds; /* of each panel; lengths are of all that follow, too */
    double *lengths;             /* of each row, or a little more */
    const void *rows;            /* as they are ranked */
    int64_t stride;
    void *unit;       /* n x factors where rows are divided by their length */
    int32_t *buckets; /* for sorting */
    int32_t *packed;  /* panels x words x PANEL */
};

/** Bytes of memory that make() wants, or WRMF_I_TOO_MANY_BYTES (base/carve.h). */
size_t wrmf_i_screen_bytes(const wrmf_i_table *table);
/** Make the screen of a table in `memory` (aligned as wrmf_i_alloc() does), in
 *  parallel, and set table->screen to it. It is left NULL where the table's numbers are
 *  too large for bounds. The rows must stay as they are while it is used. */
wrmf_status wrmf_i_screen_make(wrmf_context *context, wrmf_i_table *table, wrmf_i_screen *screen,
                               void *memory, wrmf_error *err);

#endif /* WRMF_RANK_SCREEN_H */
