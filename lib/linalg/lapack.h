/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/lapack.h - what is left to LAPACK: small dense problems in float64, about one a
 * half-epoch. lapack.c alone includes lapacke.h; docs/dependencies.md tells why nothing includes
 * cblas.h.
 *
 * Every call holds the process's BLAS lock, tells OpenBLAS and OpenMP to use one thread, and puts
 * their settings back. So two of our threads are never in BLAS at once, no BLAS thread competes
 * with our workers, and the host finds its settings as they were.
 */
#ifndef WRMF_LINALG_LAPACK_H
#define WRMF_LINALG_LAPACK_H

#include <stdint.h>

#include "par/context.h"

/** Whether BLAS can have the memory that it keeps for itself; to be asked before the calls below,
 *  which do not come back where it cannot. WRMF_E_NOMEM. */
wrmf_status wrmf_i_lapack_begin(wrmf_error *err);

/** The doubles and the 32-bit words of workspace that wrmf_i_eigen() needs for an n x n matrix. */
void wrmf_i_eigen_workspace(int64_t n, size_t *doubles, size_t *words);

/**
 * Find the eigenvalues, ascending, and the eigenvectors of a symmetric matrix.
 * @param[in,out] a      n x n, row by row; only the part on and above the diagonal is read. Gets
 *                       eigenvector k in row k.
 * @param[out]    e      n eigenvalues.
 * @param         work   wrmf_i_eigen_workspace() doubles; iwork: as many words.
 * @return WRMF_E_NONFINITE if a is not finite, WRMF_E_INTERNAL if the iteration
 *         does not converge.
 */
wrmf_status wrmf_i_eigen(int64_t n, double *a, double *e, double *work, int32_t *iwork,
                         wrmf_error *err);

/**
 * Factorize a = L L' and invert L.
 * @param[in,out] a        n x n, row by row; only the part on and above the diagonal is read. Gets
 *                         L' there.
 * @param[out] inverse     n rows, stride numbers apart: gets L'^-1 on and above the diagonal; what
 *                         is below it is left as it is.
 * @param[out] condition   Gets an estimate of ||a||_1 ||a^-1||_1. It is never above, and hardly
 *                         ever below a third of it (LAPACK's dpocon).
 * @param      work        3 n doubles; words: n.
 * @return false if a is not positive definite, or not finite.
 */
bool wrmf_i_factorize(int64_t n, double *a, double *inverse, int64_t stride, double *condition,
                      double *work, int32_t *words);

/**
 * Factorize a, symmetric and positive definite, and solve a x = b.
 * @param[in,out] a      n rows, stride numbers apart; only the part on and above the diagonal is
 *                       read. Gets L' of a = L L' there.
 * @param[in,out] b      n numbers; gets x.
 * @return false if a is not positive definite, or a or x is not finite.
 */
bool wrmf_i_solve_positive(int64_t n, int64_t stride, double *a, double *b);

/** Doubles of workspace that wrmf_i_least_squares() needs for n unknowns. */
size_t wrmf_i_least_squares_workspace(int64_t n);

/**
 * The x of least norm among those that minimise ||A x - b||, by a factorization
 * with column pivoting (dgelsy). Right also for rows of very different size if
 * they come in descending order of their norms (Cox and Higham, "Stability of
 * Householder QR factorization for weighted least squares problems", 1998).
 * @param[in,out] a      rows x n, column by column; destroyed.
 * @param[in,out] b      `rows` numbers, rows >= n; gets x in its first n.
 * @param         pivot  n words.
 * @param         work   wrmf_i_least_squares_workspace() doubles.
 * @return WRMF_E_OVERFLOW if LAPACK cannot count the rows.
 */
wrmf_status wrmf_i_least_squares(int64_t rows, int64_t n, double *a, double *b, int32_t *pivot,
                                 double *work, wrmf_error *err);

#endif /* WRMF_LINALG_LAPACK_H */
