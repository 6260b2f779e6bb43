/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/model_tensors.h"

#include "base/checked.h"
#include "store/ids_order.h"
#include "store/model_file.h"
#include "wrmf/store.h"

typedef wrmf_i_tensor_list tensor_list;

const wrmf_ids *wrmf_i_tensor_list_ids(const wrmf_i_tensor_list *all, int side)
{
    return all->has[side] ? all->model->ids[side] : NULL;
}

/* Add a tensor whose numbers have `number` bytes each. */
static wrmf_status add(tensor_list *all, wrmf_i_out_tensor next, size_t number, wrmf_error *err)
{
    size_t numbers = (size_t)next.shape[0];
    bool fits = true;
    if (next.dimensions == 2)
        fits = wrmf_i_mul_size(numbers, (size_t)next.shape[1], &numbers);
    if (!fits || !wrmf_i_mul_size(numbers, number, &next.bytes))
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "tensor %s is too large", next.name);
    all->tensors[all->count++] = next;
    return WRMF_OK;
}

static wrmf_status add_rows(tensor_list *all, int side, const char *name, const void *rows,
                            wrmf_error *err)
{
    const wrmf_model *const model = all->model;
    const wrmf_i_out_tensor next = {
        .name = name,
        .dtype = model->bits == 32 ? "F32" : "F64",
        .content = WRMF_I_OUT_FACTORS,
        .side = side,
        .rows = rows,
        .dimensions = 2,
        .shape = {all->has[side] ? model->rows[side] : 0,
                  all->mappable ? model->stride : model->factors},
    };
    return add(all, next, wrmf_i_model_number_bytes(model), err);
}

/* A file of one side has no rows to go on from: it is not fitted any more. */
static wrmf_status add_factors(tensor_list *all, wrmf_error *err)
{
    const wrmf_model *const model = all->model;
    for (int side = 0; side < 2; side++)
        WRMF_I_TRY(
            add_rows(all, side, wrmf_i_tensor_names_of[side].factors, model->data[side], err));
    if (model->carries && all->has[WRMF_USERS] && all->has[WRMF_ITEMS])
        WRMF_I_TRY(add_rows(all, WRMF_ITEMS, WRMF_I_TENSOR_CARRIED, model->carried, err));
    return WRMF_OK;
}

static wrmf_status add_vector(tensor_list *all, int side, const char *name,
                              wrmf_i_out_content content, wrmf_i_text_fn text, int64_t length,
                              wrmf_error *err)
{
    const wrmf_i_out_tensor next = {.name = name,
                                    .dtype = content == WRMF_I_OUT_BYTES   ? "U8"
                                             : content == WRMF_I_OUT_ORDER ? "I32"
                                                                           : "I64",
                                    .content = content,
                                    .side = side,
                                    .text = text,
                                    .dimensions = 1,
                                    .shape = {length, 0}};
    const size_t bytes = content == WRMF_I_OUT_BYTES ? 1 : content == WRMF_I_OUT_ORDER ? 4 : 8;
    return add(all, next, bytes, err);
}

/* Bytes of the texts of all ids, those of NULs behind them included. */
static int64_t text_bytes(const tensor_list *all, const wrmf_ids *ids, wrmf_i_text_fn text)
{
    int64_t sum = all->mappable ? wrmf_i_ids_size(ids) : 0;
    for (int64_t i = 0; i < wrmf_i_ids_size(ids); i++) {
        size_t length;
        if (text(ids, i, &length))
            sum += (int64_t)length;
    }
    return sum;
}

static wrmf_status add_offsets(tensor_list *all, int side, wrmf_error *err)
{
    const wrmf_ids *const ids = wrmf_i_tensor_list_ids(all, side);
    const wrmf_i_tensor_names *const names = &wrmf_i_tensor_names_of[side];
    if (!ids)
        return WRMF_OK;
    const int64_t n = wrmf_i_ids_size(ids);
    if (wrmf_i_ids_kind(ids) == WRMF_IDS_INTEGER)
        WRMF_I_TRY(add_vector(all, side, names->ids, WRMF_I_OUT_INTEGERS, NULL, n, err));
    else
        WRMF_I_TRY(add_vector(all, side, names->ids_offsets, WRMF_I_OUT_OFFSETS, wrmf_i_ids_string,
                              n + 1, err));
    if (!wrmf_i_ids_named(ids))
        return WRMF_OK;
    return add_vector(all, side, names->names_offsets, WRMF_I_OUT_OFFSETS, wrmf_i_ids_name, n + 1,
                      err);
}

static wrmf_status add_order(tensor_list *all, int side, wrmf_error *err)
{
    const wrmf_ids *const ids = wrmf_i_tensor_list_ids(all, side);
    if (!ids || !all->mappable)
        return WRMF_OK;
    WRMF_I_TRY(wrmf_i_ids_order(&all->model->context->allocator, ids, &all->order[side], err));
    return add_vector(all, side, wrmf_i_tensor_names_of[side].order, WRMF_I_OUT_ORDER, NULL,
                      wrmf_i_ids_size(ids), err);
}

static wrmf_status add_bytes(tensor_list *all, int side, wrmf_error *err)
{
    const wrmf_ids *const ids = wrmf_i_tensor_list_ids(all, side);
    const wrmf_i_tensor_names *const names = &wrmf_i_tensor_names_of[side];
    if (!ids)
        return WRMF_OK;
    if (wrmf_i_ids_kind(ids) == WRMF_IDS_STRING)
        WRMF_I_TRY(add_vector(all, side, names->ids_bytes, WRMF_I_OUT_BYTES, wrmf_i_ids_string,
                              text_bytes(all, ids, wrmf_i_ids_string), err));
    if (!wrmf_i_ids_named(ids))
        return WRMF_OK;
    return add_vector(all, side, names->names_bytes, WRMF_I_OUT_BYTES, wrmf_i_ids_name,
                      text_bytes(all, ids, wrmf_i_ids_name), err);
}

/* Their lengths are multiples of 64, so that each begins at one. */
static wrmf_status add_served(tensor_list *all, int side, const wrmf_i_served *served,
                              wrmf_error *err)
{
    for (int part = 0; part < WRMF_I_SERVED_PARTS && all->has[side]; part++) {
        const wrmf_i_out_tensor next = {.name = wrmf_i_tensor_names_of[side].served[part],
                                        .dtype = "U8",
                                        .content = WRMF_I_OUT_SERVED,
                                        .side = side,
                                        .rows = served->data[part],
                                        .dimensions = 1,
                                        .shape = {(int64_t)served->bytes[part], 0}};
        if (served->data[part])
            WRMF_I_TRY(add(all, next, 1, err));
    }
    return WRMF_OK;
}

/* List the tensors, those of wide numbers first: so each begins at a multiple of the size of its
 * numbers though there are no holes. Padded rows are whole cache lines: they come first, and each
 * lies in lines of its own. */
wrmf_status wrmf_i_tensor_list_make(wrmf_i_tensor_list *all, const wrmf_model *model,
                                    unsigned options, const wrmf_i_served served[2],
                                    wrmf_error *err)
{
    *all = (tensor_list){.model = model, .mappable = options & WRMF_SAVE_MAPPABLE};
    all->has[WRMF_USERS] = !(options & WRMF_SAVE_ITEMS);
    all->has[WRMF_ITEMS] = !(options & WRMF_SAVE_USERS);
    const bool factors_first = model->bits == 64 || all->mappable;
    if (factors_first)
        WRMF_I_TRY(add_factors(all, err));
    for (int side = 0; side < 2 && served && all->mappable; side++)
        WRMF_I_TRY(add_served(all, side, &served[side], err));
    for (int side = 0; side < 2; side++)
        WRMF_I_TRY(add_offsets(all, side, err));
    if (!factors_first)
        WRMF_I_TRY(add_factors(all, err));
    for (int side = 0; side < 2; side++)
        WRMF_I_TRY(add_order(all, side, err));
    for (int side = 0; side < 2; side++)
        WRMF_I_TRY(add_bytes(all, side, err));
    return WRMF_OK;
}

void wrmf_i_tensor_list_free(wrmf_i_tensor_list *all)
{
    for (int side = 0; side < 2; side++)
        if (all->order[side])
            wrmf_i_free(&all->model->context->allocator, all->order[side],
                        (size_t)wrmf_i_ids_size(all->model->ids[side]), sizeof(int32_t));
}
