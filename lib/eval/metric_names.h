/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/metric_names.h - what is known of each metric besides its formula: its name, whether
 * it takes a cut-off, and which way it is better. It stands here, below search and api,
 * because both ask: curves name their columns after metrics.
 */
#ifndef WRMF_EVAL_METRIC_NAMES_H
#define WRMF_EVAL_METRIC_NAMES_H

#include <stdbool.h>

#include "wrmf/evaluator.h"

/** How many metrics there are; their numbers run from 0. */
enum { WRMF_I_METRICS = 17 };

/** Whether a number is that of a metric. The other calls, but for find, require it. */
bool wrmf_i_is_metric(wrmf_metric metric);
const char *wrmf_i_metric_name(wrmf_metric metric);
/** The metric of a name, or -1. */
int wrmf_i_metric_find(const char *name);
/** Whether the metric is taken of the first k of a list. */
bool wrmf_i_metric_has_cutoff(wrmf_metric metric);
/** Whether it is a mean of values of users. */
bool wrmf_i_metric_has_users(wrmf_metric metric);
bool wrmf_i_metric_higher_is_better(wrmf_metric metric);

#endif /* WRMF_EVAL_METRIC_NAMES_H */
