/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/recommend.h - one ranked list: short forms of wrmf/query.h, which says more.
 *
 * A host that answers many requests makes a query once, and saves what each of these calls does
 * for itself: making the query and its memory.
 */
#ifndef WRMF_RECOMMEND_H
#define WRMF_RECOMMEND_H

#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/query.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/**
 * The items with the highest scores for one user.
 *
 * @param[in]  model   Borrowed.
 * @param[in]  user    0 .. users - 1.
 * @param[in]  seen    Users x items, of the model's shape: the items of the user's row are left
 *                     out. NULL: none are.
 * @param[in]  length  Entries wanted, 1 .. 2^31 - 1.
 * @param[out] items   Room for length: items, best first; equal scores by ascending index.
 * @param[out] scores  Room for length: their scores; or NULL.
 * @param[out] count   Entries given, 0 .. length.
 * @param[out] err     Explanation on failure, or NULL.
 * @retval WRMF_E_NULL      model, items or count is NULL.
 * @retval WRMF_E_RANGE     user or length is outside its interval.
 * @retval WRMF_E_SHAPE     seen has another shape than the model.
 * @retval WRMF_E_NOMEM     no memory.
 * @retval WRMF_E_OVERFLOW (32-bit)  a list of such a length takes more bytes than can be counted.
 * Threads: any number at a time, each on the thread that calls. Memory: scratch of
 * O(min(length, items) + factors). Cost: O(items factors + items log length). Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_recommend(const wrmf_model *model, int64_t user,
                                                    const wrmf_matrix *seen, int64_t length,
                                                    int64_t *items, double *scores, int64_t *count,
                                                    wrmf_error *err);

/**
 * The items (or users) most similar to one, by the cosine of their rows. The row itself is left
 * out. A row of zeros has similarity 0 to every other.
 *
 * @param[in]  side      The side whose rows are compared.
 * @param[in]  index     0 .. rows of the side - 1.
 * @param[in]  length    Entries wanted, 1 .. 2^31 - 1.
 * @param[out] indices   Room for length, most similar first; equals by ascending index.
 * @param[out] scores    Room for length: similarities, -1 .. 1; or NULL.
 * @param[out] count     Entries given, 0 .. length.
 * @retval WRMF_E_NULL      model, indices or count is NULL.
 * @retval WRMF_E_RANGE     side, index or length is outside its interval.
 * @retval WRMF_E_NOMEM, WRMF_E_OVERFLOW (32-bit)  as in wrmf_recommend().
 * Threads and cost: as in wrmf_recommend(). Memory: that, and a number of 8 bytes for each row of
 * the side, which the model makes in the first such call on it and keeps until its rows change.
 * Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_similar(const wrmf_model *model, wrmf_side side,
                                                  int64_t index, int64_t length, int64_t *indices,
                                                  double *scores, int64_t *count, wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_RECOMMEND_H */
