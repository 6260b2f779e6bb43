/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/halving.h"

/* How many points a curve has when it comes to an epoch, or goes past it; all, if it never does. */
static int64_t points_at(const wrmf_grid *grid, int64_t epoch)
{
    int64_t point = 0;
    while (point + 1 < grid->n_epochs && grid->epochs[point] < epoch)
        point++;
    return point + 1;
}

wrmf_i_rungs wrmf_i_rungs_of(const wrmf_grid *grid)
{
    const wrmf_i_search *const search = &grid->search;
    const int64_t last = grid->epochs[grid->n_epochs - 1];
    wrmf_i_rungs rungs = {.count = 0};
    int64_t points = search->eta > 0 ? points_at(grid, search->first_epoch) : grid->n_epochs;
    for (;;) {
        rungs.points[rungs.count++] = points;
        if (points == grid->n_epochs)
            return rungs;
        const int64_t epoch = grid->epochs[points - 1];
        points = points_at(grid, epoch > last / search->eta ? last : epoch * search->eta);
    }
}

int64_t wrmf_i_rung_survivors(const wrmf_grid *grid, int64_t n)
{
    const int64_t eta = grid->search.eta;
    return eta > 0 ? n / eta + (n % eta != 0) : n;
}
