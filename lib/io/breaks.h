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

/** What is known of the CRs of some bytes. Most texts have none, or one a line, so that looking for
 *  each line's anew would cost as much as looking for LF. Zero-initialised, nothing is known; it is
 *  to be made so again when the bytes move. */
typedef struct wrmf_i_breaks {
    const char *low, *at; /* no byte from low to at - 1 is a CR */
    bool found;           /* the byte at `at` is one */
    bool pairs;           /* the line that was found last ends in CR and LF */
} wrmf_i_breaks;

/** wrmf_i_breaks_find() where what is known does not suffice. */
bool wrmf_i_breaks_search(wrmf_i_breaks *breaks, const char *p, const char *end, bool last,
                          const char **stop, const char **next);

/** Find the end of the line that p stands in: *stop becomes the end of its text, *next the byte
 *  behind its line break. `last` says that the text is over at `end`. False, and nothing is set, if
 *  the line may go on behind `end`. */
static inline bool wrmf_i_breaks_find(wrmf_i_breaks *breaks, const char *p, const char *end,
                                      bool last, const char **stop, const char **next)
{
    if (breaks->low && p >= breaks->low && p < breaks->at) {
        const char *const lf = memchr(p, '\n', (size_t)(breaks->at - p));
        if (lf) {
            *stop = lf;
            *next = lf + 1;
            return true;
        }
    } else if (breaks->pairs) {
        const char *const lf = memchr(p, '\n', (size_t)(end - p));
        if (lf && lf > p && lf[-1] == '\r' && !memchr(p, '\r', (size_t)(lf - 1 - p))) {
            *stop = lf - 1;
            *next = lf + 1;
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
