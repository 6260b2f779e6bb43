/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/biases.h - the mean and the biases of models whose parameter biases is 1.
 *
 * Such a model gives a pair the score
 *
 *   s_ui = mean + b_u + c_i + x_u.y_i
 *
 * and minimises, over stored pairs alone (unobserved_weight is 0),
 *
 *   L = sum over stored u,i of c_ui (p_ui - s_ui)^2
 *     + regularization_user sum (||x_u||^2 + b_u^2)
 *     + regularization_item sum (||y_i||^2 + c_i^2)
 *
 * each row's regularization being scaled as ever (regularization_exponent). mean is that of the
 * targets p of the data that the model's first epoch was fitted to, weighted by their confidences,
 * and rounded to the precision of the factors; later fits, folds and growth keep it.
 *
 * A row has two columns behind its f = "factors" numbers, so that the product of two rows is the
 * score, and whoever takes rows needs to know nothing of biases: wrmf_model_factors() is f + 2.
 *
 *   user u:  x_u,  b_u,  1
 *   item i:  y_i,  1,    mean + c_i
 *
 * Rows without entries have x = 0 and b = 0, and y = 0 and c = 0. Functions that set rows fail with
 * WRMF_E_RANGE where a number that is to be 1 is another. Rows of one side are compared
 * (wrmf/query.h, similar rows, by cosine or by product) by their factors alone, and one whose
 * factors are 0 is a row of zeros to wrmf_query_set_fallback(). An explanation's
 * terms (wrmf/fold.h) add up to what x and b have in the score: without mean + c_i of an item, or
 * mean + b_u of a user. docs/mathematics.md, "Biases", has the equations.
 */
#ifndef WRMF_BIASES_H
#define WRMF_BIASES_H

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/** The mean: 0 before the first epoch, without biases, or if model is NULL. Threads: any that may
 *  read the model. Since: 0.2 */
WRMF_API double wrmf_model_mean(const wrmf_model *model);

/** Set the mean of a model whose rows come from elsewhere, rounded to the precision of the factors.
 *  No row changes: c_i is what an item's last number has beyond it, which is what folds and the
 *  objective regularize. A first epoch finds a mean of its own, and keeps the c_i.
 *  @retval WRMF_E_NULL       model is NULL.
 *  @retval WRMF_E_STATE      the model has no biases; it is mapped (store.h), or in use.
 *  @retval WRMF_E_NONFINITE  mean is not finite in the precision of the factors.
 *  Threads: one at a time. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_set_mean(wrmf_model *model, double mean,
                                                         wrmf_error *err);

WRMF_END_DECLS

#endif /* WRMF_BIASES_H */
