/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/order.h - the order in which a grid's finished curves are listed.
 */
#ifndef WRMF_SEARCH_ORDER_H
#define WRMF_SEARCH_ORDER_H

#include "search/grid.h"

/** List the finished curves of a grid that has run in run order. */
void wrmf_i_grid_unsort(wrmf_grid *grid);
/** List them by their best values in a column, the best first; curves without a value come
 *  last, equal ones in run order. */
wrmf_status wrmf_i_grid_sort(wrmf_grid *grid, const char *column, wrmf_error *err);

#endif /* WRMF_SEARCH_ORDER_H */
