/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Products of wide matrices, blocked for the caches: rows times a square matrix, and sums of outer
 * products. The right factor is read in panels of WRMF_I_PANEL columns, the left one in tiles of
 * rows, both packed so that the innermost loop reads memory in order.
 */
#include <string.h>

#include "linalg/row_templates.h"
#include "linalg/vector.h"

/* Rows of a tile: with the vectors of a panel that are taken at a time, at most 2, its sums stay in
 * registers. */
#if WRMF_VECTOR_BYTES == 64
enum { TILE = WRMF_BITS == 32 ? 16 : 8 };
#else
enum { TILE = 6 };
#endif
enum {
    PANEL_VECTORS = WRMF_I_PANEL / LANES,
    VECTORS = PANEL_VECTORS < 2 ? PANEL_VECTORS : 2,
    DEPTH = WRMF_I_PANEL_DEPTH, /* of a panel that stays in the first cache */
};

/* The sums of a tile, added to those in m: m_r += sum over k < depth of a_kr b_k, by a chain of
 * fused products in the order of k. */
static ALWAYS_INLINE void add_tile(const real *a, const real *b, int64_t depth, int rows,
                                   int64_t stride, real *m)
{
    vec s[TILE][VECTORS];
    for (int r = 0; r < TILE; r++)
        for (int v = 0; v < VECTORS; v++)
            s[r][v] = r < rows ? load(m + r * stride + v * LANES) : (vec){0};
    for (int64_t k = 0; k < depth; k++) {
        vec y[VECTORS];
        for (int v = 0; v < VECTORS; v++)
            y[v] = load(b + k * WRMF_I_PANEL + v * LANES);
#pragma GCC unroll 16
        for (int r = 0; r < TILE; r++) {
            const vec x = splat(a[k * TILE + r]);
            for (int v = 0; v < VECTORS; v++)
                s[r][v] = add_products(s[r][v], x, y[v]);
        }
    }
    for (int r = 0; r < TILE && r < rows; r++)
        for (int v = 0; v < VECTORS; v++)
            store(m + r * stride + v * LANES, s[r][v]);
}

/* The same for a whole panel of columns. */
static void add_panel(const real *a, const real *b, int64_t depth, int64_t rows, int64_t stride,
                      real *m)
{
    for (int column = 0; column < WRMF_I_PANEL; column += VECTORS * LANES) {
        if (rows >= TILE)
            add_tile(a, b + column, depth, TILE, stride, m + column);
        else
            add_tile(a, b + column, depth, (int)rows, stride, m + column);
    }
}

/* ---- rows times a square matrix ---- */

/* Number k of row r of tile t is at (t width + k) TILE + r. */
void KFN(pack_tiles)(const real *in, int64_t n, int64_t width, int64_t from, int64_t to,
                     real *tiles)
{
    for (int64_t first = 0; first < n; first += TILE) {
        for (int r = 0; r < TILE; r++) {
            const real *const row = in + (first + r) * width;
            for (int64_t k = from; k < to; k++)
                tiles[k * TILE + r] = first + r < n ? row[k] : 0;
        }
        tiles += TILE * width;
    }
}

void KFN(multiply_tiles)(const real *tiles, int64_t n, int64_t width, const real *panels,
                         int64_t columns, real *out)
{
    memset(out, 0, sizeof(real) * (size_t)(n * columns));
    for (int64_t from = 0; from < width; from += DEPTH) {
        const int64_t depth = from + DEPTH < width ? DEPTH : width - from;
        for (int64_t column = 0; column < columns; column += WRMF_I_PANEL)
            for (int64_t i = 0; i < n; i += TILE)
                add_panel(tiles + i * width + from * TILE,
                          panels + column * width + from * WRMF_I_PANEL, depth, n - i, columns,
                          out + i * columns + column);
    }
}

void KFN(rotate_panels)(const real *in, int64_t n, int64_t width, const real *panels,
                        wrmf_i_shape shape, real *out, real *scratch)
{
    KFN(pack_tiles)(in, n, width, 0, width, scratch);
    memset(out, 0, sizeof(real) * (size_t)(n * width));
    for (int64_t from = 0; from < width; from += DEPTH) {
        const int64_t to = from + DEPTH < width ? from + DEPTH : width;
        for (int64_t column = 0; column < width; column += WRMF_I_PANEL) {
            const real *const panel = panels + column * width;
            /* what the shape leaves of the panel's rows from .. to-1 */
            const int64_t begin = shape == WRMF_I_LOWER && column > from ? column : from;
            const int64_t next = column + WRMF_I_PANEL;
            const int64_t end = shape == WRMF_I_UPPER && next < to ? next : to;
            if (begin >= end)
                continue;
            for (int64_t i = 0; i < n; i += TILE)
                add_panel(scratch + i * width + begin * TILE, panel + begin * WRMF_I_PANEL,
                          end - begin, n - i, width, out + i * width + column);
        }
    }
}

/* ---- sums of outer products ---- */

/* Columns of `depth` rows, as tiles or panels of `size` columns; zeros behind the last. */
static ALWAYS_INLINE void pack_columns(const real *from, int64_t depth, int64_t stride,
                                       int64_t columns, int size, real *to)
{
    for (int64_t first = 0; first < columns; first += size) {
        const int64_t left = columns - first < size ? columns - first : size;
        for (int64_t k = 0; k < depth; k++) {
            for (int c = 0; c < size; c++)
                to[c] = c < left ? from[k * stride + first + c] : 0;
            to += size;
        }
    }
}

void KFN(outer_panels)(const wrmf_i_outer *shape, const real *a, const real *b, real *m,
                       real *scratch)
{
    const int64_t rows = shape->rows, depth = shape->depth;
    real *const tiles = scratch, *const panel = scratch + (rows + TILE) * depth;
    pack_columns(a, depth, shape->stride, rows, TILE, tiles);
    for (int64_t column = 0; column < shape->columns; column += WRMF_I_PANEL) {
        pack_columns(b + column, depth, shape->stride, WRMF_I_PANEL, WRMF_I_PANEL, panel);
        for (int64_t i = 0; i < rows && i < column + WRMF_I_PANEL + shape->above; i += TILE)
            add_panel(tiles + i * depth, panel, depth, rows - i, shape->m_stride,
                      m + i * shape->m_stride + column);
    }
}
