/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernels for wide rows and for blocks of columns, on every level that this CPU can run, against
 * naive loops in long double and against the kernels for narrow rows. Compiled once per precision.
 */
#include "row_kernels.h"

/* m, width x width, in panels. */
static void pack(const real *m, int64_t width, real *panels)
{
    for (int64_t k = 0; k < width; k++)
        for (int64_t c = 0; c < width; c++)
            panels[(c / WRMF_I_PANEL * width + k) * WRMF_I_PANEL + c % WRMF_I_PANEL] =
                m[k * width + c];
}

static void check_rotate(const row_kernels *k, int64_t n, int64_t width)
{
    if (n > WRMF_I_PANEL_ROWS)
        return;
    const int64_t space = WRMF_I_PANEL_SCRATCH * width;
    real *const in = buffer(n * width), *const out = buffer(n * width);
    real *const want = buffer(n * width), *const m = buffer(width * width);
    real *const panels = buffer(width * width), *const scratch = buffer(space);
    for (int shape = WRMF_I_FULL; shape <= WRMF_I_LOWER; shape++) {
        for (int64_t r = 0; r < width; r++)
            for (int64_t c = 0; c < width; c++)
                if (shape == WRMF_I_UPPER ? c < r : shape == WRMF_I_LOWER && c > r)
                    m[r * width + c] = 0;
        pack(m, width, panels);
        k->rotate(in, n, width, m, (wrmf_i_shape)shape, want, scratch);
        k->rotate_panels(in, n, width, panels, (wrmf_i_shape)shape, out, scratch);
        assert_memory_equal(out, want, sizeof(real) * (size_t)(n * width));
        if (shape == WRMF_I_UPPER) /* the half that is left is the diagonal */
            continue;
        /* some of the columns, by themselves */
        const int64_t columns = width > WRMF_I_PANEL ? width - WRMF_I_PANEL : width;
        real *const part = buffer(n * columns);
        k->pack_tiles(in, n, width, 0, width / 2, scratch);
        k->pack_tiles(in, n, width, width / 2, width, scratch);
        k->multiply_tiles(scratch, n, width, panels + (width - columns) * width, columns, part);
        for (int64_t i = 0; i < n; i++)
            assert_memory_equal(part + i * columns, want + i * width + (width - columns),
                                sizeof(real) * (size_t)columns);
        give_back(part, n * columns);
    }
    k->rotate_panels(in, n, width, panels, WRMF_I_LOWER, in, scratch); /* in place */
    assert_memory_equal(in, out, sizeof(real) * (size_t)(n * width));
    give_back(in, n * width);
    give_back(out, n * width);
    give_back(want, n * width);
    give_back(m, width * width);
    give_back(panels, width * width);
    give_back(scratch, space);
}

/* Rows 0 .. width-11 by all columns, of factors that are wider. */
static void check_outer(const row_kernels *k, int64_t n, int64_t width)
{
    if (n > WRMF_I_PANEL_DEPTH)
        return;
    const int64_t rows = width - 10, stride = width + 3;
    const int64_t space = (rows + 16 + WRMF_I_PANEL) * (n > 0 ? n : 1);
    real *const a = buffer(n * stride), *const b = buffer(n * stride);
    real *const m = buffer(rows * stride), *const was = buffer(rows * stride);
    real *const scratch = buffer(space);
    memcpy(was, m, sizeof(real) * (size_t)(rows * stride));
    const wrmf_i_outer shape = {rows, width, n, stride, stride, width};
    k->outer_panels(&shape, a, b, m, scratch);
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < stride; j++) {
            long double want = was[i * stride + j], size = fabsl(want);
            for (int64_t r = 0; j < width && r < n; r++) {
                const long double product = (long double)a[r * stride + i] * b[r * stride + j];
                want += product;
                size += fabsl(product);
            }
            near(m[i * stride + j], want, n + 1, size, UNIT);
        }
    }
    give_back(a, n * stride);
    give_back(b, n * stride);
    give_back(m, rows * stride);
    give_back(was, rows * stride);
    give_back(scratch, space);
}

static void check_columns(const row_kernels *k, int64_t n, int64_t width)
{
    enum { FROM = 50, BEHIND = 16 };
    const int64_t stride = width + BEHIND;
    real *const from = buffer(FROM * stride), *const to = buffer(n * width);
    real *const x = buffer(width), *const d = buffer(n), *const e = buffer(n),
                *const was = buffer(n);
    int32_t index[200];
    memcpy(was, e, sizeof(real) * (size_t)n);
    for (int64_t i = 0; i < n; i++)
        index[i] = (int32_t)(wrmf_i_random_u64(7, 98, 0, draws++) % FROM);
    k->gather_columns(from + BEHIND, stride, index, n, width, to);
    for (int64_t i = 0; i < n; i++)
        assert_memory_equal(to + i * width, from + BEHIND + index[i] * stride,
                            sizeof(real) * (size_t)width);
    real *const again = buffer(n);
    memcpy(again, e, sizeof(real) * (size_t)n);
    k->subtract_scores(&(RFN(score_rows)){to, width, n, width, NULL}, x, d, e);
    k->subtract_scores(&(RFN(score_rows)){from + BEHIND, stride, n, width, index}, x, d, again);
    assert_memory_equal(e, again, sizeof(real) * (size_t)n);
    for (int64_t i = 0; i < n; i++) {
        long double want = was[i], size = fabsl(want);
        for (int64_t c = 0; c < width; c++) {
            const long double product = (long double)d[i] * x[c] * to[i * width + c];
            want -= product;
            size += fabsl(product);
        }
        near(e[i], want, width + 2, size, UNIT);
    }
    give_back(from, FROM * stride);
    give_back(to, n * width);
    give_back(x, width);
    give_back(d, n);
    give_back(e, n);
    give_back(was, n);
    give_back(again, n);
}

static void test_rotate(void **state)
{
    (void)state;
    each_level(check_rotate);
}

static void test_outer(void **state)
{
    (void)state;
    each_level(check_outer);
}

static void test_columns(void **state)
{
    (void)state;
    each_level(check_columns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rotate),
        cmocka_unit_test(test_outer),
        cmocka_unit_test(test_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
