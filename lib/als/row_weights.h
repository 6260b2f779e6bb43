/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * als/row_weights.h - what the weights of a matrix are like, asked of all its counts by all
 * workers before a fit.
 */
#ifndef WRMF_ALS_ROW_WEIGHTS_H
#define WRMF_ALS_ROW_WEIGHTS_H

#include "row/loss.h"

/** wrmf_i_loss_check() of all rows: WRMF_E_NONFINITE names the first count that fails. */
wrmf_status wrmf_i_row_weights_check(wrmf_context *context, const wrmf_i_loss *loss,
                                     const wrmf_matrix *matrix, wrmf_error *err);
/** Whether a row has weights that add up to more than `most`, or one below `least`. */
wrmf_status wrmf_i_row_weights_exceed(wrmf_context *context, const wrmf_i_loss *loss,
                                      const wrmf_matrix *matrix, double most, double least,
                                      bool *exceed, wrmf_error *err);

#endif /* WRMF_ALS_ROW_WEIGHTS_H */
