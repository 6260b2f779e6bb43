/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/records.h - delimited text, cut into records and fields.
 *
 * Nothing here keeps state between two records or changes the text, so several threads may cut
 * pieces of one text that begin and end between records.
 */
#ifndef WRMF_TEXT_RECORDS_H
#define WRMF_TEXT_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/breaks.h"
#include "io/location.h"
#include "text/dialect.h"

/** A field. One in quotes is what stands between them. */
typedef struct wrmf_i_field {
    const char *text;
    size_t length;  /* of the text, in bytes */
    bool quoted;    /* it stands between quotes */
    bool doubled;   /* the text has quotes, each written as two; see wrmf_i_field_unquote() */
    bool backslash; /* the text has backslashes that take away a meaning; likewise */
} wrmf_i_field;

/** What became of a record. */
typedef enum wrmf_i_cut {
    WRMF_I_CUT_OK = 0,
    WRMF_I_CUT_MORE = 1,   /* the bytes at hand end inside the record */
    WRMF_I_CUT_BEHIND = 2, /* a closing quote is followed by something other than a delimiter */
    WRMF_I_CUT_OPEN = 3,   /* the text ends inside quotes */
} wrmf_i_cut;

/** A record. The caller sets fields and room, and zeroes the rest before the first cut and when
 *  the bytes have moved; wrmf_i_record_cut() sets it. */
typedef struct wrmf_i_record {
    wrmf_i_field *fields; /* the first fields, as many as there is room for */
    size_t room;          /* fields that may be stored */
    size_t n_fields;      /* fields that the record has; 0: its line has nothing, or is a comment */
    bool comment;         /* the line is a comment */
    const char *begin;    /* its first byte */
    const char *text;     /* the same behind a byte order mark and what else is no text of it */
    const char *end;      /* behind its last byte; the line break follows */
    const char *next;     /* behind the line break */
    const char *reach;    /* how far the record was looked at: end, but after CUT_BEHIND the end of
                             the line of `fault`, and after CUT_OPEN that of the text */
    const char *extra;    /* where the first field begins that was not stored, or NULL */
    const char *fault;    /* after CUT_BEHIND the byte that is wrong, else NULL */
    const char *open;     /* after CUT_BEHIND and CUT_OPEN the quote that opens the bad field */
    const char *span;     /* the quote that opens the first field with a line break, or NULL */
    int64_t n_spans;      /* fields with a line break */
    const char *literal;  /* the first quote that begins a field and is text nevertheless, under
                             WRMF_I_QUOTES_CAREFUL, or NULL */
    int64_t breaks;       /* line breaks from begin to next */
    wrmf_i_breaks known;  /* of the bytes at hand */
} wrmf_i_record;

/** Cut the record that begins at `begin`, in a text whose separation is known; `last` says that
 *  the text is over at `end`. After anything but WRMF_I_CUT_MORE, record->next is where the
 *  following record begins. A quote that is wrong may have swallowed good lines, so after
 *  CUT_BEHIND and CUT_OPEN that is behind the line in which it stands. */
wrmf_i_cut wrmf_i_record_cut(wrmf_i_record *record, const char *begin, const char *end, bool last,
                             const wrmf_i_dialect *dialect);
/** Take a record as far as the line in which its first field with a line break opens: record->end,
 *  next and breaks become what they are after WRMF_I_CUT_OPEN. */
void wrmf_i_record_shorten(wrmf_i_record *record, const char *end, bool last);

/** The lines from the beginning of a record to that of the next. */
static inline int64_t wrmf_i_record_lines(const wrmf_i_record *record)
{
    const bool ended =
        record->next > record->begin && (record->next[-1] == '\n' || record->next[-1] == '\r');
    return record->breaks + !ended;
}

/** The location of a byte of a record that begins, with a line, at `start`. */
wrmf_i_location wrmf_i_record_location(const wrmf_i_record *record, wrmf_i_location start,
                                       const char *at);

/** Write to `to`, which has room for the field's length, the text of a field that is doubled or has
 *  backslashes, as it is meant. Returns its length. */
size_t wrmf_i_field_unquote(const wrmf_i_field *field, char *to);
/** Whether a field, as it is meant, is this text. */
bool wrmf_i_field_is(const wrmf_i_field *field, const char *text, size_t length);

#endif /* WRMF_TEXT_RECORDS_H */
