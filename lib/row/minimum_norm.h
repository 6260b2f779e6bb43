/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row/minimum_norm.h - rows with weights so large that float64 loses the identity in their system:
 * solved as a least-squares problem, whose factorization keeps it.
 */
#ifndef WRMF_ROW_MINIMUM_NORM_H
#define WRMF_ROW_MINIMUM_NORM_H

#include "row/fixed_side.h"

/** The least-norm solution of a row in whitened coordinates, z: width doubles. It allocates, and
 *  calls LAPACK. The loss has passed wrmf_i_loss_check(). */
wrmf_status wrmf_i_minimum_norm(const wrmf_i_allocator *allocator, const wrmf_i_fixed_side *side,
                                const wrmf_i_row *row, double *z, wrmf_error *err);

#endif /* WRMF_ROW_MINIMUM_NORM_H */
