/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/columns.h - the columns of a block of rows, for kernel templates: PART numbers, 16 bytes,
 * of each of LANES rows become PART vectors. Rows are loaded 16 bytes at a time to where they
 * belong, so that nothing is moved across 16 bytes afterwards, which takes longer.
 */
#ifndef WRMF_LINALG_COLUMNS_H
#define WRMF_LINALG_COLUMNS_H

#include "linalg/vector.h"

#if defined(__AVX__)
#include <immintrin.h>
#endif

enum { PART = 16 / (int)sizeof(real) };

/* A vector of 16 bytes from each of the addresses rows, rows + step, ... */
static ALWAYS_INLINE vec load_parts(const real *rows, int64_t step)
{
#if WRMF_VECTOR_BYTES == 64 && defined(__AVX512F__)
    __m512 all = _mm512_castps128_ps512(_mm_loadu_ps((const float *)rows));
    all = _mm512_insertf32x4(all, _mm_loadu_ps((const float *)(rows + step)), 1);
    all = _mm512_insertf32x4(all, _mm_loadu_ps((const float *)(rows + 2 * step)), 2);
    return (vec)_mm512_insertf32x4(all, _mm_loadu_ps((const float *)(rows + 3 * step)), 3);
#elif WRMF_VECTOR_BYTES == 32 && defined(__AVX__)
    const __m256 low = _mm256_castps128_ps256(_mm_loadu_ps((const float *)rows));
    return (vec)_mm256_insertf128_ps(low, _mm_loadu_ps((const float *)(rows + step)), 1);
#else
    vec all;
    for (int i = 0; i < WRMF_VECTOR_BYTES / 16; i++)
        memcpy((char *)&all + 16 * i, rows + i * step, 16);
    return all;
#endif
}

/* In each 16 bytes: the first, or the last, numbers of a and b in turn; and of floats the first,
 * or the last, two of a and of b. */
#if WRMF_VECTOR_BYTES * 8 / WRMF_BITS == 16
#define FIRST(a, b)                                                                                \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define LAST(a, b)                                                                                 \
    __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define FIRST_TWO(a, b)                                                                            \
    __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define LAST_TWO(a, b)                                                                             \
    __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#elif WRMF_VECTOR_BYTES == 32 && WRMF_BITS == 32
#define FIRST(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define LAST(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define FIRST_TWO(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define LAST_TWO(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#elif WRMF_BITS == 32
#define FIRST(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define LAST(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define FIRST_TWO(a, b) __builtin_shufflevector(a, b, 0, 1, 4, 5)
#define LAST_TWO(a, b) __builtin_shufflevector(a, b, 2, 3, 6, 7)
#elif WRMF_VECTOR_BYTES == 64
#define FIRST(a, b) __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14)
#define LAST(a, b) __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15)
#elif WRMF_VECTOR_BYTES == 32
#define FIRST(a, b) __builtin_shufflevector(a, b, 0, 4, 2, 6)
#define LAST(a, b) __builtin_shufflevector(a, b, 1, 5, 3, 7)
#else
#define FIRST(a, b) __builtin_shufflevector(a, b, 0, 2)
#define LAST(a, b) __builtin_shufflevector(a, b, 1, 3)
#endif

/* Columns 0 .. PART - 1 of LANES rows that are `stride` apart: lane i is of row i. */
static ALWAYS_INLINE void load_columns(const real *rows, int64_t stride, vec columns[PART])
{
    vec part[PART]; /* its 16 bytes number i are of row PART * i + j */
#pragma GCC unroll 4
    for (int j = 0; j < PART; j++)
        part[j] = load_parts(rows + j * stride, PART * stride);
#if WRMF_BITS == 32
    const vec first01 = FIRST(part[0], part[1]), first23 = FIRST(part[2], part[3]);
    const vec last01 = LAST(part[0], part[1]), last23 = LAST(part[2], part[3]);
    columns[0] = FIRST_TWO(first01, first23);
    columns[1] = LAST_TWO(first01, first23);
    columns[2] = FIRST_TWO(last01, last23);
    columns[3] = LAST_TWO(last01, last23);
#else
    columns[0] = FIRST(part[0], part[1]);
    columns[1] = LAST(part[0], part[1]);
#endif
}

#endif /* WRMF_LINALG_COLUMNS_H */
