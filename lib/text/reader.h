/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/reader.h - what a wrmf_reader is: how delimited text is to be read, and the reading of it.
 */
#ifndef WRMF_TEXT_READER_H
#define WRMF_TEXT_READER_H

#include "data/csr.h"
#include "data/ids.h"
#include "io/input.h"
#include "text/dialect.h"
#include "wrmf/reader.h"

enum { WRMF_I_COLUMNS = 5, WRMF_I_READ_COUNTERS = 12, WRMF_I_COLUMN_MAX = 1000000 };

/** Where the caller says that a column is. */
typedef struct wrmf_i_column {
    char *name;     /* in the header; NULL: it is asked for by number */
    int64_t number; /* from 1; 0: the text has no such column */
} wrmf_i_column;

/** What a read counted. */
typedef struct wrmf_i_tally {
    int64_t counters[WRMF_I_READ_COUNTERS];   /* index by wrmf_reader_counter */
    int64_t first_line[WRMF_I_READ_COUNTERS]; /* where the first of each began, from 1; 0: none */
    int64_t span_column;                      /* of the quote that opens the first field with a
                                                 line break, from 1 */
    char malformed[WRMF_ERROR_TEXT];          /* what is wrong with the first malformed line */
} wrmf_i_tally;

struct wrmf_reader {
    wrmf_context *context;  /* held */
    wrmf_i_use use;         /* of the call that reads or sets something */
    wrmf_i_dialect dialect; /* its quotes are set when reading begins */
    wrmf_quoting quoting;
    wrmf_header header;                    /* whether the first record names the columns */
    char *comment;                         /* the text that dialect.comment is, or NULL */
    wrmf_i_column columns[WRMF_I_COLUMNS]; /* index by wrmf_column */
    wrmf_ids_kind kinds[2];                /* by side: of ids that are collected */
    const wrmf_ids *known[2];              /* by side: the caller's, borrowed; NULL: collected */
    wrmf_duplicates duplicates;
    wrmf_malformed malformed;
    wrmf_zeros zeros;
    wrmf_negative_counts negative;
    wrmf_i_tally tally; /* of the last read that succeeded */
    double *times;      /* of that read: of each entry; NULL without a column of times */
    int64_t n_times;    /* how many they are */
};

/** Whether the text has a column of times. */
static inline bool wrmf_i_reader_has_times(const wrmf_reader *reader)
{
    return reader->columns[WRMF_COLUMN_TIME].name || reader->columns[WRMF_COLUMN_TIME].number > 0;
}

wrmf_status wrmf_i_reader_new(wrmf_context *context, wrmf_reader **out, wrmf_error *err);
/** NULL is allowed. */
void wrmf_i_reader_free(wrmf_reader *reader);
/** Have a reader alone until the call ends; WRMF_E_STATE if another call has it. */
wrmf_status wrmf_i_reader_enter(wrmf_i_call *call, wrmf_reader *reader, wrmf_error *err);
/** Set where a column is: by name, or by number where name is NULL. The name is copied. */
wrmf_status wrmf_i_reader_set_column(wrmf_reader *reader, wrmf_column column, const char *name,
                                     int64_t number, wrmf_error *err);
/** Set the text that comments begin with, which is copied; NULL: there are none. */
wrmf_status wrmf_i_reader_set_comment(wrmf_reader *reader, const char *prefix, wrmf_error *err);
/** Read a text to its end; wrmf/reader.h says how. users and items may be NULL. */
wrmf_status wrmf_i_reader_read(wrmf_reader *reader, wrmf_input *input, wrmf_matrix **matrix,
                               wrmf_ids **users, wrmf_ids **items, wrmf_error *err);

#endif /* WRMF_TEXT_READER_H */
