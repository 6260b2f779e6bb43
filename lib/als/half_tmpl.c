/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One half-epoch in one precision. docs/mathematics.md has the equations and the
 * reasons for the safety rules.
 */
#include <math.h>
#include <string.h>

#include "als/half.h"
#include "linalg/real.h"
#include "linalg/row.h"

#if WRMF_BITS == 32
typedef wrmf_i_row_kernels_f32 row_kernels;
#define TINY_WEIGHT_LIMIT 1e30
/* Above it a float row's error, about epsilon times 1 + sum D |w|^2 at worst, is
 * no longer that of rounding: the row is solved in float64. Measured: see
 * docs/performance.md. */
#define SPREAD_LIMIT 2e3
#define SHORT_SPREAD_LIMIT 500
#else
typedef wrmf_i_row_kernels_f64 row_kernels;
#define TINY_WEIGHT_LIMIT 1e300
#define SPREAD_LIMIT 1e11
#define SHORT_SPREAD_LIMIT 1e6
#endif
/* The same limit for float64, beyond which even that loses the identity. */
#define SPREAD_LIMIT_64 1e11
/* Above this condition of the Gram matrix, rotation and scaling are done in
 * float64 and rounded once. */
#define CONDITION_LIMIT 1e3
/* Rows solved, and turned back, together. */
enum { GROUP = 8, W_ROWS = 512 };
/* The direct way for rows with few entries divides by the roots of their weights;
 * its error also grows faster with the spread. See docs/mathematics.md. */
#define SHORT_LIGHTEST 1e-3
enum { SHORT_WORK = WRMF_I_SHORT_ROW * WRMF_I_SHORT_ROW };
/* Longer rows are not gathered as a whole, but factorized in blocks. */
#define GATHER_BYTES ((int64_t)8 << 20)
/* Asked for ahead: a part of a core's second cache. */
#define SOON_BYTES ((int64_t)256 << 10)

typedef struct scratch {
    real *rows; /* gathered */
    real *d, *c;
    real *group; /* GROUP x width: z, then x */
    real *work;  /* of conjugate gradients */
    real *a, *u, *panel;
    double *a64, *rows64, *u64, *b64, *panel64;
    double *d64, *c64; /* of a block */
    double *rotate;    /* GROUP x width */
} scratch;

static int64_t padded(int64_t n)
{
    return (n + 15) & ~(int64_t)15;
}

static int64_t gather_limit(int64_t width)
{
    return GATHER_BYTES / (width * (int64_t)sizeof(real));
}

/* Lay out a worker's scratch from base; returns its bytes. */
static size_t lay_out(scratch *s, char *base, int64_t width, int64_t longest)
{
    size_t used = 0;
    int64_t gathered = longest < gather_limit(width) ? longest : gather_limit(width);
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
#undef TAKE
    return used;
}

size_t RFN(half_scratch)(int64_t width, int64_t longest)
{
    scratch s;
    return lay_out(&s, NULL, width, longest);
}

/* What a chunk's task works with. */
typedef struct half_job {
    wrmf_i_half *half;
    const row_kernels *kernels;
    const wrmf_i_row_kernels_f64 *kernels64;
    bool plain; /* solver cg: no whitening */
    bool warm;
    bool careful;     /* rotate in float64 */
    const real *rows; /* W, or Y if plain */
    const real *forward, *back, *warm_matrix, *gram;
    wrmf_i_first *first;
    size_t longest;
} half_job;

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
    wrmf_i_half *const half = job->half;
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

/* ---- one row ---- */

/* A row's entries. */
typedef struct half_row {
    int64_t index, n;
    const int32_t *columns;
    const double *values;              /* NULL: all 1 */
    double heaviest, lightest, spread; /* largest and least d; sum of d |w|^2 */
    wrmf_i_soon *soon;                 /* the rows of the next one */
} half_row;

static double weight(const half_job *job, const half_row *row, int64_t i)
{
    return wrmf_i_confidence(job->half->options, row->values ? row->values[i] : 1.0);
}

/* Sum of the norms of a row's columns, four at a time. */
static double sum_norms(const half_job *job, const half_row *row)
{
    const real *const norms = job->half->norms;
    double sums[4] = {0};
    int64_t i = 0;
    for (; i + 4 <= row->n; i += 4)
        for (int j = 0; j < 4; j++)
            sums[j] += (double)norms[row->columns[i + j]];
    for (; i < row->n; i++)
        sums[0] += (double)norms[row->columns[i]];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static void fill_constant_weights(const half_job *job, half_row *row, scratch *s)
{
    const double one = wrmf_i_confidence(job->half->options, 1.0);
    row->heaviest = row->lightest = one;
    row->spread = job->plain ? 0 : one * sum_norms(job, row);
    for (int64_t i = 0; i < row->n; i++) {
        s->d[i] = (real)one;
        s->c[i] = (real)(1 + one);
    }
}

static void fill_counted_weights(const half_job *job, half_row *row, scratch *s)
{
    const real *const norms = job->half->norms;
    row->heaviest = row->spread = 0;
    row->lightest = INFINITY;
    for (int64_t i = 0; i < row->n; i++) {
        const double d = weight(job, row, i);
        if (d > row->heaviest)
            row->heaviest = d;
        if (d < row->lightest)
            row->lightest = d;
        row->spread += job->plain ? 0 : d * (double)norms[row->columns[i]];
        s->d[i] = (real)d;
        s->c[i] = (real)(1 + d);
    }
}

static void fill_weights(const half_job *job, half_row *row, scratch *s)
{
    if (row->values)
        fill_counted_weights(job, row, s);
    else
        fill_constant_weights(job, row, s);
    for (int64_t i = row->n; i < wrmf_i_padded_row(row->n); i++)
        s->d[i] = s->c[i] = 0;
}

/* a = I, or G + lambda I if plain; in float64. */
static void start64(const half_job *job, double *a)
{
    const int64_t width = job->half->width;
    if (job->plain)
        memcpy(a, job->half->whitening->gram, sizeof *a * (size_t)(width * width));
    else
        memset(a, 0, sizeof *a * (size_t)(width * width));
    for (int64_t k = 0; k < width; k++)
        a[k * width + k] += job->plain && k < job->half->whitening->factors ? job->half->lambda : 1;
}

/* The row's system in float64, a block of entries at a time. */
static bool solve_cholesky64(const half_job *job, const half_row *row, scratch *s, real *z)
{
    const int64_t width = job->half->width;
    start64(job, s->a64);
    memset(s->b64, 0, sizeof(double) * (size_t)width);
    for (int64_t i = 0; i < row->n; i += WRMF_I_BLOCK) {
        const int64_t n = row->n - i < WRMF_I_BLOCK ? row->n - i : WRMF_I_BLOCK;
        for (int64_t r = 0; r < n; r++) {
            const real *const from = (const real *)job->half->fixed + row->columns[i + r] * width;
            for (int64_t k = 0; k < width; k++)
                s->rows64[r * width + k] = (double)from[k];
            s->d64[r] = weight(job, row, i + r);
            s->c64[r] = 1 + s->d64[r];
        }
        if (!job->plain) /* not from W, whose rounding such weights would magnify */
            job->kernels64->rotate(s->rows64, n, width, job->half->whitening->forward,
                                   job->half->whitening->upper, s->rows64, s->rotate);
        job->kernels64->scale(s->rows64, n, width, s->d64, s->u64);
        job->kernels64->outer(s->a64, s->u64, s->rows64, n, width);
        job->kernels64->combine(s->rows64, n, width, s->c64, s->b64);
    }
    if (!job->kernels64->cholesky(s->a64, width, s->b64, s->panel64))
        return false;
    for (int64_t k = 0; k < width; k++) {
        if (!(fabs(s->b64[k]) <= (double)REAL_MAX))
            return false;
        z[k] = (real)s->b64[k];
    }
    return true;
}

/* The same in the precision of the factors. */
static bool solve_cholesky(const half_job *job, const half_row *row, scratch *s, real *z)
{
    const int64_t width = job->half->width;
    memset(s->a, 0, sizeof(real) * (size_t)(width * width));
    for (int64_t k = 0; k < width; k++)
        s->a[k * width + k] = 1;
    memset(z, 0, sizeof(real) * (size_t)width);
    for (int64_t i = 0; i < row->n; i += WRMF_I_BLOCK) {
        const int64_t n = row->n - i < WRMF_I_BLOCK ? row->n - i : WRMF_I_BLOCK;
        job->kernels->gather(job->rows, row->columns + i, n, width, s->rows);
        job->kernels->scale(s->rows, n, width, s->d + i, s->u);
        job->kernels->outer(s->a, s->u, s->rows, n, width);
        job->kernels->combine(s->rows, n, width, s->c + i, z);
    }
    return job->kernels->cholesky(s->a, width, z, s->panel) != 0;
}

/* Steps of conjugate gradients up to which they are cheaper than a factorization;
 * measured, see docs/performance.md. */
static int worthwhile_steps(int64_t n, int64_t f)
{
    const double steps = (double)f / 4 + (double)f * (double)f / 12 / (double)n;
    return steps < 1000 ? (int)steps : 1000;
}

/* Rows with few entries, by factorizing a system of as many unknowns. */
static bool solve_short(const half_job *job, const half_row *row, scratch *s, real *z)
{
    if (row->n > WRMF_I_SHORT_ROW || job->plain || !(row->lightest >= SHORT_LIGHTEST) ||
        row->spread >= SHORT_SPREAD_LIMIT)
        return false;
    const int64_t width = job->half->width;
    real y[WRMF_I_SHORT_ROW];
    while (row->soon->n > 0)
        wrmf_i_fetch_one(row->soon);
    job->kernels->gather(job->rows, row->columns, row->n, width, s->rows);
    if (!job->kernels->short_row(s->rows, row->n, width, s->d, s->c, y, s->work))
        return false;
    memset(z, 0, sizeof(real) * (size_t)width);
    job->kernels->combine(s->rows, row->n, width, y, z);
    return true;
}

/* true if z is good to the tolerance, or as many steps were made as asked for. */
static bool solve_cg(const half_job *job, const half_row *row, scratch *s, real *z,
                     wrmf_i_row_counts *counts)
{
    const wrmf_i_row_options *const options = job->half->options;
    const int64_t width = job->half->width;
    if (row->n > gather_limit(width))
        return false;
    int most = 20 + 2 * (int)width;
    const bool bounded = options->cg_steps > 0;
    if (bounded) {
        most = options->cg_steps;
    } else if (options->solver == WRMF_SOLVER_AUTO) {
        most = worthwhile_steps(row->n, job->half->whitening->factors);
        if (most < 8 && row->n > 5)
            return false;
    }
    job->kernels->gather(job->rows, row->columns, row->n, width, s->rows);
    double residual;
    int steps;
    if (job->plain)
        steps = job->kernels->cg_plain(job->gram, s->rows, row->n, width, s->d, s->c, z, most,
                                       options->tolerance, s->work, &residual);
    else
        steps = job->kernels->cg(s->rows, row->n, width, s->d, s->c, z, job->warm, most,
                                 options->tolerance, row->soon, s->work, &residual);
    if (steps < 0 || (!bounded && !(residual <= options->tolerance)))
        return false;
    counts->cg++;
    counts->steps += steps;
    if (residual > counts->residual)
        counts->residual = residual;
    return true;
}

static void solve_row(const half_job *job, half_row *row, scratch *s, real *z,
                      wrmf_i_row_counts *counts)
{
    const wrmf_solver solver = job->half->options->solver;
    counts->rows++;
    fill_weights(job, row, s);
    if (row->heaviest < TINY_WEIGHT_LIMIT && row->spread < SPREAD_LIMIT) {
        if (solver == WRMF_SOLVER_AUTO && solve_short(job, row, s, z)) {
            counts->cholesky++;
            return;
        }
        if (solver != WRMF_SOLVER_CHOLESKY && solve_cg(job, row, s, z, counts))
            return;
        const bool cholesky_is_safe = !job->plain && solver != WRMF_SOLVER_WHITENED;
        if (cholesky_is_safe && solve_cholesky(job, row, s, z)) {
            counts->cholesky++;
            return;
        }
    }
    counts->float64++;
    if (row->spread < SPREAD_LIMIT_64 && solve_cholesky64(job, row, s, z)) {
        counts->cholesky++;
        return;
    }
    job->half->pending[row->index] = 1; /* wrmf_i_minimum_norm(), afterwards */
    memset(z, 0, sizeof(real) * (size_t)job->half->width);
}

/* ---- a chunk of rows ---- */

/* The fixed rows that row `index` will gather, as many as the cache should hold. */
static wrmf_i_soon rows_of(const half_job *job, int64_t index)
{
    const wrmf_matrix *const matrix = job->half->matrix;
    const int64_t start = matrix->offsets[index], n = matrix->offsets[index + 1] - start;
    const int64_t bytes = job->half->width * (int64_t)sizeof(real), most = SOON_BYTES / bytes;
    return (wrmf_i_soon){job->rows, matrix->indices + start, n < most ? n : most, bytes};
}

/* Rows order[0 .. n-1], n <= GROUP: their z side by side, then x. after: the row that comes
 * next, or -1. */
static void solve_group(const half_job *job, const int32_t *order, int64_t n, int64_t after,
                        scratch *s, wrmf_i_row_counts *counts)
{
    const wrmf_i_half *const half = job->half;
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
    for (int64_t i = 0; i < n; i++) {
        const int64_t start = matrix->offsets[order[i]], next = i + 1 < n ? order[i + 1] : after;
        wrmf_i_soon soon = next >= 0 ? rows_of(job, next) : (wrmf_i_soon){0};
        half_row row = {.index = order[i],
                        .n = matrix->offsets[order[i] + 1] - start,
                        .columns = matrix->indices + start,
                        .values = matrix->values ? matrix->values + start : NULL,
                        .soon = &soon};
        if (row.n > 0)
            solve_row(job, &row, s, s->group + i * width, counts);
        else
            memset(s->group + i * width, 0, bytes);
    }
    if (!job->plain)
        rotate_rows(job, s->group, n, half->whitening->back, job->back, half->whitening->lower,
                    s->group, s->rotate);
    for (int64_t i = 0; i < n; i++) {
        const real *const x = s->group + i * width;
        if (real_largest(x, width) <= REAL_MAX)
            memcpy(solved + order[i] * width, x, bytes);
        else
            wrmf_i_first_set(job->first, order[i], WRMF_E_NONFINITE,
                             "the factors of %s %ld would not be finite", half->side,
                             (long)order[i]);
    }
}

static void row_chunk(void *self, size_t chunk, size_t worker)
{
    const half_job *const job = self;
    const wrmf_i_half *const half = job->half;
    const wrmf_i_plan *const plan = half->plan;
    wrmf_i_row_counts counts = half->counts[worker]; /* not shared with a cache line of another's */
    scratch s;
    lay_out(&s, half->scratch + worker * half->scratch_bytes, half->width, (int64_t)job->longest);
    for (int64_t i = plan->bounds[chunk]; i < plan->bounds[chunk + 1]; i += GROUP) {
        const int64_t left = plan->bounds[chunk + 1] - i;
        solve_group(job, plan->order + i, left < GROUP ? left : GROUP,
                    left > GROUP ? plan->order[i + GROUP] : -1, &s, &counts);
    }
    half->counts[worker] = counts;
}

/* ---- rows that are not solved with their group ---- */

/* Row = z back, z in float64. */
static wrmf_status store_row(const half_job *job, int64_t row, const double *z, wrmf_error *err)
{
    const wrmf_i_half *const half = job->half;
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
    wrmf_i_half *const half = job->half;
    const int64_t width = half->width;
    double *const a = half->long_sums, *const b = a + width * width;
    for (int64_t i = 0; i < half->plan->n_long; i++) {
        const int64_t row = half->plan->order[i];
        WRMF_I_TRY(wrmf_i_long_row(half, WRMF_BITS, row, err));
        half->counts[0].rows++;
        if (job->kernels64->cholesky(a, width, b, b + width)) {
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
    wrmf_i_half *const half = job->half;
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

wrmf_status RFN(half_run)(wrmf_i_half *half, wrmf_error *err)
{
    const wrmf_i_row_options *const options = half->options;
    wrmf_i_first first = WRMF_I_FIRST_INIT;
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
    }
    WRMF_I_TRY(solve_long_rows(&job, err));
    WRMF_I_TRY(wrmf_i_parallel(half->context, half->plan->chunks, row_chunk, &job, err));
    WRMF_I_TRY(wrmf_i_first_get(&first, err));
    return finish_pending(&job, err);
}
