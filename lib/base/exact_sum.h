/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/exact_sum.h - sums whose bits do not depend on the order of what is added.
 *
 * A sum is a whole number of units of 2^-128, and so is what is added: a fraction of whole numbers
 * is cut off there, a double of 2^-75 or more is exact. Whole numbers add without rounding. Two
 * sums of equally many nth parts, differently distributed, are within a unit for each addition; a
 * double is 2^-53 of its value, and no nth part but the doubles themselves is as close to the
 * middle of two as that, so that they become the same double.
 */
#ifndef WRMF_BASE_EXACT_SUM_H
#define WRMF_BASE_EXACT_SUM_H

#include <stdint.h>

/** Zero-initialised: 0. */
typedef struct wrmf_i_exact_sum {
    uint64_t whole;
    uint64_t high, low; /* the fraction's units: high 2^64 + low */
} wrmf_i_exact_sum;

static inline void wrmf_i_exact_merge(wrmf_i_exact_sum *sum, const wrmf_i_exact_sum *more)
{
    sum->low += more->low;
    const uint64_t carry = sum->low < more->low;
    sum->high += carry;
    sum->whole += sum->high < carry;
    sum->high += more->high;
    sum->whole += sum->high < more->high;
    sum->whole += more->whole;
}

/** Add part / whole; whole is 1 .. 2^32 - 1. */
static inline void wrmf_i_exact_add_fraction(wrmf_i_exact_sum *sum, uint64_t part, uint64_t whole)
{
    uint64_t rest = part % whole, digits[4];
    for (int i = 0; i < 4; i++) {
        digits[i] = (rest << 32) / whole;
        rest = (rest << 32) % whole;
    }
    const wrmf_i_exact_sum more = {part / whole, digits[0] << 32 | digits[1],
                                   digits[2] << 32 | digits[3]};
    wrmf_i_exact_merge(sum, &more);
}

/** Add a number, 0 <= number < 2^64. */
static inline void wrmf_i_exact_add(wrmf_i_exact_sum *sum, double number)
{
    wrmf_i_exact_sum more = {(uint64_t)number, 0, 0};
    double rest = (number - (double)more.whole) * 0x1p64; /* exact, as are the next two */
    more.high = (uint64_t)rest;
    rest = (rest - (double)more.high) * 0x1p64;
    more.low = (uint64_t)rest;
    wrmf_i_exact_merge(sum, &more);
}

/** The sum as a double: a function of the sum alone. */
static inline double wrmf_i_exact_value(const wrmf_i_exact_sum *sum)
{
    return (double)sum->whole + ((double)sum->high + (double)sum->low * 0x1p-64) * 0x1p-64;
}

#endif /* WRMF_BASE_EXACT_SUM_H */
