/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/short_row.h - the kernel for rows with few entries, for the tables of
 * row_tmpl.c. Included by kernel templates only.
 */
#ifndef WRMF_LINALG_SHORT_ROW_H
#define WRMF_LINALG_SHORT_ROW_H

#include <stdint.h>

#include "linalg/real.h"

/** See wrmf_i_row_kernels: short_row. */
int KFN(short_row)(const real *w, int64_t n, int64_t width, const real *d, const real *c, real *y,
                   real *work);

#endif /* WRMF_LINALG_SHORT_ROW_H */
