/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/recommend.h - ranked lists from a model.
 *
 * Scores order the items of one user under one model; they mean nothing across
 * models. Equal scores are ordered by ascending index. A list may have fewer
 * entries than were asked for: its length is given, and slots behind it are
 * left as they were. Nothing here changes the model. A list for one and the
 * same list out of a batch are equal bit for bit.
 */
#ifndef WRMF_RECOMMEND_H
#define WRMF_RECOMMEND_H

#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/**
 * The n items with the highest scores for one user.
 *
 * @param[in]  model   Borrowed.
 * @param[in]  user    0 .. users - 1.
 * @param[in]  seen    Of the model's shape: the items of the user's row are
 *                     left out. NULL: none are.
 * @param[in]  n       Entries wanted, >= 1.
 * @param[out] items   Room for n: items, best first.
 * @param[out] scores  Room for n: their scores; or NULL.
 * @param[out] count   Entries given, 0 .. n.
 * @param[out] err     Explanation on failure, or NULL.
 * @retval WRMF_E_NULL   model, items or count is NULL.
 * @retval WRMF_E_RANGE  user or n is outside its interval.
 * @retval WRMF_E_SHAPE  seen has another shape than the model.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: any number at a time, on the calling thread alone. Memory: scratch
 * of O(n). Cost: O(items factors + items log n). Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_recommend(const wrmf_model *model, int64_t user,
                                                    const wrmf_matrix *seen, int64_t n,
                                                    int64_t *items, double *scores, int64_t *count,
                                                    wrmf_error *err);

/**
 * The same for many users, in parallel.
 *
 * @param[in]  users    n_users indices in any order; NULL: users
 *                      0 .. n_users - 1.
 * @param[out] items    Room for n_users * n, a list after another.
 * @param[out] scores   The same, or NULL.
 * @param[out] counts   Room for n_users lengths.
 * @retval WRMF_E_RANGE  also for an index; the text names its position.
 * @retval WRMF_E_CANCELLED, WRMF_E_THREAD, WRMF_E_OVERFLOW; else as above. On
 *         WRMF_E_CANCELLED the outputs hold what was done.
 * Threads: one at a time per context. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_recommend_batch(wrmf_context *context,
                                                          const wrmf_model *model,
                                                          const int64_t *users, int64_t n_users,
                                                          const wrmf_matrix *seen, int64_t n,
                                                          int64_t *items, double *scores,
                                                          int64_t *counts, wrmf_error *err);

/** How alike two rows a and b are. */
typedef enum wrmf_similarity {
    /** a.b / (||a|| ||b||), in -1 .. 1; 0 if either is zero. */
    WRMF_SIMILARITY_COSINE = 0,
    WRMF_SIMILARITY_DOT = 1,            /**< a.b */
    WRMF_SIMILARITY_WIDTH_ = 0x7fffffff /**< fixes the enum's size */
} wrmf_similarity;

/** Whether a row stands in its own list. */
typedef enum wrmf_self {
    /** It comes first: with 1 under cosine (0 if it is zero), with its own dot
     *  product under dot. */
    WRMF_SELF_FIRST = 0,
    WRMF_SELF_OMIT = 1,           /**< it is left out */
    WRMF_SELF_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_self;

/**
 * The n items (or users) most similar to one.
 *
 * @param[in]  side      Which side's rows are compared.
 * @param[in]  index     0 .. rows of the side - 1.
 * @param[out] indices   Room for n, most similar first.
 * @param[out] scores    Room for n, or NULL.
 * @param[out] count     Entries given, 0 .. n.
 * @retval WRMF_E_NULL, WRMF_E_RANGE, WRMF_E_NOMEM as in wrmf_recommend().
 * Threads: any number at a time. Cost: O(rows factors). Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_similar(const wrmf_model *model, wrmf_side side,
                                                  int64_t index, wrmf_similarity similarity,
                                                  wrmf_self self, int64_t n, int64_t *indices,
                                                  double *scores, int64_t *count, wrmf_error *err);

/** The same for many, in parallel; arrays as in wrmf_recommend_batch().
 *  Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_similar_batch(wrmf_context *context,
                                                        const wrmf_model *model, wrmf_side side,
                                                        const int64_t *rows, int64_t n_rows,
                                                        wrmf_similarity similarity, wrmf_self self,
                                                        int64_t n, int64_t *indices, double *scores,
                                                        int64_t *counts, wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_RECOMMEND_H */
