/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One half-epoch in one precision. docs/mathematics.md has the equations and the
 * reasons for the safety rules.
 */
#include <math.h>
#include <string.h>

#include "par/first_failure.h"
#include "row/solve.h"

/* Above this condition of the Gram matrix, rotation and scaling are done in
 * float64 and rounded once. */
#define CONDITION_LIMIT 1e3
enum { W_ROWS = 512, SHORT_WORK = WRMF_I_SHORT_ROW * WRMF_I_SHORT_ROW };
/* Asked for ahead: a part of a core's second cache. */
#define SOON_BYTES ((int64_t)256 << 10)

static int64_t padded(int64_t n)
{
    return (n + 15) & ~(int64_t)15;
}

/* Lay out a worker's scratch from base; returns its bytes. */
static size_t lay_out(scratch *s, char *base, int64_t width, int64_t longest)
{
    size_t used = 0;
    const int64_t most = RFN(gather_limit)(width);
    int64_t gathered = longest < most ? longest : most;
    if (gathered < WRMF_I_BLOCK)
        gathered = WRMF_I_BLOCK;
#define TAKE(field, count)                                                                         \
    do {                                                                                           \
        s->field = base ? (void *)(base + used) : NULL;                                            \
        used += ((size_t)(count) * sizeof *s->field + 127) & ~(size_t)63;                          \
    } while (0)
    TAKE(rows, padded(gathered) * width);
    TAKE(d, padded(longest));
    TAKE(c, padded(longest));
    TAKE(group, GROUP * width);
    TAKE(work, 3 * width > SHORT_WORK ? 3 * width : SHORT_WORK);
    TAKE(a, width * width);
    TAKE(u, WRMF_I_BLOCK * width);
    TAKE(panel, 16 * width);
    TAKE(a64, width * width);
    TAKE(rows64, WRMF_I_BLOCK * width);
    TAKE(u64, WRMF_I_BLOCK * width);
    TAKE(b64, width);
    TAKE(panel64, 16 * width);
    TAKE(d64, WRMF_I_BLOCK);
    TAKE(c64, WRMF_I_BLOCK);
    TAKE(rotate, GROUP * width);
    TAKE(small, width <= WRMF_I_SMALL_WIDTH ? GROUP * width * width : 0);
    TAKE(small_work, width <= WRMF_I_SMALL_WIDTH ? WRMF_I_SMALL_WORK : 0);
#undef TAKE
    return used;
}

size_t RFN(half_epoch_scratch)(int64_t width, int64_t longest)
{
    scratch s;
    return lay_out(&s, NULL, width, longest);
}

/* ---- W ---- */

static void rotate_rows(const half_job *job, const real *in, int64_t n, const double *precise,
                        const real *rounded, wrmf_i_shape shape, real *out, double *space)
{
    const int64_t width = job->half->width;
    if (job->careful)
        job->kernels->rotate64(in, n, width, precise, out, space);
    else
        job->kernels->rotate(in, n, width, rounded, shape, out, (real *)space);
}

static void w_chunk(void *self, size_t chunk, size_t worker)
{
    const half_job *const job = self;
    wrmf_i_half_epoch *const half = job->half;
    const int64_t width = half->width, first = (int64_t)chunk * W_ROWS;
    const int64_t left = half->matrix->columns - first;
    const int64_t n = left < W_ROWS ? left : W_ROWS;
    scratch s;
    lay_out(&s, half->scratch + worker * half->scratch_bytes, width, (int64_t)job->longest);
    real *const w = (real *)half->w + first * width;
    rotate_rows(job, (const real *)half->fixed + first * width, n, half->whitening->forward,
                job->forward, half->whitening->upper, w, s.rotate);
    job->kernels->norms(w, n, width, (real *)half->norms + first);
}

/* ---- a chunk of rows ---- */

/* The fixed rows that row `index` will gather, as many as the cache should hold. */
static wrmf_i_prefetch rows_of(const half_job *job, int64_t index)
{
    const wrmf_matrix *const matrix = job->half->matrix;
    const int64_t start = matrix->offsets[index], n = matrix->offsets[index + 1] - start;
    const int64_t bytes = job->half->width * (int64_t)sizeof(real), most = SOON_BYTES / bytes;
    return (wrmf_i_prefetch){job->rows, matrix->indices + start, n < most ? n : most, bytes};
}

/* Ask the memory for where row order[i] of the next group is, and for what is there of the one
 * after that. */
static void ask_ahead(const half_job *job, const int32_t *order, int64_t i, int64_t left)
{
    const wrmf_matrix *const matrix = job->half->matrix;
    if (i + GROUP < left)
        __builtin_prefetch(matrix->indices + matrix->offsets[order[i + GROUP]]);
    if (i + 2 * GROUP < left)
        __builtin_prefetch(matrix->offsets + order[i + 2 * GROUP]);
}

/* The first GROUP of rows order[0 .. left-1], or all: their z side by side, then x. */
static void solve_group(const half_job *job, const int32_t *order, int64_t left, scratch *s,
                        wrmf_i_row_counts *counts)
{
    const int64_t n = left < GROUP ? left : GROUP;
    const wrmf_i_half_epoch *const half = job->half;
    const wrmf_matrix *const matrix = half->matrix;
    const int64_t width = half->width;
    const size_t bytes = sizeof(real) * (size_t)width;
    real *const solved = half->solved;
    if (job->warm)
        for (int64_t i = 0; i < n; i++)
            memcpy(s->group + i * width, solved + order[i] * width, bytes);
    if (job->warm && !job->plain)
        rotate_rows(job, s->group, n, half->whitening->warm, job->warm_matrix,
                    half->whitening->lower, s->group, s->rotate);
    waiting w;
    w.n = 0;
    for (int64_t i = 0; i < n; i++) {
        const int64_t start = matrix->offsets[order[i]];
        ask_ahead(job, order, i, left);
        wrmf_i_prefetch soon = i + 1 < left ? rows_of(job, order[i + 1]) : (wrmf_i_prefetch){0};
        half_row row = {.index = order[i],
                        .n = matrix->offsets[order[i] + 1] - start,
                        .columns = matrix->indices + start,
                        .values = matrix->values ? matrix->values + start : NULL,
                        .soon = &soon};
        if (row.n > 0)
            RFN(solve_row)(job, &row, s, s->group + i * width, &w, counts);
        else
            memset(s->group + i * width, 0, bytes);
    }
    RFN(solve_waiting)(job, &w, s, counts);
    if (!job->plain)
        rotate_rows(job, s->group, n, half->whitening->back, job->back, half->whitening->lower,
                    s->group, s->rotate);
    for (int64_t i = 0; i < n; i++) {
        const real *const x = s->group + i * width;
        if (real_largest(x, width) <= REAL_MAX)
            memcpy(solved + order[i] * width, x, bytes);
        else
            wrmf_i_first_failure_set(job->first, order[i], WRMF_E_NONFINITE,
                                     "the factors of %s %ld would not be finite", half->side,
                                     (long)order[i]);
    }
}

static void row_chunk(void *self, size_t chunk, size_t worker)
{
    const half_job *const job = self;
    const wrmf_i_half_epoch *const half = job->half;
    const wrmf_i_plan *const plan = half->plan;
    wrmf_i_row_counts counts = half->counts[worker]; /* not shared with a cache line of another's */
    scratch s;
    lay_out(&s, half->scratch + worker * half->scratch_bytes, half->width, (int64_t)job->longest);
    const int64_t first = plan->bounds[chunk], last = plan->bounds[chunk + 1];
    if (!half->matrix->values) { /* rows go by falling length */
        const int64_t *const offsets = half->matrix->offsets + plan->order[first];
        RFN(fill_constant)(job, &s, offsets[1] - offsets[0]);
    }
    for (int64_t i = first; i < last; i += GROUP)
        solve_group(job, plan->order + i, last - i, &s, &counts);
    half->counts[worker] = counts;
}

/* ---- rows that are not solved with their group ---- */

/* Row = z back, z in float64. */
static wrmf_status store_row(const half_job *job, int64_t row, const double *z, wrmf_error *err)
{
    const wrmf_i_half_epoch *const half = job->half;
    const double *const back = half->whitening->back;
    real *const to = (real *)half->solved + row * half->width;
    for (int64_t k = 0; k < half->width; k += 8) {
        double sum[8] = {0};
        real x[8];
        for (int64_t j = 0; j < half->width; j++)
            for (int lane = 0; lane < 8; lane++)
                sum[lane] += z[j] * back[j * half->width + k + lane];
        for (int lane = 0; lane < 8; lane++) {
            if (!(fabs(sum[lane]) <= (double)REAL_MAX))
                return wrmf_i_fail(err, WRMF_E_NONFINITE,
                                   "the factors of %s %ld would not be finite", half->side,
                                   (long)row);
            x[lane] = (real)sum[lane];
        }
        memcpy(to + k, x, sizeof x);
    }
    return WRMF_OK;
}

/* Rows so long that all workers sum up the system of each. */
static wrmf_status solve_long_rows(const half_job *job, wrmf_error *err)
{
    wrmf_i_half_epoch *const half = job->half;
    const int64_t width = half->width;
    double *const a = half->long_sums, *const b = a + width * width;
    for (int64_t i = 0; i < half->plan->n_long; i++) {
        const int64_t row = half->plan->order[i];
        WRMF_I_TRY(wrmf_i_long_row(half, WRMF_BITS, row, err));
        half->counts[0].rows++;
        if (job->kernels64->cholesky(a, half->whitening->factors, width, b, b + width)) {
            half->counts[0].cholesky++;
            WRMF_I_TRY(store_row(job, row, b, err));
        } else {
            half->pending[row] = 1;
        }
    }
    return WRMF_OK;
}

/* Rows that even float64 cannot factorize. */
static wrmf_status finish_pending(const half_job *job, wrmf_error *err)
{
    wrmf_i_half_epoch *const half = job->half;
    scratch s;
    lay_out(&s, half->scratch, half->width, (int64_t)job->longest);
    for (int64_t row = 0; row < half->matrix->rows; row++) {
        if (!half->pending[row])
            continue;
        half->pending[row] = 0;
        WRMF_I_TRY(wrmf_i_minimum_norm(half, WRMF_BITS, row, s.b64, err));
        WRMF_I_TRY(store_row(job, row, s.b64, err));
        half->counts[0].minimum_norm++;
    }
    return WRMF_OK;
}

/* ---- the half-epoch ---- */

/* The matrices in the precision of the rows. */
static void round_matrices(half_job *job)
{
    const wrmf_i_whitening *const whitening = job->half->whitening;
    const int64_t width = job->half->width, size = width * width;
#if WRMF_BITS == 64
    job->forward = whitening->forward;
    job->back = whitening->back;
    job->warm_matrix = whitening->warm;
#else
    real *const to = job->half->squares;
    for (int64_t i = 0; i < size; i++) {
        to[i] = (real)whitening->forward[i];
        to[size + i] = (real)whitening->back[i];
        to[2 * size + i] = (real)whitening->warm[i];
    }
    job->forward = to;
    job->back = to + size;
    job->warm_matrix = to + 2 * size;
#endif
    if (job->plain) {
        real *const gram = (real *)job->half->squares + 3 * size;
        for (int64_t i = 0; i < width; i++)
            for (int64_t j = i; j < width; j++)
                gram[i * width + j] = gram[j * width + i] =
                    (real)(whitening->gram[i * width + j] + (i == j ? job->half->lambda : 0));
        job->gram = gram;
    }
}

wrmf_status RFN(half_epoch_run)(wrmf_i_half_epoch *half, wrmf_error *err)
{
    const wrmf_i_row_options *const options = half->options;
    wrmf_i_first_failure first = WRMF_I_FIRST_FAILURE_INIT;
    half_job job = {.half = half, .first = &first, .longest = (size_t)half->plan->longest};
#if WRMF_BITS == 32
    job.kernels = wrmf_i_row_kernels_get_f32(half->context->cpu);
    job.careful = half->whitening->condition > CONDITION_LIMIT;
#else
    job.kernels = wrmf_i_row_kernels_get_f64(half->context->cpu);
#endif
    job.kernels64 = wrmf_i_row_kernels_get_f64(half->context->cpu);
    job.plain = options->solver == WRMF_SOLVER_CG;
    job.warm = job.plain || options->cg_steps > 0;
    job.rows = job.plain ? half->fixed : half->w;
    round_matrices(&job);
    if (!job.plain) {
        const size_t chunks = (size_t)((half->matrix->columns + W_ROWS - 1) / W_ROWS);
        WRMF_I_TRY(wrmf_i_parallel(half->context, chunks, w_chunk, &job, err));
        job.largest = (double)real_largest(half->norms, half->matrix->columns);
    }
    WRMF_I_TRY(solve_long_rows(&job, err));
    WRMF_I_TRY(wrmf_i_parallel(half->context, half->plan->chunks, row_chunk, &job, err));
    WRMF_I_TRY(wrmf_i_first_failure_get(&first, err));
    return finish_pending(&job, err);
}
