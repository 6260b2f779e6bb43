/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model/biases.h - the two columns behind the factors that rows have where the parameter biases is
 * 1: include/wrmf/biases.h says what stands in them.
 */
#ifndef WRMF_MODEL_BIASES_H
#define WRMF_MODEL_BIASES_H

#include "model/model.h"

/** Set both columns of a row of a side to those of a row without entries: the user's bias is 0, and
 *  the item has the mean. Nothing where the model has no biases. */
void wrmf_i_biases_clear_row(const wrmf_model *model, wrmf_side side, void *rows, int64_t row);
/** The same for n rows from `first` on. */
void wrmf_i_biases_clear(const wrmf_model *model, wrmf_side side, void *rows, int64_t first,
                         int64_t n);

/** The column, of n columns in all, that is 1 in every row of a side. */
static inline int64_t wrmf_i_biases_one(wrmf_side side, int64_t columns)
{
    return side == WRMF_USERS ? columns - 1 : columns - 2;
}

/** Refuse rows whose constant column is not 1: WRMF_E_RANGE, with the first of them. The n rows,
 *  whose numbers are finite, come from `first` on; stride is the distance of two. */
wrmf_status wrmf_i_biases_check_rows(const wrmf_model *model, wrmf_side side, int64_t first,
                                     const wrmf_i_factors *rows, wrmf_error *err);

/** Change the mean, and the items' rows so that their biases stay. The model has biases; what is
 *  known of the rows is for the caller to forget. */
void wrmf_i_biases_move_mean(wrmf_model *model, double mean);

#endif /* WRMF_MODEL_BIASES_H */
