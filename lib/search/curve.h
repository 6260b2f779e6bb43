/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/curve.h - what a wrmf_curve is. search/trial.h computes one.
 */
#ifndef WRMF_SEARCH_CURVE_H
#define WRMF_SEARCH_CURVE_H

#include "model/params.h"
#include "search/curve_columns.h"
#include "wrmf/curve.h"

struct wrmf_curve {
    wrmf_context *context;         /* held */
    wrmf_params *params;           /* a copy */
    wrmf_i_curve_columns *columns; /* held */
    int64_t points;                /* that have been evaluated, the first ones of `room` */
    int64_t room;                  /* points of a curve that is run to its end */
    int64_t *epochs;               /* of each of the room's points, ascending */
    double *values;                /* room x columns; NaN is always the same NaN */
    bool of_grid;                  /* a grid's: wrmf_curve_free() leaves it alone */
};

/** A curve without points. params and epochs, one for each of the room's points, are copied. */
wrmf_status wrmf_i_curve_new(wrmf_context *context, const wrmf_params *params,
                             wrmf_i_curve_columns *columns, const int64_t *epochs, int64_t room,
                             wrmf_curve **out, wrmf_error *err);
void wrmf_i_curve_free(wrmf_curve *curve);
/** wrmf_curve_best() of a column that is there, among the first `points` points at most. */
int64_t wrmf_i_curve_best(const wrmf_curve *curve, int64_t column, int64_t points);
/** Whether, among the first `points` points at most, there is one that lies `patience` points
 *  behind the best that the column had until then, or behind the start where it had none. */
bool wrmf_i_curve_is_past_best(const wrmf_curve *curve, int64_t column, int64_t patience,
                               int64_t points);

/** How many of the first `points` points count where a curve ends at the first such point: at most
 *  those that there are. patience 0: it ends nowhere. */
int64_t wrmf_i_curve_counted(const wrmf_curve *curve, int64_t column, int64_t patience,
                             int64_t points);

/** Fail unless epochs are an ascending list of at least one. */
wrmf_status wrmf_i_check_epochs(const int64_t *epochs, int64_t n, const char *name,
                                wrmf_error *err);

#endif /* WRMF_SEARCH_CURVE_H */
