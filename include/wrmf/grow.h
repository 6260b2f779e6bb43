/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/grow.h - a model that lives for months: it takes in new users, items and interactions
 * without a new fit, loses users and items for good, and is held against a new fit.
 *
 * A day's interactions come to those that were there by wrmf_ids_merge(), wrmf_matrix_renumber()
 * and wrmf_matrix_merge(); wrmf/ids.h shows how. Then
 *
 *   wrmf_model_grow(context, model, all, users, items, &grown, err);    new rows are folded in
 *   wrmf_model_refresh(context, grown, all, WRMF_USERS, rows, n, err);  known users with news
 *   wrmf_model_continue(context, grown, all, 1, err);                   now and then: all rows
 *
 * give a model of the new shape. The first costs about what half an epoch does on the new rows
 * alone, and a Gram matrix; rows of others stay as they are, bit for bit. The last lets the new
 * interactions act on all rows. wrmf_model_compare() tells how far apart the two are, and so how
 * often it is worth it.
 *
 * Rows that are folded in, or refreshed, are solved against the other side's rows as they are, from
 * all of a user's (or an item's) interactions: the matrix is to have them all, not those of a day.
 */
#ifndef WRMF_GROW_H
#define WRMF_GROW_H

#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/**
 * Make a model of the shape of a matrix that keeps what a model has: the rows of users and items
 * that are in both, bit for bit, parameters, epochs, statistics and notes. Rows of users and items
 * that are new are folded in (wrmf/fold.h): users first, then items, from old and new users; where
 * there are new items, the new users once more. So the row of each new user is what
 * wrmf_fold_rows() on the new model gives; that of a new item is, too, where no user is new.
 *
 * Epochs go on from where they were: a fit that ended over-relaxed (wrmf/model.h) keeps the relaxed
 * rows of known items for them, and begins at the solutions of new ones.
 *
 * Rows of a side are matched by id where the model has ids of the side and they are given: in any
 * order, and those of the model that are not given are left out. Else row i is row i of the model,
 * and rows behind its last are new.
 *
 * @param[in]  context  Workers, allocator and progress hook (phase "fold", up to three times).
 * @param[in]  model    Borrowed.
 * @param[in]  matrix   All interactions, users x items, borrowed.
 * @param[in]  users    The ids of the matrix's rows, which the new model keeps a copy of. NULL: the
 *                      model's own, or none if it has none; then rows are matched by number.
 * @param[in]  items    The same for its columns.
 * @param[out] out      The new model; the caller frees it.
 * @param[out] err      Explanation on failure, or NULL.
 * @retval WRMF_E_NULL       context, model, matrix or out is NULL.
 * @retval WRMF_E_SHAPE      users or items are not as many as the matrix has; or rows are matched
 * by number and the matrix has fewer than the model.
 * @retval WRMF_E_STATE      users, or items, is NULL, the model has ids of the side, and the matrix
 *                           has another number of them: who the new ones are is not known.
 * @retval WRMF_E_RANGE      unobserved_weight is 0, and so is the regularization of a side.
 * @retval WRMF_E_FORMAT     a row that is folded in has a dislike that is refused.
 * @retval WRMF_E_NONFINITE  a confidence or a row would not be finite; the text names it.
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_THREAD     threads could not be started, or the host's runner failed.
 * @retval WRMF_E_OVERFLOW   (32-bit) the factors take more bytes than can be counted; or as
 *                           wrmf_fold_row().
 * Threads: one at a time per context; any number may read the model. Memory: that of the new model,
 * and of a wrmf_fold and the new rows while they are solved. Cost: O((rows of both sides) factors^2
 * + factors^3), and the new rows. Repeats: the same bits for every number of threads. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_grow(wrmf_context *context, const wrmf_model *model,
                                                     const wrmf_matrix *matrix,
                                                     const wrmf_ids *users, const wrmf_ids *items,
                                                     wrmf_model **out, wrmf_error *err);

/**
 * Solve chosen rows of one side, or all of it, against the other side's rows as they are, and put
 * them into the model: those of users with new interactions, for instance. All other rows stay, and
 * so do epochs and statistics. Epochs go on from the new rows.
 *
 * Whoever needs one row for one answer folds it in instead (wrmf/fold.h): what the rows share is
 * made anew in each call here.
 *
 * @param[in]     context  Workers, allocator and progress hook (phase "fold").
 * @param[in,out] model    Changed; nobody may read it meanwhile. Folds made of it against this side
 *                         are of no use any more, and say so.
 * @param[in]     matrix   All interactions, of the model's shape; borrowed.
 * @param[in]     side     Whose rows are solved.
 * @param[in]     rows     n of them, each 0 .. rows of the side - 1, in any order; one may be given
 *                         again. NULL: all, and n is not looked at.
 * @param[in]     n        >= 0.
 * @retval WRMF_E_NULL       context, model or matrix is NULL.
 * @retval WRMF_E_STATE      the model is mapped (store.h).
 * @retval WRMF_E_SHAPE      the matrix has other sizes than the model.
 * @retval WRMF_E_RANGE      side, n or a row is outside its interval; the text names the position.
 *                           Or as wrmf_model_grow().
 * @retval WRMF_E_FORMAT     a row that is solved has a dislike that is refused.
 * @retval WRMF_E_NONFINITE  a confidence or a row would not be finite; the text names it.
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_THREAD     threads could not be started, or the host's runner failed.
 * @retval WRMF_E_OVERFLOW   as wrmf_model_grow().
 * After any failure the model is as before the call. Threads: one at a time. Memory: a wrmf_fold,
 * n rows, and their entries once more; for items the transpose of the matrix, which it keeps.
 * Cost: O(rows of the other side factors^2 + factors^3), and the rows. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_refresh(wrmf_context *context, wrmf_model *model,
                                                        const wrmf_matrix *matrix, wrmf_side side,
                                                        const int64_t *rows, int64_t n,
                                                        wrmf_error *err);

/**
 * A new model without some users, or some items. Their rows are gone, the relaxed ones that a fit
 * keeps for further epochs included, and so are their ids and names, if the model has ids; all
 * other rows move up, as wrmf_ids_without() and wrmf_matrix_without() have them, and stay the same
 * bits. Neither rows nor ids of those that are gone are in the new model's memory or in a file
 * saved of it. What a host wrote into notes is the host's to change, and other rows keep what they
 * learned from them: epochs on the matrix without them take that out.
 *
 * @param[in]  context  Of the new model.
 * @param[in]  model    Borrowed.
 * @param[in]  side     Of which some are removed.
 * @param[in]  rows     n of them, each 0 .. rows of the side - 1, in any order; one may be given
 *                      again.
 * @param[in]  n        >= 0.
 * @param[out] out      The new model; the caller frees it, and the old one.
 * @retval WRMF_E_NULL   context, model or out is NULL, or rows is with n > 0.
 * @retval WRMF_E_RANGE  side, n or a row is outside its interval; the text names the position.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: any number may read the model. Cost: a copy of it. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_without(wrmf_context *context,
                                                        const wrmf_model *model, wrmf_side side,
                                                        const int64_t *rows, int64_t n,
                                                        wrmf_model **out, wrmf_error *err);

/** How the answers of two models differ. */
typedef struct wrmf_comparison {
    int64_t users;       /**< for whom either model has a list: the means are over these */
    double overlap;      /**< mean of |A and B| / max(|A|, |B|) of their lists A and B, 0 .. 1 */
    double same_first;   /**< the share of users whose lists begin with the same item, 0 .. 1 */
    double same_list;    /**< the share of users whose lists are the same, in order, 0 .. 1 */
    double objective[2]; /**< L of wrmf_model_objective(): of the one before, of the one after */
} wrmf_comparison;

/**
 * Compare what a model answers with what another does: a stale one with one that was continued, or
 * fitted anew, on all interactions. Each user asked for gets from both the list of the items with
 * the highest scores, those of her row of the matrix left out; and both objectives are computed on
 * the whole matrix, each with its own parameters.
 *
 * The one before may have fewer users and items, if they are the first of the other: it has no list
 * for a user that it does not know, and none of the items that it does not know is in a list. In
 * its objective their rows are zero, as their scores are.
 *
 * @param[in]  context  Workers, allocator and progress hook (phase "rank", unit lists, twice for
 *                      each 4 million entries of the lists).
 * @param[in]  before, after  Borrowed; they may be the same.
 * @param[in]  matrix   Of the shape of `after`; borrowed.
 * @param[in]  users    n indices, each 0 .. users of `before` - 1. NULL: the first n.
 * @param[in]  n        0 .. users of `before` where users is NULL, else >= 0.
 * @param[in]  length   Of a list, 1 .. 2^31 - 1.
 * @param[out] out      What was found. Means over no user are NaN.
 * @retval WRMF_E_NULL       context, before, after, matrix or out is NULL.
 * @retval WRMF_E_SHAPE      the matrix has other sizes than `after`, or `before` has more users or
 *                           items.
 * @retval WRMF_E_RANGE      n, length or an index is outside its interval; the text names the
 *                           position.
 * @retval WRMF_E_FORMAT     the matrix has a dislike that is refused (wrmf_negative_counts).
 * @retval WRMF_E_NONFINITE  a confidence or an objective is not finite.
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_THREAD     threads could not be started, or the host's runner failed.
 * @retval WRMF_E_OVERFLOW (32-bit)  lists of such a length take more bytes than can be counted.
 * Threads: one at a time per context; any number may read the models. Memory: lists of 4 million
 * entries at most, or of one user; 4 bytes an item; where `before` is smaller, a copy of the
 * matrix. Cost: that of the lists and of two objectives. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status
wrmf_model_compare(wrmf_context *context, const wrmf_model *before, const wrmf_model *after,
                   const wrmf_matrix *matrix, const int64_t *users, int64_t n, int64_t length,
                   wrmf_comparison *out, wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_GROW_H */
