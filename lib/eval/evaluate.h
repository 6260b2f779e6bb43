/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/evaluate.h - running evaluators on a model.
 */
#ifndef WRMF_EVAL_EVALUATE_H
#define WRMF_EVAL_EVALUATE_H

#include "eval/job.h"
#include "model/model.h"
#include "par/progress.h"

/**
 * Evaluate a model with n evaluators of its shape, at most WRMF_I_EVALUATORS_MAX; those that
 * want the same lists, such as those of the train and the test matrix of a curve, share them.
 *
 * progress, if it is not NULL, is shown how many users are done, added up over the groups of
 * evaluators that share; only then can the call end with WRMF_E_CANCELLED. A caller with a
 * progress phase of its own passes NULL.
 */
wrmf_status wrmf_i_evaluators_run(wrmf_context *context, wrmf_evaluator *const *evaluators,
                                  int64_t n, const wrmf_model *model, wrmf_i_progress *progress,
                                  wrmf_error *err);
/** Run one with scores from elsewhere, with a progress phase of its own and the warning below. */
wrmf_status wrmf_i_evaluate_source(wrmf_context *context, wrmf_evaluator *evaluator,
                                   const wrmf_i_score_source *source, wrmf_error *err);
/** Warn where the run that has ended counted no user. */
void wrmf_i_evaluator_warn(const wrmf_context *context, const wrmf_evaluator *evaluator);

#endif /* WRMF_EVAL_EVALUATE_H */
