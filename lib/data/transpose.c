/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "data/csr.h"
#include "data/key_sort.h"
#include "par/progress.h"

/* After so many entries or more a loop looks whether it is to stop. */
enum { POLL = 1 << 18 };

static bool should_stop(const wrmf_context *context)
{
    return context && wrmf_i_should_stop(context);
}

/* A stable counting sort of the entries by column, so that the rows of a column are ascending.
 * False if the call that the context works for is to stop. */
static bool fill(const wrmf_context *context, const wrmf_matrix *matrix, int64_t *offsets,
                 int32_t *indices, double *values)
{
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    memset(offsets, 0, ((size_t)matrix->columns + 1) * sizeof *offsets);
    for (int64_t i = 0; i < entries; i++) {
        if (i % POLL == 0 && should_stop(context))
            return false;
        offsets[matrix->indices[i]]++;
    }
    int64_t end = 0;
    for (int64_t column = 0; column < matrix->columns; column++) {
        end += offsets[column];
        offsets[column] = end;
    }
    offsets[matrix->columns] = end;
    int64_t looked = entries; /* where it was looked last */
    for (int64_t row = matrix->rows - 1; row >= 0; row--) {
        if (looked - matrix->offsets[row] >= POLL) {
            looked = matrix->offsets[row];
            if (should_stop(context))
                return false;
        }
        for (int64_t i = matrix->offsets[row + 1] - 1; i >= matrix->offsets[row]; i--) {
            const int64_t at = --offsets[matrix->indices[i]];
            indices[at] = (int32_t)row;
            if (values)
                values[at] = matrix->values[i];
        }
    }
    return true;
}

/* ---- the same by blocks of rows, on all workers ---- */

typedef struct block_job {
    const wrmf_matrix *matrix;
    wrmf_i_key_sort sort;
    int64_t first_row[WRMF_I_KEY_BLOCKS + 1]; /* of each block */
    int32_t *indices;
    double *values;
} block_job;

static void move_block(void *self, size_t block, size_t worker)
{
    const block_job *const job = self;
    const wrmf_matrix *const matrix = job->matrix;
    int64_t *const places = wrmf_i_key_sort_places(&job->sort, block);
    int64_t looked = job->sort.bounds[block];
    (void)worker;
    for (int64_t row = job->first_row[block]; row < job->first_row[block + 1]; row++) {
        if (matrix->offsets[row] - looked >= POLL) {
            looked = matrix->offsets[row];
            if (should_stop(job->sort.context))
                return;
        }
        for (int64_t i = matrix->offsets[row]; i < matrix->offsets[row + 1]; i++) {
            const int64_t at = places[matrix->indices[i]]++;
            job->indices[at] = (int32_t)row;
            if (job->values)
                job->values[at] = matrix->values[i];
        }
    }
}

/* Cut rows into blocks of about as many entries. */
static void cut_blocks(const wrmf_matrix *matrix, block_job *job)
{
    const int64_t entries = wrmf_i_matrix_entries(matrix), blocks = job->sort.blocks;
    int64_t row = 0;
    for (int64_t block = 0; block < blocks; block++) {
        while (row < matrix->rows && matrix->offsets[row] < entries / blocks * block)
            row++;
        job->first_row[block] = row;
        job->sort.bounds[block] = matrix->offsets[row];
    }
    job->first_row[blocks] = matrix->rows;
    job->sort.bounds[blocks] = entries;
}

static wrmf_status fill_by_blocks(wrmf_context *context, const wrmf_matrix *matrix, int64_t blocks,
                                  int64_t *offsets, int32_t *indices, double *values,
                                  wrmf_error *err)
{
    block_job job = {.matrix = matrix,
                     .sort = {.context = context,
                              .key = matrix->indices,
                              .keys = matrix->columns,
                              .blocks = blocks},
                     .indices = indices,
                     .values = values};
    cut_blocks(matrix, &job);
    WRMF_I_TRY(wrmf_i_key_sort_begin(context, &job.sort, offsets, err));
    const size_t entries = (size_t)wrmf_i_matrix_entries(matrix);
    wrmf_status status = wrmf_i_key_sort_touch(context, indices, entries * sizeof *indices, err);
    if (status == WRMF_OK)
        status = wrmf_i_key_sort_touch(context, values, entries * sizeof *values, err);
    if (status == WRMF_OK)
        status = wrmf_i_parallel(context, (size_t)blocks, move_block, &job, err);
    wrmf_i_key_sort_end(&job.sort);
    return status;
}

/* ---- both ---- */

static wrmf_status fill_any(wrmf_context *context, const wrmf_matrix *matrix, int64_t *offsets,
                            int32_t *indices, double *values, wrmf_error *err)
{
    const int64_t blocks =
        wrmf_i_key_sort_blocks(context, wrmf_i_matrix_entries(matrix), matrix->columns);
    if (blocks > 1)
        return fill_by_blocks(context, matrix, blocks, offsets, indices, values, err);
    return fill(context, matrix, offsets, indices, values) ? WRMF_OK
                                                           : wrmf_i_fail_stopped(context, err);
}

static wrmf_status make(wrmf_context *context, const wrmf_matrix *matrix, wrmf_matrix **out,
                        wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &matrix->context->allocator;
    const size_t entries = (size_t)wrmf_i_matrix_entries(matrix);
    int64_t *const offsets = wrmf_i_alloc(allocator, (size_t)matrix->columns + 1, sizeof *offsets);
    int32_t *const indices = wrmf_i_alloc(allocator, entries, sizeof *indices);
    double *const values = matrix->values ? wrmf_i_alloc(allocator, entries, sizeof *values) : NULL;
    wrmf_status status;
    if (!offsets || !indices || (!values && matrix->values))
        status = wrmf_i_fail_memory(err, "a transpose");
    else
        status = fill_any(context, matrix, offsets, indices, values, err);
    if (status == WRMF_OK)
        status = wrmf_i_matrix_adopt(matrix->context, matrix->columns, matrix->rows, offsets,
                                     indices, values, out, err);
    if (status != WRMF_OK)
        wrmf_i_matrix_free_arrays(allocator, matrix->columns, (int64_t)entries, offsets, indices,
                                  values);
    return status;
}

wrmf_status wrmf_i_matrix_transposed(wrmf_context *context, const wrmf_matrix *matrix,
                                     const wrmf_matrix **out, wrmf_error *err)
{
    if (matrix->base) { /* this is a transpose: its own is what it was made from */
        *out = matrix->base;
        return WRMF_OK;
    }
    wrmf_matrix *const shared =
        (wrmf_matrix *)(uintptr_t)matrix; /* only the atomic field changes */
    wrmf_matrix *found = atomic_load(&shared->transpose);
    if (!found) {
        wrmf_matrix *made = NULL;
        WRMF_I_TRY(make(context, matrix, &made, err));
        if (atomic_compare_exchange_strong(&shared->transpose, &found, made))
            found = made;
        else
            wrmf_i_matrix_release(made); /* another thread was first */
    }
    *out = found;
    return WRMF_OK;
}
