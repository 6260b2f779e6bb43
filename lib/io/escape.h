/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/escape.h - bytes as text of one line: how ids and names are written to files, and how what
 * was read is shown in messages. wrmf/ids.h has the rule; no other file knows it.
 */
#ifndef WRMF_IO_ESCAPE_H
#define WRMF_IO_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/** The most bytes of an escape. */
#define WRMF_I_ESCAPE 4

/** What a message says of an escape that is none. */
#define WRMF_I_ESCAPE_WRONG                                                                        \
    "a backslash must be followed by one of \\ t n r, or by x and two hexadecimal digits"

/** How many bytes from the first on stand for themselves. They end between two characters. */
size_t wrmf_i_escape_plain(const char *text, size_t length);
/** Write the escape of a byte, without a NUL. Returns how many bytes it has. */
size_t wrmf_i_escape_byte(char byte, char out[WRMF_I_ESCAPE]);

/** Write a text with escapes and a NUL, as snprintf() does. Where it does not fit, it is cut
 * between two characters. Returns the length that it has in full. */
size_t wrmf_i_escape(const char *text, size_t length, char *buffer, size_t capacity);

/** Write a text without its escapes to a buffer with room for its length, which may be the text.
 *  Sets *n to the number of bytes written. False, and nothing is written, where an escape is wrong;
 *  *n is the number of bytes before it then. */
bool wrmf_i_unescape(const char *text, size_t length, char *buffer, size_t *n);

#endif /* WRMF_IO_ESCAPE_H */
