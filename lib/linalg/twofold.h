/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/twofold.h - sums and dot products in twice the precision of double, for results that are
 * far smaller than what they are summed from (Ogita, Rump and Oishi, "Accurate sum and dot
 * product", 2005). A pair is the sum of two doubles, of which the second is the rounding of the
 * first. Splitting is by Veltkamp and Dekker: no fused multiply-add is asked for.
 */
#ifndef WRMF_LINALG_TWOFOLD_H
#define WRMF_LINALG_TWOFOLD_H

#include <math.h>
#include <stdint.h>

/** A number as high + low; zero-initialised: 0. */
typedef struct wrmf_i_twofold {
    double high, low;
} wrmf_i_twofold;

/** a + b, exactly. */
static inline wrmf_i_twofold wrmf_i_twofold_sum(double a, double b)
{
    const double high = a + b, rest = high - a;
    return (wrmf_i_twofold){high, (a - (high - rest)) + (b - rest)};
}

/** a b, exactly where |a| and |b| are below 2^500 and the product is above 2^-960. */
static inline wrmf_i_twofold wrmf_i_twofold_product(double a, double b)
{
    const double splitter = 134217729; /* 2^27 + 1 */
    const double a_far = a * splitter, b_far = b * splitter;
    const double a_high = a_far - (a_far - a), b_high = b_far - (b_far - b);
    const double a_low = a - a_high, b_low = b - b_high, high = a * b;
    return (wrmf_i_twofold){high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) +
                                      a_low * b_low};
}

/** *sum += a + low. */
static inline void wrmf_i_twofold_add(wrmf_i_twofold *sum, double a, double low)
{
    const wrmf_i_twofold next = wrmf_i_twofold_sum(sum->high, a);
    sum->high = next.high;
    sum->low += next.low + low;
}

/** *sum += a b. */
static inline void wrmf_i_twofold_add_product(wrmf_i_twofold *sum, double a, double b)
{
    const wrmf_i_twofold product = wrmf_i_twofold_product(a, b);
    wrmf_i_twofold_add(sum, product.high, product.low);
}

/** *sum += a b for two pairs. */
static inline void wrmf_i_twofold_add_pairs(wrmf_i_twofold *sum, wrmf_i_twofold a, wrmf_i_twofold b)
{
    const wrmf_i_twofold product = wrmf_i_twofold_product(a.high, b.high);
    wrmf_i_twofold_add(sum, product.high, product.low + (a.high * b.low + a.low * b.high));
}

static inline double wrmf_i_twofold_value(wrmf_i_twofold number)
{
    return number.high + number.low;
}

/** a.b of n numbers. */
static inline wrmf_i_twofold wrmf_i_twofold_dot(const double *a, const double *b, int64_t n)
{
    wrmf_i_twofold sum = {0, 0};
    for (int64_t k = 0; k < n; k++)
        wrmf_i_twofold_add_product(&sum, a[k], b[k]);
    return wrmf_i_twofold_sum(sum.high, sum.low);
}

/** p - s for a pair s, rounded once: exact where s is close to p. */
static inline double wrmf_i_twofold_error(double p, wrmf_i_twofold s)
{
    const wrmf_i_twofold difference = wrmf_i_twofold_sum(p, -s.high);
    return difference.high + (difference.low - s.low);
}

#endif /* WRMF_LINALG_TWOFOLD_H */
