/* SPDX-License-Identifier: BSD-2-Clause */
/* This prints what an evaluator found of one model. */
#include "metric_table.h"

#include <math.h>

#include "failure.h"
#include "narration.h"
#include "text.h"

void metrics_choose(wrmf_evaluator *evaluator, const wrmf_model *model, int has_counts)
{
    wrmf_error err;
    wrmf_metric metrics[METRICS];
    const int64_t target = wrmf_params_get_int(wrmf_model_params(model), WRMF_PARAM_TARGET);
    const int foretells = target == WRMF_TARGET_COUNT || target == WRMF_TARGET_SIGNED;
    for (int i = 0; i < METRICS; i++)
        metrics[i] = (wrmf_metric)i;
    check(wrmf_evaluator_set_metrics(evaluator, metrics,
                                     has_counts && foretells ? METRICS : WRMF_METRIC_RMSE, &err),
          &err);
}

int metric_is_there(wrmf_metric metric, double value)
{
    return (metric != WRMF_METRIC_NOVELTY && metric < WRMF_METRIC_RMSE) || !isnan(value);
}

void metric_table_print(const wrmf_evaluator *evaluator, const int64_t *cutoffs, int64_t n_cutoffs,
                        const char *exclude)
{
    fprintf(narration(), "%s counted, %s skipped; exclude %s\n\n",
            counted(wrmf_evaluator_counted(evaluator), "user", "users"),
            with_commas(wrmf_evaluator_skipped(evaluator)), exclude);
    printf("%-18s", "metric");
    for (int64_t i = 0; i < n_cutoffs; i++) {
        char head[32];
        snprintf(head, sizeof head, "@%lld", (long long)cutoffs[i]);
        printf(" %12s", head);
    }
    putchar('\n');
    for (int m = 0; m < METRICS; m++) {
        const wrmf_metric metric = (wrmf_metric)m;
        if (!metric_is_there(metric, wrmf_evaluator_value(evaluator, metric, cutoffs[0])))
            continue;
        const int64_t values = wrmf_metric_has_cutoff(metric) ? n_cutoffs : 1;
        printf("%-18s", wrmf_metric_name(metric));
        for (int64_t i = 0; i < values; i++)
            printf(" %12s", figure_text(wrmf_evaluator_value(evaluator, metric, cutoffs[i])));
        putchar('\n');
    }
}

void metric_table_put_json(const wrmf_evaluator *evaluator, const int64_t *cutoffs,
                           int64_t n_cutoffs, const char *exclude, const char *empty)
{
    printf("{\n  \"users\": %lld,\n  \"counted\": %lld,\n  \"skipped\": %lld,\n"
           "  \"exclude\": \"%s\",\n  \"empty\": \"%s\",\n  \"metrics\": {",
           (long long)wrmf_evaluator_users(evaluator), (long long)wrmf_evaluator_counted(evaluator),
           (long long)wrmf_evaluator_skipped(evaluator), exclude, empty);
    for (int m = 0; m < METRICS; m++) {
        const wrmf_metric metric = (wrmf_metric)m;
        if (!metric_is_there(metric, wrmf_evaluator_value(evaluator, metric, cutoffs[0])))
            continue;
        const int has_cutoff = wrmf_metric_has_cutoff(metric);
        for (int64_t i = 0; i < (has_cutoff ? n_cutoffs : 1); i++) {
            printf("%s\n    \"%s", m || i ? "," : "", wrmf_metric_name(metric));
            if (has_cutoff)
                printf("@%lld", (long long)cutoffs[i]);
            fputs("\": ", stdout);
            put_json_number(stdout, wrmf_evaluator_value(evaluator, metric, cutoffs[i]));
        }
    }
    puts("\n  }\n}");
}
