/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One half-epoch in one precision: W, the long rows, then all others in chunks.
 */
#include <string.h>

#include "als/half_epoch.h"
#include "linalg/lapack.h"
#include "par/first_failure.h"
#include "row/block.h"
#include "row/long_row.h"
#include "row/minimum_norm.h"
#include "row/solve.h"

/* Rows of W that one task makes. */
enum { W_ROWS = 512 };
/* Prefetched for the next row: part of a core's L2 cache. */
#define PREFETCH_BYTES ((int64_t)256 << 10)

/* What tasks work with. */
typedef struct half_job {
    wrmf_i_half_epoch *half;
    row_solver solver;
    wrmf_i_first_failure *first;
} half_job;

static row_scratch scratch_of(const half_job *job, size_t worker)
{
    const wrmf_i_half_epoch *const half = job->half;
    row_scratch s;
    char *const base = half->scratch + worker * half->scratch_bytes;
    RFN(row_scratch_place)
    (&s, base, half->options, half->fixed->width,
     wrmf_i_half_epoch_longest(half->options, half->plan));
    return s;
}

static void w_chunk(void *self, size_t chunk, size_t worker)
{
    const half_job *const job = self;
    const int64_t first = (int64_t)chunk * W_ROWS, left = job->half->fixed->factors.n - first;
    const row_scratch s = scratch_of(job, worker);
    RFN(whiten_rows)(&job->solver, first, left < W_ROWS ? left : W_ROWS, &s);
}

/* ---- a chunk of rows ---- */

static wrmf_i_row row_of(const wrmf_matrix *matrix, int64_t index)
{
    const int64_t start = matrix->offsets[index];
    return (wrmf_i_row){.n = matrix->offsets[index + 1] - start,
                        .columns = matrix->indices + start,
                        .counts = matrix->values ? matrix->values + start : NULL};
}

/* The fixed rows that row `index` will gather, no more than PREFETCH_BYTES of them. */
static wrmf_i_prefetch rows_of(const half_job *job, int64_t index)
{
    const wrmf_matrix *const matrix = job->half->matrix;
    const int64_t start = matrix->offsets[index], n = matrix->offsets[index + 1] - start;
    const int64_t bytes = job->half->fixed->width * (int64_t)sizeof(real);
    const int64_t most = PREFETCH_BYTES / bytes;
    return (wrmf_i_prefetch){job->solver.rows, matrix->indices + start, n < most ? n : most, bytes};
}

/* Prefetch the indices of row order[i] of the next batch, and the offsets of that of the batch
 * after it. */
static void prefetch_entries(const half_job *job, const int32_t *order, int64_t i, int64_t left)
{
    const wrmf_matrix *const matrix = job->half->matrix;
    const int64_t batch = RFN(batch_rows)(job->half->fixed->width);
    if (i + batch < left)
        __builtin_prefetch(matrix->indices + matrix->offsets[order[i + batch]]);
    if (i + 2 * batch < left)
        __builtin_prefetch(matrix->offsets + order[i + 2 * batch]);
}

/* Copy a row to where it goes; false, and nothing is copied, where it is not finite. */
static bool copy_row(const real *x, int64_t index, int64_t width, void *to)
{
    if (!(real_largest(x, width) <= REAL_MAX))
        return false;
    memcpy((real *)to + index * width, x, sizeof *x * (size_t)width);
    return true;
}

/* Put the solution x of a row, and the relaxed row, where they go; spare has room for a row.
 * Returns false where one is not finite. */
static bool put_row(const wrmf_i_half_epoch *half, int64_t index, const real *x, real *spare)
{
    const int64_t width = half->fixed->width;
    const int64_t *const offsets = half->matrix->offsets;
    const bool plain = !(half->relaxation < 1) && !(half->relaxation > 1);
    const real *relaxed = x;
    /* a row without entries has the solution 0, and is not to come near it bit by bit */
    if (half->relaxed && !plain && offsets[index] < offsets[index + 1]) {
        const real *const before = (const real *)half->before + index * width;
        const real relaxation = (real)half->relaxation;
        for (int64_t k = 0; k < width; k++)
            spare[k] = before[k] + relaxation * (x[k] - before[k]);
        relaxed = spare;
    }
    /* either may take the place of what is before */
    return (!half->relaxed || copy_row(relaxed, index, width, half->relaxed)) &&
           (!half->solved || copy_row(x, index, width, half->solved));
}

static void put_batch(const half_job *job, const int32_t *order, int64_t n, const row_scratch *s)
{
    /* rows that wait for their solution keep what is before it */
    for (int64_t i = 0; i < n; i++)
        if (!job->half->pending[order[i]] &&
            !put_row(job->half, order[i], s->batch + i * job->half->fixed->width, s->work))
            wrmf_i_first_failure_set(job->first, order[i], WRMF_E_NONFINITE,
                                     "the factors of %s %ld would not be finite", job->half->side,
                                     (long)order[i]);
}

/* The first batch_rows() of rows order[0 .. left-1], or all if they are fewer. Returns how many. */
static int64_t solve_batch(const half_job *job, const int32_t *order, int64_t left, row_scratch *s,
                           wrmf_i_row_counts *counts)
{
    const wrmf_i_half_epoch *const half = job->half;
    const int64_t width = half->fixed->width, batch = RFN(batch_rows)(width);
    const int64_t n = left < batch ? left : batch;
    const size_t bytes = sizeof(real) * (size_t)width;
    row_waiting waiting;
    if (job->solver.warm)
        for (int64_t i = 0; i < n; i++)
            memcpy(s->batch + i * width, (const real *)half->before + order[i] * width, bytes);
    RFN(batch_start)(&job->solver, n, s, &waiting);
    for (int64_t i = 0; i < n; i++) {
        prefetch_entries(job, order, i, left);
        row_task task = {.row = row_of(half->matrix, order[i]),
                         .pending = &half->pending[order[i]]};
        if (i + 1 < left)
            task.next = rows_of(job, order[i + 1]);
        if (task.row.n > 0)
            RFN(solve_row)(&job->solver, &task, s, s->batch + i * width, &waiting, counts);
        else
            memset(s->batch + i * width, 0, bytes);
    }
    RFN(batch_finish)(&job->solver, n, s, &waiting, counts);
    put_batch(job, order, n, s);
    return n;
}

/* The same by solver blocks: fewer rows where they have many entries. */
static int64_t sweep_batch(const half_job *job, const int32_t *order, int64_t left, row_scratch *s,
                           wrmf_i_row_counts *counts)
{
    const wrmf_i_half_epoch *const half = job->half;
    const int64_t width = half->fixed->width;
    wrmf_i_row rows[WRMF_I_PANEL_ROWS];
    int64_t n = 0, entries = 0;
    for (; n < left && n < WRMF_I_PANEL_ROWS; n++) {
        rows[n] = row_of(half->matrix, order[n]);
        entries += rows[n].n;
        if (n > 0 && entries > BLOCKS_ENTRIES)
            break;
        memcpy(s->batch + n * width, (const real *)half->before + order[n] * width,
               sizeof(real) * (size_t)width);
    }
    RFN(sweep_rows)(&job->solver, rows, n, s, counts);
    put_batch(job, order, n, s);
    return n;
}

static void row_chunk(void *self, size_t chunk, size_t worker)
{
    const half_job *const job = self;
    const wrmf_i_half_epoch *const half = job->half;
    const wrmf_i_plan *const plan = half->plan;
    wrmf_i_row_counts counts = half->counts[worker]; /* a copy: no cache line is shared */
    row_scratch s = scratch_of(job, worker);
    const int64_t first = plan->bounds[chunk], last = plan->bounds[chunk + 1];
    /* all counts are 1, longest row first: one fill serves the chunk */
    if (!half->matrix->values && !job->solver.blocks)
        RFN(fill_constant)(&job->solver, &s, row_of(half->matrix, plan->order[first]).n);
    for (int64_t i = first; i < last && !wrmf_i_should_stop(half->context);)
        i += job->solver.blocks ? sweep_batch(job, plan->order + i, last - i, &s, &counts)
                                : solve_batch(job, plan->order + i, last - i, &s, &counts);
    half->counts[worker] = counts;
}

/* ---- rows that are not solved in a batch ---- */

static wrmf_status store_row(const half_job *job, int64_t index, const wrmf_i_row *row, double *z,
                             wrmf_error *err)
{
    const wrmf_i_half_epoch *const half = job->half;
    const row_scratch s = scratch_of(job, 0);
    if (!RFN(row_from_float64)(&job->solver, row, z, s.batch) ||
        !put_row(half, index, s.batch, s.work))
        return wrmf_i_fail(err, WRMF_E_NONFINITE, "the factors of %s %ld would not be finite",
                           half->side, (long)index);
    return WRMF_OK;
}

/* Solve a row by all workers; one that cannot be factorized is marked for wrmf_i_minimum_norm().
 * sums: wrmf_i_row_system_doubles(). */
static wrmf_status solve_together(const half_job *job, int64_t index, double *sums, wrmf_error *err)
{
    wrmf_i_half_epoch *const half = job->half;
    const int64_t width = half->fixed->width, factors = half->fixed->whitening->factors;
    double *const b = sums + width * width;
    const wrmf_i_row row = row_of(half->matrix, index);
    WRMF_I_TRY(wrmf_i_long_row(half->context, half->fixed, &row, sums, err));
    const bool solved = width >= WRMF_I_WIDE
                            ? wrmf_i_solve_positive(factors, width, sums, b)
                            : job->solver.kernels64->cholesky(sums, factors, width, b, b + width);
    half->pending[index] = solved ? 0 : ROW_MINIMUM_NORM;
    half->counts[0].cholesky += solved;
    return solved ? store_row(job, index, &row, b, err) : WRMF_OK;
}

static void sweep_long_row(void *self, size_t i, size_t worker)
{
    const half_job *const job = self;
    row_scratch s = scratch_of(job, worker);
    (void)sweep_batch(job, job->half->plan->order + i, 1, &s, &job->half->counts[worker]);
}

/* The long rows of the plan: one after the other, but side by side by solver blocks. */
static wrmf_status solve_long_rows(half_job *job, wrmf_error *err)
{
    wrmf_i_half_epoch *const half = job->half;
    if (job->solver.blocks)
        return wrmf_i_parallel(half->context, (size_t)half->plan->n_long, sweep_long_row, job, err);
    for (int64_t i = 0; i < half->plan->n_long; i++) {
        half->counts[0].rows++;
        WRMF_I_TRY(solve_together(job, half->plan->order[i], half->long_sums, err));
    }
    return WRMF_OK;
}

/* Wide rows that need a system in float64, one after the other. */
static wrmf_status solve_wide_rows(const half_job *job, wrmf_error *err)
{
    const wrmf_i_half_epoch *const half = job->half;
    const wrmf_i_allocator *const allocator = &half->context->allocator;
    int64_t longest = 0;
    for (int64_t index = 0; index < half->matrix->rows; index++) {
        const int64_t n = half->matrix->offsets[index + 1] - half->matrix->offsets[index];
        if (half->pending[index] == ROW_WIDE_SYSTEM && n > longest)
            longest = n;
    }
    if (longest == 0)
        return WRMF_OK;
    const size_t doubles = wrmf_i_row_system_doubles(half->fixed->width, longest);
    double *const sums = wrmf_i_alloc(allocator, doubles, sizeof *sums);
    wrmf_status status = sums ? WRMF_OK : wrmf_i_fail_memory(err, "the system of a row");
    for (int64_t index = 0; index < half->matrix->rows && status == WRMF_OK; index++)
        if (half->pending[index] == ROW_WIDE_SYSTEM)
            status = solve_together(job, index, sums, err);
    wrmf_i_free(allocator, sums, doubles, sizeof *sums);
    return status;
}

/* Rows that even float64 cannot factorize. */
static wrmf_status finish_pending(const half_job *job, wrmf_error *err)
{
    wrmf_i_half_epoch *const half = job->half;
    double *const z = scratch_of(job, 0).b64;
    if (job->solver.blocks)
        return WRMF_OK; /* it leaves none */
    WRMF_I_TRY(solve_wide_rows(job, err));
    for (int64_t index = 0; index < half->matrix->rows; index++) {
        if (!half->pending[index])
            continue;
        if (wrmf_i_should_stop(half->context))
            return wrmf_i_fail_stopped(half->context, err);
        half->pending[index] = 0;
        const wrmf_i_row row = row_of(half->matrix, index);
        WRMF_I_TRY(wrmf_i_minimum_norm(&half->context->allocator, half->fixed, &row, z, err));
        WRMF_I_TRY(store_row(job, index, &row, z, err));
        half->counts[0].minimum_norm++;
    }
    return WRMF_OK;
}

/* ---- the half-epoch ---- */

wrmf_status RFN(half_epoch_run)(wrmf_i_half_epoch *half, wrmf_error *err)
{
    wrmf_i_first_failure first = WRMF_I_FIRST_FAILURE_INIT;
    half_job job = {.half = half, .first = &first};
    RFN(row_solver_init)(&job.solver, half->fixed);
    WRMF_I_TRY(RFN(row_solver_pack)(half->context, &job.solver, err));
    wrmf_i_progress_span(half->progress, half->from, half->from);
    if (job.solver.has_norms) {
        const size_t chunks = (size_t)((half->fixed->factors.n + W_ROWS - 1) / W_ROWS);
        WRMF_I_TRY(wrmf_i_parallel(half->context, chunks, w_chunk, &job, err));
        RFN(whitened_all)(&job.solver);
    }
    WRMF_I_TRY(solve_long_rows(&job, err));
    wrmf_i_progress_span(half->progress, half->from, half->to);
    WRMF_I_TRY(wrmf_i_parallel(half->context, half->plan->chunks, row_chunk, &job, err));
    wrmf_i_progress_span(half->progress, half->to, half->to);
    WRMF_I_TRY(wrmf_i_first_failure_get(&first, err));
    return finish_pending(&job, err);
}
