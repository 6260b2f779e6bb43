/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/pair_errors.h - the errors of the scores of a user's test pairs, for RMSE and MAE.
 */
#ifndef WRMF_EVAL_PAIR_ERRORS_H
#define WRMF_EVAL_PAIR_ERRORS_H

#include "eval/job.h"

/** Sums over the pairs of a user. */
typedef struct wrmf_i_pair_errors {
    double squares, sizes; /* of (count - score)^2, and of its root */
} wrmf_i_pair_errors;

/** Of scores that the model of the job gives; by wrmf_i_score_pairs(). */
wrmf_i_pair_errors wrmf_i_pair_errors_of_model(const wrmf_i_eval_job *job, const wrmf_matrix *test,
                                               int64_t user);
/** Of scores of all items. */
wrmf_i_pair_errors wrmf_i_pair_errors_of(const wrmf_matrix *test, int64_t user,
                                         const double *scores);

#endif /* WRMF_EVAL_PAIR_ERRORS_H */
