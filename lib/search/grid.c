/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/grid.h"

#include <stdio.h>
#include <string.h>

#include "model/params_table.h"

/* ---- life ---- */

static void free_text(const wrmf_i_allocator *allocator, char *text)
{
    if (text)
        wrmf_i_free(allocator, text, strlen(text) + 1, 1);
}

static void drop_axes(wrmf_grid *grid, int keep)
{
    const wrmf_i_allocator *const allocator = &grid->context->allocator;
    while (grid->axes > keep) {
        wrmf_i_axis *const axis = &grid->axis[--grid->axes];
        grid->size /= axis->count;
        free_text(allocator, axis->name);
        wrmf_i_free(allocator, axis->values, (size_t)axis->count, sizeof *axis->values);
    }
}

/* What wrmf_grid_params() gave out is no longer what the lists say. */
static void drop_params(wrmf_grid *grid)
{
    wrmf_i_free(&grid->context->allocator, grid->params, (size_t)grid->size, sizeof *grid->params);
    grid->params = NULL;
}

wrmf_status wrmf_i_grid_new(wrmf_context *context, const wrmf_matrix *train,
                            const wrmf_params *base, wrmf_grid **out, wrmf_error *err)
{
    static const int64_t epochs[] = {10, 20, 30};
    wrmf_grid *const grid = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *grid);
    if (!grid)
        return wrmf_i_fail_nomem(err);
    grid->context = wrmf_i_context_hold(context);
    grid->train = wrmf_i_matrix_hold(train);
    grid->size = 1;
    if (base)
        memcpy(grid->base, base->values, sizeof grid->base);
    else
        wrmf_i_params_defaults(grid->base);
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
    const size_t size = (size_t)grid->size;
    for (size_t i = 0; grid->curves && i < size; i++)
        wrmf_i_curve_free(grid->curves[i]);
    wrmf_i_free(allocator, grid->curves, size, sizeof *grid->curves);
    wrmf_i_free(allocator, grid->order, size, sizeof *grid->order);
    wrmf_i_columns_release(grid->columns);
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
    drop_axes(grid, 0);
    for (int64_t i = 0; i < grid->n_evaluators; i++) {
        wrmf_i_evaluator_free(grid->evaluators[i]);
        free_text(allocator, grid->labels[i]);
    }
    free_text(allocator, grid->journal);
    wrmf_i_free(allocator, grid->epochs, (size_t)grid->n_epochs, sizeof *grid->epochs);
    wrmf_i_matrix_release(grid->train);
    wrmf_i_free(allocator, grid, 1, sizeof *grid);
    wrmf_i_context_release(context);
}

/* ---- lists ---- */

static wrmf_status check_not_run(const wrmf_grid *grid, wrmf_error *err)
{
    if (!grid->curves)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_STATE, "the grid has run already");
}

static bool varies(const wrmf_grid *grid, wrmf_param id)
{
    for (int i = 0; i < grid->axes; i++)
        if (grid->axis[i].first == id || grid->axis[i].second == id)
            return true;
    return false;
}

/* Which parameters a name stands for; one that is none has an error of its own
 * as soon as a value is set. */
static wrmf_status name_axis(const wrmf_grid *grid, const char *name, wrmf_i_axis *axis,
                             wrmf_error *err)
{
    if (strcmp(name, "regularization") == 0) {
        axis->first = WRMF_PARAM_REGULARIZATION_USER;
        axis->second = WRMF_PARAM_REGULARIZATION_ITEM;
    } else {
        const wrmf_i_param_row *const row = wrmf_i_param_row_find(name);
        axis->first = row ? row->id : (wrmf_param)0;
    }
    if (axis->first && (varies(grid, axis->first) || (axis->second && varies(grid, axis->second))))
        return wrmf_i_fail(err, WRMF_E_STATE, "%s is varied already", name);
    return WRMF_OK;
}

/* One value, of length bytes, from a list. */
static wrmf_status read_value(const wrmf_grid *grid, const char *name, const char *text,
                              size_t length, wrmf_i_axis *axis, wrmf_error *err)
{
    char value[128];
    wrmf_i_value values[WRMF_I_PARAM_COUNT];
    while (length > 0 && strchr(" \t\r\n", text[length - 1]))
        length--;
    if (length == 0)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "the list of %.60s lacks value %lld", name,
                           (long long)axis->count + 1);
    if (length >= sizeof value)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "%.60s is \"%.40s...\", too long", name, text);
    memcpy(value, text, length);
    value[length] = 0;
    memcpy(values, grid->base, sizeof values);
    WRMF_I_TRY(wrmf_i_params_set_text(values, name, value, err));
    axis->values[axis->count++] = values[axis->first - 1];
    return WRMF_OK;
}

static wrmf_status read_list(const wrmf_grid *grid, const char *name, const char *list,
                             wrmf_i_axis *axis, wrmf_error *err)
{
    for (;;) {
        list += strspn(list, " \t\r\n");
        const size_t length = strcspn(list, ",");
        WRMF_I_TRY(read_value(grid, name, list, length, axis, err));
        if (!list[length])
            return WRMF_OK;
        list += length + 1;
    }
}

wrmf_status wrmf_i_grid_add(wrmf_grid *grid, const char *name, const char *values, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &grid->context->allocator;
    wrmf_i_axis axis = {.count = 0};
    int64_t count = 1;
    for (const char *at = values; *at; at++)
        count += *at == ',';
    WRMF_I_TRY(check_not_run(grid, err));
    WRMF_I_TRY(name_axis(grid, name, &axis, err));
    if (count > WRMF_I_GRID_MAX / grid->size)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "%s would make more than %d configurations", name,
                           WRMF_I_GRID_MAX);
    axis.values = wrmf_i_alloc(allocator, (size_t)count, sizeof *axis.values);
    axis.name = wrmf_i_strdup(allocator, name);
    wrmf_status status = axis.values && axis.name ? read_list(grid, name, values, &axis, err)
                                                  : wrmf_i_fail_nomem(err);
    if (status != WRMF_OK) {
        wrmf_i_free(allocator, axis.values, (size_t)count, sizeof *axis.values);
        free_text(allocator, axis.name);
        return status;
    }
    drop_params(grid);
    grid->axis[grid->axes++] = axis;
    grid->size *= count;
    return WRMF_OK;
}

static wrmf_status add_pair(void *self, const char *name, const char *values, wrmf_error *err)
{
    return wrmf_i_grid_add(self, name, values, err);
}

wrmf_status wrmf_i_grid_parse(wrmf_grid *grid, const char *text, wrmf_error *err)
{
    const int before = grid->axes;
    const wrmf_status status = wrmf_i_params_each(text, add_pair, grid, err);
    if (status != WRMF_OK)
        drop_axes(grid, before);
    return status;
}

/* ---- the rest of the settings ---- */

wrmf_status wrmf_i_grid_set_epochs(wrmf_grid *grid, const int64_t *epochs, int64_t n,
                                   wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &grid->context->allocator;
    WRMF_I_TRY(check_not_run(grid, err));
    WRMF_I_TRY(wrmf_i_check_epochs(epochs, n, err));
    int64_t *const copy = wrmf_i_alloc(allocator, (size_t)n, sizeof *copy);
    if (!copy)
        return wrmf_i_fail_nomem(err);
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
        return wrmf_i_fail_nomem(err);
    const wrmf_status status =
        wrmf_i_evaluator_copy(grid->context, evaluator, &grid->evaluators[n], err);
    if (status != WRMF_OK) {
        free_text(allocator, name);
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
        return wrmf_i_fail_nomem(err);
    free_text(&grid->context->allocator, grid->journal);
    grid->journal = copy;
    return WRMF_OK;
}

/* ---- configurations ---- */

void wrmf_i_grid_values(const wrmf_grid *grid, int64_t i, wrmf_i_value values[WRMF_I_PARAM_COUNT])
{
    memcpy(values, grid->base, sizeof grid->base);
    for (int a = grid->axes - 1; a >= 0; a--) {
        const wrmf_i_axis *const axis = &grid->axis[a];
        const wrmf_i_value value = axis->values[i % axis->count];
        i /= axis->count;
        values[axis->first - 1] = value;
        if (axis->second)
            values[axis->second - 1] = value;
    }
}

const wrmf_params *wrmf_i_grid_params(wrmf_grid *grid, int64_t i)
{
    if (!grid->params) {
        grid->params =
            wrmf_i_alloc(&grid->context->allocator, (size_t)grid->size, sizeof *grid->params);
        for (int64_t j = 0; grid->params && j < grid->size; j++) {
            grid->params[j].context = grid->context; /* the grid holds it for them */
            wrmf_i_grid_values(grid, j, grid->params[j].values);
        }
    }
    return grid->params ? &grid->params[i] : NULL;
}

void wrmf_i_grid_describe(const wrmf_grid *grid, int64_t i, char *buffer, size_t capacity)
{
    wrmf_i_value values[WRMF_I_PARAM_COUNT];
    wrmf_i_grid_values(grid, i, values);
    size_t used = 0;
    buffer[0] = 0;
    for (int a = 0; a < grid->axes && used < capacity; a++) {
        char text[64];
        wrmf_i_params_format(values, grid->axis[a].first, text, sizeof text);
        used += (size_t)snprintf(buffer + used, capacity - used, "%s%s=%s", a ? " " : "",
                                 grid->axis[a].name, text);
    }
}
