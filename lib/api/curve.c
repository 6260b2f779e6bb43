/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/curve.h"

#include <math.h>
#include <string.h>

#include "search/trial.h"

static wrmf_status check_evaluators(const wrmf_matrix *train, wrmf_evaluator *const *evaluators,
                                    const char *const *labels, int64_t n, wrmf_error *err)
{
    if (n < 0 || n > WRMF_I_EVALUATORS_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_evaluators is %lld, not in 0 .. %d", (long long)n,
                           WRMF_I_EVALUATORS_MAX);
    if (!evaluators && n > 0)
        return wrmf_i_fail_null(err, "evaluators");
    if (!labels && n > 0)
        return wrmf_i_fail_null(err, "labels");
    for (int64_t i = 0; i < n; i++) {
        if (!evaluators[i])
            return wrmf_i_fail(err, WRMF_E_NULL, "evaluators[%lld] is NULL", (long long)i);
        if (!labels[i])
            return wrmf_i_fail(err, WRMF_E_NULL, "labels[%lld] is NULL", (long long)i);
        WRMF_I_TRY(wrmf_i_check_label(labels[i], err));
        for (int64_t j = 0; j < i; j++)
            if (strcmp(labels[i], labels[j]) == 0)
                return wrmf_i_fail(err, WRMF_E_FORMAT, "labels[%lld] and [%lld] are both \"%.60s\"",
                                   (long long)j, (long long)i, labels[i]);
        WRMF_I_TRY(wrmf_i_check_evaluator(train, evaluators[i], labels[i], err));
    }
    return WRMF_OK;
}

/* Have each evaluator alone; one may be given more than once. */
static wrmf_status enter_evaluators(wrmf_i_call *call, wrmf_evaluator *const *evaluators, int64_t n,
                                    wrmf_error *err)
{
    for (int64_t i = 0; i < n; i++) {
        bool before = false;
        for (int64_t j = 0; j < i; j++)
            before = before || evaluators[j] == evaluators[i];
        if (!before)
            WRMF_I_TRY(wrmf_i_evaluator_enter(call, evaluators[i], err));
    }
    return WRMF_OK;
}

static wrmf_status run(wrmf_context *context, const wrmf_i_trial *trial, const wrmf_params *params,
                       const char *const *labels, int64_t n_evaluators, const int64_t *epochs,
                       int64_t n_epochs, wrmf_curve **out, wrmf_error *err)
{
    wrmf_i_curve_columns *columns;
    WRMF_I_TRY(wrmf_i_curve_columns_create(context, trial->evaluators, labels, n_evaluators,
                                           &columns, err));
    wrmf_curve *curve = NULL;
    wrmf_status status = wrmf_i_curve_new(context, params, columns, epochs, n_epochs, &curve, err);
    wrmf_i_curve_columns_release(columns); /* the curve holds them */
    if (status == WRMF_OK)
        status = wrmf_i_trial_run(context, trial, curve, err);
    if (status == WRMF_OK)
        *out = curve;
    else
        wrmf_i_curve_free(curve);
    return status;
}

wrmf_status wrmf_curve_run(wrmf_context *context, const wrmf_matrix *train,
                           const wrmf_params *params, const int64_t *epochs, int64_t n_epochs,
                           wrmf_evaluator *const *evaluators, const char *const *labels,
                           int64_t n_evaluators, wrmf_curve **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!train)
        return wrmf_i_fail_null(err, "train");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    WRMF_I_TRY(wrmf_i_check_epochs(epochs, n_epochs, "n_epochs", err));
    WRMF_I_TRY(check_evaluators(train, evaluators, labels, n_evaluators, err));
    const wrmf_i_trial trial = {
        .train = train, .evaluators = evaluators, .until = n_epochs, .phase = "fit"};
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, train);
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = enter_evaluators(&call, evaluators, n_evaluators, err);
    if (status == WRMF_OK)
        status = run(context, &trial, params, labels, n_evaluators, epochs, n_epochs, out, err);
    wrmf_i_call_end(&call);
    return status;
}

void wrmf_curve_free(wrmf_curve *curve)
{
    if (curve && !curve->of_grid)
        wrmf_i_curve_free(curve);
}

static bool is_point(const wrmf_curve *curve, int64_t point)
{
    return curve && point >= 0 && point < curve->points;
}

static bool is_column(const wrmf_curve *curve, int64_t column)
{
    return curve && column >= 0 && column < curve->columns->count;
}

int64_t wrmf_curve_points(const wrmf_curve *curve)
{
    return curve ? curve->points : 0;
}

int64_t wrmf_curve_epoch(const wrmf_curve *curve, int64_t point)
{
    return is_point(curve, point) ? curve->epochs[point] : -1;
}

int64_t wrmf_curve_columns(const wrmf_curve *curve)
{
    return curve ? curve->columns->count : 0;
}

const char *wrmf_curve_column_name(const wrmf_curve *curve, int64_t column)
{
    return is_column(curve, column) ? curve->columns->at[column].name : NULL;
}

int64_t wrmf_curve_find(const wrmf_curve *curve, const char *name)
{
    return curve && name ? wrmf_i_curve_columns_find(curve->columns, name) : -1;
}

double wrmf_curve_value(const wrmf_curve *curve, int64_t point, int64_t column)
{
    if (!is_point(curve, point) || !is_column(curve, column))
        return (double)NAN;
    return curve->values[point * curve->columns->count + column];
}

int64_t wrmf_curve_best(const wrmf_curve *curve, int64_t column)
{
    return is_column(curve, column) ? wrmf_i_curve_best(curve, column, curve->points) : -1;
}

const wrmf_params *wrmf_curve_params(const wrmf_curve *curve)
{
    return curve ? curve->params : NULL;
}
