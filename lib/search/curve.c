/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/curve.h"

#include <math.h>
#include <string.h>

wrmf_status wrmf_i_check_epochs(const int64_t *epochs, int64_t n, const char *name, wrmf_error *err)
{
    if (n < 1)
        return wrmf_i_fail(err, WRMF_E_RANGE, "%s is %lld, below 1", name, (long long)n);
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

wrmf_status wrmf_i_curve_new(wrmf_context *context, const wrmf_params *params,
                             wrmf_i_curve_columns *columns, const int64_t *epochs, int64_t room,
                             wrmf_curve **out, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    wrmf_curve *const curve = wrmf_i_alloc_zero(allocator, 1, sizeof *curve);
    if (!curve)
        return wrmf_i_fail_memory(err, "a curve");
    curve->context = wrmf_i_context_hold(context);
    curve->columns = wrmf_i_curve_columns_hold(columns);
    curve->room = room;
    const size_t width = (size_t)columns->count * sizeof *curve->values;
    curve->epochs = wrmf_i_alloc(allocator, (size_t)room, sizeof *curve->epochs);
    curve->values = wrmf_i_alloc(allocator, (size_t)room, width);
    wrmf_status status = WRMF_OK;
    if (!curve->epochs || !curve->values)
        status = wrmf_i_fail_memory(err, "the values of a curve");
    if (status == WRMF_OK)
        status = wrmf_i_params_new(context, params, &curve->params, err);
    if (status != WRMF_OK) {
        wrmf_i_curve_free(curve);
        return status;
    }
    memcpy(curve->epochs, epochs, (size_t)room * sizeof *epochs);
    for (int64_t i = 0; i < room * columns->count; i++)
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
    const size_t room = (size_t)curve->room;
    wrmf_i_free(allocator, curve->values, room,
                (size_t)curve->columns->count * sizeof *curve->values);
    wrmf_i_free(allocator, curve->epochs, room, sizeof *curve->epochs);
    wrmf_i_params_free(curve->params);
    wrmf_i_curve_columns_release(curve->columns);
    wrmf_i_free(allocator, curve, 1, sizeof *curve);
    wrmf_i_context_release(context);
}

/* Whether a point's value in a column is better than that of `best`, -1 being no point. */
static bool is_better(const wrmf_curve *curve, int64_t column, int64_t point, int64_t best)
{
    const int64_t width = curve->columns->count;
    const double value = curve->values[point * width + column];
    if (isnan(value) || best < 0)
        return !isnan(value);
    const double reached = curve->values[best * width + column];
    return curve->columns->at[column].lower_is_better ? value < reached : value > reached;
}

int64_t wrmf_i_curve_best(const wrmf_curve *curve, int64_t column, int64_t points)
{
    int64_t best = -1;
    for (int64_t point = 0; point < curve->points && point < points; point++)
        if (is_better(curve, column, point, best))
            best = point;
    return best;
}

/* The first of the points that lies so many behind the best until then; -1: there is none. */
static int64_t first_past_best(const wrmf_curve *curve, int64_t column, int64_t patience,
                               int64_t points)
{
    int64_t best = -1;
    for (int64_t point = 0; point < curve->points && point < points; point++) {
        if (is_better(curve, column, point, best))
            best = point;
        if (point - best >= patience)
            return point;
    }
    return -1;
}

bool wrmf_i_curve_is_past_best(const wrmf_curve *curve, int64_t column, int64_t patience,
                               int64_t points)
{
    return first_past_best(curve, column, patience, points) >= 0;
}

int64_t wrmf_i_curve_counted(const wrmf_curve *curve, int64_t column, int64_t patience,
                             int64_t points)
{
    const int64_t end = patience > 0 ? first_past_best(curve, column, patience, points) : -1;
    if (end >= 0)
        return end + 1;
    return points < curve->points ? points : curve->points;
}
