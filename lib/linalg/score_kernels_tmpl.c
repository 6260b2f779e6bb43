/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernels of score_kernels.h, compiled once per precision and CPU level.
 */
#include <stdbool.h>

#include "linalg/columns.h"
#include "linalg/kernel_levels.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

typedef RFN(score_kernels) score_kernels;
#if WRMF_BITS == 32
enum { PANEL = WRMF_I_PANEL_F32 };
#define SCALE_LEAST WRMF_I_SCALE_LEAST_F32
#define SCALE_MOST WRMF_I_SCALE_MOST_F32
#else
enum { PANEL = WRMF_I_PANEL_F64 };
#define SCALE_LEAST WRMF_I_SCALE_LEAST_F64
#define SCALE_MOST WRMF_I_SCALE_MOST_F64
#endif

enum { VECTORS = PANEL / LANES, LINE = 64 /* bytes of a cache line */ };
/* Users whose sums fit the registers at a time; divides WRMF_I_TILE_USERS. */
#if WRMF_VECTOR_BYTES == 64
enum { USERS = 12 };
#elif WRMF_VECTOR_BYTES == 32
enum { USERS = 3 };
#elif defined(WRMF_NEON)
enum { USERS = 2 };
#else
enum { USERS = 1 };
#endif

static void pack(const real *rows, int64_t n, int64_t stride, int64_t factors, real *panel)
{
    int64_t k = 0;
    for (; n == PANEL && k + PART <= factors; k += PART)
        for (int v = 0; v < VECTORS; v++) {
            vec columns[PART];
            load_columns(rows + v * LANES * stride + k, stride, columns);
            for (int j = 0; j < PART; j++)
                store(panel + (k + j) * PANEL + v * LANES, columns[j]);
        }
    for (; k < factors; k++) {
        for (int64_t i = 0; i < n; i++)
            panel[k * PANEL + i] = rows[i * stride + k];
        for (int64_t i = n; i < PANEL; i++)
            panel[k * PANEL + i] = 0;
    }
}

static ALWAYS_INLINE void scores(const real *users, int n, int64_t factors, const real *panel,
                                 real *out)
{
    vec s[USERS][VECTORS];
    for (int u = 0; u < n; u++)
        for (int v = 0; v < VECTORS; v++)
            s[u][v] = (vec){0};
    for (int64_t k = 0; k < factors; k++) {
        vec y[VECTORS];
        for (int v = 0; v < VECTORS; v++)
            y[v] = load(panel + k * PANEL + v * LANES);
#pragma GCC unroll 12
        for (int u = 0; u < n; u++) {
            const vec x = splat(users[u * factors + k]);
            for (int v = 0; v < VECTORS; v++)
                s[u][v] = add_products(s[u][v], x, y[v]);
        }
    }
    for (int u = 0; u < n; u++)
        for (int v = 0; v < VECTORS; v++)
            store(out + u * PANEL + v * LANES, s[u][v]);
}

static void tile(const real *users, int64_t factors, const real *panel, real *out)
{
    for (int u = 0; u < WRMF_I_TILE_USERS; u += USERS)
        scores(users + u * factors, USERS, factors, panel, out + u * PANEL);
}

static void single(const real *user, int64_t factors, const real *panel, real *out)
{
    scores(user, 1, factors, panel, out);
}

/* Add the products of n <= PART columns to the sums of LANES rows, one column after the other. */
static ALWAYS_INLINE vec add_columns(vec s, const real *user, const real *rows, int64_t stride,
                                     int64_t n)
{
    vec columns[PART];
    load_columns(rows, stride, columns);
#pragma GCC unroll 4
    for (int j = 0; j < PART; j++)
        if (j < n)
            s = add_products(s, splat(user[j]), columns[j]);
    return s;
}

/* Rows come out of memory as fast as it gives them where each line of a row is used up at once, the
 * next panel is asked for in the order of its addresses, and the one behind it for L2. */
static void in_place(const real *user, int64_t factors, const real *rows, int64_t stride, real *out)
{
    enum { COLUMNS = LINE / (int)sizeof(real), LINES = LANES }; /* of a step; prefetched by it */
    const char *next = (const char *)(rows + PANEL * stride);
    const int64_t panel = PANEL * stride * (int64_t)sizeof(real);
    vec s[VECTORS];
    for (int v = 0; v < VECTORS; v++)
        s[v] = (vec){0};
    int64_t k = 0;
    for (; k + COLUMNS <= factors; k += COLUMNS)
#pragma GCC unroll 8
        for (int v = 0; v < VECTORS; v++) {
            const real *const at = rows + v * LANES * stride + k;
            for (int line = 0; line < LINES; line++, next += LINE) {
                __builtin_prefetch(next);
                __builtin_prefetch(next + panel, 0, 2);
            }
#pragma GCC unroll 4
            for (int j = 0; j < COLUMNS; j += PART)
                s[v] = add_columns(s[v], user + k + j, at + j, stride, PART);
        }
    for (; k < factors; k += PART)
        for (int v = 0; v < VECTORS; v++)
            s[v] = add_columns(s[v], user + k, rows + v * LANES * stride + k, stride, factors - k);
    for (int v = 0; v < VECTORS; v++)
        store(out + v * LANES, s[v]);
}

static real score(const real *user, const real *item, int64_t factors)
{
    real s = 0;
    for (int64_t k = 0; k < factors; k++)
        s = add_product(s, user[k], item[k]);
    return s;
}

/* Four sums at a time hide each other's latency. */
static void few(const real *const *users, const real *const *items, int64_t factors, real *out)
{
    for (int i = 0; i < WRMF_I_SCORE_FEW; i += 4) {
        const real *const x0 = users[i], *const x1 = users[i + 1], *const x2 = users[i + 2],
                          *const x3 = users[i + 3];
        const real *const y0 = items[i], *const y1 = items[i + 1], *const y2 = items[i + 2],
                          *const y3 = items[i + 3];
        real s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (int64_t k = 0; k < factors; k++) {
            s0 = add_product(s0, x0[k], y0[k]);
            s1 = add_product(s1, x1[k], y1[k]);
            s2 = add_product(s2, x2[k], y2[k]);
            s3 = add_product(s3, x3[k], y3[k]);
        }
        out[i] = s0;
        out[i + 1] = s1;
        out[i + 2] = s2;
        out[i + 3] = s3;
    }
}

/* One bit a lane. The instruction for it has no portable spelling. */
static inline uint32_t vector_above(vec s, vec threshold)
{
#if WRMF_VECTOR_BYTES == 64 && WRMF_BITS == 32 && defined(__AVX512F__)
    return _mm512_cmp_ps_mask((__m512)s, (__m512)threshold, _CMP_GT_OQ);
#elif WRMF_VECTOR_BYTES == 64 && defined(__AVX512F__)
    return _mm512_cmp_pd_mask((__m512d)s, (__m512d)threshold, _CMP_GT_OQ);
#elif WRMF_VECTOR_BYTES == 32 && WRMF_BITS == 32 && defined(__AVX__)
    return (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps((__m256)s, (__m256)threshold, _CMP_GT_OQ));
#elif WRMF_VECTOR_BYTES == 32 && defined(__AVX__)
    return (uint32_t)_mm256_movemask_pd(_mm256_cmp_pd((__m256d)s, (__m256d)threshold, _CMP_GT_OQ));
#elif WRMF_VECTOR_BYTES == 16 && WRMF_BITS == 32 && defined(__SSE2__)
    return (uint32_t)_mm_movemask_ps(_mm_cmpgt_ps((__m128)s, (__m128)threshold));
#elif WRMF_VECTOR_BYTES == 16 && defined(__SSE2__)
    return (uint32_t)_mm_movemask_pd(_mm_cmpgt_pd((__m128d)s, (__m128d)threshold));
#elif defined(WRMF_NEON) && WRMF_BITS == 32
    const uint32x4_t bits = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(vcgtq_f32((float32x4_t)s, (float32x4_t)threshold), bits));
#elif defined(WRMF_NEON)
    const uint64x2_t bits = {1, 2};
    return (uint32_t)vaddvq_u64(vandq_u64(vcgtq_f64((float64x2_t)s, (float64x2_t)threshold), bits));
#else
    uint32_t bits = 0;
    for (int lane = 0; lane < LANES; lane++)
        bits |= (uint32_t)(s[lane] > threshold[lane]) << lane;
    return bits;
#endif
}

static uint32_t above(const real *from, real threshold)
{
    const vec limit = splat(threshold);
    uint32_t bits = 0;
    for (int v = 0; v < VECTORS; v++)
        bits |= vector_above(load(from + v * LANES), limit) << (v * LANES);
    return bits;
}

static uint32_t scaled_above(const real *scores, const double *scales, real threshold)
{
    real scaled[PANEL];
    for (int i = 0; i < PANEL; i++) {
        const bool plain = scales[i] == 0 || (scales[i] >= SCALE_LEAST && scales[i] <= SCALE_MOST);
        const real scale = (real)(plain ? scales[i] : 0);
        scaled[i] = plain ? scores[i] * scale : REAL_MAX;
    }
    return above(scaled, threshold);
}

const score_kernels KFN(score_kernels) = {
    .pack = pack,
    .tile = tile,
    .single = single,
    .in_place = in_place,
    .score = score,
    .few = few,
    .above = above,
    .scaled_above = scaled_above,
};
