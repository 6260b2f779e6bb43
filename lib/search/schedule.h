/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/schedule.h - which of a grid's configurations run when, and on which worker.
 */
#ifndef WRMF_SEARCH_SCHEDULE_H
#define WRMF_SEARCH_SCHEDULE_H

#include "search/grid.h"

/** wrmf_grid_run(): take what the journal has, then run what is left, the largest models
 *  first. Each worker fits configurations of its own where there are enough for all; else one
 *  after another runs on all workers. */
wrmf_status wrmf_i_grid_run(wrmf_context *context, wrmf_grid *grid, wrmf_error *err);

#endif /* WRMF_SEARCH_SCHEDULE_H */
