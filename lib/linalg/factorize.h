/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/factorize.h - the kernels that factorize, for the tables of row_tmpl.c. Included by kernel
 * templates only; see wrmf_i_row_kernels for what they do.
 */
#ifndef WRMF_LINALG_FACTORIZE_H
#define WRMF_LINALG_FACTORIZE_H

#include <stdint.h>

#include "linalg/real.h"

int KFN(short_row)(const real *w, int64_t n, int64_t width, const real *d, const real *c, real *y,
                   real *work);
int KFN(cholesky)(real *a, int64_t n, int64_t width, real *b, real *scratch);
uint32_t KFN(cholesky_small)(const real *const *a, real *const *b, int64_t n, int64_t factors,
                             int64_t width, real *work);

#endif /* WRMF_LINALG_FACTORIZE_H */
