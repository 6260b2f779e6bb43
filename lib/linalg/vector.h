/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/vector.h - sums over the lanes of a vector, for kernel templates.
 *
 * The order of addition is fixed by the code, so a level always gives the same
 * bits: halves are added until four lanes are left, then ((0+2)+(1+3)).
 */
#ifndef WRMF_LINALG_VECTOR_H
#define WRMF_LINALG_VECTOR_H

#include "linalg/real.h"

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

static inline real sum(vec a)
{
    const vec4 b = fold(a);
    return (b[0] + b[2]) + (b[1] + b[3]);
}

#endif /* WRMF_LINALG_VECTOR_H */
