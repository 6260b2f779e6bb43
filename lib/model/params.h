/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model/params.h - the values of parameters; model/params_table.h describes each.
 */
#ifndef WRMF_MODEL_PARAMS_H
#define WRMF_MODEL_PARAMS_H

#include "linalg/factors.h" /* WRMF_I_MAX_FACTORS */
#include "par/context.h"
#include "wrmf/params.h"

enum { WRMF_I_PARAM_COUNT = 28 };

typedef union wrmf_i_value {
    int64_t integer; /* of WRMF_TYPE_INT and WRMF_TYPE_CHOICE, the index of the choice */
    double real;     /* of WRMF_TYPE_REAL */
} wrmf_i_value;

struct wrmf_params {
    wrmf_context *context;                   /* held */
    wrmf_i_value values[WRMF_I_PARAM_COUNT]; /* [id - 1] */
};

/** Set all values to their defaults. */
void wrmf_i_params_defaults(wrmf_i_value values[WRMF_I_PARAM_COUNT]);
/** Make parameters with a context's allocator: a copy of `from`, or NULL: the defaults. */
wrmf_status wrmf_i_params_new(wrmf_context *context, const wrmf_params *from, wrmf_params **out,
                              wrmf_error *err);
void wrmf_i_params_free(wrmf_params *params);
/** wrmf_params_set(): by name, from text. "regularization" sets both sides'. */
wrmf_status wrmf_i_params_set_text(wrmf_i_value values[WRMF_I_PARAM_COUNT], const char *name,
                                   const char *value, wrmf_error *err);
/** Write the text that gives the value back, cut to capacity, and return its length, as snprintf()
 *  does. */
size_t wrmf_i_params_format(const wrmf_i_value values[WRMF_I_PARAM_COUNT], wrmf_param id,
                            char *buffer, size_t capacity);

static inline int64_t wrmf_i_params_int(const wrmf_params *params, wrmf_param id)
{
    return params->values[id - 1].integer;
}

/** Columns that rows have behind the factors where biases is 1. */
enum { WRMF_I_BIAS_COLUMNS = 2 };

/** Numbers of a row. */
static inline int64_t wrmf_i_params_columns(const wrmf_params *params)
{
    return wrmf_i_params_int(params, WRMF_PARAM_FACTORS) +
           (wrmf_i_params_int(params, WRMF_PARAM_BIASES) != 0 ? WRMF_I_BIAS_COLUMNS : 0);
}

static inline double wrmf_i_params_real(const wrmf_params *params, wrmf_param id)
{
    return params->values[id - 1].real;
}

#endif /* WRMF_MODEL_PARAMS_H */
