/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model/grams.h - the Gram matrices of a model's sides: known, or made.
 *
 * A model remembers them because an epoch ends with one and the next begins with it, and because
 * the objective and exact MSE want both. Only who may write the model, a fit, makes it remember;
 * who reads a model that others may read at the same time borrows a matrix that the model knows,
 * and makes an unknown one in memory of its own. Scratch is always the caller's, and serves any
 * number of calls.
 *
 * A Gram matrix is stride x stride; it is filled on and above the diagonal.
 */
#ifndef WRMF_MODEL_GRAMS_H
#define WRMF_MODEL_GRAMS_H

#include "model/model.h"

/** The Gram matrix of a side, or NULL if the model does not know it. */
const double *wrmf_i_model_known_gram(const wrmf_model *model, wrmf_side side);

/** Bytes of scratch that serve either side, or WRMF_I_TOO_MANY_BYTES (base/carve.h).
 *  wrmf_i_gram_scratch() is the size for one. */
size_t wrmf_i_model_gram_scratch(const wrmf_context *context, const wrmf_model *model);

/** Give a model that lacks it the memory for its Gram matrices; they are not known yet. */
wrmf_status wrmf_i_model_alloc_grams(wrmf_model *model, wrmf_error *err);

/** Make the Gram matrix of a side unless it is known, and remember it. The model has memory for
 *  it, and nobody else uses the model. */
wrmf_status wrmf_i_model_ensure_gram(wrmf_context *context, wrmf_model *model, wrmf_side side,
                                     void *scratch, wrmf_error *err);

/** *gram gets the Gram matrix of the items' rows from which epochs go on. Where the model carries
 *  them, it is made in the place of the items' own, which is not known then. Else as
 *  wrmf_i_model_ensure_gram(). */
wrmf_status wrmf_i_model_carried_gram(wrmf_context *context, wrmf_model *model, void *scratch,
                                      const double **gram, wrmf_error *err);

/** *gram gets the Gram matrix of a side: the model's where it is known, else one that is made in
 *  `space`, of wrmf_i_model_square() numbers. Does not write the model. */
wrmf_status wrmf_i_model_borrow_gram(wrmf_context *context, const wrmf_model *model, wrmf_side side,
                                     double *space, void *scratch, const double **gram,
                                     wrmf_error *err);

#endif /* WRMF_MODEL_GRAMS_H */
