/* SPDX-License-Identifier: BSD-2-Clause */
#include "eval/metric_columns.h"

bool wrmf_i_evaluator_has(const wrmf_evaluator *evaluator, wrmf_metric metric)
{
    for (int64_t i = 0; i < evaluator->n_metrics; i++)
        if (evaluator->metrics[i] == metric)
            return true;
    return false;
}

int64_t wrmf_i_evaluator_layout(const wrmf_evaluator *evaluator, wrmf_i_metric_column *columns)
{
    int64_t n = 0;
    for (int64_t i = 0; i < evaluator->n_metrics; i++) {
        const wrmf_metric metric = evaluator->metrics[i];
        if (!wrmf_i_metric_has_cutoff(metric)) {
            columns[n++] = (wrmf_i_metric_column){metric, 0};
            continue;
        }
        for (int64_t c = 0; c < evaluator->n_cutoffs; c++)
            columns[n++] = (wrmf_i_metric_column){metric, evaluator->cutoffs[c]};
    }
    return n;
}

int64_t wrmf_i_evaluator_find(const wrmf_evaluator *evaluator, wrmf_metric metric, int64_t k)
{
    wrmf_i_metric_column columns[WRMF_I_METRIC_COLUMNS];
    const int64_t n = wrmf_i_evaluator_layout(evaluator, columns);
    for (int64_t c = 0; c < n; c++)
        if (columns[c].metric == metric && (columns[c].k == k || !wrmf_i_metric_has_cutoff(metric)))
            return c;
    return -1;
}

int64_t wrmf_i_evaluator_list_length(const wrmf_evaluator *evaluator)
{
    const int64_t k = evaluator->cutoffs[evaluator->n_cutoffs - 1];
    return k < evaluator->test->columns ? k : evaluator->test->columns;
}
