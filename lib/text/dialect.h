/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/dialect.h - what separates fields, and what quotes mean: all that is needed to cut records.
 */
#ifndef WRMF_TEXT_DIALECT_H
#define WRMF_TEXT_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

enum {
    WRMF_I_DELIMITER_MAX = 15,       /* bytes of a delimiter at most */
    WRMF_I_CAREFUL_BYTES = 64 << 10, /* from a quote to the last line that it may reach, under
                                        WRMF_I_QUOTES_CAREFUL */
};

typedef enum wrmf_i_separation {
    WRMF_I_SEPARATION_UNKNOWN = 0, /* the delimiter is yet to be guessed */
    WRMF_I_SEPARATION_BYTE = 1,    /* one byte */
    WRMF_I_SEPARATION_TEXT = 2,    /* several bytes */
    WRMF_I_SEPARATION_BLANKS = 3,  /* a run of spaces and tabs; one at either end of a line is no
                                      part of it */
} wrmf_i_separation;

/** How far a quote that begins a field may reach. */
typedef enum wrmf_i_quotes {
    WRMF_I_QUOTES_SPAN = 0,    /* as far as the quote that closes the field, over line breaks */
    WRMF_I_QUOTES_CAREFUL = 1, /* to a quote in its line that closes the field; or over line breaks
                                  if that swallows no line which has as many fields as all have.
                                  Else it is text */
    WRMF_I_QUOTES_TEXT = 2,    /* nowhere: it is text */
} wrmf_i_quotes;

/** Plain data: no two threads change it at once. */
typedef struct wrmf_i_dialect {
    wrmf_i_separation separation;
    char delimiter[WRMF_I_DELIMITER_MAX + 1]; /* with a NUL behind it; empty for BLANKS */
    size_t delimiter_length;
    wrmf_i_quotes quotes;
    size_t n_fields;     /* that all lines have, for CAREFUL; 0: that is not known, and no quote
                            reaches over a line break */
    bool backslash;      /* inside quotes, a backslash takes away the meaning of a quote or
                            backslash that follows it */
    const char *comment; /* what a line that is to be passed over begins with; borrowed. NULL:
                            there are no such lines */
    size_t comment_length;
} wrmf_i_dialect;

/** Whether a byte can be a delimiter, or part of one. */
static inline bool wrmf_i_delimiter_valid(char delimiter)
{
    return delimiter != '\0' && delimiter != '"' && delimiter != '\r' && delimiter != '\n';
}

#endif /* WRMF_TEXT_DIALECT_H */
