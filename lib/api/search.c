/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/search.h"

#include <math.h>

#include "search/grid.h"

wrmf_status wrmf_grid_set_sample(wrmf_grid *grid, int64_t n, int64_t seed, wrmf_error *err)
{
    if (!grid)
        return wrmf_i_fail_null(err, "grid");
    if (n < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, below 0", (long long)n);
    if (seed < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "seed is %lld, below 0", (long long)seed);
    wrmf_i_call call = {0};
    const wrmf_status status = wrmf_i_grid_enter(&call, grid, err);
    if (status == WRMF_OK) {
        grid->search.sample = n;
        grid->search.seed = seed;
    }
    wrmf_i_call_end(&call);
    return status;
}

/* Put a copy of a column's name, or NULL, into the place of another. */
static wrmf_status set_column(const wrmf_grid *grid, const char *column, char **place,
                              wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &grid->context->allocator;
    char *const copy = column ? wrmf_i_strdup(allocator, column) : NULL;
    if (column && !copy)
        return wrmf_i_fail_memory(err, "the name of a column");
    wrmf_i_strfree(allocator, *place);
    *place = copy;
    return WRMF_OK;
}

wrmf_status wrmf_grid_set_halving(wrmf_grid *grid, const char *column, int64_t eta,
                                  int64_t first_epoch, wrmf_error *err)
{
    if (!grid)
        return wrmf_i_fail_null(err, "grid");
    if (column && eta < 2)
        return wrmf_i_fail(err, WRMF_E_RANGE, "eta is %lld, below 2", (long long)eta);
    if (column && first_epoch < 1)
        return wrmf_i_fail(err, WRMF_E_RANGE, "first_epoch is %lld, below 1",
                           (long long)first_epoch);
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_grid_enter(&call, grid, err);
    if (status == WRMF_OK)
        status = set_column(grid, column, &grid->search.halving_column, err);
    if (status == WRMF_OK) {
        grid->search.eta = column ? eta : 0;
        grid->search.first_epoch = first_epoch;
    }
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_grid_set_patience(wrmf_grid *grid, const char *column, int64_t points,
                                   wrmf_error *err)
{
    if (!grid)
        return wrmf_i_fail_null(err, "grid");
    if (column && points < 1)
        return wrmf_i_fail(err, WRMF_E_RANGE, "points is %lld, below 1", (long long)points);
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_grid_enter(&call, grid, err);
    if (status == WRMF_OK)
        status = set_column(grid, column, &grid->search.patience_column, err);
    if (status == WRMF_OK)
        grid->search.patience = column ? points : 0;
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_grid_set_finish(wrmf_grid *grid, int64_t n, wrmf_error *err)
{
    if (!grid)
        return wrmf_i_fail_null(err, "grid");
    if (n < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, below 0", (long long)n);
    wrmf_i_call call = {0};
    const wrmf_status status = wrmf_i_grid_enter(&call, grid, err);
    if (status == WRMF_OK)
        grid->search.finish = n;
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_grid_set_coordinates(wrmf_grid *grid, const char *column, wrmf_error *err)
{
    if (!grid)
        return wrmf_i_fail_null(err, "grid");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_grid_enter(&call, grid, err);
    if (status == WRMF_OK)
        status = set_column(grid, column, &grid->search.coordinates_column, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_grid_set_budget(wrmf_grid *grid, double seconds, wrmf_error *err)
{
    if (!grid)
        return wrmf_i_fail_null(err, "grid");
    if (!(seconds >= 0) || isinf(seconds))
        return wrmf_i_fail(err, WRMF_E_RANGE, "seconds is %g, not in 0 <= seconds < infinity",
                           seconds);
    wrmf_i_call call = {0};
    const wrmf_status status = wrmf_i_grid_enter(&call, grid, err);
    if (status == WRMF_OK)
        grid->search.budget = seconds;
    wrmf_i_call_end(&call);
    return status;
}
