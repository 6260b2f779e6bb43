/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/interactions.h"

#include <string.h>

/* ---- life ---- */

wrmf_status wrmf_i_interactions_init(wrmf_i_interactions *reading, const wrmf_reader *reader,
                                     const wrmf_input *input, wrmf_error *err)
{
    *reading = (wrmf_i_interactions){.context = reader->context, .reader = reader};
    wrmf_i_pairs_init(&reading->pairs, reader->context, reader->duplicates,
                      wrmf_i_reader_has_times(reader));
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

/* ---- counting ---- */

/* Count n of something, of which the first stands in this line. */
static void add_to(wrmf_i_interactions *reading, wrmf_reader_counter counter, int64_t n,
                   int64_t line)
{
    wrmf_i_tally *const tally = &reading->tally;
    if (tally->counters[counter] == 0)
        tally->first_line[counter] = line;
    tally->counters[counter] += n;
}

/* The same of the record at hand. */
static void count_one(wrmf_i_interactions *reading, wrmf_reader_counter counter)
{
    add_to(reading, counter, 1, reading->parser.line);
}

static void count_its_spans(wrmf_i_interactions *reading)
{
    const wrmf_i_record *const record = &reading->parser.record;
    const wrmf_i_location first =
        wrmf_i_record_location(record, wrmf_i_parser_start(&reading->parser), record->span);
    if (reading->tally.counters[WRMF_READ_SPANNING] == 0)
        reading->tally.span_column = first.column;
    add_to(reading, WRMF_READ_SPANNING, record->n_spans, first.line);
}

static inline void count_spans(wrmf_i_interactions *reading)
{
    if (reading->parser.record.n_spans > 0)
        count_its_spans(reading);
}

/* ---- rows ---- */

static wrmf_status add_id(wrmf_i_interactions *reading, int side, wrmf_i_parsed_id *id,
                          wrmf_error *err)
{
    wrmf_ids *const ids = reading->parser.layout.collected[side];
    if (reading->parser.layout.kinds[side] == WRMF_IDS_INTEGER)
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
                            double time, wrmf_error *err)
{
    wrmf_i_pairs *const pairs = &reading->pairs;
    if (pairs->n == pairs->room)
        WRMF_I_TRY(wrmf_i_pairs_grow(pairs, wrmf_i_ids_size(reading->parser.layout.ids[WRMF_USERS]),
                                     wrmf_i_ids_size(reading->parser.layout.ids[WRMF_ITEMS]), err));
    if (pairs->locations)
        pairs->locations[pairs->n] = wrmf_i_parser_column(&reading->parser, WRMF_COLUMN_USER);
    WRMF_I_TRY(wrmf_i_pairs_add_timed(pairs, user, item, count, time, reading->parser.line, err));
    add_to(reading, WRMF_READ_ROWS, 1, reading->parser.line);
    return WRMF_OK;
}

/* Whether an id is new on a side whose ids are the caller's. */
static bool is_unknown(const wrmf_i_interactions *reading, const wrmf_i_parsed *row, int side)
{
    return row->id[side].index < 0 && !reading->parser.layout.collected[side];
}

/* Count the lines of the record at hand, which are lost. */
static void count_malformed(wrmf_i_interactions *reading, const wrmf_error *problem)
{
    wrmf_i_tally *const tally = &reading->tally;
    if (tally->counters[WRMF_READ_MALFORMED] == 0)
        memcpy(tally->malformed, problem->text, sizeof tally->malformed);
    const int64_t lines = wrmf_i_record_lines(&reading->parser.record);
    add_to(reading, WRMF_READ_MALFORMED, lines, reading->parser.line);
    add_to(reading, WRMF_READ_LINES, lines - 1, reading->parser.line); /* the caller adds one */
}

/* Pass over the malformed record at hand. All of its lines are lost and counted; but if its quotes
 * are wrong, or may be, because it spans lines and has too few fields or too many, only those up to
 * the line in which the quote opens. */
static void pass_malformed(wrmf_i_interactions *reading, wrmf_i_cut cut, const char *end, bool last,
                           const wrmf_error *problem)
{
    wrmf_i_record *const record = &reading->parser.record;
    if (cut == WRMF_I_CUT_OK && record->span && record->n_fields != reading->parser.layout.n_fields)
        wrmf_i_record_shorten(record, end, last);
    count_malformed(reading, problem);
}

/* Take the row at hand. All of it is looked at before anything is added. */
static wrmf_status take_row(wrmf_i_interactions *reading, wrmf_i_cut cut, const char *end,
                            bool last, wrmf_error *err)
{
    wrmf_i_parsed row;
    wrmf_i_parsed_id *const user = &row.id[WRMF_USERS], *const item = &row.id[WRMF_ITEMS];
    wrmf_error problem;
    const wrmf_status status = wrmf_i_parser_parse(&reading->parser, cut, &row, &problem);
    if (status == WRMF_E_FORMAT && reading->reader->malformed == WRMF_MALFORMED_SKIP) {
        pass_malformed(reading, cut, end, last, &problem);
        return WRMF_OK;
    }
    if (status != WRMF_OK)
        return wrmf_i_fail(err, status, "%s", problem.text);
    count_spans(reading);
    if (row.count == 0.0) {
        count_one(reading, WRMF_READ_ZEROS);
        return WRMF_OK;
    }
    if (is_unknown(reading, &row, WRMF_USERS) || is_unknown(reading, &row, WRMF_ITEMS)) {
        count_one(reading, WRMF_READ_UNKNOWN);
        return WRMF_OK;
    }
    if (user->index < 0)
        WRMF_I_TRY(add_id(reading, WRMF_USERS, user, err));
    if (item->index < 0)
        WRMF_I_TRY(add_item(reading, item, err));
    wrmf_i_parser_keep(&reading->parser, WRMF_USERS, user);
    wrmf_i_parser_keep(&reading->parser, WRMF_ITEMS, item);
    return add_pair(reading, user->index, item->index, row.count, row.time, err);
}

/* ---- the first record ---- */

static bool has_names(const wrmf_reader *reader)
{
    for (int i = 0; i < WRMF_I_COLUMNS; i++)
        if (reader->columns[i].name)
            return true;
    return false;
}

/* Whether what to do with the first record depends on what the lines below look like. */
static bool needs_guess(const wrmf_reader *reader)
{
    return reader->header == WRMF_HEADER_NO ? reader->malformed == WRMF_MALFORMED_SKIP
                                            : !has_names(reader);
}

/* Whether a first line that is not well formed may be passed over. */
static bool skips_first(const wrmf_reader *reader)
{
    return reader->malformed == WRMF_MALFORMED_SKIP && reader->header != WRMF_HEADER_YES &&
           !has_names(reader);
}

/* Guess once: many first lines may have to be skipped. */
static void guess_lines(wrmf_i_interactions *reading, const char *begin, const char *end, bool last)
{
    const wrmf_reader *const reader = reading->reader;
    const int64_t fields[2] = {reader->columns[WRMF_COLUMN_USER].number - 1,
                               reader->columns[WRMF_COLUMN_ITEM].number - 1};
    if (reading->guessed)
        return;
    reading->guessed = true;
    reading->guess = (wrmf_i_guess){.look = WRMF_I_LOOK_HEADER};
    if (needs_guess(reader))
        reading->guess = wrmf_i_guess_lines(begin, end, last, &reading->parser.layout.dialect,
                                            fields, skips_first(reader));
}

static bool is_header(const wrmf_reader *reader, wrmf_i_look look)
{
    if (reader->header == WRMF_HEADER_AUTO)
        return look != WRMF_I_LOOK_DATA;
    return reader->header == WRMF_HEADER_YES;
}

/* Warn where the header at hand may be none. */
static void warn_of_header(const wrmf_i_interactions *reading, wrmf_i_look look)
{
    const wrmf_i_record *const record = &reading->parser.record;
    const wrmf_i_location start = wrmf_i_parser_start(&reading->parser);
    char shown[WRMF_I_EXCERPT];
    if (look == WRMF_I_LOOK_HEADER ||
        (look == WRMF_I_LOOK_OPEN && reading->reader->header == WRMF_HEADER_YES))
        return;
    wrmf_i_log(reading->context, WRMF_LOG_WARNING, "read %s:%lld: the first line, %s, %s",
               start.name, (long long)start.line,
               wrmf_i_excerpt(record->text, (size_t)(record->end - record->text), shown),
               look == WRMF_I_LOOK_DATA
                   ? "is taken for a header, though it looks like the lines below; if it is "
                     "data, say that there is no header"
                   : "is taken for a header, though nothing tells whether it is one");
}

/* Take the header at hand, of which all fields are needed. */
static wrmf_status take_header(wrmf_i_interactions *reading, wrmf_i_cut cut, wrmf_i_look look,
                               const char *end, bool last, wrmf_error *err)
{
    wrmf_i_parser *const parser = &reading->parser;
    WRMF_I_TRY(wrmf_i_parser_check_cut(parser, cut, err));
    WRMF_I_TRY(wrmf_i_parser_recut(parser, parser->record.n_fields, end, last, err));
    WRMF_I_TRY(wrmf_i_layout_complete(&parser->layout, reading->reader, &parser->record,
                                      parser->record.n_fields, wrmf_i_parser_start(parser), err));
    warn_of_header(reading, look);
    count_spans(reading);
    if (look == WRMF_I_LOOK_DATA)
        return WRMF_OK; /* lines that equal it may be data as well */
    return wrmf_i_layout_keep_header(&parser->layout, &parser->record, err);
}

/* Take the first row, which is at hand, of a text without a header. */
static wrmf_status take_first_row(wrmf_i_interactions *reading, wrmf_i_cut cut, const char *end,
                                  bool last, wrmf_error *err)
{
    wrmf_i_parser *const parser = &reading->parser;
    const size_t n_fields = parser->record.n_fields;
    WRMF_I_TRY(wrmf_i_parser_check_cut(parser, cut, err));
    WRMF_I_TRY(wrmf_i_parser_recut(parser, n_fields, end, last, err));
    WRMF_I_TRY(wrmf_i_layout_complete(&parser->layout, reading->reader, &parser->record, n_fields,
                                      wrmf_i_parser_start(parser), err));
    return take_row(reading, cut, end, last, err);
}

/* What is wrong with the record at hand if it is the first and may be passed over: it cannot be
 * cut, or has not as many fields as most of those that follow. WRMF_OK if nothing is. */
static wrmf_status check_first(const wrmf_i_interactions *reading, wrmf_i_cut cut, wrmf_error *err)
{
    const wrmf_i_parser *const parser = &reading->parser;
    const size_t n = parser->record.n_fields, usual = reading->guess.n_fields;
    WRMF_I_TRY(wrmf_i_parser_check_cut(parser, cut, err));
    if (usual == 0 || n == usual)
        return WRMF_OK;
    const wrmf_i_location start = wrmf_i_parser_start(parser);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &start,
                          "%zu field%s, not %zu as most of the first lines", n, n == 1 ? "" : "s",
                          usual);
}

/* Complete the layout with the record at hand, the first that is not empty. */
static wrmf_status take_first(wrmf_i_interactions *reading, wrmf_i_cut cut, const char *end,
                              bool last, wrmf_error *err)
{
    wrmf_error problem;
    guess_lines(reading, reading->parser.record.begin, end, last);
    if (skips_first(reading->reader) && check_first(reading, cut, &problem) != WRMF_OK) {
        pass_malformed(reading, cut, end, last, &problem); /* the next one is the first */
        return WRMF_OK;
    }
    if (is_header(reading->reader, reading->guess.look))
        return take_header(reading, cut, reading->guess.look, end, last, err);
    return take_first_row(reading, cut, end, last, err);
}

/* ---- records ---- */

/* Pass over the record at hand, which is longer than the limit, if malformed lines are, and it is
 * so long because of a quoted field: up to the line in which that opens. Else WRMF_E_OVERFLOW. */
static wrmf_status take_too_long(wrmf_i_interactions *reading, wrmf_i_cut cut, const char *end,
                                 bool last, wrmf_error *err)
{
    wrmf_i_parser *const parser = &reading->parser;
    wrmf_i_record *const record = &parser->record;
    const size_t limit = parser->layout.line_limit;
    const char *const quote = cut == WRMF_I_CUT_OK ? record->span : record->open;
    wrmf_i_location location = wrmf_i_parser_start(parser);
    wrmf_error problem;
    if (quote)
        location = wrmf_i_record_location(record, location, quote);
    const wrmf_status status =
        wrmf_i_fail_at(&problem, WRMF_E_OVERFLOW, &location, WRMF_I_LINE_TOO_LONG,
                       quote ? "a quoted field makes a line" : "a line", limit);
    const bool skips = parser->layout.complete ? reading->reader->malformed == WRMF_MALFORMED_SKIP
                                               : skips_first(reading->reader);
    if (quote && skips) {
        if (cut == WRMF_I_CUT_OK)
            wrmf_i_record_shorten(record, end, last);
        if ((size_t)(record->end - record->begin) <= limit) {
            count_malformed(reading, &problem);
            return WRMF_OK;
        }
    }
    return wrmf_i_fail(err, status, "%s", problem.text);
}

/* Take the record at hand, which was cut. */
static wrmf_status take_record(wrmf_i_interactions *reading, wrmf_i_cut cut, const char *end,
                               bool last, wrmf_error *err)
{
    const wrmf_i_record *const record = &reading->parser.record;
    if ((size_t)(record->reach - record->begin) > reading->parser.layout.line_limit) {
        WRMF_I_TRY(take_too_long(reading, cut, end, last, err));
    } else if (record->n_fields == 0 && cut == WRMF_I_CUT_OK) {
        count_one(reading, record->comment ? WRMF_READ_COMMENTS : WRMF_READ_BLANK);
    } else if (!reading->parser.layout.complete) {
        WRMF_I_TRY(take_first(reading, cut, end, last, err));
    } else if (cut == WRMF_I_CUT_OK && wrmf_i_layout_is_header(&reading->parser.layout, record)) {
        count_spans(reading);
        count_one(reading, WRMF_READ_HEADERS);
    } else {
        WRMF_I_TRY(take_row(reading, cut, end, last, err));
    }
    count_one(reading, WRMF_READ_LINES);
    reading->parser.line += record->breaks;
    return WRMF_OK;
}

/* Whether the line at begin is passed over whatever the delimiter is. */
static bool is_passed_over(const wrmf_i_dialect *dialect, const char *begin, const char *end)
{
    if (*begin == '\n' || *begin == '\r')
        return true;
    return dialect->comment && (size_t)(end - begin) >= dialect->comment_length &&
           memcmp(begin, dialect->comment, dialect->comment_length) == 0;
}

/* The first line tells; but it may be one to skip. */
static char guess_delimiter(const wrmf_i_interactions *reading, const char *begin, const char *end)
{
    const wrmf_reader *const reader = reading->reader;
    const wrmf_i_dialect *const dialect = &reading->parser.layout.dialect;
    if (skips_first(reader))
        return wrmf_i_guess_delimiter_of_most(begin, end, dialect);
    return wrmf_i_guess_delimiter(begin, end, dialect);
}

/* Know the delimiter before the first record is cut. False if more bytes are needed to guess. */
static bool know_delimiter(wrmf_i_interactions *reading, const char *begin, const char *end,
                           bool last)
{
    wrmf_i_layout *const layout = &reading->parser.layout;
    if (!last && end - begin < WRMF_I_GUESS_BYTES)
        return false;
    if (layout->dialect.separation == WRMF_I_SEPARATION_UNKNOWN &&
        !is_passed_over(&layout->dialect, begin, end))
        wrmf_i_layout_separate(layout, reading->reader, guess_delimiter(reading, begin, end));
    return true;
}

/* Take the record at begin; *whole becomes false if more bytes are needed. */
static wrmf_status take_at(wrmf_i_interactions *reading, const char *begin, const char *end,
                           bool last, bool *whole, wrmf_error *err)
{
    *whole = false;
    if (!reading->parser.layout.complete && !know_delimiter(reading, begin, end, last))
        return WRMF_OK;
    const wrmf_i_cut cut = wrmf_i_parser_cut(&reading->parser, begin, end, last);
    if (cut == WRMF_I_CUT_MORE)
        return WRMF_OK;
    *whole = true;
    return take_record(reading, cut, end, last, err);
}

void wrmf_i_interactions_begin(wrmf_i_interactions *reading, const char *begin, const char *end,
                               bool last, const char **next)
{
    wrmf_i_layout *const layout = &reading->parser.layout;
    const char *behind;
    const char delimiter = wrmf_i_guess_directive(begin, end, last, &behind);
    *next = begin;
    if (!wrmf_i_delimiter_valid(delimiter))
        return;
    if (layout->dialect.separation == WRMF_I_SEPARATION_UNKNOWN)
        wrmf_i_layout_separate(layout, reading->reader, delimiter);
    count_one(reading, WRMF_READ_COMMENTS);
    count_one(reading, WRMF_READ_LINES);
    reading->parser.line++;
    *next = behind;
}

wrmf_status wrmf_i_interactions_take_open(wrmf_i_interactions *reading, const char *begin,
                                          const char *end, const char **next, wrmf_error *err)
{
    wrmf_i_parser_move(&reading->parser);
    const wrmf_i_cut cut = wrmf_i_parser_cut(&reading->parser, begin, end, true);
    WRMF_I_TRY(take_record(reading, cut, end, true, err));
    *next = reading->parser.record.next;
    return WRMF_OK;
}

bool wrmf_i_interactions_open(const wrmf_i_interactions *reading)
{
    const wrmf_i_record *const record = &reading->parser.record;
    return record->open && !record->fault;
}

/* ---- rows that workers have looked at ---- */

/* The index of an id in a note; -1 if it is still not there. */
static inline int64_t noted_id(wrmf_i_interactions *reading, const wrmf_i_note *note, int side)
{
    if (note->index[side] >= 0)
        return note->index[side];
    return wrmf_i_parser_find(&reading->parser, side, note->text[side], (size_t)note->length[side]);
}

/* Take the row of a note. *taken becomes false, and nothing else changes, if one of its ids is new
 * or it has the first field with a line break, whose location is to be known. */
static wrmf_status take_noted(wrmf_i_interactions *reading, const wrmf_i_note *note, bool *taken,
                              wrmf_error *err)
{
    wrmf_i_tally *const tally = &reading->tally;
    const int64_t user = noted_id(reading, note, WRMF_USERS);
    const int64_t item = user < 0 ? -1 : noted_id(reading, note, WRMF_ITEMS);
    *taken = item >= 0 && (note->spans == 0 || tally->counters[WRMF_READ_SPANNING] > 0);
    if (!*taken)
        return WRMF_OK;
    if (note->count != 0.0)
        WRMF_I_TRY(add_pair(reading, user, item, note->count,
                            wrmf_i_lookahead_time(reading->ahead, note), err));
    else
        count_one(reading, WRMF_READ_ZEROS);
    tally->counters[WRMF_READ_SPANNING] += note->spans;
    count_one(reading, WRMF_READ_LINES);
    reading->parser.line += note->breaks;
    return WRMF_OK;
}

wrmf_status wrmf_i_interactions_take(wrmf_i_interactions *reading, const char *begin,
                                     const char *end, bool last, const char **next,
                                     bool *incomplete, wrmf_error *err)
{
    wrmf_i_lookahead *const ahead = reading->ahead;
    const char *looked = begin; /* workers have looked at what begins before */
    const char *at = begin;
    wrmf_i_parser_move(&reading->parser);
    *incomplete = true;
    while (at < end) {
        const wrmf_i_note *note = NULL;
        bool taken = false, whole;
        *next = at;
        if (at >= looked && ahead && reading->parser.layout.complete)
            WRMF_I_TRY(
                wrmf_i_lookahead_look(ahead, &reading->parser.layout, at, end, last, &looked, err));
        if (at < looked)
            note = wrmf_i_lookahead_note(ahead, at);
        if (note)
            WRMF_I_TRY(take_noted(reading, note, &taken, err));
        if (taken) {
            at = note->next;
            continue;
        }
        if (at < looked)
            wrmf_i_lookahead_know(ahead, at, &reading->parser.record.known);
        WRMF_I_TRY(take_at(reading, at, end, last, &whole, err));
        if (!whole)
            return WRMF_OK;
        at = reading->parser.record.next;
    }
    *next = at;
    *incomplete = !last;
    return WRMF_OK;
}

wrmf_status wrmf_i_interactions_matrix(wrmf_i_interactions *reading, wrmf_matrix **out,
                                       double **times, wrmf_error *err)
{
    const wrmf_ids *const *const ids = reading->parser.layout.ids;
    wrmf_i_bad_sum bad;
    const wrmf_status status =
        wrmf_i_pairs_matrix(&reading->pairs, wrmf_i_ids_size(ids[WRMF_USERS]),
                            wrmf_i_ids_size(ids[WRMF_ITEMS]), out, times, &bad, err);
    if (status != WRMF_OK)
        return bad.user >= 0 ? wrmf_i_parser_fail_sum(&reading->parser, &bad, status, err) : status;
    reading->tally.counters[WRMF_READ_DUPLICATES] = reading->pairs.merged;
    reading->tally.counters[WRMF_READ_PAIRS] = wrmf_i_matrix_entries(*out);
    return WRMF_OK;
}
