/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/grid.h - what a wrmf_grid is, and its settings. A configuration is its number in run
 * order; search/space.h says what that is.
 */
#ifndef WRMF_SEARCH_GRID_H
#define WRMF_SEARCH_GRID_H

#include "search/curve.h"
#include "search/space.h"
#include "wrmf/grid.h"

/** Which configurations are tried, and until when: the settings of wrmf/search.h. Zeros: all of
 *  them, to the end. */
typedef struct wrmf_i_search {
    int64_t sample; /* configurations that are drawn; 0: all, in run order */
    int64_t seed;   /* of the draw */
    /* successive halving */
    int64_t eta;          /* one of so many goes on; 0: all do */
    int64_t first_epoch;  /* before which none is given up */
    char *halving_column; /* which decides; NULL without halving */
    /* early stopping */
    int64_t patience;         /* points behind the best after which a configuration ends; 0: none */
    char *patience_column;    /* that the best is of; NULL without patience */
    int64_t finish;           /* so many, the best, go to the last epoch in the end all the same */
    char *coordinates_column; /* that a coordinate search goes by; NULL without one */
    double budget;            /* seconds of a run; 0: as many as it takes */
} wrmf_i_search;

struct wrmf_grid {
    wrmf_context *context; /* held: the allocator */
    wrmf_i_use use;        /* of the call that runs it or sets something */
    wrmf_matrix *train;    /* held */
    wrmf_i_space space;
    int64_t n_epochs;
    int64_t *epochs; /* of each curve's points */
    int64_t n_evaluators;
    wrmf_evaluator *evaluators[WRMF_I_EVALUATORS_MAX]; /* copies */
    char *labels[WRMF_I_EVALUATORS_MAX];
    wrmf_i_search search;
    char *journal;       /* path or NULL */
    wrmf_params *params; /* of all configurations, n_params of them; NULL until one is asked for */
    int64_t n_params;
    /* from the first run on, when settings are fixed; else NULL */
    wrmf_i_curve_columns *columns;
    wrmf_curve **curves; /* one a configuration; NULL where it has no point */
    int64_t *order;      /* the configurations that have curves, as they are listed */
    int64_t done;        /* how many these are */
};

wrmf_status wrmf_i_grid_new(wrmf_context *context, const wrmf_matrix *train,
                            const wrmf_params *base, wrmf_grid **out, wrmf_error *err);
void wrmf_i_grid_free(wrmf_grid *grid);
/** Have a grid alone until the call ends; WRMF_E_STATE if another call has it. */
wrmf_status wrmf_i_grid_enter(wrmf_i_call *call, wrmf_grid *grid, wrmf_error *err);
/** Drop all curves, as if the grid had not run. */
void wrmf_i_grid_forget(wrmf_grid *grid);
/** The settings; all fail once the grid has run. */
wrmf_status wrmf_i_grid_add(wrmf_grid *grid, const char *name, const char *values, wrmf_error *err);
wrmf_status wrmf_i_grid_parse(wrmf_grid *grid, const char *text, wrmf_error *err);
wrmf_status wrmf_i_grid_set_epochs(wrmf_grid *grid, const int64_t *epochs, int64_t n,
                                   wrmf_error *err);
wrmf_status wrmf_i_grid_add_evaluator(wrmf_grid *grid, const char *label,
                                      const wrmf_evaluator *evaluator, wrmf_error *err);
wrmf_status wrmf_i_grid_set_journal(wrmf_grid *grid, const char *path, wrmf_error *err);

/** The parameters of configuration i, the grid's own, or NULL if there is no memory. */
const wrmf_params *wrmf_i_grid_params(wrmf_grid *grid, int64_t i);
/** A new curve of configuration i, whose values are NaN. */
wrmf_status wrmf_i_grid_curve(const wrmf_grid *grid, int64_t i, wrmf_curve **out, wrmf_error *err);

#endif /* WRMF_SEARCH_GRID_H */
