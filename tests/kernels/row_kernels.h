/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row_kernels.h - what the tests of row kernels share: tables, guarded buffers of random numbers,
 * and what a sum may be off by. Compiled once per precision.
 */
#ifndef TESTS_KERNELS_ROW_KERNELS_H
#define TESTS_KERNELS_ROW_KERNELS_H

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h> /* needs those above */

#include "base/random.h"
#include "linalg/real.h"
#include "linalg/row_kernels.h"
#include "thin.h"

typedef RFN(row_kernels) row_kernels;
typedef RFN(system) row_system;
#define KERNELS(cpu) RFN(row_kernels_get)(cpu)

enum { GUARD = 16 };
#if LDBL_MANT_DIG <= 64
static const int64_t widths[] = {16, 32, 48, 64, 80, 96, 112, 128, 144, 256};
static const int64_t counts[] = {0,  1,  2,  3,  4,  5,  7,  8,  9,  15,
                                 16, 17, 25, 31, 32, 33, 63, 64, 65, 130};
#else /* long double is slow where software computes it: fewer shapes, some of each kind */
static const int64_t widths[] = {16, 32, 48, 144};
static const int64_t counts[] = {0, 1, 3, 4, 5, 8, 17, 33, 65};
#endif
#define EACH(i, array)                                                                             \
    size_t i = 0;                                                                                  \
    i < sizeof(array) / sizeof *(array);                                                           \
    i++

/* Sizes of roundings: of the precision's, and of what the test itself computes. */
#define UNIT ((long double)REAL_EPSILON / 2 + LDBL_EPSILON / 2)
#define UNIT64 (0x1p-53L + LDBL_EPSILON / 2)

static uint64_t draws;
/* Small whole numbers instead: all products and sums are exact, so that nothing may differ. */
static bool whole;

static inline double uniform(void)
{
    if (whole)
        return (double)(wrmf_i_random_u64(7, 99, 0, draws++) % 9) - 4;
    return (double)(wrmf_i_random_u64(7, 99, 0, draws++) >> 11) * 0x1p-52 - 1.0;
}

/* n numbers between guards; the guards are checked when it is given back. */
static inline real *buffer(int64_t n)
{
    const size_t bytes = sizeof(real) * (size_t)(n + 2 * GUARD);
    real *const all = aligned_alloc(64, (bytes + 63) / 64 * 64);
    assert_non_null(all);
    for (int i = 0; i < GUARD; i++)
        all[i] = all[n + GUARD + i] = (real)12345;
    for (int64_t i = 0; i < n; i++)
        all[GUARD + i] = (real)uniform();
    return all + GUARD;
}

static inline void give_back(real *data, int64_t n)
{
    for (int i = 0; i < GUARD; i++) {
        assert_true(data[-GUARD + i] == (real)12345);
        assert_true(data[n + i] == (real)12345);
    }
    free(data - GUARD);
}

/* A sum of so many terms, whose sizes add up to `size`: in any order it is off by at most as many
 * units of that (Higham 2002, 3.1), one more where the terms are products. */
static inline void near(long double got, long double want, int64_t terms, long double size,
                        long double unit)
{
    const long double bound = whole ? 0 : (long double)(terms + 1) * unit * size;
    if (!(fabsl(got - want) <= bound))
        fail_msg("got %Lg, want %Lg, error %Lg, bound %Lg", got, want, fabsl(got - want), bound);
}

/* Each width and count on each level; of a thin run every third pair, which still has each width
 * and each count. */
static inline void each_level(void (*check)(const row_kernels *, int64_t, int64_t))
{
    const bool thin = thin_rows();
    for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++) {
        if (!wrmf_i_cpu_can((wrmf_i_cpu)cpu))
            continue;
        for (EACH(w, widths))
            for (EACH(n, counts))
                if (!thin || (w + n) % 3 == 0)
                    check(KERNELS((wrmf_i_cpu)cpu), counts[n], widths[w]);
    }
}

#endif /* TESTS_KERNELS_ROW_KERNELS_H */
