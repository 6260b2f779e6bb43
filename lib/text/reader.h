/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/reader.h - what a wrmf_reader is: how delimited text is to be read, and the reading of it.
 */
#ifndef WRMF_TEXT_READER_H
#define WRMF_TEXT_READER_H

#include "data/csr.h"
#include "data/ids.h"
#include "io/input.h"
#include "wrmf/reader.h"

enum { WRMF_I_COLUMNS = 4, WRMF_I_READ_COUNTERS = 8, WRMF_I_COLUMN_MAX = 1000000 };

/** Where the caller says that a column is. */
typedef struct wrmf_i_column {
    char *name;     /* in the header; NULL: it is asked for by number */
    int64_t number; /* from 1; 0: the text has no such column */
} wrmf_i_column;

struct wrmf_reader {
    wrmf_context *context;                 /* held */
    wrmf_i_use use;                        /* of the call that reads or sets something */
    char delimiter;                        /* 0: it is guessed */
    bool header;                           /* the first non-empty record has the names of columns */
    wrmf_i_column columns[WRMF_I_COLUMNS]; /* index by wrmf_column */
    wrmf_ids_kind kinds[2];                /* by side: of ids that are collected */
    const wrmf_ids *known[2];              /* by side: the caller's, borrowed; NULL: collected */
    wrmf_duplicates duplicates;
    wrmf_malformed malformed;
    int64_t counters[WRMF_I_READ_COUNTERS]; /* of the last read that succeeded */
};

wrmf_status wrmf_i_reader_new(wrmf_context *context, wrmf_reader **out, wrmf_error *err);
/** NULL is allowed. */
void wrmf_i_reader_free(wrmf_reader *reader);
/** Have a reader alone until the call ends; WRMF_E_STATE if another call has it. */
wrmf_status wrmf_i_reader_enter(wrmf_i_call *call, wrmf_reader *reader, wrmf_error *err);
/** Set where a column is: by name, or by number where name is NULL. The name is copied. */
wrmf_status wrmf_i_reader_set_column(wrmf_reader *reader, wrmf_column column, const char *name,
                                     int64_t number, wrmf_error *err);
/** Read a text to its end; wrmf/reader.h says how. users and items may be NULL. */
wrmf_status wrmf_i_reader_read(wrmf_reader *reader, wrmf_input *input, wrmf_matrix **matrix,
                               wrmf_ids **users, wrmf_ids **items, wrmf_error *err);

/** Whether a byte can be a delimiter. */
bool wrmf_i_delimiter_valid(char delimiter);

#endif /* WRMF_TEXT_READER_H */
