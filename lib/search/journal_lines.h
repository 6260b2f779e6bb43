/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/journal_lines.h - the lines of a file, read with bounded memory: what is longer than any
 * line of a journal is passed over.
 */
#ifndef WRMF_SEARCH_JOURNAL_LINES_H
#define WRMF_SEARCH_JOURNAL_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/alloc.h"

typedef struct wrmf_i_journal_lines {
    const wrmf_i_allocator *allocator; /* borrowed */
    int fd;                            /* borrowed; read from its beginning */
    char *buffer;
    size_t capacity;    /* bytes of buffer: the longest line with its break */
    size_t begin, used; /* buffer[begin .. used - 1] is still to be given */
    int64_t offset;     /* of buffer[used] in the file: what has been read */
    int64_t number;     /* of the line that was given last, from 1 */
    int64_t line_end;   /* where that line ends in the file, its break included */
} wrmf_i_journal_lines;

/** What the next line is. */
typedef enum wrmf_i_journal_line {
    WRMF_I_LINE_END,     /* there is none */
    WRMF_I_LINE_ENDED,   /* it has a line break, which is not part of what is given */
    WRMF_I_LINE_UNENDED, /* the file ends without a line break */
    WRMF_I_LINE_LONG     /* longer than the longest: nothing of it is given */
} wrmf_i_journal_line;

/** Begin; `longest` is the most bytes of a line. False if there is no memory. */
bool wrmf_i_journal_lines_begin(wrmf_i_journal_lines *lines, const wrmf_i_allocator *allocator,
                                int fd, size_t longest);
void wrmf_i_journal_lines_end(wrmf_i_journal_lines *lines);
/** The next line, borrowed until the next call. Gives 0 or an error number (errno). */
int wrmf_i_journal_lines_next(wrmf_i_journal_lines *lines, wrmf_i_journal_line *kind,
                              const char **line, size_t *length);

#endif /* WRMF_SEARCH_JOURNAL_LINES_H */
