/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/input.h - what a wrmf_input is: bytes that are read from a file, a descriptor or a function
 * of the caller's, and unpacked where they are gzip data.
 */
#ifndef WRMF_IO_INPUT_H
#define WRMF_IO_INPUT_H

#include "par/context.h"
#include "wrmf/io.h"

wrmf_status wrmf_i_input_path(wrmf_context *context, const char *path, wrmf_input **out,
                              wrmf_error *err);
/** The descriptor is borrowed. Where name is NULL, messages say "<fd 3>" or "<callback>", as
 *  wrmf/io.h documents. */
wrmf_status wrmf_i_input_fd(wrmf_context *context, int fd, const char *name, wrmf_input **out,
                            wrmf_error *err);
wrmf_status wrmf_i_input_callback(wrmf_context *context, void *self, wrmf_read_fn read,
                                  const char *name, wrmf_input **out, wrmf_error *err);
/** NULL is allowed. */
void wrmf_i_input_free(wrmf_input *input);

/** Fill the buffer as far as the input goes: *got is below capacity only at its end. On a failure
 *  bytes may have been written to the buffer, *got is 0, and every later call fails alike. */
wrmf_status wrmf_i_input_read(wrmf_input *input, char *buffer, size_t capacity, size_t *got,
                              wrmf_error *err);

/** Have an input alone until the call ends; WRMF_E_STATE if another call has it. */
wrmf_status wrmf_i_input_enter(wrmf_i_call *call, wrmf_input *input, wrmf_error *err);
/** Free it now, or when the call that uses it ends. NULL is allowed. */
void wrmf_i_input_retire(wrmf_input *input);

/** What a message says of something, such as "a line", that has more bytes than a line may have. */
#define WRMF_I_LINE_TOO_LONG "%s of more than %zu bytes, the limit"

/** The most bytes that a line, or an id, of text may have: 1 .. 2^31 - 1. */
size_t wrmf_i_input_limit(const wrmf_input *input, wrmf_input_limit limit);
void wrmf_i_input_set_limit(wrmf_input *input, wrmf_input_limit limit, size_t bytes);

/** The name by which messages call it; borrowed. */
const char *wrmf_i_input_name(const wrmf_input *input);
/** The number of bytes that were read so far, counted before they are unpacked. */
int64_t wrmf_i_input_taken(const wrmf_input *input);
/** The number of bytes that there are to read, counted before they are unpacked; -1 if it is not
 *  known. */
int64_t wrmf_i_input_total(const wrmf_input *input);

#endif /* WRMF_IO_INPUT_H */
