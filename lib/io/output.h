/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/output.h - bytes to a file, a descriptor or a function. A file is replaced
 * as a whole when it is closed.
 */
#ifndef WRMF_IO_OUTPUT_H
#define WRMF_IO_OUTPUT_H

#include "par/context.h"
#include "wrmf/io.h"

wrmf_status wrmf_i_output_path(wrmf_context *context, const char *path, wrmf_output **out,
                               wrmf_error *err);
/** name NULL: the documented one. */
wrmf_status wrmf_i_output_fd(wrmf_context *context, int fd, const char *name, wrmf_output **out,
                             wrmf_error *err);
wrmf_status wrmf_i_output_callback(wrmf_context *context, void *self, wrmf_write_fn write,
                                   const char *name, wrmf_output **out, wrmf_error *err);
wrmf_status wrmf_i_output_write(wrmf_output *output, const void *data, size_t bytes,
                                wrmf_error *err);
wrmf_status wrmf_i_output_close(wrmf_output *output, wrmf_error *err);
/** NULL is allowed. */
void wrmf_i_output_free(wrmf_output *output);

/** What messages call it. */
const char *wrmf_i_output_name(const wrmf_output *output);
/** What it was made with. */
wrmf_context *wrmf_i_output_context(const wrmf_output *output);

#endif /* WRMF_IO_OUTPUT_H */
