/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/params.h - parameters of a fit, by id or by name.
 *
 * One table in the library gives each parameter's name, type, interval,
 * default and meaning; wrmf_params_name() and its neighbours read it. Whatever
 * takes parameters copies them: changing them later changes nothing.
 */
#ifndef WRMF_PARAMS_H
#define WRMF_PARAMS_H

#include <stddef.h>
#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/** The parameters. Values are never reused. */
typedef enum wrmf_param {
    /** int, 1 .. 4096, default 64: length of a factor row. */
    WRMF_PARAM_FACTORS = 1,
    /** int, 0 .. 1000000, default 15: epochs of wrmf_model_fit(), and those with
     *  which a fit ends (wrmf/model.h). One epoch solves all users, then all
     *  items. */
    WRMF_PARAM_ITERATIONS = 2,
    /** real, 0 .. 1e30, default 0.1: lambda of the users' rows. The name
     *  "regularization" sets both this and the next. */
    WRMF_PARAM_REGULARIZATION_USER = 3,
    /** real, 0 .. 1e30, default 0.1: lambda of the items' rows. */
    WRMF_PARAM_REGULARIZATION_ITEM = 4,
    /** real, 0 .. 1e30, default 40: alpha, the factor of a count in the confidence. */
    WRMF_PARAM_ALPHA = 5,
    /** choice, default "linear": wrmf_confidence. */
    WRMF_PARAM_CONFIDENCE = 6,
    /** real, 1e-30 .. 1e30, default 1: epsilon of the log confidence and the log target. */
    WRMF_PARAM_EPSILON = 7,
    /** real, 0 .. 1e6, default 0.1: the start is drawn from
     *  N(0, (init_scale / sqrt(factors))^2). */
    WRMF_PARAM_INIT_SCALE = 8,
    /** int, 0 .. 2^63 - 1, default 42: seed of the start. */
    WRMF_PARAM_SEED = 9,
    /** choice, default "float32": wrmf_precision of the factors. */
    WRMF_PARAM_PRECISION = 10,
    /** choice, default "auto": wrmf_solver of the rows. */
    WRMF_PARAM_SOLVER = 11,
    /** real, 0 .. 0.1, default 0: relative residual at which conjugate gradients
     *  stop in a row; 0 is the working precision: 1e-6 in float32, 1e-12 in
     *  float64. */
    WRMF_PARAM_TOLERANCE = 12,
    /** int, 0 .. 10000, default 0: steps of conjugate gradients in a row, from
     *  the row of the epoch before ("warm"); 0 is no bound: each row is solved
     *  to the tolerance. */
    WRMF_PARAM_CG_STEPS = 13,
    /** real, 0.001 .. 1.999, default 1.75: w, the relaxation that epochs rise to.
     *  Epoch k = 1, 2, ... of a model moves a row x not to its solution x* but to
     *  x + w_k (x* - x), with w_k = min(w, 1 + relaxation_ramp max(0, k -
     *  relaxation_wait)) (below 1: max(w, 1 - ...)). No w_k in (0, 2) makes the
     *  objective rise, and one above 1 needs about a third of the epochs; 1 is
     *  plain alternating least squares. wrmf/model.h says how a fit ends. Since: 0.2 */
    WRMF_PARAM_RELAXATION = 14,
    /** real, 0 .. 2, default 0.4: by how much an epoch may be more relaxed than the
     *  one before it. Since: 0.2 */
    WRMF_PARAM_RELAXATION_RAMP = 15,
    /** int, 0 .. 1000000, default 2: plain epochs before the first that is relaxed.
     *  Since: 0.2 */
    WRMF_PARAM_RELAXATION_WAIT = 16,
    /** real, 0 .. 0.9, default 0.1: in relaxed epochs (w_k is not 1), where cg_steps is
     *  0, conjugate gradients start from the row of the epoch before and stop when its
     *  residual has fallen to this part of itself, if the tolerance does not stop them
     *  earlier; 0: at the tolerance. Rows that are factorized are solved as ever, and so
     *  are all rows in plain epochs and at the end of a fit. Since: 0.2 */
    WRMF_PARAM_RELAXATION_REDUCTION = 17,
    /** int, 1 .. 4096, default 64: factors that solver "blocks" solves for at a time,
     *  rounded up to a multiple of 16. Since: 0.2 */
    WRMF_PARAM_BLOCK_SIZE = 18,
    /** real, 0 .. 1e9, default 1: w0, the weight of the squared score of a cell that is not
     *  stored; none between 0 and 1e-9. With 0 the loss is that of stored pairs alone, and
     *  fits and folds fail with WRMF_E_RANGE where the regularization of a side is 0.
     *  Since: 0.2 */
    WRMF_PARAM_UNOBSERVED_WEIGHT = 19,
    /** choice, default "unstored": wrmf_unobserved_scope. Since: 0.2 */
    WRMF_PARAM_UNOBSERVED_SCOPE = 20,
    /** real, 0 .. 2, default 0: nu. A row's lambda is the regularization of its side times
     *  the size of the row to this power. Since: 0.2 */
    WRMF_PARAM_REGULARIZATION_EXPONENT = 21,
    /** choice, default "cells": wrmf_row_size, the size of a row in this sense. Since: 0.2 */
    WRMF_PARAM_REGULARIZATION_SIZE = 22,
    /** choice, default "refuse": wrmf_negative_counts. Since: 0.2 */
    WRMF_PARAM_NEGATIVE_COUNTS = 23,
    /** choice, default "one": wrmf_target. Since: 0.2 */
    WRMF_PARAM_TARGET = 24,
    /** int, 0 .. 1, default 0: 1 keeps every factor at 0 or above. Rows, in fits and in folds, are
     *  those that minimise the objective among such rows, to float64's rounding, whatever the
     *  precision; the start is the absolute values of the usual one. solver is to be "auto" or
     *  "cholesky" and cg_steps 0: fits and folds fail with WRMF_E_RANGE otherwise; block_size,
     *  tolerance and relaxation_reduction say nothing. What a relaxed row would have below 0
     *  becomes 0; where the objective would rise by that, the row stops where its first factor
     *  becomes 0. docs/mathematics.md, "Factors without negative numbers". Since: 0.2 */
    WRMF_PARAM_NONNEGATIVE = 25,
    /** int, 0 .. 1, default 0: 1 fits biases of users and items beside the factors, about the mean
     *  of the targets: the score is mean + b_u + c_i + x_u.y_i, and rows have two columns more than
     *  factors, which is at most 4094 then; wrmf/biases.h. For the loss of stored pairs alone, such
     *  as that of ratings: fits and folds fail with WRMF_E_RANGE where unobserved_weight is not 0,
     *  or nonnegative is 1. Since: 0.2 */
    WRMF_PARAM_BIASES = 26,
    /** choice, default "random": wrmf_init, what a fit starts from. Since: 0.2 */
    WRMF_PARAM_INIT = 27,
    /** int, 1 .. 1000, default 3: sweeps of the start that init "svd" makes. Since: 0.2 */
    WRMF_PARAM_INIT_ITERATIONS = 28,
    WRMF_PARAM_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_param;

/** Type of a parameter. Choices are read and set as their number or by name. */
typedef enum wrmf_param_type {
    WRMF_TYPE_INT = 1,
    WRMF_TYPE_REAL = 2,
    WRMF_TYPE_CHOICE = 3,
    WRMF_TYPE_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_param_type;

/** Confidence c of an observed pair with count r. */
typedef enum wrmf_confidence {
    WRMF_CONFIDENCE_LINEAR = 0,         /**< "linear": c = 1 + alpha r */
    WRMF_CONFIDENCE_LOG = 1,            /**< "log": c = 1 + alpha log(1 + r / epsilon) */
    WRMF_CONFIDENCE_PLAIN = 2,          /**< "plain": c = alpha r. Since: 0.2 */
    WRMF_CONFIDENCE_WIDTH_ = 0x7fffffff /**< fixes the enum's size */
} wrmf_confidence;

/** Target p of an observed pair with count r: what its score s is to be, its loss being
 *  c (p - s)^2. That of other cells, and of dislikes, is 0. Since: 0.2 */
typedef enum wrmf_target {
    WRMF_TARGET_ONE = 0, /**< "one": p = 1, the preference of Hu, Koren and Volinsky 2008 */
    /** "count": p = r, such as a rating. A pair whose p^2 or c p^2 is not finite is refused, with
     *  WRMF_E_NONFINITE. */
    WRMF_TARGET_COUNT = 1,
    WRMF_TARGET_LOG = 2, /**< "log": p = log(1 + r / epsilon) */
    /** "signed": as "count", and a count that is stored as -r < 0 has the target -r with the
     *  confidence of r, whatever negative_counts is: what is left of ratings when a mean and biases
     *  are taken off. docs/mathematics.md, "Ratings". */
    WRMF_TARGET_SIGNED = 3,
    WRMF_TARGET_WIDTH_ = 0x7fffffff /**< fixes the enum's size */
} wrmf_target;

/** Which cells the unobserved weight is that of. Since: 0.2 */
typedef enum wrmf_unobserved_scope {
    /** "unstored": cells that are not stored. A stored pair has the loss c (p - s)^2, s being
     *  its score and p its target (Hu, Koren and Volinsky 2008). Where c is below
     *  unobserved_weight, the rows of the pair are solved in float64. */
    WRMF_SCOPE_UNSTORED = 0,
    /** "all": every cell. A stored pair has c (p - s)^2 + unobserved_weight s^2 (Rendle et al.
     *  2021, whose alpha_0 is the unobserved weight). */
    WRMF_SCOPE_ALL = 1,
    WRMF_SCOPE_WIDTH_ = 0x7fffffff /**< fixes the enum's size */
} wrmf_unobserved_scope;

/** The size of a row by which its regularization is scaled. Since: 0.2 */
typedef enum wrmf_row_size {
    /** "cells": unobserved_weight times the rows of the other side, plus the row's entries
     *  (Rendle et al. 2021). Dislikes do not count, nor do they in the next; what target
     *  "signed" has below 0 does, in both. */
    WRMF_SIZE_CELLS = 0,
    /** "entries": the row's entries (Spark). */
    WRMF_SIZE_ENTRIES = 1,
    /** "weights": the sum of the weights of all cells of the row. */
    WRMF_SIZE_WEIGHTS = 2,
    WRMF_SIZE_WIDTH_ = 0x7fffffff /**< fixes the enum's size */
} wrmf_row_size;

/** What a fit starts from. Since: 0.2 */
typedef enum wrmf_init {
    /** "random": rows drawn from N(0, (init_scale / sqrt(factors))^2), each number a function of
     *  (seed, side, row, column) alone. */
    WRMF_INIT_RANDOM = 0,
    /** "svd": from these, init_iterations sweeps of alternating least squares on the loss in which
     *  every cell has weight 1, which are steps of a subspace iteration (Halko, Martinsson and
     *  Tropp 2011) towards a truncated singular value decomposition of the stored pairs' targets.
     *  A sweep takes about half a plain epoch's time, and three spare several epochs. Made by the
     *  first epoch of a model whose rows are those that wrmf_model_create() drew: where some were
     *  set, refreshed, added or removed, epochs go on from those that are there. Rows are of the
     *  size of the root of the largest target, or some times that; where they have no place in the
     *  precision, fits fail with WRMF_E_NONFINITE. nonnegative and biases are to be 0: fits fail
     *  with WRMF_E_RANGE otherwise.
     *  docs/mathematics.md, "The start". */
    WRMF_INIT_SVD = 1,
    WRMF_INIT_WIDTH_ = 0x7fffffff /**< fixes the enum's size */
} wrmf_init;

/** Type of the factors. */
typedef enum wrmf_precision {
    WRMF_PRECISION_FLOAT32 = 0,        /**< "float32" */
    WRMF_PRECISION_FLOAT64 = 1,        /**< "float64" */
    WRMF_PRECISION_WIDTH_ = 0x7fffffff /**< fixes the enum's size */
} wrmf_precision;

/** How a row's normal equations are solved. docs/mathematics.md derives them. */
typedef enum wrmf_solver {
    /** "auto": for each row, whichever of the next two is expected to be cheaper,
     *  from its entries, the factors, and an estimate of the steps. Whatever
     *  cg_steps says, rows of at most 32 entries and half as many as factors, and
     *  rows of at most 32 factors, are factorized. */
    WRMF_SOLVER_AUTO = 0,
    /** "cholesky": factorization of each row's system. */
    WRMF_SOLVER_CHOLESKY = 1,
    /** "whitened": conjugate gradients in a basis in which the other side's Gram
     *  matrix plus lambda I is the identity, to the tolerance, or cg_steps steps. */
    WRMF_SOLVER_WHITENED = 2,
    /** "cg": plain conjugate gradients on the normal equations, for comparison
     *  with other libraries; 3 steps where cg_steps is 0. A row on which they break
     *  down, or whose weights leave the precision no digits of it, is solved by
     *  another solver, and counted: WRMF_STAT_ROWS_FALLBACK. */
    WRMF_SOLVER_CG = 3,
    /** "blocks": one sweep over blocks of block_size factors (block coordinate
     *  descent; iALS++ of Rendle et al. 2021), each solved exactly with the others
     *  held, from the row of the epoch before. Needs no more memory than the other
     *  side's Gram matrix and one copy of it: for many factors. An epoch's relaxation
     *  acts on each block, so that the objective never rises; a fit ends with one more
     *  sweep over the items' rows, unrelaxed, not with solutions. Where the confidences of
     *  most cells of a row are far below unobserved_weight, float32 has too few digits for
     *  it, and the objective may rise: it takes float64. Since: 0.2 */
    WRMF_SOLVER_BLOCKS = 4,
    WRMF_SOLVER_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_solver;

/** Make parameters, all at their defaults; the caller frees them.
 *  @retval WRMF_E_NULL   context or out is NULL.
 *  @retval WRMF_E_NOMEM  no memory. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_params_create(wrmf_context *context, wrmf_params **out,
                                                        wrmf_error *err);
/** Make parameters equal to others; the caller frees them.
 *  @retval WRMF_E_NULL   params or out is NULL.
 *  @retval WRMF_E_NOMEM  no memory. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_params_copy(const wrmf_params *params, wrmf_params **out,
                                                      wrmf_error *err);
/** Free. NULL is allowed. Since: 0.1 */
WRMF_API void wrmf_params_free(wrmf_params *params);

/** Set an int or a choice.
 *  @retval WRMF_E_NULL   params is NULL.
 *  @retval WRMF_E_NAME   no such parameter.
 *  @retval WRMF_E_STATE  the parameter is a real.
 *  @retval WRMF_E_RANGE  value is outside its interval. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_params_set_int(wrmf_params *params, wrmf_param id,
                                                         int64_t value, wrmf_error *err);
/** Set a real.
 *  @retval WRMF_E_NULL   params is NULL.
 *  @retval WRMF_E_NAME   no such parameter.
 *  @retval WRMF_E_STATE  the parameter is an int or a choice.
 *  @retval WRMF_E_RANGE  value is outside its interval, or NaN. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_params_set_real(wrmf_params *params, wrmf_param id,
                                                          double value, wrmf_error *err);
/** Set a parameter of any type by name from text: "alpha" to "40",
 *  "precision" to "float64". "regularization" sets both sides'. "preset" sets
 *  those that say which loss is minimised to what another library means, and no
 *  other: hu2008, implicit, spark, ials2021, irspack, cmfrec, lenskit, and
 *  explicit, ratings as targets of stored pairs alone; docs/coming-from.md. What
 *  is set after it stays.
 *  @retval WRMF_E_NULL    an argument is NULL.
 *  @retval WRMF_E_NAME    no parameter, or no choice, of this name; the text
 *                         lists those there are.
 *  @retval WRMF_E_FORMAT  the text is no number.
 *  @retval WRMF_E_RANGE   outside its interval, which the text gives.
 *  Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_params_set(wrmf_params *params, const char *name,
                                                     const char *value, wrmf_error *err);
/** Set several from "name=value name=value", separated by white space: all of
 *  them or, on an error, none.
 *  @retval WRMF_E_NULL    params or text is NULL.
 *  @retval WRMF_E_NAME    no parameter, or no choice, of a name; the text lists
 *                         those there are.
 *  @retval WRMF_E_FORMAT  a value is no number, or a `=`, or what stands on one
 *                         side of it, is missing.
 *  @retval WRMF_E_RANGE   a value is outside its interval, which the text gives;
 *                         or 4096 bytes come without white space.
 *  Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_params_parse(wrmf_params *params, const char *text,
                                                       wrmf_error *err);

/** An int or a choice; 0 if params is NULL or the parameter is a real or
 *  unknown. Threads: any. Since: 0.1 */
WRMF_API int64_t wrmf_params_get_int(const wrmf_params *params, wrmf_param id);
/** A parameter as a real number, whatever its type; 0 if there is none.
 *  Threads: any. Since: 0.1 */
WRMF_API double wrmf_params_get_real(const wrmf_params *params, wrmf_param id);
/** A parameter as text that wrmf_params_set() takes back to the same value, as
 *  snprintf() would: at most capacity bytes with the NUL, returning the length
 *  it has or would have; 0, and an empty text, if params is NULL or the
 *  parameter is unknown. Threads: any. Since: 0.1 */
WRMF_API size_t wrmf_params_format(const wrmf_params *params, wrmf_param id, char *buffer,
                                   size_t capacity);

/* The table. Names, help and choices are in static storage. Threads: any. */

/** How many parameters there are. Since: 0.1 */
WRMF_API int wrmf_params_size(void);
/** The id of the i-th, 0 <= i < wrmf_params_size(), or 0. Since: 0.1 */
WRMF_API wrmf_param wrmf_params_id(int i);
/** The id of a name, or 0. Since: 0.1 */
WRMF_API wrmf_param wrmf_params_find(const char *name);
/** Name, such as "alpha"; NULL for an unknown id. Since: 0.1 */
WRMF_API const char *wrmf_params_name(wrmf_param id);
/** One sentence of help; NULL for an unknown id. Since: 0.1 */
WRMF_API const char *wrmf_params_help(wrmf_param id);
/** Type; 0 for an unknown id. Since: 0.1 */
WRMF_API wrmf_param_type wrmf_params_type(wrmf_param id);
/** Name of a choice's value, or NULL. Since: 0.1 */
WRMF_API const char *wrmf_params_choice(wrmf_param id, int64_t value);
/** The interval and the default; each output may be NULL.
 *  @retval WRMF_E_NAME  no such parameter. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_params_bounds(wrmf_param id, double *lowest,
                                                        double *highest, double *initial,
                                                        wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_PARAMS_H */
