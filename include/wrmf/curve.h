/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/curve.h - the learning curve of one configuration.
 *
 * A curve trains once and evaluates on the way. It is a table: a row ("point")
 * for each epoch asked for, with what wrmf_model_fit() of as many iterations gives,
 * and these columns:
 *
 *   seconds         spent fitting since the start, without the evaluations
 *   objective       the loss L of model.h on the training matrix
 *   `LABEL_METRIC@k`  each evaluator's metrics at each cut-off, such as
 *                   `test_precision@5`; `test_mse` for those that take no k
 */
#ifndef WRMF_CURVE_H
#define WRMF_CURVE_H

#include <stdint.h>

#include "wrmf/evaluator.h"
#include "wrmf/export.h"
#include "wrmf/params.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/**
 * Fit with params on train and evaluate at each of the epochs.
 *
 * @param[in]  context     Workers; progress phase "fit", unit epochs.
 * @param[in]  train       Borrowed.
 * @param[in]  params      Copied; NULL: the defaults. `iterations` is not used.
 * @param[in]  epochs      n_epochs numbers >= 0, ascending, each once.
 * @param[in]  n_epochs    >= 1.
 * @param[in,out] evaluators  n_evaluators of them, each of train's shape; each
 *                         keeps the results of the last epoch.
 * @param[in]  labels      n_evaluators labels of letters, digits and _.
 * @param[in]  n_evaluators  0 .. 16.
 * @param[out] out         The curve; the caller frees it.
 * @retval WRMF_E_NULL    a required pointer is NULL.
 * @retval WRMF_E_SHAPE   an evaluator has another shape than train.
 * @retval WRMF_E_RANGE   n_epochs, an epoch or n_evaluators is outside its
 *                        interval; or unobserved_weight is 0, and so is the
 *                        regularization of a side.
 * @retval WRMF_E_FORMAT  epochs do not ascend; a label has other characters, or
 *                        none, or is given twice; or train has a dislike that
 *                        is refused (wrmf_negative_counts).
 * @retval WRMF_E_NONFINITE  a confidence, a row or the objective would not be
 *                        finite.
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 * @retval WRMF_E_NOMEM, WRMF_E_OVERFLOW, WRMF_E_THREAD  as wrmf_model_fit() and
 *                        wrmf_evaluator_run().
 * Evaluators that ran before a failure keep what they found. Threads: one at a time per context.
 * Repeats: all columns but seconds have the same bits for every number of threads. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_curve_run(wrmf_context *context, const wrmf_matrix *train,
                                                    const wrmf_params *params,
                                                    const int64_t *epochs, int64_t n_epochs,
                                                    wrmf_evaluator *const *evaluators,
                                                    const char *const *labels, int64_t n_evaluators,
                                                    wrmf_curve **out, wrmf_error *err);

/** Free. NULL is allowed; so is, without effect, a curve that belongs to a
 *  grid. Since: 0.1 */
WRMF_API void wrmf_curve_free(wrmf_curve *curve);

/** The number of points: fewer than the epochs asked for where a search of a grid ended the curve
 *  early. 0 if curve is NULL. Threads: any. Since: 0.1 */
WRMF_API int64_t wrmf_curve_points(const wrmf_curve *curve);
/** The epoch of a point, or -1 if there is none such. Threads: any. Since: 0.1 */
WRMF_API int64_t wrmf_curve_epoch(const wrmf_curve *curve, int64_t point);
/** The number of columns; 0 if curve is NULL. Threads: any. Since: 0.1 */
WRMF_API int64_t wrmf_curve_columns(const wrmf_curve *curve);
/** Name of a column, borrowed from the curve, or NULL if there is none such.
 *  Threads: any. Since: 0.1 */
WRMF_API const char *wrmf_curve_column_name(const wrmf_curve *curve, int64_t column);
/** The column of a name, or -1 if there is none such. Threads: any. Since: 0.1 */
WRMF_API int64_t wrmf_curve_find(const wrmf_curve *curve, const char *name);
/** A value, or NaN if there is none such. Threads: any. Since: 0.1 */
WRMF_API double wrmf_curve_value(const wrmf_curve *curve, int64_t point, int64_t column);
/** The point where a column is best: least for seconds, objective and mse, most
 *  for all others; the earliest of equals; NaN is never best. -1 if there is
 *  none. Threads: any. Since: 0.1 */
WRMF_API int64_t wrmf_curve_best(const wrmf_curve *curve, int64_t column);
/** The parameters it was fitted with, borrowed from the curve; NULL if curve is
 *  NULL. Threads: any. Since: 0.1 */
WRMF_API const wrmf_params *wrmf_curve_params(const wrmf_curve *curve);

WRMF_END_DECLS
#endif /* WRMF_CURVE_H */
