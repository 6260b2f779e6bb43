/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/parser.h - from a record to what it says: a user's and an item's id, which are looked up,
 * a count and a time; or a message that says what is wrong where.
 */
#ifndef WRMF_TEXT_PARSER_H
#define WRMF_TEXT_PARSER_H

#include "text/layout.h"
#include "text/pairs.h"
#include "text/recent.h"

/** An id as a record gives it. */
typedef struct wrmf_i_parsed_id {
    const char *text; /* valid until the next record is cut */
    size_t length;    /* of the text, in bytes */
    bool rewritten;   /* it is in scratch, not in the bytes at hand */
    int64_t integer;  /* where ids are integers and index is -1: its value */
    int64_t index;    /* among the layout's ids; -1: it is not there */
} wrmf_i_parsed_id;

typedef struct wrmf_i_parser {
    const wrmf_i_allocator *allocator; /* borrowed, as is the name */
    const char *name;                  /* of the input */
    wrmf_i_layout layout;
    wrmf_i_record record;  /* the one at hand */
    int64_t line;          /* where it begins, from 1 */
    int64_t literal_line;  /* the last in which a quote began a field and nothing closed it, so
                              that it is text; 0: there was none */
    wrmf_i_recent last[2]; /* by side; its id is among the layout's */
    char *scratch[2];      /* by side: the text of a field as its quotes and backslashes mean it */
    size_t scratch_bytes[2]; /* of each */
} wrmf_i_parser;

/** What a row says. */
typedef struct wrmf_i_parsed {
    wrmf_i_parsed_id id[2]; /* by side */
    double count;
    double time; /* 0 where the text has none */
} wrmf_i_parsed;

/** Open a layout, and a parser of records of that layout. It is to be freed after a failure too;
 *  zero-initialised, it may be freed as well. */
wrmf_status wrmf_i_parser_init(wrmf_i_parser *parser, const wrmf_reader *reader, const char *name,
                               wrmf_error *err);
void wrmf_i_parser_free(wrmf_i_parser *parser);

/** Where the record at hand begins. */
wrmf_i_location wrmf_i_parser_start(const wrmf_i_parser *parser);
/** Where the text of a column of the record at hand begins: behind its quote, if it has one. */
wrmf_i_location wrmf_i_parser_column(const wrmf_i_parser *parser, wrmf_column column);

/** Cut the record that begins at begin as wrmf_i_record_cut() does; it is the one at hand then. */
static inline wrmf_i_cut wrmf_i_parser_cut(wrmf_i_parser *parser, const char *begin,
                                           const char *end, bool last)
{
    const wrmf_i_cut cut =
        wrmf_i_record_cut(&parser->record, begin, end, last, &parser->layout.dialect);
    if (parser->record.literal)
        parser->literal_line = parser->line;
    return cut;
}
/** Cut the record at hand again, with room for n_fields fields. */
wrmf_status wrmf_i_parser_recut(wrmf_i_parser *parser, size_t n_fields, const char *end, bool last,
                                wrmf_error *err);
/** WRMF_E_FORMAT, and what is wrong with the record at hand, unless `cut` is WRMF_I_CUT_OK. */
wrmf_status wrmf_i_parser_check_cut(const wrmf_i_parser *parser, wrmf_i_cut cut, wrmf_error *err);

/** Parse the record at hand, which was cut with the result `cut`, by a complete layout. Nothing but
 *  scratch changes. WRMF_E_FORMAT where the record is malformed. err is not NULL. */
wrmf_status wrmf_i_parser_parse(wrmf_i_parser *parser, wrmf_i_cut cut, wrmf_i_parsed *out,
                                wrmf_error *err);
/** The item's name in the record at hand, which has that column; valid until the next record is
 *  cut. The item's text of the record is gone then. */
wrmf_status wrmf_i_parser_item_name(wrmf_i_parser *parser, const char **text, size_t *length,
                                    wrmf_error *err);
/** Explain counts of a pair that do not add up to a count, by the ids of the layout. */
wrmf_status wrmf_i_parser_fail_sum(const wrmf_i_parser *parser, const wrmf_i_bad_sum *bad,
                                   wrmf_status code, wrmf_error *err);
/** Forget what is known of the bytes at hand, which have moved. */
void wrmf_i_parser_move(wrmf_i_parser *parser);
/** The index of an id, given as text in the bytes at hand, or -1. One that is found is recent
 *  then. */
int64_t wrmf_i_parser_find(wrmf_i_parser *parser, int side, const char *text, size_t length);

/** Let an id of the record at hand, which is among the layout's, be recent, if its text lasts. */
static inline void wrmf_i_parser_keep(wrmf_i_parser *parser, int side, const wrmf_i_parsed_id *id)
{
    if (!id->rewritten)
        parser->last[side] = (wrmf_i_recent){id->text, id->length, id->index};
}

#endif /* WRMF_TEXT_PARSER_H */
