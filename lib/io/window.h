/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/window.h - the bytes of a text that are at hand: a window that moves forward over an input.
 * All text is read through one, so that what may stand before any text is known in one place: the
 * first window begins behind a byte order mark.
 */
#ifndef WRMF_IO_WINDOW_H
#define WRMF_IO_WINDOW_H

#include "io/input.h"

/** A window on an input. Zero-initialised, it has nothing to free. */
typedef struct wrmf_i_window {
    const wrmf_i_allocator *allocator;
    wrmf_input *input; /* borrowed */
    char *buffer;
    size_t capacity;   /* bytes of buffer */
    size_t limit;      /* the most bytes that a line may have, without its end */
    size_t begin, end; /* buffer[begin] .. buffer[end - 1] are at hand */
    bool ended;        /* the input has no byte behind those at hand */
    int64_t bytes;     /* read from the input in all, unpacked */
} wrmf_i_window;

/** Bytes of a window whose size is not given. */
enum { WRMF_I_WINDOW_BYTES = 256 << 10 };

/** Open a window of so many bytes, or of a size that suits most inputs where `bytes` is 0. Nothing
 *  is read yet. */
wrmf_status wrmf_i_window_init(wrmf_i_window *window, wrmf_context *context, wrmf_input *input,
                               size_t bytes, wrmf_error *err);
void wrmf_i_window_free(wrmf_i_window *window);
/** Move the bytes at hand to the front and read more behind them, into a buffer of twice the
 *  size if there is no room. Afterwards more bytes are at hand, or `ended` is set. Pointers into
 *  the buffer become invalid. WRMF_E_OVERFLOW, with a text that names the limit, where the bytes
 *  at hand are all of one line, and more than it may have. A window never has room for more than a
 *  line of the limit, or the bytes that it was opened with; lines that fit are for the caller to
 *  compare with the limit. */
wrmf_status wrmf_i_window_more(wrmf_i_window *window, wrmf_error *err);

#endif /* WRMF_IO_WINDOW_H */
