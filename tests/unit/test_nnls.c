/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Systems with x >= 0 by both methods: of many shapes, singular ones and wide ones among them. The
 * conditions hold to the tolerance that linalg/nnls.c states, in long double, and where the
 * solution is unique both methods find the same free set.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "linalg/factors.h"
#include "linalg/nnls.h"
#include "thin.h"

static wrmf_i_cpu cpu;
static uint64_t draws;

static double uniform(double low, double high)
{
    const double u = (double)(wrmf_i_random_u64(11, 5, 0, draws++) >> 11) * 0x1p-53;
    return low + (high - low) * u;
}

typedef struct problem {
    int64_t factors, width;
    double *a, *b; /* a: full */
    double *size;  /* NULL: the diagonal of a */
    void *memory;
    wrmf_i_nnls nnls;
} problem;

static problem *make(int64_t factors)
{
    problem *const p = calloc(1, sizeof *p);
    assert_non_null(p);
    p->factors = factors;
    p->width = wrmf_i_padded_width(factors);
    wrmf_i_carver carver = wrmf_i_carver_over(NULL);
    wrmf_i_nnls_carve(&carver, &p->nnls, p->width);
    p->memory = aligned_alloc(WRMF_I_ALIGN, wrmf_i_carver_bytes(&carver));
    p->a = calloc((size_t)(p->width * p->width), sizeof *p->a);
    p->b = calloc((size_t)p->width, sizeof *p->b);
    assert_true(p->memory && p->a && p->b);
    carver = wrmf_i_carver_over(p->memory);
    wrmf_i_nnls_carve(&carver, &p->nnls, p->width);
    return p;
}

static void drop(problem *p)
{
    free(p->memory);
    free(p->a);
    free(p->b);
    free(p);
}

static void add_term(problem *p, double weight, const double *y)
{
    for (int64_t i = 0; i < p->factors; i++)
        for (int64_t j = 0; j < p->factors; j++)
            p->a[i * p->width + j] += weight * y[i] * y[j];
}

/* A sum of n terms w y y' of vectors with some zeros and from `low` on, and lambda; b is a sum of
 * the same vectors. */
static problem *draw(int64_t factors, int64_t n, double low, double heaviest, double lambda)
{
    problem *const p = make(factors);
    double *const y = calloc((size_t)factors, sizeof *y);
    assert_non_null(y);
    for (int64_t t = 0; t < n; t++) {
        const double weight = exp(uniform(0, log(heaviest)));
        for (int64_t k = 0; k < factors; k++)
            y[k] = uniform(0, 1) < 0.4 ? 0 : uniform(low, 1);
        add_term(p, weight, y);
        for (int64_t k = 0; k < factors && t % 3 == 0; k++)
            p->b[k] += weight * y[k];
    }
    for (int64_t k = 0; k < factors; k++)
        p->a[k * p->width + k] += lambda;
    free(y);
    return p;
}

static bool solve(problem *p, bool slowly)
{
    wrmf_i_nnls *const nnls = &p->nnls;
    nnls->kernels = wrmf_i_row_kernels_get_f64(cpu);
    nnls->factors = p->factors;
    nnls->width = p->width;
    nnls->a = p->a;
    nnls->b = p->b;
    for (int64_t k = 0; k < p->width; k++)
        nnls->size[k] = p->size ? p->size[k] : p->a[k * p->width + k];
    for (int64_t k = 1; k < p->width; k++) /* it is not read */
        p->a[k * p->width] = NAN;
    return slowly ? wrmf_i_nnls_solve_slowly(nnls) : wrmf_i_nnls_solve(nnls);
}

/* The conditions, with the tolerance of linalg/nnls.c: what it has beside the ridge, and the ridge.
 */
static void check(const problem *p)
{
    const wrmf_i_nnls *const nnls = &p->nnls;
    const int64_t f = p->factors;
    long double reach = 0;
    for (int64_t k = 0; k < f; k++)
        reach += (long double)sqrt(nnls->size[k]) * nnls->x[k];
    const long double relative = 12 * (double)(f + 4) * (DBL_EPSILON / 2) + nnls->ridge;
    for (int64_t j = 0; j < p->width; j++) {
        const double x = nnls->x[j];
        long double g = -(long double)p->b[j];
        for (int64_t k = 0; k < f; k++)
            g += (long double)p->a[j * p->width + k] * nnls->x[k];
        const long double tolerance = relative * sqrt(nnls->size[j]) * reach;
        assert_true(x >= 0 && (j < f || !(x > 0)));
        assert_true(nnls->free[j < f ? j : 0] || j >= f || !(x > 0));
        assert_true(j >= f || (g >= -tolerance && (!(x > 0) || g <= tolerance)));
    }
}

/* ---- */

/* Both methods. The problem is dropped. */
static void check_both(problem *p, bool unique)
{
    unsigned char *const found = calloc((size_t)p->factors, 1);
    assert_non_null(found);
    assert_true(solve(p, false));
    check(p);
    memcpy(found, p->nnls.free, (size_t)p->factors);
    assert_true(solve(p, true));
    check(p);
    if (unique)
        assert_memory_equal(found, p->nnls.free, (size_t)p->factors);
    free(found);
    drop(p);
}

static void random_systems(void **state)
{
    static const int64_t factors[] = {1, 2, 7, 16, 17, 40, 64, 100};
    (void)state;
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        const int64_t f = factors[i];
        for (int round = 0; round < thin_or(6, 2); round++) {
            check_both(draw(f, 4 * f, 0, 1, 0.1), true);
            check_both(draw(f, f / 3 + 1, 0, 30, 0.3), true);
            check_both(draw(f, 2 * f, -1, 10, 0.01), true);
            check_both(draw(f, f / 2 + 1, 0, 1e8, 1e-3), false);
        }
    }
}

/* Without a regularization, of fewer terms than factors; with two columns that are the same, one
 * that is 0, and nothing in b. */
static void singular_systems(void **state)
{
    (void)state;
    for (int64_t f = 2; f < 60; f += 19) {
        check_both(draw(f, f / 2, 0, 1, 0), false);
        check_both(draw(f, f / 2, 0, 1e6, 0), false);
        problem *p = draw(f, 3 * f, 0, 1, 0);
        for (int64_t k = 0; k < f; k++)
            p->a[k * p->width + 1] = p->a[k * p->width];
        for (int64_t k = 0; k < f; k++)
            p->a[p->width + k] = p->a[k];
        p->a[p->width + 1] = p->a[0];
        p->b[1] = p->b[0];
        check_both(p, false);
        p = draw(f, 3 * f, 0, 1, 0);
        for (int64_t k = 0; k < f; k++)
            p->a[k * p->width] = p->a[k] = 0;
        p->b[0] = 0;
        assert_true(solve(p, false));
        assert_true(!(p->nnls.x[0] > 0));
        check_both(p, false);
        p = draw(f, 3 * f, 0, 1, 0);
        memset(p->b, 0, sizeof *p->b * (size_t)p->width);
        assert_true(solve(p, false));
        for (int64_t k = 0; k < f; k++)
            assert_true(!(p->nnls.x[k] > 0));
        check_both(p, true);
    }
}

/* Make all factors free: the solution is 1 everywhere, if there is one alone. */
static void aim_at_ones(problem *p)
{
    for (int64_t k = 0; k < p->factors; k++) {
        p->b[k] = 0;
        for (int64_t j = 0; j < p->factors; j++)
            p->b[k] += p->a[k * p->width + j];
    }
}

/* From 256 free factors on LAPACK factorizes. */
static void wide_systems(void **state)
{
    (void)state;
    problem *p = draw(300, 50, 0, 1, 3);
    aim_at_ones(p);
    assert_true(solve(p, false));
    check(p);
    int64_t n = 0;
    for (int64_t k = 0; k < p->factors; k++)
        n += p->nnls.free[k];
    assert_true(n >= WRMF_I_WIDE);
    drop(p);
}

/* Rounding of terms that cancel has left A indefinite: the diagonal is raised by as much. */
static void raised_diagonals(void **state)
{
    (void)state;
    problem *p = draw(20, 12, 0, 1, 0);
    double size[32];
    p->size = size;
    for (int64_t k = 0; k < 32; k++)
        size[k] = 20;
    aim_at_ones(p);
    for (int64_t k = 0; k < 20; k++)
        p->a[k * p->width + k] -= 1e-10; /* of 8 dimensions it had nothing in */
    assert_true(solve(p, false));
    assert_true(p->nnls.fell_back && p->nnls.ridge > 1e-12 && p->nnls.ridge < 1e-9);
    check(p);
    for (int64_t k = 0; k < 20; k++) /* beyond reason */
        p->a[k * p->width + k] -= 1000;
    assert_false(solve(p, false));
    assert_false(solve(p, true));
    drop(p);
}

static void not_finite(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        problem *p = draw(9, 20, 0, 1, 1);
        *(i ? &p->b[4] : &p->a[3 * p->width + 3]) = (double)INFINITY;
        assert_false(solve(p, false));
        assert_false(solve(p, true));
        drop(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_systems), cmocka_unit_test(singular_systems),
        cmocka_unit_test(wide_systems),   cmocka_unit_test(raised_diagonals),
        cmocka_unit_test(not_finite),
    };
    int failed = 0;
    for (int level = 0; level < WRMF_I_CPU_COUNT; level++) {
        cpu = (wrmf_i_cpu)level;
        if (wrmf_i_cpu_can(cpu))
            failed += cmocka_run_group_tests_name(wrmf_i_cpu_name(cpu), tests, NULL, NULL);
    }
    return failed;
}
