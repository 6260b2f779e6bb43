/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/output.h - what a wrmf_output is: bytes that go to a file, a descriptor or a function of the
 * caller's. A file is replaced as a whole when the output is closed.
 */
#ifndef WRMF_IO_OUTPUT_H
#define WRMF_IO_OUTPUT_H

#include "par/context.h"
#include "wrmf/io.h"

wrmf_status wrmf_i_output_path(wrmf_context *context, const char *path, wrmf_output **out,
                               wrmf_error *err);
/** The descriptor is borrowed. Where name is NULL, messages say "<fd 3>" or "<callback>", as
 *  wrmf/io.h documents. */
wrmf_status wrmf_i_output_fd(wrmf_context *context, int fd, const char *name, wrmf_output **out,
                             wrmf_error *err);
wrmf_status wrmf_i_output_callback(wrmf_context *context, void *self, wrmf_write_fn write,
                                   const char *name, wrmf_output **out, wrmf_error *err);
/** A failure is kept: every later write and the close fail alike. */
wrmf_status wrmf_i_output_write(wrmf_output *output, const void *data, size_t bytes,
                                wrmf_error *err);
/** Write what is buffered and, where it is a file, put it in the place of the old one. */
wrmf_status wrmf_i_output_close(wrmf_output *output, wrmf_error *err);
/** Without a close before it, a file stays as it was. NULL is allowed. */
void wrmf_i_output_free(wrmf_output *output);

/** Have an output alone until the call ends; WRMF_E_STATE if another call has it. */
wrmf_status wrmf_i_output_enter(wrmf_i_call *call, wrmf_output *output, wrmf_error *err);
/** Free it now, or when the call that uses it ends. NULL is allowed. */
void wrmf_i_output_retire(wrmf_output *output);

#endif /* WRMF_IO_OUTPUT_H */
