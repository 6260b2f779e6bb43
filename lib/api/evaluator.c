/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/evaluator.h"

#include <math.h>
#include <string.h>

#include "eval/evaluate.h"
#include "eval/folded.h"
#include "eval/metric_columns.h"
#include "eval/settings.h"

wrmf_status wrmf_evaluator_create(wrmf_context *context, const wrmf_matrix *test,
                                  const wrmf_matrix *train, wrmf_evaluator **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!test)
        return wrmf_i_fail_null(err, "test");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    if (train && (train->rows != test->rows || train->columns != test->columns))
        return wrmf_i_fail(err, WRMF_E_SHAPE, "test is %lld x %lld, train %lld x %lld",
                           (long long)test->rows, (long long)test->columns, (long long)train->rows,
                           (long long)train->columns);
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    wrmf_i_matrix_keep(&call, test);
    if (train)
        wrmf_i_matrix_keep(&call, train);
    const wrmf_status status = wrmf_i_evaluator_new(context, test, train, out, err);
    wrmf_i_call_end(&call);
    return status;
}

void wrmf_evaluator_free(wrmf_evaluator *evaluator)
{
    if (evaluator && wrmf_i_use_retire(&evaluator->use))
        wrmf_i_evaluator_free(evaluator);
}

/* ---- settings ---- */

static wrmf_status check_list(const wrmf_evaluator *evaluator, const char *name, const void *list,
                              int64_t n, int64_t most, wrmf_error *err)
{
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    if (!list)
        return wrmf_i_fail_null(err, name);
    if (n < 1 || n > most)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, not in 1 .. %lld, of %s", (long long)n,
                           (long long)most, name);
    return WRMF_OK;
}

wrmf_status wrmf_evaluator_set_users(wrmf_evaluator *evaluator, const int64_t *users, int64_t n,
                                     wrmf_error *err)
{
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    const int64_t rows = evaluator->test->rows;
    if (users && (n < 0 || n > rows))
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, not in 0 .. %lld", (long long)n,
                           (long long)rows);
    for (int64_t i = 0; users && i < n; i++) {
        if (users[i] < 0 || users[i] >= rows)
            return wrmf_i_fail(err, WRMF_E_RANGE, "users[%lld] is %lld, not in 0 .. %lld",
                               (long long)i, (long long)users[i], (long long)rows - 1);
        if (i > 0 && users[i] <= users[i - 1])
            return wrmf_i_fail(err, WRMF_E_FORMAT,
                               "users[%lld] is %lld, not above the %lld before it", (long long)i,
                               (long long)users[i], (long long)users[i - 1]);
    }
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_evaluator_enter(&call, evaluator, err);
    if (status == WRMF_OK)
        status = wrmf_i_evaluator_users(evaluator, users, n, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_evaluator_set_cutoffs(wrmf_evaluator *evaluator, const int64_t *cutoffs, int64_t n,
                                       wrmf_error *err)
{
    WRMF_I_TRY(check_list(evaluator, "cutoffs", cutoffs, n, WRMF_I_CUTOFFS, err));
    for (int64_t i = 0; i < n; i++) {
        if (cutoffs[i] < 1 || cutoffs[i] > INT32_MAX)
            return wrmf_i_fail(err, WRMF_E_RANGE, "cutoffs[%lld] is %lld, not in 1 .. 2^31 - 1",
                               (long long)i, (long long)cutoffs[i]);
        if (i > 0 && cutoffs[i] <= cutoffs[i - 1])
            return wrmf_i_fail(err, WRMF_E_FORMAT,
                               "cutoffs[%lld] is %lld, not above the %lld before it", (long long)i,
                               (long long)cutoffs[i], (long long)cutoffs[i - 1]);
    }
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_evaluator_enter(&call, evaluator, err));
    wrmf_i_evaluator_reset(evaluator);
    memcpy(evaluator->cutoffs, cutoffs, (size_t)n * sizeof *cutoffs);
    evaluator->n_cutoffs = n;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_evaluator_set_metrics(wrmf_evaluator *evaluator, const wrmf_metric *metrics,
                                       int64_t n, wrmf_error *err)
{
    WRMF_I_TRY(check_list(evaluator, "metrics", metrics, n, WRMF_I_METRICS, err));
    for (int64_t i = 0; i < n; i++) {
        if (!wrmf_i_is_metric(metrics[i]))
            return wrmf_i_fail(err, WRMF_E_RANGE, "metrics[%lld] is %d, none there is",
                               (long long)i, (int)metrics[i]);
        for (int64_t j = 0; j < i; j++)
            if (metrics[j] == metrics[i])
                return wrmf_i_fail(err, WRMF_E_RANGE, "metrics[%lld], %s, is there already",
                                   (long long)i, wrmf_i_metric_name(metrics[i]));
    }
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_evaluator_enter(&call, evaluator, err));
    wrmf_i_evaluator_reset(evaluator);
    memcpy(evaluator->metrics, metrics, (size_t)n * sizeof *metrics);
    evaluator->n_metrics = n;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_evaluator_set_exclude(wrmf_evaluator *evaluator, wrmf_exclude exclude,
                                       wrmf_error *err)
{
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    if (exclude != WRMF_EXCLUDE_NONE && exclude != WRMF_EXCLUDE_TRAIN)
        return wrmf_i_fail(err, WRMF_E_RANGE, "exclude is %d, none there is", (int)exclude);
    if (exclude == WRMF_EXCLUDE_TRAIN && !evaluator->train)
        return wrmf_i_fail(err, WRMF_E_STATE, "there is no train matrix to exclude");
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_evaluator_enter(&call, evaluator, err));
    wrmf_i_evaluator_reset(evaluator);
    evaluator->exclude = exclude;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_evaluator_set_candidates(wrmf_evaluator *evaluator, const wrmf_matrix *candidates,
                                          wrmf_error *err)
{
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    const wrmf_matrix *const test = evaluator->test;
    if (candidates && (candidates->rows != test->rows || candidates->columns != test->columns))
        return wrmf_i_fail(err, WRMF_E_SHAPE, "test is %lld x %lld, candidates %lld x %lld",
                           (long long)test->rows, (long long)test->columns,
                           (long long)candidates->rows, (long long)candidates->columns);
    wrmf_i_call call = {0};
    if (candidates)
        wrmf_i_matrix_keep(&call, candidates);
    const wrmf_status status = wrmf_i_evaluator_enter(&call, evaluator, err);
    if (status == WRMF_OK) {
        wrmf_i_evaluator_reset(evaluator);
        wrmf_i_matrix_release(evaluator->candidates);
        evaluator->candidates = candidates ? wrmf_i_matrix_hold(candidates) : NULL;
    }
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_evaluator_set_popularity(wrmf_evaluator *evaluator, const wrmf_matrix *popularity,
                                          wrmf_error *err)
{
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    if (popularity && popularity->columns != evaluator->test->columns)
        return wrmf_i_fail(err, WRMF_E_SHAPE, "test has %lld items, popularity %lld",
                           (long long)evaluator->test->columns, (long long)popularity->columns);
    wrmf_i_call call = {0};
    if (popularity)
        wrmf_i_matrix_keep(&call, popularity);
    const wrmf_status status = wrmf_i_evaluator_enter(&call, evaluator, err);
    if (status == WRMF_OK) {
        wrmf_i_evaluator_reset(evaluator);
        wrmf_i_matrix_release(evaluator->popularity);
        evaluator->popularity = popularity ? wrmf_i_matrix_hold(popularity) : NULL;
    }
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_evaluator_set_empty(wrmf_evaluator *evaluator, wrmf_empty empty, wrmf_error *err)
{
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    if (empty != WRMF_EMPTY_SKIP && empty != WRMF_EMPTY_ZERO)
        return wrmf_i_fail(err, WRMF_E_RANGE, "empty is %d, none there is", (int)empty);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_evaluator_enter(&call, evaluator, err));
    wrmf_i_evaluator_reset(evaluator);
    evaluator->empty = empty;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_evaluator_set_protocol(wrmf_evaluator *evaluator, wrmf_protocol protocol,
                                        wrmf_error *err)
{
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    if (protocol != WRMF_PROTOCOL_STANDARD && protocol != WRMF_PROTOCOL_ARTICLE)
        return wrmf_i_fail(err, WRMF_E_RANGE, "protocol is %d, none there is", (int)protocol);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_evaluator_enter(&call, evaluator, err));
    wrmf_i_evaluator_reset(evaluator);
    const bool standard = protocol == WRMF_PROTOCOL_STANDARD;
    evaluator->exclude = standard && evaluator->train ? WRMF_EXCLUDE_TRAIN : WRMF_EXCLUDE_NONE;
    evaluator->empty = standard ? WRMF_EMPTY_SKIP : WRMF_EMPTY_ZERO;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_evaluator_set_per_user(wrmf_evaluator *evaluator, int per_user, wrmf_error *err)
{
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_evaluator_enter(&call, evaluator, err));
    wrmf_i_evaluator_reset(evaluator);
    evaluator->per_user = per_user != 0;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

/* ---- running ---- */

static wrmf_status run(wrmf_context *context, wrmf_evaluator *evaluator, const wrmf_model *model,
                       wrmf_error *err)
{
    wrmf_i_progress progress;
    wrmf_i_progress_begin(&progress, context, "evaluate", 0, evaluator->n_users);
    const wrmf_status status = wrmf_i_evaluators_run(context, &evaluator, 1, model, &progress, err);
    wrmf_i_progress_end(&progress);
    return status;
}

wrmf_status wrmf_evaluator_run(wrmf_context *context, wrmf_evaluator *evaluator,
                               const wrmf_model *model, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    if (!model)
        return wrmf_i_fail_null(err, "model");
    const wrmf_matrix *const test = evaluator->test;
    if (model->rows[0] != test->rows || model->rows[1] != test->columns)
        return wrmf_i_fail(err, WRMF_E_SHAPE,
                           "the model is %lld x %lld, the test matrix %lld x %lld",
                           (long long)model->rows[0], (long long)model->rows[1],
                           (long long)test->rows, (long long)test->columns);
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_evaluator_enter(&call, evaluator, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_read(&call, model, err);
    if (status == WRMF_OK)
        status = run(context, evaluator, model, err);
    if (status == WRMF_OK)
        wrmf_i_evaluator_warn(context, evaluator);
    wrmf_i_call_end(&call);
    return status;
}

static wrmf_status check_folded(const wrmf_evaluator *evaluator, const wrmf_model *model,
                                const wrmf_matrix *given, wrmf_error *err)
{
    const wrmf_matrix *const test = evaluator->test;
    if (model->rows[1] != test->columns)
        return wrmf_i_fail(err, WRMF_E_SHAPE, "the model has %lld items, the test matrix %lld",
                           (long long)model->rows[1], (long long)test->columns);
    return wrmf_i_check_given(test, given, err);
}

wrmf_status wrmf_evaluator_run_folded(wrmf_context *context, wrmf_evaluator *evaluator,
                                      const wrmf_model *model, const wrmf_matrix *given,
                                      wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!given)
        return wrmf_i_fail_null(err, "given");
    WRMF_I_TRY(check_folded(evaluator, model, given, err));
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, given);
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_evaluator_enter(&call, evaluator, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_read(&call, model, err);
    if (status == WRMF_OK)
        status = wrmf_i_evaluate_folded(context, evaluator, model, given, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_evaluator_run_scores(wrmf_context *context, wrmf_evaluator *evaluator,
                                      wrmf_score_fn score, void *self, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    if (!score)
        return wrmf_i_fail_null(err, "score");
    const wrmf_i_score_source source = {score, self};
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_evaluator_enter(&call, evaluator, err);
    if (status == WRMF_OK)
        status = wrmf_i_evaluate_source(context, evaluator, &source, err);
    wrmf_i_call_end(&call);
    return status;
}

double wrmf_evaluator_value(const wrmf_evaluator *evaluator, wrmf_metric metric, int64_t k)
{
    return evaluator && wrmf_i_is_metric(metric) ? wrmf_i_evaluator_value(evaluator, metric, k)
                                                 : (double)NAN;
}

int64_t wrmf_evaluator_counted(const wrmf_evaluator *evaluator)
{
    return evaluator ? evaluator->counted : 0;
}

int64_t wrmf_evaluator_skipped(const wrmf_evaluator *evaluator)
{
    return evaluator ? evaluator->skipped : 0;
}

int64_t wrmf_evaluator_users(const wrmf_evaluator *evaluator)
{
    return evaluator ? evaluator->n_users : 0;
}

static wrmf_status user_values(const wrmf_evaluator *evaluator, wrmf_metric metric, int64_t k,
                               double *values, wrmf_error *err)
{
    if (!evaluator->ran || !evaluator->per_user)
        return wrmf_i_fail(err, WRMF_E_STATE, "there are no per-user values: %s",
                           evaluator->ran ? "they were not asked for" : "no run");
    const int64_t column = wrmf_i_is_metric(metric) && !wrmf_i_metric_has_users(metric)
                               ? -1
                               : wrmf_i_evaluator_find(evaluator, metric, k);
    if (column < 0)
        return wrmf_i_fail(err, WRMF_E_NAME, "%s at %lld has no per-user values",
                           wrmf_i_is_metric(metric) ? wrmf_i_metric_name(metric) : "this metric",
                           (long long)k);
    wrmf_i_metric_column columns[WRMF_I_METRIC_COLUMNS];
    const int64_t n_columns = wrmf_i_evaluator_layout(evaluator, columns);
    for (int64_t i = 0; i < evaluator->n_users; i++)
        values[i] = evaluator->user_values[i * n_columns + column];
    return WRMF_OK;
}

wrmf_status wrmf_evaluator_user_values(const wrmf_evaluator *evaluator, wrmf_metric metric,
                                       int64_t k, double *values, wrmf_error *err)
{
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    if (!values)
        return wrmf_i_fail_null(err, "values");
    wrmf_evaluator *const used = (wrmf_evaluator *)(uintptr_t)evaluator; /* only its use changes */
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_evaluator_enter(&call, used, err));
    const wrmf_status status = user_values(evaluator, metric, k, values, err);
    wrmf_i_call_end(&call);
    return status;
}

/* ---- metrics ---- */

const char *wrmf_metric_name(wrmf_metric metric)
{
    return wrmf_i_is_metric(metric) ? wrmf_i_metric_name(metric) : NULL;
}

int wrmf_metric_find(const char *name)
{
    return name ? wrmf_i_metric_find(name) : -1;
}

int wrmf_metric_has_cutoff(wrmf_metric metric)
{
    return wrmf_i_is_metric(metric) && wrmf_i_metric_has_cutoff(metric);
}

int wrmf_metric_higher_is_better(wrmf_metric metric)
{
    return wrmf_i_is_metric(metric) && wrmf_i_metric_higher_is_better(metric);
}

int wrmf_metric_has_users(wrmf_metric metric)
{
    return wrmf_i_is_metric(metric) && wrmf_i_metric_has_users(metric);
}
