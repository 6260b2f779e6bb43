/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row/loss.h - what is minimised, as the row solver and the objective see it. Only loss.c knows
 * the parameters behind it: confidence, alpha, epsilon, regularization.
 *
 * A stored entry with count r has, in docs/mathematics.md, the confidence c, the extra weight
 * d = c - 1 that it has beyond the weight 1 of cells that are not stored, and the target
 * coefficient b = c p with which its row enters the right side; p is the preference, 1. The rows
 * of a side solve (Y'Y + Y_u' D Y_u + lambda I) x_u = Y_u' b_u.
 *
 * What a loss may say is bounded here, since solvers take roots of the extra weights: d >= 0, and
 * 1 + d is finite. A weight below that of cells that are not stored would break this.
 */
#ifndef WRMF_ROW_LOSS_H
#define WRMF_ROW_LOSS_H

#include <math.h>

#include "data/csr.h"
#include "model/params.h"
#include "wrmf/types.h"

typedef struct wrmf_i_loss {
    wrmf_confidence confidence;
    double alpha, epsilon;
    double unit_weight; /* the extra weight of a count of 1 */
    double lambda[2];   /* regularization of the rows of a side, by wrmf_side */
} wrmf_i_loss;

/** The least and the largest of a row's extra weights. */
typedef struct wrmf_i_weight_bounds {
    double min, max;
} wrmf_i_weight_bounds;

/** Bounds of no weight, for wrmf_i_loss_fill() to widen. */
#define WRMF_I_NO_WEIGHTS                                                                          \
    (wrmf_i_weight_bounds)                                                                         \
    {                                                                                              \
        (double)INFINITY, 0                                                                        \
    }

/** The loss that parameters ask for. */
void wrmf_i_loss_read(const wrmf_params *params, wrmf_i_loss *loss);

/** Refuse rows first .. last - 1 of a matrix, users x items, if they have a count whose confidence
 *  is not finite. Counts of a matrix are positive and finite. Cost: O(entries). */
wrmf_status wrmf_i_loss_check(const wrmf_i_loss *loss, const wrmf_matrix *matrix, int64_t first,
                              int64_t last, wrmf_error *err);

/** Whether the confidence of a count, which is positive and finite, is finite. */
bool wrmf_i_loss_is_finite(const wrmf_i_loss *loss, double count);

/** Regularization of a row of `side`. It is the same for all rows of the side, so that the
 *  whitening takes it in; a row with another needs a diagonal (linalg/row_kernels.h). */
static inline double wrmf_i_loss_lambda(const wrmf_i_loss *loss, wrmf_side side)
{
    return loss->lambda[side];
}

/** Extra weights d and target coefficients b of n stored entries; counts NULL: all are 1.
 *  bounds are widened by the weights. */
void wrmf_i_loss_fill(const wrmf_i_loss *loss, const double *counts, int64_t n, double *d,
                      double *b, wrmf_i_weight_bounds *bounds);

/** The sum of a row's extra weights, and no more than the largest double. */
double wrmf_i_loss_weight(const wrmf_i_loss *loss, const wrmf_matrix *matrix, int64_t row);

/** Parts of the objective that stored entries have, docs/mathematics.md (6). */
typedef struct wrmf_i_loss_parts {
    double observed; /* sum of d (p - s)^2 */
    double cells;    /* sum of (p - s)^2 - s^2 */
    double terms;    /* the same of their absolute values: cells may cancel */
} wrmf_i_loss_parts;

/** Add those of n stored entries with the given scores; counts NULL: all are 1. Returns the sum of
 *  d. */
double wrmf_i_loss_add(const wrmf_i_loss *loss, const double *counts, const double *scores,
                       int64_t n, wrmf_i_loss_parts *parts);

#endif /* WRMF_ROW_LOSS_H */
