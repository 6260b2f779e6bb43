/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metric_table.h - all metrics of one model, for people or as JSON.
 */
#ifndef PROGRAMS_METRIC_TABLE_H
#define PROGRAMS_METRIC_TABLE_H

#include <stdint.h>

#include <wrmf/wrmf.h>

/* Metrics in all; the last two are errors of foretold counts. */
enum { METRICS = WRMF_METRIC_MAE + 1 };

/* Has the evaluator measure all metrics: errors where the model foretells counts, and the test has
 * them. */
void metrics_choose(wrmf_evaluator *evaluator, const wrmf_model *model, int has_counts);
/* Says whether a metric has values: novelty has none where nothing tells how popular items are. */
int metric_is_there(wrmf_metric metric, double value);

/* Prints a table, or a JSON object; `exclude` and `empty` say by what settings. */
void metric_table_print(const wrmf_evaluator *evaluator, const int64_t *cutoffs, int64_t n_cutoffs,
                        const char *exclude);
void metric_table_put_json(const wrmf_evaluator *evaluator, const int64_t *cutoffs,
                           int64_t n_cutoffs, const char *exclude, const char *empty);

#endif /* PROGRAMS_METRIC_TABLE_H */
