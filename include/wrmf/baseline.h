/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/baseline.h - what a model is to be better than: rankings that need no factors.
 *
 *     wrmf_baseline_create(context, train, WRMF_BASELINE_ITEM_COSINE, 100, &baseline, &err);
 *     wrmf_evaluator_run_baseline(context, evaluator, baseline, &err);
 *
 * With r_ui the count of user u and item i in the matrix, 0 where there is none:
 *
 *   popular      s_ui = the number of users who have item i, the same for all u
 *   item cosine  s_ui = sum over items j of u, with i among the nearest of j, of r_uj cos(j, i),
 *                cos(j, i) = sum over users v of r_vj r_vi / (|r_j| |r_i|), |r_i|^2 = sum of r_vi^2
 *
 * The nearest of j are the `neighbors` items with the greatest cosines above 0, j itself among
 * them; of equal ones the lower index is the nearer.
 */
#ifndef WRMF_BASELINE_H
#define WRMF_BASELINE_H

#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/** The baselines defined above. */
typedef enum wrmf_baseline_kind {
    WRMF_BASELINE_POPULAR = 0,             /**< most popular first */
    WRMF_BASELINE_ITEM_COSINE = 1,         /**< what is had by those who have the user's items */
    WRMF_BASELINE_KIND_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_baseline_kind;

/**
 * Make a baseline of a matrix, which it holds.
 *
 * @param[in]  context    Workers; progress phase "baseline", unit items.
 * @param[in]  matrix     Users x items: what a model would be fitted to.
 * @param[in]  kind       Which one.
 * @param[in]  neighbors  1 .. 2^31 - 1; more than items are as many. Popularity has none, and does
 *                        not look at it.
 * @param[out] out        The baseline; the caller frees it.
 * @retval WRMF_E_NULL   context, matrix or out is NULL.
 * @retval WRMF_E_RANGE  kind is none of the enum's, or neighbors is outside its interval.
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 * @retval WRMF_E_THREAD threads could not be started, or the host's runner failed.
 * @retval WRMF_E_NOMEM  no memory.
 * @retval WRMF_E_OVERFLOW (32-bit)  neighbors of all items take more bytes than can be counted.
 * Threads: one at a time per context. Repeats: the same bits for every number of threads. Cost of
 * cosines: O(sum over users of entries^2). Memory: 12 bytes x items x neighbors, and 12 bytes x
 * items for each worker. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_baseline_create(wrmf_context *context,
                                                          const wrmf_matrix *matrix,
                                                          wrmf_baseline_kind kind,
                                                          int64_t neighbors, wrmf_baseline **out,
                                                          wrmf_error *err);

/** Free. NULL is allowed. Since: 0.2 */
WRMF_API void wrmf_baseline_free(wrmf_baseline *baseline);

/** The scores of all items for a user of the matrix.
 *  @param[in]  user    0 .. users - 1.
 *  @param[out] scores  As many numbers as the matrix has items.
 *  @retval WRMF_E_NULL   baseline or scores is NULL.
 *  @retval WRMF_E_RANGE  user is outside its interval.
 *  Threads: any. Cost: O(items + entries of the user x neighbors). Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_baseline_scores(const wrmf_baseline *baseline,
                                                          int64_t user, double *scores,
                                                          wrmf_error *err);

/** Evaluate a baseline as wrmf_evaluator_run_scores() does, with the scores above. Its mse says
 *  little: the scores are no predictions of 0 and 1.
 *  @retval WRMF_E_NULL   context, evaluator or baseline is NULL.
 *  @retval WRMF_E_SHAPE  the matrix of the baseline is of another shape than the test matrix.
 *  @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 *  @retval WRMF_E_THREAD threads could not be started, or the host's runner failed.
 *  @retval WRMF_E_NOMEM  no memory.
 *  Threads: one at a time per evaluator and context. Repeats: the same bits for every number of
 *  threads. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_run_baseline(wrmf_context *context,
                                                                 wrmf_evaluator *evaluator,
                                                                 const wrmf_baseline *baseline,
                                                                 wrmf_error *err);

/** Evaluate a baseline on users that its matrix lacks, by what is given of them, as
 *  wrmf_evaluator_run_folded() does a model: r_uj in the formulas is of `given`, all else of the
 *  matrix.
 *  @param[in] given  Of the shape of the test matrix.
 *  @retval WRMF_E_NULL   context, evaluator, baseline or given is NULL.
 *  @retval WRMF_E_SHAPE  the baseline has not as many items as the test matrix, or given is of
 *                        another shape.
 *  @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 *  @retval WRMF_E_THREAD threads could not be started, or the host's runner failed.
 *  @retval WRMF_E_NOMEM  no memory.
 *  Threads: one at a time per evaluator and context. Repeats: the same bits for every number of
 *  threads. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_run_baseline_folded(
    wrmf_context *context, wrmf_evaluator *evaluator, const wrmf_baseline *baseline,
    const wrmf_matrix *given, wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_BASELINE_H */
