/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/model.h - fit the factors of both sides, read them, save them.
 *
 * The model (Hu, Koren, Volinsky, "Collaborative Filtering for Implicit
 * Feedback Datasets", ICDM 2008) gives each user u a row x_u and each item i a
 * row y_i of `factors` numbers that minimise
 *
 *   L = sum over ALL u,i of c_ui (p_ui - x_u.y_i)^2
 *     + regularization_user sum ||x_u||^2 + regularization_item sum ||y_i||^2
 *
 * with p_ui = 1, or another target (params.h), where the pair is stored in the matrix
 * and 0 elsewhere, and confidence c_ui as in params.h. One epoch of alternating least
 * squares solves every user's row with the items fixed, then every item's:
 *
 *   (Y'Y + Y'(C_u - I)Y + lambda I) x_u = Y' C_u p_u
 *
 * A row of a user or an item without entries is exactly zero after its first
 * epoch. docs/mathematics.md derives how rows are solved.
 *
 * Epochs are over-relaxed: they move a row beyond its solution, which needs
 * about a third of the epochs (params.h, relaxation). A fit ends when a model has
 * as many epochs as its parameter iterations says: the last epoch leaves the
 * items' rows as solutions, for the users' rows as they are, which lowers the
 * objective further and makes better lists. The model keeps the relaxed rows of
 * the items beside them (numbers of items x stride), in its file too, and goes on
 * from those.
 * In between, after wrmf_model_continue() and with less epochs than iterations,
 * rows are relaxed ones; wrmf_model_finish() ends a fit there. With relaxation 1
 * all rows are solutions always, and nothing is kept.
 */
#ifndef WRMF_MODEL_H
#define WRMF_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/params.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/**
 * Fit a model: wrmf_model_create(), then `iterations` epochs to the end of the fit.
 *
 * @param[in]  context  Allocator, workers, progress hook (phase "fit", unit
 *                      epochs), logger: warned of a model that is zero
 *                      everywhere.
 * @param[in]  matrix   Users x items; borrowed.
 * @param[in]  params   Copied. NULL: the defaults.
 * @param[out] out      The model; the caller frees it.
 * @param[out] err      Explanation on failure, or NULL.
 * @retval WRMF_E_NULL       context, matrix or out is NULL.
 * @retval WRMF_E_NONFINITE  a confidence or a row would not be finite; the text names the row.
 * @retval WRMF_E_FORMAT     the matrix has a dislike that is refused (wrmf_negative_counts).
 * @retval WRMF_E_RANGE      parameters do not go together: params.h says of each what it asks for.
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop; no model is given (to keep the last
 *                           whole epoch, use create and continue).
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_THREAD     threads could not be started, or the host's runner
 *                           failed.
 * @retval WRMF_E_OVERFLOW   the factors take more bytes than can be counted
 *                           (32-bit); or a row of about 2^31 entries needs the
 *                           minimum-norm solution.
 * Threads: one at a time per context. Repeats: the same matrix, parameters,
 * library build and CPU kernels give the same bits for every number of
 * threads. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_fit(wrmf_context *context,
                                                    const wrmf_matrix *matrix,
                                                    const wrmf_params *params, wrmf_model **out,
                                                    wrmf_error *err);

/**
 * Make a model at its start: zero epochs, rows drawn from
 * N(0, (init_scale / sqrt(factors))^2), each number a function of (seed, side,
 * row, column) alone.
 * @param[in]  users, items  Rows of each side, 0 .. 2^31 - 1.
 * @param[in]  params        Copied. NULL: the defaults.
 * @param[out] out           The model; the caller frees it.
 * @retval WRMF_E_NULL    context or out is NULL.
 * @retval WRMF_E_RANGE   users or items is outside its interval, or factors is where biases is 1.
 * @retval WRMF_E_NOMEM   no memory.
 * @retval WRMF_E_THREAD  threads could not be started, or the host's runner
 *                        failed.
 * @retval WRMF_E_OVERFLOW (32-bit)  the factors take more bytes than can be
 *                        counted.
 * Threads: one at a time per context. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_create(wrmf_context *context, int64_t users,
                                                       int64_t items, const wrmf_params *params,
                                                       wrmf_model **out, wrmf_error *err);

/**
 * Go on for more epochs. A fit of 4 epochs continued by 6 is a fit of 10, bit for
 * bit, the saved file included: where the model is to have more epochs than its
 * parameter iterations says, that is raised to their number, those that a hook
 * stopped included (at most the greatest that the parameter takes), and the last
 * of them ends the fit. A created model continued by fewer epochs is at a point on
 * the way: no epoch raises the objective, and the fit ends with the epoch that
 * reaches iterations.
 *
 * A host that measures after each epoch, to stop when it is best, creates the model
 * with iterations 0: each call then leaves what a fit of as many epochs does. That
 * costs little where relaxed epochs solve rows to the tolerance, and an exact
 * half-epoch a call where they do not (relaxation_reduction, cg_steps). Or it takes a
 * high number, and calls wrmf_model_finish() in the end.
 *
 * @param[in,out] model   Changed; nobody may read it meanwhile: functions with a
 *                        status refuse, others would see rows of two epochs.
 * @param[in]     matrix  Of the model's shape; borrowed.
 * @param[in]     epochs  >= 0.
 * @retval WRMF_E_NULL       context, model or matrix is NULL.
 * @retval WRMF_E_SHAPE      the matrix has other sizes than the model.
 * @retval WRMF_E_RANGE      epochs is negative, or there would be more than 2^53 in all (from
 *                           2^52 on: until the hook asks to stop); or as wrmf_model_fit().
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop: the model is as
 *                           after its last whole epoch, which
 *                           wrmf_model_epochs() counts.
 * @retval WRMF_E_STATE      the model is mapped (store.h).
 * @retval WRMF_E_IO         a checkpoint (store.h) could not be written: the model
 *                           is as after its last whole epoch.
 * @retval WRMF_E_NONFINITE, WRMF_E_FORMAT, WRMF_E_NOMEM, WRMF_E_THREAD, WRMF_E_OVERFLOW  as
 *                           wrmf_model_fit().
 * After any other failure the model is as before the call.
 * Threads: one at a time. Memory: one more copy of the factors; another, made
 * anew before each epoch on all workers, where there are a progress hook and two
 * epochs or more. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_continue(wrmf_context *context, wrmf_model *model,
                                                         const wrmf_matrix *matrix, int64_t epochs,
                                                         wrmf_error *err);

/**
 * End a fit before it has as many epochs as iterations says, which stays: the items'
 * rows become solutions. The factors are then those of a fit of as many epochs, bit
 * for bit, and continued they are what they would have been without it. Nothing is
 * done where the rows are solutions already, or where there are no epochs.
 *
 * @param[in,out] model   As in wrmf_model_continue().
 * @param[in]     matrix  Of the model's shape; borrowed.
 * @retval WRMF_E_NULL       context, model or matrix is NULL.
 * @retval WRMF_E_SHAPE      the matrix has other sizes than the model.
 * @retval WRMF_E_STATE      the model is mapped (store.h).
 * @retval WRMF_E_CANCELLED  the progress hook (phase "fit") asked to stop.
 * @retval WRMF_E_NONFINITE, WRMF_E_FORMAT, WRMF_E_NOMEM, WRMF_E_THREAD, WRMF_E_OVERFLOW  as
 *                           wrmf_model_fit().
 * After any failure the model is as before the call. Threads: one at a time. Cost:
 * half an epoch. Memory: one more copy of the items' rows, which the model keeps.
 * Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_finish(wrmf_context *context, wrmf_model *model,
                                                       const wrmf_matrix *matrix, wrmf_error *err);

/**
 * Copy a model with all that it has: factors, parameters, ids, notes, epochs,
 * statistics. Continued, both give the same bits. For instance: a host serves
 * from one model while it goes on with the other.
 *
 * @param[in]  context  Of the copy: its allocator and kernels.
 * @param[in]  model    Borrowed.
 * @param[out] out      The copy; the caller frees it.
 * @retval WRMF_E_NULL   context, model or out is NULL.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: any number may read the model. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_copy(wrmf_context *context, const wrmf_model *model,
                                                     wrmf_model **out, wrmf_error *err);

/**
 * Make a model of factors from elsewhere, with 0 epochs: to rank with them, to fold
 * in (fold.h), or to go on from them.
 *
 * @param[in]  users, items  0 .. 2^31 - 1.
 * @param[in]  params        Copied; their `factors` is the length of a row. NULL:
 *                           the defaults.
 * @param[in]  user_rows     users x factors numbers, row by row; NULL: zeros.
 * @param[in]  item_rows     items x factors numbers; NULL: zeros.
 * @param[out] out           The model; the caller frees it.
 * @retval WRMF_E_NULL       context or out is NULL.
 * @retval WRMF_E_RANGE      a size is outside its interval.
 * @retval WRMF_E_NONFINITE  a value is not finite in the model's precision; the
 *                           text names side, row and column.
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_OVERFLOW (32-bit)  the factors take more bytes than can be counted.
 * Threads: any number at a time. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_from_rows(wrmf_context *context, int64_t users,
                                                          int64_t items, const wrmf_params *params,
                                                          const double *user_rows,
                                                          const double *item_rows, wrmf_model **out,
                                                          wrmf_error *err);

/** The same from float. Errors as wrmf_model_from_rows(). Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_from_rows_float32(
    wrmf_context *context, int64_t users, int64_t items, const wrmf_params *params,
    const float *user_rows, const float *item_rows, wrmf_model **out, wrmf_error *err);

/** Free. NULL is allowed. Since: 0.1 */
WRMF_API void wrmf_model_free(wrmf_model *model);

/* What a model is. Each gives 0, or NULL, if model is NULL. Threads: any. */

/** The number of users. Since: 0.1 */
WRMF_API int64_t wrmf_model_users(const wrmf_model *model);
/** The number of items. Since: 0.1 */
WRMF_API int64_t wrmf_model_items(const wrmf_model *model);
/** The number of factors: numbers in a row. Since: 0.1 */
WRMF_API int64_t wrmf_model_factors(const wrmf_model *model);
/** The number of whole epochs done. Since: 0.1 */
WRMF_API int64_t wrmf_model_epochs(const wrmf_model *model);
/** The parameters it was made with; iterations are all epochs it was asked for,
 *  by wrmf_model_continue(), too. Borrowed from the model. Since: 0.1 */
WRMF_API const wrmf_params *wrmf_model_params(const wrmf_model *model);

/** The rows of one side in place, row i at stride * i; NULL unless the model
 *  is float32. Borrowed until the model is freed: address and stride stay as
 *  they are for its life, whatever is called. The numbers change when the model
 *  does, in wrmf_model_continue() and the functions that set rows; nobody may
 *  read them meanwhile, and nobody may write them.
 *  @param[out] stride  Numbers from one row to the next, >= factors: a multiple
 *                      of 16; those behind the factors are 0. Or NULL.
 *  Since: 0.1 */
WRMF_API const float *wrmf_model_float32(const wrmf_model *model, wrmf_side side, int64_t *stride);
/** The same for a float64 model. Since: 0.1 */
WRMF_API const double *wrmf_model_float64(const wrmf_model *model, wrmf_side side, int64_t *stride);

/** Copy rows out, as double whatever the precision.
 *  @param[in]  first     The first row, 0 .. rows of the side.
 *  @param[in]  n         How many, 0 .. rows of the side - first.
 *  @param[out] values    n x factors numbers, row by row.
 *  @retval WRMF_E_NULL   model or values is NULL.
 *  @retval WRMF_E_RANGE  side is none of the enum's, or first or n is outside its
 *                        interval.
 *  Threads: any. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_get_rows(const wrmf_model *model, wrmf_side side,
                                                         int64_t first, int64_t n, double *values,
                                                         wrmf_error *err);

/** The same as float. Those of a float64 model are rounded.
 *  @retval WRMF_E_NONFINITE  a number is too large for float; the text names row
 *                            and column, and nothing was copied.
 *  @retval WRMF_E_NULL, WRMF_E_RANGE  as wrmf_model_get_rows().
 *  Threads: any. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_get_rows_float32(const wrmf_model *model,
                                                                 wrmf_side side, int64_t first,
                                                                 int64_t n, float *values,
                                                                 wrmf_error *err);

/** Copy rows in, for a start of the caller's own or factors from elsewhere;
 *  rounded to the model's precision. The count of epochs stays.
 *  @param[in]  first     The first row, 0 .. rows of the side.
 *  @param[in]  n         How many, 0 .. rows of the side - first.
 *  @param[in]  values    n x factors numbers, row by row.
 *  @retval WRMF_E_NONFINITE  a value is not finite in the model's precision; the
 *                            text names row and column, and nothing was copied.
 *  @retval WRMF_E_STATE      the model is mapped (store.h).
 *  @retval WRMF_E_NULL, WRMF_E_RANGE  as wrmf_model_get_rows().
 *  Threads: one at a time. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_set_rows(wrmf_model *model, wrmf_side side,
                                                         int64_t first, int64_t n,
                                                         const double *values, wrmf_error *err);

/** The same from float. Errors as wrmf_model_set_rows().
 *  Threads: one at a time. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_set_rows_float32(wrmf_model *model, wrmf_side side,
                                                                 int64_t first, int64_t n,
                                                                 const float *values,
                                                                 wrmf_error *err);

/** x_u.y_i, summed as in ranking, where wrmf/query.h says what becomes of one
 *  that overflows; NaN if there is no such pair or model is NULL. Threads: any.
 *  Since: 0.1 */
WRMF_API double wrmf_model_score(const wrmf_model *model, int64_t user, int64_t item);

/**
 * The scores of n pairs, each the same bits as wrmf_model_score() and as in a
 * list.
 *
 * @param[in]  users   n indices, each 0 .. users of the model - 1. NULL if n is 0;
 *                     so are the other two.
 * @param[in]  items   n indices, each 0 .. items of the model - 1.
 * @param[in]  n       >= 0.
 * @param[out] scores  n numbers: of users[i] and items[i] at i.
 * @retval WRMF_E_NULL   model is NULL; or users, items or scores is, and n > 0.
 * @retval WRMF_E_RANGE  n or an index is outside its interval: the text names
 *                       the argument and the position. No score was written.
 * Threads: any number at a time, each on the thread that calls. Memory: none is
 * allocated. Cost: O(n factors). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_scores(const wrmf_model *model,
                                                       const int64_t *users, const int64_t *items,
                                                       int64_t n, double *scores, wrmf_error *err);

/** The same as float: those of a float32 model have the same bits, those of a
 *  float64 model are rounded. Errors as wrmf_model_scores(). Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_scores_float32(const wrmf_model *model,
                                                               const int64_t *users,
                                                               const int64_t *items, int64_t n,
                                                               float *scores, wrmf_error *err);

/**
 * The scores of each of some users with each of some items, the same bits as
 * wrmf_model_score().
 *
 * @param[in]  users    n_users indices in any order, each 0 .. users of the model
 *                      - 1; NULL: the first n_users.
 * @param[in]  n_users  0 .. users of the model where users is NULL, else >= 0.
 * @param[in]  items    n_items indices in any order, each 0 .. items of the model
 *                      - 1; NULL: the first n_items.
 * @param[in]  n_items  0 .. items of the model where items is NULL, else >= 0.
 * @param[out] scores   n_users x n_items numbers, a user after another. May be
 *                      NULL if there are none.
 * @retval WRMF_E_NULL   model is NULL, or scores is and there are some.
 * @retval WRMF_E_RANGE  n_users, n_items or an index is outside its interval: the
 *                       text names the argument and the position. No score was
 *                       written.
 * Threads: any number at a time, each on the thread that calls. Memory: none is
 * allocated, and about 40 KiB of stack are used. Cost: O(n_users n_items factors).
 * Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_score_block(const wrmf_model *model,
                                                            const int64_t *users, int64_t n_users,
                                                            const int64_t *items, int64_t n_items,
                                                            double *scores, wrmf_error *err);

/** The same as float, as wrmf_model_scores_float32() has them.
 *  Errors as wrmf_model_score_block(). Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_score_block_float32(
    const wrmf_model *model, const int64_t *users, int64_t n_users, const int64_t *items,
    int64_t n_items, float *scores, wrmf_error *err);

/**
 * The objective L, exactly and by parts, in O(entries factors +
 * (users + items) factors^2) without forming the matrix of all cells:
 *
 *   all            = w0 sum over all u,i of (p_ui - x_u.y_i)^2
 *   observed       = sum over stored u,i of (c_ui - w0) (p_ui - x_u.y_i)^2
 *   regularization = sum lambda_u ||x_u||^2 + sum lambda_i ||y_i||^2
 *   L              = all + observed + regularization
 *
 * c_ui and p_ui of a stored cell are those of wrmf_confidence and wrmf_target; else p_ui is 0.
 * lambda_u, lambda_i are each row's own (regularization_exponent). w0 is unobserved_weight; where
 * it is that of all cells (unobserved_scope), all is w0 sum (x_u.y_i)^2 and observed is
 * sum c_ui (p_ui - x_u.y_i)^2: the sum of squared errors of any matrix where w0 is 0 and c_ui 1.
 *
 * Sums are in float64, in a fixed order; where rounding may have moved one by more than 1e-8 of it,
 * they are made again in twice the precision, at ten times the cost with both Gram matrices. So
 * each part, and the total, has a relative error of at most 1e-6, most often of 1e-12, and none is
 * negative (but `observed`, relative to its terms then, where confidences are below w0); of `all`,
 * what is below 1e-26 sum (x_u.y_i)^2 may be lost. The Gram matrices are the second part of the
 * cost: a model has them after a fit, until rows are set; after a wrmf_model_continue() that ends
 * an over-relaxed fit, the users' alone.
 *
 * @param[in]  matrix  Of the model's shape; borrowed.
 * @param[out] total, observed, all, regularization  Each may be NULL.
 * @retval WRMF_E_NULL   context, model or matrix is NULL.
 * @retval WRMF_E_SHAPE  the matrix has other sizes than the model.
 * @retval WRMF_E_FORMAT  the matrix has a dislike that is refused (wrmf_negative_counts).
 * @retval WRMF_E_NONFINITE  a confidence or the result is not finite.
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_THREAD     threads could not be started, or the host's runner
 *                           failed.
 * Threads: any number, each with a context of its own. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_objective(wrmf_context *context,
                                                          const wrmf_model *model,
                                                          const wrmf_matrix *matrix, double *total,
                                                          double *observed, double *all,
                                                          double *regularization, wrmf_error *err);

/** What fitting counted, over all epochs since the model was made or loaded. */
typedef enum wrmf_statistic {
    WRMF_STAT_ROWS = 0,              /**< rows that have entries and were solved */
    WRMF_STAT_ROWS_CG = 1,           /**< rows solved by conjugate gradients */
    WRMF_STAT_CG_STEPS = 2,          /**< steps that these took together */
    WRMF_STAT_ROWS_CHOLESKY = 3,     /**< rows solved by factorization */
    WRMF_STAT_ROWS_FLOAT64 = 4,      /**< rows that float32 does not determine well:
                                          solved again in float64, or corrected
                                          from residuals in float64 */
    WRMF_STAT_ROWS_MINIMUM_NORM = 5, /**< rows given the minimum-norm solution */
    WRMF_STAT_CONDITION = 6,         /**< largest condition number of a half-epoch's
                                          Gram matrix plus lambda I: an estimate in
                                          the 1-norm up to 1,000, that of the
                                          eigenvalues above */
    WRMF_STAT_RESIDUAL = 7,          /**< largest relative residual that a row was
                                          left with */
    WRMF_STAT_ROWS_FALLBACK = 8,     /**< rows solved another way: conjugate gradients broke down
                                          (curvature not positive, residual that grows), weights
                                          too large for cg, a search left to Lawson and Hanson
                                          (nonnegative); of blocks, left alone. Since: 0.2 */
    WRMF_STAT_WIDTH_ = 0x7fffffff    /**< fixes the enum's size */
} wrmf_statistic;

/** One of the statistics; NaN if model is NULL or there is none such.
 *  Threads: any. Since: 0.1 */
WRMF_API double wrmf_model_statistic(const wrmf_model *model, wrmf_statistic statistic);

/** Keep a copy of ids (NULL: none) in the model, for its file and for
 *  wrmf_model_ids(). After a failure those that were kept before are.
 *  @retval WRMF_E_NULL   model is NULL.
 *  @retval WRMF_E_RANGE  side is none of the enum's.
 *  @retval WRMF_E_SHAPE  their number is not that of the side.
 *  @retval WRMF_E_STATE  the model is mapped (store.h).
 *  @retval WRMF_E_NOMEM  no memory. Threads: one at a time. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_set_ids(wrmf_model *model, wrmf_side side,
                                                        const wrmf_ids *ids, wrmf_error *err);

/** The ids of a side, borrowed from the model, or NULL. Threads: any.
 *  Since: 0.1 */
WRMF_API const wrmf_ids *wrmf_model_ids(const wrmf_model *model, wrmf_side side);

/**
 * Keep a note: a key and a value of the caller's own, for the model's file and
 * wrmf_model_note(). A key that is there already gets the new value. The
 * library gives no key a meaning, and its own metadata have other names in the
 * file: no key can be in their way. Notes stay when the model is continued.
 * @param[in]  key    UTF-8, not empty; copied.
 * @param[in]  value  UTF-8; copied. NULL removes the note, if there is one.
 * @retval WRMF_E_NULL    model or key is NULL.
 * @retval WRMF_E_FORMAT  key or value is not UTF-8.
 * @retval WRMF_E_RANGE   the key is empty; or there would be more than 10,000
 *                        notes, or more than 2^20 bytes of keys and values with
 *                        a NUL behind each.
 * @retval WRMF_E_STATE   the model is mapped (store.h).
 * @retval WRMF_E_NOMEM   no memory.
 * After a failure the notes are as before. Threads: one at a time. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_set_note(wrmf_model *model, const char *key,
                                                         const char *value, wrmf_error *err);

/** The value of a note, or NULL if there is none. Borrowed from the model until
 *  its notes are changed or it is freed. Threads: any. Since: 0.2 */
WRMF_API const char *wrmf_model_note(const wrmf_model *model, const char *key);

/** The number of notes; 0 if model is NULL. Threads: any. Since: 0.2 */
WRMF_API int64_t wrmf_model_note_count(const wrmf_model *model);

/** The key of a note, by its place 0 .. count - 1 in the order of the keys'
 *  bytes; NULL if there is no such place. Borrowed as wrmf_model_note().
 *  @param[out] value  Its value, borrowed alike; untouched where NULL is
 *                     returned. Or NULL.
 *  Threads: any. Since: 0.2 */
WRMF_API const char *wrmf_model_note_at(const wrmf_model *model, int64_t index, const char **value);

/**
 * Save factors, parameters, ids, notes and epoch count in the safetensors layout;
 * docs/file-format.md. Does not close the output.
 * @retval WRMF_E_NULL   model or output is NULL.
 * @retval WRMF_E_STATE  the output was closed before.
 * @retval WRMF_E_IO     writing failed now or before; small models may show it
 *                       at wrmf_output_close() only.
 * @retval WRMF_E_NOMEM  no memory.
 * @retval WRMF_E_OVERFLOW (32-bit)  a tensor takes more bytes than can be
 *                       counted.
 * Threads: any. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_write(const wrmf_model *model, wrmf_output *output,
                                                      wrmf_error *err);

/** The same to a file, as wrmf_output_open_path() does: what stood at path
 *  stays until the new file is whole and on the disk.
 *  @retval WRMF_E_NULL   model or path is NULL.
 *  @retval WRMF_E_IO     the file cannot be made or written.
 *  @retval WRMF_E_NOMEM, WRMF_E_OVERFLOW (32-bit)  as wrmf_model_write().
 *  Threads: any. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_save(const wrmf_model *model, const char *path,
                                                     wrmf_error *err);

/**
 * Load a model that was saved. Header, sizes, offsets and ids are checked
 * against the file's length before memory of their size is asked for; numbers
 * of the metadata against their bounds; and, where the file has them, checksums
 * of all that it holds. It is read, not mapped: a file that is cut short in
 * place meanwhile is WRMF_E_IO.
 * @retval WRMF_E_NULL         an argument is NULL.
 * @retval WRMF_E_IO           the file cannot be read.
 * @retval WRMF_E_FORMAT       it is no model, or a damaged one; the text says
 *                             where and why, or what the file is instead.
 * @retval WRMF_E_UNSUPPORTED  a later version of the format.
 * @retval WRMF_E_NONFINITE    a factor is not finite; with its row and column.
 * @retval WRMF_E_NOMEM        no memory.
 * @retval WRMF_E_OVERFLOW (32-bit)  the file has more bytes than can be counted.
 * Threads: one at a time. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_load(wrmf_context *context, const char *path,
                                                     wrmf_model **out, wrmf_error *err);

/** The same from memory, which is borrowed during the call.
 *  @retval WRMF_E_NULL  an argument is NULL.
 *  @retval WRMF_E_FORMAT, WRMF_E_UNSUPPORTED, WRMF_E_NONFINITE, WRMF_E_NOMEM
 *                       as wrmf_model_load(). Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_model_load_memory(wrmf_context *context, const void *data,
                                                            size_t bytes, wrmf_model **out,
                                                            wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_MODEL_H */
