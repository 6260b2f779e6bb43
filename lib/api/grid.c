/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/grid.h"

#include "search/order.h"
#include "search/rounds.h"

wrmf_status wrmf_grid_create(wrmf_context *context, const wrmf_matrix *train,
                             const wrmf_params *base, wrmf_grid **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!train)
        return wrmf_i_fail_null(err, "train");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    wrmf_i_matrix_keep(&call, train);
    const wrmf_status status = wrmf_i_grid_new(context, train, base, out, err);
    wrmf_i_call_end(&call);
    return status;
}

void wrmf_grid_free(wrmf_grid *grid)
{
    if (grid && wrmf_i_use_retire(&grid->use))
        wrmf_i_grid_free(grid);
}

wrmf_status wrmf_grid_add(wrmf_grid *grid, const char *name, const char *values, wrmf_error *err)
{
    if (!grid)
        return wrmf_i_fail_null(err, "grid");
    if (!name)
        return wrmf_i_fail_null(err, "name");
    if (!values)
        return wrmf_i_fail_null(err, "values");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_grid_enter(&call, grid, err);
    if (status == WRMF_OK)
        status = wrmf_i_grid_add(grid, name, values, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_grid_parse(wrmf_grid *grid, const char *text, wrmf_error *err)
{
    if (!grid)
        return wrmf_i_fail_null(err, "grid");
    if (!text)
        return wrmf_i_fail_null(err, "text");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_grid_enter(&call, grid, err);
    if (status == WRMF_OK)
        status = wrmf_i_grid_parse(grid, text, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_grid_set_epochs(wrmf_grid *grid, const int64_t *epochs, int64_t n, wrmf_error *err)
{
    if (!grid)
        return wrmf_i_fail_null(err, "grid");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_grid_enter(&call, grid, err);
    if (status == WRMF_OK)
        status = wrmf_i_grid_set_epochs(grid, epochs, n, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_grid_add_evaluator(wrmf_grid *grid, const char *label,
                                    const wrmf_evaluator *evaluator, wrmf_error *err)
{
    if (!grid)
        return wrmf_i_fail_null(err, "grid");
    if (!label)
        return wrmf_i_fail_null(err, "label");
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_grid_enter(&call, grid, err);
    wrmf_evaluator *const used = (wrmf_evaluator *)(uintptr_t)evaluator; /* only its use changes */
    if (status == WRMF_OK)
        status = wrmf_i_evaluator_enter(&call, used, err);
    if (status == WRMF_OK)
        status = wrmf_i_grid_add_evaluator(grid, label, evaluator, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_grid_set_journal(wrmf_grid *grid, const char *path, wrmf_error *err)
{
    if (!grid)
        return wrmf_i_fail_null(err, "grid");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_grid_enter(&call, grid, err);
    if (status == WRMF_OK)
        status = wrmf_i_grid_set_journal(grid, path, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_grid_run(wrmf_context *context, wrmf_grid *grid, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!grid)
        return wrmf_i_fail_null(err, "grid");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_grid_enter(&call, grid, err);
    if (status == WRMF_OK)
        status = wrmf_i_grid_run(context, grid, err);
    wrmf_i_call_end(&call);
    return status;
}

int64_t wrmf_grid_size(const wrmf_grid *grid)
{
    return grid ? grid->space.size : 0;
}

int64_t wrmf_grid_done(const wrmf_grid *grid)
{
    return grid ? grid->done : 0;
}

const wrmf_params *wrmf_grid_params(wrmf_grid *grid, int64_t i)
{
    wrmf_i_call call = {0};
    const wrmf_params *params = NULL;
    if (!grid)
        return NULL;
    if (wrmf_i_grid_enter(&call, grid, NULL) == WRMF_OK && i >= 0 && i < grid->space.size)
        params = wrmf_i_grid_params(grid, i);
    wrmf_i_call_end(&call);
    return params;
}

wrmf_status wrmf_grid_sort(wrmf_grid *grid, const char *column, wrmf_error *err)
{
    if (!grid)
        return wrmf_i_fail_null(err, "grid");
    if (!column)
        return wrmf_i_fail_null(err, "column");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_grid_enter(&call, grid, err);
    if (status == WRMF_OK)
        status = wrmf_i_grid_sort(grid, column, err);
    wrmf_i_call_end(&call);
    return status;
}

int64_t wrmf_grid_index(const wrmf_grid *grid, int64_t place)
{
    return grid && place >= 0 && place < grid->done ? grid->order[place] : -1;
}

const wrmf_curve *wrmf_grid_curve(const wrmf_grid *grid, int64_t place)
{
    const int64_t i = wrmf_grid_index(grid, place);
    return i < 0 ? NULL : grid->curves[i];
}
