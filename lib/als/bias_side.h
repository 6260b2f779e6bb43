/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * als/bias_side.h - the side that is held fixed, as rows with biases are solved against it: a copy
 * of its rows, with 0 where they meet the constant column of the rows that are solved, and what
 * they have by that in every score.
 */
#ifndef WRMF_ALS_BIAS_SIDE_H
#define WRMF_ALS_BIAS_SIDE_H

#include "model/model.h"
#include "row/fixed_side.h"

typedef struct wrmf_i_bias_side {
    void *rows;      /* room for `most` rows of the model; NULL where it has no biases */
    double *offsets; /* and as many offsets */
    size_t most, row_bytes;
    wrmf_i_bias_terms terms;
} wrmf_i_bias_side;

/** WRMF_E_RANGE where parameters ask for biases and for what does not go with them. */
wrmf_status wrmf_i_bias_side_check(const wrmf_params *params, wrmf_error *err);
/** Make room for `most` rows, if the model has biases; else nothing is needed. */
wrmf_status wrmf_i_bias_side_alloc(const wrmf_i_allocator *allocator, const wrmf_model *model,
                                   size_t most, wrmf_i_bias_side *biases, wrmf_error *err);
/** Bytes of that room. */
double wrmf_i_bias_side_bytes(const wrmf_model *model, double most);
void wrmf_i_bias_side_free(const wrmf_i_allocator *allocator, wrmf_i_bias_side *biases);
/** Where the model has biases: copy the fixed rows and have `fixed`, whose side, width and factors
 *  are set, hold the copy and the terms. Cost: O(rows), by all workers. */
wrmf_status wrmf_i_bias_side_use(wrmf_context *context, const wrmf_model *model,
                                 wrmf_i_bias_side *biases, wrmf_i_fixed_side *fixed,
                                 wrmf_error *err);
/** The mean of the targets of a matrix, weighted by confidence, rounded to the model's precision:
 *  the same bits for any number of workers. 0 of a matrix without weights. WRMF_E_NONFINITE if it
 *  is not finite in this precision. Cost: O(entries). */
wrmf_status wrmf_i_bias_mean(const wrmf_model *model, const wrmf_matrix *matrix, double *mean,
                             wrmf_error *err);

#endif /* WRMF_ALS_BIAS_SIDE_H */
