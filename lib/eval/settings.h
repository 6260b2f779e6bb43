/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/settings.h - making and setting evaluators, for the public calls. Arguments
 * are known to be valid. evaluator.c has the functions.
 */
#ifndef WRMF_EVAL_SETTINGS_H
#define WRMF_EVAL_SETTINGS_H

#include "eval/evaluator_type.h"

wrmf_status wrmf_i_evaluator_new(wrmf_context *context, const wrmf_matrix *test,
                                 const wrmf_matrix *train, wrmf_evaluator **out, wrmf_error *err);
/** Drop results and the workspace, before a setting changes. */
void wrmf_i_evaluator_reset(wrmf_evaluator *evaluator);
/** Copy the list of evaluated users, n ascending rows; NULL: all users. */
wrmf_status wrmf_i_evaluator_users(wrmf_evaluator *evaluator, const int64_t *users, int64_t n,
                                   wrmf_error *err);

#endif /* WRMF_EVAL_SETTINGS_H */
