/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/csr.h - what a wrmf_matrix is. Immutable; counted references.
 */
#ifndef WRMF_DATA_CSR_H
#define WRMF_DATA_CSR_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "par/context.h"
#include "wrmf/types.h"

struct wrmf_matrix {
    atomic_long references;
    wrmf_context *context; /* held: the allocator */
    int64_t rows, columns;
    const int64_t *offsets; /* rows + 1 */
    const int32_t *indices; /* offsets[rows] columns, strictly ascending in a row */
    const double *values;   /* counts > 0, or NULL if all are 1 */
    bool owned;             /* the three arrays are ours to free */
    /* The transpose, made on demand by whichever thread comes first; ours to
     * release. It does not hold its matrix: it owns its arrays. */
    _Atomic(wrmf_matrix *) transpose;
    /* What a public transpose holds: it is a view of base->transpose. */
    wrmf_matrix *base;
};

static inline int64_t wrmf_i_matrix_entries(const wrmf_matrix *matrix)
{
    return matrix->offsets[matrix->rows];
}

/** The place of an index in an ascending list, or -1. */
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

/** A matrix that takes the three arrays, which came from the context's allocator
 *  with (rows + 1), entries and entries elements; values may be NULL. They are
 *  known to be well formed. On failure they stay the caller's. */
wrmf_status wrmf_i_matrix_adopt(wrmf_context *context, int64_t rows, int64_t columns,
                                int64_t *offsets, int32_t *indices, double *values,
                                wrmf_matrix **out, wrmf_error *err);
/** Give back arrays that were made for wrmf_i_matrix_adopt(). */
void wrmf_i_matrix_free_arrays(const wrmf_i_allocator *allocator, int64_t rows, int64_t entries,
                               const int64_t *offsets, const int32_t *indices,
                               const double *values);
/** A matrix over arrays that are not its own; base is held if it is not NULL. */
wrmf_status wrmf_i_matrix_view(wrmf_context *context, int64_t rows, int64_t columns,
                               const int64_t *offsets, const int32_t *indices, const double *values,
                               const wrmf_matrix *base, wrmf_matrix **out, wrmf_error *err);
/** Hold a matrix that is to outlive the caller's handle. Thread-safe. */
wrmf_matrix *wrmf_i_matrix_hold(const wrmf_matrix *matrix);
/** Give up a hold. NULL is allowed. */
void wrmf_i_matrix_release(wrmf_matrix *matrix);
/** The shared transpose, made if needed; borrowed from the matrix. */
wrmf_status wrmf_i_matrix_transposed(const wrmf_matrix *matrix, const wrmf_matrix **out,
                                     wrmf_error *err);
/** A hash of shape, pairs and counts (XXH3), the same on every machine of one
 *  byte order. */
uint64_t wrmf_i_matrix_hash(const wrmf_matrix *matrix);

#endif /* WRMF_DATA_CSR_H */
