/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model/params_table.h - the table behind wrmf/params.h: names, bounds, defaults,
 * help, text. To add a parameter, add a row in params.c.
 */
#ifndef WRMF_MODEL_PARAMS_TABLE_H
#define WRMF_MODEL_PARAMS_TABLE_H

#include "model/params.h"

typedef struct wrmf_i_param_row {
    wrmf_param id;
    const char *name;
    wrmf_param_type type;
    double lowest, highest;     /* both are allowed */
    double initial;             /* the default */
    const char *const *choices; /* names of WRMF_TYPE_CHOICE, NULL behind the last; else NULL */
    const char *help;           /* what it is, in a line */
} wrmf_i_param_row;

extern const wrmf_i_param_row wrmf_i_param_table[WRMF_I_PARAM_COUNT];

/** The row of a parameter, or NULL if there is none such. */
const wrmf_i_param_row *wrmf_i_param_row_get(wrmf_param id);
const wrmf_i_param_row *wrmf_i_param_row_find(const char *name);

/** Set a value that is in the row's interval; else WRMF_E_RANGE. */
wrmf_status wrmf_i_params_set_int(wrmf_i_value *values, const wrmf_i_param_row *row, int64_t value,
                                  wrmf_error *err);
wrmf_status wrmf_i_params_set_real(wrmf_i_value *values, const wrmf_i_param_row *row, double value,
                                   wrmf_error *err);

/** Call pair for each "name=value" of a text, separated by white space. */
typedef wrmf_status (*wrmf_i_pair_fn)(void *self, const char *name, const char *value,
                                      wrmf_error *err);
wrmf_status wrmf_i_params_each(const char *text, wrmf_i_pair_fn pair, void *self, wrmf_error *err);

#endif /* WRMF_MODEL_PARAMS_TABLE_H */
