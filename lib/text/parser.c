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
    *parser = (wrmf_i_parser){
        .allocator = &reader->context->allocator, .name = name, .line = 1, .last = {-1, -1}};
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

wrmf_i_cut wrmf_i_parser_cut(wrmf_i_parser *parser, const char *begin, const char *end, bool last)
{
    const wrmf_i_cut cut =
        wrmf_i_record_cut(&parser->record, begin, end, last, &parser->layout.dialect);
    if (parser->record.literal)
        parser->literal_line = parser->line;
    return cut;
}

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

static wrmf_status check_shape(const wrmf_i_parser *parser, wrmf_i_cut cut, wrmf_error *err)
{
    const wrmf_i_record *const record = &parser->record;
    const size_t wanted = parser->layout.n_fields;
    char hint[80] = "";
    WRMF_I_TRY(wrmf_i_parser_check_cut(parser, cut, err));
    if (record->n_fields == wanted)
        return WRMF_OK;
    if (parser->literal_line > 0 && parser->literal_line >= parser->line - 1)
        (void)snprintf(hint, sizeof hint, "; the quote that line %lld does not close is text here",
                       (long long)parser->literal_line);
    const wrmf_i_location location =
        location_of(parser, record->extra ? record->extra : record->end);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                          "%zu field%s, not %zu as in the first line%s", record->n_fields,
                          record->n_fields == 1 ? "" : "s", wanted, hint);
}

/* ---- fields ---- */

/* The text of a field; one with doubled quotes or backslashes is rewritten in scratch number
 * `which`. */
static wrmf_status field_text(wrmf_i_parser *parser, const wrmf_i_field *field, int which,
                              const char **text, size_t *length, wrmf_error *err)
{
    *text = field->text;
    *length = field->length;
    if (!field->doubled && !field->backslash)
        return WRMF_OK;
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
    const wrmf_ids *const ids = parser->layout.ids[side];
    if (!wrmf_i_number_parse_int(id->text, id->length, &id->integer)) {
        char shown[WRMF_I_EXCERPT];
        const wrmf_i_location location = wrmf_i_parser_column(parser, column_of(side));
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                              "%s id is \"%s\", not a 64-bit integer", name_of(side),
                              wrmf_i_excerpt(id->text, id->length, shown));
    }
    const int64_t last = parser->last[side];
    if (last >= 0 && wrmf_i_ids_integer(ids, last) == id->integer)
        id->index = last;
    else
        id->index = wrmf_i_ids_find_integer(ids, id->integer);
    return WRMF_OK;
}

/* Whether a string is the id of the row before. */
static bool is_last(const wrmf_i_parser *parser, int side, const char *text, size_t length)
{
    if (parser->last[side] < 0)
        return false;
    size_t last_length;
    const char *const last =
        wrmf_i_ids_string(parser->layout.ids[side], parser->last[side], &last_length);
    return last_length == length && memcmp(last, text, length) == 0;
}

/* The index of a string, or -1. */
static int64_t find_string(const wrmf_i_parser *parser, int side, const char *text, size_t length)
{
    if (is_last(parser, side, text, length))
        return parser->last[side];
    return wrmf_i_ids_find_text(parser->layout.ids[side], text, length);
}

int64_t wrmf_i_parser_find(const wrmf_i_parser *parser, int side, const char *text, size_t length)
{
    const wrmf_ids *const ids = parser->layout.ids[side];
    if (wrmf_i_ids_kind(ids) == WRMF_IDS_STRING)
        return find_string(parser, side, text, length);
    return wrmf_i_ids_find_text(ids, text, length);
}

static wrmf_status parse_string(const wrmf_i_parser *parser, int side, wrmf_i_parsed_id *id,
                                wrmf_error *err)
{
    id->index = find_string(parser, side, id->text, id->length);
    if (id->index >= 0)
        return WRMF_OK;
    const bool empty = id->length == 0;
    if (!empty && !memchr(id->text, '\0', id->length))
        return WRMF_OK;
    const wrmf_i_location location = wrmf_i_parser_column(parser, column_of(side));
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "%s id %s", name_of(side),
                          empty ? "is empty" : "has a NUL byte");
}

static wrmf_status parse_id(wrmf_i_parser *parser, int side, wrmf_i_parsed_id *id, wrmf_error *err)
{
    const wrmf_i_field *const field = field_of(parser, (int)column_of(side));
    WRMF_I_TRY(field_text(parser, field, side, &id->text, &id->length, err));
    const size_t limit = parser->layout.id_limit;
    if (id->length > limit) {
        const wrmf_i_location location = wrmf_i_parser_column(parser, column_of(side));
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                              "%s id has %zu bytes, more than the limit, %zu", name_of(side),
                              id->length, limit);
    }
    if (wrmf_i_ids_kind(parser->layout.ids[side]) == WRMF_IDS_INTEGER)
        return parse_integer(parser, side, id, err);
    return parse_string(parser, side, id, err);
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
