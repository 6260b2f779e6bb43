/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernels that solve a row's system, on every level that this CPU can run: what their solutions
 * miss, in long double, is no more than rounding explains. Compiled once per precision.
 */
#include "row_kernels.h"

/* A system I + W' D W (or G + W' D W) and a solution z of it, in long double: what the solution
 * misses, and the sizes that bound what rounding may make it miss. */
typedef struct misses {
    long double residual; /* ||W' c - (I + W' D W) z|| */
    long double z;        /* ||z|| */
    long double t;        /* sum of d |w|^2: the matrix is at most 1 + t long (or ||G|| + t) */
    long double right;    /* sum of c |w| */
    long double left;     /* sum of |c - d s| |w|, s = w.z */
    long double y;        /* the root of the sum of (c - d s)^2 / d */
    long double y_right;  /* the root of the sum of c^2 / d */
} misses;

static misses missed(const real *g, const real *w, int64_t n, int64_t width, const real *d,
                     const real *c, const real *z)
{
    long double *const r = calloc((size_t)width, sizeof *r);
    misses m = {0};
    assert_non_null(r);
    for (int64_t k = 0; k < width; k++) {
        r[k] = g ? 0 : -(long double)z[k];
        for (int64_t j = 0; g && j < width; j++)
            r[k] -= (long double)g[k * width + j] * z[j];
        m.z += (long double)z[k] * z[k];
    }
    for (int64_t i = 0; i < n; i++) {
        long double s = 0, square = 0;
        for (int64_t k = 0; k < width; k++) {
            s += (long double)w[i * width + k] * z[k];
            square += (long double)w[i * width + k] * w[i * width + k];
        }
        const long double left = (long double)c[i] - (long double)d[i] * s;
        for (int64_t k = 0; k < width; k++)
            r[k] += left * w[i * width + k];
        m.t += d[i] * square;
        m.right += c[i] * sqrtl(square);
        m.left += fabsl(left) * sqrtl(square);
        m.y += left * left / d[i];
        m.y_right += (long double)c[i] * c[i] / d[i];
    }
    for (int64_t k = 0; k < width; k++)
        m.residual += r[k] * r[k];
    m.residual = sqrtl(m.residual), m.z = sqrtl(m.z), m.y = sqrtl(m.y),
    m.y_right = sqrtl(m.y_right);
    free(r);
    return m;
}

/* Conjugate gradients stop at `tolerance` of a residual that is updated, not computed. The two
 * part by the rounding of the right side and of each step's product with the matrix, (width + n) u
 * of its length times the step's, and of the sums of z and r. k steps from 0 are at most sqrt(k)
 * ||z|| long together, as none points against another (Steihaug 1983); from elsewhere, with
 * ||z|| + ||start|| for ||z||. */
static long double cg_bound(const misses *m, int64_t n, int64_t width, int steps, double tolerance,
                            long double gram, long double start)
{
    const long double terms = (long double)(width + n + 4), k = steps;
    return tolerance * (1 + 2 * (long double)(width + 4) * UNIT) * m->z +
           terms * UNIT * (m->right + (gram + m->t) * start) +
           UNIT * (terms * sqrtl(k) + 3 * k) * (gram + m->t) * (m->z + start);
}

/* A matrix that is summed up from n entries and factorized by Cholesky's method (Higham 2002,
 * 10.3, 10.4: an error of at most (3 k + 1) u of the trace). */
static long double cholesky_bound(const misses *m, int64_t n, int64_t width)
{
    const long double f = (long double)width;
    return UNIT *
           ((long double)(n + 3) * (m->right + m->t * m->z) + (3 * f + 1) * (f + m->t) * m->z);
}

/* (I + V V') y = D^(-1/2) c with V = D^(1/2) W is summed up and factorized, z = V' y: what y misses
 * comes in times ||V|| <= sqrt(t), what the sum of z loses times 1 + t. */
static long double short_bound(const misses *m, int64_t n, int64_t width)
{
    const long double k = (long double)n, f = (long double)width;
    const long double y = ((3 * k + 1) * (k + m->t) + (f + 4) * m->t) * m->y + 4 * m->y_right;
    return UNIT * (sqrtl(m->t) * y + (1 + m->t) * (k + 4) * m->left);
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

static long double length_of(const real *z, int64_t width)
{
    long double square = 0;
    for (int64_t k = 0; k < width; k++)
        square += (long double)z[k] * z[k];
    return sqrtl(square);
}

static void check_cg(const row_kernels *k, int64_t n, int64_t width)
{
    real *w, *d, *c;
    make_row(n, width, &w, &d, &c);
    real *const z = buffer(width), *const work = buffer(3 * width);
    const double tolerance = WRMF_BITS == 32 ? 1e-6 : 1e-12;
    double got = -1;
    static const int32_t index[] = {3, 0, 2};
    wrmf_i_soon soon = {w, index, n > 4 ? 3 : 0, width * (int64_t)sizeof *w}, nothing = {0};
    const int steps = k->cg(w, n, width, d, c, z, 0, 1000, 1000, tolerance, &soon, work, &got);
    assert_in_range(steps, n > 0, 1000);
    assert_true(n < 16 || steps < 3 || soon.n == 0); /* asked for, and taken off */
    assert_true(got <= tolerance);
    const misses m = missed(NULL, w, n, width, d, c, z);
    const long double bound = cg_bound(&m, n, width, steps, tolerance, 1, 0);
    assert_true(m.residual <= bound);
    /* given up after a few steps, but not where half of the digits are there */
    real *const tried = buffer(width);
    for (int some = 1; some < 6; some++) {
        const int taken =
            k->cg(w, n, width, d, c, tried, 0, some, 1000, tolerance, &nothing, work, &got);
        assert_true(taken == some ? got > sqrt(tolerance) || got <= tolerance : got <= tolerance);
    }
    assert_int_equal(k->cg(w, n, width, d, c, tried, 0, 2, 2, tolerance, &nothing, work, &got),
                     steps < 2 ? steps : 2);
    give_back(tried, width);
    /* warm: from the solution there is nothing to do; from elsewhere it comes back */
    real *const again = buffer(width);
    long double start = length_of(again, width), apart = 0;
    int more = k->cg(w, n, width, d, c, again, 1, 1000, 1000, tolerance, &nothing, work, &got);
    assert_in_range(more, 0, 1000);
    const misses warm = missed(NULL, w, n, width, d, c, again);
    const long double warm_bound = cg_bound(&warm, n, width, more, tolerance, 1, start);
    assert_true(warm.residual <= warm_bound);
    for (int64_t i = 0; i < width; i++)
        apart += ((long double)again[i] - z[i]) * ((long double)again[i] - z[i]);
    assert_true(sqrtl(apart) <= bound + warm_bound); /* no eigenvalue is below 1 */
    /* plain, with G = identity * 2 */
    real *const g = buffer(width * width);
    for (int64_t i = 0; i < width * width; i++)
        g[i] = i % (width + 1) == 0 ? 2 : 0;
    start = length_of(again, width);
    more = k->cg_plain(g, w, n, width, d, c, again, 1000, tolerance, work, &got);
    assert_in_range(more, 0, 1000);
    const misses plain = missed(g, w, n, width, d, c, again);
    assert_true(plain.residual <= cg_bound(&plain, n, width, more, tolerance, 2, start));
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
    const misses m = missed(NULL, w, n, width, d, c, b);
    assert_true(m.residual <= cholesky_bound(&m, n, width));
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
        const misses many = missed(NULL, w[i], entries, width, d[i], c[i], b[i]);
        assert_true(many.residual <= cholesky_bound(&many, entries, width));
        for (int64_t j = factors; j < width; j++)
            assert_true(b[i][j] == 0);
        real *const one = buffer(width);
        fill_system(k, entries, width, factors, a[i], one, w[i], d[i], c[i]);
        assert_int_equal(k->cholesky(a[i], factors, width, one, panel), 1);
        const misses single = missed(NULL, w[i], entries, width, d[i], c[i], one);
        assert_true(single.residual <= cholesky_bound(&single, entries, width));
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
    const misses m = missed(NULL, w, n, width, d, c, z);
    assert_true(m.residual <= short_bound(&m, n, width));
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

/* A matrix that is negative definite must be noticed, not solved. */
static void test_cg_breakdown(void **state)
{
    (void)state;
    enum { WIDTH = 16, N = 4 };
    real w[N * WIDTH] = {0}, d[N] = {-5, -5, -5, -5}, c[N] = {1, 1, 1, 1}, z[WIDTH],
               work[3 * WIDTH];
    for (int i = 0; i < N; i++)
        w[i * WIDTH + i] = 1;
    wrmf_i_soon nothing = {0};
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
        cmocka_unit_test(test_cg),        cmocka_unit_test(test_cg_breakdown),
        cmocka_unit_test(test_cholesky),  cmocka_unit_test(test_cholesky_small),
        cmocka_unit_test(test_short_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
