/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/inflate.h - unpacking gzip data of one member or several. No other file knows zlib.
 */
#ifndef WRMF_IO_INFLATE_H
#define WRMF_IO_INFLATE_H

#include <stdbool.h>

#include "base/alloc.h"

typedef struct wrmf_i_inflate wrmf_i_inflate;

typedef enum wrmf_i_inflate_result {
    WRMF_I_INFLATE_OK = 0,
    WRMF_I_INFLATE_DAMAGED = 1, /* wrmf_i_inflate_message() says how */
    WRMF_I_INFLATE_NOMEM = 2,
    WRMF_I_INFLATE_UNSUPPORTED = 3, /* the library was built without zlib */
} wrmf_i_inflate_result;

/** The allocator is borrowed until wrmf_i_inflate_free(). */
wrmf_i_inflate_result wrmf_i_inflate_new(const wrmf_i_allocator *allocator, wrmf_i_inflate **out);
/** NULL is allowed. */
void wrmf_i_inflate_free(wrmf_i_inflate *state);

/** Unpack the *n_from bytes at *from into the *n_to bytes of room at *to. It stops when either is
 *  used up; the pointers have moved, and the numbers are what is left. */
wrmf_i_inflate_result wrmf_i_inflate_run(wrmf_i_inflate *state, const char **from, size_t *n_from,
                                         char **to, size_t *n_to);
/** Whether the packed data may end here, which they may not inside a member. */
bool wrmf_i_inflate_complete(const wrmf_i_inflate *state);
/** Says what is wrong with damaged data. The text is static. */
const char *wrmf_i_inflate_message(const wrmf_i_inflate *state);

#endif /* WRMF_IO_INFLATE_H */
