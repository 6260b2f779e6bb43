/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/gram.h - the Gram matrix Y'Y of a side's rows, in float64, in parallel.
 */
#ifndef WRMF_LINALG_GRAM_H
#define WRMF_LINALG_GRAM_H

#include "linalg/factors.h"
#include "par/context.h"

/** Bytes of scratch that wrmf_i_gram() needs for n rows of so many factors, or
 *  WRMF_I_TOO_MANY_BYTES (base/carve.h). It grows with n. */
size_t wrmf_i_gram_scratch(const wrmf_context *context, int64_t n, int64_t factors);

/** g = Y'Y in float64: width x width numbers, of which those on and above the diagonal are
 *  filled. Products of floats are exact in float64; blocks of rows, which depend on the number of
 *  rows and the width alone, are added in their order: any number of workers gives the same bits.
 *  scratch is aligned as wrmf_i_alloc() does it. */
wrmf_status wrmf_i_gram(wrmf_context *context, const wrmf_i_factors *y, double *g, void *scratch,
                        wrmf_error *err);

/** How many roundings, each of at most 2^-53, separate an entry g_jk of a Gram matrix of n rows
 * from the exact one, relative to sqrt(g_jj g_kk). A sum of so many terms adds up as many, but
 * errors are as often up as down: beyond 8 times the root of their number they do not get (Higham
 * and Mary, "A new approach to probabilistic rounding error analysis", 2019). */
double wrmf_i_gram_roundings(int64_t n, int64_t factors);

#endif /* WRMF_LINALG_GRAM_H */
