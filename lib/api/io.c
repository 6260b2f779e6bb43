/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/io.h"

#include "io/input.h"
#include "io/output.h"

/* ---- input ---- */

wrmf_status wrmf_input_open_path(wrmf_context *context, const char *path, wrmf_input **out,
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
    const wrmf_status status = wrmf_i_input_path(context, path, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_input_open_fd(wrmf_context *context, int fd, const char *name, wrmf_input **out,
                               wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    const wrmf_status status = wrmf_i_input_fd(context, fd, name, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_input_open_callback(wrmf_context *context, void *self, wrmf_read_fn read,
                                     const char *name, wrmf_input **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!read)
        return wrmf_i_fail_null(err, "read");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    const wrmf_status status = wrmf_i_input_callback(context, self, read, name, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_input_set_limit(wrmf_input *input, wrmf_input_limit limit, int64_t bytes,
                                 wrmf_error *err)
{
    if (!input)
        return wrmf_i_fail_null(err, "input");
    if (limit != WRMF_LIMIT_LINE && limit != WRMF_LIMIT_ID)
        return wrmf_i_fail(err, WRMF_E_RANGE, "limit is %d, none of wrmf_input_limit", (int)limit);
    if (bytes < 1 || bytes > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "bytes is %lld, not in 1 .. 2^31 - 1",
                           (long long)bytes);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_input_enter(&call, input, err));
    wrmf_i_input_set_limit(input, limit, (size_t)bytes);
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

void wrmf_input_free(wrmf_input *input)
{
    wrmf_i_input_retire(input);
}

/* ---- output ---- */

wrmf_status wrmf_output_open_path(wrmf_context *context, const char *path, wrmf_output **out,
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
    const wrmf_status status = wrmf_i_output_path(context, path, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_output_open_fd(wrmf_context *context, int fd, const char *name, wrmf_output **out,
                                wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    const wrmf_status status = wrmf_i_output_fd(context, fd, name, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_output_open_callback(wrmf_context *context, void *self, wrmf_write_fn write,
                                      const char *name, wrmf_output **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!write)
        return wrmf_i_fail_null(err, "write");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    const wrmf_status status = wrmf_i_output_callback(context, self, write, name, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_output_write(wrmf_output *output, const void *data, size_t bytes, wrmf_error *err)
{
    if (!output)
        return wrmf_i_fail_null(err, "output");
    if (!data && bytes > 0)
        return wrmf_i_fail_null(err, "data");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_output_enter(&call, output, err);
    if (status == WRMF_OK)
        status = wrmf_i_output_write(output, data, bytes, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_output_close(wrmf_output *output, wrmf_error *err)
{
    if (!output)
        return wrmf_i_fail_null(err, "output");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_output_enter(&call, output, err);
    if (status == WRMF_OK)
        status = wrmf_i_output_close(output, err);
    wrmf_i_call_end(&call);
    return status;
}

void wrmf_output_free(wrmf_output *output)
{
    wrmf_i_output_retire(output);
}
