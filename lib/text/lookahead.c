/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/lookahead.h"

#include <string.h>

#include "base/checked.h"
#include "text/recent.h"

enum {
    PIECE_BYTES = 128 << 10, /* of a piece in the longest look */
    FIRST_BYTES = 4 << 10,   /* of a piece in the first; each look is twice as long as the last */
    PIECES_A_WORKER = 2,
    MAX_PIECES = 64,
    NOTES = PIECE_BYTES / 16, /* of a piece; where rows are shorter, so are pieces */
};

/* A part of the bytes that one look covers. */
typedef struct piece {
    const char *begin, *end; /* the records that begin in begin .. end - 1 are looked at */
    int64_t n;               /* notes that were made */
    wrmf_i_note *notes;      /* NOTES of them, ascending by record */
    wrmf_i_breaks known;     /* as it was behind the last record */
} piece;

struct wrmf_i_lookahead {
    wrmf_context *context; /* borrowed */
    int64_t capacity;      /* pieces that there is memory for */
    int64_t used;          /* pieces of the last look */
    int64_t reach;         /* bytes of the next look */
    int64_t piece, note;   /* the note from which the next search begins */
    piece pieces[MAX_PIECES];
    wrmf_i_note *notes;   /* capacity * NOTES */
    double *times;        /* of each note; NULL where the text has no times */
    wrmf_i_field *fields; /* capacity * room; NULL before the first look */
    size_t room;          /* fields of a record that are stored */
    /* of the look in progress */
    const wrmf_i_layout *layout;
    const char *end; /* of the bytes at hand */
    bool last;       /* the text is over at end */
};

static int64_t capacity_of(int workers)
{
    const int64_t pieces = (int64_t)workers * PIECES_A_WORKER;
    return pieces < MAX_PIECES ? pieces : MAX_PIECES;
}

size_t wrmf_i_lookahead_size(int workers, size_t n_fields)
{
    const size_t each = NOTES * sizeof(wrmf_i_note) + n_fields * sizeof(wrmf_i_field);
    return workers < 2 ? 0 : sizeof(wrmf_i_lookahead) + (size_t)capacity_of(workers) * each;
}

size_t wrmf_i_lookahead_window(int workers)
{
    return workers < 2 ? 0 : (size_t)capacity_of(workers) * PIECE_BYTES;
}

wrmf_status wrmf_i_lookahead_new(const wrmf_reader *reader, wrmf_i_lookahead **out, wrmf_error *err)
{
    wrmf_context *const context = reader->context;
    *out = NULL;
    if (context->workers < 2 || reader->duplicates == WRMF_DUPLICATES_REFUSE)
        return WRMF_OK;
    wrmf_i_lookahead *const ahead = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *ahead);
    if (!ahead)
        return wrmf_i_fail_memory(err, "reading text");
    ahead->context = context;
    ahead->capacity = capacity_of(context->workers);
    ahead->notes =
        wrmf_i_alloc(&context->allocator, (size_t)ahead->capacity * NOTES, sizeof *ahead->notes);
    if (!ahead->notes) {
        wrmf_i_lookahead_free(ahead);
        return wrmf_i_fail_memory(err, "reading text");
    }
    if (wrmf_i_reader_has_times(reader)) {
        ahead->times = wrmf_i_alloc(&context->allocator, (size_t)ahead->capacity * NOTES,
                                    sizeof *ahead->times);
        if (!ahead->times) {
            wrmf_i_lookahead_free(ahead);
            return wrmf_i_fail_memory(err, "reading text");
        }
    }
    ahead->reach = FIRST_BYTES * ahead->capacity;
    for (int64_t i = 0; i < ahead->capacity; i++)
        ahead->pieces[i].notes = ahead->notes + i * NOTES;
    *out = ahead;
    return WRMF_OK;
}

void wrmf_i_lookahead_free(wrmf_i_lookahead *ahead)
{
    if (!ahead)
        return;
    const wrmf_i_allocator *const allocator = &ahead->context->allocator;
    wrmf_i_free(allocator, ahead->notes, (size_t)ahead->capacity * NOTES, sizeof *ahead->notes);
    wrmf_i_free(allocator, ahead->times, (size_t)ahead->capacity * NOTES, sizeof *ahead->times);
    wrmf_i_free(allocator, ahead->fields, (size_t)ahead->capacity * ahead->room,
                sizeof *ahead->fields);
    wrmf_i_free(allocator, ahead, 1, sizeof *ahead);
}

size_t wrmf_i_lookahead_bytes(const wrmf_i_lookahead *ahead)
{
    return (size_t)ahead->capacity * PIECE_BYTES;
}

/* ---- workers ---- */

/* The index of an id that is there already, or -1. */
static inline int64_t look_up(const wrmf_ids *ids, const wrmf_i_field *field, wrmf_i_recent *before)
{
    if (!wrmf_i_recent_is(before, field->text, field->length))
        *before = (wrmf_i_recent){field->text, field->length,
                                  wrmf_i_ids_find_text(ids, field->text, field->length)};
    return before->index;
}

/* Note a record that was cut, unless it is a row with bad fields, or one that is more than a row to
 * who takes it. False if it is. */
static bool make_note(const wrmf_i_layout *layout, const wrmf_i_record *record,
                      wrmf_i_recent before[2], wrmf_i_note *note)
{
    if (record->n_fields != layout->n_fields || record->literal ||
        (size_t)(record->end - record->begin) > layout->line_limit)
        return false;
    if (wrmf_i_layout_is_header(layout, record))
        return false;
    if (wrmf_i_layout_count(layout, record->fields, &note->count))
        return false;
    for (int side = 0; side < 2; side++) {
        const wrmf_i_field *const field = &record->fields[layout->field[side]];
        if (field->doubled || field->backslash || field->length > layout->id_limit)
            return false;
        note->text[side] = field->text;
        note->length[side] = (int32_t)field->length;
        note->index[side] = (int32_t)look_up(layout->ids[side], field, &before[side]);
    }
    note->begin = record->begin;
    note->next = record->next;
    note->breaks = (int32_t)record->breaks;
    note->spans = (int32_t)record->n_spans;
    return true;
}

static void look_at_piece(void *self, size_t chunk, size_t worker)
{
    wrmf_i_lookahead *const ahead = self;
    const wrmf_i_layout *const layout = ahead->layout;
    piece *const own = &ahead->pieces[chunk];
    wrmf_i_record record = {.fields = ahead->fields + chunk * ahead->room, .room = ahead->room};
    wrmf_i_recent before[2] = {{0}};
    int64_t n = 0;
    (void)worker;
    for (const char *at = own->begin; at < own->end && n < NOTES; at = record.next) {
        const wrmf_i_cut cut =
            wrmf_i_record_cut(&record, at, ahead->end, ahead->last, &layout->dialect);
        if (cut == WRMF_I_CUT_MORE)
            break;
        if (cut != WRMF_I_CUT_OK)
            continue;
        double time;
        if (make_note(layout, &record, before, &own->notes[n]) &&
            wrmf_i_layout_time(layout, record.fields, &time)) {
            if (ahead->times)
                ahead->times[own->notes + n - ahead->notes] = time;
            n++;
        } else if (record.span && record.n_fields != layout->n_fields)
            wrmf_i_record_shorten(&record, ahead->end, ahead->last); /* as who takes it does */
    }
    own->n = n;
    own->known = record.known;
}

/* ---- the window ---- */

static wrmf_status make_fields(wrmf_i_lookahead *ahead, const wrmf_i_layout *layout,
                               wrmf_error *err)
{
    if (ahead->fields)
        return WRMF_OK;
    size_t fields;
    if (!wrmf_i_mul_size((size_t)ahead->capacity, layout->n_fields, &fields))
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "the lines have too many fields");
    ahead->fields = wrmf_i_alloc(&ahead->context->allocator, fields, sizeof *ahead->fields);
    if (!ahead->fields)
        return wrmf_i_fail_memory(err, "fields of a line");
    ahead->room = layout->n_fields;
    return WRMF_OK;
}

/* The bytes of a piece of the next look whose rows are as long as those of the last: there is a
 * note for each. */
static int64_t bytes_with_notes(const wrmf_i_lookahead *ahead)
{
    int64_t rows = 0, bytes = 0;
    for (int64_t i = 0; i < ahead->used; i++) {
        const piece *const seen = &ahead->pieces[i];
        rows += seen->n;
        bytes += seen->n > 0 ? seen->notes[seen->n - 1].next - seen->begin : 0;
    }
    return rows > 0 ? bytes / rows * (NOTES - NOTES / 16) : PIECE_BYTES;
}

/* The bytes of each piece of a look at so many. What is left of a window is shared out evenly. */
static int64_t piece_bytes(const wrmf_i_lookahead *ahead, int64_t left)
{
    const int64_t most = ahead->reach / ahead->capacity, noted = bytes_with_notes(ahead);
    const int64_t bytes = noted < most ? noted : most, even = left / ahead->capacity + 1;
    if (bytes <= even)
        return bytes;
    return even > FIRST_BYTES ? even : FIRST_BYTES;
}

/* Cut pieces, each as far as the next line break: an LF, or a CR where there is none. Returns where
 * the last ends. */
static const char *cut_pieces(wrmf_i_lookahead *ahead, const char *begin, const char *end)
{
    const int64_t bytes = piece_bytes(ahead, end - begin);
    for (ahead->used = 0; begin < end && ahead->used < ahead->capacity; ahead->used++) {
        const char *stop = end;
        if (end - begin > bytes) {
            const size_t rest = (size_t)(end - begin - bytes);
            const char *lf = memchr(begin + bytes, '\n', rest);
            if (!lf)
                lf = memchr(begin + bytes, '\r', rest);
            stop = lf ? lf + 1 : end;
        }
        ahead->pieces[ahead->used].begin = begin;
        ahead->pieces[ahead->used].end = stop;
        begin = stop;
    }
    return begin;
}

wrmf_status wrmf_i_lookahead_look(wrmf_i_lookahead *ahead, const wrmf_i_layout *layout,
                                  const char *begin, const char *end, bool last,
                                  const char **looked, wrmf_error *err)
{
    WRMF_I_TRY(make_fields(ahead, layout, err));
    *looked = cut_pieces(ahead, begin, end);
    ahead->piece = ahead->note = 0;
    ahead->layout = layout;
    ahead->end = end;
    ahead->last = last;
    if (ahead->reach < (int64_t)wrmf_i_lookahead_bytes(ahead))
        ahead->reach *= 2;
    return wrmf_i_parallel(ahead->context, (size_t)ahead->used, look_at_piece, ahead, err);
}

const wrmf_i_note *wrmf_i_lookahead_note(wrmf_i_lookahead *ahead, const char *begin)
{
    while (ahead->piece < ahead->used) {
        const piece *const now = &ahead->pieces[ahead->piece];
        while (ahead->note < now->n) {
            const wrmf_i_note *const note = &now->notes[ahead->note];
            if (note->begin > begin)
                return NULL;
            ahead->note++;
            if (note->begin == begin)
                return note;
        }
        ahead->piece++;
        ahead->note = 0;
    }
    return NULL;
}

double wrmf_i_lookahead_time(const wrmf_i_lookahead *ahead, const wrmf_i_note *note)
{
    return ahead->times ? ahead->times[note - ahead->notes] : 0;
}

void wrmf_i_lookahead_know(const wrmf_i_lookahead *ahead, const char *begin, wrmf_i_breaks *known)
{
    const wrmf_i_breaks *const seen =
        ahead->piece < ahead->used ? &ahead->pieces[ahead->piece].known : known;
    if (begin >= seen->low && begin < seen->at)
        *known = *seen;
}
