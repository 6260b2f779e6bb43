/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How one row is solved, in one precision: docs/mathematics.md has the equations and the
 * reasons for the safety rules.
 */
#include "row/solve.h"

#include <math.h>
#include <string.h>

#if WRMF_BITS == 32
#define TINY_WEIGHT_LIMIT 1e30
/* Above it a float row's error, about epsilon times 1 + sum D |w|^2 at worst, is
 * no longer that of rounding: the row is solved in float64. Measured: see
 * docs/performance.md. */
#define SPREAD_LIMIT 2e3
#define SHORT_SPREAD_LIMIT 500
#else
#define TINY_WEIGHT_LIMIT 1e300
#define SPREAD_LIMIT 1e11
#define SHORT_SPREAD_LIMIT 1e6
#endif
/* The same limit for float64, beyond which even that loses the identity. */
#define SPREAD_LIMIT_64 1e11
/* The direct way for rows with few entries divides by the roots of their weights;
 * its error also grows faster with the spread. See docs/mathematics.md. */
#define SHORT_LIGHTEST 1e-3
/* Systems of this width are always factorized side by side. */
enum { LEAST_WIDTH = 16 };
/* Steps above which a system of few unknowns is factorized: one of a row's entries, and the
 * factors' up to two and three vectors' width. Measured, see docs/performance.md. */
static const double SHORT_STEPS = 6, PAIR_STEPS = 6, TRIPLE_STEPS = 9;
/* Longer rows are not gathered as a whole, but factorized in blocks. */
#define GATHER_BYTES ((int64_t)8 << 20)

int64_t RFN(gather_limit)(int64_t width)
{
    return GATHER_BYTES / (width * (int64_t)sizeof(real));
}

static double weight(const half_job *job, const half_row *row, int64_t i)
{
    return wrmf_i_extra_weight(job->half->options, row->values ? row->values[i] : 1.0);
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

/* Sum of d |w|^2. The norms are not looked at one by one where no choice hangs on them: systems of
 * least width that would stay below all limits with the largest norm for each. */
static double spread_of(const half_job *job, const half_row *row, const scratch *s)
{
    const double most = (double)row->n * row->heaviest * job->largest;
    if (job->plain || (job->half->width <= LEAST_WIDTH && most < SHORT_SPREAD_LIMIT))
        return most;
    if (!row->values)
        return row->heaviest * sum_norms(job, row);
    const real *const norms = job->half->norms;
    double sum = 0;
    for (int64_t i = 0; i < row->n; i++)
        sum += (double)s->d[i] * (double)norms[row->columns[i]];
    return sum;
}

void RFN(fill_constant)(const half_job *job, scratch *s, int64_t n)
{
    const double one = wrmf_i_extra_weight(job->half->options, 1.0);
    for (int64_t i = 0; i < n; i++) {
        s->d[i] = (real)one;
        s->c[i] = (real)(1 + one);
    }
}

static void fill_counted(const half_job *job, half_row *row, scratch *s)
{
    row->heaviest = 0;
    row->lightest = INFINITY;
    for (int64_t i = 0; i < row->n; i++) {
        const double d = weight(job, row, i);
        row->heaviest = d > row->heaviest ? d : row->heaviest;
        row->lightest = d < row->lightest ? d : row->lightest;
        s->d[i] = (real)d;
        s->c[i] = (real)(1 + d);
    }
}

static void fill_weights(const half_job *job, half_row *row, scratch *s)
{
    if (row->values)
        fill_counted(job, row, s);
    else
        row->heaviest = row->lightest = wrmf_i_extra_weight(job->half->options, 1.0);
    row->spread = spread_of(job, row, s);
    for (int64_t i = row->n; i < wrmf_i_padded_row(row->n); i++)
        s->d[i] = s->c[i] = 0;
}

/* Steps of conjugate gradients up to which they are cheaper than a factorization;
 * measured, see docs/performance.md. */
static int worthwhile_steps(int64_t n, int64_t f)
{
    const double steps = (double)f / 4 + (double)f * (double)f / 12 / (double)n;
    return steps < 1000 ? (int)steps : 1000;
}

/* Steps that conjugate gradients will take, about: from the condition of I + W'DW as if W were
 * random. docs/mathematics.md, "How a row is solved". */
static double expected_steps(const half_job *job, const half_row *row)
{
    const double n = (double)row->n, f = (double)job->half->whitening->factors;
    const double rank = n < f ? n : f, edge = sqrt(rank / (n < f ? f : n));
    const double mean = row->spread / rank;
    const double most = 1 + mean * (1 + edge) * (1 + edge);
    const double least = 1 + mean * (1 - edge) * (1 - edge);
    const double root = sqrt(most / least);
    return log(2 / job->half->options->tolerance) / log((root + 1) / (root - 1));
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
        job->kernels64->outer(s->a64, s->u64, s->rows64, n, width, width);
        job->kernels64->combine(s->rows64, n, width, s->c64, s->b64);
    }
    if (!job->kernels64->cholesky(s->a64, job->half->whitening->factors, width, s->b64, s->panel64))
        return false;
    for (int64_t k = 0; k < width; k++) {
        if (!(fabs(s->b64[k]) <= (double)REAL_MAX))
            return false;
        z[k] = (real)s->b64[k];
    }
    return true;
}

/* The same system in the precision of the factors: a, and its right side z. */
static void form_system(const half_job *job, const half_row *row, scratch *s, real *a, real *z)
{
    const int64_t width = job->half->width;
    memset(a, 0, sizeof(real) * (size_t)(width * width));
    for (int64_t k = 0; k < width; k++)
        a[k * width + k] = 1;
    memset(z, 0, sizeof(real) * (size_t)width);
    for (int64_t i = 0; i < row->n; i += WRMF_I_BLOCK) {
        const int64_t n = row->n - i < WRMF_I_BLOCK ? row->n - i : WRMF_I_BLOCK;
        job->kernels->gather(job->rows, row->columns + i, n, width, s->rows);
        job->kernels->scale(s->rows, n, width, s->d + i, s->u);
        job->kernels->outer(a, s->u, s->rows, n, width, job->half->whitening->factors);
        job->kernels->combine(s->rows, n, width, s->c + i, z);
    }
}

static bool solve_cholesky(const half_job *job, const half_row *row, scratch *s, real *z)
{
    form_system(job, row, s, s->a, z);
    return job->kernels->cholesky(s->a, job->half->whitening->factors, job->half->width, z,
                                  s->panel) != 0;
}

/* Rows with few entries, by factorizing a system of as many unknowns. */
static bool solve_short(const half_job *job, const half_row *row, scratch *s, real *z)
{
    if (row->n > WRMF_I_SHORT_ROW || 2 * row->n > job->half->width || job->plain ||
        !(row->lightest >= SHORT_LIGHTEST) || row->spread >= SHORT_SPREAD_LIMIT ||
        (job->half->options->cg_steps == 0 && expected_steps(job, row) < SHORT_STEPS))
        return false;
    const int64_t width = job->half->width;
    real y[WRMF_I_SHORT_ROW];
    wrmf_i_prefetch_all(row->soon);
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
    if (row->n > RFN(gather_limit)(width))
        return false;
    int most = 20 + 2 * (int)width, some = most;
    const bool bounded = options->cg_steps > 0;
    if (bounded) {
        some = most = options->cg_steps;
    } else if (options->solver == WRMF_SOLVER_AUTO && width > WRMF_I_SMALL_WIDTH) {
        some = worthwhile_steps(row->n, job->half->whitening->factors);
        most = 2 * some; /* what is half done is cheaper to finish */
        if (row->n > 5 && expected_steps(job, row) > some)
            return false;
    }
    job->kernels->gather(job->rows, row->columns, row->n, width, s->rows);
    double residual;
    int steps;
    if (job->plain)
        steps = job->kernels->cg_plain(job->gram, s->rows, row->n, width, s->d, s->c, z, most,
                                       options->tolerance, s->work, &residual);
    else
        steps = job->kernels->cg(s->rows, row->n, width, s->d, s->c, z, job->warm, some, most,
                                 options->tolerance, row->soon, s->work, &residual);
    if (steps < 0 || (!bounded && !(residual <= options->tolerance)))
        return false;
    counts->cg++;
    counts->steps += steps;
    if (residual > counts->residual)
        counts->residual = residual;
    return true;
}

/* Whether the row's system, width x width, is factorized beside those of others: measured, see
 * docs/performance.md. */
static bool goes_side_by_side(const half_job *job, const half_row *row)
{
    const wrmf_solver solver = job->half->options->solver;
    const int64_t width = job->half->width;
    if (job->plain || width > WRMF_I_SMALL_WIDTH)
        return false;
    if (solver != WRMF_SOLVER_AUTO)
        return solver == WRMF_SOLVER_CHOLESKY;
    if (width <= LEAST_WIDTH)
        return true;
    if (2 * row->n <= width)
        return false; /* it has fewer entries: solve_short() */
    if (job->half->options->cg_steps > 0)
        return width <= 32;
    return expected_steps(job, row) > (width <= 32 ? PAIR_STEPS : TRIPLE_STEPS);
}

static void wait_for_others(const half_job *job, const half_row *row, scratch *s, real *z,
                            waiting *w)
{
    const int64_t size = job->half->width * job->half->width;
    wrmf_i_prefetch_all(row->soon);
    form_system(job, row, s, s->small + w->n * size, z);
    w->row[w->n] = *row;
    w->row[w->n].soon = NULL; /* asked for */
    w->a[w->n] = s->small + w->n * size;
    w->z[w->n] = z;
    w->n++;
}

#if WRMF_BITS == 32
/* Up to this spread refinement gains a digit or more each time. */
#define REFINED_SPREAD_LIMIT 1e5
/* Width above which it is cheaper than a system in float64; measured. */
enum { REFINED_WIDTH = 64, REFINEMENTS = 6 };

/* x = F z, and the residual W'c - (I + W'DW) z with W in float64: F' Y_u'(c - D Y_u x) - z. space:
 * 9 width. Returns ||residual||^2. */
static double residual64(const half_job *job, const half_row *row, scratch *s, const double *z,
                         double *residual, double *space)
{
    const wrmf_i_whitening *const whitening = job->half->whitening;
    const int64_t width = job->half->width;
    double *const x = space, *const v = residual, *const turning = space + width;
    double sum = 0;
    job->kernels64->rotate(z, 1, width, whitening->back, whitening->lower, x, turning);
    memset(v, 0, sizeof *v * (size_t)width);
    for (int64_t i = 0; i < row->n; i += WRMF_I_BLOCK) {
        const int64_t n = row->n - i < WRMF_I_BLOCK ? row->n - i : WRMF_I_BLOCK;
        job->kernels->dots64(x, job->half->fixed, row->columns + i, n, width, s->c64);
        for (int64_t r = 0; r < n; r++) {
            const double d = weight(job, row, i + r);
            const real *const from = (const real *)job->half->fixed + row->columns[i + r] * width;
            job->kernels->widen(from, width, s->rows64 + r * width);
            s->c64[r] = 1 + d - d * s->c64[r];
        }
        job->kernels64->combine(s->rows64, n, width, s->c64, v);
    }
    job->kernels64->rotate(v, 1, width, whitening->forward, whitening->upper, v, turning);
    for (int64_t k = 0; k < width; k++) {
        v[k] -= z[k];
        sum += v[k] * v[k];
    }
    return sum;
}

/* A row whose spread is too large for float32, by conjugate gradients in float32 that are
 * corrected from residuals in float64 until those are a tenth of the tolerance. */
static bool solve_refined(const half_job *job, const half_row *row, scratch *s, real *out,
                          wrmf_i_row_counts *counts)
{
    const wrmf_solver solver = job->half->options->solver;
    const int64_t width = job->half->width;
    if (job->plain || job->careful || solver == WRMF_SOLVER_CHOLESKY || width <= REFINED_WIDTH ||
        row->spread >= REFINED_SPREAD_LIMIT || row->n > RFN(gather_limit)(width))
        return false;
    const double bound = 0.1 * job->half->options->tolerance, rough = 1e-4;
    double *const z = s->panel64, *const v = z + width;
    double left = 0;
    int64_t steps = 0;
    real *const step = s->u;
    memset(z, 0, sizeof *z * (size_t)width);
    job->kernels->gather(job->rows, row->columns, row->n, width, s->rows);
    for (int i = 0; i < REFINEMENTS; i++) {
        double reached;
        const int taken =
            job->kernels->cg(s->rows, row->n, width, s->d, i == 0 ? s->c : NULL, step, 0,
                             2 * (int)width, 2 * (int)width, rough, row->soon, s->work, &reached);
        if (taken < 0 || !(reached <= rough))
            return false;
        steps += taken;
        double size = 0;
        for (int64_t k = 0; k < width; k++) {
            z[k] += (double)step[k];
            size += z[k] * z[k];
        }
        const double now = residual64(job, row, s, z, v, v + width);
        const bool done = now <= bound * bound * size;
        if (!done && i > 0 && !(now < left / 4))
            return false; /* it gains nothing */
        left = now;
        for (int64_t k = 0; k < width; k++)
            (done ? out : step)[k] = (real)(done ? z[k] : v[k]);
        if (done) {
            counts->cg++;
            counts->steps += steps;
            return real_largest(out, width) <= REAL_MAX;
        }
    }
    return false;
}
#endif

static void solve_in_float64(const half_job *job, const half_row *row, scratch *s, real *z,
                             wrmf_i_row_counts *counts)
{
    counts->float64++;
#if WRMF_BITS == 32
    if (row->spread >= SPREAD_LIMIT && solve_refined(job, row, s, z, counts))
        return;
#endif
    if (row->spread < SPREAD_LIMIT_64 && solve_cholesky64(job, row, s, z)) {
        counts->cholesky++;
        return;
    }
    job->half->pending[row->index] = 1; /* wrmf_i_minimum_norm(), afterwards */
    memset(z, 0, sizeof(real) * (size_t)job->half->width);
}

void RFN(solve_waiting)(const half_job *job, const waiting *w, scratch *s,
                        wrmf_i_row_counts *counts)
{
    if (w->n == 0)
        return;
    const uint32_t solved = job->kernels->cholesky_small((const real *const *)w->a, w->z, w->n,
                                                         job->half->whitening->factors,
                                                         job->half->width, s->small_work);
    for (int64_t i = 0; i < w->n; i++) {
        if (solved >> i & 1)
            counts->cholesky++;
        else
            solve_in_float64(job, &w->row[i], s, w->z[i], counts);
    }
}

void RFN(solve_row)(const half_job *job, half_row *row, scratch *s, real *z, waiting *w,
                    wrmf_i_row_counts *counts)
{
    const wrmf_solver solver = job->half->options->solver;
    counts->rows++;
    fill_weights(job, row, s);
    if (row->heaviest < TINY_WEIGHT_LIMIT && row->spread < SPREAD_LIMIT) {
        if (goes_side_by_side(job, row)) {
            wait_for_others(job, row, s, z, w);
            return;
        }
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
    solve_in_float64(job, row, s, z, counts);
}
