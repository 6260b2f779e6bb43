/* SPDX-License-Identifier: BSD-2-Clause */
#include "eval/metric_names.h"

#include <string.h>

static const struct {
    const char *name;
    bool has_cutoff;
    bool has_users; /* it is a mean of values of users */
    bool higher_is_better;
} metrics[WRMF_I_METRICS] = {
    [WRMF_METRIC_PRECISION] = {"precision", true, true, true},
    [WRMF_METRIC_RECALL] = {"recall", true, true, true},
    [WRMF_METRIC_RECALL_CAPPED] = {"recall_capped", true, true, true},
    [WRMF_METRIC_NDCG] = {"ndcg", true, true, true},
    [WRMF_METRIC_MAP] = {"map", true, true, true},
    [WRMF_METRIC_MAP_CAPPED] = {"map_capped", true, true, true},
    [WRMF_METRIC_MRR] = {"mrr", true, true, true},
    [WRMF_METRIC_HIT_RATE] = {"hit_rate", true, true, true},
    [WRMF_METRIC_COVERAGE] = {"coverage", true, false, true},
    [WRMF_METRIC_AUC] = {"auc", false, true, true},
    [WRMF_METRIC_MSE] = {"mse", false, true, false},
    [WRMF_METRIC_GINI] = {"gini", true, false, false},
    [WRMF_METRIC_ENTROPY] = {"entropy", true, false, true},
    [WRMF_METRIC_NOVELTY] = {"novelty", true, true, true},
    [WRMF_METRIC_PRECISION_POOLED] = {"precision_pooled", true, false, true},
    [WRMF_METRIC_RMSE] = {"rmse", false, false, false},
    [WRMF_METRIC_MAE] = {"mae", false, false, false},
};

bool wrmf_i_is_metric(wrmf_metric metric)
{
    return (unsigned)metric < WRMF_I_METRICS;
}

const char *wrmf_i_metric_name(wrmf_metric metric)
{
    return metrics[metric].name;
}

int wrmf_i_metric_find(const char *name)
{
    for (int i = 0; i < WRMF_I_METRICS; i++)
        if (strcmp(metrics[i].name, name) == 0)
            return i;
    return -1;
}

bool wrmf_i_metric_has_cutoff(wrmf_metric metric)
{
    return metrics[metric].has_cutoff;
}

bool wrmf_i_metric_has_users(wrmf_metric metric)
{
    return metrics[metric].has_users;
}

bool wrmf_i_metric_higher_is_better(wrmf_metric metric)
{
    return metrics[metric].higher_is_better;
}
