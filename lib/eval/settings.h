/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/settings.h - making and setting evaluators, for the public calls. Arguments
 * are known to be valid.
 */
#ifndef WRMF_EVAL_SETTINGS_H
#define WRMF_EVAL_SETTINGS_H

#include "eval/evaluator_type.h"

wrmf_status wrmf_i_evaluator_new(wrmf_context *context, const wrmf_matrix *test,
                                 const wrmf_matrix *train, wrmf_evaluator **out, wrmf_error *err);
/** Drop results and the memory of runs, before a setting changes. */
void wrmf_i_evaluator_reset(wrmf_evaluator *evaluator);
wrmf_status wrmf_i_evaluator_users(wrmf_evaluator *evaluator, const int64_t *users, int64_t n,
                                   wrmf_error *err);
/** The column of a result, or -1. */
int64_t wrmf_i_evaluator_find(const wrmf_evaluator *evaluator, wrmf_metric metric, int64_t k);

#endif /* WRMF_EVAL_SETTINGS_H */
