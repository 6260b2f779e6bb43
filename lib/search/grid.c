/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/grid.h"

#include <string.h>

#include "model/params_table.h"

/* ---- life ---- */

/* The parameters that wrmf_grid_params() gave out are no longer those of the axes. */
static void drop_params(wrmf_grid *grid)
{
    wrmf_i_free(&grid->context->allocator, grid->params, (size_t)grid->n_params,
                sizeof *grid->params);
    grid->params = NULL;
    grid->n_params = 0;
}

wrmf_status wrmf_i_grid_new(wrmf_context *context, const wrmf_matrix *train,
                            const wrmf_params *base, wrmf_grid **out, wrmf_error *err)
{
    static const int64_t epochs[] = {10, 20, 30};
    wrmf_grid *const grid = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *grid);
    if (!grid)
        return wrmf_i_fail_memory(err, "a grid");
    grid->context = wrmf_i_context_hold(context);
    grid->train = wrmf_i_matrix_hold(train);
    wrmf_i_space_begin(&grid->space, &grid->context->allocator, base);
    const wrmf_status status = wrmf_i_grid_set_epochs(grid, epochs, 3, err);
    if (status == WRMF_OK)
        *out = grid;
    else
        wrmf_i_grid_free(grid);
    return status;
}

void wrmf_i_grid_forget(wrmf_grid *grid)
{
    const wrmf_i_allocator *const allocator = &grid->context->allocator;
    const size_t size = (size_t)grid->space.size;
    for (size_t i = 0; grid->curves && i < size; i++)
        wrmf_i_curve_free(grid->curves[i]);
    wrmf_i_free(allocator, grid->curves, size, sizeof *grid->curves);
    wrmf_i_free(allocator, grid->order, size, sizeof *grid->order);
    wrmf_i_curve_columns_release(grid->columns);
    grid->curves = NULL;
    grid->order = NULL;
    grid->columns = NULL;
    grid->done = 0;
}

void wrmf_i_grid_free(wrmf_grid *grid)
{
    if (!grid)
        return;
    wrmf_context *const context = grid->context;
    const wrmf_i_allocator *const allocator = &context->allocator;
    wrmf_i_grid_forget(grid);
    drop_params(grid);
    wrmf_i_space_drop(&grid->space, 0);
    for (int64_t i = 0; i < grid->n_evaluators; i++) {
        wrmf_i_evaluator_free(grid->evaluators[i]);
        wrmf_i_strfree(allocator, grid->labels[i]);
    }
    wrmf_i_strfree(allocator, grid->journal);
    wrmf_i_strfree(allocator, grid->search.halving_column);
    wrmf_i_strfree(allocator, grid->search.patience_column);
    wrmf_i_strfree(allocator, grid->search.coordinates_column);
    wrmf_i_free(allocator, grid->epochs, (size_t)grid->n_epochs, sizeof *grid->epochs);
    wrmf_i_matrix_release(grid->train);
    wrmf_i_free(allocator, grid, 1, sizeof *grid);
    wrmf_i_context_release(context);
}

static void drop(void *grid)
{
    wrmf_i_grid_free(grid);
}

wrmf_status wrmf_i_grid_enter(wrmf_i_call *call, wrmf_grid *grid, wrmf_error *err)
{
    return wrmf_i_call_alone(call, &grid->use, grid, drop, "grid", err);
}

/* ---- settings ---- */

static wrmf_status check_not_run(const wrmf_grid *grid, wrmf_error *err)
{
    if (!grid->curves)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_STATE, "the grid has run already");
}

wrmf_status wrmf_i_grid_add(wrmf_grid *grid, const char *name, const char *values, wrmf_error *err)
{
    WRMF_I_TRY(check_not_run(grid, err));
    WRMF_I_TRY(wrmf_i_space_add(&grid->space, name, values, err));
    drop_params(grid);
    return WRMF_OK;
}

static wrmf_status add_pair(void *self, const char *name, const char *values, wrmf_error *err)
{
    return wrmf_i_grid_add(self, name, values, err);
}

wrmf_status wrmf_i_grid_parse(wrmf_grid *grid, const char *text, wrmf_error *err)
{
    const int before = grid->space.axes;
    const wrmf_status status = wrmf_i_params_each(text, add_pair, grid, err);
    if (status != WRMF_OK)
        wrmf_i_space_drop(&grid->space, before);
    return status;
}

wrmf_status wrmf_i_grid_set_epochs(wrmf_grid *grid, const int64_t *epochs, int64_t n,
                                   wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &grid->context->allocator;
    WRMF_I_TRY(check_not_run(grid, err));
    WRMF_I_TRY(wrmf_i_check_epochs(epochs, n, "n", err));
    int64_t *const copy = wrmf_i_alloc(allocator, (size_t)n, sizeof *copy);
    if (!copy)
        return wrmf_i_fail_memory(err, "the epochs of a grid");
    memcpy(copy, epochs, (size_t)n * sizeof *copy);
    wrmf_i_free(allocator, grid->epochs, (size_t)grid->n_epochs, sizeof *grid->epochs);
    grid->epochs = copy;
    grid->n_epochs = n;
    return WRMF_OK;
}

wrmf_status wrmf_i_grid_add_evaluator(wrmf_grid *grid, const char *label,
                                      const wrmf_evaluator *evaluator, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &grid->context->allocator;
    const int64_t n = grid->n_evaluators;
    WRMF_I_TRY(check_not_run(grid, err));
    WRMF_I_TRY(wrmf_i_check_label(label, err));
    for (int64_t i = 0; i < n; i++)
        if (strcmp(grid->labels[i], label) == 0)
            return wrmf_i_fail(err, WRMF_E_STATE, "there is an evaluator \"%.60s\" already", label);
    if (n == WRMF_I_EVALUATORS_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "there are %d evaluators already",
                           WRMF_I_EVALUATORS_MAX);
    WRMF_I_TRY(wrmf_i_check_evaluator(grid->train, evaluator, label, err));
    char *const name = wrmf_i_strdup(allocator, label);
    if (!name)
        return wrmf_i_fail_memory(err, "the name of an evaluator");
    const wrmf_status status =
        wrmf_i_evaluator_copy(grid->context, evaluator, &grid->evaluators[n], err);
    if (status != WRMF_OK) {
        wrmf_i_strfree(allocator, name);
        return status;
    }
    grid->labels[n] = name;
    grid->n_evaluators++;
    return WRMF_OK;
}

wrmf_status wrmf_i_grid_set_journal(wrmf_grid *grid, const char *path, wrmf_error *err)
{
    WRMF_I_TRY(check_not_run(grid, err));
    char *const copy = path ? wrmf_i_strdup(&grid->context->allocator, path) : NULL;
    if (path && !copy)
        return wrmf_i_fail_memory(err, "the path of a journal");
    wrmf_i_strfree(&grid->context->allocator, grid->journal);
    grid->journal = copy;
    return WRMF_OK;
}

/* ---- configurations ---- */

const wrmf_params *wrmf_i_grid_params(wrmf_grid *grid, int64_t i)
{
    if (!grid->params) {
        const int64_t n = grid->space.size;
        grid->params = wrmf_i_alloc(&grid->context->allocator, (size_t)n, sizeof *grid->params);
        if (!grid->params)
            return NULL;
        grid->n_params = n;
        for (int64_t j = 0; j < n; j++) {
            grid->params[j].context = grid->context; /* the grid holds it for them */
            wrmf_i_space_values(&grid->space, j, grid->params[j].values);
        }
    }
    return &grid->params[i];
}

wrmf_status wrmf_i_grid_curve(const wrmf_grid *grid, int64_t i, wrmf_curve **out, wrmf_error *err)
{
    wrmf_params params = {.context = grid->context};
    wrmf_i_space_values(&grid->space, i, params.values);
    WRMF_I_TRY(wrmf_i_curve_new(grid->context, &params, grid->columns, grid->epochs, grid->n_epochs,
                                out, err));
    (*out)->of_grid = true;
    return WRMF_OK;
}
