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
