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

/** A user's value of a metric: part / whole, or any number. Metrics that count hits are fractions,
 *  so that their means can be told apart by hits alone. */
typedef struct wrmf_i_user_value {
    double number;  /* the value as a double, in either case */
    uint64_t part;  /* of a fraction; */
    uint64_t whole; /* 0: the value is no fraction; else at most 2^31 - 1 */
} wrmf_i_user_value;

/** A value that is no fraction. */
static inline wrmf_i_user_value wrmf_i_user_number(double number)
{
    return (wrmf_i_user_value){number, 0, 0};
}

/** The mean information of the first k items of a list; 0 of an empty one. */
double wrmf_i_list_information(const wrmf_i_user_list *list, int64_t k, const double *information);
/** The value of a metric that takes a cut-off, but for coverage and others that look at items, over
 *  the first k of the list; 0 where there are no test items. Of pooled precision the parts count:
 *  hits, and places that could be; without test items it is NaN. */
wrmf_i_user_value wrmf_i_list_metric(wrmf_metric metric, int64_t k, const wrmf_i_user_list *list);

#endif /* WRMF_EVAL_METRICS_H */
