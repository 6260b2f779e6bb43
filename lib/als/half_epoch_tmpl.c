/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One half-epoch in one precision: all rows: segments of long ones and chunks of others.
 */
#include <string.h>

#include "als/half_epoch.h"
#include "als/prepare.h"
#include "linalg/lapack.h"
#include "par/first_failure.h"
#include "row/block.h"
#include "row/long_row.h"
#include "row/minimum_norm.h"
#include "row/solve.h"

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

/* The row before + relaxation (x - before), into s->work. */
static const real *relax(const half_job *job, int64_t index, const real *x, const row_scratch *s)
{
    const wrmf_i_half_epoch *const half = job->half;
    const int64_t width = half->fixed->width;
    const real *const before = (const real *)half->before + index * width;
    const real relaxation = (real)half->relaxation;
    if (job->solver.nonnegative)
        RFN(nonnegative_relax)(&job->solver, before, x, relaxation, s, s->work);
    else
        for (int64_t k = 0; k < width; k++)
            s->work[k] = before[k] + relaxation * (x[k] - before[k]);
    return s->work;
}

/* Put the solution x of a row, and the relaxed row, where they go. Of rows without a number below
 * 0, s holds the system. Returns false where one is not finite. x becomes a row of the model. */
static bool put_row(const half_job *job, int64_t index, real *x, const row_scratch *s)
{
    const wrmf_i_half_epoch *const half = job->half;
    const int64_t width = half->fixed->width;
    const int64_t *const offsets = half->matrix->offsets;
    const bool plain = !(half->relaxation < 1) && !(half->relaxation > 1);
    /* a row without entries has the solution 0, and is not to come near it bit by bit */
    const bool moves = half->relaxed && !plain && offsets[index] < offsets[index + 1];
    RFN(biases_put)(half->fixed, x);
    const real *const relaxed = moves ? relax(job, index, x, s) : x;
    /* either may take the place of what is before */
    return (!half->relaxed || copy_row(relaxed, index, width, half->relaxed)) &&
           (!half->solved || copy_row(x, index, width, half->solved));
}

static void fail_row(const half_job *job, int64_t index)
{
    wrmf_i_first_failure_set(job->first, index, WRMF_E_NONFINITE,
                             "the factors of %s %ld would not be finite", job->half->side,
                             (long)index);
}

/* Copy what is before a row, as solutions are, to x. */
static void get_before(const half_job *job, int64_t index, real *x)
{
    const int64_t width = job->half->fixed->width;
    memcpy(x, (const real *)job->half->before + index * width, sizeof *x * (size_t)width);
    RFN(biases_take)(job->half->fixed, x);
}

static void put_batch(const half_job *job, const int32_t *order, int64_t n, const row_scratch *s)
{
    /* rows that wait for their solution keep what is before it */
    for (int64_t i = 0; i < n; i++)
        if (!job->half->pending[order[i]] &&
            !put_row(job, order[i], s->batch + i * job->half->fixed->width, s))
            fail_row(job, order[i]);
}

/* How many of the first n rows, the longest first, are likely to start from x of before. */
static int64_t count_warm(const half_job *job, const int32_t *order, int64_t n)
{
    int64_t warm = 0;
    while (warm < n && RFN(starts_warm)(&job->solver, row_of(job->half->matrix, order[warm]).n))
        warm++;
    return warm;
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
            get_before(job, order[i], s->batch + i * width);
    const int64_t n_warm = count_warm(job, order, n);
    RFN(batch_start)(&job->solver, n_warm, s, &waiting);
    for (int64_t i = 0; i < n; i++) {
        prefetch_entries(job, order, i, left);
        row_task task = {.row = row_of(half->matrix, order[i]),
                         .pending = &half->pending[order[i]],
                         .holds_x = i >= n_warm};
        if (task.row.n > 0)
            RFN(regularize_row)(&job->solver, &task, s);
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
        wrmf_i_row_regularize(half->fixed, &rows[n], NULL);
        if (n > 0 && entries > BLOCKS_ENTRIES)
            break;
        get_before(job, order[n], s->batch + n * width);
    }
    RFN(sweep_rows)(&job->solver, rows, n, s, counts);
    put_batch(job, order, n, s);
    return n;
}

/* The same for one row that has no number below 0. */
static int64_t nonnegative_batch(const half_job *job, const int32_t *order, row_scratch *s,
                                 wrmf_i_row_counts *counts)
{
    const wrmf_i_half_epoch *const half = job->half;
    wrmf_i_row row = row_of(half->matrix, *order);
    wrmf_i_row_regularize(half->fixed, &row, NULL);
    if (row.n == 0)
        memset(s->batch, 0, sizeof(real) * (size_t)half->fixed->width);
    if (row.n == 0 || RFN(nonnegative_row)(&job->solver, &row, s, s->batch, counts))
        put_batch(job, order, 1, s);
    else
        fail_row(job, *order);
    return 1;
}

/* Rows order[0 .. left-1], or the first of them. Returns how many. */
static int64_t next_batch(const half_job *job, const int32_t *order, int64_t left, row_scratch *s,
                          wrmf_i_row_counts *counts)
{
    if (job->solver.nonnegative)
        return nonnegative_batch(job, order, s, counts);
    return job->solver.blocks ? sweep_batch(job, order, left, s, counts)
                              : solve_batch(job, order, left, s, counts);
}

static void row_chunk(const half_job *job, size_t chunk, size_t worker)
{
    const wrmf_i_half_epoch *const half = job->half;
    const wrmf_i_plan *const plan = half->plan;
    wrmf_i_row_counts counts = half->counts[worker]; /* a copy: no cache line is shared */
    row_scratch s = scratch_of(job, worker);
    const int64_t first = plan->bounds[chunk], last = plan->bounds[chunk + 1];
    /* all counts are 1, longest row first: one fill serves the chunk */
    if (!half->matrix->values && !job->solver.blocks && !job->solver.nonnegative)
        RFN(fill_constant)(&job->solver, &s, row_of(half->matrix, plan->order[first]).n);
    for (int64_t i = first; i < last && !wrmf_i_should_stop(half->context);)
        i += next_batch(job, plan->order + i, last - i, &s, &counts);
    half->counts[worker] = counts;
}

/* ---- rows that are not solved in a batch ---- */

/* Put the row whose solution is F z where it goes; false where it is not finite. */
static bool store_row(const half_job *job, int64_t index, const wrmf_i_row *row, double *z,
                      size_t worker)
{
    const row_scratch s = scratch_of(job, worker);
    if (RFN(row_from_float64)(&job->solver, row, z, s.batch) && put_row(job, index, s.batch, &s))
        return true;
    fail_row(job, index);
    return false;
}

/* Long rows that are solved together, or wide ones that need a system in float64. */
typedef struct long_job {
    const half_job *job;
    const int32_t *order; /* their numbers, `left` of them */
    int64_t left;
    double *memory;
    size_t doubles; /* of memory */
    wrmf_i_long_batch batch;
} long_job;

/* Solve a system in place: b becomes the solution. */
static bool solve_system(const long_job *own, double *a, double *b, size_t worker)
{
    const wrmf_i_fixed_side *const side = own->job->half->fixed;
    const int64_t factors = side->whitening->factors;
    if (side->width >= WRMF_I_WIDE)
        return wrmf_i_solve_positive(factors, side->width, a, b);
    return own->job->solver.kernels64->cholesky(a, factors, side->width, b,
                                                wrmf_i_long_batch_work(&own->batch, worker));
}

static void solve_long_nonnegative(const half_job *job, int64_t index, double *a, const double *b,
                                   size_t worker)
{
    row_scratch s = scratch_of(job, worker);
    if (!RFN(nonnegative_system)(&job->solver, a, b, &s, s.batch, &job->half->counts[worker]) ||
        !put_row(job, index, s.batch, &s))
        fail_row(job, index);
}

static void solve_long_row(void *self, size_t chunk, size_t worker)
{
    long_job *const own = self;
    const wrmf_i_half_epoch *const half = own->job->half;
    const int64_t width = half->fixed->width, index = own->order[chunk];
    if (wrmf_i_should_stop(half->context))
        return;
    double *const a = wrmf_i_long_batch_system(&own->batch, (int64_t)chunk);
    double *const b = a + width * width;
    half->counts[worker].rows += half->pending[index] == 0; /* else it is counted */
    half->pending[index] = 0;
    if (own->job->solver.nonnegative) {
        solve_long_nonnegative(own->job, index, a, b, worker);
        return;
    }
    if (solve_system(own, a, b, worker)) {
        half->counts[worker].cholesky++;
        (void)store_row(own->job, index, &own->batch.rows[chunk], b, worker);
    } else {
        half->pending[index] = ROW_MINIMUM_NORM;
    }
}

/* Begin a batch with as many of the rows as it has room for. */
static void begin_long_rows(long_job *own)
{
    const wrmf_i_half_epoch *const half = own->job->half;
    wrmf_i_long_batch_begin(&own->batch, half->context, half->context->workers, half->fixed,
                            own->memory, own->doubles);
    while (own->batch.n < own->left) {
        const wrmf_i_row row = row_of(half->matrix, own->order[own->batch.n]);
        if (!wrmf_i_long_batch_add(&own->batch, &row))
            return;
    }
}

/* A segment of a long row or, behind these, a chunk of others. */
static void segment_or_chunk(void *self, size_t chunk, size_t worker)
{
    const long_job *const own = self;
    const size_t segments = wrmf_i_long_batch_segments(&own->batch);
    if (chunk < segments)
        wrmf_i_long_batch_sum(&own->batch, chunk, worker);
    else
        row_chunk(own->job, chunk - segments, worker);
}

/* Rows in batches, and so many chunks of others together with the last of these, so that no worker
 * waits for the longest segment. */
static wrmf_status solve_long_rows(long_job *own, size_t chunks, wrmf_error *err)
{
    const wrmf_i_half_epoch *const half = own->job->half;
    bool last;
    do {
        begin_long_rows(own);
        const size_t segments = wrmf_i_long_batch_segments(&own->batch);
        last = own->batch.n == own->left;
        if (chunks > 0)
            wrmf_i_progress_span(half->progress, half->from, last ? half->to : half->from);
        WRMF_I_TRY(wrmf_i_parallel(half->context, segments + (last ? chunks : 0), segment_or_chunk,
                                   own, err));
        WRMF_I_TRY(wrmf_i_parallel(half->context, (size_t)own->batch.n, solve_long_row, own, err));
        WRMF_I_TRY(wrmf_i_first_failure_get(own->job->first, err));
        own->order += own->batch.n;
        own->left -= own->batch.n;
    } while (!last);
    return WRMF_OK;
}

/* A chunk, or in front of these, a long row by itself. */
static void sweep_row_or_chunk(void *self, size_t chunk, size_t worker)
{
    const half_job *const job = self;
    const wrmf_i_half_epoch *const half = job->half;
    const size_t n_long = (size_t)half->plan->n_long;
    if (chunk >= n_long) {
        row_chunk(job, chunk - n_long, worker);
        return;
    }
    row_scratch s = scratch_of(job, worker);
    (void)sweep_batch(job, half->plan->order + chunk, 1, &s, &half->counts[worker]);
}

static wrmf_status solve_rows(half_job *job, wrmf_error *err)
{
    const wrmf_i_half_epoch *const half = job->half;
    const wrmf_i_plan *const plan = half->plan;
    long_job own = {.job = job,
                    .order = plan->order,
                    .left = plan->n_long,
                    .memory = half->long_sums,
                    .doubles = half->long_doubles};
    if (!job->solver.blocks)
        return solve_long_rows(&own, plan->chunks, err);
    wrmf_i_progress_span(half->progress, half->from, half->to);
    WRMF_I_TRY(wrmf_i_parallel(half->context, (size_t)plan->n_long + plan->chunks,
                               sweep_row_or_chunk, job, err));
    return wrmf_i_first_failure_get(job->first, err);
}

/* Wide rows that wait for a system in float64. */
static wrmf_status solve_wide_rows(const half_job *job, wrmf_error *err)
{
    const wrmf_i_half_epoch *const half = job->half;
    const wrmf_i_allocator *const allocator = &half->context->allocator;
    const int64_t *const offsets = half->matrix->offsets;
    const size_t rows = (size_t)half->matrix->rows;
    int64_t n = 0, longest = 0;
    for (size_t i = 0; half->fixed->width >= WRMF_I_WIDE && i < rows; i++) {
        const int64_t entries =
            half->pending[i] == ROW_WIDE_SYSTEM ? offsets[i + 1] - offsets[i] : 0;
        n += entries > 0;
        longest = entries > longest ? entries : longest;
    }
    if (n == 0)
        return WRMF_OK;
    const size_t doubles =
        wrmf_i_long_batch_doubles(half->context->workers, half->fixed->width, n, longest);
    int32_t *const order = wrmf_i_alloc(allocator, (size_t)n, sizeof *order);
    double *const memory = wrmf_i_alloc(allocator, doubles, sizeof *memory);
    long_job own = {.job = job, .order = order, .memory = memory, .doubles = doubles};
    for (size_t i = 0; order && i < rows; i++)
        if (half->pending[i] == ROW_WIDE_SYSTEM)
            order[own.left++] = (int32_t)i;
    const wrmf_status status = order && memory ? solve_long_rows(&own, 0, err)
                                               : wrmf_i_fail_memory(err, "systems of rows");
    wrmf_i_free(allocator, order, (size_t)n, sizeof *order);
    wrmf_i_free(allocator, memory, doubles, sizeof *memory);
    return status;
}

/* Rows that even float64 cannot factorize. */
static wrmf_status finish_pending(const half_job *job, wrmf_error *err)
{
    wrmf_i_half_epoch *const half = job->half;
    double *const z = scratch_of(job, 0).b64;
    WRMF_I_TRY(solve_wide_rows(job, err));
    const size_t rows = (size_t)half->matrix->rows;
    const unsigned char *at = rows > 0 ? memchr(half->pending, 1, rows) : NULL;
    for (; at; at = memchr(at, 1, rows - (size_t)(at - half->pending))) {
        const int64_t index = at - half->pending;
        if (wrmf_i_should_stop(half->context))
            return wrmf_i_fail_stopped(half->context, err);
        half->pending[index] = 0;
        wrmf_i_row row = row_of(half->matrix, index);
        wrmf_i_row_regularize(half->fixed, &row, scratch_of(job, 0).diagonals.numbers);
        wrmf_error failure;
        const wrmf_status status =
            wrmf_i_minimum_norm(&half->context->allocator, half->fixed, &row, z, &failure);
        if (status != WRMF_OK)
            return wrmf_i_fail(err, status, "%s %lld: %s", half->side, (long long)index,
                               failure.text);
        if (!store_row(job, index, &row, z, 0))
            return wrmf_i_first_failure_get(job->first, err);
        half->counts[0].minimum_norm++;
    }
    return WRMF_OK;
}

/* ---- the half-epoch ---- */

wrmf_status RFN(half_epoch_run)(wrmf_i_half_epoch *half, wrmf_error *err)
{
    wrmf_i_first_failure first = WRMF_I_FIRST_FAILURE_INIT;
    half_job job = {.half = half, .first = &first};
    wrmf_i_progress_span(half->progress, half->from, half->from);
    if (half->solver)
        job.solver = *(const row_solver *)half->solver;
    else
        WRMF_I_TRY(RFN(prepare_solver)(half->context, half->fixed, half->options, half->scratch,
                                       half->scratch_bytes, &job.solver, err));
    WRMF_I_TRY(solve_rows(&job, err));
    wrmf_i_progress_span(half->progress, half->to, half->to);
    return finish_pending(&job, err);
}
