/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/model_make.h"

wrmf_status wrmf_i_model_read_source(wrmf_context *context, const wrmf_i_source *source,
                                     wrmf_model **out, wrmf_error *err)
{
    wrmf_i_model_plan all;
    wrmf_status status = wrmf_i_model_plan_open(&all, &context->allocator, source, false, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_make(context, &all, false, out, err);
    wrmf_i_model_plan_close(&all);
    return status;
}

wrmf_status wrmf_i_model_read_memory(wrmf_context *context, const void *data, size_t bytes,
                                     wrmf_model **out, wrmf_error *err)
{
    const wrmf_i_source source = {.memory = data, .fd = -1, .bytes = bytes};
    return wrmf_i_model_read_source(context, &source, out, err);
}
