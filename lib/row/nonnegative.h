/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row/nonnegative.h - rows that have no number below 0: the system of a row, in float64 and in the
 * basis of the factors, is minimised subject to x >= 0. docs/mathematics.md, "Factors without
 * negative numbers".
 */
#ifndef WRMF_ROW_NONNEGATIVE_H
#define WRMF_ROW_NONNEGATIVE_H

#include "linalg/nnls.h"
#include "row/fixed_side.h"
#include "row/system64.h"

/** Refuse what has no meaning for such rows: WRMF_E_RANGE. */
wrmf_status wrmf_i_nonnegative_check(const wrmf_params *params, wrmf_error *err);

/** Solve the system of a row that has entries, which is summed up in a, width x width, and b: x and
 *  the free set are found in nnls, which is carved. False if x would not be finite. */
bool wrmf_i_nonnegative_solve(const wrmf_i_fixed_side *side, double *a, const double *b,
                              wrmf_i_nnls *nnls, wrmf_i_row_counts *counts);
/** The same for a row whose system is not summed up yet. */
bool wrmf_i_nonnegative_row(const wrmf_i_fixed_side *side, const wrmf_i_row *row,
                            const wrmf_i_system64 *sum, wrmf_i_nnls *nnls,
                            wrmf_i_row_counts *counts);

#endif /* WRMF_ROW_NONNEGATIVE_H */
