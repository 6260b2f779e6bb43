/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/csr.h - what a wrmf_matrix is: compressed sparse rows, immutable, with counted references.
 */
#ifndef WRMF_DATA_CSR_H
#define WRMF_DATA_CSR_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "par/context.h"
#include "wrmf/matrix.h"

struct wrmf_matrix {
    atomic_long references;
    wrmf_context *context; /* held: the allocator */
    int64_t rows, columns;
    const int64_t *offsets; /* rows + 1: row r has the entries offsets[r] .. offsets[r + 1] - 1 */
    const int32_t *indices; /* columns of the entries, strictly ascending in a row */
    const double *values;   /* counts of the entries, below 0 of dislikes, never 0; NULL if all 1 */
    bool owns_offsets;      /* these are freed with the matrix */
    bool owns_entries;      /* so are indices and values */
    wrmf_release_fn release; /* the host's, called with release_self when all is freed; or NULL */
    void *release_self;
    /* A hash of the ids of the rows, and of the columns; 0: not known. */
    uint64_t ids_hash[2];
    /* The transpose, made on demand by whichever thread is first, and released with the matrix. It
     * owns its arrays and does not hold the matrix; NULL until it is asked for. */
    _Atomic(wrmf_matrix *) transpose;
    /* The order of the rows, made on demand likewise; data/row_order.h. */
    _Atomic(struct wrmf_i_row_order *) row_order;
    /* Where this is a transpose that a caller was given: the matrix whose `transpose` it is a view
     * of, held. Else NULL. */
    wrmf_matrix *base;
};

/** The number of entries. */
static inline int64_t wrmf_i_matrix_entries(const wrmf_matrix *matrix)
{
    return matrix->offsets[matrix->rows];
}

/** Where an index stands in an ascending list of n, from 0, or -1. */
static inline int64_t wrmf_i_find_index(const int32_t *list, int64_t n, int64_t index)
{
    int64_t low = 0, high = n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (list[middle] < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && list[low] == index ? low : -1;
}

/** Make a matrix that owns the three arrays, which came from the context's allocator with rows + 1,
 *  offsets[rows] and offsets[rows] elements and are well formed; values may be NULL. On a failure
 *  they stay the caller's. */
wrmf_status wrmf_i_matrix_adopt(wrmf_context *context, int64_t rows, int64_t columns,
                                int64_t *offsets, int32_t *indices, double *values,
                                wrmf_matrix **out, wrmf_error *err);
/** Free arrays that were made for wrmf_i_matrix_adopt(). Each may be NULL. */
void wrmf_i_matrix_free_arrays(const wrmf_i_allocator *allocator, int64_t rows, int64_t entries,
                               const int64_t *offsets, const int32_t *indices,
                               const double *values);
/** Make a matrix of arrays that it does not own and that outlive it. It holds base, which may be
 *  NULL. */
wrmf_status wrmf_i_matrix_view(wrmf_context *context, int64_t rows, int64_t columns,
                               const int64_t *offsets, const int32_t *indices, const double *values,
                               const wrmf_matrix *base, wrmf_matrix **out, wrmf_error *err);
/** Hold a matrix that is to outlive the caller's handle. Thread-safe. */
wrmf_matrix *wrmf_i_matrix_hold(const wrmf_matrix *matrix);
/** Give up a hold. NULL is allowed. */
void wrmf_i_matrix_release(wrmf_matrix *matrix);
/** Hold a matrix until a call ends. */
void wrmf_i_matrix_keep(wrmf_i_call *call, const wrmf_matrix *matrix);
/** The transpose that all share, made if there is none yet; borrowed from the matrix.
 *  Thread-safe. context is that of a call which has it alone: its workers do it, and its progress
 *  is looked after. NULL: the calling thread does it. */
wrmf_status wrmf_i_matrix_transposed(wrmf_context *context, const wrmf_matrix *matrix,
                                     const wrmf_matrix **out, wrmf_error *err);
/** Whether all counts are 1, as they are where values is NULL. */
bool wrmf_i_all_ones(int64_t entries, const double *values);
/** If all counts are 1, free their array and make the pointer NULL: a matrix without values is
 *  smaller, and faster to use. */
void wrmf_i_drop_ones(const wrmf_i_allocator *allocator, int64_t entries, double **values);

/** A hash (XXH3) of shape, pairs and counts, the same on all machines of one byte order. */
uint64_t wrmf_i_matrix_hash(const wrmf_matrix *matrix);

#endif /* WRMF_DATA_CSR_H */
