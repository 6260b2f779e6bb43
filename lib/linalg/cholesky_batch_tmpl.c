/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Systems with few unknowns, as many at a time as a vector has lanes: each lane
 * has a system of its own, so nothing waits for a sum over lanes, and the chain of pivots
 * is gone through once for all of them.
 */
#include <math.h>
#include <string.h>

#include "linalg/factorize.h"
#include "linalg/row_kernels.h"
#include "linalg/vector.h"

#if WRMF_BITS == 32
#define ROOT sqrtf
#else
#define ROOT sqrt
#endif

/* Columns of a tile of 4 rows whose sums stay in registers. */
#if WRMF_VECTOR_BYTES == 64
enum { COLUMNS = 4 };
#else
enum { COLUMNS = 2 };
#endif

enum { MOST = WRMF_I_SMALL_WIDTH };

/* What is true of each lane: all bits, or none. */
typedef real_bits flags __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias));

typedef struct systems {
    int64_t n;      /* unknowns, a multiple of 4 */
    vec *row[MOST]; /* of U, from column i / 4 * 4 on: row[i][j] is one number of each */
    vec *b;
    vec inverse[MOST]; /* 1 / pivots */
    flags bad;         /* not positive definite, or not finite */
} systems;

/* Where the rows are in work. */
static void lay_out(systems *s, real *work)
{
    vec *at = (vec *)work;
    for (int64_t i = 0; i < s->n; i++) {
        const int64_t first = i / 4 * 4;
        s->row[i] = at - first;
        at += s->n - first;
    }
    s->b = at;
}

/* Numbers at .. at+LANES-1 of each system: a vector of each place. */
static ALWAYS_INLINE void interleave(const real *const *from, int64_t at, vec *block)
{
    for (int lane = 0; lane < LANES; lane++)
        block[lane] = load(from[lane] + at);
    transpose(block);
}

static void take(systems *s, const real *const *a, real *const *b, int64_t width)
{
    vec block[LANES];
    for (int64_t i = 0; i < s->n; i++) {
        for (int64_t at = i / LANES * LANES; at < s->n; at += LANES) {
            const int64_t first = at > i / 4 * 4 ? at : i / 4 * 4;
            const int64_t last = at + LANES < s->n ? at + LANES : s->n;
            interleave(a, i * width + at, block);
            for (int64_t j = first; j < last; j++)
                s->row[i][j] = block[j - at];
        }
    }
    for (int64_t at = 0; at < s->n; at += LANES) {
        interleave((const real *const *)b, at, block);
        for (int64_t j = at; j < at + LANES && j < s->n; j++)
            s->b[j] = block[j - at];
    }
}

/* 1 / sqrt(pivot), and 1 for a lane that has gone bad. */
static vec inverse_root(systems *s, vec pivot)
{
    const flags bad = ~((pivot > 0) & (pivot <= splat(REAL_MAX)));
    const vec safe = (vec)(((flags)pivot & ~bad) | ((flags)splat(1) & bad));
    real lanes[LANES];
    store(lanes, safe);
    for (int lane = 0; lane < LANES; lane++)
        lanes[lane] = 1 / ROOT(lanes[lane]);
    s->bad |= bad;
    return load(lanes);
}

/* Rows k .. k + 3 of a tile, less what the rows above have to do with it. */
static ALWAYS_INLINE void subtract_above(const systems *s, int64_t k, int64_t j, int columns,
                                         vec t[4][4])
{
    for (int r = 0; r < 4; r++)
        for (int c = 0; c < columns; c++)
            t[r][c] = s->row[k + r][j + c];
    for (int64_t i = 0; i < k; i++) {
        const vec *const above = s->row[i];
        for (int r = 0; r < 4; r++)
            for (int c = 0; c < columns; c++)
                t[r][c] -= above[k + r] * above[j + c];
    }
}

static void factor_diagonal(systems *s, int64_t k)
{
    vec t[4][4];
    subtract_above(s, k, k, 4, t);
    for (int r = 0; r < 4; r++) {
        const vec inverse = s->inverse[k + r] = inverse_root(s, t[r][r]);
        for (int c = r; c < 4; c++)
            s->row[k + r][k + c] = t[r][c] = t[r][c] * inverse;
        for (int below = r + 1; below < 4; below++)
            for (int c = below; c < 4; c++)
                t[below][c] -= t[r][below] * t[r][c];
    }
}

/* A = U'U, four rows at a time. */
static void factorize(systems *s)
{
    for (int64_t k = 0; k < s->n; k += 4) {
        factor_diagonal(s, k);
        for (int64_t j = k + 4; j < s->n; j += COLUMNS) {
            vec t[4][4];
            subtract_above(s, k, j, COLUMNS, t);
            for (int r = 0; r < 4; r++) {
                for (int c = 0; c < COLUMNS; c++) {
                    for (int above = 0; above < r; above++)
                        t[r][c] -= s->row[k + above][k + r] * t[above][c];
                    s->row[k + r][j + c] = t[r][c] = t[r][c] * s->inverse[k + r];
                }
            }
        }
    }
}

/* U'y = b, then Ux = y, in place. */
static void substitute(systems *s)
{
    vec *const b = s->b;
    for (int64_t k = 0; k < s->n; k += 4) {
        vec t[4];
        for (int r = 0; r < 4; r++)
            t[r] = b[k + r];
        for (int64_t i = 0; i < k; i++)
            for (int r = 0; r < 4; r++)
                t[r] -= s->row[i][k + r] * b[i];
        for (int r = 0; r < 4; r++) {
            for (int above = 0; above < r; above++)
                t[r] -= s->row[k + above][k + r] * t[above];
            b[k + r] = t[r] = t[r] * s->inverse[k + r];
        }
    }
    for (int64_t k = s->n - 4; k >= 0; k -= 4) {
        vec t[4];
        for (int r = 0; r < 4; r++)
            t[r] = b[k + r];
        for (int64_t j = k + 4; j < s->n; j++)
            for (int r = 0; r < 4; r++)
                t[r] -= s->row[k + r][j] * b[j];
        for (int r = 3; r >= 0; r--) {
            for (int later = r + 1; later < 4; later++)
                t[r] -= s->row[k + r][k + later] * t[later];
            b[k + r] = t[r] = t[r] * s->inverse[k + r];
        }
    }
}

/* Bits of the systems that are solved; their b becomes x. */
static uint32_t give(systems *s, real *const *b, int64_t n)
{
    for (int64_t k = 0; k < s->n; k++)
        s->bad |= ~((s->b[k] - s->b[k]) == 0); /* not finite */
    real_bits bad[LANES];
    uint32_t solved = 0;
    memcpy(bad, &s->bad, sizeof bad);
    for (int64_t lane = 0; lane < n; lane++)
        solved |= (uint32_t)(bad[lane] == 0) << lane;
    for (int64_t at = 0; at < s->n; at += LANES) {
        vec block[LANES];
        for (int64_t j = 0; j < LANES; j++)
            block[j] = at + j < s->n ? s->b[at + j] : (vec){0};
        transpose(block);
        for (int64_t lane = 0; lane < n; lane++)
            if (solved >> lane & 1)
                store(b[lane] + at, block[lane]);
    }
    return solved;
}

uint32_t KFN(cholesky_small)(const real *const *a, real *const *b, int64_t n, int64_t factors,
                             int64_t width, real *work)
{
    systems s = {.n = (factors + 3) / 4 * 4};
    uint32_t solved = 0;
    lay_out(&s, work);
    for (int64_t first = 0; first < n; first += LANES) {
        const int64_t left = n - first;
        const real *some_a[LANES];
        real *some_b[LANES];
        for (int64_t lane = 0; lane < LANES; lane++) { /* lanes to spare get the last system */
            some_a[lane] = a[first + (lane < left ? lane : left - 1)];
            some_b[lane] = b[first + (lane < left ? lane : left - 1)];
        }
        s.bad = (flags){0};
        take(&s, some_a, some_b, width);
        factorize(&s);
        substitute(&s);
        solved |= give(&s, some_b, left < LANES ? left : LANES) << first;
    }
    return solved;
}
