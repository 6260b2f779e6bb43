/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/evaluator.h - evaluators as curves and grids see them.
 */
#ifndef WRMF_EVAL_EVALUATOR_H
#define WRMF_EVAL_EVALUATOR_H

#include "data/csr.h"
#include "wrmf/evaluator.h"

/** Most evaluators that may run together. */
enum { WRMF_I_EVALUATORS_MAX = 16 };

/** A new evaluator of the same settings over the same (held) matrices, without
 *  results, with another context's allocator. */
wrmf_status wrmf_i_evaluator_copy(wrmf_context *context, const wrmf_evaluator *evaluator,
                                  wrmf_evaluator **out, wrmf_error *err);
void wrmf_i_evaluator_free(wrmf_evaluator *evaluator);
/** Have an evaluator alone until the call ends; WRMF_E_STATE if another call has it. */
wrmf_status wrmf_i_evaluator_enter(wrmf_i_call *call, wrmf_evaluator *evaluator, wrmf_error *err);
/** A result of the last run; NaN if there is none. */
double wrmf_i_evaluator_value(const wrmf_evaluator *evaluator, wrmf_metric metric, int64_t k);

/** Shape of its matrices. */
void wrmf_i_evaluator_shape(const wrmf_evaluator *evaluator, int64_t *users, int64_t *items);
/** The (metric, k) pairs it computes, in the order metrics were set, k ascending;
 *  k is 0 for metrics that take none. Returns how many; fills at most capacity. */
int64_t wrmf_i_evaluator_columns(const wrmf_evaluator *evaluator, wrmf_metric *metrics, int64_t *ks,
                                 int64_t capacity);
/** A hash of its settings and matrices: equal for evaluators that give equal
 *  results. */
uint64_t wrmf_i_evaluator_hash(const wrmf_evaluator *evaluator);

#endif /* WRMF_EVAL_EVALUATOR_H */
