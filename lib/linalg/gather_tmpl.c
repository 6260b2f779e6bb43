/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Gathered rows: copied into place, scaled, summed up, their norms; and rows as float64.
 */
#include <string.h>

#include "linalg/row_templates.h"
#include "linalg/vector.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

/* gather() and dots64() prefetch the row that comes so many later. */
enum { GATHER_AHEAD = 8, DOTS_AHEAD = 12 };

static void prefetch_row(const real *row, int64_t width)
{
    for (int64_t byte = 0; byte < width * (int64_t)sizeof(real); byte += 64)
        __builtin_prefetch((const char *)row + byte, 0, 3);
}

static ALWAYS_INLINE void gather_rows(const row_system *system, const real *from,
                                      const int32_t *index, const real *diagonal)
{
    const int64_t n = system->n, width = system->width;
    real *const to = system->w;
    for (int64_t i = 0; i < n; i++) {
        if (i + GATHER_AHEAD < n)
            prefetch_row(from + index[i + GATHER_AHEAD] * width, width);
        const real *const row = from + index[i] * width;
        for (int64_t k = 0; k < width; k += LANES) {
            vec x = load(row + k);
            if (diagonal)
                x *= load(diagonal + k);
            store(to + i * width + k, x);
        }
    }
    for (int64_t i = n; i < wrmf_i_padded_row(n); i++)
        memset(to + i * width, 0, sizeof(real) * (size_t)width);
}

void KFN(gather)(const row_system *system, const real *from, const int32_t *index)
{
    if (system->diagonal)
        gather_rows(system, from, index, system->diagonal);
    else
        gather_rows(system, from, index, NULL);
}

void KFN(gather_columns)(const real *from, int64_t stride, const int32_t *index, int64_t n,
                         int64_t columns, real *to)
{
    for (int64_t i = 0; i < n; i++) {
        if (i + GATHER_AHEAD < n)
            prefetch_row(from + index[i + GATHER_AHEAD] * stride, columns);
        const real *const row = from + index[i] * stride;
        for (int64_t k = 0; k < columns; k += LANES)
            store(to + i * columns + k, load(row + k));
    }
}

/* Four rows at a time; the last row stands in for those behind it. */
void KFN(subtract_scores)(const RFN(score_rows) * rows, const real *x, const real *d, real *e)
{
    const int32_t *const index = rows->index;
    const int64_t n = rows->n;
    for (int64_t i = 0; i < n; i += 4) {
        const real *row[4];
        vec s[4] = {{0}, {0}, {0}, {0}};
        for (int64_t r = 0; r < 4; r++) {
            const int64_t at = i + r < n ? i + r : n - 1;
            row[r] = rows->from + (index ? index[at] : at) * rows->stride;
            if (index && i + r + GATHER_AHEAD < n)
                prefetch_row(rows->from + index[i + r + GATHER_AHEAD] * rows->stride,
                             rows->columns);
        }
        for (int64_t k = 0; k < rows->columns; k += LANES) {
            const vec y = load(x + k);
            for (int r = 0; r < 4; r++)
                s[r] += y * load(row[r] + k);
        }
        const vec4 scores = sum4(s[0], s[1], s[2], s[3]);
        for (int64_t r = 0; r < 4 && i + r < n; r++)
            e[i + r] -= d[i + r] * scores[r];
    }
}

void KFN(norms)(const real *rows, int64_t n, int64_t width, real *out)
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

void KFN(scaled_norms)(const real *rows, int64_t n, int64_t width, const real *squares,
                       int64_t levels, real *out, int64_t stride)
{
    for (int64_t i = 0; i < n; i++) {
        const real *const row = rows + i * width;
        for (int64_t l = 0; l < levels; l += 4) {
            const real *const by = squares + l * width;
            vec s[4] = {{0}, {0}, {0}, {0}};
            for (int64_t k = 0; k < width; k += LANES) {
                const vec y = load(row + k), square = y * y;
                for (int64_t r = 0; r < 4; r++)
                    s[r] += square * load(by + r * width + k);
            }
            const vec4 sums = sum4(s[0], s[1], s[2], s[3]);
            for (int64_t r = 0; r < 4; r++)
                out[(l + r) * stride + i] = sums[r];
        }
    }
}

void KFN(scale)(const real *w, int64_t n, int64_t width, const real *d, real *u)
{
    for (int64_t i = 0; i < n; i++) {
        const vec x = splat(d[i]);
        for (int64_t k = 0; k < width; k += LANES)
            store(u + i * width + k, x * load(w + i * width + k));
    }
}

static ALWAYS_INLINE void combine_columns(const real *w, int64_t n, int64_t width, const real *b,
                                          real *z, int vectors)
{
    vec even[8], odd[8];
    for (int v = 0; v < vectors; v++) {
        even[v] = load(z + v * LANES);
        odd[v] = (vec){0};
    }
    int64_t i = 0;
    for (; i + 2 <= n; i += 2) {
        const vec x0 = splat(b[i]), x1 = splat(b[i + 1]);
        for (int v = 0; v < vectors; v++) {
            even[v] += x0 * load(w + i * width + v * LANES);
            odd[v] += x1 * load(w + (i + 1) * width + v * LANES);
        }
    }
    for (int v = 0; v < vectors; v++) {
        if (i < n)
            even[v] += splat(b[i]) * load(w + i * width + v * LANES);
        store(z + v * LANES, even[v] + odd[v]);
    }
}

/* z in registers, 8 vectors of it at a time where there are so many registers. */
void KFN(combine)(const real *w, int64_t n, int64_t width, const real *b, real *z)
{
    int64_t k = 0;
#if WRMF_VECTOR_BYTES == 64
    for (; k + 8 * LANES <= width; k += 8 * LANES)
        combine_columns(w + k, n, width, b, z + k, 8);
#endif
    for (; k + 4 * LANES <= width; k += 4 * LANES)
        combine_columns(w + k, n, width, b, z + k, 4);
    for (; k < width; k += LANES)
        combine_columns(w + k, n, width, b, z + k, 1);
}

/* ---- float64 ---- */

/* The next WIDE_LANES numbers, as float64. GCC turns the portable conversion into two of half
 * the length. */
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

void KFN(widen)(const real *from, int64_t n, double *to)
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

/* Four rows at a time; the last row stands in for those behind it. */
void KFN(dots64)(const double *x, const real *rows, const int32_t *index, int64_t n, int64_t width,
                 double *out)
{
    for (int64_t i = 0; i < n; i += 4) {
        const real *row[4];
        for (int64_t r = 0; r < 4; r++) {
            row[r] = rows + index[i + r < n ? i + r : n - 1] * width;
            if (i + r + DOTS_AHEAD >= n)
                continue;
            prefetch_row(rows + index[i + r + DOTS_AHEAD] * width, width);
        }
        const double4 dots = dots64_of_4(x, row, width);
        for (int64_t r = 0; r < 4 && i + r < n; r++)
            out[i + r] = dots[r];
    }
}
