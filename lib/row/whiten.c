/* SPDX-License-Identifier: BSD-2-Clause */
#include "row/whiten.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "linalg/factors.h"
#include "linalg/lapack.h"

/* The largest condition at which rows in the basis of a factorization are as good as those in
 * the eigenbasis. */
static const double FACTOR_CONDITION = 1e3;

/* The same for wide rows, whose eigenbasis takes minutes: beyond FACTOR_CONDITION their W, z
 * and x are made in float64 and rounded once, which left rows at most 2e-5 off where measured. See
 * docs/mathematics.md. */
static const double WIDE_FACTOR_CONDITION = 1e8;

static bool is_wide(const wrmf_i_whitening *whitening)
{
    return whitening->width >= WRMF_I_WIDE;
}

/* Doubles and words of LAPACK's that are kept. */
static void kept_workspace(const wrmf_i_whitening *whitening, size_t *doubles, size_t *words)
{
    wrmf_i_eigen_workspace(whitening->factors, doubles, words);
    if (is_wide(whitening)) {
        *doubles = 3 * (size_t)whitening->factors;
        *words = (size_t)whitening->factors;
    }
}

static size_t square(const wrmf_i_whitening *whitening)
{
    return (size_t)whitening->width * (size_t)whitening->width;
}

wrmf_status wrmf_i_whitening_create(const wrmf_context *context, int64_t factors, int64_t width,
                                    wrmf_i_whitening *whitening, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    size_t doubles, words;
    *whitening = (wrmf_i_whitening){.factors = factors, .width = width, .context = context};
    kept_workspace(whitening, &doubles, &words);
    const bool wide = is_wide(whitening);
    whitening->forward = wrmf_i_alloc_zero(allocator, square(whitening), sizeof(double));
    if (!wide) {
        whitening->back = wrmf_i_alloc_zero(allocator, square(whitening), sizeof(double));
        whitening->warm = wrmf_i_alloc_zero(allocator, square(whitening), sizeof(double));
    }
    whitening->values = wrmf_i_alloc(allocator, (size_t)factors, sizeof(double));
    whitening->vectors = wrmf_i_alloc(allocator, square(whitening), sizeof(double));
    whitening->work = wrmf_i_alloc(allocator, doubles, sizeof(double));
    whitening->iwork = wrmf_i_alloc(allocator, words, sizeof(int32_t));
    if (whitening->forward && (wide || (whitening->back && whitening->warm)) && whitening->values &&
        whitening->vectors && whitening->work && whitening->iwork)
        return WRMF_OK;
    wrmf_i_whitening_free(context, whitening);
    return wrmf_i_fail_memory(err, "whitening");
}

double wrmf_i_whitening_panel_bytes(const wrmf_i_row_options *options, int64_t width, int bits)
{
    const bool warm = options->cg_steps > 0 || options->reduction > 0;
    if (width < WRMF_I_WIDE || options->solver == WRMF_SOLVER_CG)
        return 0;
    return (warm ? 3 : 2) * (double)width * (double)width * bits / 8;
}

double wrmf_i_whitening_bytes(const wrmf_i_row_options *options, int64_t factors, int64_t width,
                              int bits)
{
    const wrmf_i_whitening whitening = {.factors = factors, .width = width};
    size_t doubles, words;
    kept_workspace(&whitening, &doubles, &words);
    const double area = (double)square(&whitening);
    const double kept =
        8 * ((is_wide(&whitening) ? 2 : 4) * area + (double)factors + (double)doubles) +
        4 * (double)words;
    return kept + wrmf_i_whitening_panel_bytes(options, width, bits);
}

void wrmf_i_whitening_free(const wrmf_context *context, wrmf_i_whitening *whitening)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    size_t doubles, words;
    kept_workspace(whitening, &doubles, &words);
    wrmf_i_free(allocator, whitening->panels, whitening->panel_bytes, 1);
    wrmf_i_free(allocator, whitening->forward, square(whitening), sizeof(double));
    wrmf_i_free(allocator, whitening->back, square(whitening), sizeof(double));
    wrmf_i_free(allocator, whitening->warm, square(whitening), sizeof(double));
    wrmf_i_free(allocator, whitening->values, (size_t)whitening->factors, sizeof(double));
    wrmf_i_free(allocator, whitening->vectors, square(whitening), sizeof(double));
    wrmf_i_free(allocator, whitening->work, doubles, sizeof(double));
    wrmf_i_free(allocator, whitening->iwork, words, sizeof(int32_t));
    *whitening = (wrmf_i_whitening){0};
}

/* A bound of the error of an eigenvalue, plus lambda: what is no more is zero. */
static double zero_of(const wrmf_i_whitening *whitening, double lambda)
{
    const double largest = whitening->values[whitening->factors - 1];
    return 4.0 * (double)whitening->factors * DBL_EPSILON * ((largest > 0 ? largest : 0) + lambda);
}

/* Eigenvalues become the diagonal of S; sets the condition and the number of dropped
 * directions. */
static void scales(wrmf_i_whitening *whitening, double lambda)
{
    double *const e = whitening->values;
    const int64_t f = whitening->factors;
    const double largest = (e[f - 1] > 0 ? e[f - 1] : 0) + lambda;
    const double zero = zero_of(whitening, lambda);
    double least = largest;
    whitening->dropped = 0;
    for (int64_t k = 0; k < f; k++) {
        const double value = (e[k] > 0 ? e[k] : 0) + lambda;
        if (value <= zero || value < DBL_MIN) {
            e[k] = 0;
            whitening->dropped++;
            continue;
        }
        if (value < least)
            least = value;
        e[k] = 1 / sqrt(value);
    }
    whitening->condition = whitening->dropped > 0 ? (double)INFINITY : largest / least;
}

/* F, F' and F'^-1 from L'^-1 and L', which are f x f. */
static void spread_factor(wrmf_i_whitening *whitening, const double *factor, const double *inverse)
{
    const int64_t f = whitening->factors, width = whitening->width;
    for (int64_t i = 0; i < f; i++) {
        for (int64_t j = i; j < f; j++) {
            whitening->forward[i * width + j] = inverse[i * f + j];
            whitening->back[j * width + i] = inverse[i * f + j];
            whitening->warm[j * width + i] = factor[i * f + j];
        }
        for (int64_t j = 0; j < i; j++) /* clear what an earlier full F left below the diagonal */
            whitening->forward[i * width + j] = whitening->back[j * width + i] =
                whitening->warm[j * width + i] = 0;
    }
}

/* By factorization; false if the condition is too large for that. */
static bool whiten_by_factor(wrmf_i_whitening *whitening, double lambda)
{
    const int64_t f = whitening->factors, width = whitening->width;
    const bool wide = is_wide(whitening);
    double *const factor = whitening->vectors;
    double *const inverse = wide ? whitening->forward : whitening->work;
    double *const work = wide ? whitening->work : inverse + f * f;
    for (int64_t i = 0; i < f; i++)
        for (int64_t j = i; j < f; j++)
            factor[i * f + j] = whitening->gram[i * width + j] + (i == j ? lambda : 0);
    if (!wrmf_i_factorize(f, factor, inverse, wide ? width : f, &whitening->condition, work,
                          whitening->iwork) ||
        whitening->condition > (wide ? WIDE_FACTOR_CONDITION : FACTOR_CONDITION))
        return false;
    if (!wide)
        spread_factor(whitening, factor, inverse);
    for (int64_t i = 0; wide && i < f; i++) /* as an earlier full F may have left it */
        memset(inverse + i * width, 0, sizeof *inverse * (size_t)i);
    whitening->dropped = 0;
    whitening->upper = WRMF_I_UPPER;
    whitening->lower = WRMF_I_LOWER;
    return true;
}

/* Of the Gram matrix. The workspace of a wide one is given back. */
static wrmf_status find_eigenvectors(wrmf_i_whitening *whitening, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &whitening->context->allocator;
    const int64_t f = whitening->factors;
    size_t doubles, words;
    for (int64_t i = 0; i < f; i++)
        for (int64_t j = i; j < f; j++)
            whitening->vectors[i * f + j] = whitening->gram[i * whitening->width + j];
    if (!is_wide(whitening))
        return wrmf_i_eigen(f, whitening->vectors, whitening->values, whitening->work,
                            whitening->iwork, err);
    wrmf_i_eigen_workspace(f, &doubles, &words);
    double *const work = wrmf_i_alloc(allocator, doubles, sizeof *work);
    int32_t *const iwork = wrmf_i_alloc(allocator, words, sizeof *iwork);
    const wrmf_status status =
        work && iwork ? wrmf_i_eigen(f, whitening->vectors, whitening->values, work, iwork, err)
                      : wrmf_i_fail_memory(err, "eigenvectors");
    wrmf_i_free(allocator, work, doubles, sizeof *work);
    wrmf_i_free(allocator, iwork, words, sizeof *iwork);
    return status;
}

/* F, F' and F'^-1 from the eigenvectors, and from S unless F is a rotation. */
static void spread_eigenvectors(wrmf_i_whitening *whitening)
{
    const int64_t f = whitening->factors, width = whitening->width;
    for (int64_t k = 0; k < f; k++) {
        const double s = whitening->is_rotation ? 1 : whitening->values[k];
        for (int64_t j = 0; j < f; j++) {
            const double q = whitening->vectors[k * f + j];
            whitening->forward[j * width + k] = q * s;
            if (is_wide(whitening))
                continue;
            whitening->back[k * width + j] = q * s;
            whitening->warm[j * width + k] = s > 0 ? q / s : 0;
        }
    }
    whitening->upper = whitening->lower = WRMF_I_FULL;
}

wrmf_status wrmf_i_whitening_make(wrmf_i_whitening *whitening, const double *gram, double lambda,
                                  wrmf_error *err)
{
    whitening->gram = gram;
    whitening->is_rotation = false;
    WRMF_I_TRY(wrmf_i_lapack_begin(err));
    if (whiten_by_factor(whitening, lambda))
        return WRMF_OK;
    WRMF_I_TRY(find_eigenvectors(whitening, err));
    scales(whitening, lambda);
    spread_eigenvectors(whitening);
    return WRMF_OK;
}

wrmf_status wrmf_i_whitening_make_rotation(wrmf_i_whitening *whitening, const double *gram,
                                           double lambda, wrmf_error *err)
{
    double *const e = whitening->values;
    whitening->gram = gram;
    whitening->is_rotation = true;
    WRMF_I_TRY(wrmf_i_lapack_begin(err));
    WRMF_I_TRY(find_eigenvectors(whitening, err));
    for (int64_t k = 0; k < whitening->factors; k++)
        e[k] = e[k] > 0 ? e[k] : 0;
    /* of a row with this regularization; no direction is dropped from the basis */
    whitening->condition = (e[whitening->factors - 1] + lambda) / (e[0] + lambda);
    whitening->dropped = 0;
    spread_eigenvectors(whitening);
    return WRMF_OK;
}

void wrmf_i_whitening_diagonal(const wrmf_i_whitening *whitening, double lambda, double *diagonal)
{
    const double *const e = whitening->values;
    const int64_t f = whitening->factors;
    /* value > zero and value >= DBL_MIN */
    const double floor = fmax(zero_of(whitening, lambda), nextafter(DBL_MIN, 0));
    for (int64_t k = 0; k < f; k++) /* without a branch, so that it is done in vectors */
        diagonal[k] = 1 / sqrt(e[k] + lambda);
    for (int64_t k = 0; k < f && !(e[k] + lambda > floor); k++) /* eigenvalues ascend */
        diagonal[k] = 0;
    for (int64_t k = f; k < whitening->width; k++)
        diagonal[k] = 0;
}

/* ---- panels ---- */

typedef struct pack_job {
    const wrmf_i_whitening *whitening;
    int bits;
    bool warm;
} pack_job;

/* Store the n numbers behind `at` of the panels, rounded. */
static void put(const pack_job *job, int64_t at, const double *from)
{
    wrmf_i_store_numbers(job->bits, from, WRMF_I_PANEL, job->whitening->panels, at);
}

/* Row k of F'^-1 in the columns first .. first+WRMF_I_PANEL-1. */
static void get_warm(const wrmf_i_whitening *whitening, int64_t k, int64_t first, double *to)
{
    const int64_t f = whitening->factors;
    for (int64_t c = 0; c < WRMF_I_PANEL; c++) {
        const int64_t row = first + c;
        const bool there = row < f && k < f && (whitening->upper == WRMF_I_FULL || row <= k);
        to[c] = there ? whitening->vectors[row * f + k] : 0;
        if (there && whitening->upper == WRMF_I_FULL && !whitening->is_rotation)
            to[c] = whitening->values[row] > 0 ? to[c] / whitening->values[row] : 0;
    }
}

static void pack_panel(void *self, size_t panel, size_t worker)
{
    const pack_job *const job = self;
    const wrmf_i_whitening *const whitening = job->whitening;
    const int64_t width = whitening->width, size = width * width;
    const int64_t first = (int64_t)panel * WRMF_I_PANEL;
    (void)worker;
    for (int64_t k = 0; k < width; k++) {
        const int64_t at = first * width + k * WRMF_I_PANEL;
        double numbers[WRMF_I_PANEL];
        put(job, at, whitening->forward + k * width + first);
        for (int64_t c = 0; c < WRMF_I_PANEL; c++)
            numbers[c] = whitening->forward[(first + c) * width + k];
        put(job, size + at, numbers);
        if (!job->warm)
            continue;
        get_warm(whitening, k, first, numbers);
        put(job, 2 * size + at, numbers);
    }
}

wrmf_status wrmf_i_whitening_pack(wrmf_context *context, wrmf_i_whitening *whitening, int bits,
                                  bool warm, wrmf_error *err)
{
    const size_t bytes = (warm ? 3 : 2) * square(whitening) * (size_t)bits / 8;
    if (whitening->panel_bytes < bytes) {
        wrmf_i_free(&whitening->context->allocator, whitening->panels, whitening->panel_bytes, 1);
        whitening->panels = wrmf_i_alloc(&whitening->context->allocator, bytes, 1);
        whitening->panel_bytes = whitening->panels ? bytes : 0;
    }
    if (!whitening->panels)
        return wrmf_i_fail_memory(err, "whitening");
    pack_job job = {whitening, bits, warm};
    return wrmf_i_parallel(context, (size_t)(whitening->width / WRMF_I_PANEL), pack_panel, &job,
                           err);
}

void wrmf_i_whitening_turn(const wrmf_i_whitening *whitening, const double *v, double *to)
{
    const int64_t width = whitening->width;
    memset(to, 0, sizeof *to * (size_t)width);
    for (int64_t k = 0; k < width; k++) {
        const double *const row = whitening->forward + k * width;
        for (int64_t j = 0; j < width; j++)
            to[j] += row[j] * v[k];
    }
}

void wrmf_i_whitening_turn_back(const wrmf_i_whitening *whitening, const double *z, double *x)
{
    const int64_t width = whitening->width;
    for (int64_t k = 0; k < width; k++) {
        const double *const row = whitening->forward + k * width;
        double sums[8] = {0};
        for (int64_t j = 0; j < width; j += 8)
            for (int lane = 0; lane < 8; lane++)
                sums[lane] += row[j + lane] * z[j + lane];
        x[k] = ((sums[0] + sums[4]) + (sums[1] + sums[5])) +
               ((sums[2] + sums[6]) + (sums[3] + sums[7]));
    }
}
