/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Systems of few rows, solved directly: with U = D^(1/2) W,
 *
 *   (I + U'U)^-1 U' t = U' (I + U U')^-1 t,   U' t = W' b for t = D^(-1/2) b,
 *
 * an n x n system in place of a width x width one.
 */
#include <math.h>
#include <string.h>

#include "linalg/row_templates.h"
#include "linalg/vector.h"

/* Rows of a tile of form(): the sums of TILE rows by 4 columns stay in registers. */
#if WRMF_VECTOR_BYTES == 64
enum { TILE = 4 };
#else
enum { TILE = 2 };
#endif

#if WRMF_BITS == 32
#define ROOT sqrtf
#else
#define ROOT sqrt
#endif

enum { MAX_N = (WRMF_I_SHORT_ROW + LANES - 1) / LANES * LANES };

typedef struct small_system {
    real *m;                                 /* n x stride, on and above the diagonal */
    real s[MAX_N], t[MAX_N], inverse[MAX_N]; /* D^(1/2), right side, 1 / pivots */
    real y[MAX_N];                           /* right side over pivots, then the solution */
} small_system;

/* m = I + s_i s_j w_i.w_j in the tiles on and above the diagonal. */
static void form(const real *w, int64_t padded, int64_t width, int64_t stride, small_system *e)
{
    memset(e->m, 0, sizeof(real) * (size_t)(padded * stride));
    for (int64_t i = 0; i < padded; i += TILE) {
        for (int64_t j = i / 4 * 4; j < padded; j += 4) {
            const real *const a = w + i * width, *const b = w + j * width;
            vec p[TILE * 4];
            for (int q = 0; q < TILE * 4; q++)
                p[q] = (vec){0};
            for (int64_t k = 0; k < width; k += LANES) {
                vec x[4];
                for (int q = 0; q < 4; q++)
                    x[q] = load(b + q * width + k);
                for (int r = 0; r < TILE; r++) {
                    const vec left = load(a + r * width + k);
                    for (int q = 0; q < 4; q++)
                        p[4 * r + q] += left * x[q];
                }
            }
            real products[TILE * 4];
            for (int q = 0; q < TILE * 4; q += LANES)
                store(products + q, sum_lanes(p + q));
            const vec4 right = *(const vec4_unaligned *)(e->s + j);
            for (int r = 0; r < TILE; r++)
                *(vec4_unaligned *)(e->m + (i + r) * stride + j) =
                    *(const vec4_unaligned *)(products + 4 * r) * right * e->s[i + r];
        }
    }
    for (int64_t i = 0; i < padded; i++)
        e->m[i * stride + i] += 1;
}

/* Factorize m = L P L', P the pivots, four rows at a time: m becomes P L' on and
 * above the diagonal, of no use below it; y becomes (L P)^-1 t. Returns 0 unless all
 * pivots are positive and finite. */
static ALWAYS_INLINE int eliminate(small_system *e, int64_t padded, int vectors)
{
    const int64_t stride = (int64_t)vectors * LANES;
    for (int64_t k = 0; k < padded; k += 4) {
        real *const r0 = e->m + k * stride, *const r1 = r0 + stride, *const r2 = r1 + stride,
                    *const r3 = r2 + stride;
        /* the 4 x 4 block on the diagonal, by numbers: each operation waits for the one before */
        const real d0 = r0[k], i0 = 1 / d0;
        const real l10 = r0[k + 1] * i0, l20 = r0[k + 2] * i0, l30 = r0[k + 3] * i0;
        const real d1 = r1[k + 1] - l10 * r0[k + 1], i1 = 1 / d1;
        const real a12 = r1[k + 2] - l10 * r0[k + 2], a13 = r1[k + 3] - l10 * r0[k + 3];
        const real l21 = a12 * i1, l31 = a13 * i1;
        const real d2 = r2[k + 2] - l20 * r0[k + 2] - l21 * a12, i2 = 1 / d2;
        const real a23 = r2[k + 3] - l20 * r0[k + 3] - l21 * a13;
        const real l32 = a23 * i2;
        const real d3 = r3[k + 3] - l30 * r0[k + 3] - l31 * a13 - l32 * a23, i3 = 1 / d3;
        if (!(d0 > 0 && d1 > 0 && d2 > 0 && d3 > 0 && d0 + d1 + d2 + d3 <= REAL_MAX))
            return 0;
        const real t0 = e->t[k], t1 = e->t[k + 1] - l10 * t0;
        const real t2 = e->t[k + 2] - l20 * t0 - l21 * t1;
        const real t3 = e->t[k + 3] - l30 * t0 - l31 * t1 - l32 * t2;
        const vec4 inverse = {i0, i1, i2, i3}, y = {t0 * i0, t1 * i1, t2 * i2, t3 * i3};
        *(vec4_unaligned *)(e->inverse + k) = inverse;
        *(vec4_unaligned *)(e->y + k) = y;
        /* the four rows, and what is subtracted from those below */
        vec p[4][MAX_N / LANES];
        real u[4][MAX_N];
        const int first = (int)(k / LANES);
        for (int v = first; v < vectors; v++) {
            const int64_t at = (int64_t)v * LANES;
            p[0][v] = load(r0 + at);
            p[1][v] = load(r1 + at) - splat(l10) * p[0][v];
            p[2][v] = load(r2 + at) - splat(l20) * p[0][v] - splat(l21) * p[1][v];
            p[3][v] =
                load(r3 + at) - splat(l30) * p[0][v] - splat(l31) * p[1][v] - splat(l32) * p[2][v];
            store(r1 + at, p[1][v]);
            store(r2 + at, p[2][v]);
            store(r3 + at, p[3][v]);
            vec t = load(e->t + at);
            for (int r = 0; r < 4; r++) {
                store(u[r] + at, p[r][v] * splat(inverse[r]));
                t -= splat(y[r]) * p[r][v];
            }
            store(e->t + at, t);
        }
        for (int64_t i = k + 4; i < padded; i++) {
            real *const below = e->m + i * stride;
            for (int v = first; v < vectors; v++) {
                vec x = load(below + v * LANES);
                for (int r = 0; r < 4; r++)
                    x -= splat(u[r][i]) * p[r][v];
                store(below + v * LANES, x);
            }
        }
    }
    return 1;
}

/* y = L'^-1 y, four unknowns at a time, from the last. */
static ALWAYS_INLINE void substitute(small_system *e, int64_t padded, int vectors)
{
    const int64_t stride = (int64_t)vectors * LANES;
    real found[MAX_N] = {0};
    for (int64_t k = padded - 4; k >= 0; k -= 4) {
        const real *const row = e->m + k * stride;
        vec p[4] = {{0}, {0}, {0}, {0}};
        for (int v = (int)(k / LANES); v < vectors; v++) {
            const vec y = load(found + v * LANES);
            for (int r = 0; r < 4; r++)
                p[r] += load(row + r * stride + v * LANES) * y;
        }
        const vec4 known = *(const vec4_unaligned *)(e->y + k) -
                           sum4(p[0], p[1], p[2], p[3]) * *(const vec4_unaligned *)(e->inverse + k);
        const real *const i = e->inverse + k;
        const real y3 = known[3];
        const real y2 = known[2] - i[2] * row[2 * stride + k + 3] * y3;
        const real y1 =
            known[1] - i[1] * row[stride + k + 3] * y3 - i[1] * row[stride + k + 2] * y2;
        const real y0 =
            known[0] - i[0] * row[k + 3] * y3 - i[0] * row[k + 2] * y2 - i[0] * row[k + 1] * y1;
        *(vec4_unaligned *)(found + k) = (vec4){y0, y1, y2, y3};
    }
    memcpy(e->y, found, sizeof(real) * (size_t)padded);
}

int KFN(short_row)(const row_system *system, real *y, real *work)
{
    const real *const d = system->d, *const b = system->b;
    const int64_t n = system->n, width = system->width;
    const int64_t padded = wrmf_i_padded_row(n), stride = (padded + LANES - 1) / LANES * LANES;
    small_system e;
    e.m = work;
    for (int64_t i = 0; i < padded; i++)
        e.s[i] = ROOT(d[i]);
    for (int64_t i = 0; i < padded; i++) /* 0 / 0 in the padding */
        e.t[i] = e.s[i] > 0 ? b[i] / e.s[i] : 0;
    for (int64_t i = padded; i < stride; i++)
        e.s[i] = e.t[i] = 0;
    form(system->w, padded, width, stride, &e);
    /* vectors of a row of m: one and two are constants, so that loops unroll */
    const int vectors = (int)(stride / LANES);
    const int solved = vectors == 1   ? eliminate(&e, padded, 1)
                       : vectors == 2 ? eliminate(&e, padded, 2)
                                      : eliminate(&e, padded, vectors);
    if (!solved)
        return 0;
    if (vectors == 1)
        substitute(&e, padded, 1);
    else if (vectors == 2)
        substitute(&e, padded, 2);
    else
        substitute(&e, padded, vectors);
    for (int64_t i = 0; i < n; i++)
        y[i] = e.y[i] * e.s[i];
    return 1;
}
