/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/breaks.h - where lines end: at LF, at CR and LF, and at a CR alone.
 */
#ifndef WRMF_IO_BREAKS_H
#define WRMF_IO_BREAKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Bytes in which all lines end alike, so that one byte is all that has to be looked for. Zero-
 *  initialised, none are known; it is to be made so again when the bytes move. */
typedef struct wrmf_i_breaks {
    const char *low, *at; /* the bytes are low .. at - 1; every line break is whole */
    char last;            /* the last byte of each line break: CR or LF */
    bool pair;            /* a CR stands before it */
} wrmf_i_breaks;

/** The first CR or LF among the bytes, or NULL. */
const char *wrmf_i_breaks_first(const char *from, const char *end);

/** wrmf_i_breaks_find() where what is known does not suffice. */
bool wrmf_i_breaks_search(wrmf_i_breaks *breaks, const char *p, const char *end, bool last,
                          const char **stop, const char **next);

/** Find the end of the line that p stands in: *stop becomes the end of its text, *next the byte
 *  behind its line break. `last` says that the text is over at `end`. False, and nothing is set, if
 *  the line may go on behind `end`. p does not stand inside a line break. */
static inline bool wrmf_i_breaks_find(wrmf_i_breaks *breaks, const char *p, const char *end,
                                      bool last, const char **stop, const char **next)
{
    if (p < breaks->at && p >= breaks->low) {
        const char *const found = memchr(p, breaks->last, (size_t)(breaks->at - p));
        if (found) {
            *stop = found - breaks->pair;
            *next = found + 1;
            return true;
        }
    }
    return wrmf_i_breaks_search(breaks, p, end, last, stop, next);
}

/** Where a byte stands in a text that begins at `begin`: *lines becomes the number of line breaks
 *  before it, *bytes the number of bytes between it and the last of them, or begin. A CR before
 *  `at` ends a line, unless an LF follows before `at`. */
void wrmf_i_breaks_count(const char *begin, const char *at, int64_t *lines, int64_t *bytes);

#endif /* WRMF_IO_BREAKS_H */
