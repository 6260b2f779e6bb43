/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/real.h - names that depend on the precision a template is compiled for
 * (WRMF_BITS is 32 or 64; lib/meson.build compiles each *_tmpl.c for both) and,
 * for kernels, on the CPU level (WRMF_LEVEL).
 */
#ifndef WRMF_LINALG_REAL_H
#define WRMF_LINALG_REAL_H

#include <float.h>
#include <stdint.h>
#include <string.h>

#include "linalg/template.h"

#if WRMF_BITS == 32
typedef float real;
#define REAL_EPSILON FLT_EPSILON
#define REAL_MAX FLT_MAX
/** RFN(name) is wrmf_i_name_f32 or wrmf_i_name_f64. */
#define RFN(name) WRMF_I_PASTE(wrmf_i_##name, _f32)
#elif WRMF_BITS == 64
typedef double real;
#define REAL_EPSILON DBL_EPSILON
#define REAL_MAX DBL_MAX
#define RFN(name) WRMF_I_PASTE(wrmf_i_##name, _f64)
#else
#error "a template needs WRMF_BITS"
#endif

#if WRMF_BITS == 32
typedef int32_t real_bits;
#define REAL_SIGN INT32_MIN
#else
typedef int64_t real_bits;
#define REAL_SIGN INT64_MIN
#endif

/** The largest of |x|, NaN if there is one, 0 if n is. Positive numbers are in the order of
 *  their bits, which compilers compare side by side. */
static inline real real_largest(const real *x, int64_t n)
{
    real_bits largest = 0;
    for (int64_t k = 0; k < n; k++) {
        real_bits bits;
        memcpy(&bits, &x[k], sizeof bits);
        bits &= ~REAL_SIGN;
        largest = bits > largest ? bits : largest;
    }
    real value;
    memcpy(&value, &largest, sizeof value);
    return value;
}

#ifdef WRMF_LEVEL
/** KFN(name) is, for instance, wrmf_i_name_f32_avx2. */
#define KFN(name) WRMF_I_PASTE(RFN(name), WRMF_I_PASTE(_, WRMF_LEVEL))
/** Lanes of a vector register, and the vector (GCC's vector extension). */
#define LANES (WRMF_VECTOR_BYTES / (int)sizeof(real))
typedef real vec __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias));
/** The same at any address. */
typedef real vec_unaligned
    __attribute__((vector_size(WRMF_VECTOR_BYTES), may_alias, aligned(sizeof(real))));
#endif

#endif /* WRMF_LINALG_REAL_H */
