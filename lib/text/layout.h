/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/layout.h - what is known of a delimited text: the delimiter, which field of a record is
 * which column, and the ids of both sides.
 *
 * Two parts of this folder read records by one layout. text/lookahead reads them on all workers
 * at once and changes nothing; text/interactions reads them on one thread, one after the other,
 * and alone adds ids and pairs. The latter opens the layout with its parser, completes it with
 * the first record, and asks the former for its notes. The former sees the layout alone, so that
 * it need not call back.
 */
#ifndef WRMF_TEXT_LAYOUT_H
#define WRMF_TEXT_LAYOUT_H

#include "io/location.h"
#include "text/reader.h"
#include "text/records.h"

typedef struct wrmf_i_layout {
    char delimiter;                /* 0 until it was guessed */
    bool complete;                 /* columns are known: the first non-empty record was read */
    int64_t field[WRMF_I_COLUMNS]; /* the field of each column, from 0; -1: no such column */
    size_t n_fields;               /* that every record must have */
    const wrmf_ids *ids[2];        /* by side: the caller's, or collected[side] */
    size_t line_limit;             /* the most bytes that a record may have, without its end */
    size_t id_limit;               /* the most bytes that an id may have */
    wrmf_ids *collected[2]; /* by side: ids made while reading; NULL: the caller's are used */
} wrmf_i_layout;

/** Open the layout of a text of which nothing was read. It is to be freed after a failure too. */
wrmf_status wrmf_i_layout_init(wrmf_i_layout *layout, const wrmf_reader *reader, wrmf_error *err);
/** Free the ids that were collected, unless they were taken away. */
void wrmf_i_layout_free(wrmf_i_layout *layout);

/** Complete the layout with the first non-empty record, of which all fields are stored and which
 *  begins at `start`. WRMF_E_NAME or WRMF_E_FORMAT where the record lacks a column that the reader
 *  asks for. */
wrmf_status wrmf_i_layout_complete(wrmf_i_layout *layout, const wrmf_reader *reader,
                                   const wrmf_i_record *record, wrmf_i_location start,
                                   wrmf_error *err);

/** Parse a count. Returns what is wrong with it, to be put in a message, or NULL. */
const char *wrmf_i_count_parse(const wrmf_i_field *field, double *count);

/** Parse the count of a record with n_fields fields; it is 1 where the text has no counts. Returns
 *  what wrmf_i_count_parse() does. */
static inline const char *wrmf_i_layout_count(const wrmf_i_layout *layout,
                                              const wrmf_i_field *fields, double *count)
{
    const int64_t field = layout->field[WRMF_COLUMN_COUNT];
    if (field >= 0)
        return wrmf_i_count_parse(&fields[field], count);
    *count = 1.0;
    return NULL;
}

#endif /* WRMF_TEXT_LAYOUT_H */
