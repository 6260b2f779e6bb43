/* SPDX-License-Identifier: BSD-2-Clause */
/* This makes a table of a model's rows. */
#include "dense.h"

dense dense_from_model(const wrmf_model *model, wrmf_side side)
{
    int64_t rows = side == WRMF_USERS ? wrmf_model_users(model) : wrmf_model_items(model);
    dense table = dense_new(rows, wrmf_model_factors(model));
    MUST(wrmf_model_get_rows(model, side, 0, rows, table.at, err));
    return table;
}

wrmf_model *dense_to_model(wrmf_context *context, const dense *x, const dense *y,
                           wrmf_precision precision)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, x->columns, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_PRECISION, precision, err));
    MUST(wrmf_model_create(context, x->rows, y->rows, params, &model, err));
    MUST(wrmf_model_set_rows(model, WRMF_USERS, 0, x->rows, x->at, err));
    MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 0, y->rows, y->at, err));
    wrmf_params_free(params);
    return model;
}
