/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * als/plan.h - in which order, and in which chunks, the rows of a side are solved.
 */
#ifndef WRMF_ALS_PLAN_H
#define WRMF_ALS_PLAN_H

#include "data/row_order.h"

/** Rows by falling number of entries, cut into chunks of about equal cost. It
 *  depends on the matrix and the length of the factors alone. */
typedef struct wrmf_i_plan {
    const int32_t *order; /* the matrix's: rows, longest first; equals by index */
    double cost;          /* estimated, of all rows, in units of one entry's tenth */
    int64_t n_long; /* the first n_long rows of order: each solved by all workers, in no chunk */
    size_t chunks;
    int64_t *bounds; /* chunk i is order[bounds[i]] .. order[bounds[i + 1] - 1]: chunks + 1 */
    int64_t longest; /* entries of the longest row in a chunk */
    int64_t longest_of_all; /* entries of the longest row */
} wrmf_i_plan;

/** Borrows the matrix. */
wrmf_status wrmf_i_plan_create(const wrmf_i_allocator *allocator, const wrmf_matrix *matrix,
                               int64_t factors, wrmf_i_plan *plan, wrmf_error *err);
/** Bytes that a plan holds. */
size_t wrmf_i_plan_bytes(void);
void wrmf_i_plan_free(const wrmf_i_allocator *allocator, wrmf_i_plan *plan);

#endif /* WRMF_ALS_PLAN_H */
