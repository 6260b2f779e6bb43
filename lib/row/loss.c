/* SPDX-License-Identifier: BSD-2-Clause */
#include "row/loss.h"

#include <float.h>
#include <math.h>

/* A quotient count / epsilon above this, whose logarithm is finite, may not be. */
#define LARGE_QUOTIENT 1e300

/* d = c - 1 of a count. */
static double extra_weight(const wrmf_i_loss *loss, double count)
{
    if (loss->confidence == WRMF_CONFIDENCE_LINEAR)
        return loss->alpha * count;
    if (loss->epsilon < 1 && count > loss->epsilon * LARGE_QUOTIENT)
        return loss->alpha * (log(count) - log(loss->epsilon));
    return loss->alpha * log1p(count / loss->epsilon);
}

/* Nothing overflows on the way to 1 + d. A logarithm is below 800, and alpha is at most 1e30. */
bool wrmf_i_loss_is_finite(const wrmf_i_loss *loss, double count)
{
    return loss->confidence == WRMF_CONFIDENCE_LOG || loss->alpha <= 1 ||
           count <= DBL_MAX / loss->alpha;
}

void wrmf_i_loss_read(const wrmf_params *params, wrmf_i_loss *loss)
{
    *loss = (wrmf_i_loss){
        .confidence = (wrmf_confidence)wrmf_i_params_int(params, WRMF_PARAM_CONFIDENCE),
        .alpha = wrmf_i_params_real(params, WRMF_PARAM_ALPHA),
        .epsilon = wrmf_i_params_real(params, WRMF_PARAM_EPSILON),
    };
    loss->lambda[WRMF_USERS] = wrmf_i_params_real(params, WRMF_PARAM_REGULARIZATION_USER);
    loss->lambda[WRMF_ITEMS] = wrmf_i_params_real(params, WRMF_PARAM_REGULARIZATION_ITEM);
    loss->unit_weight = extra_weight(loss, 1.0);
}

wrmf_status wrmf_i_loss_check(const wrmf_i_loss *loss, const wrmf_matrix *matrix, int64_t first,
                              int64_t last, wrmf_error *err)
{
    if (!matrix->values)
        return WRMF_OK;
    for (int64_t row = first; row < last; row++)
        for (int64_t i = matrix->offsets[row]; i < matrix->offsets[row + 1]; i++)
            if (!wrmf_i_loss_is_finite(loss, matrix->values[i]))
                return wrmf_i_fail(err, WRMF_E_NONFINITE,
                                   "the confidence of user %lld, item %ld is not finite",
                                   (long long)row, (long)matrix->indices[i]);
    return WRMF_OK;
}

void wrmf_i_loss_fill(const wrmf_i_loss *loss, const double *counts, int64_t n, double *d,
                      double *b, wrmf_i_weight_bounds *bounds)
{
    wrmf_i_weight_bounds wider = *bounds; /* in registers */
    for (int64_t i = 0; i < n; i++) {
        const double weight = counts ? extra_weight(loss, counts[i]) : loss->unit_weight;
        d[i] = weight;
        b[i] = 1 + weight;
        wider.min = weight < wider.min ? weight : wider.min;
        wider.max = weight > wider.max ? weight : wider.max;
    }
    *bounds = wider;
}

double wrmf_i_loss_weight(const wrmf_i_loss *loss, const wrmf_matrix *matrix, int64_t row)
{
    const int64_t start = matrix->offsets[row], end = matrix->offsets[row + 1];
    double sum = 0;
    if (!matrix->values)
        return (double)(end - start) * loss->unit_weight;
    for (int64_t i = start; i < end; i++) {
        const double d = extra_weight(loss, matrix->values[i]);
        sum = d < DBL_MAX - sum ? sum + d : DBL_MAX;
    }
    return sum;
}

double wrmf_i_loss_add(const wrmf_i_loss *loss, const double *counts, const double *scores,
                       int64_t n, wrmf_i_loss_parts *parts)
{
    wrmf_i_loss_parts sum = *parts; /* in registers */
    double weights = 0;
    for (int64_t i = 0; i < n; i++) {
        const double d = counts ? extra_weight(loss, counts[i]) : loss->unit_weight;
        const double cell = 1 - 2 * scores[i];
        weights += d;
        sum.observed += d * (1 - scores[i]) * (1 - scores[i]);
        sum.cells += cell;
        sum.terms += fabs(cell);
    }
    *parts = sum;
    return weights;
}
