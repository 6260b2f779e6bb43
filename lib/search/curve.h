/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/curve.h - what a wrmf_curve is, and how one is made.
 */
#ifndef WRMF_SEARCH_CURVE_H
#define WRMF_SEARCH_CURVE_H

#include "eval/evaluator.h"
#include "wrmf/curve.h"

typedef struct wrmf_i_curve_column {
    char *name;
    bool less;     /* is better */
    int evaluator; /* -1: none */
    wrmf_metric metric;
    int64_t k;
} wrmf_i_curve_column;

/** Names of the columns; immutable, shared by the curves of a grid. */
typedef struct wrmf_i_columns {
    atomic_long references;
    wrmf_context *context; /* held */
    int64_t count;
    wrmf_i_curve_column *at;
} wrmf_i_columns;

struct wrmf_curve {
    wrmf_context *context; /* held */
    wrmf_params *params;
    wrmf_i_columns *columns; /* held */
    int64_t points;
    int64_t *epochs;
    double *values; /* points rows of columns; NaN is always the same NaN */
    bool of_grid;   /* the public free leaves it alone */
};

/** seconds, objective, and those of the evaluators under their labels. */
wrmf_status wrmf_i_columns_create(wrmf_context *context, wrmf_evaluator *const *evaluators,
                                  const char *const *labels, int64_t n, wrmf_i_columns **out,
                                  wrmf_error *err);
/** Thread-safe; NULL is allowed. */
void wrmf_i_columns_release(wrmf_i_columns *columns);
/** The column of a name, or -1. */
int64_t wrmf_i_columns_find(const wrmf_i_columns *columns, const char *name);

/** Whether a label is one, and epochs are an ascending list. */
wrmf_status wrmf_i_check_label(const char *label, wrmf_error *err);
wrmf_status wrmf_i_check_epochs(const int64_t *epochs, int64_t n, wrmf_error *err);
/** Whether an evaluator has the shape of the training matrix. */
wrmf_status wrmf_i_check_evaluator(const wrmf_matrix *train, const wrmf_evaluator *evaluator,
                                   const char *label, wrmf_error *err);

/** A curve whose values are NaN. */
wrmf_status wrmf_i_curve_new(wrmf_context *context, const wrmf_params *params,
                             wrmf_i_columns *columns, const int64_t *epochs, int64_t points,
                             wrmf_curve **out, wrmf_error *err);
void wrmf_i_curve_free(wrmf_curve *curve);
/** wrmf_curve_best() of a column that is there. */
int64_t wrmf_i_curve_best(const wrmf_curve *curve, int64_t column);

/** What a curve is made of; all borrowed. */
typedef struct wrmf_i_curve_task {
    const wrmf_matrix *train;
    wrmf_evaluator *const *evaluators; /* as many, and in the order, as the columns */
    int64_t n_evaluators;
    /** Called after each epoch; true: stop with WRMF_E_CANCELLED. NULL: never. */
    bool (*stop)(void *self, int64_t epoch);
    void *stop_self;
} wrmf_i_curve_task;

/** Fit and evaluate, filling a new curve. The context's progress hook is not
 *  called. */
wrmf_status wrmf_i_curve_run(wrmf_context *context, const wrmf_i_curve_task *task,
                             wrmf_curve *curve, wrmf_error *err);

#endif /* WRMF_SEARCH_CURVE_H */
