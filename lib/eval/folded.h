/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/folded.h - the evaluation of users that a model, or a baseline, has never seen, by what is
 * given of them: strong generalization.
 */
#ifndef WRMF_EVAL_FOLDED_H
#define WRMF_EVAL_FOLDED_H

#include "eval/baseline.h"
#include "eval/evaluator_type.h"

/** WRMF_E_SHAPE unless what is given has the shape of the test matrix. */
wrmf_status wrmf_i_check_given(const wrmf_matrix *test, const wrmf_matrix *given, wrmf_error *err);
/** Fold the rows of `given`, which has the evaluator's shape and the model's items, into the model,
 *  and evaluate them. Arguments are known to fit. */
wrmf_status wrmf_i_evaluate_folded(wrmf_context *context, wrmf_evaluator *evaluator,
                                   const wrmf_model *model, const wrmf_matrix *given,
                                   wrmf_error *err);
/** The same of a baseline: its scores are those of the rows of `given`. */
wrmf_status wrmf_i_evaluate_baseline_folded(wrmf_context *context, wrmf_evaluator *evaluator,
                                            const wrmf_baseline *baseline, const wrmf_matrix *given,
                                            wrmf_error *err);

#endif /* WRMF_EVAL_FOLDED_H */
