/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/rounds.h - which of a grid's configurations run when, and until when.
 */
#ifndef WRMF_SEARCH_ROUNDS_H
#define WRMF_SEARCH_ROUNDS_H

#include "search/grid.h"

/** wrmf_grid_run(): take what the journal has, then run what the search lacks, rung by rung. */
wrmf_status wrmf_i_grid_run(wrmf_context *context, wrmf_grid *grid, wrmf_error *err);

#endif /* WRMF_SEARCH_ROUNDS_H */
