/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/evaluator.h - exact ranking metrics and the mean squared error.
 *
 * For a user u let T be the items of u's row of the test matrix, L the first k
 * of the candidate items by descending score x_u.y_i (the lower index first
 * where scores are equal), hit(j) = 1 if the item at rank j = 1, 2 .. is in T,
 * H = sum of hit(j) over j <= k, and |L| <= k the length of the list. Logarithms
 * are to base 2. Each metric is the mean over the users counted.
 *
 *   precision     H / k                              (a short list's gaps are misses)
 *   recall        H / |T|
 *   recall_capped H / min(k, |T|)
 *   ndcg          sum_{j<=k} hit(j)/log(j+1)  /  sum_{j<=min(k,|T|)} 1/log(j+1)
 *   map           sum_{j<=k} hit(j) (hits up to j)/j  /  |T|
 *   map_capped    the same sum / min(k, |T|)
 *   mrr           1/j of the first hit, 0 if there is none
 *   hit_rate      1 if H > 0, else 0
 *   auc           share of pairs (item of T among the candidates, candidate not
 *                 in T) in which the first has the higher score, an equal score
 *                 counting one half; 1/2 where there is no pair. No k
 *   coverage      items that are in the list of at least one counted user /
 *                 all items: one number, not a mean
 *   precision_pooled  sum of H over users / sum of min(k, |T|) over users: one number, not a mean
 *   gini          Gini coefficient of how many lists of counted users each item is in, r_1 <= ..
 *                 <= r_n of all n items: sum of (2 j - n - 1) r_j / (n sum of r_j). 0: all items
 *                 alike; near 1: few items in all lists. One number
 *   entropy       of the same: sum of p_i log(1/p_i), p_i = r_i / sum of r, in bits. One number.
 *                 Where all lists are empty gini and entropy are NaN
 *   novelty       the mean over L of log(users / users who have the item), the item's
 *                 self-information in bits, by the train matrix or another
 *                 (wrmf_evaluator_set_popularity()), who dislikes it not counted; an item that
 *                 nobody has counts as one that one user has. 0 for an empty L; NaN where there is
 *                 neither matrix
 *   rmse          root of the mean over the pairs (u, i) of the test matrix, u a chosen user, of
 *                 (r_ui - x_u.y_i)^2, r_ui being the pair's count, 1 where it has none: the error
 *                 of foretold ratings, of models whose target is "count" or "signed". Each pair
 *                 weighs the same. It is one number, not a mean over users. No k
 *   mae           mean of |r_ui - x_u.y_i| over the same. One number. No k
 *   mse           mean over ALL cells (u, i), u counted or not, every item, of (p_ui -
 *                 x_u.y_i)^2, p_ui = 1 for i in T and 0 elsewhere, whatever target the parameters
 *                 have: that of ratings is rmse. No k
 *
 * Candidates are all items, or those of u's row of a matrix of candidates
 * (wrmf_evaluator_set_candidates()), in both cases without those of u's row of
 * the train matrix where these are excluded (wrmf_exclude). T is never thinned: an item of T that
 * is no candidate cannot be hit, but counts in |T|. A user with empty T counts with 0 for every
 * metric (auc 1/2; novelty as ever, and nothing for precision_pooled), or is skipped (wrmf_empty);
 * mse takes all chosen users. rmse and mae take T whatever competes. Pairs that are stored as
 * dislikes are not in T; of a model whose target is "signed", rmse and mae take them all the same,
 * with r_ui below 0. Both are NaN without a pair, and infinite where the sum of the squares is
 * beyond the doubles; scores count as wrmf_model_score() gives them. With no user counted every
 * mean is NaN, and so are mse and coverage where there are no items; wrmf_evaluator_counted()
 * tells. A NaN has no sign: printed, it is "nan".
 *
 * Scores are ordered as in wrmf/query.h, infinite ones too, so every metric
 * stays in 0 .. 1 but for entropy and novelty, which are bits, rmse and mae; mse is infinite where
 * the sum of its squares is beyond the doubles.
 *
 * Means but for mse, rmse and mae are summed exactly: they depend neither on the order of
 * users nor on whose hits are whose. Equal hits, of test rows of equal length
 * where the metric divides by |T|, give equal bits. mse has a relative error
 * of at most 1e-6, most often of 1e-12, however little of its sums is left.
 */
#ifndef WRMF_EVALUATOR_H
#define WRMF_EVALUATOR_H

#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/** The metrics defined above. Values are never reused. */
typedef enum wrmf_metric {
    WRMF_METRIC_PRECISION = 0,         /**< "precision" */
    WRMF_METRIC_RECALL = 1,            /**< "recall" */
    WRMF_METRIC_RECALL_CAPPED = 2,     /**< "recall_capped" */
    WRMF_METRIC_NDCG = 3,              /**< "ndcg" */
    WRMF_METRIC_MAP = 4,               /**< "map" */
    WRMF_METRIC_MAP_CAPPED = 5,        /**< "map_capped" */
    WRMF_METRIC_MRR = 6,               /**< "mrr" */
    WRMF_METRIC_HIT_RATE = 7,          /**< "hit_rate" */
    WRMF_METRIC_COVERAGE = 8,          /**< "coverage" */
    WRMF_METRIC_AUC = 9,               /**< "auc"; takes no k */
    WRMF_METRIC_MSE = 10,              /**< "mse"; takes no k */
    WRMF_METRIC_GINI = 11,             /**< "gini" */
    WRMF_METRIC_ENTROPY = 12,          /**< "entropy" */
    WRMF_METRIC_NOVELTY = 13,          /**< "novelty" */
    WRMF_METRIC_PRECISION_POOLED = 14, /**< "precision_pooled" */
    WRMF_METRIC_RMSE = 15,             /**< "rmse"; takes no k. Since: 0.2 */
    WRMF_METRIC_MAE = 16,              /**< "mae"; takes no k. Since: 0.2 */
    WRMF_METRIC_WIDTH_ = 0x7fffffff    /**< fixes the enum's size */
} wrmf_metric;

/** Which items do not compete. */
typedef enum wrmf_exclude {
    WRMF_EXCLUDE_NONE = 0,           /**< all items compete */
    WRMF_EXCLUDE_TRAIN = 1,          /**< a user's train items do not */
    WRMF_EXCLUDE_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_exclude;

/** What becomes of a user without test items. */
typedef enum wrmf_empty {
    WRMF_EMPTY_SKIP = 0,           /**< not counted, but wrmf_evaluator_skipped() tells */
    WRMF_EMPTY_ZERO = 1,           /**< counted with 0 */
    WRMF_EMPTY_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_empty;

/** Settings by name. */
typedef enum wrmf_protocol {
    /** exclude train (none where there is no train matrix), skip empty users */
    WRMF_PROTOCOL_STANDARD = 0,
    /** as in E. Rosenthal, "Intro to Implicit Matrix Factorization" (2016):
     *  exclude none, empty users count 0 */
    WRMF_PROTOCOL_ARTICLE = 1,
    WRMF_PROTOCOL_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_protocol;

/**
 * Make an evaluator of test, holding both matrices: standard protocol, all
 * users, metrics precision, recall, ndcg, map at k = 10, and mse.
 *
 * @param[in] test   Users x items.
 * @param[in] train  Of the same shape, or NULL.
 * @param[out] out   The evaluator; the caller frees it.
 * @retval WRMF_E_NULL   context, test or out is NULL.
 * @retval WRMF_E_SHAPE  the matrices differ in shape.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: one at a time. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_create(wrmf_context *context,
                                                           const wrmf_matrix *test,
                                                           const wrmf_matrix *train,
                                                           wrmf_evaluator **out, wrmf_error *err);

/** Free. NULL is allowed. Since: 0.1 */
WRMF_API void wrmf_evaluator_free(wrmf_evaluator *evaluator);

/* Settings. Each setter leaves the evaluator without results, unless it fails: then settings and
 * results are as before. */

/** Evaluate some users only.
 *  @param[in] users  n indices, ascending, each once, each 0 .. users of the
 *                    matrices - 1; copied. NULL: all users.
 *  @param[in] n      0 .. users of the matrices.
 *  @retval WRMF_E_NULL    evaluator is NULL.
 *  @retval WRMF_E_RANGE   n or an index is outside its interval; the text names
 *                         its position.
 *  @retval WRMF_E_FORMAT  they do not ascend.
 *  @retval WRMF_E_NOMEM   no memory. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_set_users(wrmf_evaluator *evaluator,
                                                              const int64_t *users, int64_t n,
                                                              wrmf_error *err);
/** Set the cut-offs.
 *  @param[in] cutoffs  n numbers, ascending, each once, each 1 .. 2^31 - 1;
 *                      copied.
 *  @param[in] n        1 .. 64.
 *  @retval WRMF_E_NULL    evaluator or cutoffs is NULL.
 *  @retval WRMF_E_RANGE   n or a cut-off is outside its interval; the text names
 *                         its position.
 *  @retval WRMF_E_FORMAT  they do not ascend. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_set_cutoffs(wrmf_evaluator *evaluator,
                                                                const int64_t *cutoffs, int64_t n,
                                                                wrmf_error *err);
/** Set the metrics to compute.
 *  @param[in] metrics  n of them in any order, each once; copied.
 *  @param[in] n        1 .. 17: there are so many.
 *  @retval WRMF_E_NULL   evaluator or metrics is NULL.
 *  @retval WRMF_E_RANGE  n is outside its interval, or a metric is none of the
 *                        enum's or is given twice; the text names its position.
 *  Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_set_metrics(wrmf_evaluator *evaluator,
                                                                const wrmf_metric *metrics,
                                                                int64_t n, wrmf_error *err);
/** Set which items do not compete.
 *  @retval WRMF_E_NULL   evaluator is NULL.
 *  @retval WRMF_E_RANGE  exclude is none of the enum's.
 *  @retval WRMF_E_STATE  WRMF_EXCLUDE_TRAIN, and there is no train matrix.
 *  Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_set_exclude(wrmf_evaluator *evaluator,
                                                                wrmf_exclude exclude,
                                                                wrmf_error *err);
/** Let only some items of each user compete: one positive among N sampled negatives, for instance,
 *  as published comparisons have it. Metrics of lists and AUC are of these candidates; mse and the
 *  denominator of coverage are of all items, as ever. A metric on sampled candidates says little of
 *  the same metric on all items, and may even order models otherwise (Krichene and Rendle, "On
 *  Sampled Metrics for Item Recommendation", KDD 2020).
 *  @param[in] candidates  Users x items: the entries of a row are the user's candidates, test items
 *                         that can be hit included; counts do not matter. Held. NULL, the default:
 *                         all items compete.
 *  @retval WRMF_E_NULL   evaluator is NULL.
 *  @retval WRMF_E_SHAPE  the matrix is of another shape than the test matrix.
 *  Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_set_candidates(wrmf_evaluator *evaluator,
                                                                   const wrmf_matrix *candidates,
                                                                   wrmf_error *err);
/** Say who has what, for novelty.
 *  @param[in] popularity  Users x items, of any number of users; held. NULL, the default: the train
 *                         matrix says it.
 *  @retval WRMF_E_NULL   evaluator is NULL.
 *  @retval WRMF_E_SHAPE  it has not as many items as the test matrix.
 *  Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_set_popularity(wrmf_evaluator *evaluator,
                                                                   const wrmf_matrix *popularity,
                                                                   wrmf_error *err);
/** Set what becomes of users without test items.
 *  @retval WRMF_E_NULL   evaluator is NULL.
 *  @retval WRMF_E_RANGE  empty is none of the enum's. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_set_empty(wrmf_evaluator *evaluator,
                                                              wrmf_empty empty, wrmf_error *err);
/** Set exclude and empty by name.
 *  @retval WRMF_E_NULL   evaluator is NULL.
 *  @retval WRMF_E_RANGE  protocol is none of the enum's. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_set_protocol(wrmf_evaluator *evaluator,
                                                                 wrmf_protocol protocol,
                                                                 wrmf_error *err);
/** Keep each user's values for wrmf_evaluator_user_values(); default 0.
 *  @retval WRMF_E_NULL  evaluator is NULL. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_set_per_user(wrmf_evaluator *evaluator,
                                                                 int per_user, wrmf_error *err);

/**
 * Evaluate a model. A run that counts no user logs a warning: there is nothing
 * to measure, and means are NaN. The first run allocates; later ones with models of the
 * same shape and precision, on a context with as many workers, do not.
 *
 * @param[in]     context    Workers; progress phase "evaluate", unit users.
 * @param[in,out] evaluator  Gets the results.
 * @param[in]     model      Of the matrices' shape; borrowed.
 * @retval WRMF_E_NULL   an argument is NULL.
 * @retval WRMF_E_SHAPE  the model has other sizes.
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_THREAD     threads could not be started, or the host's runner
 *                           failed.
 * @retval WRMF_E_OVERFLOW (32-bit)  the work takes more bytes than can be
 *                           counted.
 * After a failure the results of the run before are kept.
 * Threads: one at a time per evaluator. Memory: a block of users per worker,
 * whatever the number of users. Repeats: the same bits for every number of
 * threads. Cost: O(users items factors). Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_run(wrmf_context *context,
                                                        wrmf_evaluator *evaluator,
                                                        const wrmf_model *model, wrmf_error *err);

/** Fills the scores of all items for a user, items of the test matrix many. What is no number ranks
 *  as -infinity. It is called by the context's workers, several at once. */
typedef void (*wrmf_score_fn)(void *self, int64_t user, double *scores);

/**
 * Evaluate scores from elsewhere: another library's, a rule of the host's, a model of another kind.
 * Metrics, protocols and candidates are those of wrmf_evaluator_run(); mse is summed as it is
 * defined, and is NaN or infinite where scores are.
 *
 * @param[in]     context    Workers; progress phase "evaluate", unit users.
 * @param[in,out] evaluator  Gets the results.
 * @param[in]     score      Called once for each evaluated user.
 * @param[in]     self       Its first argument. May be NULL.
 * @retval WRMF_E_NULL   context, evaluator or score is NULL.
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_THREAD     threads could not be started, or the host's runner
 *                           failed.
 * @retval WRMF_E_OVERFLOW (32-bit)  the work takes more bytes than can be
 *                           counted.
 * After a failure the results of the run before are kept.
 * Threads: one at a time per evaluator. Memory: the scores of a user per worker.
 * Repeats: as the scores do. Cost: O(users items), and what score takes.
 * Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_run_scores(wrmf_context *context,
                                                               wrmf_evaluator *evaluator,
                                                               wrmf_score_fn score, void *self,
                                                               wrmf_error *err);

/**
 * Evaluate a model on users that it has not seen, by what is given of them (strong generalization):
 * fold the rows of `given` in, as wrmf_fold_rows() does, and evaluate as wrmf_evaluator_run() does
 * a model that has them. An evaluator that was made with `given` as its train matrix leaves the
 * given items out of the lists.
 *
 * @param[in]     context    Workers; progress phases "fold", and "evaluate", unit users.
 * @param[in,out] evaluator  Gets the results.
 * @param[in]     model      Of as many items as the test matrix, and of any users; borrowed.
 * @param[in]     given      Of the shape of the test matrix.
 * @retval WRMF_E_NULL   an argument is NULL.
 * @retval WRMF_E_SHAPE  the model has not as many items, or given is of another shape.
 * @retval WRMF_E_RANGE  unobserved_weight is 0, and so is the regularization of a side.
 * @retval WRMF_E_FORMAT  given has a dislike that is refused (wrmf_negative_counts).
 * @retval WRMF_E_NONFINITE  a confidence, a row, or the Gram matrix of items would not be finite.
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_THREAD     threads could not be started, or the host's runner
 *                           failed.
 * @retval WRMF_E_OVERFLOW (32-bit)  the work takes more bytes than can be
 *                           counted.
 * After a failure the results of the run before are kept. Threads: one at a time per evaluator.
 * Memory: the rows of the users beside what wrmf_fold_create() and wrmf_evaluator_run() take.
 * Repeats: the same bits for every number of threads. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_run_folded(wrmf_context *context,
                                                               wrmf_evaluator *evaluator,
                                                               const wrmf_model *model,
                                                               const wrmf_matrix *given,
                                                               wrmf_error *err);

/** A result of the last run. k is one of the cut-offs; it is ignored by metrics
 *  that take none. NaN if there is no such result. Since: 0.1 */
WRMF_API double wrmf_evaluator_value(const wrmf_evaluator *evaluator, wrmf_metric metric,
                                     int64_t k);
/** The number of users counted in the last run; 0 if there was none, or evaluator is NULL.
 *  Since: 0.1 */
WRMF_API int64_t wrmf_evaluator_counted(const wrmf_evaluator *evaluator);
/** The number of users without test items that the last run skipped; 0 likewise. Since: 0.1 */
WRMF_API int64_t wrmf_evaluator_skipped(const wrmf_evaluator *evaluator);
/** The number of chosen users, which is the length of per-user results; 0 if evaluator is NULL.
 *  Since: 0.1 */
WRMF_API int64_t wrmf_evaluator_users(const wrmf_evaluator *evaluator);

/** The values of the chosen users, in their order; NaN for one that was
 *  skipped. For mse, the user's mean over items: infinite if the sum of its
 *  squares is beyond the doubles.
 *  @param[out] values  wrmf_evaluator_users() numbers.
 *  @retval WRMF_E_NULL   evaluator or values is NULL.
 *  @retval WRMF_E_STATE  no run, or per-user values were not asked for.
 *  @retval WRMF_E_NAME   this metric or cut-off was not evaluated, or the
 *                        metric is none of users (wrmf_metric_has_users()). Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_evaluator_user_values(const wrmf_evaluator *evaluator,
                                                                wrmf_metric metric, int64_t k,
                                                                double *values, wrmf_error *err);

/** Name of a metric, as above, in static storage; NULL if there is none such. Since: 0.1 */
WRMF_API const char *wrmf_metric_name(wrmf_metric metric);
/** The metric of a name, or -1 if there is none such, or name is NULL. Since: 0.1 */
WRMF_API int wrmf_metric_find(const char *name);
/** Whether the metric is taken at a cut-off (1) or not (0; there is none such: 0 too).
 *  Since: 0.1 */
WRMF_API int wrmf_metric_has_cutoff(wrmf_metric metric);
/** Whether the metric is a mean of values of users (1) or one number of all lists (0: coverage,
 * gini, entropy, precision_pooled; there is none such: 0 too). Since: 0.2 */
WRMF_API int wrmf_metric_has_users(wrmf_metric metric);
/** Whether more is better (1) or less (0, mse and gini; there is none such: 0 too).
 *  Since: 0.1 */
WRMF_API int wrmf_metric_higher_is_better(wrmf_metric metric);

WRMF_END_DECLS
#endif /* WRMF_EVALUATOR_H */
