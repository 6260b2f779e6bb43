/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/fold.h - fold-in: the factors of a user who was not there when the model was fitted, from
 * what she has touched, or of an item from who touched it; and why an item is recommended.
 *
 * A row that is folded in solves the equations of training against the rows of the other side as
 * they are (Hu, Koren, Volinsky 2008, equation 4; wrmf/model.h):
 *
 *   (Y'Y + Y'(C_u - I)Y + lambda I) x_u = Y' C_u p_u
 *
 * to the model's tolerance, whatever `cg_steps` or `relaxation` say of epochs. So a history must be
 * whole: with new interactions alone, a user is somebody else. To fold in a row of the matrix that
 * a model was fitted on gives the row that one more plain half-epoch would, to the last bit, be it
 * by itself or among others. Where nonnegative is 1, a row is the minimum among those without a
 * number below 0, as those of a fit are.
 *
 * What all rows share (the Gram matrix, its factorization, the other side's rows in another basis)
 * is made once, in a wrmf_fold, which any number of threads may use at a time:
 *
 *   wrmf_fold_create(context, model, WRMF_USERS, &fold, err);
 *   wrmf_fold_workspace(fold, 500, &bytes, err);            histories of up to 500 items
 *   void *workspace = malloc(bytes);                        one a thread
 *   wrmf_fold_row(fold, items, counts, n, workspace, bytes, row, err);
 *
 * wrmf/query.h makes the list of such a row.
 */
#ifndef WRMF_FOLD_H
#define WRMF_FOLD_H

#include <stddef.h>
#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/**
 * Make ready to fold in rows of one side of a model.
 *
 * @param[in]  context  Workers and allocator; held.
 * @param[in]  model    Borrowed until wrmf_fold_free(). When rows of its other side change, what
 *                      was made ready is of no use any more, and the calls below say so.
 * @param[in]  side     The side of the rows that are folded in: WRMF_USERS for users from items.
 * @param[out] out      The fold; the caller frees it.
 * @param[out] err      Explanation on failure, or NULL.
 * @retval WRMF_E_NULL       context, model or out is NULL.
 * @retval WRMF_E_RANGE      side is none of the enum's; or unobserved_weight is 0, and so is the
 *                           regularization of a side.
 * @retval WRMF_E_NONFINITE  the Gram matrix is not finite.
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_THREAD     threads could not be started, or the host's runner failed.
 * Threads: one at a time per context. Memory: rows of the other side x (stride + 1) numbers of the
 * model's precision, and 8 stride^2 doubles. Cost: O(rows factors^2 + factors^3). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_fold_create(wrmf_context *context,
                                                      const wrmf_model *model, wrmf_side side,
                                                      wrmf_fold **out, wrmf_error *err);

/** Free. NULL is allowed. No other thread may be in a call with it but wrmf_fold_rows().
 *  Since: 0.2 */
WRMF_API void wrmf_fold_free(wrmf_fold *fold);

/**
 * The bytes of workspace that the calls below need for a row of up to `most` entries. More is no
 * harm; any alignment will do; a workspace is one thread's at a time.
 *
 * @param[in]  most   0 .. 2^31 - 1. Entries, duplicates counted.
 * @param[out] bytes  About 36 most + min(most factors numbers, 8 MiB), and 150 KiB + 70 factors^2
 *                    for the systems of rows; from 32,768 entries on, more systems.
 * @retval WRMF_E_NULL      fold or bytes is NULL.
 * @retval WRMF_E_RANGE     most is outside its interval.
 * @retval WRMF_E_OVERFLOW (32-bit)  it takes more bytes than can be counted.
 * Threads: any. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_fold_workspace(const wrmf_fold *fold, int64_t most,
                                                         size_t *bytes, wrmf_error *err);

/**
 * Fold in one row.
 *
 * @param[in]  index      n rows of the other side, of a user the items, in any order. What is there
 *                        several times has the sum of its counts, as in a matrix. NULL if n is 0.
 * @param[in]  count      n counts > 0; below 0 with negative_counts "dislike" or target "signed";
 *                        or NULL: each is 1.
 * @param[in]  n          0 .. 2^31 - 1. The row of 0 entries is zero.
 * @param      workspace  `bytes` bytes, as wrmf_fold_workspace() says for n entries or more.
 * @param[out] row        `factors` numbers of the model.
 * @retval WRMF_E_NULL       fold, workspace or row is NULL; or index is, and n > 0.
 * @retval WRMF_E_RANGE      n or an index is outside its interval; the text names the position. Or
 *                           the workspace is too small; the text says how large it must be.
 * @retval WRMF_E_FORMAT     a count is none of these; the text names the position. Or those of an
 *                           index add up to 0.
 * @retval WRMF_E_NONFINITE  a count, the sum of those of an index, or its confidence is not finite;
 *                           or the row is not.
 * @retval WRMF_E_STATE      rows of the model's other side have changed since the fold was made.
 * @retval WRMF_E_NOMEM      no memory, where weights of a row are so large (about 1e11 times the
 *                           rest of its system) that it has to be solved as a least-squares
 *                           problem: no other row takes memory from the allocator.
 * @retval WRMF_E_OVERFLOW   such a row has too many entries, about 2^31.
 * Threads: any number at a time on one fold, each with a workspace of its own. Takes no lock.
 * Cost: about O(n factors) a step of conjugate gradients, a few of them, or O(n factors^2).
 * Repeats: the same bits for every order of the entries with the same counts. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_fold_row(const wrmf_fold *fold, const int64_t *index,
                                                   const double *count, int64_t n, void *workspace,
                                                   size_t bytes, double *row, wrmf_error *err);

/** The same as float: of a float32 model the same bits, of a float64 model rounded.
 *  @retval WRMF_E_NONFINITE  also where a number is too large for a float.
 *  Other errors as wrmf_fold_row(). Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_fold_row_float32(const wrmf_fold *fold,
                                                           const int64_t *index,
                                                           const double *count, int64_t n,
                                                           void *workspace, size_t bytes,
                                                           float *row, wrmf_error *err);

/**
 * Fold in many rows, in parallel (phase "fold").
 *
 * @param[in]  context  Workers, progress hook and allocator; it may be another than the fold's.
 * @param[in]  matrix   Users x items, borrowed. A fold of users solves its rows, whose columns are
 *                      all the model's items; one of items its columns, whose rows are all the
 *                      model's users.
 * @param[out] rows     As many rows as the matrix has of the side, x factors numbers.
 * @retval WRMF_E_NULL       an argument but err is NULL.
 * @retval WRMF_E_SHAPE      the matrix has not as many columns (rows) as the model has items
 *                           (users).
 * @retval WRMF_E_NONFINITE  a confidence or a row would not be finite; the text names it.
 * @retval WRMF_E_FORMAT     the matrix has a dislike that is refused (wrmf_negative_counts).
 * @retval WRMF_E_STATE      as wrmf_fold_row().
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_THREAD     threads could not be started, or the host's runner failed.
 * @retval WRMF_E_OVERFLOW   as wrmf_fold_row(); or (32-bit) the rows take more bytes than can be
 *                           counted.
 * Rows are written at the end, all of them or none. Memory: rows x stride numbers of the model's
 * precision; for a fold of items the transpose of the matrix, which it keeps. Threads: one at a
 * time per context. Repeats: the bits of wrmf_fold_row(), for any number of threads. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_fold_rows(wrmf_context *context, const wrmf_fold *fold,
                                                    const wrmf_matrix *matrix, double *rows,
                                                    wrmf_error *err);

/** The same as float, as wrmf_fold_row_float32() has them. Errors as wrmf_fold_rows(). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_fold_rows_float32(wrmf_context *context,
                                                            const wrmf_fold *fold,
                                                            const wrmf_matrix *matrix, float *rows,
                                                            wrmf_error *err);

/**
 * Explain a score: what each entry of a row adds to it (Hu, Koren, Volinsky 2008, section 5). With
 * W = (Y'Y + Y'(C_u - I)Y + lambda I)^-1, the score of item i for user u is
 *
 *   x_u.y_i = sum over her items j of c_uj y_i'W y_j
 *
 * and term j is what j contributes: it may be negative. For a fold of items, users and items change
 * places. Where nonnegative is 1, W is the inverse of the part of that matrix that belongs to the
 * factors which are above 0 in x_u, and 0 elsewhere. With biases the terms are those of the score
 * without mean + c_i (wrmf/biases.h).
 *
 * @param[in]  index, count, workspace, bytes  As in wrmf_fold_row().
 * @param[in]  n              0 .. 2^31 - 1.
 * @param[in]  target         The row of the other side whose score is explained, 0 .. rows of that
 *                            side - 1.
 * @param[out] contributions  n numbers, in the order of index; where one is there several times,
 *                            its first place has the whole and the others 0. Computed in float64,
 *                            and no further off than it would move if the other side's numbers
 *                            moved by their last bit, however large the weights are.
 * @param[out] score          Their sum, which is the score of the row that wrmf_fold_row() gives
 *                            but for rounding and the tolerance; or NULL.
 * @retval WRMF_E_NULL       fold or workspace is NULL; or index or contributions is, and n > 0.
 * @retval WRMF_E_RANGE      target is outside its interval; or as wrmf_fold_row().
 * @retval WRMF_E_FORMAT, WRMF_E_STATE  as wrmf_fold_row().
 * @retval WRMF_E_NONFINITE  as wrmf_fold_row(); or the weights are so large (about 1e15 times the
 *                           rest of the system) that float64 does not tell the contributions.
 * Threads: as wrmf_fold_row(). Cost: O(n factors^2 + factors^3). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_fold_explain(const wrmf_fold *fold, const int64_t *index,
                                                       const double *count, int64_t n,
                                                       int64_t target, void *workspace,
                                                       size_t bytes, double *contributions,
                                                       double *score, wrmf_error *err);

/**
 * Explain several scores of one row, such as a list's: the system is made and factorized once.
 *
 * @param[in]  index, count, workspace, bytes  As in wrmf_fold_row().
 * @param[in]  n              0 .. 2^31 - 1.
 * @param[in]  targets        n_targets rows of the other side, each 0 .. rows of that side - 1.
 * @param[in]  n_targets      >= 0.
 * @param[out] contributions  n_targets x n numbers: those of wrmf_fold_explain() for each target,
 *                            with the same bits.
 * @param[out] scores         n_targets sums, or NULL.
 * @retval WRMF_E_NULL       fold or workspace is NULL; or index or targets is, and there are some;
 *                           or contributions is, and there are both.
 * @retval WRMF_E_RANGE      n_targets or a target is outside its interval; or as wrmf_fold_row().
 * @retval WRMF_E_FORMAT, WRMF_E_STATE, WRMF_E_NONFINITE  as wrmf_fold_explain(). After
 *                           WRMF_E_NONFINITE contributions and scores may hold those of some
 *                           targets, the first ones; after others what they held before.
 * Threads: as wrmf_fold_row(). Cost: O(n factors^2 + factors^3), and O(n factors + factors^2) a
 * target. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status
wrmf_fold_explain_many(const wrmf_fold *fold, const int64_t *index, const double *count, int64_t n,
                       const int64_t *targets, int64_t n_targets, void *workspace, size_t bytes,
                       double *contributions, double *scores, wrmf_error *err);

/**
 * The scores of vectors that are rows in no model, such as folded-in ones, with rows
 * of a side: the same bits as if the vectors were rows.
 *
 * @param[in]  side       The side of the rows.
 * @param[in]  vectors    n_vectors x factors numbers, a vector after another; they are rounded to
 *                        the model's precision. May be NULL if there are none.
 * @param[in]  n_vectors  >= 0.
 * @param[in]  rows       n_rows indices in any order, each 0 .. rows of the side - 1; NULL: the
 *                        first n_rows.
 * @param[in]  n_rows     0 .. rows of the side where rows is NULL, else >= 0.
 * @param[out] scores     n_vectors x n_rows numbers, a vector after another. May be NULL if there
 *                        are none.
 * @retval WRMF_E_NULL       model is NULL; or vectors or scores is, and there are some.
 * @retval WRMF_E_RANGE      side, n_vectors, n_rows or an index is outside its interval: the text
 *                           names the argument and the position. No score was written.
 * @retval WRMF_E_NONFINITE  a number is not finite in the model's precision; the text names it.
 * Threads, memory and cost: as wrmf_model_score_block(), with 32 KiB of stack more. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_score_vectors(const wrmf_model *model,
                                                              wrmf_side side, const double *vectors,
                                                              int64_t n_vectors,
                                                              const int64_t *rows, int64_t n_rows,
                                                              double *scores, wrmf_error *err);

/** The same for vectors of floats, with scores as wrmf_model_scores_float32() has them. Errors as
 *  wrmf_model_score_vectors(). Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_score_vectors_float32(
    const wrmf_model *model, wrmf_side side, const float *vectors, int64_t n_vectors,
    const int64_t *rows, int64_t n_rows, float *scores, wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_FOLD_H */
