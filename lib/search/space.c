/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/space.h"

#include <stdio.h>
#include <string.h>

#include "model/params_table.h"

/* ---- life ---- */

/* room: how many values were allocated. */
static void free_axis(const wrmf_i_allocator *allocator, wrmf_i_axis *axis, int64_t room)
{
    wrmf_i_strfree(allocator, axis->name);
    wrmf_i_free(allocator, axis->values, (size_t)room, sizeof *axis->values);
}

void wrmf_i_space_begin(wrmf_i_space *space, const wrmf_i_allocator *allocator,
                        const wrmf_params *params)
{
    *space = (wrmf_i_space){.allocator = allocator, .size = 1};
    if (params)
        memcpy(space->base, params->values, sizeof space->base);
    else
        wrmf_i_params_defaults(space->base);
}

void wrmf_i_space_drop(wrmf_i_space *space, int keep)
{
    while (space->axes > keep) {
        wrmf_i_axis *const axis = &space->axis[--space->axes];
        space->size /= axis->count;
        free_axis(space->allocator, axis, axis->count);
    }
}

/* ---- axes ---- */

static bool varies(const wrmf_i_space *space, wrmf_param id)
{
    for (int i = 0; i < space->axes; i++)
        if (space->axis[i].first == id || space->axis[i].second == id)
            return true;
    return false;
}

/* Set the axis's parameters to those that a name stands for. A name that is none passes: setting
 * its first value fails, and says so. */
static wrmf_status name_axis(const wrmf_i_space *space, const char *name, wrmf_i_axis *axis,
                             wrmf_error *err)
{
    if (strcmp(name, "regularization") == 0) {
        axis->first = WRMF_PARAM_REGULARIZATION_USER;
        axis->second = WRMF_PARAM_REGULARIZATION_ITEM;
    } else {
        const wrmf_i_param_row *const row = wrmf_i_param_row_find(name);
        axis->first = row ? row->id : (wrmf_param)0;
    }
    if (axis->first == WRMF_PARAM_ITERATIONS)
        return wrmf_i_fail(
            err, WRMF_E_NAME,
            "iterations cannot be varied: the list of epochs to evaluate at says how "
            "long each configuration is fitted");
    if (strcmp(name, "preset") == 0)
        return wrmf_i_fail(err, WRMF_E_NAME,
                           "preset cannot be varied: it stands for several parameters; a grid may "
                           "start from one, or vary each of them");
    if (axis->first &&
        (varies(space, axis->first) || (axis->second && varies(space, axis->second))))
        return wrmf_i_fail(err, WRMF_E_STATE, "%s is varied already", name);
    return WRMF_OK;
}

/* Add one value, of length bytes, to the axis. */
static wrmf_status read_value(const wrmf_i_space *space, const char *name, const char *text,
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
    memcpy(values, space->base, sizeof values);
    WRMF_I_TRY(wrmf_i_params_set_text(values, name, value, err));
    axis->values[axis->count++] = values[axis->first - 1];
    return WRMF_OK;
}

/* Add all values of a list to the axis, which has room for them. */
static wrmf_status read_list(const wrmf_i_space *space, const char *name, const char *list,
                             wrmf_i_axis *axis, wrmf_error *err)
{
    for (;;) {
        list += strspn(list, " \t\r\n");
        const size_t length = strcspn(list, ",");
        WRMF_I_TRY(read_value(space, name, list, length, axis, err));
        if (!list[length])
            return WRMF_OK;
        list += length + 1;
    }
}

wrmf_status wrmf_i_space_add(wrmf_i_space *space, const char *name, const char *values,
                             wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = space->allocator;
    wrmf_i_axis axis = {.count = 0};
    int64_t count = 1;
    for (const char *at = values; *at; at++)
        count += *at == ',';
    WRMF_I_TRY(name_axis(space, name, &axis, err));
    if (count > WRMF_I_SPACE_MAX / space->size)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "%s would make more than %d configurations", name,
                           WRMF_I_SPACE_MAX);
    axis.values = wrmf_i_alloc(allocator, (size_t)count, sizeof *axis.values);
    axis.name = wrmf_i_strdup(allocator, name);
    wrmf_status status = axis.values && axis.name ? read_list(space, name, values, &axis, err)
                                                  : wrmf_i_fail_memory(err, "an axis of a grid");
    if (status != WRMF_OK) {
        free_axis(allocator, &axis, count);
        return status;
    }
    space->axis[space->axes++] = axis;
    space->size *= count;
    return WRMF_OK;
}

/* ---- configurations ---- */

void wrmf_i_space_values(const wrmf_i_space *space, int64_t i,
                         wrmf_i_value values[WRMF_I_PARAM_COUNT])
{
    memcpy(values, space->base, sizeof space->base);
    for (int a = space->axes - 1; a >= 0; a--) {
        const wrmf_i_axis *const axis = &space->axis[a];
        const wrmf_i_value value = axis->values[i % axis->count];
        i /= axis->count;
        values[axis->first - 1] = value;
        if (axis->second)
            values[axis->second - 1] = value;
    }
}

void wrmf_i_space_describe(const wrmf_i_space *space, int64_t i, char *buffer, size_t capacity)
{
    wrmf_i_value values[WRMF_I_PARAM_COUNT];
    wrmf_i_space_values(space, i, values);
    size_t used = 0;
    buffer[0] = 0;
    for (int a = 0; a < space->axes && used < capacity; a++) {
        char text[64];
        wrmf_i_params_format(values, space->axis[a].first, text, sizeof text);
        used += (size_t)snprintf(buffer + used, capacity - used, "%s%s=%s", a ? " " : "",
                                 space->axis[a].name, text);
    }
}
