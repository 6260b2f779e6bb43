/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model/rearrange.h - a model of other sizes that has the rows of another in other places.
 */
#ifndef WRMF_MODEL_REARRANGE_H
#define WRMF_MODEL_REARRANGE_H

#include "model/model.h"

/** Where the rows of the new model come from. */
typedef struct wrmf_i_arrangement {
    int64_t rows[2];        /* of each side of the new model */
    const int64_t *from[2]; /* of each new row: the row of the model that it is; -1: it is zero.
                               NULL: that of the same number, and zeros behind the last */
} wrmf_i_arrangement;

/** The row that row `index` of a side comes from, or -1. */
static inline int64_t wrmf_i_arrangement_from(const wrmf_i_arrangement *arrangement,
                                              const wrmf_model *model, wrmf_side side,
                                              int64_t index)
{
    if (arrangement->from[side])
        return arrangement->from[side][index];
    return index < model->rows[side] ? index : -1;
}

/** Make a model with an arrangement of another's rows, those that it carries included, and its
 *  parameters, epochs, statistics and notes; without ids. */
wrmf_status wrmf_i_model_rearrange(wrmf_context *context, const wrmf_model *model,
                                   const wrmf_i_arrangement *arrangement, wrmf_model **out,
                                   wrmf_error *err);

/** Make a model without n rows of a side, each of which may be named again. The ids go with them.
 */
wrmf_status wrmf_i_model_without(wrmf_context *context, const wrmf_model *model, wrmf_side side,
                                 const int64_t *rows, int64_t n, wrmf_model **out, wrmf_error *err);

#endif /* WRMF_MODEL_REARRANGE_H */
