/* SPDX-License-Identifier: BSD-2-Clause */
#include "row/whiten.h"

#include <float.h>
#include <math.h>

#include "linalg/lapack.h"

/* The largest condition at which rows in the basis of a factorization are as good as those in
 * the eigenbasis. */
static const double FACTOR_CONDITION = 1e3;

static size_t square(const wrmf_i_whitening *whitening)
{
    return (size_t)whitening->width * (size_t)whitening->width;
}

wrmf_status wrmf_i_whitening_create(const wrmf_context *context, int64_t factors, int64_t width,
                                    wrmf_i_whitening *whitening, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    size_t doubles, words;
    wrmf_i_eigen_workspace(factors, &doubles, &words);
    *whitening = (wrmf_i_whitening){.factors = factors, .width = width};
    whitening->forward = wrmf_i_alloc_zero(allocator, square(whitening), sizeof(double));
    whitening->back = wrmf_i_alloc_zero(allocator, square(whitening), sizeof(double));
    whitening->warm = wrmf_i_alloc_zero(allocator, square(whitening), sizeof(double));
    whitening->values = wrmf_i_alloc(allocator, (size_t)factors, sizeof(double));
    whitening->vectors = wrmf_i_alloc(allocator, square(whitening), sizeof(double));
    whitening->work = wrmf_i_alloc(allocator, doubles, sizeof(double));
    whitening->iwork = wrmf_i_alloc(allocator, words, sizeof(int32_t));
    if (whitening->forward && whitening->back && whitening->warm && whitening->values &&
        whitening->vectors && whitening->work && whitening->iwork)
        return WRMF_OK;
    wrmf_i_whitening_free(context, whitening);
    return wrmf_i_fail_memory(err, "whitening");
}

void wrmf_i_whitening_free(const wrmf_context *context, wrmf_i_whitening *whitening)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    size_t doubles, words;
    wrmf_i_eigen_workspace(whitening->factors, &doubles, &words);
    wrmf_i_free(allocator, whitening->forward, square(whitening), sizeof(double));
    wrmf_i_free(allocator, whitening->back, square(whitening), sizeof(double));
    wrmf_i_free(allocator, whitening->warm, square(whitening), sizeof(double));
    wrmf_i_free(allocator, whitening->values, (size_t)whitening->factors, sizeof(double));
    wrmf_i_free(allocator, whitening->vectors, square(whitening), sizeof(double));
    wrmf_i_free(allocator, whitening->work, doubles, sizeof(double));
    wrmf_i_free(allocator, whitening->iwork, words, sizeof(int32_t));
    *whitening = (wrmf_i_whitening){0};
}

/* Eigenvalues become the diagonal of S; sets the condition and the number of dropped
 * directions. */
static void scales(wrmf_i_whitening *whitening, double lambda)
{
    double *const e = whitening->values;
    const int64_t f = whitening->factors;
    const double largest = (e[f - 1] > 0 ? e[f - 1] : 0) + lambda;
    /* a bound of the error of an eigenvalue */
    const double zero = 4.0 * (double)f * DBL_EPSILON * largest;
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

/* By factorization; false if the condition is above FACTOR_CONDITION. */
static bool whiten_by_factor(wrmf_i_whitening *whitening, double lambda)
{
    const int64_t f = whitening->factors, width = whitening->width;
    double *const factor = whitening->vectors, *const inverse = whitening->work;
    double *const work = inverse + f * f;
    for (int64_t i = 0; i < f; i++)
        for (int64_t j = i; j < f; j++)
            factor[i * f + j] = whitening->gram[i * width + j] + (i == j ? lambda : 0);
    if (!wrmf_i_factorize(f, factor, inverse, &whitening->condition, work, whitening->iwork) ||
        whitening->condition > FACTOR_CONDITION)
        return false;
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
    whitening->dropped = 0;
    whitening->upper = WRMF_I_UPPER;
    whitening->lower = WRMF_I_LOWER;
    return true;
}

static wrmf_status whiten_by_eigenbasis(wrmf_i_whitening *whitening, double lambda, wrmf_error *err)
{
    const int64_t f = whitening->factors, width = whitening->width;
    for (int64_t i = 0; i < f; i++)
        for (int64_t j = i; j < f; j++)
            whitening->vectors[i * f + j] = whitening->gram[i * width + j];
    WRMF_I_TRY(wrmf_i_eigen(f, whitening->vectors, whitening->values, whitening->work,
                            whitening->iwork, err));
    scales(whitening, lambda);
    for (int64_t k = 0; k < f; k++) {
        const double s = whitening->values[k];
        for (int64_t j = 0; j < f; j++) {
            const double q = whitening->vectors[k * f + j];
            whitening->forward[j * width + k] = q * s;
            whitening->back[k * width + j] = q * s;
            whitening->warm[j * width + k] = s > 0 ? q / s : 0;
        }
    }
    whitening->upper = whitening->lower = WRMF_I_FULL;
    return WRMF_OK;
}

wrmf_status wrmf_i_whitening_make(wrmf_i_whitening *whitening, const double *gram, double lambda,
                                  wrmf_error *err)
{
    whitening->gram = gram;
    WRMF_I_TRY(wrmf_i_lapack_begin(err));
    if (whiten_by_factor(whitening, lambda))
        return WRMF_OK;
    return whiten_by_eigenbasis(whitening, lambda, err);
}
