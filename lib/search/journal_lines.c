/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/journal_lines.h"

#include <string.h>

#include "io/descriptor.h"

bool wrmf_i_journal_lines_begin(wrmf_i_journal_lines *lines, const wrmf_i_allocator *allocator,
                                int fd, size_t longest)
{
    const size_t least = (size_t)64 << 10; /* short lines are read many at a time */
    *lines = (wrmf_i_journal_lines){.allocator = allocator, .fd = fd};
    lines->capacity = longest + 1 > least ? longest + 1 : least;
    lines->buffer = wrmf_i_alloc(allocator, lines->capacity, 1);
    return lines->buffer;
}

void wrmf_i_journal_lines_end(wrmf_i_journal_lines *lines)
{
    wrmf_i_free(lines->allocator, lines->buffer, lines->capacity, 1);
    lines->buffer = NULL;
}

/* Move what is left to the front and fill the buffer behind it; *got is 0 at the end of the file.
 */
static int fill(wrmf_i_journal_lines *lines, size_t *got)
{
    lines->used -= lines->begin;
    memmove(lines->buffer, lines->buffer + lines->begin, lines->used);
    lines->begin = 0;
    const int failed = wrmf_i_read_at(lines->fd, lines->offset, lines->buffer + lines->used,
                                      lines->capacity - lines->used, got);
    lines->used += *got;
    lines->offset += (int64_t)*got;
    return failed;
}

int wrmf_i_journal_lines_next(wrmf_i_journal_lines *lines, wrmf_i_journal_line *kind,
                              const char **line, size_t *length)
{
    bool is_long = false;
    lines->number++;
    for (size_t seen = 0;;) { /* bytes of the line that are known to have no break */
        const char *const begin = lines->buffer + lines->begin;
        const size_t left = lines->used - lines->begin;
        const char *const end = left > seen ? memchr(begin + seen, '\n', left - seen) : NULL;
        if (end) {
            *line = begin;
            *length = (size_t)(end - begin);
            lines->begin += *length + 1;
            lines->line_end = lines->offset - (int64_t)(lines->used - lines->begin);
            *kind = is_long ? WRMF_I_LINE_LONG : WRMF_I_LINE_ENDED;
            return 0;
        }
        seen = left;
        if (left == lines->capacity) {
            is_long = true;
            lines->begin = lines->used;
            seen = 0;
        }
        size_t got;
        const int failed = fill(lines, &got);
        if (failed != 0)
            return failed;
        if (got > 0)
            continue;
        *line = lines->buffer + lines->begin;
        *length = lines->used - lines->begin;
        lines->begin = lines->used;
        *kind = *length > 0 || is_long ? WRMF_I_LINE_UNENDED : WRMF_I_LINE_END;
        return 0;
    }
}
