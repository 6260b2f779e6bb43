/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/lines.h - an input as a window of bytes, and line by line.
 */
#ifndef WRMF_IO_LINES_H
#define WRMF_IO_LINES_H

#include "io/input.h"
#include "io/location.h"

/** Bytes that a line, or a record, may have. */
#define WRMF_I_LINE_MAX 0x7fffffff

/** A window on the input that moves forward: begin .. end are the bytes at hand.
 *  Zero-initialised: nothing to free. */
typedef struct wrmf_i_window {
    const wrmf_i_allocator *allocator;
    wrmf_input *input;
    char *buffer;
    size_t capacity, begin, end;
    bool ended;    /* nothing follows behind end */
    int64_t bytes; /* read in all, unpacked */
} wrmf_i_window;

/** bytes: how much it holds; 0 for the usual. */
wrmf_status wrmf_i_window_init(wrmf_i_window *window, wrmf_context *context, wrmf_input *input,
                               size_t bytes, wrmf_error *err);
void wrmf_i_window_free(wrmf_i_window *window);
/** Move what is at hand to the front and read more behind it, in a larger buffer
 *  if there is no room: afterwards there are more bytes, or `ended` is set. */
wrmf_status wrmf_i_window_more(wrmf_i_window *window, wrmf_error *err);

/** Lines of an input; line is the number of the one given last. */
typedef struct wrmf_i_lines {
    wrmf_i_window window;
    int64_t line;
} wrmf_i_lines;

wrmf_status wrmf_i_lines_init(wrmf_i_lines *lines, wrmf_context *context, wrmf_input *input,
                              wrmf_error *err);
void wrmf_i_lines_free(wrmf_i_lines *lines);
/** The next line without its end (LF or CRLF), which may be changed in place and
 *  is gone with the next call; *text is NULL behind the last one. */
wrmf_status wrmf_i_lines_next(wrmf_i_lines *lines, char **text, size_t *length, wrmf_error *err);
/** The place of a byte of the line given last, column from 1. */
wrmf_i_location wrmf_i_lines_location(const wrmf_i_lines *lines, size_t column);

#endif /* WRMF_IO_LINES_H */
