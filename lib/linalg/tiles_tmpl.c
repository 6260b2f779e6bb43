/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sums of outer products, and rows times a small square matrix, in tiles whose sums stay in
 * registers.
 */
#include <string.h>

#include "linalg/row_templates.h"
#include "linalg/vector.h"

/* A tile of outer() has TILE rows and up to MAX_VECTORS vectors: 32 registers with AVX-512, 16
 * otherwise, hold its sums. One of rotate() has up to 2 vectors. */
#if WRMF_VECTOR_BYTES == 64
#define TILE 8
enum { MAX_VECTORS = 3 };
#else
#define TILE 4
enum { MAX_VECTORS = 2 };
#endif

/* ---- sums of outer products ---- */

static ALWAYS_INLINE void outer_tile(real *m, const real *a, const real *b, int64_t n,
                                     int64_t width, int vectors)
{
    vec s[TILE][3];
    for (int r = 0; r < TILE; r++)
        for (int v = 0; v < vectors; v++)
            s[r][v] = load(m + r * width + v * LANES);
    for (int64_t i = 0; i < n; i++) {
        vec y[3];
        for (int v = 0; v < vectors; v++)
            y[v] = load(b + i * width + v * LANES);
#pragma GCC unroll 8
        for (int r = 0; r < TILE; r++) {
            const vec x = splat(a[i * width + r]);
            for (int v = 0; v < vectors; v++)
                s[r][v] += x * y[v];
        }
    }
    for (int r = 0; r < TILE; r++)
        for (int v = 0; v < vectors; v++)
            store(m + r * width + v * LANES, s[r][v]);
}

/* Rows first .. last-1 of m, from the vector that holds the diagonal to the right
 * edge. Blocks of n keep the rows in the first-level cache. */
static void outer_rows(real *m, const real *a, const real *b, int64_t n, int64_t width,
                       int64_t first, int64_t last)
{
    for (int64_t row = first; row < last; row += TILE) {
        int64_t column = row / LANES * LANES, left = (width - column) / LANES;
        while (left > 0) {
            real *const to = m + row * width + column;
            const int64_t now = left == 4 ? 2 : left < MAX_VECTORS ? left : MAX_VECTORS;
            if (now == 3)
                outer_tile(to, a + row, b + column, n, width, 3);
            else if (now == 2)
                outer_tile(to, a + row, b + column, n, width, 2);
            else
                outer_tile(to, a + row, b + column, n, width, 1);
            column += now * LANES;
            left -= now;
        }
    }
}

void KFN(outer_part)(real *m, const real *a, const real *b, int64_t n, int64_t width, int64_t first,
                     int64_t last)
{
    for (int64_t i = 0; i < n; i += WRMF_I_BLOCK) {
        const int64_t block = n - i < WRMF_I_BLOCK ? n - i : WRMF_I_BLOCK;
        outer_rows(m, a + i * width, b + i * width, block, width, first, last);
    }
}

void KFN(outer)(real *m, const real *a, const real *b, int64_t n, int64_t width, int64_t rows)
{
    KFN(outer_part)(m, a, b, n, width, 0, rows);
}

/* ---- rows times a small square matrix ---- */

/* A tile of out: in times the rows first .. last-1 of m. */
static ALWAYS_INLINE void rotate_tile(const real *in, int rows, int64_t width, const real *m,
                                      int64_t first, int64_t last, real *out, int vectors)
{
    vec s[TILE][2];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++)
            s[r][v] = (vec){0};
    for (int64_t k = first; k < last; k++) {
        vec y[2];
        for (int v = 0; v < vectors; v++)
            y[v] = load(m + k * width + v * LANES);
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) {
            const vec x = splat(in[r * width + k]);
            for (int v = 0; v < vectors; v++)
                s[r][v] = add_products(s[r][v], x, y[v]);
        }
    }
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < vectors; v++)
            store(out + r * width + v * LANES, s[r][v]);
}

static ALWAYS_INLINE void rotate_block(const real *in, int rows, int64_t width, const real *m,
                                       wrmf_i_shape shape, real *out)
{
    for (int64_t column = 0; column < width;) {
        const int vectors = column + 2 * LANES <= width ? 2 : 1;
        const int64_t next = column + vectors * LANES;
        const int64_t first = shape == WRMF_I_LOWER ? column : 0;
        const int64_t last = shape == WRMF_I_UPPER ? next : width;
        if (vectors == 2)
            rotate_tile(in, rows, width, m + column, first, last, out + column, 2);
        else
            rotate_tile(in, rows, width, m + column, first, last, out + column, 1);
        column = next;
    }
}

void KFN(rotate)(const real *in, int64_t n, int64_t width, const real *m, wrmf_i_shape shape,
                 real *out, real *scratch)
{
    int64_t i = 0;
    for (; i + TILE <= n; i += TILE) {
        memcpy(scratch, in + i * width, sizeof(real) * (size_t)(TILE * width));
        rotate_block(scratch, TILE, width, m, shape, out + i * width);
    }
    for (; i < n; i++) {
        memcpy(scratch, in + i * width, sizeof(real) * (size_t)width);
        rotate_block(scratch, 1, width, m, shape, out + i * width);
    }
}

static ALWAYS_INLINE void rotate64_block(const double *in, int rows, int64_t width, const double *m,
                                         real *out)
{
    for (int64_t column = 0; column < width; column += WIDE_LANES) {
        wide s[TILE];
        for (int r = 0; r < rows; r++)
            s[r] = (wide){0};
        for (int64_t k = 0; k < width; k++) {
            const wide y = *(const wide_unaligned *)(m + k * width + column);
            for (int r = 0; r < rows; r++)
                s[r] = add_products_f64(s[r], in[r * width + k] - (wide){0}, y);
        }
        for (int r = 0; r < rows; r++)
            for (int lane = 0; lane < WIDE_LANES; lane++)
                out[r * width + column + lane] = (real)s[r][lane];
    }
}

void KFN(rotate64)(const real *in, int64_t n, int64_t width, const double *m, real *out,
                   double *scratch)
{
    for (int64_t i = 0; i < n;) {
        const int64_t rows = i + TILE <= n ? TILE : 1;
        for (int64_t k = 0; k < rows * width; k++)
            scratch[k] = (double)in[i * width + k];
        if (rows == TILE)
            rotate64_block(scratch, TILE, width, m, out + i * width);
        else
            rotate64_block(scratch, 1, width, m, out + i * width);
        i += rows;
    }
}
