/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/interactions.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "text/lookahead.h"

/* ---- life ---- */

static wrmf_status init_side(wrmf_i_interactions *rows, int side, wrmf_error *err)
{
    rows->last[side] = -1;
    rows->ids[side] = rows->reader->known[side];
    if (rows->ids[side])
        return WRMF_OK;
    WRMF_I_TRY(wrmf_i_ids_new(rows->context, rows->reader->kinds[side], &rows->made[side], err));
    rows->ids[side] = rows->made[side];
    return WRMF_OK;
}

wrmf_status wrmf_i_interactions_init(wrmf_i_interactions *rows, const wrmf_reader *reader,
                                     const char *name, wrmf_error *err)
{
    *rows = (wrmf_i_interactions){.context = reader->context,
                                  .reader = reader,
                                  .name = name,
                                  .delimiter = reader->delimiter,
                                  .line = 1};
    wrmf_i_pairs_init(&rows->pairs, reader->context, reader->duplicates);
    WRMF_I_TRY(wrmf_i_lookahead_new(reader, &rows->ahead, err));
    WRMF_I_TRY(init_side(rows, WRMF_USERS, err));
    return init_side(rows, WRMF_ITEMS, err);
}

void wrmf_i_interactions_free(wrmf_i_interactions *rows)
{
    const wrmf_i_allocator *const allocator = &rows->context->allocator;
    for (int side = 0; side < 2; side++) {
        wrmf_i_ids_free(rows->made[side]);
        wrmf_i_free(allocator, rows->scratch[side], rows->scratch_bytes[side], 1);
    }
    wrmf_i_free(allocator, rows->record.fields, rows->record.room, sizeof(wrmf_i_field));
    wrmf_i_lookahead_free(rows->context, rows->ahead);
    wrmf_i_pairs_free(&rows->pairs);
}

/* ---- places ---- */

static wrmf_i_location place_of(const wrmf_i_interactions *rows, const char *at)
{
    int64_t breaks, bytes;
    wrmf_i_record_locate(rows->record.begin, at, &breaks, &bytes);
    return (wrmf_i_location){rows->name, rows->line + breaks, bytes + 1};
}

/* Where a field's text begins: behind its quote, if it has one. */
static wrmf_i_location place_of_field(const wrmf_i_interactions *rows, int column)
{
    return place_of(rows, rows->record.fields[rows->at[column]].text);
}

/* ---- the first record ---- */

/* Cut again with room for all fields. */
static wrmf_status make_room(wrmf_i_interactions *rows, const char *end, bool last, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &rows->context->allocator;
    wrmf_i_record *const record = &rows->record;
    const size_t room = record->n_fields;
    wrmf_i_field *const fields = wrmf_i_alloc(allocator, room, sizeof *fields);
    if (!fields)
        return wrmf_i_fail_nomem(err);
    wrmf_i_free(allocator, record->fields, record->room, sizeof *fields);
    record->fields = fields;
    record->room = room;
    (void)wrmf_i_record_cut(record, record->begin, end, last, rows->delimiter);
    return WRMF_OK;
}

/* The text of a field; if it must be rewritten, in scratch number `which`. */
static wrmf_status field_text(wrmf_i_interactions *rows, const wrmf_i_field *field, int which,
                              const char **text, size_t *length, wrmf_error *err)
{
    *text = field->text;
    *length = field->length;
    if (!field->doubled)
        return WRMF_OK;
    const wrmf_i_allocator *const allocator = &rows->context->allocator;
    if (rows->scratch_bytes[which] < field->length) {
        char *const scratch = wrmf_i_alloc(allocator, field->length, 1);
        if (!scratch)
            return wrmf_i_fail_nomem(err);
        wrmf_i_free(allocator, rows->scratch[which], rows->scratch_bytes[which], 1);
        rows->scratch[which] = scratch;
        rows->scratch_bytes[which] = field->length;
    }
    *length = wrmf_i_field_unquote(field, rows->scratch[which]);
    *text = rows->scratch[which];
    return WRMF_OK;
}

static wrmf_status find_name(wrmf_i_interactions *rows, const char *wanted, int64_t *at,
                             wrmf_error *err)
{
    const size_t wanted_length = strlen(wanted);
    for (size_t i = 0; i < rows->record.n_fields; i++) {
        const char *text;
        size_t length;
        WRMF_I_TRY(field_text(rows, &rows->record.fields[i], 0, &text, &length, err));
        if (length == wanted_length && memcmp(text, wanted, length) == 0) {
            *at = (int64_t)i;
            return WRMF_OK;
        }
    }
    return wrmf_i_fail(err, WRMF_E_NAME, "%s:%lld: the header has no column \"%.80s\"", rows->name,
                       (long long)rows->line, wanted);
}

static wrmf_status find_column(wrmf_i_interactions *rows, int column, wrmf_error *err)
{
    const wrmf_i_column *const asked = &rows->reader->columns[column];
    if (asked->name)
        return find_name(rows, asked->name, &rows->at[column], err);
    rows->at[column] = asked->number - 1;
    if (rows->at[column] < (int64_t)rows->record.n_fields)
        return WRMF_OK;
    const wrmf_i_location place = place_of(rows, rows->record.end);
    return wrmf_i_fail_at(
        err, WRMF_E_FORMAT, &place, "column %lld is asked for, the line has %zu field%s",
        (long long)asked->number, rows->record.n_fields, rows->record.n_fields == 1 ? "" : "s");
}

/* What is wrong with a record whose quotes are: always an error in the first. */
static wrmf_status fail_cut(const wrmf_i_interactions *rows, wrmf_i_cut cut, wrmf_error *err)
{
    const wrmf_i_location place = place_of(rows, rows->record.fault);
    if (cut == WRMF_I_CUT_OPEN)
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &place, "a quote that never ends");
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &place, "text behind the quote that ends a field");
}

/* Learn the columns from the first record that has bytes. */
static wrmf_status learn(wrmf_i_interactions *rows, wrmf_i_cut cut, const char *end, bool last,
                         wrmf_error *err)
{
    if (cut != WRMF_I_CUT_OK)
        return fail_cut(rows, cut, err);
    rows->expected = rows->record.n_fields;
    WRMF_I_TRY(make_room(rows, end, last, err));
    for (int column = 0; column < WRMF_I_COLUMNS; column++)
        WRMF_I_TRY(find_column(rows, column, err));
    rows->ready = true;
    return WRMF_OK;
}

/* ---- rows ---- */

/* An id as it was read. */
typedef struct reading {
    const char *text; /* of a string */
    size_t length;
    int64_t integer;
    int64_t index; /* -1: not there */
} reading;

/* Why a row is passed over. */
typedef enum fate { TAKEN, MALFORMED, UNKNOWN } fate;

static wrmf_status check_shape(const wrmf_i_interactions *rows, wrmf_i_cut cut, wrmf_error *err)
{
    const wrmf_i_record *const record = &rows->record;
    if (cut != WRMF_I_CUT_OK)
        return fail_cut(rows, cut, err);
    if (record->n_fields == rows->expected)
        return WRMF_OK;
    const wrmf_i_location place = place_of(rows, record->extra ? record->extra : record->end);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &place, "%zu field%s, not %zu as in the first line",
                          record->n_fields, record->n_fields == 1 ? "" : "s", rows->expected);
}

const char *wrmf_i_interactions_count(const wrmf_i_field *field, double *count)
{
    /* single digits are most of what is counted */
    if (field->length == 1 && *field->text > '0' && *field->text <= '9') {
        *count = *field->text - '0';
        return NULL;
    }
    if (!wrmf_i_number_parse_real(field->text, field->length, count))
        return "not a number";
    if (!isfinite(*count))
        return "not finite";
    return *count > 0.0 ? NULL : "not above 0";
}

static wrmf_status parse_count(const wrmf_i_interactions *rows, double *count, wrmf_error *err)
{
    *count = 1.0;
    if (rows->at[WRMF_COLUMN_COUNT] < 0)
        return WRMF_OK;
    const wrmf_i_field *const field = &rows->record.fields[rows->at[WRMF_COLUMN_COUNT]];
    const char *const problem = wrmf_i_interactions_count(field, count);
    if (!problem)
        return WRMF_OK;
    char shown[WRMF_I_EXCERPT];
    const wrmf_i_location place = place_of_field(rows, WRMF_COLUMN_COUNT);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &place, "count is \"%s\", %s",
                          wrmf_i_excerpt(field->text, field->length, shown), problem);
}

static wrmf_status read_integer(const wrmf_i_interactions *rows, int side, const char *text,
                                size_t length, reading *id, wrmf_error *err)
{
    if (!wrmf_i_number_parse_int(text, length, &id->integer)) {
        char shown[WRMF_I_EXCERPT];
        const wrmf_i_location place = place_of_field(rows, side);
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &place, "%s id is \"%s\", not a 64-bit integer",
                              side == WRMF_USERS ? "user" : "item",
                              wrmf_i_excerpt(text, length, shown));
    }
    const int64_t last = rows->last[side];
    if (last >= 0 && wrmf_i_ids_integer(rows->ids[side], last) == id->integer)
        id->index = last;
    else
        id->index = wrmf_i_ids_find_integer(rows->ids[side], id->integer);
    return WRMF_OK;
}

/* Whether a string is the id of the row before. */
static bool is_last(const wrmf_i_interactions *rows, int side, const char *text, size_t length)
{
    if (rows->last[side] < 0)
        return false;
    size_t before_length;
    const char *const before = wrmf_i_ids_string(rows->ids[side], rows->last[side], &before_length);
    return before_length == length && memcmp(before, text, length) == 0;
}

static wrmf_status read_string(const wrmf_i_interactions *rows, int side, reading *id,
                               wrmf_error *err)
{
    if (is_last(rows, side, id->text, id->length)) {
        id->index = rows->last[side];
        return WRMF_OK;
    }
    id->index = wrmf_i_ids_find_text(rows->ids[side], id->text, id->length);
    if (id->index >= 0)
        return WRMF_OK;
    const bool empty = id->length == 0;
    if (!empty && !memchr(id->text, '\0', id->length))
        return WRMF_OK;
    const wrmf_i_location place = place_of_field(rows, side);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &place, "%s id %s",
                          side == WRMF_USERS ? "user" : "item",
                          empty ? "is empty" : "has a NUL byte");
}

/* The columns USER and ITEM have the numbers of the sides. */
static wrmf_status read_id(wrmf_i_interactions *rows, int side, reading *id, wrmf_error *err)
{
    const wrmf_i_field *const field = &rows->record.fields[rows->at[side]];
    WRMF_I_TRY(field_text(rows, field, side, &id->text, &id->length, err));
    if (wrmf_i_ids_kind(rows->ids[side]) == WRMF_IDS_INTEGER)
        return read_integer(rows, side, id->text, id->length, id, err);
    return read_string(rows, side, id, err);
}

static wrmf_status check_name(const wrmf_i_interactions *rows, wrmf_error *err)
{
    const wrmf_i_field *const field = &rows->record.fields[rows->at[WRMF_COLUMN_NAME]];
    if (field->length == 0 || !memchr(field->text, '\0', field->length))
        return WRMF_OK;
    const wrmf_i_location place = place_of_field(rows, WRMF_COLUMN_NAME);
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &place, "the name has a NUL byte");
}

static wrmf_status add_id(wrmf_i_interactions *rows, int side, reading *id, wrmf_error *err)
{
    wrmf_ids *const ids = rows->made[side];
    if (wrmf_i_ids_kind(ids) == WRMF_IDS_INTEGER)
        return wrmf_i_ids_add_integer(ids, id->integer, &id->index, err);
    return wrmf_i_ids_add_string(ids, id->text, id->length, &id->index, err);
}

static wrmf_status add_item(wrmf_i_interactions *rows, reading *item, wrmf_error *err)
{
    WRMF_I_TRY(add_id(rows, WRMF_ITEMS, item, err));
    if (rows->at[WRMF_COLUMN_NAME] < 0)
        return WRMF_OK;
    const char *text;
    size_t length;
    const wrmf_i_field *const field = &rows->record.fields[rows->at[WRMF_COLUMN_NAME]];
    WRMF_I_TRY(field_text(rows, field, WRMF_ITEMS, &text, &length, err));
    return wrmf_i_ids_set_name(rows->made[WRMF_ITEMS], item->index, text, length, err);
}

static wrmf_status add_pair(wrmf_i_interactions *rows, int64_t user, int64_t item, double count,
                            wrmf_error *err)
{
    wrmf_i_pairs *const pairs = &rows->pairs;
    if (pairs->n == pairs->room)
        WRMF_I_TRY(wrmf_i_pairs_grow(pairs, wrmf_i_ids_size(rows->ids[WRMF_USERS]),
                                     wrmf_i_ids_size(rows->ids[WRMF_ITEMS]), err));
    if (pairs->places)
        pairs->places[pairs->n] = place_of_field(rows, WRMF_COLUMN_USER);
    rows->last[WRMF_USERS] = user;
    rows->last[WRMF_ITEMS] = item;
    WRMF_I_TRY(wrmf_i_pairs_add(pairs, user, item, count, err));
    rows->counters[WRMF_READ_ROWS]++;
    return WRMF_OK;
}

/* Look at all of a row before anything is added. A failure of the text has the
 * fate MALFORMED: it may be passed over. */
static wrmf_status examine(wrmf_i_interactions *rows, wrmf_i_cut cut, reading id[2], double *count,
                           fate *out, wrmf_error *err)
{
    *out = MALFORMED;
    WRMF_I_TRY(check_shape(rows, cut, err));
    WRMF_I_TRY(parse_count(rows, count, err));
    WRMF_I_TRY(read_id(rows, WRMF_USERS, &id[WRMF_USERS], err));
    WRMF_I_TRY(read_id(rows, WRMF_ITEMS, &id[WRMF_ITEMS], err));
    const bool new_item = id[WRMF_ITEMS].index < 0;
    if (new_item && rows->at[WRMF_COLUMN_NAME] >= 0)
        WRMF_I_TRY(check_name(rows, err));
    *out = (id[WRMF_USERS].index < 0 && !rows->made[WRMF_USERS]) ||
                   (new_item && !rows->made[WRMF_ITEMS])
               ? UNKNOWN
               : TAKEN;
    return WRMF_OK;
}

static wrmf_status take_row(wrmf_i_interactions *rows, wrmf_i_cut cut, wrmf_error *err)
{
    reading id[2] = {{0}};
    double count = 1.0;
    fate what;
    wrmf_error problem;
    const wrmf_status status = examine(rows, cut, id, &count, &what, &problem);
    if (status == WRMF_E_FORMAT && cut != WRMF_I_CUT_OPEN &&
        rows->reader->malformed == WRMF_MALFORMED_SKIP) {
        rows->counters[WRMF_READ_MALFORMED]++;
        return WRMF_OK;
    }
    if (status != WRMF_OK)
        return wrmf_i_fail(err, status, "%s", problem.text);
    if (what == UNKNOWN) {
        rows->counters[WRMF_READ_UNKNOWN]++;
        return WRMF_OK;
    }
    if (id[WRMF_USERS].index < 0)
        WRMF_I_TRY(add_id(rows, WRMF_USERS, &id[WRMF_USERS], err));
    if (id[WRMF_ITEMS].index < 0)
        WRMF_I_TRY(add_item(rows, &id[WRMF_ITEMS], err));
    return add_pair(rows, id[WRMF_USERS].index, id[WRMF_ITEMS].index, count, err);
}

/* Take one record that was cut. */
static wrmf_status take_record(wrmf_i_interactions *rows, wrmf_i_cut cut, const char *end,
                               bool last, wrmf_error *err)
{
    if (rows->record.n_fields == 0 && cut == WRMF_I_CUT_OK) {
        rows->counters[WRMF_READ_BLANK]++;
    } else if (!rows->ready) {
        WRMF_I_TRY(learn(rows, cut, end, last, err));
        if (!rows->reader->header)
            WRMF_I_TRY(take_row(rows, cut, err));
    } else {
        WRMF_I_TRY(take_row(rows, cut, err));
    }
    rows->counters[WRMF_READ_LINES]++;
    rows->line += rows->record.breaks;
    return WRMF_OK;
}

static bool is_blank(const char *begin, const char *end, bool last)
{
    if (*begin == '\r')
        return begin + 1 < end ? begin[1] == '\n' : last;
    return *begin == '\n';
}

/* The index of an id in a note; -1 if it is still not there. */
static int64_t noted_id(const wrmf_i_interactions *rows, const wrmf_i_note *note, int side)
{
    if (note->index[side] >= 0)
        return note->index[side];
    const size_t length = (size_t)note->length[side];
    if (wrmf_i_ids_kind(rows->ids[side]) == WRMF_IDS_STRING &&
        is_last(rows, side, note->text[side], length))
        return rows->last[side];
    return wrmf_i_ids_find_text(rows->ids[side], note->text[side], length);
}

/* Take a row that a worker has looked at; false in *taken if there is more to it: a new id. */
static wrmf_status take_note(wrmf_i_interactions *rows, const wrmf_i_note *note, bool *taken,
                             wrmf_error *err)
{
    const int64_t user = noted_id(rows, note, WRMF_USERS);
    const int64_t item = user < 0 ? -1 : noted_id(rows, note, WRMF_ITEMS);
    *taken = item >= 0;
    if (!*taken)
        return WRMF_OK;
    WRMF_I_TRY(add_pair(rows, user, item, note->count, err));
    rows->counters[WRMF_READ_LINES]++;
    rows->line += note->breaks;
    return WRMF_OK;
}

/* Take the record at begin; false in *whole if more bytes are needed. */
static wrmf_status take_at(wrmf_i_interactions *rows, const char *begin, const char *end, bool last,
                           bool *whole, wrmf_error *err)
{
    *whole = false;
    if (!rows->delimiter && !is_blank(begin, end, last)) {
        rows->delimiter = wrmf_i_delimiter_guess(begin, end, last);
        if (!rows->delimiter)
            return WRMF_OK;
    }
    const wrmf_i_cut cut = wrmf_i_record_cut(&rows->record, begin, end, last, rows->delimiter);
    if (cut == WRMF_I_CUT_MORE)
        return WRMF_OK;
    *whole = true;
    return take_record(rows, cut, end, last, err);
}

wrmf_status wrmf_i_interactions_take(wrmf_i_interactions *rows, const char *begin, const char *end,
                                     bool last, const char **next, bool *incomplete,
                                     wrmf_error *err)
{
    const char *looked = begin;
    *incomplete = true;
    for (*next = begin; *next < end;) {
        if (rows->ahead && rows->ready && *next >= looked)
            WRMF_I_TRY(wrmf_i_lookahead_look(rows->ahead, rows, *next, end, last, &looked, err));
        const wrmf_i_note *const note =
            *next < looked ? wrmf_i_lookahead_note(rows->ahead, *next) : NULL;
        bool taken = false, whole;
        if (note)
            WRMF_I_TRY(take_note(rows, note, &taken, err));
        if (taken) {
            *next = note->next;
            continue;
        }
        WRMF_I_TRY(take_at(rows, *next, end, last, &whole, err));
        if (!whole)
            return WRMF_OK;
        *next = rows->record.next;
    }
    *incomplete = !last;
    return WRMF_OK;
}

wrmf_status wrmf_i_interactions_matrix(wrmf_i_interactions *rows, wrmf_matrix **out,
                                       wrmf_error *err)
{
    WRMF_I_TRY(wrmf_i_pairs_matrix(&rows->pairs, wrmf_i_ids_size(rows->ids[WRMF_USERS]),
                                   wrmf_i_ids_size(rows->ids[WRMF_ITEMS]), out, err));
    rows->counters[WRMF_READ_DUPLICATES] = rows->pairs.merged;
    rows->counters[WRMF_READ_PAIRS] = wrmf_i_matrix_entries(*out);
    return WRMF_OK;
}
