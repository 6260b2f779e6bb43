/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/location.h"
#include "store/checksum.h"
#include "store/ids_order.h"
#include "store/model_make.h"

/* ---- mapping ---- */

/* Make a model of the mapped file, which it owns from then on. */
static wrmf_status make(wrmf_context *context, const wrmf_i_mapping *mapping, wrmf_model **out,
                        wrmf_error *err)
{
    const bool same_order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    const wrmf_i_source source = {.memory = mapping->bytes, .fd = -1, .bytes = mapping->n};
    wrmf_i_model_plan plan;
    wrmf_model *model = NULL;
    wrmf_status status =
        wrmf_i_model_plan_open(&plan, &context->allocator, &source, same_order, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_make(context, &plan, true, &model, err);
    wrmf_i_model_plan_close(&plan);
    if (status != WRMF_OK)
        return status;
    model->read_only = true;
    model->mapping = *mapping;
    *out = model;
    return WRMF_OK;
}

wrmf_status wrmf_i_model_map_path(wrmf_context *context, const char *path, wrmf_model **out,
                                  wrmf_error *err)
{
    wrmf_i_mapping mapping = {.bytes = NULL};
    wrmf_error inner;
    WRMF_I_TRY(wrmf_i_mapping_open(&mapping, path, err));
    const wrmf_status status = make(context, &mapping, out, &inner);
    if (status == WRMF_OK)
        return WRMF_OK;
    wrmf_i_mapping_close(&mapping);
    return wrmf_i_fail(err, status, "%s: %s", path, inner.text);
}

/* ---- checking all of it ---- */

static wrmf_status check_rows(const wrmf_i_model_plan *plan, const wrmf_i_tensor *tensor,
                              wrmf_error *err)
{
    const wrmf_i_source *const source = plan->file.source;
    const wrmf_i_factors view = {.data = source->memory + plan->file.data_begin + tensor->begin,
                                 .bits = tensor->dtype == WRMF_I_DTYPE_F32 ? 32 : 64,
                                 .n = tensor->shape[0],
                                 .factors = plan->columns,
                                 .stride = tensor->shape[1]};
    return wrmf_i_model_check_rows(plan, tensor, &view, err);
}

static wrmf_status check_order(const wrmf_i_model_plan *plan, int side, wrmf_error *err)
{
    const wrmf_i_tensor_names *const names = &wrmf_i_tensor_names_of[side];
    if (!plan->order[side].tensor)
        return WRMF_OK;
    const wrmf_i_ids_stored stored = wrmf_i_model_plan_stored(plan, side);
    return wrmf_i_ids_order_check(&stored, names->order, names->ids, err);
}

static wrmf_status check_served(const wrmf_i_model_plan *plan, int side, wrmf_error *err)
{
    for (int part = 0; part < WRMF_I_SERVED_PARTS; part++) {
        const wrmf_i_tensor *const tensor = plan->served[side][part];
        if (tensor)
            WRMF_I_TRY(wrmf_i_model_plan_checksum(
                plan, tensor->name,
                wrmf_i_checksum(plan->file.source->memory + plan->file.data_begin + tensor->begin,
                                tensor->end - tensor->begin),
                err));
    }
    return WRMF_OK;
}

static wrmf_status check_all(const wrmf_i_model_plan *plan, wrmf_error *err)
{
    for (int side = 0; side < 2; side++) {
        WRMF_I_TRY(check_rows(plan, plan->factors[side], err));
        WRMF_I_TRY(check_order(plan, side, err));
        WRMF_I_TRY(check_served(plan, side, err));
    }
    return plan->carried ? check_rows(plan, plan->carried, err) : WRMF_OK;
}

wrmf_status wrmf_i_model_verify(const wrmf_model *model, wrmf_error *err)
{
    const wrmf_i_source source = {
        .memory = model->mapping.bytes, .fd = -1, .bytes = model->mapping.n};
    wrmf_i_model_plan plan;
    if (!model->read_only)
        return WRMF_OK;
    wrmf_status status =
        wrmf_i_model_plan_open(&plan, &model->context->allocator, &source, false, err);
    if (status == WRMF_OK)
        status = check_all(&plan, err);
    wrmf_i_model_plan_close(&plan);
    return status;
}
