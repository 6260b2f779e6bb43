/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernels that solve a row's system, on every level that this CPU can run: what their solutions
 * miss, in long double, is no more than rounding explains. Compiled once per precision.
 */
#include "row_kernels.h"

/* A system I + W' D W (or G + W' D W) and a solution z of it, in long double: what the solution
 * misses, and the sizes that bound what rounding may make it miss. */
typedef struct misses {
    long double residual; /* ||W' b - (I + W' D W) z|| */
    long double z;        /* ||z|| */
    long double t;        /* sum of d |w|^2: the matrix is at most 1 + t long (or ||G|| + t) */
    long double right;    /* sum of b |w| */
    long double left;     /* sum of |b - d s| |w|, s = w.z */
    long double y;        /* the root of the sum of (b - d s)^2 / d */
    long double y_right;  /* the root of the sum of b^2 / d */
} misses;

static misses missed(const real *g, const row_system *system, const real *z)
{
    const real *const w = system->w, *const d = system->d, *const b = system->b;
    const int64_t n = system->n, width = system->width;
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
        const long double left = (long double)b[i] - (long double)d[i] * s;
        for (int64_t k = 0; k < width; k++)
            r[k] += left * w[i * width + k];
        m.t += d[i] * square;
        m.right += b[i] * sqrtl(square);
        m.left += fabsl(left) * sqrtl(square);
        m.y += left * left / d[i];
        m.y_right += (long double)b[i] * b[i] / d[i];
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

/* (I + V V') y = D^(-1/2) b with V = D^(1/2) W is summed up and factorized, z = V' y: what y misses
 * comes in times ||V|| <= sqrt(t), what the sum of z loses times 1 + t. */
static long double short_bound(const misses *m, int64_t n, int64_t width)
{
    const long double k = (long double)n, f = (long double)width;
    const long double y = ((3 * k + 1) * (k + m->t) + (f + 4) * m->t) * m->y + 4 * m->y_right;
    return UNIT * (sqrtl(m->t) * y + (1 + m->t) * (k + 4) * m->left);
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

/* The arrays of a system are const there, but were made here. */
static void free_system(const row_system *system)
{
    const int64_t padded = wrmf_i_padded_row(system->n);
    give_back(system->w, padded * system->width);
    give_back((real *)(uintptr_t)system->d, padded);
    give_back((real *)(uintptr_t)system->b, padded);
}

static long double length_of(const real *z, int64_t width)
{
    long double square = 0;
    for (int64_t k = 0; k < width; k++)
        square += (long double)z[k] * z[k];
    return sqrtl(square);
}

/* Given up after a few steps, but not where half of the digits are there. */
static void check_cg_stops(const row_kernels *k, const row_system *system, double tolerance,
                           int steps)
{
    real *const z = buffer(system->width), *const work = buffer(3 * system->width);
    wrmf_i_cg_end got = {.residual = -1};
    for (int some = 1; some < 6; some++) {
        const wrmf_i_cg_rule rule = {.try_steps = some, .max_steps = 1000, .tolerance = tolerance};
        const int taken = k->cg(system, &rule, z, work, &got);
        assert_true(taken == some ? got.residual > sqrt(tolerance) || got.reached : got.reached);
    }
    const wrmf_i_cg_rule cold = {
        .try_steps = 1000, .max_steps = 1000, .tolerance = tolerance, .reduction = 0.9};
    assert_int_equal(k->cg(system, &cold, z, work, &got), steps); /* nothing is there to reduce */
    const wrmf_i_cg_rule two = {.try_steps = 2, .max_steps = 2, .tolerance = tolerance};
    assert_int_equal(k->cg(system, &two, z, work, &got), steps < 2 ? steps : 2);
    give_back(z, system->width);
    give_back(work, 3 * system->width);
}

/* The right side in z instead of b has the same bits. */
static void check_cg_right_side(const row_kernels *k, const row_system *system,
                                const wrmf_i_cg_rule *rule, const real *z, int steps)
{
    const int64_t width = system->width;
    real *const right = buffer(width), *const work = buffer(3 * width);
    row_system bare = *system;
    wrmf_i_cg_end got = {.residual = -1};
    bare.b = NULL;
    memset(right, 0, sizeof(real) * (size_t)width);
    k->combine(system->w, system->n, width, system->b, right);
    assert_int_equal(k->cg(&bare, rule, right, work, &got), steps);
    assert_memory_equal(right, z, sizeof(real) * (size_t)width);
    give_back(right, width);
    give_back(work, 3 * width);
}

/* Warm: from elsewhere it comes back to z, which misses the solution by no more than `bound`;
 * plain: with G = 2 I for I. */
static void check_cg_warm(const row_kernels *k, const row_system *system, double tolerance,
                          const real *z, long double bound)
{
    const int64_t n = system->n, width = system->width;
    const wrmf_i_cg_rule rule = {
        .warm = true, .try_steps = 1000, .max_steps = 1000, .tolerance = tolerance};
    real *const again = buffer(width), *const work = buffer(3 * width);
    long double start = length_of(again, width), apart = 0;
    wrmf_i_cg_end got = {.residual = -1};
    int steps = k->cg(system, &rule, again, work, &got);
    assert_in_range(steps, 0, 1000);
    const misses warm = missed(NULL, system, again);
    const long double warm_bound = cg_bound(&warm, n, width, steps, tolerance, 1, start);
    assert_true(warm.residual <= warm_bound);
    for (int64_t i = 0; i < width; i++)
        apart += ((long double)again[i] - z[i]) * ((long double)again[i] - z[i]);
    assert_true(sqrtl(apart) <= bound + warm_bound); /* no eigenvalue is below 1 */
    real *const g = buffer(width * width);
    for (int64_t i = 0; i < width * width; i++)
        g[i] = i % (width + 1) == 0 ? 2 : 0;
    start = length_of(again, width);
    steps = k->cg_unwhitened(g, system, &rule, again, work, &got);
    assert_in_range(steps, 0, 1000);
    const misses plain = missed(g, system, again);
    assert_true(plain.residual <= cg_bound(&plain, n, width, steps, tolerance, 2, start));
    give_back(again, width);
    give_back(g, width * width);
    give_back(work, 3 * width);
}

/* Half of z'Az - z'b, from which a row's part of the objective differs by a constant. */
static long double energy(const row_system *system, const real *z)
{
    long double sum = 0;
    for (int64_t k = 0; k < system->width; k++)
        sum += (long double)z[k] * z[k] / 2;
    for (int64_t i = 0; i < system->n; i++) {
        long double s = 0;
        for (int64_t k = 0; k < system->width; k++)
            s += (long double)z[k] * system->w[i * system->width + k];
        sum += system->d[i] * s * s / 2 - system->b[i] * s;
    }
    return sum;
}

/* A warm start stops at the first step that reduces its residual to a part of itself. What it
 * reaches is the best of an affine space: as far again, and nearly, is no worse than the start. */
static void check_cg_reduction(const row_kernels *k, const row_system *system, double reduction)
{
    const int64_t n = system->n, width = system->width;
    wrmf_i_cg_rule rule = {.warm = true,
                           .try_steps = 1000,
                           .max_steps = 1000,
                           .tolerance = WRMF_BITS == 32 ? 1e-6 : 1e-12,
                           .reduction = reduction};
    real *const from = buffer(width), *const z = buffer(width), *const work = buffer(3 * width);
    const long double start = length_of(from, width);
    wrmf_i_cg_end got = {.residual = -1};
    memcpy(z, from, sizeof(real) * (size_t)width);
    const int steps = k->cg(system, &rule, z, work, &got);
    assert_in_range(steps, 1, 1000);
    assert_true(got.reached);
    const misses before = missed(NULL, system, from), after = missed(NULL, system, z);
    const long double rounding = cg_bound(&after, n, width, steps, 0, 1, start);
    assert_true(after.residual <= reduction * before.residual + 2 * rounding);
    for (int64_t i = 0; i < width; i++)
        work[i] = from[i] + (real)1.9 * (z[i] - from[i]);
    assert_true(energy(system, work) < energy(system, from));
    rule.try_steps = rule.max_steps = steps - 1;
    memcpy(z, from, sizeof(real) * (size_t)width);
    assert_int_equal(k->cg(system, &rule, z, work, &got), steps - 1);
    assert_false(got.reached);
    const misses early = missed(NULL, system, z);
    assert_true(early.residual >= reduction * before.residual - 2 * rounding);
    give_back(from, width);
    give_back(z, width);
    give_back(work, 3 * width);
}

static void check_cg(const row_kernels *k, int64_t n, int64_t width)
{
    const double tolerance = WRMF_BITS == 32 ? 1e-6 : 1e-12;
    const wrmf_i_cg_rule rule = {.try_steps = 1000, .max_steps = 1000, .tolerance = tolerance};
    row_system system = make_system(n, width);
    real *const z = buffer(width), *const work = buffer(3 * width);
    wrmf_i_cg_end got = {.residual = -1};
    static const int32_t index[] = {3, 0, 2};
    wrmf_i_prefetch next = {system.w, index, n > 4 ? 3 : 0, width * (int64_t)sizeof *system.w};
    system.prefetch = &next;
    const int steps = k->cg(&system, &rule, z, work, &got);
    system.prefetch = NULL;
    assert_in_range(steps, n > 0, 1000);
    assert_true(n < 16 || steps < 3 || next.n == 0); /* prefetched, and taken off the list */
    assert_true(got.reached && got.residual <= tolerance);
    const misses m = missed(NULL, &system, z);
    const long double bound = cg_bound(&m, n, width, steps, tolerance, 1, 0);
    assert_true(m.residual <= bound);
    check_cg_stops(k, &system, tolerance, steps);
    check_cg_right_side(k, &system, &rule, z, steps);
    check_cg_warm(k, &system, tolerance, z, bound);
    if (n > 0) { /* else the solution is 0, and a start that far is given up */
        check_cg_reduction(k, &system, 0.5);
        check_cg_reduction(k, &system, 0.01);
    }
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
    const misses m = missed(NULL, &system, b);
    assert_true(m.residual <= cholesky_bound(&m, n, width));
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

enum { MOST = WRMF_I_BATCH_SYSTEMS };

/* System number `bad` of n is spoilt: the others are solved, and its right side stays. */
static void check_one_bad(const row_kernels *k, real **a, real **b, int64_t n, int64_t factors,
                          int64_t width, int64_t bad, real *work)
{
    static const double wrong[] = {0, -1, (double)NAN, (double)INFINITY};
    const real kept = a[bad][0], right = b[bad][0];
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
}

/* n systems side by side. */
static void check_cholesky_batch(const row_kernels *k, int64_t n, int64_t width)
{
    if (n < 1 || n > MOST || width > WRMF_I_BATCH_WIDTH)
        return;
    real *a[MOST], *b[MOST];
    row_system systems[MOST];
    real *const work = buffer(WRMF_I_BATCH_WORK), *const scratch = buffer(16 * width);
    const int64_t factors = width - n % 13;
    for (int64_t i = 0; i < n; i++) {
        systems[i] = make_system(3 * i + 1, width);
        a[i] = buffer(width * width);
        b[i] = buffer(width);
        form(k, &systems[i], factors, a[i], b[i]);
    }
    check_one_bad(k, a, b, n, factors, width, n / 2, work);
    assert_int_equal(k->cholesky_batch((const real *const *)a, b, n, factors, width, work),
                     (UINT32_C(1) << n) - 1);
    for (int64_t i = 0; i < n; i++) {
        const misses many = missed(NULL, &systems[i], b[i]);
        assert_true(many.residual <= cholesky_bound(&many, systems[i].n, width));
        for (int64_t j = factors; j < width; j++)
            assert_true(b[i][j] == 0);
        real *const one = buffer(width); /* the same by the kernel of one */
        form(k, &systems[i], factors, a[i], one);
        assert_int_equal(k->cholesky(a[i], factors, width, one, scratch), 1);
        const misses single = missed(NULL, &systems[i], one);
        assert_true(single.residual <= cholesky_bound(&single, systems[i].n, width));
        give_back(one, width);
        free_system(&systems[i]);
        give_back(a[i], width * width);
        give_back(b[i], width);
    }
    give_back(work, WRMF_I_BATCH_WORK);
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
    const misses m = missed(NULL, &system, z);
    assert_true(m.residual <= short_bound(&m, n, width));
    if (n > 0) { /* not finite */
        system.w[0] = (real)NAN;
        assert_int_equal(k->short_row(&system, y, work), 0);
    }
    free_system(&system);
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
    wrmf_i_cg_end got;
    for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++)
        if (wrmf_i_cpu_can((wrmf_i_cpu)cpu))
            assert_int_equal(KERNELS((wrmf_i_cpu)cpu)->cg(&system, &rule, z, work, &got), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cg),        cmocka_unit_test(test_cg_breakdown),
        cmocka_unit_test(test_cholesky),  cmocka_unit_test(test_cholesky_batch),
        cmocka_unit_test(test_short_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
