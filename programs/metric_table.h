/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metric_table.h - all metrics of one model, for people or as JSON.
 */
#ifndef PROGRAMS_METRIC_TABLE_H
#define PROGRAMS_METRIC_TABLE_H

#include <stdint.h>

#include <wrmf/wrmf.h>

/* The metrics that there are. */
enum { METRICS = WRMF_METRIC_PRECISION_POOLED + 1 };

/* Prints a table, or a JSON object; `exclude` and `empty` say by what settings. */
void metric_table_print(const wrmf_evaluator *evaluator, const int64_t *cutoffs, int64_t n_cutoffs,
                        const char *exclude);
void metric_table_put_json(const wrmf_evaluator *evaluator, const int64_t *cutoffs,
                           int64_t n_cutoffs, const char *exclude, const char *empty);

#endif /* PROGRAMS_METRIC_TABLE_H */
