/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * als/als.h - alternating least squares on a model, and the objective.
 */
#ifndef WRMF_ALS_ALS_H
#define WRMF_ALS_ALS_H

#include "data/csr.h"
#include "model/model.h"
#include "par/progress.h"

/** All that epochs of one model on one matrix need: scratch for each worker, the transpose, the
 *  order of rows, W. Made once, so that epochs allocate nothing but for least-norm rows. */
typedef struct wrmf_i_fitter wrmf_i_fitter;

/** Borrows all three until wrmf_i_fitter_free(). Their shapes agree. */
wrmf_status wrmf_i_fitter_create(wrmf_context *context, wrmf_model *model,
                                 const wrmf_matrix *matrix, wrmf_i_fitter **out, wrmf_error *err);
/** Make the start that the parameter init asks for of the random one, where it is due. After a
 *  failure, WRMF_E_CANCELLED among them, the factors are of no use. */
wrmf_status wrmf_i_fitter_start(wrmf_i_fitter *fitter, wrmf_error *err);
/** One epoch, users then items, from what the model carries if it does. A row x becomes
 *  x + relaxation (x* - x) for its solution x*; if `ends`, the items' rows become solutions, to the
 *  tolerance, and the model carries the others where they differ: it has room for them. Counted in
 *  model->epochs and the statistics. progress, or NULL, is told which part of it is done. After a
 *  failure, WRMF_E_CANCELLED among them, the factors are finite but of no one epoch. */
wrmf_status wrmf_i_fitter_epoch(wrmf_i_fitter *fitter, double relaxation, bool ends,
                                wrmf_i_progress *progress, wrmf_error *err);
/** End a fit where it is: the items' rows become solutions, to the tolerance, and the model, which
 *  has room for them, carries those that were there. Not counted as an epoch. After a failure the
 *  model is as before. */
wrmf_status wrmf_i_fitter_end(wrmf_i_fitter *fitter, wrmf_i_progress *progress, wrmf_error *err);
/** Make the Gram matrices that the model lacks: after an epoch, the items'. Objectives and
 *  evaluators need both, and the next epoch needs the items'. */
wrmf_status wrmf_i_fitter_grams(wrmf_i_fitter *fitter, wrmf_error *err);
void wrmf_i_fitter_free(wrmf_i_fitter *fitter);
/** Bytes that a fitter holds, with the Gram matrices that it gives to the model but without what it
 *  has the matrix keep. `shape` has the rows, stride, bits and parameters of the model, and nothing
 *  else; longest are the entries of each side's longest row. Rows that many workers share are few:
 *  they are taken to be as if lengths fell as 1, 1/2, 1/3, ... */
double wrmf_i_fitter_bytes(const wrmf_context *context, const wrmf_model *shape,
                           const int64_t longest[2]);

/** The parts of the objective, wrmf_model_objective(): parts[0] observed, [1] all
 *  cells, [2] regularization. */
wrmf_status wrmf_i_objective(wrmf_context *context, const wrmf_model *model,
                             const wrmf_matrix *matrix, double parts[3], wrmf_error *err);

#endif /* WRMF_ALS_ALS_H */
