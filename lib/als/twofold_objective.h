/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * als/twofold_objective.h - two parts of the objective in twice the precision of float64, for
 * models whose scores are so close to what they should be that little is left of the sums.
 */
#ifndef WRMF_ALS_TWOFOLD_OBJECTIVE_H
#define WRMF_ALS_TWOFOLD_OBJECTIVE_H

#include "data/csr.h"
#include "model/model.h"

/** The parts all and observed of wrmf_model_objective(). Nothing overflows on the way to a result
 *  that is a double, but one of them may not be finite. Cost: that of the objective in
 *  float64 with two Gram matrices to make, times 10 or so. */
wrmf_status wrmf_i_twofold_objective(wrmf_context *context, const wrmf_model *model,
                                     const wrmf_matrix *matrix, double *all, double *observed,
                                     wrmf_error *err);

#endif /* WRMF_ALS_TWOFOLD_OBJECTIVE_H */
