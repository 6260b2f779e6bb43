/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/journal.h - finished curves of a grid in a file of text.
 *
 *   wrmf-grid-journal 1 matrix=... base=... epochs=... evaluators=... columns=...
 *   factors=10 iterations=15 ... <tab> values, point by point <tab> checksum
 *
 * A curve that ends early has the values of the points that it has. Of several lines of one
 * configuration that with the most points counts. A line is appended with one write and flushed to
 * the disk; what a write that fails leaves of it is cut off again. A crash can leave only the last
 * line incomplete; it is dropped on opening. A line that is damaged in another way is passed over,
 * with a warning.
 */
#ifndef WRMF_SEARCH_JOURNAL_H
#define WRMF_SEARCH_JOURNAL_H

#include "search/grid.h"

typedef struct wrmf_i_journal {
    const wrmf_i_allocator *allocator;
    const char *path; /* the grid's */
    int fd;           /* -1: not open */
    int64_t end;      /* bytes up to the end of the last whole line */
    int failed;       /* the error number for which nothing can be appended any more, or 0 */
} wrmf_i_journal;

/** Open or make the journal of a grid, locked against other processes, and take the curves in it
 *  that the grid lacks. The context's logger is warned of damaged lines. *journal is to be closed
 *  even after a failure. */
wrmf_status wrmf_i_journal_open(wrmf_context *context, wrmf_grid *grid, wrmf_i_journal *journal,
                                wrmf_error *err);
/** Append a curve; by one thread at a time. After a failure the journal ends with its last whole
 *  line, and the next curve may be appended unless the failure lasts. */
wrmf_status wrmf_i_journal_append(wrmf_i_journal *journal, const wrmf_curve *curve,
                                  wrmf_error *err);
void wrmf_i_journal_close(wrmf_i_journal *journal);

#endif /* WRMF_SEARCH_JOURNAL_H */
