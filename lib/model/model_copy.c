/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/model_copy.h"

#include <string.h>

#include "model/grams.h"

wrmf_status wrmf_i_model_copy_history(const wrmf_model *model, wrmf_model *copy, wrmf_error *err)
{
    copy->epochs = model->epochs;
    copy->mean = model->mean;
    memcpy(copy->statistics, model->statistics, sizeof copy->statistics);
    for (size_t i = 0; i < model->notes.count; i++)
        WRMF_I_TRY(wrmf_i_notes_set(&copy->notes, &copy->context->allocator,
                                    model->notes.notes[i].key, model->notes.notes[i].value, err));
    return WRMF_OK;
}

static wrmf_status copy_grams(const wrmf_model *model, wrmf_model *copy, wrmf_error *err)
{
    if (!model->gram_known[WRMF_USERS] && !model->gram_known[WRMF_ITEMS])
        return WRMF_OK;
    WRMF_I_TRY(wrmf_i_model_alloc_grams(copy, err));
    memcpy(copy->grams, model->grams, 2 * wrmf_i_model_square(model) * sizeof *copy->grams);
    memcpy(copy->gram_known, model->gram_known, sizeof copy->gram_known);
    return WRMF_OK;
}

static wrmf_status fill(const wrmf_model *model, wrmf_model *copy, wrmf_error *err)
{
    for (int side = 0; side < 2; side++) {
        const size_t numbers = (size_t)model->rows[side] * (size_t)model->stride;
        if (numbers > 0)
            memcpy(copy->data[side], model->data[side], numbers * wrmf_i_model_number_bytes(model));
        if (model->ids[side])
            WRMF_I_TRY(wrmf_i_ids_copy(copy->context, model->ids[side], &copy->ids[side], err));
    }
    if (model->carries) {
        WRMF_I_TRY(wrmf_i_model_carried_alloc(copy, err));
        memcpy(copy->carried, model->carried,
               (size_t)model->rows[WRMF_ITEMS] * (size_t)model->stride *
                   wrmf_i_model_number_bytes(model));
        copy->carries = true;
    }
    WRMF_I_TRY(wrmf_i_model_copy_history(model, copy, err));
    copy->drawn = model->drawn;
    return copy_grams(model, copy, err);
}

wrmf_status wrmf_i_model_copy(wrmf_context *context, const wrmf_model *model, wrmf_model **out,
                              wrmf_error *err)
{
    wrmf_model *copy;
    WRMF_I_TRY(wrmf_i_model_new_unset(context, model->rows[WRMF_USERS], model->rows[WRMF_ITEMS],
                                      model->params, &copy, err));
    const wrmf_status status = fill(model, copy, err);
    if (status == WRMF_OK)
        *out = copy;
    else
        wrmf_i_model_free(copy);
    return status;
}
