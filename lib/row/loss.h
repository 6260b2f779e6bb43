/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row/loss.h - what is minimised, as the row solver and the objective see it. Only loss.c knows
 * the parameters behind it: confidence, target, alpha, epsilon, regularization.
 *
 * All is divided by the unobserved weight w0, so that the weight of a cell that is not stored is
 * 1. (Where w0 is 0, nothing is divided: cells that are not stored have no weight, d = c, b = c p,
 * and Y'Y falls away from the systems of rows and from the objective.) A stored entry with count r
 * has, in docs/mathematics.md, the confidence c, the extra weight d = c / w0 - 1 that it has beyond
 * that of cells that are not stored (c / w0 where the unobserved weight is that of all cells), and
 * the target coefficient b = c p / w0 with which its row enters the right side; p is the target, a
 * function of the count, or 0 of a dislike, whose count is stored as -r. The rows of a side solve
 * (Y'Y + Y_u' D Y_u + lambda / w0 I) x_u = Y_u' b_u.
 *
 * What a loss may say is bounded here: d >= -1, and 1 + d is finite. Rows that have a d below 0 are
 * solved in float64, since the smallest eigenvalue of their whitened systems may be below 1.
 */
#ifndef WRMF_ROW_LOSS_H
#define WRMF_ROW_LOSS_H

#include <math.h>

#include "data/csr.h"
#include "model/params.h"
#include "wrmf/types.h"

typedef struct wrmf_i_loss {
    wrmf_confidence confidence;
    wrmf_target target;
    double factor, epsilon;   /* factor: alpha / w0, of what a count makes of it */
    double weight_offset;     /* what d has beside that */
    double confidence_offset; /* what c / w0 has beside that */
    double unit_weight, unit_confidence, unit_target; /* d, c / w0 and b of a count of 1 */
    double unobserved_weight;                         /* w0 */
    double scale; /* by which all is divided: w0, or 1 where that is 0 */
    /* The part of its target that a stored pair has in the part of the loss that all cells have: 1,
     * or 0 where the unobserved weight is that of all cells. */
    double cell_target;
    double lambda[2]; /* regularization of a side, over w0, by wrmf_side */
    double exponent;  /* of a row's size, by which lambda is multiplied */
    wrmf_row_size size;
    bool has_dislikes;    /* counts below 0 are dislikes */
    bool takes_negatives; /* there may be counts below 0: dislikes, or targets */
} wrmf_i_loss;

/** The least and the largest of a row's extra weights. */
typedef struct wrmf_i_weight_bounds {
    double min, max; /* max: at least 0 */
    double target;   /* the largest |target| or |coefficient| of one; 0 where all are 1 or 0 */
} wrmf_i_weight_bounds;

/** Bounds of no weight, for wrmf_i_loss_fill() to widen. */
#define WRMF_I_NO_WEIGHTS                                                                          \
    (wrmf_i_weight_bounds)                                                                         \
    {                                                                                              \
        (double)INFINITY, 0, 0                                                                     \
    }

/** The loss that parameters ask for. */
void wrmf_i_loss_read(const wrmf_params *params, wrmf_i_loss *loss);

/** Refuse rows first .. last - 1 of a matrix, users x items, if they have a count whose confidence
 *  or loss is not finite, or one below 0 where the loss takes none. Counts of a matrix are
 * finite and not 0. Cost: O(entries). */
wrmf_status wrmf_i_loss_check(const wrmf_i_loss *loss, const wrmf_matrix *matrix, int64_t first,
                              int64_t last, wrmf_error *err);

/** Refuse a loss whose rows no solver can solve: regularization 0 where cells that are not stored
 *  have no weight. */
wrmf_status wrmf_i_loss_check_regularization(const wrmf_i_loss *loss, wrmf_error *err);

/** What is not finite of a count that is: its confidence, or its squared target as it is weighed;
 *  NULL if all is. */
const char *wrmf_i_loss_not_finite(const wrmf_i_loss *loss, double count);
/** The confidence of a count, over w0. */
double wrmf_i_loss_confidence(const wrmf_i_loss *loss, double count);
/** The target of a count; 0 of a dislike. */
double wrmf_i_loss_target(const wrmf_i_loss *loss, double count);

/** Whether rows of a side have regularizations of their own, so that the whitening cannot take them
 *  in. */
static inline bool wrmf_i_loss_is_scaled(const wrmf_i_loss *loss, wrmf_side side)
{
    return loss->exponent > 0 && loss->lambda[side] > 0;
}

/** Regularization, over w0, of a row of `side` with n entries, where the other side has `others`
 *  rows; counts NULL: all are 1. At most the largest double. Cost: O(1), or O(n) for the size
 *  weights. */
double wrmf_i_loss_row_lambda(const wrmf_i_loss *loss, wrmf_side side, int64_t others,
                              const double *counts, int64_t n);

/** What the size of a row is made of. */
typedef struct wrmf_i_row_sums {
    double entries, likes; /* the number of them, and of those that are no dislikes */
    double confidences;    /* the sum of c / w0 of the entries */
} wrmf_i_row_sums;

/** The sums of one entry. */
wrmf_i_row_sums wrmf_i_loss_sums(const wrmf_i_loss *loss, double count);
/** Add sums to others. */
static inline void wrmf_i_row_sums_add(wrmf_i_row_sums *to, const wrmf_i_row_sums *sums)
{
    to->entries += sums->entries;
    to->likes += sums->likes;
    to->confidences += sums->confidences;
}
/** wrmf_i_loss_row_lambda() of a row with these sums. */
double wrmf_i_loss_lambda_of(const wrmf_i_loss *loss, wrmf_side side, int64_t others,
                             const wrmf_i_row_sums *sums);

/** One for all rows of a side where they are the same; else one that rows hardly fall below, from
 *  `others` alone: that of a row of one entry by its entries, or of no entry. */
double wrmf_i_loss_lambda(const wrmf_i_loss *loss, wrmf_side side, int64_t others);

/** Extra weights d and target coefficients b of n stored entries; counts NULL: all are 1.
 *  bounds are widened by the weights. */
void wrmf_i_loss_fill(const wrmf_i_loss *loss, const double *counts, int64_t n, double *d,
                      double *b, wrmf_i_weight_bounds *bounds);

/** The sum of the absolute values of a row's extra weights, and no more than the largest double. */
double wrmf_i_loss_weight(const wrmf_i_loss *loss, const wrmf_matrix *matrix, int64_t row);

/** The least of a row's extra weights; infinity if it has no entry. */
double wrmf_i_loss_least(const wrmf_i_loss *loss, const wrmf_matrix *matrix, int64_t row);

/** Parts of the objective that stored entries have, docs/mathematics.md (6). */
typedef struct wrmf_i_loss_parts {
    double observed; /* sum of d (p - s)^2, over w0 */
    double weighed;  /* sum of |d| (p - s)^2 */
    double cells;    /* sum of (p - s)^2 - s^2, over w0, p being the target times cell_target */
    double terms;    /* the same of their absolute values: cells may cancel */
    double targets;  /* sum of those p^2, but where all are 1 */
    double least;    /* the least count, or what it was before */
} wrmf_i_loss_parts;

/** Add those of n stored entries with the given scores; counts NULL: all are 1. Returns the sum of
 *  |d|. */
double wrmf_i_loss_add(const wrmf_i_loss *loss, const double *counts, const double *scores,
                       int64_t n, wrmf_i_loss_parts *parts);

#endif /* WRMF_ROW_LOSS_H */
