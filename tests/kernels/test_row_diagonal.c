/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Systems with a diagonal of their own: rows v gathered as S v, the solution multiplied by S
 * afterwards, against a direct solution of (S^-2 + V'DV) x = V'b in long double. Every solver, on
 * every level that this CPU can run. Compiled once per precision.
 *
 * The matrix solved is M = I + S V'DV S with eigenvalues in [1, 1 + t], t = sum of d ||S v||^2.
 * z with x = S z has then an error of at most its residual, and a solver that is backward stable
 * one of at most (operations in a chain) * unit roundoff * (1 + t) ||z||: for all of them, chains
 * are no longer than the sum of both sides of W, times 2 for the roundings of S v and S z, and
 * with the factorization's own. Conjugate gradients add their tolerance, and in a warm start the
 * z they come from counts beside the solution.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "linalg/real.h"
#include "linalg/row_kernels.h"

typedef RFN(row_kernels) row_kernels;
typedef RFN(system) row_system;
#define KERNELS(cpu) RFN(row_kernels_get)(cpu)

enum { ROWS = 60, MAX_N = 70, MAX_PADDED = 72, MAX_WIDTH = 144 };

/* A row of a problem: what a system takes, and the direct solution. */
typedef struct problem {
    int64_t n, width;
    int32_t index[MAX_N];
    real w[MAX_PADDED * MAX_WIDTH], d[MAX_PADDED], b[MAX_PADDED], diagonal[MAX_WIDTH];
    long double x[MAX_WIDTH];
    long double size, trace; /* ||S^-1 x||, t */
} problem;

static uint64_t draws;

static double uniform(double low, double high)
{
    const double u = (double)(wrmf_i_random_u64(7, 98, 0, draws++) >> 11) * 0x1p-53;
    return low + (high - low) * u;
}

/* The solution of a x = b for a symmetric positive definite a, by Cholesky, in place of b. */
static void solve_direct(long double *a, long double *b, int64_t n)
{
    for (int64_t k = 0; k < n; k++) {
        for (int64_t j = 0; j < k; j++) {
            for (int64_t i = k; i < n; i++)
                a[i * n + k] -= a[i * n + j] * a[k * n + j];
            b[k] -= a[k * n + j] * b[j];
        }
        const long double pivot = sqrtl(a[k * n + k]);
        for (int64_t i = k; i < n; i++)
            a[i * n + k] /= pivot;
        b[k] /= pivot;
    }
    for (int64_t k = n - 1; k >= 0; k--) {
        for (int64_t i = k + 1; i < n; i++)
            b[k] -= a[i * n + k] * b[i];
        b[k] /= a[k * n + k];
    }
}

static void solve_problem(const real *v, problem *p)
{
    const int64_t width = p->width;
    long double *const a = calloc((size_t)(width * width), sizeof *a);
    memset(p->x, 0, sizeof p->x);
    p->trace = p->size = 0;
    for (int64_t k = 0; k < width; k++)
        a[k * width + k] = 1 / ((long double)p->diagonal[k] * p->diagonal[k]);
    for (int64_t i = 0; i < p->n; i++) {
        const real *const row = v + p->index[i] * width;
        for (int64_t k = 0; k < width; k++) {
            const long double scaled = (long double)p->diagonal[k] * row[k];
            p->trace += p->d[i] * scaled * scaled;
            p->x[k] += (long double)p->b[i] * row[k];
            for (int64_t j = 0; j <= k; j++)
                a[k * width + j] += (long double)p->d[i] * row[k] * row[j];
        }
    }
    solve_direct(a, p->x, width);
    for (int64_t k = 0; k < width; k++)
        p->size += p->x[k] / p->diagonal[k] * (p->x[k] / p->diagonal[k]);
    p->size = sqrtl(p->size);
    free(a);
}

/* Rows of v with weights, and a diagonal that no other problem has. */
static problem *make_problem(const real *v, int64_t n, int64_t width)
{
    problem *const p = calloc(1, sizeof *p);
    p->n = n;
    p->width = width;
    const double lambda = uniform(0.3, 30);
    for (int64_t k = 0; k < width; k++)
        p->diagonal[k] = (real)(1 / sqrt(uniform(0, 20) + lambda));
    for (int64_t i = 0; i < n; i++) {
        p->index[i] = (int32_t)(uniform(0, 1) * ROWS);
        p->d[i] = (real)uniform(1, 40);
        p->b[i] = (real)uniform(-2, 40); /* targets need not be 1 + d */
    }
    solve_problem(v, p);
    return p;
}

/* The system of a problem, gathered. */
static row_system gather(const row_kernels *k, const real *v, problem *p)
{
    const row_system system = {
        .w = p->w, .n = p->n, .width = p->width, .d = p->d, .b = p->b, .diagonal = p->diagonal};
    k->gather(&system, v, p->index);
    return system;
}

/* Whether S z is the solution. size: ||z||, or of larger numbers that it was found from. */
static void check(const problem *p, const real *z, long double size, long double tolerance,
                  const char *solver)
{
    long double error = 0;
    for (int64_t k = 0; k < p->width; k++) {
        const long double difference = p->x[k] / p->diagonal[k] - z[k];
        error += difference * difference;
    }
    const long double chain = 2 * (long double)(p->n + p->width);
    const long double bound =
        (tolerance + chain * (long double)(REAL_EPSILON / 2) * (1 + p->trace)) * size;
    if (!(sqrtl(error) <= bound))
        fail_msg("%s, n %ld, width %ld: error %Lg, bound %Lg", solver, (long)p->n, (long)p->width,
                 sqrtl(error), bound);
}

static void check_cg(const row_kernels *k, const real *v, problem *p)
{
    const row_system system = gather(k, v, p);
    wrmf_i_cg_rule rule = {
        .try_steps = 1000, .max_steps = 1000, .tolerance = WRMF_BITS == 32 ? 1e-6 : 1e-12};
    real z[MAX_WIDTH], work[3 * MAX_WIDTH];
    wrmf_i_cg_end end = {.residual = -1};
    for (int warm = 0; warm < 2; warm++) { /* from elsewhere: x of before over S */
        long double start = 0;
        rule.warm = warm == 1;
        for (int64_t i = 0; i < p->width; i++) {
            z[i] = (real)(uniform(-1, 1) / (double)p->diagonal[i]);
            start += warm * (long double)z[i] * z[i];
        }
        assert_in_range(k->cg(&system, &rule, z, work, &end), 0, 1000);
        assert_true(end.reached && end.residual <= rule.tolerance);
        check(p, z, p->size + sqrtl(start), 2 * (long double)rule.tolerance,
              warm ? "warm cg" : "cg");
    }
}

static void check_short_row(const row_kernels *k, const real *v, problem *p)
{
    real y[WRMF_I_SHORT_ROW], work[WRMF_I_SHORT_ROW * WRMF_I_SHORT_ROW], z[MAX_WIDTH] = {0};
    if (p->n > WRMF_I_SHORT_ROW)
        return;
    const row_system system = gather(k, v, p);
    assert_int_equal(k->short_row(&system, y, work), 1);
    k->combine(p->w, p->n, p->width, y, z);
    check(p, z, p->size, 0, "short_row");
}

/* a and z: the matrix and the right side of a problem's system. */
static void form(const row_kernels *k, const real *v, problem *p, real *a, real *z)
{
    const int64_t n = p->n, width = p->width;
    real *const scaled = calloc((size_t)((n + 1) * width), sizeof *scaled);
    gather(k, v, p);
    memset(a, 0, sizeof *a * (size_t)(width * width));
    memset(z, 0, sizeof *z * (size_t)width);
    for (int64_t i = 0; i < width; i++)
        a[i * width + i] = 1;
    k->scale(p->w, n, width, p->d, scaled);
    k->outer(a, scaled, p->w, n, width, width);
    k->combine(p->w, n, width, p->b, z);
    free(scaled);
}

static void check_cholesky(const row_kernels *k, const real *v, problem *p)
{
    real *const a = malloc(sizeof *a * (size_t)(p->width * p->width));
    real z[MAX_WIDTH], scratch[16 * MAX_WIDTH];
    form(k, v, p, a, z);
    assert_int_equal(k->cholesky(a, p->width, p->width, z, scratch), 1);
    check(p, z, p->size, 0, "cholesky");
    free(a);
}

/* Side by side, with a diagonal each. */
static void check_batch(const row_kernels *k, const real *v, problem *const *problems, int64_t n,
                        int64_t width)
{
    enum { MOST = WRMF_I_BATCH_SYSTEMS };
    if (width > WRMF_I_BATCH_WIDTH)
        return;
    real *a[MOST],
        *z[MOST], *const work = aligned_alloc(WRMF_I_ALIGN, sizeof *work * WRMF_I_BATCH_WORK);
    for (int64_t i = 0; i < n; i++) {
        a[i] = malloc(sizeof **a * (size_t)(width * width));
        z[i] = malloc(sizeof **z * (size_t)width);
        form(k, v, problems[i], a[i], z[i]);
    }
    assert_int_equal(k->cholesky_batch((const real *const *)a, z, n, width, width, work),
                     (UINT32_C(1) << n) - 1);
    for (int64_t i = 0; i < n; i++) {
        check(problems[i], z[i], problems[i]->size, 0, "cholesky_batch");
        free(a[i]);
        free(z[i]);
    }
    free(work);
}

static void test_diagonal(void **state)
{
    (void)state;
    static const int64_t counts[] = {0, 1, 3, 4, 10, 31, 32, 33, 64, 70},
                         widths[] = {16, 32, 48, 80, 128, 144};
    enum { N_COUNTS = sizeof counts / sizeof *counts, N_WIDTHS = sizeof widths / sizeof *widths };
    real *const v = malloc(sizeof *v * ROWS * MAX_WIDTH);
    for (int w = 0; w < N_WIDTHS; w++) {
        problem *problems[N_COUNTS];
        for (int64_t i = 0; i < ROWS * widths[w]; i++)
            v[i] = (real)(uniform(-1, 1) * 2 / sqrt((double)widths[w]));
        for (int i = 0; i < N_COUNTS; i++)
            problems[i] = make_problem(v, counts[i], widths[w]);
        for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++) {
            if (!wrmf_i_cpu_can((wrmf_i_cpu)cpu))
                continue;
            const row_kernels *const kernels = KERNELS((wrmf_i_cpu)cpu);
            for (int i = 0; i < N_COUNTS; i++) {
                check_cg(kernels, v, problems[i]);
                check_short_row(kernels, v, problems[i]);
                check_cholesky(kernels, v, problems[i]);
            }
            check_batch(kernels, v, problems, N_COUNTS, widths[w]);
        }
        for (int i = 0; i < N_COUNTS; i++)
            free(problems[i]);
    }
    free(v);
}

/* A diagonal of ones gives the same bits as none, and gathering is one multiplication. */
static void test_gather(void **state)
{
    (void)state;
    enum { N = 7, WIDTH = 48 };
    real v[ROWS * WIDTH], ones[WIDTH], s[WIDTH], to[8 * WIDTH], want[8 * WIDTH];
    int32_t index[N];
    for (int i = 0; i < ROWS * WIDTH; i++)
        v[i] = (real)uniform(-1, 1);
    for (int k = 0; k < WIDTH; k++) {
        ones[k] = 1;
        s[k] = (real)uniform(0, 2);
    }
    for (int i = 0; i < N; i++)
        index[i] = (int32_t)(i * 11 % ROWS);
    for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++) {
        if (!wrmf_i_cpu_can((wrmf_i_cpu)cpu))
            continue;
        row_system system = {.w = want, .n = N, .width = WIDTH};
        KERNELS((wrmf_i_cpu)cpu)->gather(&system, v, index);
        system.w = to;
        system.diagonal = ones;
        KERNELS((wrmf_i_cpu)cpu)->gather(&system, v, index);
        assert_memory_equal(to, want, sizeof to);
        system.diagonal = s;
        KERNELS((wrmf_i_cpu)cpu)->gather(&system, v, index);
        for (int i = 0; i < 8 * WIDTH; i++)
            assert_true(to[i] == (real)(want[i] * s[i % WIDTH]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_diagonal),
        cmocka_unit_test(test_gather),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
