/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/trial.h - one configuration tried: fitted, and evaluated at epochs of its curve.
 */
#ifndef WRMF_SEARCH_TRIAL_H
#define WRMF_SEARCH_TRIAL_H

#include "search/curve.h"

/** What a trial needs besides its curve. All borrowed. */
typedef struct wrmf_i_trial {
    const wrmf_matrix *train;
    wrmf_evaluator *const *evaluators; /* as many, and in the order, as in the curve's columns */
    int64_t until;                     /* how many points the curve is to have */
    int64_t patience_column;           /* of the curve, if patience > 0 */
    int64_t patience;  /* points behind the best after which the trial ends; 0: none */
    const char *phase; /* what the context's progress hook is shown each epoch under, and may
                          cancel; NULL: the hook is not called */
    /** Asked after each epoch, and its point, whether to cancel; NULL: nobody asks. */
    bool (*should_stop)(void *self);
    void *self; /* the argument of should_stop */
} wrmf_i_trial;

/** Run the trial of a curve's configuration until the curve has the points asked for, or is as far
 *  behind its best as the trial has patience. It begins with a new model; points that the curve has
 *  are not evaluated again. After a failure, WRMF_E_CANCELLED included, the curve has the points
 *  that were filled until then. Thread-safe where the context and the evaluators are the thread's
 *  own. */
wrmf_status wrmf_i_trial_run(wrmf_context *context, const wrmf_i_trial *trial, wrmf_curve *curve,
                             wrmf_error *err);

#endif /* WRMF_SEARCH_TRIAL_H */
