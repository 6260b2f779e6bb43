/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/mse.h - the exact mean squared error over all cells of a user's row, without looking
 * at each: with x the user's factors, Y the items' and T the test items,
 *
 *   sum over all items i of (t_i - x'y_i)^2  =  x'(Y'Y)x + sum over i in T of (1 - 2 x'y_i),
 *
 * in float64 whatever the model's precision. Where the right side cancels or overflows, the left
 * one is summed instead.
 */
#ifndef WRMF_EVAL_MSE_H
#define WRMF_EVAL_MSE_H

#include "eval/job.h"

/** Fill the leader's triangle with an upper triangular matrix U for which x'Ux = x'(Y'Y)x. */
wrmf_status wrmf_i_mse_triangle(wrmf_context *context, const wrmf_i_eval_job *job, wrmf_error *err);
/** Set squares[i] to x'(Y'Y)x of the n <= WRMF_I_RANK_BLOCK queries' users, and scratch->rows
 *  to their rows in float64, n x stride. */
void wrmf_i_mse_squares(const wrmf_i_eval_job *job, const wrmf_i_row_query *queries, int64_t n,
                        const wrmf_i_eval_scratch *scratch, double *squares);
/** The mean of a user's squared errors over all items, where the test items are the
 *  evaluator's: x is the user's row in float64, padded, square is x'(Y'Y)x. Not negative; infinite
 *  if their sum is beyond the doubles, NaN if there are no items. */
double wrmf_i_mse_user(const wrmf_i_eval_job *job, const wrmf_evaluator *evaluator, int64_t user,
                       const double *x, double square);

#endif /* WRMF_EVAL_MSE_H */
