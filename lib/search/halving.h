/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/halving.h - successive halving: all candidates are fitted for few epochs, one of eta of
 * them, the best, for about eta times as many, and so on, until those that are left come to the
 * last epoch (Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter
 * optimization", AISTATS 2016).
 */
#ifndef WRMF_SEARCH_HALVING_H
#define WRMF_SEARCH_HALVING_H

#include "search/grid.h"

/** Most rungs: the epochs at least double from one to the next, but for the last. */
enum { WRMF_I_RUNGS_MAX = 65 };

typedef struct wrmf_i_rungs {
    int64_t count;                    /* >= 1; 1 without halving */
    int64_t points[WRMF_I_RUNGS_MAX]; /* that a curve has at the end of each; ascending */
} wrmf_i_rungs;

/** The rungs of a grid's search. */
wrmf_i_rungs wrmf_i_rungs_of(const wrmf_grid *grid);
/** How many of n configurations go on after a rung: 1 / eta of them, rounded up. */
int64_t wrmf_i_rung_survivors(const wrmf_grid *grid, int64_t n);

#endif /* WRMF_SEARCH_HALVING_H */
