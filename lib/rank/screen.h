/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/screen.h - a table made ready for exact pruning: the k best rows of each query are found
 * without scoring all rows.
 *
 * Rows are sorted by length, longest first, and cut into panels. A query is done when |x||y| of
 * the rows that are left cannot reach its k-th best score. Before that, products of rounded
 * coordinates, with a bound of what rounding lost (linalg/screen_kernels.h), select the few rows
 * of a panel that may reach it, and only those are scored. A score has the same bits as in a full
 * scan, and no row that could be in a list is passed over, so lists are the same, too.
 */
#ifndef WRMF_RANK_SCREEN_H
#define WRMF_RANK_SCREEN_H

#include "linalg/screen_kernels.h"
#include "rank/rank.h"

struct wrmf_i_screen {
    const wrmf_i_screen_kernels *kernels;
    int64_t panels;
    int64_t words;               /* 32-bit words of a rounded row */
    int32_t *order;              /* of each place, longest row first: the row */
    int32_t *place;              /* of each row: its place */
    wrmf_i_screen_panel *bounds; /* of each panel; its length bounds all later panels, too */
    double *lengths;             /* of each row: an upper bound of its length */
    const void *rows;            /* the rows as they are ranked: the table's or unit rows */
    int64_t stride;              /* numbers between the beginnings of two of these rows */
    void *unit;                  /* n x factors, where unit rows are ranked */
    int32_t *buckets;            /* scratch of sorting */
    int32_t *packed;             /* panels x words x PANEL: the rounded rows */
};

/** Bytes of memory of a table's screen, or WRMF_I_TOO_MANY_BYTES (base/carve.h). */
size_t wrmf_i_screen_bytes(const wrmf_i_table *table);
/** Make the screen of a table in `memory` (aligned as wrmf_i_alloc() does it), in parallel, and
 *  set table->screen to it. table->screen is NULL afterwards where a row is longer than
 *  WRMF_I_SCREEN_LONGEST. The rows must stay as they are while the screen is used. */
wrmf_status wrmf_i_screen_make(wrmf_context *context, wrmf_i_table *table, wrmf_i_screen *screen,
                               void *memory, wrmf_error *err);

#endif /* WRMF_RANK_SCREEN_H */
