/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/vector.h - products and sums of vectors, for kernel templates.
 *
 * The order of addition is fixed by the code, so a level always gives the same
 * bits: halves are added until four lanes are left, then ((0+2)+(1+3)).
 */
#ifndef WRMF_LINALG_VECTOR_H
#define WRMF_LINALG_VECTOR_H

#include "linalg/real.h"

#if defined(WRMF_NEON)
#include <arm_neon.h>
#elif defined(__FMA__)
#include <immintrin.h>
#endif

typedef real vec4 __attribute__((vector_size(4 * sizeof(real)), may_alias));
typedef real vec4_unaligned
    __attribute__((vector_size(4 * sizeof(real)), may_alias, aligned(sizeof(real))));

static inline vec splat(real value)
{
    return value - (vec){0};
}

static inline vec load(const real *from)
{
    return *(const vec_unaligned *)from;
}

static inline void store(real *to, vec value)
{
    *(vec_unaligned *)to = value;
}

/* Vectors of a level, of either precision. */
typedef float floats __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias));
typedef double doubles __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias));

/* s + x * y, rounded once where the level can. An instruction says so where two kernels, or two
 * instances of one, are to give the same bits: a compiler that may contract a product and a
 * sum, and may leave it, promises nothing. */
static ALWAYS_INLINE floats add_products_f32(floats s, floats x, floats y)
{
#if !WRMF_FUSED
    return s + x * y;
#elif defined(WRMF_NEON)
    return (floats)vfmaq_f32((float32x4_t)s, (float32x4_t)x, (float32x4_t)y);
#elif WRMF_VECTOR_BYTES == 64
    return (floats)_mm512_fmadd_ps((__m512)x, (__m512)y, (__m512)s);
#else
    return (floats)_mm256_fmadd_ps((__m256)x, (__m256)y, (__m256)s);
#endif
}

static ALWAYS_INLINE doubles add_products_f64(doubles s, doubles x, doubles y)
{
#if !WRMF_FUSED
    return s + x * y;
#elif defined(WRMF_NEON)
    return (doubles)vfmaq_f64((float64x2_t)s, (float64x2_t)x, (float64x2_t)y);
#elif WRMF_VECTOR_BYTES == 64
    return (doubles)_mm512_fmadd_pd((__m512d)x, (__m512d)y, (__m512d)s);
#else
    return (doubles)_mm256_fmadd_pd((__m256d)x, (__m256d)y, (__m256d)s);
#endif
}

static ALWAYS_INLINE vec add_products(vec s, vec x, vec y)
{
    return WRMF_I_PASTE(add_products_f, WRMF_BITS)(s, x, y);
}

/* The same for one number. */
static ALWAYS_INLINE real add_product(real s, real x, real y)
{
#if !WRMF_FUSED
    return s + x * y;
#elif WRMF_BITS == 32
    return __builtin_fmaf(x, y, s);
#else
    return __builtin_fma(x, y, s);
#endif
}

/* Fold a vector to four lanes. */
static inline vec4 fold(vec a)
{
#if WRMF_VECTOR_BYTES * 8 / WRMF_BITS == 16
    typedef real vec8 __attribute__((vector_size(8 * sizeof(real))));
    const vec8 b = __builtin_shufflevector(a, a, 0, 1, 2, 3, 4, 5, 6, 7) +
                   __builtin_shufflevector(a, a, 8, 9, 10, 11, 12, 13, 14, 15);
    return __builtin_shufflevector(b, b, 0, 1, 2, 3) + __builtin_shufflevector(b, b, 4, 5, 6, 7);
#elif WRMF_VECTOR_BYTES * 8 / WRMF_BITS == 8
    return __builtin_shufflevector(a, a, 0, 1, 2, 3) + __builtin_shufflevector(a, a, 4, 5, 6, 7);
#elif WRMF_VECTOR_BYTES * 8 / WRMF_BITS == 4
    return a;
#else
    return (vec4){a[0], a[1], 0, 0};
#endif
}

/* The sums of four vectors, as the lanes of one. */
static inline vec4 sum4(vec a, vec b, vec c, vec d)
{
    const vec4 a4 = fold(a), b4 = fold(b), c4 = fold(c), d4 = fold(d);
    const vec4 ab = __builtin_shufflevector(a4, b4, 0, 4, 1, 5) +
                    __builtin_shufflevector(a4, b4, 2, 6, 3, 7); /* a02 b02 a13 b13 */
    const vec4 cd =
        __builtin_shufflevector(c4, d4, 0, 4, 1, 5) + __builtin_shufflevector(c4, d4, 2, 6, 3, 7);
    return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) +
           __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

/* The sums of as many vectors as there are lanes, as the lanes of one; p is used up. */
static ALWAYS_INLINE vec sum_lanes(vec *p)
{
#if WRMF_VECTOR_BYTES * 8 / WRMF_BITS == 16
    for (int i = 0; i < 8; i++)
        p[i] = __builtin_shufflevector(p[i], p[i + 8], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20,
                                       21, 22, 23) +
               __builtin_shufflevector(p[i], p[i + 8], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27,
                                       28, 29, 30, 31);
    for (int i = 0; i < 4; i++)
        p[i] = __builtin_shufflevector(p[i], p[i + 4], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24,
                                       25, 26, 27) +
               __builtin_shufflevector(p[i], p[i + 4], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15,
                                       28, 29, 30, 31);
    for (int i = 0; i < 2; i++)
        p[i] = __builtin_shufflevector(p[i], p[i + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12,
                                       13, 28, 29) +
               __builtin_shufflevector(p[i], p[i + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27,
                                       14, 15, 30, 31);
    return __builtin_shufflevector(p[0], p[1], 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28,
                                   14, 30) +
           __builtin_shufflevector(p[0], p[1], 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29,
                                   15, 31);
#elif WRMF_VECTOR_BYTES * 8 / WRMF_BITS == 8
    for (int i = 0; i < 4; i++)
        p[i] = __builtin_shufflevector(p[i], p[i + 4], 0, 1, 2, 3, 8, 9, 10, 11) +
               __builtin_shufflevector(p[i], p[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    for (int i = 0; i < 2; i++)
        p[i] = __builtin_shufflevector(p[i], p[i + 2], 0, 1, 8, 9, 4, 5, 12, 13) +
               __builtin_shufflevector(p[i], p[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    return __builtin_shufflevector(p[0], p[1], 0, 8, 2, 10, 4, 12, 6, 14) +
           __builtin_shufflevector(p[0], p[1], 1, 9, 3, 11, 5, 13, 7, 15);
#elif WRMF_VECTOR_BYTES * 8 / WRMF_BITS == 4
    return sum4(p[0], p[1], p[2], p[3]);
#else
    return (vec){p[0][0] + p[0][1], p[1][0] + p[1][1]};
#endif
}

/* Half of the lanes of each: a0 b0 a1 b1 ..., from the first of a and b, or from the middle. */
#if WRMF_VECTOR_BYTES * 8 / WRMF_BITS == 16
#define INTERLEAVE(a, b, at)                                                                       \
    __builtin_shufflevector(a, b, at, at + 16, at + 1, at + 17, at + 2, at + 18, at + 3, at + 19,  \
                            at + 4, at + 20, at + 5, at + 21, at + 6, at + 22, at + 7, at + 23)
#elif WRMF_VECTOR_BYTES * 8 / WRMF_BITS == 8
#define INTERLEAVE(a, b, at)                                                                       \
    __builtin_shufflevector(a, b, at, at + 8, at + 1, at + 9, at + 2, at + 10, at + 3, at + 11)
#elif WRMF_VECTOR_BYTES * 8 / WRMF_BITS == 4
#define INTERLEAVE(a, b, at) __builtin_shufflevector(a, b, at, at + 4, at + 1, at + 5)
#else
#define INTERLEAVE(a, b, at) __builtin_shufflevector(a, b, at, at + 2)
#endif

/* As many vectors as there are lanes, as the rows of a matrix: its transpose. Each pass is a
 * perfect shuffle: it brings row i beside row i + LANES / 2. */
static ALWAYS_INLINE void transpose(vec *rows)
{
#pragma GCC unroll 4
    for (int pass = 1; pass < LANES; pass *= 2) {
        vec next[LANES];
#pragma GCC unroll 8
        for (int i = 0; i < LANES / 2; i++) {
            next[2 * i] = INTERLEAVE(rows[i], rows[i + LANES / 2], 0);
            next[2 * i + 1] = INTERLEAVE(rows[i], rows[i + LANES / 2], LANES / 2);
        }
#pragma GCC unroll 16
        for (int i = 0; i < LANES; i++)
            rows[i] = next[i];
    }
}

static inline real sum(vec a)
{
    const vec4 b = fold(a);
    return (b[0] + b[2]) + (b[1] + b[3]);
}

#endif /* WRMF_LINALG_VECTOR_H */
