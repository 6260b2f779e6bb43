/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/metrics.h - the formulas of wrmf/evaluator.h for one user's list.
 */
#ifndef WRMF_EVAL_METRICS_H
#define WRMF_EVAL_METRICS_H

#include "rank/topk.h"
#include "wrmf/evaluator.h"

/** A user's list and what should be in it. All borrowed. */
typedef struct wrmf_i_user_list {
    const wrmf_i_entry *entries; /* best first */
    int64_t size;
    const int32_t *test; /* the user's test items, ascending */
    int64_t n_test;
} wrmf_i_user_list;

/** The value of a metric that takes a cut-off, but for coverage, over the first k of the
 *  list; 0 where there are no test items. */
double wrmf_i_list_metric(wrmf_metric metric, int64_t k, const wrmf_i_user_list *list);

#endif /* WRMF_EVAL_METRICS_H */
