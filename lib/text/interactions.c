/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/interactions.h"

/* ---- life ---- */

wrmf_status wrmf_i_interactions_init(wrmf_i_interactions *reading, const wrmf_reader *reader,
                                     const wrmf_input *input, wrmf_error *err)
{
    *reading = (wrmf_i_interactions){.context = reader->context, .reader = reader};
    wrmf_i_pairs_init(&reading->pairs, reader->context, reader->duplicates);
    WRMF_I_TRY(wrmf_i_lookahead_new(reader, &reading->ahead, err));
    WRMF_I_TRY(wrmf_i_parser_init(&reading->parser, reader, wrmf_i_input_name(input), err));
    reading->parser.layout.line_limit = wrmf_i_input_limit(input, WRMF_LIMIT_LINE);
    reading->parser.layout.id_limit = wrmf_i_input_limit(input, WRMF_LIMIT_ID);
    return WRMF_OK;
}

void wrmf_i_interactions_free(wrmf_i_interactions *reading)
{
    wrmf_i_parser_free(&reading->parser);
    wrmf_i_lookahead_free(reading->ahead);
    wrmf_i_pairs_free(&reading->pairs);
}

/* ---- rows ---- */

static wrmf_status add_id(wrmf_i_interactions *reading, int side, wrmf_i_parsed_id *id,
                          wrmf_error *err)
{
    wrmf_ids *const ids = reading->parser.layout.collected[side];
    if (wrmf_i_ids_kind(ids) == WRMF_IDS_INTEGER)
        return wrmf_i_ids_add_integer(ids, id->integer, &id->index, err);
    return wrmf_i_ids_add_string(ids, id->text, id->length, &id->index, err);
}

static wrmf_status add_item(wrmf_i_interactions *reading, wrmf_i_parsed_id *item, wrmf_error *err)
{
    WRMF_I_TRY(add_id(reading, WRMF_ITEMS, item, err));
    if (reading->parser.layout.field[WRMF_COLUMN_NAME] < 0)
        return WRMF_OK;
    const char *text;
    size_t length;
    WRMF_I_TRY(wrmf_i_parser_item_name(&reading->parser, &text, &length, err));
    return wrmf_i_ids_set_name(reading->parser.layout.collected[WRMF_ITEMS], item->index, text,
                               length, err);
}

static wrmf_status add_pair(wrmf_i_interactions *reading, int64_t user, int64_t item, double count,
                            wrmf_error *err)
{
    wrmf_i_pairs *const pairs = &reading->pairs;
    if (pairs->n == pairs->room)
        WRMF_I_TRY(wrmf_i_pairs_grow(pairs, wrmf_i_ids_size(reading->parser.layout.ids[WRMF_USERS]),
                                     wrmf_i_ids_size(reading->parser.layout.ids[WRMF_ITEMS]), err));
    if (pairs->locations)
        pairs->locations[pairs->n] = wrmf_i_parser_column(&reading->parser, WRMF_COLUMN_USER);
    reading->parser.last[WRMF_USERS] = user;
    reading->parser.last[WRMF_ITEMS] = item;
    WRMF_I_TRY(wrmf_i_pairs_add(pairs, user, item, count, err));
    reading->counters[WRMF_READ_ROWS]++;
    return WRMF_OK;
}

/* Whether an id is new on a side whose ids are the caller's. */
static bool is_unknown(const wrmf_i_interactions *reading, const wrmf_i_parsed *row, int side)
{
    return row->id[side].index < 0 && !reading->parser.layout.collected[side];
}

/* Take the row at hand. All of it is looked at before anything is added. */
static wrmf_status take_row(wrmf_i_interactions *reading, wrmf_i_cut cut, wrmf_error *err)
{
    wrmf_i_parsed row = {.count = 1.0};
    wrmf_i_parsed_id *const user = &row.id[WRMF_USERS], *const item = &row.id[WRMF_ITEMS];
    wrmf_error problem;
    const wrmf_status status = wrmf_i_parser_parse(&reading->parser, cut, &row, &problem);
    if (status == WRMF_E_FORMAT && cut != WRMF_I_CUT_OPEN &&
        reading->reader->malformed == WRMF_MALFORMED_SKIP) {
        reading->counters[WRMF_READ_MALFORMED]++;
        return WRMF_OK;
    }
    if (status != WRMF_OK)
        return wrmf_i_fail(err, status, "%s", problem.text);
    if (is_unknown(reading, &row, WRMF_USERS) || is_unknown(reading, &row, WRMF_ITEMS)) {
        reading->counters[WRMF_READ_UNKNOWN]++;
        return WRMF_OK;
    }
    if (user->index < 0)
        WRMF_I_TRY(add_id(reading, WRMF_USERS, user, err));
    if (item->index < 0)
        WRMF_I_TRY(add_item(reading, item, err));
    return add_pair(reading, user->index, item->index, row.count, err);
}

/* ---- records ---- */

/* Complete the layout with the record at hand, the first that is not empty. It is never passed
 * over, however malformed. */
static wrmf_status complete_layout(wrmf_i_interactions *reading, wrmf_i_cut cut, const char *end,
                                   bool last, wrmf_error *err)
{
    wrmf_i_parser *const parser = &reading->parser;
    WRMF_I_TRY(wrmf_i_parser_check_cut(parser, cut, err));
    WRMF_I_TRY(wrmf_i_parser_recut(parser, end, last, err));
    return wrmf_i_layout_complete(&reading->parser.layout, reading->reader, &parser->record,
                                  wrmf_i_parser_start(parser), err);
}

/* Take the record at hand, which was cut. */
static wrmf_status take_record(wrmf_i_interactions *reading, wrmf_i_cut cut, const char *end,
                               bool last, wrmf_error *err)
{
    const wrmf_i_record *const record = &reading->parser.record;
    const size_t limit = reading->parser.layout.line_limit;
    if ((size_t)(record->end - record->begin) > limit) {
        const wrmf_i_location start = wrmf_i_parser_start(&reading->parser);
        return wrmf_i_fail_at(err, WRMF_E_OVERFLOW, &start, WRMF_I_LINE_TOO_LONG, "a line", limit);
    }
    if (reading->parser.record.n_fields == 0 && cut == WRMF_I_CUT_OK) {
        reading->counters[WRMF_READ_BLANK]++;
    } else if (!reading->parser.layout.complete) {
        WRMF_I_TRY(complete_layout(reading, cut, end, last, err));
        if (!reading->reader->header)
            WRMF_I_TRY(take_row(reading, cut, err));
    } else {
        WRMF_I_TRY(take_row(reading, cut, err));
    }
    reading->counters[WRMF_READ_LINES]++;
    reading->parser.line += reading->parser.record.breaks;
    return WRMF_OK;
}

static bool is_blank(const char *begin, const char *end, bool last)
{
    if (*begin == '\r')
        return begin + 1 < end ? begin[1] == '\n' : last;
    return *begin == '\n';
}

/* Take the record at begin; *whole becomes false if more bytes are needed. */
static wrmf_status take_at(wrmf_i_interactions *reading, const char *begin, const char *end,
                           bool last, bool *whole, wrmf_error *err)
{
    char *const delimiter = &reading->parser.layout.delimiter;
    *whole = false;
    if (!*delimiter && !is_blank(begin, end, last)) {
        *delimiter = wrmf_i_delimiter_guess(begin, end, last);
        if (!*delimiter)
            return WRMF_OK;
    }
    const wrmf_i_cut cut = wrmf_i_parser_cut(&reading->parser, begin, end, last);
    if (cut == WRMF_I_CUT_MORE)
        return WRMF_OK;
    *whole = true;
    return take_record(reading, cut, end, last, err);
}

/* ---- rows that workers have looked at ---- */

/* The index of an id in a note; -1 if it is still not there. */
static int64_t noted_id(const wrmf_i_interactions *reading, const wrmf_i_note *note, int side)
{
    if (note->index[side] >= 0)
        return note->index[side];
    return wrmf_i_parser_find(&reading->parser, side, note->text[side], (size_t)note->length[side]);
}

/* Take the row of a note. *taken becomes false, and nothing else changes, if one of its ids is new.
 */
static wrmf_status take_noted(wrmf_i_interactions *reading, const wrmf_i_note *note, bool *taken,
                              wrmf_error *err)
{
    const int64_t user = noted_id(reading, note, WRMF_USERS);
    const int64_t item = user < 0 ? -1 : noted_id(reading, note, WRMF_ITEMS);
    *taken = item >= 0;
    if (!*taken)
        return WRMF_OK;
    WRMF_I_TRY(add_pair(reading, user, item, note->count, err));
    reading->counters[WRMF_READ_LINES]++;
    reading->parser.line += note->breaks;
    return WRMF_OK;
}

wrmf_status wrmf_i_interactions_take(wrmf_i_interactions *reading, const char *begin,
                                     const char *end, bool last, const char **next,
                                     bool *incomplete, wrmf_error *err)
{
    wrmf_i_lookahead *const ahead = reading->ahead;
    const char *looked = begin; /* workers have looked at what begins before */
    *incomplete = true;
    for (*next = begin; *next < end;) {
        if (ahead && reading->parser.layout.complete && *next >= looked)
            WRMF_I_TRY(wrmf_i_lookahead_look(ahead, &reading->parser.layout, *next, end, last,
                                             &looked, err));
        const wrmf_i_note *const note = *next < looked ? wrmf_i_lookahead_note(ahead, *next) : NULL;
        bool taken = false, whole;
        if (note)
            WRMF_I_TRY(take_noted(reading, note, &taken, err));
        if (taken) {
            *next = note->next;
            continue;
        }
        WRMF_I_TRY(take_at(reading, *next, end, last, &whole, err));
        if (!whole)
            return WRMF_OK;
        *next = reading->parser.record.next;
    }
    *incomplete = !last;
    return WRMF_OK;
}

wrmf_status wrmf_i_interactions_matrix(wrmf_i_interactions *reading, wrmf_matrix **out,
                                       wrmf_error *err)
{
    const wrmf_ids *const *const ids = reading->parser.layout.ids;
    WRMF_I_TRY(wrmf_i_pairs_matrix(&reading->pairs, wrmf_i_ids_size(ids[WRMF_USERS]),
                                   wrmf_i_ids_size(ids[WRMF_ITEMS]), out, err));
    reading->counters[WRMF_READ_DUPLICATES] = reading->pairs.merged;
    reading->counters[WRMF_READ_PAIRS] = wrmf_i_matrix_entries(*out);
    return WRMF_OK;
}
