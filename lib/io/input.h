/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/input.h - bytes from a file, a descriptor or a function, unpacked.
 */
#ifndef WRMF_IO_INPUT_H
#define WRMF_IO_INPUT_H

#include "par/context.h"
#include "wrmf/io.h"

wrmf_status wrmf_i_input_path(wrmf_context *context, const char *path, wrmf_input **out,
                              wrmf_error *err);
/** name NULL: the documented one. */
wrmf_status wrmf_i_input_fd(wrmf_context *context, int fd, const char *name, wrmf_input **out,
                            wrmf_error *err);
wrmf_status wrmf_i_input_callback(wrmf_context *context, void *self, wrmf_read_fn read,
                                  const char *name, wrmf_input **out, wrmf_error *err);
/** NULL is allowed. */
void wrmf_i_input_free(wrmf_input *input);

/** Fill the buffer as far as the input goes: *got is below capacity only at the
 *  end. On a failure bytes may have been written to the buffer. A failed input
 *  stays failed. */
wrmf_status wrmf_i_input_read(wrmf_input *input, char *buffer, size_t capacity, size_t *got,
                              wrmf_error *err);

/** What messages call it. */
const char *wrmf_i_input_name(const wrmf_input *input);
/** Bytes taken so far, packed as they are. */
int64_t wrmf_i_input_taken(const wrmf_input *input);
/** Bytes there are to take, packed as they are, or -1 if that is not known. */
int64_t wrmf_i_input_total(const wrmf_input *input);

#endif /* WRMF_IO_INPUT_H */
