/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/rearrange.h"

#include <string.h>

#include "data/removal.h"
#include "model/biases.h"
#include "model/model_copy.h"

/* Copy rows of a side to their new places; rows that come from none become zero. */
static void move_rows(const wrmf_model *model, const wrmf_i_arrangement *arrangement,
                      wrmf_side side, const void *from, void *to)
{
    const size_t bytes = (size_t)model->stride * wrmf_i_model_number_bytes(model);
    for (int64_t i = 0; i < arrangement->rows[side]; i++) {
        const int64_t old = wrmf_i_arrangement_from(arrangement, model, side, i);
        char *const row = (char *)to + (size_t)i * bytes;
        if (old >= 0) {
            memcpy(row, (const char *)from + (size_t)old * bytes, bytes);
            continue;
        }
        memset(row, 0, bytes);
        wrmf_i_biases_clear_row(model, side, to, i);
    }
}

static wrmf_status fill(const wrmf_model *model, const wrmf_i_arrangement *arrangement,
                        wrmf_model *made, wrmf_error *err)
{
    for (int side = 0; side < 2; side++)
        move_rows(model, arrangement, (wrmf_side)side, model->data[side], made->data[side]);
    if (model->carries) {
        WRMF_I_TRY(wrmf_i_model_carried_alloc(made, err));
        move_rows(model, arrangement, WRMF_ITEMS, model->carried, made->carried);
        made->carries = true;
    }
    return wrmf_i_model_copy_history(model, made, err);
}

wrmf_status wrmf_i_model_rearrange(wrmf_context *context, const wrmf_model *model,
                                   const wrmf_i_arrangement *arrangement, wrmf_model **out,
                                   wrmf_error *err)
{
    wrmf_model *made;
    WRMF_I_TRY(wrmf_i_model_new_unset(context, arrangement->rows[WRMF_USERS],
                                      arrangement->rows[WRMF_ITEMS], model->params, &made, err));
    const wrmf_status status = fill(model, arrangement, made, err);
    if (status == WRMF_OK)
        *out = made;
    else
        wrmf_i_model_free(made);
    return status;
}

static wrmf_status make_without(wrmf_context *context, const wrmf_model *model, wrmf_side side,
                                const wrmf_i_removal *removal, wrmf_model **out, wrmf_error *err)
{
    wrmf_i_arrangement arrangement = {.rows = {model->rows[0], model->rows[1]}};
    arrangement.rows[side] = removal->kept;
    arrangement.from[side] = removal->from;
    wrmf_model *made;
    WRMF_I_TRY(wrmf_i_model_rearrange(context, model, &arrangement, &made, err));
    wrmf_status status = WRMF_OK;
    for (int of = 0; of < 2 && status == WRMF_OK; of++)
        if (model->ids[of])
            status = wrmf_i_ids_select(context, model->ids[of], arrangement.from[of],
                                       arrangement.rows[of], &made->ids[of], err);
    if (status == WRMF_OK)
        *out = made;
    else
        wrmf_i_model_free(made);
    return status;
}

wrmf_status wrmf_i_model_without(wrmf_context *context, const wrmf_model *model, wrmf_side side,
                                 const int64_t *rows, int64_t n, wrmf_model **out, wrmf_error *err)
{
    wrmf_i_removal removal;
    WRMF_I_TRY(
        wrmf_i_removal_begin(&context->allocator, model->rows[side], rows, n, &removal, err));
    const wrmf_status status = make_without(context, model, side, &removal, out, err);
    wrmf_i_removal_end(&removal);
    return status;
}
