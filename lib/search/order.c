/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/order.h"

#include <stdlib.h>

void wrmf_i_grid_unsort(wrmf_grid *grid)
{
    int64_t n = 0;
    for (int64_t i = 0; i < grid->space.size; i++)
        if (grid->curves[i])
            grid->order[n++] = i;
}

typedef struct ranked {
    double value; /* the lower the better: negated where higher is better */
    bool none;    /* the curve has no value in the column */
    int64_t configuration;
} ranked;

static int best_first(const void *a, const void *b)
{
    const ranked *const x = a, *const y = b;
    if (x->none != y->none)
        return x->none ? 1 : -1;
    if (!x->none && x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->configuration > y->configuration) - (x->configuration < y->configuration);
}

wrmf_status wrmf_i_grid_rank(const wrmf_grid *grid, int64_t column, const int64_t *points,
                             int64_t *configurations, int64_t n, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &grid->context->allocator;
    ranked *const list = wrmf_i_alloc(allocator, (size_t)n, sizeof *list);
    if (!list)
        return wrmf_i_fail_memory(err, "the order of a grid");
    for (int64_t i = 0; i < n; i++) {
        const wrmf_curve *const curve = grid->curves[configurations[i]];
        const int64_t best = wrmf_i_curve_best(curve, column, points ? points[i] : grid->n_epochs);
        const double value = best < 0 ? 0 : curve->values[best * grid->columns->count + column];
        list[i] = (ranked){grid->columns->at[column].lower_is_better ? value : -value, best < 0,
                           configurations[i]};
    }
    qsort(list, (size_t)n, sizeof *list, best_first);
    for (int64_t i = 0; i < n; i++)
        configurations[i] = list[i].configuration;
    wrmf_i_free(allocator, list, (size_t)n, sizeof *list);
    return WRMF_OK;
}

wrmf_status wrmf_i_grid_sort(wrmf_grid *grid, const char *column, wrmf_error *err)
{
    int64_t c;
    if (grid->done == 0)
        return wrmf_i_fail(err, WRMF_E_STATE, "the grid has no curve yet");
    WRMF_I_TRY(wrmf_i_curve_columns_need(grid->columns, column, &c, err));
    return wrmf_i_grid_rank(grid, c, NULL, grid->order, grid->done, err);
}
