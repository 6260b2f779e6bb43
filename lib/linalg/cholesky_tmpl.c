/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One symmetric positive definite system, of any width: A = L D L' by tiles of rows whose sums
 * stay in registers, without roots.
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "linalg/row_templates.h"
#include "linalg/vector.h"

/* Rows of a tile: TILE by 2 vectors stay in registers. */
#if WRMF_VECTOR_BYTES == 64
enum { TILE = 8 };
#else
enum { TILE = 4 };
#endif

/* A = L D L', TILE rows of D L' at a time, in place of the rows of A. */
typedef struct factor {
    real *a;
    int64_t width;
    real *inverse;      /* 1 / D */
    real *above;        /* L at the rows of the tile: TILE numbers for each row above it */
    real l[TILE][TILE]; /* L within the tile: l[k][r], r > k */
} factor;

/* A tile of rows first .. first+TILE-1, minus the multiples of the rows above that the
 * factorization subtracts from it. */
static ALWAYS_INLINE void subtract_above(const factor *f, int64_t first, int64_t column,
                                         int vectors, vec t[TILE][2])
{
    const real *const a = f->a + column;
    for (int r = 0; r < TILE; r++)
        for (int v = 0; v < vectors; v++)
            t[r][v] = load(a + (first + r) * f->width + v * LANES);
    for (int64_t i = 0; i < first; i++) {
        vec y[2];
        for (int v = 0; v < vectors; v++)
            y[v] = load(a + i * f->width + v * LANES);
#pragma GCC unroll 8
        for (int r = 0; r < TILE; r++) {
            const vec x = splat(f->above[i * TILE + r]);
            for (int v = 0; v < vectors; v++)
                t[r][v] -= x * y[v];
        }
    }
}

/* Subtract the multiples of the tile's own rows; then its part of D L' is final. */
static ALWAYS_INLINE void finish_tile(const factor *f, int64_t first, int64_t column, int vectors,
                                      vec t[TILE][2])
{
#pragma GCC unroll 8
    for (int k = 0; k < TILE; k++) {
        for (int v = 0; v < vectors; v++) {
            store(f->a + (first + k) * f->width + column + v * LANES, t[k][v]);
            for (int r = k + 1; r < TILE; r++)
                t[r][v] -= splat(f->l[k][r]) * t[k][v];
        }
    }
}

/* Pivots and l of the tile on the diagonal, whose rows are in t. Returns 0 unless the pivots are
 * positive and finite. */
static int factor_tile(factor *f, int64_t first, real t[TILE][TILE])
{
    for (int k = 0; k < TILE; k++) {
        if (!(t[k][k] > 0 && t[k][k] <= REAL_MAX))
            return 0;
        const real inverse = f->inverse[first + k] = 1 / t[k][k];
        for (int r = k + 1; r < TILE; r++) {
            f->l[k][r] = t[k][r] * inverse;
            for (int c = r; c < TILE; c++)
                t[r][c] -= f->l[k][r] * t[k][c];
        }
    }
    return 1;
}

static int factor_rows(factor *f, int64_t first)
{
    for (int64_t i = 0; i < first; i++)
        for (int r = 0; r < TILE; r++)
            f->above[i * TILE + r] = f->a[i * f->width + first + r] * f->inverse[i];
    const int64_t diagonal = first / LANES * LANES;
    real square[TILE][TILE];
    vec t[TILE][2];
    /* TILE may be more than a vector of float64, but not than two */
    const bool two = TILE > LANES;
    if (two)
        subtract_above(f, first, diagonal, 2, t);
    else
        subtract_above(f, first, diagonal, 1, t);
    for (int r = 0; r < TILE; r++) {
        real lanes[2 * LANES];
        for (int v = 0; v <= two; v++)
            store(lanes + v * LANES, t[r][v]);
        memcpy(square[r], lanes + (first - diagonal), sizeof square[r]);
    }
    if (!factor_tile(f, first, square))
        return 0;
    if (two)
        finish_tile(f, first, diagonal, 2, t);
    else
        finish_tile(f, first, diagonal, 1, t);
    int64_t column = diagonal + (two ? 2 : 1) * LANES;
    for (; column + 2 * LANES <= f->width; column += 2 * LANES) {
        subtract_above(f, first, column, 2, t);
        finish_tile(f, first, column, 2, t);
    }
    if (column < f->width) {
        subtract_above(f, first, column, 1, t);
        finish_tile(f, first, column, 1, t);
    }
    return 1;
}

/* b of the tile's rows becomes D^-1 L^-1 b; their multiples are subtracted from b of the rows
 * below. */
static void forward_rows(const factor *f, int64_t first, real *b)
{
    real y[TILE];
    for (int r = 0; r < TILE; r++) {
        y[r] = b[first + r];
        for (int k = 0; k < r; k++)
            y[r] -= f->l[k][r] * y[k];
    }
    for (int r = 0; r < TILE; r++)
        y[r] *= f->inverse[first + r];
    const real *const rows = f->a + first * f->width;
    /* what the first vector has in front of the diagonal is rounding, which y can magnify */
    const int64_t diagonal = first / LANES * LANES;
    real done[2 * LANES];
    memcpy(done, b + diagonal, sizeof(real) * (size_t)(first - diagonal));
    for (int64_t j = diagonal; j < f->width; j += LANES) {
        vec t = load(b + j);
        for (int r = 0; r < TILE; r++)
            t -= splat(y[r]) * load(rows + r * f->width + j);
        store(b + j, t);
    }
    memcpy(b + diagonal, done, sizeof(real) * (size_t)(first - diagonal));
    memcpy(b + first, y, sizeof y);
}

/* x = L'^-1 b, four numbers at a time from the last. x comes in as zeros: those that are not
 * known yet add nothing. */
static void backward(const factor *f, int64_t n, const real *b, real *x)
{
    for (int64_t k = n - 4; k >= 0; k -= 4) {
        const real *const row = f->a + k * f->width, *const i = f->inverse + k;
        vec p[4] = {{0}, {0}, {0}, {0}};
        for (int64_t j = k / LANES * LANES; j < f->width; j += LANES) {
            const vec known = load(x + j);
            for (int r = 0; r < 4; r++)
                p[r] += load(row + r * f->width + j) * known;
        }
        const vec4 t = *(const vec4_unaligned *)(b + k) -
                       sum4(p[0], p[1], p[2], p[3]) * *(const vec4_unaligned *)i;
        for (int r = 3; r >= 0; r--) {
            real value = t[r];
            for (int j = r + 1; j < 4; j++)
                value -= row[r * f->width + k + j] * i[r] * x[k + j];
            x[k + r] = value;
        }
    }
}

int KFN(cholesky)(real *a, int64_t n, int64_t width, real *b, real *scratch)
{
    factor f = {.a = a, .width = width, .inverse = scratch, .above = scratch + 2 * width};
    real *const x = scratch + width;
    const int64_t rows = (n + TILE - 1) / TILE * TILE;
    for (int64_t first = 0; first < rows; first += TILE) {
        if (!factor_rows(&f, first))
            return 0;
        forward_rows(&f, first, b);
    }
    memset(x, 0, sizeof(real) * (size_t)width);
    backward(&f, rows, b, x);
    for (int64_t k = 0; k < rows; k++)
        if (!isfinite(x[k]))
            return 0;
    memcpy(b, x, sizeof(real) * (size_t)width);
    return 1;
}
