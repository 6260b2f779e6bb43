/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/journal_text.h - the lines of a journal.
 */
#ifndef WRMF_SEARCH_JOURNAL_TEXT_H
#define WRMF_SEARCH_JOURNAL_TEXT_H

#include "search/grid.h"

/** What every journal begins with, and the version of the format behind it. */
#define WRMF_I_JOURNAL_MAGIC "wrmf-grid-journal "
#define WRMF_I_JOURNAL_VERSION "1"

/** Most bytes of a configuration's key, the NUL included. */
enum { WRMF_I_JOURNAL_KEY = 1024 };

/** A growing text. */
typedef struct wrmf_i_text {
    const wrmf_i_allocator *allocator;
    char *data;
    size_t length, capacity;
    bool failed; /* there was no memory: nothing is appended from then on */
} wrmf_i_text;

void wrmf_i_text_free(wrmf_i_text *text);

/** Fill key with all parameters, "name=value name=value". Returns the length. */
size_t wrmf_i_journal_key(const wrmf_i_value values[WRMF_I_PARAM_COUNT],
                          char key[WRMF_I_JOURNAL_KEY]);
/** Append the first line, or that of a curve, with its line break. */
void wrmf_i_journal_print_head(wrmf_i_text *text, const wrmf_grid *grid);
void wrmf_i_journal_print_curve(wrmf_i_text *text, const wrmf_curve *curve);

/** Whether a line, without its break, is whole: it ends with its checksum. */
bool wrmf_i_journal_is_whole(const char *line, size_t length);
/** Length of the key of a whole line. */
size_t wrmf_i_journal_key_length(const char *line, size_t length);
/** Read the values of a whole line, n at most. How many there are; -1 if there are more, or
 *  something else. */
int64_t wrmf_i_journal_values(const char *line, size_t length, double *values, int64_t n);

#endif /* WRMF_SEARCH_JOURNAL_TEXT_H */
