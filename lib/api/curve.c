/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/curve.h"

#include <math.h>
#include <string.h>

#include "par/progress.h"
#include "search/curve.h"

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

static bool show(void *self, int64_t epoch)
{
    return wrmf_i_progress_step(self, epoch, true);
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
    WRMF_I_TRY(wrmf_i_check_epochs(epochs, n_epochs, err));
    WRMF_I_TRY(check_evaluators(train, evaluators, labels, n_evaluators, err));
    wrmf_i_columns *columns;
    WRMF_I_TRY(wrmf_i_columns_create(context, evaluators, labels, n_evaluators, &columns, err));
    wrmf_curve *curve = NULL;
    wrmf_status status = wrmf_i_curve_new(context, params, columns, epochs, n_epochs, &curve, err);
    wrmf_i_columns_release(columns); /* the curve holds them */
    if (status == WRMF_OK) {
        wrmf_i_progress progress;
        wrmf_i_progress_begin(&progress, context, "fit", epochs[n_epochs - 1]);
        const wrmf_i_curve_task task = {.train = train,
                                        .evaluators = evaluators,
                                        .n_evaluators = n_evaluators,
                                        .stop = show,
                                        .stop_self = &progress};
        status = wrmf_i_curve_run(context, &task, curve, err);
    }
    if (status == WRMF_OK)
        *out = curve;
    else
        wrmf_i_curve_free(curve);
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
    return curve && name ? wrmf_i_columns_find(curve->columns, name) : -1;
}

double wrmf_curve_value(const wrmf_curve *curve, int64_t point, int64_t column)
{
    if (!is_point(curve, point) || !is_column(curve, column))
        return (double)NAN;
    return curve->values[point * curve->columns->count + column];
}

int64_t wrmf_curve_best(const wrmf_curve *curve, int64_t column)
{
    return is_column(curve, column) ? wrmf_i_curve_best(curve, column) : -1;
}

const wrmf_params *wrmf_curve_params(const wrmf_curve *curve)
{
    return curve ? curve->params : NULL;
}
