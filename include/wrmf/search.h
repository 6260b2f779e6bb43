/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/search.h - a grid searched instead of run in full: configurations drawn at random,
 * successive halving, coordinate search, early stopping, and a budget. They combine.
 *
 *     wrmf_grid_set_coordinates(grid, "test_precision@5", &err);
 *     wrmf_grid_set_patience(grid, "test_precision@5", 2, &err);
 *     wrmf_grid_set_finish(grid, 8, &err);
 *     wrmf_grid_set_budget(grid, 30, &err);
 *     wrmf_grid_run(context, grid, &err);
 *
 * The settings say what wrmf_grid_run() runs. They may be changed between runs, each of which goes
 * on from the curves, and the journal, of those before: a search that found something can be made
 * a wider one, or the full grid. Which configurations run, how far, and all figures but seconds
 * are the same for every number of threads, and whether a run was stopped and gone on with or not;
 * a budget depends on the clock.
 */
#ifndef WRMF_SEARCH_H
#define WRMF_SEARCH_H

#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/grid.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/**
 * Random search: of the grid's configurations only some are tried, drawn without replacement.
 * @param[in] n     How many, >= 0; 0: all, in run order (the default). As many as there are, or
 *                  more: all, in random order, which is what a budget wants.
 * @param[in] seed  >= 0. The draw of n has the first ones of the draw of more.
 * @retval WRMF_E_NULL   grid is NULL.
 * @retval WRMF_E_RANGE  n or seed is outside its interval. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_grid_set_sample(wrmf_grid *grid, int64_t n, int64_t seed,
                                                          wrmf_error *err);

/**
 * Successive halving: all configurations are fitted to an early epoch, one of eta of them, the
 * best (rounded up; of equals those first in run order), to about eta times as many epochs, and so
 * on. The rungs are among the epochs of wrmf_grid_set_epochs(): the first is the first of them
 * that is >= first_epoch, each next one the first that is >= eta times the one before, or the
 * last. One that goes on is fitted anew from its start, so that no models are kept.
 * @param[in] column  What decides, as in wrmf_grid_sort(), by its best value so far; copied.
 *                    NULL: no halving (the default), and eta and first_epoch are not used.
 * @param[in] eta     >= 2.
 * @param[in] first_epoch  >= 1.
 * @retval WRMF_E_NULL   grid is NULL.
 * @retval WRMF_E_RANGE  eta or first_epoch is outside its interval.
 * @retval WRMF_E_NOMEM  no memory.
 * Whether there is such a column shows in wrmf_grid_run(). After a failure the setting is as
 * before. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_grid_set_halving(wrmf_grid *grid, const char *column,
                                                           int64_t eta, int64_t first_epoch,
                                                           wrmf_error *err);

/**
 * Coordinate search (Hooke and Jeeves 1961): from one configuration the search goes to the best of
 * all that differ from it in one parameter alone, parameter by parameter in the grid's order, again
 * and again, until none is better; then to the best of those that are one value away in one
 * parameter or in two, and so on, until nothing there is better either. It takes some multiple of
 * the number of values on all axes, where the grid takes their product, and finds the best where
 * that is the only one that is better than all around it. It begins in the middle of every list,
 * or, with wrmf_grid_set_sample(), at the best of those drawn, which halving may have chosen. Put
 * the values of a parameter in ascending order, and parameters that make fits longer last.
 * @param[in] column  What decides, as in wrmf_grid_sort(), by its best value; copied. NULL: no
 *                    coordinate search (the default).
 * @retval WRMF_E_NULL   grid is NULL.
 * @retval WRMF_E_NOMEM  no memory.
 * How many trials there will be is not known: progress has the total -1. Whether there is such a
 * column shows in wrmf_grid_run(). After a failure the setting is as before. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_grid_set_coordinates(wrmf_grid *grid, const char *column,
                                                               wrmf_error *err);

/**
 * Early stopping: a configuration ends where its curve has come `points` points past its best one,
 * or has `points` points and no number yet. With halving it keeps its place among those that it
 * was to be compared with.
 * @param[in] column  What decides, as in wrmf_grid_sort(); copied. NULL: all run to the last epoch
 *                    (the default), and points is not used.
 * @param[in] points  >= 1; of the epochs of wrmf_grid_set_epochs().
 * @retval WRMF_E_NULL   grid is NULL.
 * @retval WRMF_E_RANGE  points is outside its interval.
 * @retval WRMF_E_NOMEM  no memory.
 * Whether there is such a column shows in wrmf_grid_run(). After a failure the setting is as
 * before. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_grid_set_patience(wrmf_grid *grid, const char *column,
                                                            int64_t points, wrmf_error *err);

/**
 * What early stopping misses: a curve that falls, and rises again later. Once the search is over,
 * the n best of the configurations that it brought to their end, that of their patience or the last
 * epoch, are run to the last epoch all the same. They are the best by the column of
 * wrmf_grid_set_patience(), among the points that patience left them, with those that ran to the
 * last epoch anyway among the n. Each that goes on is fitted anew from its start. Without
 * wrmf_grid_set_patience() all run so far, and nothing changes. They run in what is left of a
 * budget.
 * @param[in] n  >= 0; 0: none (the default).
 * @retval WRMF_E_NULL   grid is NULL.
 * @retval WRMF_E_RANGE  n is below 0.
 * How many trials there will be is not known: progress has the total -1. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_grid_set_finish(wrmf_grid *grid, int64_t n,
                                                          wrmf_error *err);

/**
 * A budget: wrmf_grid_run() begins nothing more once it has taken so many seconds, ends trials
 * that run after the epoch that they are in, and succeeds with the curves that it has, which may
 * be none. A curve that is ended keeps the points that it has come to. With halving each rung
 * gets an equal share of the seconds: what it cannot begin in it is given up, the least promising
 * first, and the next rung chooses among the others. Configurations are begun in run order, or in
 * that of the draw of wrmf_grid_set_sample().
 * @param[in] seconds  >= 0, finite; 0: none (the default). The journal's reading counts.
 * @retval WRMF_E_NULL   grid is NULL.
 * @retval WRMF_E_RANGE  seconds is outside its interval. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_grid_set_budget(wrmf_grid *grid, double seconds,
                                                          wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_SEARCH_H */
