/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * als/als.h - alternating least squares on a model, and the objective.
 */
#ifndef WRMF_ALS_ALS_H
#define WRMF_ALS_ALS_H

#include "data/csr.h"
#include "model/model.h"

/** All that epochs of one model on one matrix need: scratch for each worker,
 *  the transpose, weights, W. Made once, so that epochs allocate nothing. */
typedef struct wrmf_i_fitter wrmf_i_fitter;

/** Borrows all three until wrmf_i_fitter_free(). Their shapes agree. */
wrmf_status wrmf_i_fitter_create(wrmf_context *context, wrmf_model *model,
                                 const wrmf_matrix *matrix, wrmf_i_fitter **out, wrmf_error *err);
/** One epoch, users then items; counts it in model->epochs and the statistics.
 *  After a failure the factors are finite but of no one epoch. */
wrmf_status wrmf_i_fitter_epoch(wrmf_i_fitter *fitter, wrmf_error *err);
/** Leave the users' Gram matrix, which the last epoch made, to the model, for objectives. */
void wrmf_i_fitter_leave_gram(wrmf_i_fitter *fitter);
/** wrmf_i_objective() of where it is. Gram matrices that the last epoch has made, or the next
 *  will need, are not made twice. */
wrmf_status wrmf_i_fitter_objective(wrmf_i_fitter *fitter, double parts[3], wrmf_error *err);
/** The Gram matrix of a side's rows as they are, on and above the diagonal; the fitter's, until
 *  the next epoch. Not made twice either. */
wrmf_status wrmf_i_fitter_gram(wrmf_i_fitter *fitter, wrmf_side side, const double **gram,
                               wrmf_error *err);
void wrmf_i_fitter_free(wrmf_i_fitter *fitter);

/** The parts of the objective, wrmf_model_objective(): parts[0] observed, [1] all
 *  cells, [2] regularization. */
wrmf_status wrmf_i_objective(wrmf_context *context, const wrmf_model *model,
                             const wrmf_matrix *matrix, double parts[3], wrmf_error *err);

#endif /* WRMF_ALS_ALS_H */
