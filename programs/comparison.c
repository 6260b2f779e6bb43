/* SPDX-License-Identifier: BSD-2-Clause */
/* This measures models side by side. */
#include "comparison.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "metric_table.h"
#include "narration.h"
#include "options.h"
#include "text.h"

static const double level = 0.95;

/* Gives the place of a value: c counts cut-offs, and is 0 for a metric that takes none. */
static struct comparison_value *value_at(const struct comparison *comparison, int metric, int64_t c,
                                         int entrant)
{
    return comparison->values + ((int64_t)metric * comparison->n_cutoffs + c) * comparison->n +
           entrant;
}

static int64_t cutoffs_of(const struct comparison *comparison, int metric)
{
    return wrmf_metric_has_cutoff((wrmf_metric)metric) ? comparison->n_cutoffs : 1;
}

static int is_there(const struct comparison *comparison, int metric)
{
    return metric_is_there((wrmf_metric)metric, value_at(comparison, metric, 0, 0)->value);
}

/* ---- measuring ---- */

/* The values of users, all metrics of one entrant behind the other: n_users numbers each. */
struct tables {
    int64_t users;
    double *values;
};

static double *column_of(const struct comparison *comparison, const struct tables *tables,
                         int metric, int64_t c, int entrant)
{
    const struct comparison_value *const place = value_at(comparison, metric, c, entrant);
    return tables->values + (place - comparison->values) * tables->users;
}

void entrant_run(wrmf_context *context, wrmf_evaluator *evaluator, const struct entrant *entrant,
                 const wrmf_matrix *given)
{
    wrmf_error err;
    if (entrant->model && given)
        check(wrmf_evaluator_run_folded(context, evaluator, entrant->model, given, &err), &err);
    else if (entrant->model)
        check(wrmf_evaluator_run(context, evaluator, entrant->model, &err), &err);
    else if (given)
        check(
            wrmf_evaluator_run_baseline_folded(context, evaluator, entrant->baseline, given, &err),
            &err);
    else
        check(wrmf_evaluator_run_baseline(context, evaluator, entrant->baseline, &err), &err);
}

/* Says whether a metric means something of an entrant: a baseline's scores foretell neither counts
 * nor 0 and 1, so that it has no error. */
static int predicts(const struct entrant *entrant, int metric)
{
    return !entrant->baseline || (metric != WRMF_METRIC_MSE && metric < WRMF_METRIC_RMSE);
}

/* Runs the evaluator on an entrant, and keeps what comes of it. */
static void measure(struct comparison *comparison, const struct tables *tables, int entrant)
{
    wrmf_error err;
    entrant_run(comparison->context, comparison->evaluator, &comparison->entrants[entrant],
                comparison->given);
    for (int m = 0; m < METRICS; m++) {
        for (int64_t c = 0; c < cutoffs_of(comparison, m); c++) {
            const int64_t k = comparison->cutoffs[c];
            struct comparison_value *const value = value_at(comparison, m, c, entrant);
            *value = (struct comparison_value){
                wrmf_evaluator_value(comparison->evaluator, (wrmf_metric)m, k),
                {(double)NAN, (double)NAN, (double)NAN},
                {(double)NAN, (double)NAN, (double)NAN},
                (double)NAN};
            if (!predicts(&comparison->entrants[entrant], m))
                value->value = (double)NAN;
            if (wrmf_metric_has_users((wrmf_metric)m))
                check(wrmf_evaluator_user_values(comparison->evaluator, (wrmf_metric)m, k,
                                                 column_of(comparison, tables, m, c, entrant),
                                                 &err),
                      &err);
        }
    }
}

/* Fills a table of users by 2n - 1 columns: the values of each entrant, and the differences of
 * those behind the first from it. Says whether all are finite, or NaN. */
static int fill_table(const struct comparison *comparison, const struct tables *tables, int metric,
                      int64_t c, double *table)
{
    const int n = comparison->n, width = 2 * n - 1;
    int finite = 1;
    for (int e = 0; e < n; e++) {
        const double *const first = column_of(comparison, tables, metric, c, 0);
        const double *const own = column_of(comparison, tables, metric, c, e);
        for (int64_t u = 0; u < tables->users; u++) {
            table[u * width + e] = own[u];
            if (e > 0)
                table[u * width + n + e - 1] = own[u] - first[u];
            finite = finite && !isinf(own[u]);
        }
    }
    return finite;
}

static void resample(struct comparison *comparison, const struct tables *tables, int metric,
                     int64_t c, double *table)
{
    wrmf_error err;
    const int n = comparison->n, width = 2 * n - 1;
    const wrmf_resampling how = {sizeof how, comparison->resamples, level, (uint64_t)common.seed};
    wrmf_interval intervals[2 * COMPARISON_MOST - 1];
    double p[2 * COMPARISON_MOST - 1];
    if (!fill_table(comparison, tables, metric, c, table))
        return;
    check(wrmf_bootstrap_means(comparison->context, table, tables->users, width, &how, intervals,
                               &err),
          &err);
    if (n > 1)
        check(wrmf_randomization_test(comparison->context, table, tables->users, width, &how, p,
                                      &err),
              &err);
    for (int e = 0; e < n; e++) {
        struct comparison_value *const value = value_at(comparison, metric, c, e);
        if (!predicts(&comparison->entrants[e], metric))
            continue;
        value->interval = intervals[e];
        if (e > 0) {
            value->difference = intervals[n + e - 1];
            value->p = p[n + e - 1];
        }
    }
}

void comparison_run(struct comparison *comparison)
{
    wrmf_error err;
    const size_t places = (size_t)METRICS * (size_t)comparison->n_cutoffs * (size_t)comparison->n;
    check(wrmf_evaluator_set_per_user(comparison->evaluator, 1, &err), &err);
    struct tables tables = {.users = wrmf_evaluator_users(comparison->evaluator)};
    comparison->values = allocate(places, sizeof *comparison->values);
    tables.values = allocate(places, (size_t)tables.users * sizeof *tables.values);
    double *const table =
        allocate((size_t)(2 * comparison->n - 1), (size_t)tables.users * sizeof *table);
    for (int e = 0; e < comparison->n; e++)
        measure(comparison, &tables, e);
    for (int m = 0; m < METRICS; m++)
        for (int64_t c = 0; c < cutoffs_of(comparison, m) && wrmf_metric_has_users((wrmf_metric)m);
             c++)
            resample(comparison, &tables, m, c, table);
    free(table);
    free(tables.values);
}

void comparison_free(struct comparison *comparison)
{
    free(comparison->values);
    comparison->values = NULL;
}

/* ---- showing ---- */

/* Gives the name of a metric with its cut-off, such as "ndcg@10". */
static const char *metric_text(const struct comparison *comparison, int metric, int64_t c)
{
    static char text[64];
    const char *const name = wrmf_metric_name((wrmf_metric)metric);
    if (wrmf_metric_has_cutoff((wrmf_metric)metric))
        snprintf(text, sizeof text, "%s@%lld", name, (long long)comparison->cutoffs[c]);
    else
        snprintf(text, sizeof text, "%s", name);
    return text;
}

/* Gives the two ends of an interval, "-" where there is none, in one of 2 buffers. */
static const char *ends_text(const wrmf_interval *interval)
{
    static char buffers[2][80];
    static int turn;
    char *const text = buffers[turn++ % 2];
    if (isnan(interval->mean))
        snprintf(text, sizeof buffers[0], "-");
    else
        snprintf(text, sizeof buffers[0], "%s .. %s", figure_text(interval->low),
                 figure_text(interval->high));
    return text;
}

static void print_line(const char *metric, int entrant, const struct comparison_value *value)
{
    printf("%-20s %2d %10s  ", metric, entrant + 1,
           isnan(value->value) ? "-" : figure_text(value->value));
    if (entrant > 0 && !isnan(value->difference.mean))
        printf("%-20s  %10s  %-20s  %.4f\n", ends_text(&value->interval),
               figure_text(value->difference.mean), ends_text(&value->difference), value->p);
    else
        printf("%s\n", ends_text(&value->interval));
}

void comparison_print(const struct comparison *comparison, const char *exclude)
{
    fprintf(narration(), "%s counted, %s skipped; exclude %s\n\n",
            counted(wrmf_evaluator_counted(comparison->evaluator), "user", "users"),
            with_commas(wrmf_evaluator_skipped(comparison->evaluator)), exclude);
    for (int e = 0; e < comparison->n; e++) {
        printf("%2d  ", e + 1);
        put_plain(stdout, comparison->entrants[e].name);
        putchar('\n');
    }
    printf("\n%-20s %2s %10s  ", "metric", "", "value");
    if (comparison->n > 1)
        printf("%-20s  %10s  %-20s  %s\n", "95 % interval", "less 1", "95 % interval", "p");
    else
        puts("95 % interval");
    for (int m = 0; m < METRICS; m++)
        for (int64_t c = 0; is_there(comparison, m) && c < cutoffs_of(comparison, m); c++)
            for (int e = 0; e < comparison->n; e++)
                print_line(e ? "" : metric_text(comparison, m, c), e,
                           value_at(comparison, m, c, e));
}

static void put_interval(double value, const wrmf_interval *interval)
{
    fputs("{\"value\": ", stdout);
    put_json_number(stdout, value);
    fputs(", \"low\": ", stdout);
    put_json_number(stdout, interval->low);
    fputs(", \"high\": ", stdout);
    put_json_number(stdout, interval->high);
}

static void put_entrant(const struct comparison *comparison, int entrant)
{
    fputs(entrant ? ",\n    {\"model\": " : "\n    {\"model\": ", stdout);
    put_json(stdout, comparison->entrants[entrant].name);
    fputs(", \"metrics\": {", stdout);
    for (int m = 0; m < METRICS; m++) {
        for (int64_t c = 0; is_there(comparison, m) && c < cutoffs_of(comparison, m); c++) {
            const struct comparison_value *const value = value_at(comparison, m, c, entrant);
            printf("%s\n      \"%s\": ", m || c ? "," : "", metric_text(comparison, m, c));
            put_interval(value->value, &value->interval);
            if (entrant > 0) {
                fputs(", \"difference\": ", stdout);
                put_interval(value->difference.mean, &value->difference);
                fputs(", \"p\": ", stdout);
                put_json_number(stdout, value->p);
                fputs("}", stdout);
            }
            fputs("}", stdout);
        }
    }
    fputs("}}", stdout);
}

void comparison_put_json(const struct comparison *comparison, const char *exclude,
                         const char *empty)
{
    const wrmf_evaluator *const evaluator = comparison->evaluator;
    printf("{\n  \"users\": %lld,\n  \"counted\": %lld,\n  \"skipped\": %lld,\n"
           "  \"exclude\": \"%s\",\n  \"empty\": \"%s\",\n  \"resamples\": %lld,\n"
           "  \"level\": %g,\n  \"models\": [",
           (long long)wrmf_evaluator_users(evaluator), (long long)wrmf_evaluator_counted(evaluator),
           (long long)wrmf_evaluator_skipped(evaluator), exclude, empty,
           (long long)comparison->resamples, level);
    for (int e = 0; e < comparison->n; e++)
        put_entrant(comparison, e);
    puts("\n  ]\n}");
}
