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
#define KERNELS(cpu) wrmf_i_row_kernels_get_f32(cpu)
#else
typedef wrmf_i_row_kernels_f64 row_kernels;
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
                *const c = buffer(width * width);
    real *const was = buffer(width * width);
    memcpy(was, c, sizeof(real) * (size_t)(width * width));
    k->outer(c, a, b, n, width, width);
    for (int64_t i = 0; i < width; i++) {
        for (int64_t j = i; j < width; j++) {
            long double want = was[i * width + j];
            for (int64_t r = 0; r < n; r++)
                want += (long double)a[r * width + i] * b[r * width + j];
            near(c[i * width + j], want, (long double)n);
        }
    }
    give_back(a, n * width);
    give_back(b, n * width);
    give_back(c, width * width);
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

/* The system I + W' D W (or G + W' D W) in long double. */
static long double residual(const real *g, const real *w, int64_t n, int64_t width, const real *d,
                            const real *c, const real *z)
{
    long double *const r = calloc((size_t)width, sizeof *r);
    long double rr = 0, zz = 0;
    for (int64_t k = 0; k < width; k++) {
        r[k] = g ? 0 : -(long double)z[k];
        for (int64_t j = 0; g && j < width; j++)
            r[k] -= (long double)g[k * width + j] * z[j];
    }
    for (int64_t i = 0; i < n; i++) {
        long double s = 0;
        for (int64_t k = 0; k < width; k++)
            s += (long double)w[i * width + k] * z[k];
        for (int64_t k = 0; k < width; k++)
            r[k] += ((long double)c[i] - (long double)d[i] * s) * w[i * width + k];
    }
    for (int64_t k = 0; k < width; k++) {
        rr += r[k] * r[k];
        zz += (long double)z[k] * z[k];
    }
    free(r);
    return zz > 0 ? sqrtl(rr / zz) : sqrtl(rr);
}

/* A row's data: n gathered rows of length about 0.3, weights up to 40. */
static void make_row(int64_t n, int64_t width, real **w, real **d, real **c)
{
    const int64_t padded = wrmf_i_padded_row(n);
    *w = buffer(padded * width);
    *d = buffer(padded);
    *c = buffer(padded);
    for (int64_t i = 0; i < padded; i++) {
        (*d)[i] = i < n ? (real)(20 + 20 * uniform()) : 0;
        (*c)[i] = i < n ? 1 + (*d)[i] : 0;
        for (int64_t k = 0; k < width; k++)
            (*w)[i * width + k] *= i < n ? (real)(0.5 / sqrt((double)width)) : 0;
    }
}

static void check_cg(const row_kernels *k, int64_t n, int64_t width)
{
    real *w, *d, *c;
    make_row(n, width, &w, &d, &c);
    real *const z = buffer(width), *const work = buffer(3 * width);
    const double tolerance = WRMF_BITS == 32 ? 1e-6 : 1e-12;
    double got = -1;
    static const int32_t index[] = {3, 0, 2};
    wrmf_i_prefetch soon = {w, index, n > 4 ? 3 : 0, width * (int64_t)sizeof *w}, nothing = {0};
    const int steps = k->cg(w, n, width, d, c, z, 0, 1000, 1000, tolerance, &soon, work, &got);
    assert_in_range(steps, n > 0, 1000);
    assert_true(n < 16 || steps < 3 || soon.n == 0); /* asked for, and taken off */
    assert_true(got <= tolerance);
    assert_true(residual(NULL, w, n, width, d, c, z) <= (WRMF_BITS == 32 ? 2e-5L : 1e-11L));
    /* given up after a few steps, but not where half of the digits are there */
    real *const tried = buffer(width);
    for (int some = 1; some < 6; some++) {
        const int taken =
            k->cg(w, n, width, d, c, tried, 0, some, 1000, tolerance, &nothing, work, &got);
        assert_true(taken == some ? got > sqrt(tolerance) || got <= tolerance : got <= tolerance);
    }
    assert_int_equal(
        k->cg(w, n, width, d, c, tried, 0, 2, 2, 0.9 * tolerance, &nothing, work, &got),
        steps < 2 ? steps : 2);
    give_back(tried, width);
    /* warm: from the solution there is nothing to do; from elsewhere it comes back */
    real *const again = buffer(width);
    assert_in_range(k->cg(w, n, width, d, c, again, 1, 1000, 1000, tolerance, &nothing, work, &got),
                    0, 1000);
    for (int64_t i = 0; i < width; i++)
        assert_true(fabs((double)(again[i] - z[i])) < (WRMF_BITS == 32 ? 1e-4 : 1e-10));
    /* plain, with G = identity * 2 */
    real *const g = buffer(width * width);
    for (int64_t i = 0; i < width * width; i++)
        g[i] = i % (width + 1) == 0 ? 2 : 0;
    assert_in_range(k->cg_plain(g, w, n, width, d, c, again, 1000, tolerance, work, &got), 0, 1000);
    assert_true(residual(g, w, n, width, d, c, again) <= (WRMF_BITS == 32 ? 2e-5L : 1e-11L));
    give_back(again, width);
    give_back(g, width * width);
    const int64_t padded = wrmf_i_padded_row(n);
    give_back(w, padded * width);
    give_back(d, padded);
    give_back(c, padded);
    give_back(z, width);
    give_back(work, 3 * width);
}

static void check_cholesky(const row_kernels *k, int64_t n, int64_t width)
{
    real *w, *d, *c;
    make_row(n, width, &w, &d, &c);
    real *const a = buffer(width * width), *const b = buffer(width),
                *const panel = buffer(16 * width);
    real *const u = buffer(n * width);
    memset(a, 0, sizeof(real) * (size_t)(width * width));
    memset(b, 0, sizeof(real) * (size_t)width);
    for (int64_t i = 0; i < width; i++)
        a[i * width + i] = 1;
    k->scale(w, n, width, d, u);
    k->outer(a, u, w, n, width, width);
    k->combine(w, n, width, c, b);
    assert_int_equal(k->cholesky(a, width, width, b, panel), 1);
    assert_true(residual(NULL, w, n, width, d, c, b) <= (WRMF_BITS == 32 ? 5e-5L : 1e-13L));
    /* not positive definite, not finite */
    memset(a, 0, sizeof(real) * (size_t)(width * width));
    assert_int_equal(k->cholesky(a, width, width, b, panel), 0);
    a[0] = (real)NAN;
    assert_int_equal(k->cholesky(a, width, width, b, panel), 0);
    const int64_t padded = wrmf_i_padded_row(n);
    give_back(w, padded * width);
    give_back(d, padded);
    give_back(c, padded);
    give_back(a, width * width);
    give_back(b, width);
    give_back(panel, 16 * width);
    give_back(u, n * width);
}

/* A row's system as the kernel of many takes it, and the same by the kernel of one. */
static void fill_system(const row_kernels *k, int64_t n, int64_t width, int64_t factors, real *a,
                        real *b, real *w, const real *d, const real *c)
{
    real *const u = buffer(n * width);
    memset(a, 0, sizeof(real) * (size_t)(width * width));
    memset(b, 0, sizeof(real) * (size_t)width);
    for (int64_t i = 0; i < width; i++)
        a[i * width + i] = 1;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = factors; j < width; j++)
            w[i * width + j] = 0;
    k->scale(w, n, width, d, u);
    k->outer(a, u, w, n, width, factors);
    k->combine(w, n, width, c, b);
    give_back(u, n * width);
}

/* n systems side by side, one of them bad. */
static void check_cholesky_small(const row_kernels *k, int64_t n, int64_t width)
{
    enum { MOST = WRMF_I_SMALL_SYSTEMS, WORK = WRMF_I_SMALL_WORK };
    if (n < 1 || n > MOST || width > WRMF_I_SMALL_WIDTH)
        return;
    real *a[MOST], *b[MOST], *w[MOST], *d[MOST], *c[MOST];
    real *const work = buffer(WORK), *const panel = buffer(16 * width);
    const int64_t factors = width - n % 13, bad = n / 2;
    for (int64_t i = 0; i < n; i++) {
        const int64_t entries = 3 * i + 1;
        make_row(entries, width, &w[i], &d[i], &c[i]);
        a[i] = buffer(width * width);
        b[i] = buffer(width);
        fill_system(k, entries, width, factors, a[i], b[i], w[i], d[i], c[i]);
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
            k->cholesky_small((const real *const *)a, copies, n, factors, width, work);
        assert_int_equal(solved, ((UINT32_C(1) << n) - 1) & ~(UINT32_C(1) << bad));
        assert_true(copies[bad][0] == right);
        for (int64_t j = 0; j < n; j++)
            give_back(copies[j], width);
    }
    a[bad][0] = kept;
    assert_int_equal(k->cholesky_small((const real *const *)a, b, n, factors, width, work),
                     (UINT32_C(1) << n) - 1);
    for (int64_t i = 0; i < n; i++) {
        const int64_t entries = 3 * i + 1, padded = wrmf_i_padded_row(entries);
        assert_true(residual(NULL, w[i], entries, width, d[i], c[i], b[i]) <=
                    (WRMF_BITS == 32 ? 5e-5L : 1e-13L));
        for (int64_t j = factors; j < width; j++)
            assert_true(b[i][j] == 0);
        real *const one = buffer(width);
        fill_system(k, entries, width, factors, a[i], one, w[i], d[i], c[i]);
        assert_int_equal(k->cholesky(a[i], factors, width, one, panel), 1);
        assert_true(residual(NULL, w[i], entries, width, d[i], c[i], one) <=
                    (WRMF_BITS == 32 ? 5e-5L : 1e-13L));
        give_back(one, width);
        give_back(w[i], padded * width);
        give_back(d[i], padded);
        give_back(c[i], padded);
        give_back(a[i], width * width);
        give_back(b[i], width);
    }
    give_back(work, WORK);
    give_back(panel, 16 * width);
}

static void check_short_row(const row_kernels *k, int64_t n, int64_t width)
{
    if (n > WRMF_I_SHORT_ROW)
        return;
    enum { WORK = WRMF_I_SHORT_ROW * WRMF_I_SHORT_ROW };
    real *w, *d, *c;
    make_row(n, width, &w, &d, &c);
    real *const y = buffer(n), *const z = buffer(width), *const work = buffer(WORK);
    memset(z, 0, sizeof(real) * (size_t)width);
    assert_int_equal(k->short_row(w, n, width, d, c, y, work), 1);
    k->combine(w, n, width, y, z);
    assert_true(residual(NULL, w, n, width, d, c, z) <= (WRMF_BITS == 32 ? 5e-5L : 1e-13L));
    if (n > 0) { /* not finite */
        w[0] = (real)NAN;
        assert_int_equal(k->short_row(w, n, width, d, c, y, work), 0);
    }
    const int64_t padded = wrmf_i_padded_row(n);
    give_back(w, padded * width);
    give_back(d, padded);
    give_back(c, padded);
    give_back(y, n);
    give_back(z, width);
    give_back(work, WORK);
}

static void check_small(const row_kernels *k, int64_t n, int64_t width)
{
    real *const from = buffer(200 * width), *const to = buffer(wrmf_i_padded_row(n) * width);
    real *const sizes = buffer(n);
    int32_t index[256];
    for (int64_t i = 0; i < n; i++)
        index[i] = (int32_t)((i * 37) % 200);
    k->gather(from, index, n, width, to);
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

static void test_cholesky_small(void **state)
{
    (void)state;
    each_level(check_cholesky_small);
}

static void test_short_row(void **state)
{
    (void)state;
    each_level(check_short_row);
}

static void test_small(void **state)
{
    (void)state;
    each_level(check_small);
}

/* A matrix that is negative definite must be noticed, not solved. */
static void test_cg_breakdown(void **state)
{
    (void)state;
    enum { WIDTH = 16, N = 4 };
    real w[N * WIDTH] = {0}, d[N] = {-5, -5, -5, -5}, c[N] = {1, 1, 1, 1}, z[WIDTH],
               work[3 * WIDTH];
    for (int i = 0; i < N; i++)
        w[i * WIDTH + i] = 1;
    wrmf_i_prefetch nothing = {0};
    double got;
    for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++)
        if (wrmf_i_cpu_can((wrmf_i_cpu)cpu))
            assert_int_equal(KERNELS((wrmf_i_cpu)cpu)
                                 ->cg(w, N, WIDTH, d, c, z, 0, 10, 10, 1e-6, &nothing, work, &got),
                             -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outer),     cmocka_unit_test(test_rotate),
        cmocka_unit_test(test_cg),        cmocka_unit_test(test_cholesky),
        cmocka_unit_test(test_small),     cmocka_unit_test(test_cg_breakdown),
        cmocka_unit_test(test_short_row), cmocka_unit_test(test_cholesky_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
