/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Score kernels of every level that this CPU can run: the same bits as one sum in
 * ascending order, whichever kernel forms it. Compiled once per precision.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "linalg/real.h"
#include "linalg/score_kernels.h"

typedef RFN(score_kernels) score_kernels;
#define KERNELS(cpu) RFN(score_kernels_get)(cpu)
#if WRMF_BITS == 32
#define FMA fmaf
enum { PANEL = WRMF_I_PANEL_F32 };
#else
#define FMA fma
enum { PANEL = WRMF_I_PANEL_F64 };
#endif

enum { USERS = WRMF_I_TILE_USERS, GUARD = 8, MOST = 130 };
static const int64_t factors[] = {1, 2, 3, 7, 8, 15, 16, 17, 31, 40, 64, 100, MOST};

static uint64_t draws;

static real uniform(void)
{
    return (real)((double)(wrmf_i_random_u64(5, 23, 0, draws++) >> 11) * 0x1p-52 - 1.0);
}

/* The generic kernels round products and sums, on every machine; the others round sums alone. */
static real naive(int cpu, const real *x, const real *y, int64_t f)
{
    real s = 0;
    for (int64_t k = 0; k < f; k++) {
        const volatile real product = x[k] * y[k];
        s = cpu == WRMF_I_CPU_GENERIC ? s + product : FMA(x[k], y[k], s);
    }
    return s;
}

static void same(real got, real want)
{
    assert_memory_equal(&got, &want, sizeof got);
}

static void check(int cpu, int64_t f, int64_t n)
{
    const score_kernels *const k = KERNELS((wrmf_i_cpu)cpu);
    static real users[USERS * MOST], items[PANEL * (MOST + 3)], panel[PANEL * MOST + 2 * GUARD],
        out[USERS * PANEL + 2 * GUARD];
    const int64_t stride = f + 3;
    for (int64_t i = 0; i < USERS * f; i++)
        users[i] = uniform();
    for (int64_t i = 0; i < PANEL * stride; i++)
        items[i] = uniform();
    for (int i = 0; i < PANEL * MOST + 2 * GUARD; i++)
        panel[i] = 77;
    for (int i = 0; i < USERS * PANEL + 2 * GUARD; i++)
        out[i] = 88;
    k->pack(items, n, stride, f, panel + GUARD);
    for (int i = 0; i < GUARD; i++)
        assert_true(panel[i] == 77 && panel[GUARD + PANEL * f + i] == 77);
    for (int64_t j = 0; j < f; j++)
        for (int64_t i = 0; i < PANEL; i++)
            assert_true(panel[GUARD + j * PANEL + i] == (i < n ? items[i * stride + j] : 0));

    k->tile(users, f, panel + GUARD, out + GUARD);
    for (int i = 0; i < GUARD; i++)
        assert_true(out[i] == 88 && out[GUARD + USERS * PANEL + i] == 88);
    for (int64_t u = 0; u < USERS; u++)
        for (int64_t i = 0; i < n; i++)
            same(out[GUARD + u * PANEL + i], naive(cpu, users + u * f, items + i * stride, f));

    out[GUARD + PANEL] = 88;
    k->single(users + f, f, panel + GUARD, out + GUARD);
    assert_true(out[GUARD - 1] == 88 && out[GUARD + PANEL] == 88);
    for (int64_t i = 0; i < n; i++) {
        same(out[GUARD + i], naive(cpu, users + f, items + i * stride, f));
        same(k->score(users + f, items + i * stride, f),
             naive(cpu, users + f, items + i * stride, f));
    }

    const real *x[WRMF_I_SCORE_FEW], *y[WRMF_I_SCORE_FEW];
    real scores[WRMF_I_SCORE_FEW + 1];
    scores[WRMF_I_SCORE_FEW] = 99;
    for (int i = 0; i < WRMF_I_SCORE_FEW; i++) {
        x[i] = users + i * 5 % USERS * f;
        y[i] = items + i * 3 % PANEL * stride;
    }
    k->few(x, y, f, scores);
    for (int i = 0; i < WRMF_I_SCORE_FEW; i++)
        same(scores[i], naive(cpu, x[i], y[i], f));
    assert_true(scores[WRMF_I_SCORE_FEW] == 99);

    const real threshold = out[GUARD + n / 2];
    uint32_t want = 0;
    for (int i = 0; i < PANEL; i++)
        want |= (uint32_t)(out[GUARD + i] > threshold) << i;
    assert_int_equal(k->above(out + GUARD, threshold), want);
}

/* A panel of rows where they are. */
static void check_in_place(int cpu, int64_t f)
{
    static real user[MOST], rows[PANEL * (MOST + 3)], out[PANEL + 2 * GUARD];
    const int64_t stride = f + 3;
    for (int64_t i = 0; i < f; i++)
        user[i] = uniform();
    for (int64_t i = 0; i < PANEL * stride; i++)
        rows[i] = uniform();
    out[GUARD - 1] = out[GUARD + PANEL] = 88;
    KERNELS((wrmf_i_cpu)cpu)->in_place(user, f, rows, stride, out + GUARD);
    assert_true(out[GUARD - 1] == 88 && out[GUARD + PANEL] == 88);
    for (int64_t i = 0; i < PANEL; i++)
        same(out[GUARD + i], naive(cpu, user, rows + i * stride, f));
}

static void test_scores(void **state)
{
    (void)state;
    for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++) {
        if (!wrmf_i_cpu_can((wrmf_i_cpu)cpu))
            continue;
        for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
            for (int64_t n = 1; n <= PANEL; n++)
                check(cpu, factors[i], n);
            check_in_place(cpu, factors[i]);
        }
    }
}

/* Only what is greater is above: not equal scores, not NaN; infinities are. */
static void test_above(void **state)
{
    (void)state;
    real scores[PANEL];
    for (int i = 0; i < PANEL; i++)
        scores[i] = i % 4 == 0 ? (real)NAN : i % 4 == 1 ? 2 : i % 4 == 2 ? (real)INFINITY : 1;
    for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++) {
        if (!wrmf_i_cpu_can((wrmf_i_cpu)cpu))
            continue;
        const uint32_t all = PANEL == 32 ? ~UINT32_C(0) : (UINT32_C(1) << PANEL % 32) - 1;
        assert_int_equal(KERNELS((wrmf_i_cpu)cpu)->above(scores, 2), 0x44444444 & all);
        assert_int_equal(KERNELS((wrmf_i_cpu)cpu)->above(scores, (real)-INFINITY),
                         0xeeeeeeee & all);
    }
}

/* Scales at the ends of what is told by a product are told always, on every level. */
static void test_scaled_above(void **state)
{
    (void)state;
    const double least = PANEL == WRMF_I_PANEL_F32 ? 1e-30 : 1e-290;
    real scores[PANEL];
    double scales[PANEL];
    uint32_t want = 0;
    for (int i = 0; i < PANEL; i++) {
        static const double factors_[] = {0, 1, 0.25, -1};
        scores[i] = (real)(i % 3 - 1);
        scales[i] = factors_[i % 4];
        if (scales[i] < 0)
            scales[i] = i % 8 == 3 ? least / 2 : 2 / least;
        if (i % 16 == 15)
            scales[i] = INFINITY;
        const bool always = scales[i] > 0 && scales[i] != 1 && scales[i] != 0.25;
        want |= (uint32_t)(always || (double)scores[i] * scales[i] > 0.5) << i;
    }
    for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++)
        if (wrmf_i_cpu_can((wrmf_i_cpu)cpu))
            assert_int_equal(KERNELS((wrmf_i_cpu)cpu)->scaled_above(scores, scales, (real)0.5),
                             want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scores), cmocka_unit_test(test_above),
                                       cmocka_unit_test(test_scaled_above)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
