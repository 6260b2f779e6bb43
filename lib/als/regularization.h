/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * als/regularization.h - the part of the objective that rows with regularizations of their own
 * have.
 */
#ifndef WRMF_ALS_REGULARIZATION_H
#define WRMF_ALS_REGULARIZATION_H

#include "data/csr.h"
#include "model/model.h"
#include "row/loss.h"

/** *sum gets the sum of lambda_u ||x_u||^2 over all rows of both sides, over w0, whether they have
 *  regularizations of their own or not. The matrix, from which the rows' sizes are taken, may have
 *  more rows and columns than the model. Cost: O(rows factors + entries), on the calling thread. */
wrmf_status wrmf_i_regularization(const wrmf_context *context, const wrmf_model *model,
                                  const wrmf_matrix *matrix, const wrmf_i_loss *loss, double *sum,
                                  wrmf_error *err);

#endif /* WRMF_ALS_REGULARIZATION_H */
