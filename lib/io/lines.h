/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/lines.h - an input, line by line.
 */
#ifndef WRMF_IO_LINES_H
#define WRMF_IO_LINES_H

#include "io/location.h"
#include "io/window.h"

typedef struct wrmf_i_lines {
    wrmf_i_window window;
    int64_t line; /* the number of the line that was given last, from 1; 0 before the first */
} wrmf_i_lines;

wrmf_status wrmf_i_lines_init(wrmf_i_lines *lines, wrmf_context *context, wrmf_input *input,
                              wrmf_error *err);
void wrmf_i_lines_free(wrmf_i_lines *lines);
/** The next line without its end, which is LF, CRLF or CR; behind the last one *text becomes NULL.
 *  The caller may change the text in place. It is valid until the next call. WRMF_E_OVERFLOW where
 *  it has more bytes than the input's limit. */
wrmf_status wrmf_i_lines_next(wrmf_i_lines *lines, char **text, size_t *length, wrmf_error *err);
/** How many bytes are at hand from the beginning of the line that was given last: it, its end and
 *  maybe more. */
size_t wrmf_i_lines_at_hand(const wrmf_i_lines *lines, const char *text);
/** Where the line that was given last is the first: WRMF_E_FORMAT if its bytes show the input to be
 *  no text (io/signature.h). The text says "NAME: CLAIM, but ...", such as "this is no list of
 * ids".
 */
wrmf_status wrmf_i_lines_check_text(const wrmf_i_lines *lines, const char *text, const char *claim,
                                    wrmf_error *err);
/** The location of a byte of the line that was given last; column counts from 1. */
wrmf_i_location wrmf_i_lines_location(const wrmf_i_lines *lines, size_t column);

#endif /* WRMF_IO_LINES_H */
