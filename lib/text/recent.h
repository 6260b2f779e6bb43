/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/recent.h - the id of an earlier row. Rows come in groups, so that it is often the next row's
 * too, and need not be looked up.
 */
#ifndef WRMF_TEXT_RECENT_H
#define WRMF_TEXT_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Zero-initialised, there is none. */
typedef struct wrmf_i_recent {
    const char *text; /* in the bytes at hand, borrowed */
    size_t length;    /* of the text, in bytes; 0: there is none */
    int64_t index;    /* -1: it was not there yet */
} wrmf_i_recent;

/** Whether a text is that id. Most ids that differ do so in the last byte. */
static inline bool wrmf_i_recent_is(const wrmf_i_recent *recent, const char *text, size_t length)
{
    return recent->length == length && length > 0 && recent->text[length - 1] == text[length - 1] &&
           memcmp(recent->text, text, length) == 0;
}

#endif /* WRMF_TEXT_RECENT_H */
