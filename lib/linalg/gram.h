/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/gram.h - Y'Y of a tall matrix, in float64, in parallel.
 */
#ifndef WRMF_LINALG_GRAM_H
#define WRMF_LINALG_GRAM_H

#include "par/context.h"

/** A tall matrix of floats (bits 32) or doubles (64): n rows, width apart. */
typedef struct wrmf_i_tall {
    const void *data;
    int bits;
    int64_t n;
    int64_t width; /* a multiple of 16; zeros behind the factors */
} wrmf_i_tall;

/** Doubles of scratch that wrmf_i_gram() needs. */
size_t wrmf_i_gram_scratch(const wrmf_context *context, int64_t n, int64_t width);

/** g = Y'Y, width x width, the part on and above the diagonal. Products of floats
 *  are exact in float64; sums of blocks of rows, which depend on n and width
 *  alone, are added in their order: the same bits for any number of workers. */
wrmf_status wrmf_i_gram(wrmf_context *context, const wrmf_i_tall *y, double *g, double *scratch,
                        wrmf_error *err);

#endif /* WRMF_LINALG_GRAM_H */
