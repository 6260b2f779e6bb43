/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernels of row.h: portable C with the vector extension of GCC and clang,
 * compiled once per precision and CPU level. docs/mathematics.md has the
 * formulas, docs/performance.md says why the loops are shaped as they are.
 */
#include <math.h>
#include <string.h>

#include "linalg/factorize.h"
#include "linalg/kernel_levels.h"
#include "linalg/vector.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#if WRMF_BITS == 32
typedef wrmf_i_row_kernels_f32 row_kernels;
#else
typedef wrmf_i_row_kernels_f64 row_kernels;
#endif

/* Tile of the outer-product and rotation kernels: TILE rows by 2 vectors, or by 3, keep
 * their sums in registers (32 of them with AVX-512, 16 otherwise). */
#if WRMF_VECTOR_BYTES == 64
#define TILE 8
enum { MOST_VECTORS = 3 };
#else
#define TILE 4
enum { MOST_VECTORS = 2 };
#endif

/* ---- sums of outer products ---- */

static ALWAYS_INLINE void outer_tile(real *c, const real *a, const real *b, int64_t n,
                                     int64_t width, int vectors)
{
    vec s[TILE][3];
    for (int r = 0; r < TILE; r++)
        for (int v = 0; v < vectors; v++)
            s[r][v] = load(c + r * width + v * LANES);
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
            store(c + r * width + v * LANES, s[r][v]);
}

/* Rows first .. last-1 of c, from the vector that holds the diagonal to the right
 * edge. Blocks of n keep the rows in the first-level cache. */
static void outer_rows(real *c, const real *a, const real *b, int64_t n, int64_t width,
                       int64_t first, int64_t last)
{
    for (int64_t row = first; row < last; row += TILE) {
        int64_t column = row / LANES * LANES, left = (width - column) / LANES;
        while (left > 0) {
            real *const to = c + row * width + column;
            const int64_t now = left == 4 ? 2 : left < MOST_VECTORS ? left : MOST_VECTORS;
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

static void outer(real *c, const real *a, const real *b, int64_t n, int64_t width, int64_t rows)
{
    for (int64_t i = 0; i < n; i += WRMF_I_BLOCK) {
        const int64_t block = n - i < WRMF_I_BLOCK ? n - i : WRMF_I_BLOCK;
        outer_rows(c, a + i * width, b + i * width, block, width, 0, rows);
    }
}

/* ---- rows times a small square matrix ---- */

/* Rows first .. last-1 of m. */
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

static void rotate(const real *in, int64_t n, int64_t width, const real *m, wrmf_i_shape shape,
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

/* Vectors of float64 with as many lanes as fill a register. */
typedef double wide __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias));
typedef double wide_unaligned
    __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias, aligned(sizeof(double))));
#define WIDE_LANES (WRMF_VECTOR_BYTES / (int)sizeof(double))

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

static void rotate64(const real *in, int64_t n, int64_t width, const double *m, real *out,
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

/* ---- gathered rows ---- */

static void gather(const real *from, const int32_t *index, int64_t n, int64_t width, real *to)
{
    const int64_t ahead = 8;
    for (int64_t i = 0; i < n; i++) {
        if (i + ahead < n) {
            const char *const next = (const char *)(from + index[i + ahead] * width);
            for (int64_t byte = 0; byte < width * (int64_t)sizeof(real); byte += 64)
                __builtin_prefetch(next + byte, 0, 3);
        }
        const real *const row = from + index[i] * width;
        for (int64_t k = 0; k < width; k += LANES)
            store(to + i * width + k, load(row + k));
    }
    for (int64_t i = n; i < wrmf_i_padded_row(n); i++)
        memset(to + i * width, 0, sizeof(real) * (size_t)width);
}

static void norms(const real *rows, int64_t n, int64_t width, real *out)
{
    for (int64_t i = 0; i < n; i++) {
        vec s = {0};
        for (int64_t k = 0; k < width; k += LANES) {
            const vec y = load(rows + i * width + k);
            s += y * y;
        }
        out[i] = sum(s);
    }
}

static void scale(const real *w, int64_t n, int64_t width, const real *d, real *u)
{
    for (int64_t i = 0; i < n; i++) {
        const vec x = splat(d[i]);
        for (int64_t k = 0; k < width; k += LANES)
            store(u + i * width + k, x * load(w + i * width + k));
    }
}

static ALWAYS_INLINE void combine_columns(const real *w, int64_t n, int64_t width, const real *c,
                                          real *z, int vectors)
{
    vec even[8], odd[8];
    for (int v = 0; v < vectors; v++) {
        even[v] = load(z + v * LANES);
        odd[v] = (vec){0};
    }
    int64_t i = 0;
    for (; i + 2 <= n; i += 2) {
        const vec x0 = splat(c[i]), x1 = splat(c[i + 1]);
        for (int v = 0; v < vectors; v++) {
            even[v] += x0 * load(w + i * width + v * LANES);
            odd[v] += x1 * load(w + (i + 1) * width + v * LANES);
        }
    }
    for (int v = 0; v < vectors; v++) {
        if (i < n)
            even[v] += splat(c[i]) * load(w + i * width + v * LANES);
        store(z + v * LANES, even[v] + odd[v]);
    }
}

/* z in registers, 8 vectors of it at a time where there are so many registers. */
static void combine(const real *w, int64_t n, int64_t width, const real *c, real *z)
{
    int64_t k = 0;
#if WRMF_VECTOR_BYTES == 64
    for (; k + 8 * LANES <= width; k += 8 * LANES)
        combine_columns(w + k, n, width, c, z + k, 8);
#endif
    for (; k + 4 * LANES <= width; k += 4 * LANES)
        combine_columns(w + k, n, width, c, z + k, 4);
    for (; k < width; k += LANES)
        combine_columns(w + k, n, width, c, z + k, 1);
}

/* ---- q += W' D W p: four rows at a time, dots and update in one pass ---- */

/* p and q in registers. */
static ALWAYS_INLINE void apply_short(const real *w, int64_t n, int vectors, const real *d,
                                      const real *p, wrmf_i_prefetch *soon, real *q)
{
    const int64_t width = (int64_t)vectors * LANES;
    vec x[8], y[8];
    for (int v = 0; v < vectors; v++) {
        x[v] = load(p + v * LANES);
        y[v] = load(q + v * LANES);
    }
    for (int64_t i = 0; i < n; i += 4) {
        const real *const row = w + i * width;
        vec s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
        wrmf_i_prefetch_one(soon);
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) {
            s0 += x[v] * load(row + v * LANES);
            s1 += x[v] * load(row + width + v * LANES);
            s2 += x[v] * load(row + 2 * width + v * LANES);
            s3 += x[v] * load(row + 3 * width + v * LANES);
        }
        const vec4 t = sum4(s0, s1, s2, s3) * *(const vec4_unaligned *)(d + i);
        const vec t0 = splat(t[0]), t1 = splat(t[1]), t2 = splat(t[2]), t3 = splat(t[3]);
#pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) {
            y[v] += t0 * load(row + v * LANES);
            y[v] += t1 * load(row + width + v * LANES);
            y[v] += t2 * load(row + 2 * width + v * LANES);
            y[v] += t3 * load(row + 3 * width + v * LANES);
        }
    }
    for (int v = 0; v < vectors; v++)
        store(q + v * LANES, y[v]);
}

static void apply_long(const real *w, int64_t n, int64_t width, const real *d, const real *p,
                       wrmf_i_prefetch *soon, real *q)
{
    for (int64_t i = 0; i < n; i += 4) {
        const real *const row = w + i * width;
        vec s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
        wrmf_i_prefetch_one(soon);
        for (int64_t k = 0; k < width; k += LANES) {
            const vec x = load(p + k);
            s0 += x * load(row + k);
            s1 += x * load(row + width + k);
            s2 += x * load(row + 2 * width + k);
            s3 += x * load(row + 3 * width + k);
        }
        const vec4 t = sum4(s0, s1, s2, s3) * *(const vec4_unaligned *)(d + i);
        const vec t0 = splat(t[0]), t1 = splat(t[1]), t2 = splat(t[2]), t3 = splat(t[3]);
        for (int64_t k = 0; k < width; k += LANES) {
            vec y = load(q + k);
            y += t0 * load(row + k);
            y += t1 * load(row + width + k);
            y += t2 * load(row + 2 * width + k);
            y += t3 * load(row + 3 * width + k);
            store(q + k, y);
        }
    }
}

static void apply(const real *w, int64_t n, int64_t width, const real *d, const real *p,
                  wrmf_i_prefetch *soon, real *q)
{
    switch (width / LANES) {
    case 1: apply_short(w, n, 1, d, p, soon, q); break;
    case 2: apply_short(w, n, 2, d, p, soon, q); break;
    case 3: apply_short(w, n, 3, d, p, soon, q); break;
    case 4: apply_short(w, n, 4, d, p, soon, q); break;
    case 5: apply_short(w, n, 5, d, p, soon, q); break;
    case 6: apply_short(w, n, 6, d, p, soon, q); break;
    case 7: apply_short(w, n, 7, d, p, soon, q); break;
    case 8: apply_short(w, n, 8, d, p, soon, q); break;
    default: apply_long(w, n, width, d, p, soon, q); break;
    }
}

/* ---- conjugate gradients ---- */

static real dot(const real *a, const real *b, int64_t width)
{
    vec s = {0};
    for (int64_t k = 0; k < width; k += LANES)
        s += load(a + k) * load(b + k);
    return sum(s);
}

/* As many numbers, as float64. GCC makes two halves of the portable conversion. */
static ALWAYS_INLINE wide load_wide(const real *from)
{
#if WRMF_BITS == 64
    return *(const wide_unaligned *)from;
#elif WRMF_VECTOR_BYTES == 64 && defined(__AVX512F__)
    return (wide)_mm512_cvtps_pd(_mm256_loadu_ps(from));
#else
    typedef real half
        __attribute__((vector_size(WRMF_VECTOR_BYTES / 2), may_alias, aligned(sizeof(real))));
    return __builtin_convertvector(*(const half *)from, wide);
#endif
}

static void widen(const real *from, int64_t n, double *to)
{
    for (int64_t i = 0; i < n; i += WIDE_LANES)
        *(wide_unaligned *)(to + i) = load_wide(from + i);
}

typedef double double4 __attribute__((vector_size(4 * sizeof(double))));

/* Fold a vector to four lanes. */
static ALWAYS_INLINE double4 fold_wide(wide a)
{
#if WRMF_VECTOR_BYTES == 64
    return __builtin_shufflevector(a, a, 0, 1, 2, 3) + __builtin_shufflevector(a, a, 4, 5, 6, 7);
#elif WRMF_VECTOR_BYTES == 32
    return a;
#else
    return (double4){a[0], a[1], 0, 0};
#endif
}

/* x . rows[0 .. 3], in float64. */
static ALWAYS_INLINE double4 dots64_of_4(const double *x, const real *const *rows, int64_t width)
{
    wide s[4] = {{0}, {0}, {0}, {0}};
    for (int64_t k = 0; k < width; k += WIDE_LANES) {
        const wide y = *(const wide_unaligned *)(x + k);
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++)
            s[r] += y * load_wide(rows[r] + k);
    }
    const double4 a = fold_wide(s[0]), b = fold_wide(s[1]), c = fold_wide(s[2]),
                  d = fold_wide(s[3]);
    const double4 ab =
        __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const double4 cd =
        __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
    return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) +
           __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

/* Four rows at a time; behind the last, the last again. */
static void dots64(const double *x, const real *rows, const int32_t *index, int64_t n,
                   int64_t width, double *out)
{
    const int64_t ahead = 12;
    for (int64_t i = 0; i < n; i += 4) {
        const real *row[4];
        for (int64_t r = 0; r < 4; r++) {
            row[r] = rows + index[i + r < n ? i + r : n - 1] * width;
            if (i + r + ahead >= n)
                continue;
            const char *const next = (const char *)(rows + index[i + r + ahead] * width);
            for (int64_t byte = 0; byte < width * (int64_t)sizeof(real); byte += 64)
                __builtin_prefetch(next + byte, 0, 3);
        }
        const double4 dots = dots64_of_4(x, row, width);
        for (int64_t r = 0; r < 4 && i + r < n; r++)
            out[i + r] = dots[r];
    }
}

/* q = p, or q = G p */
static void start_product(const real *g, int64_t width, const real *p, real *q)
{
    if (!g) {
        memcpy(q, p, sizeof(real) * (size_t)width);
        return;
    }
    memset(q, 0, sizeof(real) * (size_t)width);
    combine(g, width, width, p, q); /* g is symmetric: its rows are its columns */
}

/* z += step p and r -= step q; returns the new (z.z, r.r). */
static void advance(real step, int64_t width, const real *p, const real *q, real *z, real *r,
                    real *zz, real *rr)
{
    vec z_sum = {0}, r_sum = {0};
    for (int64_t k = 0; k < width; k += LANES) {
        const vec new_z = load(z + k) + step * load(p + k);
        const vec new_r = load(r + k) - step * load(q + k);
        store(z + k, new_z);
        store(r + k, new_r);
        z_sum += new_z * new_z;
        r_sum += new_r * new_r;
    }
    *zz = sum(z_sum);
    *rr = sum(r_sum);
}

static int solve_cg(const real *g, const real *w, int64_t n, int64_t width, const real *d,
                    const real *c, real *z, int warm, int try_steps, int max_steps,
                    double tolerance, wrmf_i_prefetch *soon, real *work, double *residual)
{
    real *const r = work, *const p = work + width, *const q = work + 2 * width;
    const int64_t padded = wrmf_i_padded_row(n);
    if (c) {
        memset(r, 0, sizeof(real) * (size_t)width);
        combine(w, n, width, c, r);
    } else {
        memcpy(r, z, sizeof(real) * (size_t)width);
    }
    if (warm) {
        start_product(g, width, z, q);
        apply(w, padded, width, d, z, soon, q);
        for (int64_t k = 0; k < width; k += LANES)
            store(r + k, load(r + k) - load(q + k));
    } else {
        memset(z, 0, sizeof(real) * (size_t)width);
    }
    memcpy(p, r, sizeof(real) * (size_t)width);
    const double bound = tolerance * tolerance;
    real rr = dot(r, r, width), zz = dot(z, z, width);
    int step = 0;
    while ((double)rr > bound * (double)zz &&
           (step < try_steps || (step < max_steps && (double)rr <= tolerance * (double)zz))) {
        start_product(g, width, p, q);
        apply(w, padded, width, d, p, soon, q);
        const real pq = dot(p, q, width);
        if (!(pq > 0) || !isfinite(pq))
            return -1;
        const real before = rr;
        advance(rr / pq, width, p, q, z, r, &zz, &rr);
        step++;
        const real beta = rr / before;
        for (int64_t k = 0; k < width; k += LANES)
            store(p + k, load(r + k) + beta * load(p + k));
    }
    *residual = zz > 0 ? sqrt((double)rr / (double)zz) : rr > 0 ? (double)INFINITY : 0.0;
    return isfinite(rr) && isfinite(zz) ? step : -1;
}

static int cg(const real *w, int64_t n, int64_t width, const real *d, const real *c, real *z,
              int warm, int try_steps, int max_steps, double tolerance, wrmf_i_prefetch *soon,
              real *work, double *residual)
{
    return solve_cg(NULL, w, n, width, d, c, z, warm, try_steps, max_steps, tolerance, soon, work,
                    residual);
}

static int cg_plain(const real *g, const real *w, int64_t n, int64_t width, const real *d,
                    const real *c, real *z, int max_steps, double tolerance, real *work,
                    double *residual)
{
    wrmf_i_prefetch nothing = {0};
    return solve_cg(g, w, n, width, d, c, z, 1, max_steps, max_steps, tolerance, &nothing, work,
                    residual);
}

const row_kernels KFN(row_kernels) = {
    .outer = outer,
    .rotate = rotate,
    .rotate64 = rotate64,
    .gather = gather,
    .cg = cg,
    .cg_plain = cg_plain,
    .short_row = KFN(short_row),
    .combine = combine,
    .scale = scale,
    .cholesky = KFN(cholesky),
    .cholesky_small = KFN(cholesky_small),
    .norms = norms,
    .dots64 = dots64,
    .widen = widen,
};
