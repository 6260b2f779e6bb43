/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/csr.h"

#include <xxhash.h>

#include "data/row_order.h"

wrmf_status wrmf_i_matrix_view(wrmf_context *context, int64_t rows, int64_t columns,
                               const int64_t *offsets, const int32_t *indices, const double *values,
                               const wrmf_matrix *base, wrmf_matrix **out, wrmf_error *err)
{
    wrmf_matrix *const matrix = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *matrix);
    if (!matrix)
        return wrmf_i_fail_memory(err, "a matrix");
    atomic_init(&matrix->references, 1);
    atomic_init(&matrix->transpose, NULL);
    atomic_init(&matrix->row_order, NULL);
    matrix->context = wrmf_i_context_hold(context);
    matrix->rows = rows;
    matrix->columns = columns;
    matrix->offsets = offsets;
    matrix->indices = indices;
    matrix->values = values;
    if (base)
        matrix->base = wrmf_i_matrix_hold(base);
    *out = matrix;
    return WRMF_OK;
}

wrmf_status wrmf_i_matrix_adopt(wrmf_context *context, int64_t rows, int64_t columns,
                                int64_t *offsets, int32_t *indices, double *values,
                                wrmf_matrix **out, wrmf_error *err)
{
    WRMF_I_TRY(
        wrmf_i_matrix_view(context, rows, columns, offsets, indices, values, NULL, out, err));
    (*out)->owns_offsets = (*out)->owns_entries = true;
    return WRMF_OK;
}

wrmf_matrix *wrmf_i_matrix_hold(const wrmf_matrix *matrix)
{
    wrmf_matrix *const held =
        (wrmf_matrix *)(uintptr_t)matrix; /* only the count of references changes */
    atomic_fetch_add_explicit(&held->references, 1, memory_order_relaxed);
    return held;
}

void wrmf_i_matrix_free_arrays(const wrmf_i_allocator *allocator, int64_t rows, int64_t entries,
                               const int64_t *offsets, const int32_t *indices, const double *values)
{
    wrmf_i_free(allocator, (void *)(uintptr_t)offsets, (size_t)rows + 1, sizeof *offsets);
    wrmf_i_free(allocator, (void *)(uintptr_t)indices, (size_t)entries, sizeof *indices);
    wrmf_i_free(allocator, (void *)(uintptr_t)values, (size_t)entries, sizeof *values);
}

void wrmf_i_matrix_release(wrmf_matrix *matrix)
{
    if (!matrix || atomic_fetch_sub_explicit(&matrix->references, 1, memory_order_acq_rel) != 1)
        return;
    wrmf_context *const context = matrix->context;
    const wrmf_release_fn release = matrix->release;
    void *const self = matrix->release_self;
    const int64_t entries = wrmf_i_matrix_entries(matrix); /* before what they lie in may go */
    wrmf_i_matrix_release(atomic_load(&matrix->transpose));
    wrmf_i_row_order_free(&context->allocator, atomic_load(&matrix->row_order));
    wrmf_i_matrix_release(matrix->base);
    wrmf_i_matrix_free_arrays(&context->allocator, matrix->rows, entries,
                              matrix->owns_offsets ? matrix->offsets : NULL,
                              matrix->owns_entries ? matrix->indices : NULL,
                              matrix->owns_entries ? matrix->values : NULL);
    wrmf_i_free(&context->allocator, matrix, 1, sizeof *matrix);
    wrmf_i_context_release(context);
    if (release)
        release(self); /* last: the host may then take away all that the matrix used */
}

static void release(void *matrix)
{
    wrmf_i_matrix_release(matrix);
}

void wrmf_i_matrix_keep(wrmf_i_call *call, const wrmf_matrix *matrix)
{
    wrmf_i_call_keep(call, wrmf_i_matrix_hold(matrix), release);
}

bool wrmf_i_all_ones(int64_t entries, const double *values)
{
    for (int64_t i = 0; values && i < entries; i++)
        if (values[i] != 1.0)
            return false;
    return true;
}

void wrmf_i_drop_ones(const wrmf_i_allocator *allocator, int64_t entries, double **values)
{
    if (!wrmf_i_all_ones(entries, *values))
        return;
    wrmf_i_free(allocator, *values, (size_t)entries, sizeof **values);
    *values = NULL;
}

uint64_t wrmf_i_matrix_hash(const wrmf_matrix *matrix)
{
    const size_t entries = (size_t)wrmf_i_matrix_entries(matrix);
    const int64_t head[3] = {matrix->rows, matrix->columns, matrix->values != NULL};
    uint64_t hash = XXH3_64bits(head, sizeof head);
    hash = XXH3_64bits_withSeed(matrix->offsets, ((size_t)matrix->rows + 1) * 8, hash);
    if (entries > 0)
        hash = XXH3_64bits_withSeed(matrix->indices, entries * 4, hash);
    if (matrix->values && entries > 0)
        hash = XXH3_64bits_withSeed(matrix->values, entries * 8, hash);
    return hash;
}
