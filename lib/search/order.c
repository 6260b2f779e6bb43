/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/order.h"

#include <stdlib.h>
#include <string.h>

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

/* Fail for a column that there is not, naming those that there are, as far as they fit. */
static wrmf_status fail_column(const wrmf_i_curve_columns *columns, const char *name,
                               wrmf_error *err)
{
    char list[360] = "";
    size_t used = 0;
    for (int64_t i = 0; i < columns->count && used + 2 < sizeof list; i++) {
        const size_t room = sizeof list - used - 1, length = strlen(columns->at[i].name);
        if (i > 0)
            list[used++] = ' ';
        const size_t copied = length < room - 1 ? length : room - 1;
        memcpy(list + used, columns->at[i].name, copied);
        used += copied;
        list[used] = 0;
    }
    return wrmf_i_fail(err, WRMF_E_NAME, "no column \"%.60s\": there are %s", name, list);
}

wrmf_status wrmf_i_grid_sort(wrmf_grid *grid, const char *column, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &grid->context->allocator;
    if (grid->done == 0)
        return wrmf_i_fail(err, WRMF_E_STATE, "the grid has no curve yet");
    const int64_t c = wrmf_i_curve_columns_find(grid->columns, column);
    if (c < 0)
        return fail_column(grid->columns, column, err);
    ranked *const list = wrmf_i_alloc(allocator, (size_t)grid->done, sizeof *list);
    if (!list)
        return wrmf_i_fail_memory(err, "the order of a grid");
    wrmf_i_grid_unsort(grid);
    for (int64_t i = 0; i < grid->done; i++) {
        const wrmf_curve *const curve = grid->curves[grid->order[i]];
        const int64_t best = wrmf_i_curve_best(curve, c);
        const double value = best < 0 ? 0 : curve->values[best * grid->columns->count + c];
        list[i] = (ranked){grid->columns->at[c].lower_is_better ? value : -value, best < 0,
                           grid->order[i]};
    }
    qsort(list, (size_t)grid->done, sizeof *list, best_first);
    for (int64_t i = 0; i < grid->done; i++)
        grid->order[i] = list[i].configuration;
    wrmf_i_free(allocator, list, (size_t)grid->done, sizeof *list);
    return WRMF_OK;
}
