/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/inflate.h - gzip, of one member or several; the only place that knows zlib.
 */
#ifndef WRMF_IO_INFLATE_H
#define WRMF_IO_INFLATE_H

#include <stdbool.h>

#include "base/alloc.h"

typedef struct wrmf_i_inflate wrmf_i_inflate;

typedef enum wrmf_i_inflate_result {
    WRMF_I_INFLATE_OK = 0,
    WRMF_I_INFLATE_DAMAGED = 1,
    WRMF_I_INFLATE_NOMEM = 2,
    WRMF_I_INFLATE_UNSUPPORTED = 3, /* built without zlib */
} wrmf_i_inflate_result;

/** The allocator is borrowed until the end. */
wrmf_i_inflate_result wrmf_i_inflate_new(const wrmf_i_allocator *allocator, wrmf_i_inflate **out);
void wrmf_i_inflate_free(wrmf_i_inflate *state);

/** Unpack from (*from, *n_from) to (*to, *n_to), moving all four on. Stops when
 *  either is used up. */
wrmf_i_inflate_result wrmf_i_inflate_run(wrmf_i_inflate *state, const char **from, size_t *n_from,
                                         char **to, size_t *n_to);
/** Whether the packed data may end here: not in the middle of a member. */
bool wrmf_i_inflate_complete(const wrmf_i_inflate *state);
/** What is wrong with damaged data. */
const char *wrmf_i_inflate_message(const wrmf_i_inflate *state);

#endif /* WRMF_IO_INFLATE_H */
