/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/grams.h"

#include "linalg/gram.h"

/* Where the model keeps the Gram matrix of a side. */
static double *place_of(const wrmf_model *model, wrmf_side side)
{
    return model->grams + (size_t)side * wrmf_i_model_square(model);
}

const double *wrmf_i_model_known_gram(const wrmf_model *model, wrmf_side side)
{
    return model->gram_known[side] ? place_of(model, side) : NULL;
}

size_t wrmf_i_model_gram_scratch(const wrmf_context *context, const wrmf_model *model)
{
    const int64_t users = model->rows[WRMF_USERS], items = model->rows[WRMF_ITEMS];
    return wrmf_i_gram_scratch(context, users > items ? users : items, model->factors);
}

wrmf_status wrmf_i_model_alloc_grams(wrmf_model *model, wrmf_error *err)
{
    if (!model->grams)
        model->grams = wrmf_i_alloc(&model->context->allocator, 2 * wrmf_i_model_square(model),
                                    sizeof *model->grams);
    return model->grams ? WRMF_OK : wrmf_i_fail_memory(err, "Gram matrices");
}

wrmf_status wrmf_i_model_ensure_gram(wrmf_context *context, wrmf_model *model, wrmf_side side,
                                     void *scratch, wrmf_error *err)
{
    if (model->gram_known[side])
        return WRMF_OK;
    const wrmf_i_factors rows = wrmf_i_model_rows(model, side);
    WRMF_I_TRY(wrmf_i_gram(context, &rows, place_of(model, side), scratch, err));
    model->gram_known[side] = true;
    return WRMF_OK;
}

wrmf_status wrmf_i_model_carried_gram(wrmf_context *context, wrmf_model *model, void *scratch,
                                      const double **gram, wrmf_error *err)
{
    const wrmf_i_factors rows = wrmf_i_model_carried_rows(model);
    *gram = place_of(model, WRMF_ITEMS);
    if (!model->carries)
        return wrmf_i_model_ensure_gram(context, model, WRMF_ITEMS, scratch, err);
    model->gram_known[WRMF_ITEMS] = false;
    return wrmf_i_gram(context, &rows, place_of(model, WRMF_ITEMS), scratch, err);
}

wrmf_status wrmf_i_model_borrow_gram(wrmf_context *context, const wrmf_model *model, wrmf_side side,
                                     double *space, void *scratch, const double **gram,
                                     wrmf_error *err)
{
    *gram = wrmf_i_model_known_gram(model, side);
    if (*gram)
        return WRMF_OK;
    const wrmf_i_factors rows = wrmf_i_model_rows(model, side);
    *gram = space;
    return wrmf_i_gram(context, &rows, space, scratch, err);
}
