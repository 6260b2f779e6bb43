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

#include "io/location.h"

/** A field. One in quotes is what stands between them. */
typedef struct wrmf_i_field {
    const char *text;
    size_t length; /* of the text, in bytes */
    bool doubled;  /* the text has quotes, each written as two; see wrmf_i_field_unquote() */
} wrmf_i_field;

/** What became of a record. */
typedef enum wrmf_i_cut {
    WRMF_I_CUT_OK = 0,
    WRMF_I_CUT_MORE = 1,   /* the bytes at hand end inside the record */
    WRMF_I_CUT_BEHIND = 2, /* a closing quote is followed by something other than a delimiter */
    WRMF_I_CUT_OPEN = 3,   /* the text ends inside quotes */
} wrmf_i_cut;

/** A record. The caller sets fields and room; wrmf_i_record_cut() sets the rest. */
typedef struct wrmf_i_record {
    wrmf_i_field *fields; /* the first fields, as many as there is room for */
    size_t room;          /* fields that may be stored */
    size_t n_fields;      /* fields that the record has; 0: its line has no byte */
    const char *begin;    /* its first byte */
    const char *end;      /* behind its last byte; the line break, LF or CRLF, follows */
    const char *next;     /* behind the line break */
    const char *extra;    /* where the first field begins that was not stored, or NULL */
    const char *fault;    /* after CUT_BEHIND the byte that is wrong, after CUT_OPEN the quote
                             that is open */
    int64_t breaks;       /* line breaks from begin to next */
} wrmf_i_record;

/** Cut the record that begins at `begin`; `last` says that the text is over at `end`. After
 *  anything but WRMF_I_CUT_MORE, record->next is where the following record begins. */
wrmf_i_cut wrmf_i_record_cut(wrmf_i_record *record, const char *begin, const char *end, bool last,
                             char delimiter);

/** Where a byte stands in a text that begins at `begin`: *breaks becomes the number of line breaks
 *  before it, *bytes the number of bytes between it and the last of them, or begin. */
void wrmf_i_record_locate(const char *begin, const char *at, int64_t *breaks, int64_t *bytes);
/** The location of a byte of a record that begins, with a line, at `start`. */
wrmf_i_location wrmf_i_record_location(const wrmf_i_record *record, wrmf_i_location start,
                                       const char *at);

/** Write to `to`, which has room for the field's length, the text of a doubled field with single
 *  quotes. Returns its length. */
size_t wrmf_i_field_unquote(const wrmf_i_field *field, char *to);
/** Whether a field, its doubled quotes made single, is this text. */
bool wrmf_i_field_is(const wrmf_i_field *field, const char *text, size_t length);

/** Whichever of tab, comma, semicolon and vertical bar occurs most often outside quotes in the line
 *  that begins at `begin`; tab if none does, 0 if more bytes are needed to tell. */
char wrmf_i_delimiter_guess(const char *begin, const char *end, bool last);

#endif /* WRMF_TEXT_RECORDS_H */
