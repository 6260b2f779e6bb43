/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernels that sum up and move rows, on every level that this CPU can run, against naive loops
 * in long double, with guard numbers around the outputs. Compiled once per precision.
 */
#include "row_kernels.h"

static void check_outer(const row_kernels *k, int64_t n, int64_t width)
{
    real *const a = buffer(n * width), *const b = buffer(n * width),
                *const m = buffer(width * width);
    real *const was = buffer(width * width);
    memcpy(was, m, sizeof(real) * (size_t)(width * width));
    k->outer(m, a, b, n, width, width);
    /* in two parts, the same bits */
    real *const parts = buffer(width * width);
    memcpy(parts, was, sizeof(real) * (size_t)(width * width));
    const int64_t middle = width / 2 / 8 * 8;
    k->outer_part(parts, a, b, n, width, middle, width);
    k->outer_part(parts, a, b, n, width, 0, middle);
    assert_memory_equal(parts, m, sizeof(real) * (size_t)(width * width));
    give_back(parts, width * width);
    for (int64_t i = 0; i < width; i++) {
        for (int64_t j = i; j < width; j++) {
            long double want = was[i * width + j], size = fabsl(want);
            for (int64_t r = 0; r < n; r++) {
                const long double product = (long double)a[r * width + i] * b[r * width + j];
                want += product;
                size += fabsl(product);
            }
            near(m[i * width + j], want, n + 1, size, UNIT);
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
            long double want = 0, size = 0;
            for (int64_t r = 0; r < width; r++) {
                const long double product = (long double)in[i * width + r] * m[r * width + j];
                want += product;
                size += fabsl(product);
            }
            near(out[i * width + j], want, width, size, UNIT);
            /* summed up in float64, rounded once */
            near(precise[i * width + j], want, 1,
                 fabsl(want) + (long double)(width + 1) * UNIT64 / UNIT * size, UNIT);
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

/* u_i = d_i w_i, rounded once; z += sum of c_i w_i. */
static void check_sums(const row_kernels *k, const real *w, int64_t n, int64_t width)
{
    real *const d = buffer(wrmf_i_padded_row(n)), *const u = buffer(n * width),
                *const z = buffer(width), *const was = buffer(width);
    for (int64_t i = n; i < wrmf_i_padded_row(n); i++)
        d[i] = 0;
    memcpy(was, z, sizeof(real) * (size_t)width);
    k->scale(w, n, width, d, u);
    k->combine(w, n, width, d, z);
    for (int64_t j = 0; j < width; j++) {
        long double want = was[j], size = fabsl(want);
        for (int64_t i = 0; i < n; i++) {
            const real product = d[i] * w[i * width + j];
            assert_true(u[i * width + j] == product);
            want += (long double)d[i] * w[i * width + j];
            size += fabsl((long double)d[i] * w[i * width + j]);
        }
        near(z[j], want, n + 1, size, UNIT);
    }
    give_back(d, wrmf_i_padded_row(n));
    give_back(u, n * width);
    give_back(z, width);
    give_back(was, width);
}

/* Of each row i at each level l, out[l stride + i]; what lies between them stays. */
static void check_scaled_norms(const row_kernels *k, const real *w, int64_t n, int64_t width)
{
    enum { LEVELS = 8 };
    const int64_t stride = n + 1;
    real *const squares = buffer(LEVELS * width), *const out = buffer(LEVELS * stride);
    for (int64_t i = 0; i < LEVELS * stride; i++)
        out[i] = -7;
    k->scaled_norms(w, n, width, squares, LEVELS, out, stride);
    for (int64_t l = 0; l < LEVELS; l++) {
        for (int64_t i = 0; i < n; i++) {
            long double want = 0, size = 0;
            for (int64_t j = 0; j < width; j++) {
                const long double term =
                    (long double)w[i * width + j] * w[i * width + j] * squares[l * width + j];
                want += term;
                size += fabsl(term);
            }
            near(out[l * stride + i], want, width + 1, size, UNIT);
        }
        assert_true(out[l * stride + n] == -7);
    }
    give_back(squares, LEVELS * width);
    give_back(out, LEVELS * stride);
}

static void check_small(const row_kernels *k, int64_t n, int64_t width)
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
        long double want = 0, other = 0, size = 0;
        for (int64_t j = 0; j < width; j++) {
            want += (long double)to[i * width + j] * to[i * width + j];
            other += (long double)to[i * width + j] * from[j];
            size += fabsl((long double)to[i * width + j] * from[j]);
        }
        near(sizes[i], want, width, want, UNIT);
        near(dots[i], other, width, size, UNIT64);
    }
    check_sums(k, to, n, width);
    check_scaled_norms(k, to, n, width);
    for (int64_t i = n * width; i < wrmf_i_padded_row(n) * width; i++)
        assert_true(to[i] == 0);
    give_back(from, 200 * width);
    give_back(to, wrmf_i_padded_row(n) * width);
    give_back(sizes, n);
}

/* Of any numbers, and exact. */
static void each_kind(void (*check)(const row_kernels *, int64_t, int64_t))
{
    each_level(check);
    whole = true;
    each_level(check);
    whole = false;
}

static void test_outer(void **state)
{
    (void)state;
    each_kind(check_outer);
}

static void test_rotate(void **state)
{
    (void)state;
    each_kind(check_rotate);
}

static void test_small(void **state)
{
    (void)state;
    each_kind(check_small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outer),
        cmocka_unit_test(test_rotate),
        cmocka_unit_test(test_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
