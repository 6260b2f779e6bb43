/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/order.h - the order in which a grid's curves are listed.
 */
#ifndef WRMF_SEARCH_ORDER_H
#define WRMF_SEARCH_ORDER_H

#include "search/grid.h"

/** Sort a list of n configurations, which have curves, by the best value in a column among the
 *  first points of each, as many as `points` says of each of the list, or all where it is NULL; the
 *  best first; curves without a value come last, equal ones in run order. After a failure the list
 *  is as it was. */
wrmf_status wrmf_i_grid_rank(const wrmf_grid *grid, int64_t column, const int64_t *points,
                             int64_t *configurations, int64_t n, wrmf_error *err);
/** List the curves of a grid that has run in run order. */
void wrmf_i_grid_unsort(wrmf_grid *grid);
/** List them by their best values in a column, as wrmf_i_grid_rank() does. */
wrmf_status wrmf_i_grid_sort(wrmf_grid *grid, const char *column, wrmf_error *err);

#endif /* WRMF_SEARCH_ORDER_H */
