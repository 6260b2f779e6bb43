/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/grid.h - what a wrmf_grid is.
 *
 * A configuration is its place in run order: the last axis varies fastest.
 */
#ifndef WRMF_SEARCH_GRID_H
#define WRMF_SEARCH_GRID_H

#include "search/curve.h"
#include "wrmf/grid.h"

#define WRMF_I_GRID_MAX 1000000

/** One parameter and its values; `second`, if not 0, has the same values. */
typedef struct wrmf_i_axis {
    char *name; /* as it was given */
    wrmf_param first, second;
    int64_t count;
    wrmf_i_value *values;
} wrmf_i_axis;

struct wrmf_grid {
    wrmf_context *context; /* held: the allocator */
    wrmf_matrix *train;    /* held */
    wrmf_i_value base[WRMF_I_PARAM_COUNT];
    int axes;
    wrmf_i_axis axis[WRMF_I_PARAM_COUNT];
    int64_t size; /* configurations */
    int64_t n_epochs;
    int64_t *epochs;
    int64_t n_evaluators;
    wrmf_evaluator *evaluators[WRMF_I_EVALUATORS_MAX]; /* copies */
    char *labels[WRMF_I_EVALUATORS_MAX];
    char *journal;           /* path or NULL */
    wrmf_params *params;     /* of all configurations, once one was asked for, or NULL */
    wrmf_i_columns *columns; /* from the first run on */
    wrmf_curve **curves;     /* by configuration, NULL: none yet; from the first run on */
    int64_t done;
    int64_t *order; /* configurations of the done curves, in their places */
};

wrmf_status wrmf_i_grid_new(wrmf_context *context, const wrmf_matrix *train,
                            const wrmf_params *base, wrmf_grid **out, wrmf_error *err);
void wrmf_i_grid_free(wrmf_grid *grid);
/** Drop all curves, as if the grid had not run. */
void wrmf_i_grid_forget(wrmf_grid *grid);
wrmf_status wrmf_i_grid_add(wrmf_grid *grid, const char *name, const char *values, wrmf_error *err);
wrmf_status wrmf_i_grid_parse(wrmf_grid *grid, const char *text, wrmf_error *err);
wrmf_status wrmf_i_grid_set_epochs(wrmf_grid *grid, const int64_t *epochs, int64_t n,
                                   wrmf_error *err);
wrmf_status wrmf_i_grid_add_evaluator(wrmf_grid *grid, const char *label,
                                      const wrmf_evaluator *evaluator, wrmf_error *err);
wrmf_status wrmf_i_grid_set_journal(wrmf_grid *grid, const char *path, wrmf_error *err);

/** The values of a configuration. */
void wrmf_i_grid_values(const wrmf_grid *grid, int64_t i, wrmf_i_value values[WRMF_I_PARAM_COUNT]);
/** The same as parameters, or NULL if there is no memory. */
const wrmf_params *wrmf_i_grid_params(wrmf_grid *grid, int64_t i);
/** "factors=10 alpha=1", what varies, cut to capacity. */
void wrmf_i_grid_describe(const wrmf_grid *grid, int64_t i, char *buffer, size_t capacity);

/** search/grid_run.c */
wrmf_status wrmf_i_grid_run(wrmf_context *context, wrmf_grid *grid, wrmf_error *err);
/** Put the curves that are done into run order. */
void wrmf_i_grid_unsort(wrmf_grid *grid);
wrmf_status wrmf_i_grid_sort(wrmf_grid *grid, const char *column, wrmf_error *err);

#endif /* WRMF_SEARCH_GRID_H */
