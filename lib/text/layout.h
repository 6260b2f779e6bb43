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

#include <string.h>

#include "io/location.h"
#include "text/reader.h"
#include "text/records.h"

typedef struct wrmf_i_layout {
    const wrmf_i_allocator *allocator; /* borrowed */
    wrmf_i_dialect dialect;            /* its separation is UNKNOWN until it was guessed */
    bool complete;                     /* columns are known */
    bool drops_zeros;                  /* a count of 0 is no mistake */
    bool takes_dislikes;               /* nor is one below 0 */
    int64_t field[WRMF_I_COLUMNS];     /* the field of each column, from 0; -1: no such column */
    size_t n_fields;                   /* that every record must have */
    char *header;                      /* the line of the header; NULL: none that may come again */
    size_t header_bytes;
    const wrmf_ids *ids[2]; /* by side: the caller's, or collected[side] */
    wrmf_ids_kind kinds[2]; /* of these */
    size_t line_limit;      /* the most bytes that a record may have, without its end */
    size_t id_limit;        /* the most bytes that an id may have */
    wrmf_ids *collected[2]; /* by side: ids made while reading; NULL: the caller's are used */
} wrmf_i_layout;

/** Open the layout of a text of which nothing was read. It is to be freed after a failure too. */
wrmf_status wrmf_i_layout_init(wrmf_i_layout *layout, const wrmf_reader *reader, wrmf_error *err);
/** Free the ids that were collected, unless they were taken away. */
void wrmf_i_layout_free(wrmf_i_layout *layout);

/** Set the delimiter that was guessed, and how far quotes reach with it. */
void wrmf_i_layout_separate(wrmf_i_layout *layout, const wrmf_reader *reader, char delimiter);
/** Complete the layout: records have n_fields fields. `record`, which begins at `start`, is the
 *  header, of which all fields are stored, or, without one, the first with bytes. WRMF_E_NAME or
 *  WRMF_E_FORMAT where the text lacks a column that the reader asks for. */
wrmf_status wrmf_i_layout_complete(wrmf_i_layout *layout, const wrmf_reader *reader,
                                   const wrmf_i_record *record, size_t n_fields,
                                   wrmf_i_location start, wrmf_error *err);
/** Keep the header, so that records which equal it are recognised. */
wrmf_status wrmf_i_layout_keep_header(wrmf_i_layout *layout, const wrmf_i_record *record,
                                      wrmf_error *err);

/** Parse a count. Returns what is wrong with it, to be put in a message, or NULL. */
const char *wrmf_i_count_parse(const wrmf_i_field *field, double *count);
/** The same where the layout drops zeros: then 0 is fine. */
const char *wrmf_i_count_parse_or_zero(const wrmf_i_field *field, double *count);

/** Whether a field is a number below 0, which then is the count. */
bool wrmf_i_is_dislike(const wrmf_i_field *field, double *count);

/** Parse the count of a record with n_fields fields; it is 1 where the text has no counts. Returns
 *  what wrmf_i_count_parse() does. */
static inline const char *wrmf_i_layout_count(const wrmf_i_layout *layout,
                                              const wrmf_i_field *fields, double *count)
{
    const int64_t field = layout->field[WRMF_COLUMN_COUNT];
    if (field >= 0) {
        const char *const problem = layout->drops_zeros
                                        ? wrmf_i_count_parse_or_zero(&fields[field], count)
                                        : wrmf_i_count_parse(&fields[field], count);
        return problem && layout->takes_dislikes && wrmf_i_is_dislike(&fields[field], count)
                   ? NULL
                   : problem;
    }
    *count = 1.0;
    return NULL;
}

/** Parse the time of a record with n_fields fields; it is 0 where the text has no times. False if
 *  the field is no time. */
bool wrmf_i_layout_time(const wrmf_i_layout *layout, const wrmf_i_field *fields, double *time);

/** Whether a record is the header once more, as files that were put together have it. */
static inline bool wrmf_i_layout_is_header(const wrmf_i_layout *layout, const wrmf_i_record *record)
{
    const size_t bytes = (size_t)(record->end - record->text);
    return bytes == layout->header_bytes && layout->header &&
           memcmp(record->text, layout->header, bytes) == 0;
}

#endif /* WRMF_TEXT_LAYOUT_H */
