/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/store.h"

#include <math.h>

#include "io/output.h"
#include "store/model_file.h"

/* ---- saving ---- */

static wrmf_status check_options(unsigned options, wrmf_error *err)
{
    const unsigned sides = WRMF_SAVE_USERS | WRMF_SAVE_ITEMS;
    if ((options & ~(WRMF_SAVE_MAPPABLE | sides)) != 0)
        return wrmf_i_fail(err, WRMF_E_RANGE,
                           "options is %#x, with flags that are none of wrmf_save", options);
    if ((options & sides) == sides)
        return wrmf_i_fail(err, WRMF_E_RANGE,
                           "options has WRMF_SAVE_USERS and WRMF_SAVE_ITEMS: neither is for both");
    return WRMF_OK;
}

wrmf_status wrmf_model_write_as(const wrmf_model *model, unsigned options, wrmf_output *output,
                                wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!output)
        return wrmf_i_fail_null(err, "output");
    WRMF_I_TRY(check_options(options, err));
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_model_read(&call, model, err);
    if (status == WRMF_OK)
        status = wrmf_i_output_enter(&call, output, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_write(model, options, NULL, output, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_model_save_as(const wrmf_model *model, const char *path, unsigned options,
                               wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!path)
        return wrmf_i_fail_null(err, "path");
    WRMF_I_TRY(check_options(options, err));
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_model_read(&call, model, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_write_path(model, options, NULL, path, err);
    wrmf_i_call_end(&call);
    return status;
}

/* ---- loading ---- */

wrmf_status wrmf_model_load_callback(wrmf_context *context, void *self, wrmf_read_at_fn read,
                                     size_t bytes, wrmf_model **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!read)
        return wrmf_i_fail_null(err, "read");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    const wrmf_i_source source = {.read = read, .self = self, .fd = -1, .bytes = bytes};
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    const wrmf_status status = wrmf_i_model_read_source(context, &source, out, err);
    wrmf_i_call_end(&call);
    return status;
}

/* ---- mapping ---- */

wrmf_status wrmf_model_map(wrmf_context *context, const char *path, wrmf_model **out,
                           wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!path)
        return wrmf_i_fail_null(err, "path");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    const wrmf_status status = wrmf_i_model_map_path(context, path, out, err);
    wrmf_i_call_end(&call);
    return status;
}

int64_t wrmf_model_mapped(const wrmf_model *model)
{
    if (!model || !model->in_place)
        return 0;
    const int64_t rows =
        model->rows[WRMF_USERS] + model->rows[WRMF_ITEMS] * (model->carries ? 2 : 1);
    return rows * model->stride * (model->bits / 8);
}

wrmf_status wrmf_model_verify(const wrmf_model *model, wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_model_read(&call, model, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_verify(model, err);
    wrmf_i_call_end(&call);
    return status;
}

/* ---- checkpoints ---- */

static wrmf_status set_checkpoint(wrmf_model *model, const char *path, int64_t epochs,
                                  double seconds, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &model->context->allocator;
    char *const copy = path ? wrmf_i_strdup(allocator, path) : NULL;
    if (path && !copy)
        return wrmf_i_fail_memory(err, "the path of a checkpoint");
    wrmf_i_strfree(allocator, model->checkpoint.path);
    model->checkpoint = (wrmf_i_checkpoint_setting){copy, epochs, seconds};
    return WRMF_OK;
}

wrmf_status wrmf_model_set_checkpoint(wrmf_model *model, const char *path, int64_t epochs,
                                      double seconds, wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (path && epochs < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "epochs is %lld, below 0", (long long)epochs);
    if (path && !(isfinite(seconds) && seconds >= 0))
        return wrmf_i_fail(err, WRMF_E_RANGE, "seconds is %g, not finite and 0 or more", seconds);
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_model_change(&call, model, err);
    if (status == WRMF_OK)
        status = set_checkpoint(model, path, epochs, seconds, err);
    wrmf_i_call_end(&call);
    return status;
}
