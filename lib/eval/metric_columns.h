/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/metric_columns.h - which results an evaluator's settings ask for, and in what order.
 *
 * These are questions about the settings alone. The evaluator's life (evaluator.c) frees the
 * workspace whenever a setting changes, and the workspace (workspace.c) is sized by the
 * columns: both ask here, so that neither needs the other for it.
 */
#ifndef WRMF_EVAL_METRIC_COLUMNS_H
#define WRMF_EVAL_METRIC_COLUMNS_H

#include "eval/evaluator_type.h"

/** Whether a metric is among those that were set. */
bool wrmf_i_evaluator_has(const wrmf_evaluator *evaluator, wrmf_metric metric);
/** Fill columns, at most WRMF_I_METRIC_COLUMNS, in the order of results: metrics as they were
 *  set, cut-offs ascending. Returns how many. */
int64_t wrmf_i_evaluator_layout(const wrmf_evaluator *evaluator, wrmf_i_metric_column *columns);
/** The column of a metric at k, or -1; k does not matter where the metric takes none. */
int64_t wrmf_i_evaluator_find(const wrmf_evaluator *evaluator, wrmf_metric metric, int64_t k);
/** Length of the lists: the highest cut-off, or all items if they are fewer. */
int64_t wrmf_i_evaluator_list_length(const wrmf_evaluator *evaluator);

#endif /* WRMF_EVAL_METRIC_COLUMNS_H */
