/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/curve.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "als/als.h"
#include "base/clock.h"
#include "par/progress.h"

enum { SECONDS, OBJECTIVE, FIRST_METRIC };

/* ---- columns ---- */

static void free_columns(wrmf_i_columns *columns)
{
    wrmf_context *const context = columns->context;
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t count = (size_t)columns->count;
    for (size_t i = 0; columns->at && i < count; i++)
        if (columns->at[i].name)
            wrmf_i_free(allocator, columns->at[i].name, strlen(columns->at[i].name) + 1, 1);
    wrmf_i_free(allocator, columns->at, count, sizeof *columns->at);
    wrmf_i_free(allocator, columns, 1, sizeof *columns);
    wrmf_i_context_release(context);
}

void wrmf_i_columns_release(wrmf_i_columns *columns)
{
    if (columns && atomic_fetch_sub_explicit(&columns->references, 1, memory_order_acq_rel) == 1)
        free_columns(columns);
}

int64_t wrmf_i_columns_find(const wrmf_i_columns *columns, const char *name)
{
    for (int64_t i = 0; i < columns->count; i++)
        if (strcmp(columns->at[i].name, name) == 0)
            return i;
    return -1;
}

/* "LABEL_METRIC@k"; k 0: no "@k". */
static char *metric_name(const wrmf_i_allocator *allocator, const char *label, wrmf_metric metric,
                         int64_t k)
{
    const char *const name = wrmf_metric_name(metric);
    char cutoff[24] = "";
    if (k > 0)
        snprintf(cutoff, sizeof cutoff, "@%lld", (long long)k);
    const size_t bytes = strlen(label) + 1 + strlen(name) + strlen(cutoff) + 1;
    char *const text = wrmf_i_alloc(allocator, bytes, 1);
    if (text)
        snprintf(text, bytes, "%s_%s%s", label, name, cutoff);
    return text;
}

/* The columns of one evaluator, from place `at` on. */
static wrmf_status add_metrics(wrmf_i_columns *columns, const wrmf_evaluator *evaluator, int number,
                               const char *label, int64_t at, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &columns->context->allocator;
    const int64_t n = wrmf_i_evaluator_columns(evaluator, NULL, NULL, 0);
    wrmf_metric *const metrics = wrmf_i_alloc(allocator, (size_t)n, sizeof *metrics);
    int64_t *const ks = wrmf_i_alloc(allocator, (size_t)n, sizeof *ks);
    bool good = metrics && ks;
    if (good)
        wrmf_i_evaluator_columns(evaluator, metrics, ks, n);
    for (int64_t i = 0; i < n && good; i++) {
        columns->at[at + i] = (wrmf_i_curve_column){
            .name = metric_name(allocator, label, metrics[i], ks[i]),
            .less = !wrmf_metric_higher_is_better(metrics[i]),
            .evaluator = number,
            .metric = metrics[i],
            .k = ks[i],
        };
        good = columns->at[at + i].name != NULL;
    }
    wrmf_i_free(allocator, metrics, (size_t)n, sizeof *metrics);
    wrmf_i_free(allocator, ks, (size_t)n, sizeof *ks);
    return good ? WRMF_OK : wrmf_i_fail_nomem(err);
}

static wrmf_status add_all(wrmf_i_columns *columns, wrmf_evaluator *const *evaluators,
                           const char *const *labels, int64_t n, wrmf_error *err)
{
    static const char *const own[FIRST_METRIC] = {"seconds", "objective"};
    const wrmf_i_allocator *const allocator = &columns->context->allocator;
    columns->at = wrmf_i_alloc_zero(allocator, (size_t)columns->count, sizeof *columns->at);
    if (!columns->at)
        return wrmf_i_fail_nomem(err);
    for (int i = 0; i < FIRST_METRIC; i++) {
        columns->at[i].name = wrmf_i_strdup(allocator, own[i]);
        columns->at[i].less = true;
        columns->at[i].evaluator = -1;
        if (!columns->at[i].name)
            return wrmf_i_fail_nomem(err);
    }
    int64_t at = FIRST_METRIC;
    for (int64_t i = 0; i < n; i++) {
        WRMF_I_TRY(add_metrics(columns, evaluators[i], (int)i, labels[i], at, err));
        at += wrmf_i_evaluator_columns(evaluators[i], NULL, NULL, 0);
    }
    return WRMF_OK;
}

wrmf_status wrmf_i_columns_create(wrmf_context *context, wrmf_evaluator *const *evaluators,
                                  const char *const *labels, int64_t n, wrmf_i_columns **out,
                                  wrmf_error *err)
{
    wrmf_i_columns *const columns = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *columns);
    if (!columns)
        return wrmf_i_fail_nomem(err);
    atomic_init(&columns->references, 1);
    columns->context = wrmf_i_context_hold(context);
    columns->count = FIRST_METRIC;
    for (int64_t i = 0; i < n; i++)
        columns->count += wrmf_i_evaluator_columns(evaluators[i], NULL, NULL, 0);
    const wrmf_status status = add_all(columns, evaluators, labels, n, err);
    if (status == WRMF_OK)
        *out = columns;
    else
        free_columns(columns);
    return status;
}

/* ---- checks ---- */

wrmf_status wrmf_i_check_label(const char *label, wrmf_error *err)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    if (*label && label[strspn(label, letters)] == 0)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_FORMAT, "label \"%.60s\" is not of letters, digits and _",
                       label);
}

wrmf_status wrmf_i_check_epochs(const int64_t *epochs, int64_t n, wrmf_error *err)
{
    if (n < 1)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_epochs is %lld, below 1", (long long)n);
    if (!epochs)
        return wrmf_i_fail_null(err, "epochs");
    for (int64_t i = 0; i < n; i++) {
        if (epochs[i] < 0)
            return wrmf_i_fail(err, WRMF_E_RANGE, "epochs[%lld] is %lld, below 0", (long long)i,
                               (long long)epochs[i]);
        if (i > 0 && epochs[i] <= epochs[i - 1])
            return wrmf_i_fail(err, WRMF_E_FORMAT, "epochs[%lld] is %lld, not above %lld",
                               (long long)i, (long long)epochs[i], (long long)epochs[i - 1]);
    }
    return WRMF_OK;
}

wrmf_status wrmf_i_check_evaluator(const wrmf_matrix *train, const wrmf_evaluator *evaluator,
                                   const char *label, wrmf_error *err)
{
    int64_t users, items;
    wrmf_i_evaluator_shape(evaluator, &users, &items);
    if (users == train->rows && items == train->columns)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_SHAPE,
                       "the evaluator \"%.60s\" is %lld x %lld, the training matrix %lld x %lld",
                       label, (long long)users, (long long)items, (long long)train->rows,
                       (long long)train->columns);
}

/* ---- life ---- */

wrmf_status wrmf_i_curve_new(wrmf_context *context, const wrmf_params *params,
                             wrmf_i_columns *columns, const int64_t *epochs, int64_t points,
                             wrmf_curve **out, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    wrmf_curve *const curve = wrmf_i_alloc_zero(allocator, 1, sizeof *curve);
    if (!curve)
        return wrmf_i_fail_nomem(err);
    curve->context = wrmf_i_context_hold(context);
    curve->columns = columns;
    atomic_fetch_add_explicit(&columns->references, 1, memory_order_relaxed);
    curve->points = points;
    const size_t width = (size_t)columns->count * sizeof *curve->values;
    curve->epochs = wrmf_i_alloc(allocator, (size_t)points, sizeof *curve->epochs);
    curve->values = wrmf_i_alloc(allocator, (size_t)points, width);
    if (!curve->epochs || !curve->values ||
        wrmf_i_params_new(context, params, &curve->params, err) != WRMF_OK) {
        wrmf_i_curve_free(curve);
        return wrmf_i_fail_nomem(err);
    }
    memcpy(curve->epochs, epochs, (size_t)points * sizeof *epochs);
    for (int64_t i = 0; i < points * columns->count; i++)
        curve->values[i] = (double)NAN;
    *out = curve;
    return WRMF_OK;
}

void wrmf_i_curve_free(wrmf_curve *curve)
{
    if (!curve)
        return;
    wrmf_context *const context = curve->context;
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t points = (size_t)curve->points;
    wrmf_i_free(allocator, curve->values, points,
                (size_t)curve->columns->count * sizeof *curve->values);
    wrmf_i_free(allocator, curve->epochs, points, sizeof *curve->epochs);
    wrmf_i_params_free(curve->params);
    wrmf_i_columns_release(curve->columns);
    wrmf_i_free(allocator, curve, 1, sizeof *curve);
    wrmf_i_context_release(context);
}

int64_t wrmf_i_curve_best(const wrmf_curve *curve, int64_t column)
{
    int64_t best = -1;
    double reached = 0;
    for (int64_t point = 0; point < curve->points; point++) {
        const double value = curve->values[point * curve->columns->count + column];
        if (isnan(value) ||
            (best >= 0 && !(curve->columns->at[column].less ? value < reached : value > reached)))
            continue;
        best = point;
        reached = value;
    }
    return best;
}

/* ---- running ---- */

typedef struct run {
    wrmf_context *context;
    const wrmf_i_curve_task *task;
    wrmf_curve *curve;
    wrmf_model *model;
    double seconds; /* of fitting */
} run;

/* Evaluators have a progress phase of their own to show; ours is the caller's. */
static wrmf_status evaluate(const run *r, wrmf_error *err)
{
    wrmf_context *const context = r->context;
    const wrmf_progress_fn progress = context->progress;
    context->progress = NULL;
    const wrmf_status status =
        wrmf_i_evaluators_run(context, r->task->evaluators, r->task->n_evaluators, r->model, err);
    context->progress = progress;
    return status;
}

static wrmf_status fill_point(const run *r, wrmf_i_fitter *fitter, int64_t point, wrmf_error *err)
{
    const wrmf_i_columns *const columns = r->curve->columns;
    double *const values = r->curve->values + point * columns->count;
    double parts[3];
    WRMF_I_TRY(wrmf_i_fitter_grams(fitter, err));
    WRMF_I_TRY(wrmf_i_objective(r->context, r->model, r->task->train, parts, err));
    WRMF_I_TRY(evaluate(r, err));
    values[SECONDS] = r->seconds;
    values[OBJECTIVE] = parts[0] + parts[1] + parts[2];
    for (int64_t i = FIRST_METRIC; i < columns->count; i++) {
        const wrmf_i_curve_column *const column = &columns->at[i];
        const double value = wrmf_i_evaluator_value(r->task->evaluators[column->evaluator],
                                                    column->metric, column->k);
        values[i] = isnan(value) ? (double)NAN : value;
    }
    return WRMF_OK;
}

static wrmf_status walk(run *r, wrmf_i_fitter *fitter, wrmf_error *err)
{
    const wrmf_curve *const curve = r->curve;
    const int64_t last = curve->epochs[curve->points - 1];
    for (int64_t epoch = 0, point = 0;; epoch++) {
        if (epoch == curve->epochs[point])
            WRMF_I_TRY(fill_point(r, fitter, point++, err));
        if (epoch > 0 && r->task->stop && r->task->stop(r->task->stop_self, epoch) && epoch < last)
            return wrmf_i_fail_cancelled(err);
        if (epoch == last)
            return WRMF_OK;
        const double start = wrmf_i_seconds();
        WRMF_I_TRY(wrmf_i_fitter_epoch(fitter, err));
        r->seconds += wrmf_i_seconds() - start;
    }
}

static wrmf_status fit(run *r, wrmf_error *err)
{
    const double start = wrmf_i_seconds();
    WRMF_I_TRY(wrmf_i_model_start(r->context, r->model, err));
    wrmf_i_fitter *fitter;
    WRMF_I_TRY(wrmf_i_fitter_create(r->context, r->model, r->task->train, &fitter, err));
    r->seconds = wrmf_i_seconds() - start;
    const wrmf_status status = walk(r, fitter, err);
    wrmf_i_fitter_free(fitter);
    return status;
}

wrmf_status wrmf_i_curve_run(wrmf_context *context, const wrmf_i_curve_task *task,
                             wrmf_curve *curve, wrmf_error *err)
{
    run r = {.context = context, .task = task, .curve = curve};
    WRMF_I_TRY(wrmf_i_model_new(context, task->train->rows, task->train->columns, curve->params,
                                &r.model, err));
    const wrmf_status status = fit(&r, err);
    wrmf_i_model_free(r.model);
    return status;
}
