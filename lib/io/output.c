/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "io/descriptor.h"
#include "io/location.h"
#include "io/replace.h"

enum { BUFFER_BYTES = 64 << 10 };

struct wrmf_output {
    wrmf_context *context; /* held */
    wrmf_i_use use;        /* of the call that writes */
    char *name;
    int fd;                  /* -1: bytes go to write() */
    wrmf_i_replace *replace; /* owns the descriptor; NULL: it is borrowed */
    void *self;
    wrmf_write_fn write;
    char *buffer; /* BUFFER_BYTES */
    size_t used;  /* bytes of buffer that are still to be sent */
    bool closed;
    wrmf_error failure; /* the first failure; its code is WRMF_OK while there is none */
};

/* ---- life ---- */

void wrmf_i_output_free(wrmf_output *output)
{
    if (!output)
        return;
    wrmf_context *const context = output->context;
    const wrmf_i_allocator *const allocator = &context->allocator;
    wrmf_i_replace_free(output->replace);
    wrmf_i_strfree(allocator, output->name);
    wrmf_i_free(allocator, output->buffer, BUFFER_BYTES, 1);
    wrmf_i_free(allocator, output, 1, sizeof *output);
    wrmf_i_context_release(context);
}

static void drop(void *output)
{
    wrmf_i_output_free(output);
}

wrmf_status wrmf_i_output_enter(wrmf_i_call *call, wrmf_output *output, wrmf_error *err)
{
    return wrmf_i_call_alone(call, &output->use, output, drop, "output", err);
}

void wrmf_i_output_retire(wrmf_output *output)
{
    if (output && wrmf_i_use_retire(&output->use))
        wrmf_i_output_free(output);
}

static wrmf_status new_output(wrmf_context *context, const char *name, wrmf_output **out,
                              wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    wrmf_output *const output = wrmf_i_alloc_zero(allocator, 1, sizeof *output);
    if (!output)
        return wrmf_i_fail_memory(err, "an output");
    output->context = wrmf_i_context_hold(context);
    output->fd = -1;
    output->name = wrmf_i_strdup(allocator, name);
    output->buffer = wrmf_i_alloc(allocator, BUFFER_BYTES, 1);
    if (!output->name || !output->buffer) {
        wrmf_i_output_free(output);
        return wrmf_i_fail_memory(err, "an output");
    }
    *out = output;
    return WRMF_OK;
}

wrmf_status wrmf_i_output_path(wrmf_context *context, const char *path, wrmf_output **out,
                               wrmf_error *err)
{
    wrmf_output *output = NULL;
    WRMF_I_TRY(new_output(context, path, &output, err));
    const wrmf_status status =
        wrmf_i_replace_open(&context->allocator, path, &output->replace, &output->fd, err);
    if (status != WRMF_OK) {
        wrmf_i_output_free(output);
        return status;
    }
    *out = output;
    return WRMF_OK;
}

wrmf_status wrmf_i_output_fd(wrmf_context *context, int fd, const char *name, wrmf_output **out,
                             wrmf_error *err)
{
    char own[32];
    snprintf(own, sizeof own, "<fd %d>", fd);
    if (fd < 0)
        return wrmf_i_fail_errno(err, "cannot write", name ? name : own, EBADF);
    wrmf_output *output = NULL;
    WRMF_I_TRY(new_output(context, name ? name : own, &output, err));
    output->fd = fd;
    *out = output;
    return WRMF_OK;
}

wrmf_status wrmf_i_output_callback(wrmf_context *context, void *self, wrmf_write_fn write,
                                   const char *name, wrmf_output **out, wrmf_error *err)
{
    wrmf_output *output = NULL;
    WRMF_I_TRY(new_output(context, name ? name : "<callback>", &output, err));
    output->self = self;
    output->write = write;
    *out = output;
    return WRMF_OK;
}

/* ---- writing ---- */

static wrmf_status send_bytes(wrmf_output *output, const char *data, size_t bytes, wrmf_error *err)
{
    if (bytes == 0)
        return WRMF_OK;
    if (output->fd >= 0) {
        const int failed = wrmf_i_write_all(output->fd, data, bytes);
        return failed == 0 ? WRMF_OK : wrmf_i_fail_errno(err, "cannot write", output->name, failed);
    }
    if (output->write(output->self, data, bytes) != 0)
        return wrmf_i_fail(err, WRMF_E_IO, "cannot write %s: its function failed", output->name);
    return WRMF_OK;
}

static wrmf_status flush(wrmf_output *output, wrmf_error *err)
{
    const size_t bytes = output->used;
    output->used = 0;
    return send_bytes(output, output->buffer, bytes, err);
}

static wrmf_status put(wrmf_output *output, const void *data, size_t bytes, wrmf_error *err)
{
    if (bytes > BUFFER_BYTES - output->used) {
        WRMF_I_TRY(flush(output, err));
        if (bytes >= BUFFER_BYTES)
            return send_bytes(output, data, bytes, err);
    }
    if (bytes > 0)
        memcpy(output->buffer + output->used, data, bytes);
    output->used += bytes;
    return WRMF_OK;
}

wrmf_status wrmf_i_output_write(wrmf_output *output, const void *data, size_t bytes,
                                wrmf_error *err)
{
    wrmf_error *const failure = &output->failure;
    if (output->closed)
        return wrmf_i_fail(err, WRMF_E_STATE, "%s is closed already", output->name);
    if (failure->code == WRMF_OK)
        (void)put(output, data, bytes, failure);
    if (failure->code == WRMF_OK)
        return WRMF_OK;
    return wrmf_i_fail(err, failure->code, "%s", failure->text);
}

wrmf_status wrmf_i_output_close(wrmf_output *output, wrmf_error *err)
{
    wrmf_error *const failure = &output->failure;
    if (output->closed)
        return wrmf_i_fail(err, WRMF_E_STATE, "%s is closed already", output->name);
    output->closed = true;
    if (failure->code == WRMF_OK)
        (void)flush(output, failure);
    if (failure->code == WRMF_OK && output->replace)
        (void)wrmf_i_replace_commit(output->replace, failure);
    if (failure->code == WRMF_OK)
        return WRMF_OK;
    return wrmf_i_fail(err, failure->code, "%s", failure->text);
}
