/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/row_order.h - the rows of a matrix by falling number of entries.
 */
#ifndef WRMF_DATA_ROW_ORDER_H
#define WRMF_DATA_ROW_ORDER_H

#include "data/csr.h"

/** Rows of the same number of entries, one after the other in an order. */
typedef struct wrmf_i_row_run {
    int64_t entries; /* of each of the rows */
    int64_t end;     /* the place behind the last of them */
} wrmf_i_row_run;

typedef struct wrmf_i_row_order {
    int64_t n;
    int32_t *rows; /* n: longest first; equals by index */
    int64_t n_runs;
    wrmf_i_row_run *runs; /* by falling number of entries; the last one ends at n */
} wrmf_i_row_order;

/** The order of a matrix, made when it is first asked for and kept with it. Thread-safe. */
wrmf_status wrmf_i_matrix_row_order(const wrmf_matrix *matrix, const wrmf_i_row_order **out,
                                    wrmf_error *err);
/** Free an order that came from the allocator. NULL is allowed. */
void wrmf_i_row_order_free(const wrmf_i_allocator *allocator, wrmf_i_row_order *order);

#endif /* WRMF_DATA_ROW_ORDER_H */
