/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/rounding.h - upper bounds of the lengths of rows, and rows rounded for the kernels that pass
 * rows over. Included by templates only.
 */
#ifndef WRMF_RANK_ROUNDING_H
#define WRMF_RANK_ROUNDING_H

#include <math.h>
#include <stdint.h>

#include "linalg/real.h"

#if WRMF_BITS == 32
#define REAL_TRUE_MIN FLT_TRUE_MIN
#else
#define REAL_TRUE_MIN DBL_TRUE_MIN
#endif

/* A length is computed in float64 and multiplied by UPWARDS, which makes it an upper bound. */
static const double UPWARDS = 1 + 1e-9;
/* With no smaller steps, a step and its inverse are normal numbers. */
static const double LEAST_STEP = 1e-120;

/* An upper bound of the length of n numbers, from the largest of their absolute values and the
 * sum of their squares. */
static inline double length_of(double largest, double squares, int64_t n)
{
    if (largest > 1e-100 && largest < 1e100)
        return sqrt(squares) * UPWARDS;
    /* squares could over- or underflow; what is not a number stays so */
    return largest * sqrt((double)n) * UPWARDS + squares;
}

static inline double row_length(const real *row, double largest, int64_t n)
{
    double squares[4] = {0};
    int64_t k = 0;
    for (; k + 4 <= n; k += 4)
        for (int i = 0; i < 4; i++)
            squares[i] += (double)row[k + i] * (double)row[k + i];
    for (; k < n; k++)
        squares[0] += (double)row[k] * (double)row[k];
    return length_of(largest, squares[0] + squares[1] + squares[2] + squares[3], n);
}

/* The step that makes the largest number of a row `levels`. */
static inline double step_of(double largest, int levels)
{
    const double step = largest / levels;
    return step > LEAST_STEP ? step : LEAST_STEP;
}

/* A number divided by a step, whose absolute value is below 1024, to the nearest whole number. */
static inline int32_t nearest(double x, double per_step)
{
    return (int32_t)(x * per_step + 1024.5) - 1024;
}

/* What a score may be off by, as a part of |x||y|: a sum of f products by less than f + 1
 * roundings; and a cosine that was rounded beyond 1 comes back by as much. */
static inline double score_rounding(int64_t factors)
{
    return 2 * (double)(factors + 2) * (double)REAL_EPSILON;
}

#endif /* WRMF_RANK_ROUNDING_H */
