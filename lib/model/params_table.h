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
    double lowest, highest, initial;
    const char *const *choices; /* NULL-terminated, of choices */
    const char *help;
} wrmf_i_param_row;

extern const wrmf_i_param_row wrmf_i_param_table[WRMF_I_PARAM_COUNT];

/** NULL if there is none such. */
const wrmf_i_param_row *wrmf_i_param_row_get(wrmf_param id);
const wrmf_i_param_row *wrmf_i_param_row_find(const char *name);

wrmf_status wrmf_i_params_set_int(wrmf_i_value *values, const wrmf_i_param_row *row, int64_t value,
                                  wrmf_error *err);
wrmf_status wrmf_i_params_set_real(wrmf_i_value *values, const wrmf_i_param_row *row, double value,
                                   wrmf_error *err);

/** Call pair for each "name=value" of a text, separated by white space. */
typedef wrmf_status (*wrmf_i_pair_fn)(void *self, const char *name, const char *value,
                                      wrmf_error *err);
wrmf_status wrmf_i_params_each(const char *text, wrmf_i_pair_fn pair, void *self, wrmf_error *err);

#endif /* WRMF_MODEL_PARAMS_TABLE_H */
