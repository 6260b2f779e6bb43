/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/lookahead.h"

#include <string.h>

#include "base/checked.h"

enum {
    PIECE_BYTES = 128 << 10, /* of a look at its longest, */
    FIRST_BYTES = 4 << 10,   /* and of the first: a power of two times it makes the other */
    PIECES_A_WORKER = 2,
    MAX_PIECES = 32,
    NOTES = PIECE_BYTES / 16, /* of a piece; rows are longer, or the rest is not noted */
};

typedef struct piece {
    const char *begin, *end; /* records that begin between them */
    int64_t n;
    wrmf_i_note *notes; /* NOTES */
} piece;

struct wrmf_i_lookahead {
    int64_t pieces;      /* there is room for */
    int64_t used;        /* in the last look */
    int64_t reach;       /* bytes of the next */
    int64_t piece, note; /* asked for next */
    piece at[MAX_PIECES];
    wrmf_i_note *notes;
    wrmf_i_field *fields; /* pieces * room */
    size_t room;
    /* of the look in progress */
    const wrmf_i_interactions *rows;
    const char *end;
    bool last;
};

wrmf_status wrmf_i_lookahead_new(const wrmf_reader *reader, wrmf_i_lookahead **out, wrmf_error *err)
{
    wrmf_context *const context = reader->context;
    *out = NULL;
    if (context->workers < 2 || reader->duplicates == WRMF_DUPLICATES_REFUSE)
        return WRMF_OK;
    wrmf_i_lookahead *const ahead = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *ahead);
    if (!ahead)
        return wrmf_i_fail_nomem(err);
    ahead->pieces = (int64_t)context->workers * PIECES_A_WORKER;
    if (ahead->pieces > MAX_PIECES)
        ahead->pieces = MAX_PIECES;
    ahead->notes =
        wrmf_i_alloc(&context->allocator, (size_t)ahead->pieces * NOTES, sizeof *ahead->notes);
    if (!ahead->notes) {
        wrmf_i_lookahead_free(context, ahead);
        return wrmf_i_fail_nomem(err);
    }
    ahead->reach = FIRST_BYTES * ahead->pieces;
    for (int64_t i = 0; i < ahead->pieces; i++)
        ahead->at[i].notes = ahead->notes + i * NOTES;
    *out = ahead;
    return WRMF_OK;
}

void wrmf_i_lookahead_free(const wrmf_context *context, wrmf_i_lookahead *ahead)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    if (!ahead)
        return;
    wrmf_i_free(allocator, ahead->notes, (size_t)ahead->pieces * NOTES, sizeof *ahead->notes);
    wrmf_i_free(allocator, ahead->fields, (size_t)ahead->pieces * ahead->room,
                sizeof *ahead->fields);
    wrmf_i_free(allocator, ahead, 1, sizeof *ahead);
}

size_t wrmf_i_lookahead_bytes(const wrmf_i_lookahead *ahead)
{
    return (size_t)ahead->pieces * PIECE_BYTES;
}

/* ---- workers ---- */

/* The ids of the row before: rows come in groups. */
typedef struct recent {
    const char *text;
    size_t length;
    int64_t index;
} recent;

/* The index of an id that is there already, or -1. */
static int64_t look_up(const wrmf_ids *ids, const wrmf_i_field *field, recent *before)
{
    if (before->text && before->length == field->length &&
        memcmp(before->text, field->text, field->length) == 0)
        return before->index;
    *before =
        (recent){field->text, field->length, wrmf_i_ids_find_text(ids, field->text, field->length)};
    return before->index;
}

/* Whether a record that was cut is a row with good fields. */
static bool take_note(const wrmf_i_interactions *rows, const wrmf_i_record *record,
                      recent before[2], wrmf_i_note *note)
{
    if (record->n_fields != rows->expected)
        return false;
    note->count = 1;
    const int64_t count = rows->at[WRMF_COLUMN_COUNT];
    if (count >= 0 && wrmf_i_interactions_count(&record->fields[count], &note->count))
        return false;
    for (int side = 0; side < 2; side++) {
        const wrmf_i_field *const field = &record->fields[rows->at[side]];
        if (field->doubled)
            return false;
        note->text[side] = field->text;
        note->length[side] = (int32_t)field->length;
        note->index[side] = (int32_t)look_up(rows->ids[side], field, &before[side]);
    }
    note->begin = record->begin;
    note->next = record->next;
    note->breaks = (int32_t)record->breaks;
    return true;
}

static void look_at_piece(void *self, size_t chunk, size_t worker)
{
    wrmf_i_lookahead *const ahead = self;
    const wrmf_i_interactions *const rows = ahead->rows;
    piece *const own = &ahead->at[chunk];
    wrmf_i_record record = {.fields = ahead->fields + chunk * ahead->room, .room = ahead->room};
    recent before[2] = {{0}};
    int64_t n = 0;
    (void)worker;
    for (const char *at = own->begin; at < own->end && n < NOTES; at = record.next) {
        const wrmf_i_cut cut =
            wrmf_i_record_cut(&record, at, ahead->end, ahead->last, rows->delimiter);
        if (cut == WRMF_I_CUT_MORE)
            break;
        if (cut == WRMF_I_CUT_OK && take_note(rows, &record, before, &own->notes[n]))
            n++;
    }
    own->n = n;
}

/* ---- the window ---- */

static wrmf_status make_fields(wrmf_i_lookahead *ahead, const wrmf_i_interactions *rows,
                               wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &rows->context->allocator;
    if (ahead->fields)
        return WRMF_OK;
    size_t fields;
    if (!wrmf_i_mul_size((size_t)ahead->pieces, rows->record.room, &fields))
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "the lines have too many fields");
    ahead->fields = wrmf_i_alloc(allocator, fields, sizeof *ahead->fields);
    if (!ahead->fields)
        return wrmf_i_fail_nomem(err);
    ahead->room = rows->record.room;
    return WRMF_OK;
}

/* Pieces of some bytes and on to the next line break; returns where the last ends. */
static const char *cut_pieces(wrmf_i_lookahead *ahead, const char *begin, const char *end)
{
    const int64_t bytes = ahead->reach / ahead->pieces;
    for (ahead->used = 0; begin < end && ahead->used < ahead->pieces; ahead->used++) {
        const char *stop = end;
        if (end - begin > bytes) {
            const char *const lf = memchr(begin + bytes, '\n', (size_t)(end - begin - bytes));
            stop = lf ? lf + 1 : end;
        }
        ahead->at[ahead->used].begin = begin;
        ahead->at[ahead->used].end = stop;
        begin = stop;
    }
    return begin;
}

wrmf_status wrmf_i_lookahead_look(wrmf_i_lookahead *ahead, const wrmf_i_interactions *rows,
                                  const char *begin, const char *end, bool last,
                                  const char **looked, wrmf_error *err)
{
    WRMF_I_TRY(make_fields(ahead, rows, err));
    *looked = cut_pieces(ahead, begin, end);
    ahead->piece = ahead->note = 0;
    ahead->rows = rows;
    ahead->end = end;
    ahead->last = last;
    if (ahead->reach < (int64_t)wrmf_i_lookahead_bytes(ahead))
        ahead->reach *= 2;
    return wrmf_i_parallel(rows->context, (size_t)ahead->used, look_at_piece, ahead, err);
}

const wrmf_i_note *wrmf_i_lookahead_note(wrmf_i_lookahead *ahead, const char *begin)
{
    while (ahead->piece < ahead->used) {
        const piece *const at = &ahead->at[ahead->piece];
        for (; ahead->note < at->n; ahead->note++)
            if (at->notes[ahead->note].begin >= begin)
                return at->notes[ahead->note].begin == begin ? &at->notes[ahead->note] : NULL;
        ahead->piece++;
        ahead->note = 0;
    }
    return NULL;
}
