/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/lapack.h - what is left to LAPACK: small dense problems in float64, once a
 * half-epoch. blas.c alone includes lapacke.h.
 *
 * Every call holds the process's BLAS lock, tells an OpenBLAS to use one thread,
 * and puts its setting (and OpenMP's) back: so two of our threads are never in
 * BLAS at once, no BLAS thread competes with our workers, and the host finds its
 * settings as they were.
 */
#ifndef WRMF_LINALG_LAPACK_H
#define WRMF_LINALG_LAPACK_H

#include <stdint.h>

#include "par/context.h"

/** Doubles and 32-bit words of workspace that wrmf_i_eigen() needs. */
void wrmf_i_eigen_workspace(int64_t n, size_t *doubles, size_t *words);

/**
 * Eigenvalues, ascending, and eigenvectors of a symmetric matrix.
 * @param[in,out] a  n x n, only the upper triangle of rows is read (n apart); gets
 *                   eigenvector k in row k.
 * @param[out]    e  n eigenvalues.
 * @return WRMF_E_NONFINITE if a is not finite, WRMF_E_INTERNAL if the iteration
 *         does not converge.
 */
wrmf_status wrmf_i_eigen(int64_t n, double *a, double *e, double *work, int32_t *iwork,
                         wrmf_error *err);

/**
 * Factorize a = L L' and invert L.
 * @param[in,out] a        n x n, only the upper triangle of rows is read (n apart); gets L' there.
 * @param[out] inverse     L'^-1 in its upper triangle, n apart; the rest is not defined.
 * @param[out] condition   an estimate of ||a||_1 ||a^-1||_1 (dpocon: hardly ever below a third).
 * @param      work        3 n; words: n.
 * @return false if a is not positive definite, or not finite.
 */
bool wrmf_i_factorize(int64_t n, double *a, double *inverse, double *condition, double *work,
                      int32_t *words);

/** Workspace of wrmf_i_least_squares(), in doubles. */
size_t wrmf_i_least_squares_workspace(int64_t n);

/**
 * The x of least norm among those that minimise ||A x - b||, by a factorization
 * with column pivoting (dgelsy). Right also for rows of very different size if
 * they come in descending order of their norms (Cox and Higham, "Stability of
 * Householder QR factorization for weighted least squares problems", 1998).
 * @param[in,out] a      rows x n, column by column; destroyed.
 * @param[in,out] b      rows numbers, rows >= n; gets x in its first n.
 * @param         pivot  n words.
 */
wrmf_status wrmf_i_least_squares(int64_t rows, int64_t n, double *a, double *b, int32_t *pivot,
                                 double *work, wrmf_error *err);

#endif /* WRMF_LINALG_LAPACK_H */
