/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * als/svd_start.h - the start of a fit from the matrix: both sides' rows by sweeps of alternating
 * least squares on the loss in which every cell has weight 1. docs/mathematics.md, "The start",
 * says why: they are steps of a subspace iteration towards the truncated singular value
 * decomposition of the targets, and cost no more than a sparse product and a square matrix.
 */
#ifndef WRMF_ALS_SVD_START_H
#define WRMF_ALS_SVD_START_H

#include "als/plan.h"
#include "model/model.h"
#include "par/first_failure.h"
#include "row/loss.h"

/** What sweeps need; all borrowed. */
typedef struct wrmf_i_svd_start {
    wrmf_context *context;
    wrmf_model *model; /* has memory for its Gram matrices, and rows: a random start */
    const wrmf_matrix *const *matrix; /* of each side */
    const wrmf_i_plan *plan;          /* of each side */
    const wrmf_i_loss *loss;          /* says targets */
    void *gram_scratch;               /* model/grams.h */
} wrmf_i_svd_start;

/** Fill both sides' rows by so many sweeps from the items' rows that are there, users first. Rows
 *  without an entry become 0. Both sides get the same sum of squares. After a failure the rows are
 *  of no use: WRMF_E_NOMEM, WRMF_E_CANCELLED, WRMF_E_NONFINITE where a row has no place in the
 *  precision.
 *  Cost: O(entries factors + rows factors^2) for each sweep, in parallel. */
wrmf_status wrmf_i_svd_start_run(const wrmf_i_svd_start *start, int64_t sweeps, wrmf_error *err);

/** Bytes that it holds meanwhile. `shape` as in wrmf_i_fitter_bytes(). */
double wrmf_i_svd_start_bytes(const wrmf_context *context, const wrmf_model *shape);

/* ---- the templates' part: rows of one side in one precision ---- */

/** One side's rows from the other's. */
typedef struct wrmf_i_svd_side {
    const wrmf_i_svd_start *start;
    wrmf_side side;
    double unit;           /* a power of 2: targets are multiplied by it */
    const double *forward; /* F with F F' = (Y'Y + epsilon I)^-1: width x width, upper */
    void *turn;            /* F and F', each width x width, rounded: filled here */
    char *scratch;         /* wrmf_i_svd_scratch_bytes() for each worker */
} wrmf_i_svd_side;

size_t wrmf_i_svd_scratch_bytes_f32(int64_t width);
size_t wrmf_i_svd_scratch_bytes_f64(int64_t width);
wrmf_status wrmf_i_svd_rows_f32(const wrmf_i_svd_side *side, wrmf_error *err);
wrmf_status wrmf_i_svd_rows_f64(const wrmf_i_svd_side *side, wrmf_error *err);
/** Multiply a side's rows by a factor. WRMF_E_NONFINITE where a row has no place. */
wrmf_status wrmf_i_svd_scale_f32(const wrmf_i_svd_start *start, wrmf_side side, double factor,
                                 wrmf_error *err);
wrmf_status wrmf_i_svd_scale_f64(const wrmf_i_svd_start *start, wrmf_side side, double factor,
                                 wrmf_error *err);

#endif /* WRMF_ALS_SVD_START_H */
