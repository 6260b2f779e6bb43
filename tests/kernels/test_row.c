/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Row kernels of every level that this CPU can run against naive loops in long
 * double, with guard numbers around the outputs. Compiled once per precision.
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

#if WRMF_BITS == 32
typedef wrmf_i_row_kernels_f32 row_kernels;
typedef wrmf_i_system_f32 row_system;
#define KERNELS(cpu) wrmf_i_row_kernels_get_f32(cpu)
#else
typedef wrmf_i_row_kernels_f64 row_kernels;
typedef wrmf_i_system_f64 row_system;
#define KERNELS(cpu) wrmf_i_row_kernels_get_f64(cpu)
#endif

enum { GUARD = 16 };
static const int64_t widths[] = {16, 32, 48, 64, 80, 96, 112, 128, 144, 256};
static const int64_t counts[] = {0,  1,  2,  3,  4,  5,  7,  8,  9,  15,
                                 16, 17, 25, 31, 32, 33, 63, 64, 65, 130};
#define EACH(i, array)                                                                             \
    size_t i = 0;                                                                                  \
    i < sizeof(array) / sizeof *(array);                                                           \
    i++

static uint64_t draws;

static double uniform(void)
{
    return (double)(wrmf_i_random_u64(7, 99, 0, draws++) >> 11) * 0x1p-52 - 1.0;
}

/* n numbers between guards; the guards are checked when it is given back. */
static real *buffer(int64_t n)
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

static void give_back(real *data, int64_t n)
{
    for (int i = 0; i < GUARD; i++) {
        assert_true(data[-GUARD + i] == (real)12345);
        assert_true(data[n + i] == (real)12345);
    }
    free(data - GUARD);
}

static void near(long double got, long double want, long double size)
{
    const long double error = fabsl(got - want);
    if (!(error <= 50 * (long double)REAL_EPSILON * (size + 1)))
        fail_msg("got %Lg, want %Lg, error %Lg", got, want, error);
}

static void each_level(void (*check)(const row_kernels *, int64_t, int64_t))
{
    for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++) {
        if (!wrmf_i_cpu_can((wrmf_i_cpu)cpu))
            continue;
        for (EACH(w, widths))
            for (EACH(n, counts))
                check(KERNELS((wrmf_i_cpu)cpu), counts[n], widths[w]);
    }
}

static void check_outer(const row_kernels *k, int64_t n, int64_t width)
{
    real *const a = buffer(n * width), *const b = buffer(n * width),
                *const m = buffer(width * width);
    real *const was = buffer(width * width);
    memcpy(was, m, sizeof(real) * (size_t)(width * width));
    k->outer(m, a, b, n, width, width);
    for (int64_t i = 0; i < width; i++) {
        for (int64_t j = i; j < width; j++) {
            long double want = was[i * width + j];
            for (int64_t r = 0; r < n; r++)
                want += (long double)a[r * width + i] * b[r * width + j];
            near(m[i * width + j], want, (long double)n);
        }
    }
    give_back(a, n * width);
    give_back(b, n * width);
    give_back(m, width * width);
    give_back(was, width * width);
}

static void check_rotate(const row_kernels *k, int64_t n, int64_t width)
{
    real *const in = buffer(n * width), *const out = buffer(n * width),
                *const m = buffer(width * width);
    real *const precise = buffer(n * width), *const scratch = buffer(8 * width);
    double *const m64 = malloc(sizeof(double) * (size_t)(width * width));
    double *const scratch64 = malloc(sizeof(double) * (size_t)(8 * width));
    for (int64_t i = 0; i < width * width; i++)
        m64[i] = (double)m[i];
    k->rotate(in, n, width, m, WRMF_I_FULL, out, scratch);
    k->rotate64(in, n, width, m64, precise, scratch64);
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = 0; j < width; j++) {
            long double want = 0;
            for (int64_t r = 0; r < width; r++)
                want += (long double)in[i * width + r] * m[r * width + j];
            near(out[i * width + j], want, (long double)width);
            near(precise[i * width + j], want, WRMF_BITS == 32 ? fabsl(want) : (long double)width);
        }
    }
    for (int64_t i = 0; i < n; i++) { /* a row by itself has the bits that it has among others */
        real *const alone = buffer(width);
        k->rotate(in + i * width, 1, width, m, WRMF_I_FULL, alone, scratch);
        assert_memory_equal(alone, out + i * width, sizeof(real) * (size_t)width);
        k->rotate64(in + i * width, 1, width, m64, alone, scratch64);
        assert_memory_equal(alone, precise + i * width, sizeof(real) * (size_t)width);
        give_back(alone, width);
    }
    k->rotate(in, n, width, m, WRMF_I_FULL, in, scratch); /* in place */
    assert_memory_equal(in, out, sizeof(real) * (size_t)(n * width));
    for (int shape = WRMF_I_UPPER; shape <= WRMF_I_LOWER; shape++) { /* half of it is zero */
        real *const half = buffer(width * width), *const full = buffer(n * width);
        for (int64_t r = 0; r < width; r++)
            for (int64_t j = 0; j < width; j++)
                if (shape == WRMF_I_UPPER ? j < r : j > r)
                    half[r * width + j] = 0;
        k->rotate(in, n, width, half, WRMF_I_FULL, full, scratch);
        k->rotate(in, n, width, half, (wrmf_i_shape)shape, out, scratch);
        assert_memory_equal(out, full, sizeof(real) * (size_t)(n * width));
        give_back(half, width * width);
        give_back(full, n * width);
    }
    free(m64);
    free(scratch64);
    give_back(in, n * width);
    give_back(out, n * width);
    give_back(m, width * width);
    give_back(precise, n * width);
    give_back(scratch, 8 * width);
}

/* ||W' b - (I + W' D W) z|| / ||z||, or the same with G in place of I, in long double. */
static long double residual(const real *g, const row_system *system, const real *z)
{
    const real *const w = system->w;
    const int64_t width = system->width;
    long double *const r = calloc((size_t)width, sizeof *r);
    long double rr = 0, zz = 0;
    for (int64_t k = 0; k < width; k++) {
        r[k] = g ? 0 : -(long double)z[k];
        for (int64_t j = 0; g && j < width; j++)
            r[k] -= (long double)g[k * width + j] * z[j];
    }
    for (int64_t i = 0; i < system->n; i++) {
        long double s = 0;
        for (int64_t k = 0; k < width; k++)
            s += (long double)w[i * width + k] * z[k];
        for (int64_t k = 0; k < width; k++)
            r[k] += ((long double)system->b[i] - (long double)system->d[i] * s) * w[i * width + k];
    }
    for (int64_t k = 0; k < width; k++) {
        rr += r[k] * r[k];
        zz += (long double)z[k] * z[k];
    }
    free(r);
    return zz > 0 ? sqrtl(rr / zz) : sqrtl(rr);
}

/* A row's system: n rows of length about 0.3, weights of 20 to 40, b = 1 + d. */
static row_system make_system(int64_t n, int64_t width)
{
    const int64_t padded = wrmf_i_padded_row(n);
    real *const w = buffer(padded * width), *const d = buffer(padded), *const b = buffer(padded);
    for (int64_t i = 0; i < padded; i++) {
        d[i] = i < n ? (real)(20 + 20 * uniform()) : 0;
        b[i] = i < n ? 1 + d[i] : 0;
        for (int64_t k = 0; k < width; k++)
            w[i * width + k] *= i < n ? (real)(0.5 / sqrt((double)width)) : 0;
    }
    return (row_system){.w = w, .n = n, .width = width, .d = d, .b = b};
}

/* real is const in a system, but its arrays were made here. */
static void free_system(const row_system *system)
{
    const int64_t padded = wrmf_i_padded_row(system->n);
    give_back(system->w, padded * system->width);
    give_back((real *)(uintptr_t)system->d, padded);
    give_back((real *)(uintptr_t)system->b, padded);
}

/* Given up after a few steps, but not where half of the digits are there. */
static void check_cg_stops(const row_kernels *k, const row_system *system, double tolerance,
                           int steps)
{
    real *const z = buffer(system->width), *const work = buffer(3 * system->width);
    double got = -1;
    for (int some = 1; some < 6; some++) {
        const wrmf_i_cg_rule rule = {.try_steps = some, .max_steps = 1000, .tolerance = tolerance};
        const int taken = k->cg(system, &rule, z, work, &got);
        assert_true(taken == some ? got > sqrt(tolerance) || got <= tolerance : got <= tolerance);
    }
    const wrmf_i_cg_rule two = {.try_steps = 2, .max_steps = 2, .tolerance = 0.9 * tolerance};
    assert_int_equal(k->cg(system, &two, z, work, &got), steps < 2 ? steps : 2);
    give_back(z, system->width);
    give_back(work, 3 * system->width);
}

static void check_cg(const row_kernels *k, int64_t n, int64_t width)
{
    const double tolerance = WRMF_BITS == 32 ? 1e-6 : 1e-12;
    const long double bound = WRMF_BITS == 32 ? 2e-5L : 1e-11L;
    row_system system = make_system(n, width);
    wrmf_i_cg_rule rule = {.try_steps = 1000, .max_steps = 1000, .tolerance = tolerance};
    real *const z = buffer(width), *const work = buffer(3 * width);
    double got = -1;
    static const int32_t index[] = {3, 0, 2};
    wrmf_i_prefetch next = {system.w, index, n > 4 ? 3 : 0, width * (int64_t)sizeof *system.w};
    system.prefetch = &next;
    const int steps = k->cg(&system, &rule, z, work, &got);
    system.prefetch = NULL;
    assert_in_range(steps, n > 0, 1000);
    assert_true(n < 16 || steps < 3 || next.n == 0); /* prefetched, and taken off the list */
    assert_true(got <= tolerance);
    assert_true(residual(NULL, &system, z) <= bound);
    check_cg_stops(k, &system, tolerance, steps);
    /* the right side in z: the same bits */
    real *const again = buffer(width);
    row_system bare = system;
    bare.b = NULL;
    memset(again, 0, sizeof(real) * (size_t)width);
    k->combine(system.w, n, width, system.b, again);
    assert_int_equal(k->cg(&bare, &rule, again, work, &got), steps);
    assert_memory_equal(again, z, sizeof(real) * (size_t)width);
    /* warm: from elsewhere it comes back */
    rule.warm = true;
    for (int64_t i = 0; i < width; i++)
        again[i] = (real)uniform();
    assert_in_range(k->cg(&system, &rule, again, work, &got), 0, 1000);
    for (int64_t i = 0; i < width; i++)
        assert_true(fabs((double)(again[i] - z[i])) < (WRMF_BITS == 32 ? 1e-4 : 1e-10));
    /* plain, with G = identity * 2 */
    real *const g = buffer(width * width);
    for (int64_t i = 0; i < width * width; i++)
        g[i] = i % (width + 1) == 0 ? 2 : 0;
    assert_in_range(k->cg_unwhitened(g, &system, &rule, again, work, &got), 0, 1000);
    assert_true(residual(g, &system, again) <= bound);
    give_back(again, width);
    give_back(g, width * width);
    free_system(&system);
    give_back(z, width);
    give_back(work, 3 * width);
}

/* a and b of a system, up to `factors` unknowns. */
static void form(const row_kernels *k, const row_system *system, int64_t factors, real *a, real *b)
{
    const int64_t n = system->n, width = system->width;
    real *const u = buffer(n * width);
    memset(a, 0, sizeof(real) * (size_t)(width * width));
    memset(b, 0, sizeof(real) * (size_t)width);
    for (int64_t i = 0; i < width; i++)
        a[i * width + i] = 1;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = factors; j < width; j++)
            system->w[i * width + j] = 0;
    k->scale(system->w, n, width, system->d, u);
    k->outer(a, u, system->w, n, width, factors);
    k->combine(system->w, n, width, system->b, b);
    give_back(u, n * width);
}

static void check_cholesky(const row_kernels *k, int64_t n, int64_t width)
{
    const row_system system = make_system(n, width);
    real *const a = buffer(width * width), *const b = buffer(width),
                *const scratch = buffer(16 * width);
    form(k, &system, width, a, b);
    assert_int_equal(k->cholesky(a, width, width, b, scratch), 1);
    assert_true(residual(NULL, &system, b) <= (WRMF_BITS == 32 ? 5e-5L : 1e-13L));
    /* not positive definite, not finite */
    memset(a, 0, sizeof(real) * (size_t)(width * width));
    assert_int_equal(k->cholesky(a, width, width, b, scratch), 0);
    a[0] = (real)NAN;
    assert_int_equal(k->cholesky(a, width, width, b, scratch), 0);
    free_system(&system);
    give_back(a, width * width);
    give_back(b, width);
    give_back(scratch, 16 * width);
}

/* n systems side by side, one of them bad. */
static void check_cholesky_batch(const row_kernels *k, int64_t n, int64_t width)
{
    enum { MOST = WRMF_I_BATCH_SYSTEMS, WORK = WRMF_I_BATCH_WORK };
    if (n < 1 || n > MOST || width > WRMF_I_BATCH_WIDTH)
        return;
    real *a[MOST], *b[MOST];
    row_system systems[MOST];
    real *const work = buffer(WORK), *const scratch = buffer(16 * width);
    const int64_t factors = width - n % 13, bad = n / 2;
    for (int64_t i = 0; i < n; i++) {
        systems[i] = make_system(3 * i + 1, width);
        a[i] = buffer(width * width);
        b[i] = buffer(width);
        form(k, &systems[i], factors, a[i], b[i]);
    }
    const real kept = a[bad][0], right = b[bad][0];
    static const double wrong[] = {0, -1, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < 4; i++) {
        a[bad][0] = (real)wrong[i];
        real *copies[MOST];
        for (int64_t j = 0; j < n; j++) {
            copies[j] = buffer(width);
            memcpy(copies[j], b[j], sizeof(real) * (size_t)width);
        }
        const uint32_t solved =
            k->cholesky_batch((const real *const *)a, copies, n, factors, width, work);
        assert_int_equal(solved, ((UINT32_C(1) << n) - 1) & ~(UINT32_C(1) << bad));
        assert_true(copies[bad][0] == right);
        for (int64_t j = 0; j < n; j++)
            give_back(copies[j], width);
    }
    a[bad][0] = kept;
    assert_int_equal(k->cholesky_batch((const real *const *)a, b, n, factors, width, work),
                     (UINT32_C(1) << n) - 1);
    for (int64_t i = 0; i < n; i++) {
        assert_true(residual(NULL, &systems[i], b[i]) <= (WRMF_BITS == 32 ? 5e-5L : 1e-13L));
        for (int64_t j = factors; j < width; j++)
            assert_true(b[i][j] == 0);
        real *const one = buffer(width); /* the same by the kernel of one */
        form(k, &systems[i], factors, a[i], one);
        assert_int_equal(k->cholesky(a[i], factors, width, one, scratch), 1);
        assert_true(residual(NULL, &systems[i], one) <= (WRMF_BITS == 32 ? 5e-5L : 1e-13L));
        give_back(one, width);
        free_system(&systems[i]);
        give_back(a[i], width * width);
        give_back(b[i], width);
    }
    give_back(work, WORK);
    give_back(scratch, 16 * width);
}

static void check_short_row(const row_kernels *k, int64_t n, int64_t width)
{
    if (n > WRMF_I_SHORT_ROW)
        return;
    enum { WORK = WRMF_I_SHORT_ROW * WRMF_I_SHORT_ROW };
    const row_system system = make_system(n, width);
    real *const y = buffer(n), *const z = buffer(width), *const work = buffer(WORK);
    memset(z, 0, sizeof(real) * (size_t)width);
    assert_int_equal(k->short_row(&system, y, work), 1);
    k->combine(system.w, n, width, y, z);
    assert_true(residual(NULL, &system, z) <= (WRMF_BITS == 32 ? 5e-5L : 1e-13L));
    if (n > 0) { /* not finite */
        system.w[0] = (real)NAN;
        assert_int_equal(k->short_row(&system, y, work), 0);
    }
    free_system(&system);
    give_back(y, n);
    give_back(z, width);
    give_back(work, WORK);
}

static void check_gathered(const row_kernels *k, int64_t n, int64_t width)
{
    real *const from = buffer(200 * width), *const to = buffer(wrmf_i_padded_row(n) * width);
    real *const sizes = buffer(n);
    int32_t index[256];
    for (int64_t i = 0; i < n; i++)
        index[i] = (int32_t)((i * 37) % 200);
    const row_system system = {.w = to, .n = n, .width = width};
    k->gather(&system, from, index);
    k->norms(to, n, width, sizes);
    double first[256], dots[256];
    for (int64_t j = 0; j < width; j++)
        first[j] = (double)from[j];
    k->dots64(first, from, index, n, width, dots);
    for (int64_t i = 0; i < n; i++) {
        assert_memory_equal(to + i * width, from + index[i] * width, sizeof(real) * (size_t)width);
        long double want = 0, other = 0;
        for (int64_t j = 0; j < width; j++) {
            want += (long double)to[i * width + j] * to[i * width + j];
            other += (long double)to[i * width + j] * from[j];
        }
        near(sizes[i], want, (long double)width);
        assert_true(fabsl(dots[i] - other) <= 1e-13L * (long double)width);
    }
    for (int64_t i = n * width; i < wrmf_i_padded_row(n) * width; i++)
        assert_true(to[i] == 0);
    give_back(from, 200 * width);
    give_back(to, wrmf_i_padded_row(n) * width);
    give_back(sizes, n);
}

static void test_outer(void **state)
{
    (void)state;
    each_level(check_outer);
}

static void test_rotate(void **state)
{
    (void)state;
    each_level(check_rotate);
}

static void test_cg(void **state)
{
    (void)state;
    each_level(check_cg);
}

static void test_cholesky(void **state)
{
    (void)state;
    each_level(check_cholesky);
}

static void test_cholesky_batch(void **state)
{
    (void)state;
    each_level(check_cholesky_batch);
}

static void test_short_row(void **state)
{
    (void)state;
    each_level(check_short_row);
}

static void test_gathered(void **state)
{
    (void)state;
    each_level(check_gathered);
}

/* A matrix that is negative definite must be noticed, not solved. */
static void test_cg_breakdown(void **state)
{
    (void)state;
    enum { WIDTH = 16, N = 4 };
    real w[N * WIDTH] = {0}, d[N] = {-5, -5, -5, -5}, b[N] = {1, 1, 1, 1}, z[WIDTH],
               work[3 * WIDTH];
    for (int i = 0; i < N; i++)
        w[i * WIDTH + i] = 1;
    const row_system system = {.w = w, .n = N, .width = WIDTH, .d = d, .b = b};
    const wrmf_i_cg_rule rule = {.try_steps = 10, .max_steps = 10, .tolerance = 1e-6};
    double got;
    for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++)
        if (wrmf_i_cpu_can((wrmf_i_cpu)cpu))
            assert_int_equal(KERNELS((wrmf_i_cpu)cpu)->cg(&system, &rule, z, work, &got), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outer),     cmocka_unit_test(test_rotate),
        cmocka_unit_test(test_cg),        cmocka_unit_test(test_cholesky),
        cmocka_unit_test(test_gathered),  cmocka_unit_test(test_cg_breakdown),
        cmocka_unit_test(test_short_row), cmocka_unit_test(test_cholesky_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
