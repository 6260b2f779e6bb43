/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/params.h"

#include <string.h>

#include "model/params_table.h"

wrmf_status wrmf_params_create(wrmf_context *context, wrmf_params **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    const wrmf_status status = wrmf_i_params_new(context, NULL, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_params_copy(const wrmf_params *params, wrmf_params **out, wrmf_error *err)
{
    if (!params)
        return wrmf_i_fail_null(err, "params");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, params->context);
    const wrmf_status status = wrmf_i_params_new(params->context, params, out, err);
    wrmf_i_call_end(&call);
    return status;
}

void wrmf_params_free(wrmf_params *params)
{
    wrmf_i_params_free(params);
}

static wrmf_status find(const wrmf_params *params, wrmf_param id, const wrmf_i_param_row **row,
                        wrmf_error *err)
{
    if (!params)
        return wrmf_i_fail_null(err, "params");
    *row = wrmf_i_param_row_get(id);
    return *row ? WRMF_OK : wrmf_i_fail(err, WRMF_E_NAME, "no parameter has the id %d", (int)id);
}

wrmf_status wrmf_params_set_int(wrmf_params *params, wrmf_param id, int64_t value, wrmf_error *err)
{
    const wrmf_i_param_row *row;
    WRMF_I_TRY(find(params, id, &row, err));
    if (row->type == WRMF_TYPE_REAL)
        return wrmf_i_fail(err, WRMF_E_STATE, "%s is a real", row->name);
    return wrmf_i_params_set_int(params->values, row, value, err);
}

wrmf_status wrmf_params_set_real(wrmf_params *params, wrmf_param id, double value, wrmf_error *err)
{
    const wrmf_i_param_row *row;
    WRMF_I_TRY(find(params, id, &row, err));
    if (row->type != WRMF_TYPE_REAL)
        return wrmf_i_fail(err, WRMF_E_STATE, "%s is no real", row->name);
    return wrmf_i_params_set_real(params->values, row, value, err);
}

wrmf_status wrmf_params_set(wrmf_params *params, const char *name, const char *value,
                            wrmf_error *err)
{
    if (!params)
        return wrmf_i_fail_null(err, "params");
    if (!name)
        return wrmf_i_fail_null(err, "name");
    if (!value)
        return wrmf_i_fail_null(err, "value");
    return wrmf_i_params_set_text(params->values, name, value, err);
}

/* Set what a word of wrmf_i_params_each() says, which may be several parameters: "a=1,b=2", where a
 * comma ends a value. */
static wrmf_status set_pairs(void *values, const char *name, const char *value, wrmf_error *err)
{
    char one_name[256], one_value[256];
    for (;;) {
        const size_t length = strcspn(value, ",");
        if (length >= sizeof one_value)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "%.60s has a value that is too long", name);
        memcpy(one_value, value, length);
        one_value[length] = 0;
        WRMF_I_TRY(wrmf_i_params_set_text(values, name, one_value, err));
        if (!value[length] || !value[length + 1])
            return WRMF_OK;
        const char *const next = value + length + 1;
        const char *const equals = strchr(next, '=');
        if (!equals || equals == next || (size_t)(equals - next) >= sizeof one_name || !equals[1])
            return wrmf_i_fail(err, WRMF_E_FORMAT, "\"%.60s\" is not of the form name=value", next);
        memcpy(one_name, next, (size_t)(equals - next));
        one_name[equals - next] = 0;
        name = one_name;
        value = equals + 1;
    }
}

wrmf_status wrmf_params_parse(wrmf_params *params, const char *text, wrmf_error *err)
{
    if (!params)
        return wrmf_i_fail_null(err, "params");
    if (!text)
        return wrmf_i_fail_null(err, "text");
    wrmf_i_value values[WRMF_I_PARAM_COUNT];
    memcpy(values, params->values, sizeof values);
    WRMF_I_TRY(wrmf_i_params_each(text, set_pairs, values, err));
    memcpy(params->values, values, sizeof values);
    return WRMF_OK;
}

int64_t wrmf_params_get_int(const wrmf_params *params, wrmf_param id)
{
    const wrmf_i_param_row *const row = wrmf_i_param_row_get(id);
    return params && row && row->type != WRMF_TYPE_REAL ? wrmf_i_params_int(params, id) : 0;
}

double wrmf_params_get_real(const wrmf_params *params, wrmf_param id)
{
    const wrmf_i_param_row *const row = wrmf_i_param_row_get(id);
    if (!params || !row)
        return 0;
    return row->type == WRMF_TYPE_REAL ? wrmf_i_params_real(params, id)
                                       : (double)wrmf_i_params_int(params, id);
}

size_t wrmf_params_format(const wrmf_params *params, wrmf_param id, char *buffer, size_t capacity)
{
    if (params)
        return wrmf_i_params_format(params->values, id, buffer, capacity);
    if (capacity > 0)
        buffer[0] = 0;
    return 0;
}

/* ---- the table of parameters ---- */

int wrmf_params_size(void)
{
    return WRMF_I_PARAM_COUNT;
}

wrmf_param wrmf_params_id(int i)
{
    return i >= 0 && i < WRMF_I_PARAM_COUNT ? wrmf_i_param_table[i].id : (wrmf_param)0;
}

wrmf_param wrmf_params_find(const char *name)
{
    const wrmf_i_param_row *const row = name ? wrmf_i_param_row_find(name) : NULL;
    return row ? row->id : (wrmf_param)0;
}

const char *wrmf_params_name(wrmf_param id)
{
    const wrmf_i_param_row *const row = wrmf_i_param_row_get(id);
    return row ? row->name : NULL;
}

const char *wrmf_params_help(wrmf_param id)
{
    const wrmf_i_param_row *const row = wrmf_i_param_row_get(id);
    return row ? row->help : NULL;
}

wrmf_param_type wrmf_params_type(wrmf_param id)
{
    const wrmf_i_param_row *const row = wrmf_i_param_row_get(id);
    return row ? row->type : (wrmf_param_type)0;
}

const char *wrmf_params_choice(wrmf_param id, int64_t value)
{
    const wrmf_i_param_row *const row = wrmf_i_param_row_get(id);
    if (!row || row->type != WRMF_TYPE_CHOICE || value < 0 || value > (int64_t)row->highest)
        return NULL;
    return row->choices[value];
}

wrmf_status wrmf_params_bounds(wrmf_param id, double *lowest, double *highest, double *initial,
                               wrmf_error *err)
{
    const wrmf_i_param_row *const row = wrmf_i_param_row_get(id);
    if (!row)
        return wrmf_i_fail(err, WRMF_E_NAME, "no parameter has the id %d", (int)id);
    if (lowest)
        *lowest = row->lowest;
    if (highest)
        *highest = row->highest;
    if (initial)
        *initial = row->initial;
    return WRMF_OK;
}
