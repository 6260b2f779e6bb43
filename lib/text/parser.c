/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/parser.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

/* ---- life ---- */

wrmf_status wrmf_i_parser_init(wrmf_i_parser *parser, const wrmf_reader *reader, const char *name,
                               wrmf_error *err)
{
    *parser = (wrmf_i_parser){.allocator = &reader->context->allocator, .name = name, .line = 1};
    return wrmf_i_layout_init(&parser->layout, reader, err);
}

void wrmf_i_parser_free(wrmf_i_parser *parser)
{
    if (!parser->allocator)
        return;
    for (int side = 0; side < 2; side++)
        wrmf_i_free(parser->allocator, parser->scratch[side], parser->scratch_bytes[side], 1);
    wrmf_i_layout_free(&parser->layout);
    wrmf_i_free(parser->allocator, parser->record.fields, parser->record.room,
                sizeof(wrmf_i_field));
}

void wrmf_i_parser_move(wrmf_i_parser *parser)
{
    parser->record.known = (wrmf_i_breaks){0};
    parser->last[WRMF_USERS] = parser->last[WRMF_ITEMS] = (wrmf_i_recent){0};
}

/* ---- locations ---- */

wrmf_i_location wrmf_i_parser_start(const wrmf_i_parser *parser)
{
    return (wrmf_i_location){parser->name, parser->line, 1};
}

static wrmf_i_location location_of(const wrmf_i_parser *parser, const char *at)
{
    return wrmf_i_record_location(&parser->record, wrmf_i_parser_start(parser), at);
}

static const wrmf_i_field *field_of(const wrmf_i_parser *parser, int column)
{
    return &parser->record.fields[parser->layout.field[column]];
}

wrmf_i_location wrmf_i_parser_column(const wrmf_i_parser *parser, wrmf_column column)
{
    return location_of(parser, field_of(parser, (int)column)->text);
}

/* ---- records ---- */

wrmf_status wrmf_i_parser_recut(wrmf_i_parser *parser, size_t n_fields, const char *end, bool last,
                                wrmf_error *err)
{
    wrmf_i_record *const record = &parser->record;
    wrmf_i_field *const fields = wrmf_i_alloc(parser->allocator, n_fields, sizeof *fields);
    if (!fields)
        return wrmf_i_fail_memory(err, "fields of a line");
    wrmf_i_free(parser->allocator, record->fields, record->room, sizeof *fields);
    record->fields = fields;
    record->room = n_fields;
    (void)wrmf_i_parser_cut(parser, record->begin, end, last);
    return WRMF_OK;
}

wrmf_status wrmf_i_parser_check_cut(const wrmf_i_parser *parser, wrmf_i_cut cut, wrmf_error *err)
{
    if (cut == WRMF_I_CUT_OK)
        return WRMF_OK;
    const wrmf_i_location open = location_of(parser, parser->record.open);
    if (cut == WRMF_I_CUT_OPEN)
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &open, "a quote that never ends");
    const wrmf_i_location fault = location_of(parser, parser->record.fault);
    if (open.line == fault.line)
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &fault,
                              "text behind the quote that ends a field");
    return wrmf_i_fail_at(
        err, WRMF_E_FORMAT, &open,
        "the quote that opens here is closed in line %lld, column %lld, with text "
        "behind it",
        (long long)fault.line, (long long)fault.column - 1);
}

/* Refuse the record at hand, which was cut well, for its number of fields. */
static wrmf_status refuse_shape(const wrmf_i_parser *parser, wrmf_error *err)
{
    const wrmf_i_record *const record = &parser->record;
    char hint[80] = "";
    if (parser->literal_line > 0 && parser->literal_line >= parser->line - 1)
        (void)snprintf(hint, sizeof hint, "; the quote that line %lld does not close is text here",
                       (long long)parser->literal_line);
    const wrmf_i_location location =
        location_of(parser, record->extra ? record->extra : record->end);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                          "%zu field%s, not %zu as in the first line%s", record->n_fields,
                          record->n_fields == 1 ? "" : "s", parser->layout.n_fields, hint);
}

static inline wrmf_status check_shape(const wrmf_i_parser *parser, wrmf_i_cut cut, wrmf_error *err)
{
    if (cut != WRMF_I_CUT_OK)
        return wrmf_i_parser_check_cut(parser, cut, err);
    return parser->record.n_fields == parser->layout.n_fields ? WRMF_OK : refuse_shape(parser, err);
}

/* ---- fields ---- */

/* Whether a field's text is not the bytes that stand there. */
static inline bool is_rewritten(const wrmf_i_field *field)
{
    return field->doubled || field->backslash;
}

/* Rewrite a field with doubled quotes or backslashes in scratch number `which`. */
static wrmf_status rewrite(wrmf_i_parser *parser, const wrmf_i_field *field, int which,
                           const char **text, size_t *length, wrmf_error *err)
{
    if (parser->scratch_bytes[which] < field->length) {
        char *const scratch = wrmf_i_alloc(parser->allocator, field->length, 1);
        if (!scratch)
            return wrmf_i_fail_memory(err, "the text of a field");
        wrmf_i_free(parser->allocator, parser->scratch[which], parser->scratch_bytes[which], 1);
        parser->scratch[which] = scratch;
        parser->scratch_bytes[which] = field->length;
    }
    *length = wrmf_i_field_unquote(field, parser->scratch[which]);
    *text = parser->scratch[which];
    return WRMF_OK;
}

/* The text of a field, if need be in scratch number `which`. */
static inline wrmf_status field_text(wrmf_i_parser *parser, const wrmf_i_field *field, int which,
                                     const char **text, size_t *length, wrmf_error *err)
{
    *text = field->text;
    *length = field->length;
    return is_rewritten(field) ? rewrite(parser, field, which, text, length, err) : WRMF_OK;
}

static wrmf_status parse_count(const wrmf_i_parser *parser, double *count, wrmf_error *err)
{
    const char *const problem = wrmf_i_layout_count(&parser->layout, parser->record.fields, count);
    if (!problem)
        return WRMF_OK;
    char shown[WRMF_I_EXCERPT];
    const wrmf_i_field *const field = field_of(parser, WRMF_COLUMN_COUNT);
    const wrmf_i_location location = wrmf_i_parser_column(parser, WRMF_COLUMN_COUNT);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "count is \"%s\", %s",
                          wrmf_i_excerpt(field->text, field->length, shown), problem);
}

static wrmf_status parse_time(const wrmf_i_parser *parser, double *time, wrmf_error *err)
{
    if (wrmf_i_layout_time(&parser->layout, parser->record.fields, time))
        return WRMF_OK;
    char shown[WRMF_I_EXCERPT];
    const wrmf_i_field *const field = field_of(parser, WRMF_COLUMN_TIME);
    const wrmf_i_location location = wrmf_i_parser_column(parser, WRMF_COLUMN_TIME);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                          "time is \"%s\", neither a finite number nor a date as 2026-01-31 or "
                          "2026-01-31T23:59:00Z",
                          wrmf_i_excerpt(field->text, field->length, shown));
}

/* ---- ids ---- */

static const char *name_of(int side)
{
    return side == WRMF_USERS ? "user" : "item";
}

/* The column of a side's ids. */
static wrmf_column column_of(int side)
{
    static_assert((int)WRMF_USERS == WRMF_COLUMN_USER && (int)WRMF_ITEMS == WRMF_COLUMN_ITEM,
                  "sides have the numbers of their columns");
    return (wrmf_column)side;
}

static wrmf_status parse_integer(const wrmf_i_parser *parser, int side, wrmf_i_parsed_id *id,
                                 wrmf_error *err)
{
    if (!wrmf_i_number_parse_int(id->text, id->length, &id->integer)) {
        char shown[WRMF_I_EXCERPT];
        const wrmf_i_location location = wrmf_i_parser_column(parser, column_of(side));
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                              "%s id is \"%s\", not a 64-bit integer", name_of(side),
                              wrmf_i_excerpt(id->text, id->length, shown));
    }
    id->index = wrmf_i_ids_find_integer(parser->layout.ids[side], id->integer);
    return WRMF_OK;
}

int64_t wrmf_i_parser_find(wrmf_i_parser *parser, int side, const char *text, size_t length)
{
    wrmf_i_recent *const last = &parser->last[side];
    if (wrmf_i_recent_is(last, text, length))
        return last->index;
    const int64_t index = wrmf_i_ids_find_text(parser->layout.ids[side], text, length);
    if (index >= 0)
        *last = (wrmf_i_recent){text, length, index};
    return index;
}

/* Refuse a string that can be no id. */
static wrmf_status check_string(const wrmf_i_parser *parser, int side, const wrmf_i_parsed_id *id,
                                wrmf_error *err)
{
    const bool empty = id->length == 0;
    if (!empty && !memchr(id->text, '\0', id->length))
        return WRMF_OK;
    const wrmf_i_location location = wrmf_i_parser_column(parser, column_of(side));
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "%s id %s", name_of(side),
                          empty ? "is empty" : "has a NUL byte");
}

static wrmf_status refuse_long_id(const wrmf_i_parser *parser, int side, size_t length,
                                  wrmf_error *err)
{
    const wrmf_i_location location = wrmf_i_parser_column(parser, column_of(side));
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                          "%s id has %zu bytes, more than the limit, %zu", name_of(side), length,
                          parser->layout.id_limit);
}

static inline wrmf_status parse_id(wrmf_i_parser *parser, int side, wrmf_i_parsed_id *id,
                                   wrmf_error *err)
{
    const wrmf_i_field *const field = field_of(parser, (int)column_of(side));
    id->rewritten = is_rewritten(field);
    WRMF_I_TRY(field_text(parser, field, side, &id->text, &id->length, err));
    if (id->length > parser->layout.id_limit)
        return refuse_long_id(parser, side, id->length, err);
    if (wrmf_i_recent_is(&parser->last[side], id->text, id->length)) {
        id->index = parser->last[side].index;
        return WRMF_OK;
    }
    if (parser->layout.kinds[side] == WRMF_IDS_INTEGER)
        return parse_integer(parser, side, id, err);
    id->index = wrmf_i_ids_find_text(parser->layout.ids[side], id->text, id->length);
    return id->index >= 0 ? WRMF_OK : check_string(parser, side, id, err);
}

static wrmf_status check_name(const wrmf_i_parser *parser, wrmf_error *err)
{
    const wrmf_i_field *const field = field_of(parser, WRMF_COLUMN_NAME);
    if (field->length == 0 || !memchr(field->text, '\0', field->length))
        return WRMF_OK;
    const wrmf_i_location location = wrmf_i_parser_column(parser, WRMF_COLUMN_NAME);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "the name has a NUL byte");
}

static wrmf_status parse_fields(wrmf_i_parser *parser, wrmf_i_cut cut, wrmf_i_parsed *out,
                                wrmf_error *err)
{
    WRMF_I_TRY(check_shape(parser, cut, err));
    WRMF_I_TRY(parse_count(parser, &out->count, err));
    WRMF_I_TRY(parse_time(parser, &out->time, err));
    WRMF_I_TRY(parse_id(parser, WRMF_USERS, &out->id[WRMF_USERS], err));
    WRMF_I_TRY(parse_id(parser, WRMF_ITEMS, &out->id[WRMF_ITEMS], err));
    if (out->id[WRMF_ITEMS].index < 0 && parser->layout.field[WRMF_COLUMN_NAME] >= 0)
        return check_name(parser, err);
    return WRMF_OK;
}

wrmf_status wrmf_i_parser_parse(wrmf_i_parser *parser, wrmf_i_cut cut, wrmf_i_parsed *out,
                                wrmf_error *err)
{
    const wrmf_status status = parse_fields(parser, cut, out, err);
    if (status != WRMF_E_FORMAT || cut != WRMF_I_CUT_OK || !parser->record.span)
        return status;
    const wrmf_error problem = *err;
    const wrmf_i_location span = location_of(parser, parser->record.span);
    return wrmf_i_fail(err, status,
                       "%.380s; the quote that opens in line %lld, column %lld spans "
                       "lines",
                       problem.text, (long long)span.line, (long long)span.column);
}

wrmf_status wrmf_i_parser_item_name(wrmf_i_parser *parser, const char **text, size_t *length,
                                    wrmf_error *err)
{
    const wrmf_i_field *const field = field_of(parser, WRMF_COLUMN_NAME);
    return field_text(parser, field, WRMF_ITEMS, text, length, err);
}

wrmf_status wrmf_i_parser_fail_sum(const wrmf_i_parser *parser, const wrmf_i_bad_sum *bad,
                                   wrmf_status code, wrmf_error *err)
{
    const int64_t index[2] = {bad->user, bad->item};
    const wrmf_i_location location = {parser->name, bad->line, 1};
    const char *const sum = bad->sum == 0 ? "0" : "a number that is not finite";
    char shown[2][WRMF_I_EXCERPT];
    for (int side = 0; side < 2; side++) {
        char scratch[WRMF_I_NUMBER_TEXT];
        size_t length;
        const char *const text =
            wrmf_i_ids_text(parser->layout.ids[side], index[side], scratch, &length);
        (void)wrmf_i_excerpt(text, length, shown[side]);
    }
    if (bad->line > 0)
        return wrmf_i_fail_at(err, code, &location,
                              "the counts of user \"%s\", item \"%s\" add up to %s", shown[0],
                              shown[1], sum);
    return wrmf_i_fail(err, code, "%s: the counts of user \"%s\", item \"%s\" add up to %s",
                       parser->name, shown[0], shown[1], sum);
}
