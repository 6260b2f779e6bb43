/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/records.h - delimited text, cut into records and fields.
 *
 * Nothing here keeps state between two records or changes the text, so pieces of
 * a text that begin and end between records may be cut at the same moment.
 */
#ifndef WRMF_TEXT_RECORDS_H
#define WRMF_TEXT_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A field: the bytes inside the quotes, if it is in quotes. */
typedef struct wrmf_i_field {
    const char *text;
    size_t length;
    bool doubled; /* two quotes are one; see wrmf_i_field_unquote() */
} wrmf_i_field;

typedef enum wrmf_i_cut {
    WRMF_I_CUT_OK = 0,
    WRMF_I_CUT_MORE = 1,   /* the bytes at hand end inside the record */
    WRMF_I_CUT_BEHIND = 2, /* something other than a delimiter behind a closing quote */
    WRMF_I_CUT_OPEN = 3,   /* the text ends inside quotes */
} wrmf_i_cut;

/** A record. The caller gives fields and room, the rest is filled. */
typedef struct wrmf_i_record {
    wrmf_i_field *fields;
    size_t room;     /* fields that may be stored */
    size_t n_fields; /* there are; 0: the line has no byte */
    const char *begin;
    const char *end;   /* of the last field's line, before the line break */
    const char *next;  /* behind the line break */
    const char *extra; /* where the field behind those that were stored begins, or NULL */
    const char *fault; /* CUT_BEHIND, CUT_OPEN: the byte that is wrong, the quote that is open */
    int64_t breaks;    /* line breaks from begin to next */
} wrmf_i_record;

/** Cut the record that begins at begin; `last` says that the text is over at end.
 *  After anything but CUT_MORE, next is where the following record begins. */
wrmf_i_cut wrmf_i_record_cut(wrmf_i_record *record, const char *begin, const char *end, bool last,
                             char delimiter);

/** Where a byte of a record stands: line breaks before it, counted from begin, and
 *  the bytes from the last of them, or from begin. */
void wrmf_i_record_locate(const char *begin, const char *at, int64_t *breaks, int64_t *bytes);

/** The text of a doubled field with single quotes, written to `to`, which has room
 *  for its length; returns how long it is. */
size_t wrmf_i_field_unquote(const wrmf_i_field *field, char *to);

/** Whichever of tab, comma, semicolon and bar occurs most often outside quotes in
 *  the line that begins at begin; tab if none does, 0 if more bytes are needed. */
char wrmf_i_delimiter_guess(const char *begin, const char *end, bool last);

#endif /* WRMF_TEXT_RECORDS_H */
