/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/guess.h - what the beginning of a delimited text tells of the rest: its delimiter, whether
 * the first line is a header, how many fields lines have.
 *
 * Guesses look at no more than WRMF_I_GUESS_BYTES bytes, and are to be made when as many are at
 * hand, or all that are left, so that they do not depend on how the text arrives.
 */
#ifndef WRMF_TEXT_GUESS_H
#define WRMF_TEXT_GUESS_H

#include "text/records.h"

enum { WRMF_I_GUESS_BYTES = 64 << 10 };

/** Whichever of tab, comma, semicolon and vertical bar occurs most often outside quotes in the line
 *  that begins at `begin`; tab if none does. Of the dialect, quotes and backslash matter. */
char wrmf_i_guess_delimiter(const char *begin, const char *end, const wrmf_i_dialect *dialect);

/** The delimiter that most of the first lines would have, each by itself; the earlier of equals. */
char wrmf_i_guess_delimiter_of_most(const char *begin, const char *end,
                                    const wrmf_i_dialect *dialect);

/** The delimiter that a first line such as `sep=;` names, as spreadsheets write and read it, or 0.
 *  *next becomes the byte behind that line. */
char wrmf_i_guess_directive(const char *begin, const char *end, bool last, const char **next);

/** What a first line looks like beside those below. */
typedef enum wrmf_i_look {
    WRMF_I_LOOK_OPEN = 0, /* nothing tells */
    WRMF_I_LOOK_HEADER = 1,
    WRMF_I_LOOK_DATA = 2,
} wrmf_i_look;

typedef struct wrmf_i_guess {
    wrmf_i_look look;
    size_t n_fields; /* that most lines have, the earlier of equals; 0: no line could be cut */
} wrmf_i_guess;

/** Look at the lines from `begin` on. `columns` are the fields of users and items, from 0: a value
 *  of theirs that occurs again below is data. With `skips`, the first line is the first that has
 *  as many fields as most, and others do not count. */
wrmf_i_guess wrmf_i_guess_lines(const char *begin, const char *end, bool last,
                                const wrmf_i_dialect *dialect, const int64_t columns[2],
                                bool skips);

#endif /* WRMF_TEXT_GUESS_H */
