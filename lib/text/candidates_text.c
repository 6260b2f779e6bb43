/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/candidates_text.h"

#include <string.h>

#include "base/number.h"
#include "data/ids.h"
#include "data/triplets.h"
#include "io/lines.h"
#include "text/line_id.h"

/* Pairs that were read so far. */
typedef struct pairs {
    int32_t *user, *item;
    int64_t n, room;
} pairs;

typedef struct reading {
    const wrmf_i_allocator *allocator;
    wrmf_i_lines lines;
    wrmf_ids *ids[2]; /* of users and items, which the text defines; NULL: it has indices */
    int64_t shape[2]; /* users, items; with ids, not in use */
    int64_t *line_of; /* of each user: the line that gave it, from 1; 0: none so far. NULL with ids:
                         the n-th line gives positive n then */
    pairs positives;  /* one a line */
    pairs candidates; /* all items of all lines */
} reading;

/* A piece of a line: `column` is that of its first byte, from 1. */
typedef struct piece {
    const char *text;
    size_t length, column;
} piece;

static void pairs_free(const wrmf_i_allocator *allocator, pairs *p)
{
    wrmf_i_free(allocator, p->user, (size_t)p->room, sizeof *p->user);
    wrmf_i_free(allocator, p->item, (size_t)p->room, sizeof *p->item);
}

static wrmf_status pairs_grow(const wrmf_i_allocator *allocator, pairs *p, wrmf_error *err)
{
    const size_t room = (size_t)p->room, more = room ? 2 * room : 1024;
    int32_t *const user = wrmf_i_alloc(allocator, more, sizeof *user);
    int32_t *const item = wrmf_i_alloc(allocator, more, sizeof *item);
    if (!user || !item) {
        wrmf_i_free(allocator, user, more, sizeof *user);
        wrmf_i_free(allocator, item, more, sizeof *item);
        return wrmf_i_fail_memory(err, "candidates");
    }
    if (p->n > 0) {
        memcpy(user, p->user, (size_t)p->n * sizeof *user);
        memcpy(item, p->item, (size_t)p->n * sizeof *item);
    }
    pairs_free(allocator, p);
    p->user = user;
    p->item = item;
    p->room = (int64_t)more;
    return WRMF_OK;
}

static wrmf_status pairs_add(const wrmf_i_allocator *allocator, pairs *p, int64_t user,
                             int64_t item, wrmf_error *err)
{
    if (p->n == p->room)
        WRMF_I_TRY(pairs_grow(allocator, p, err));
    p->user[p->n] = (int32_t)user;
    p->item[p->n++] = (int32_t)item;
    return WRMF_OK;
}

/* ---- a line ---- */

/* Take the piece of `rest` in front of the next `delimiter`, or all of it; false if there is none,
 * which `rest` says by a NULL. */
static bool take_piece(piece *rest, char delimiter, piece *out)
{
    if (!rest->text)
        return false;
    const char *const end = rest->length > 0 ? memchr(rest->text, delimiter, rest->length) : NULL;
    *out = (piece){rest->text, end ? (size_t)(end - rest->text) : rest->length, rest->column};
    rest->text = end ? end + 1 : NULL;
    rest->length -= out->length + (end ? 1 : 0);
    rest->column += out->length + 1;
    return true;
}

static const char *const sides[] = {"user", "item"};

/* The index that a piece stands for. */
static wrmf_status number_of(const reading *r, const piece *p, wrmf_side side, int64_t *out,
                             wrmf_error *err)
{
    const wrmf_i_location location = wrmf_i_lines_location(&r->lines, p->column);
    char shown[WRMF_I_EXCERPT];
    int64_t index;
    if (r->ids[side])
        return wrmf_i_line_id_add(&r->lines, p->text, p->length, p->column, side, r->ids[side], out,
                                  err);
    if (!wrmf_i_number_parse_int(p->text, p->length, &index))
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "%s is \"%s\", no index", sides[side],
                              wrmf_i_excerpt(p->text, p->length, shown));
    if (index < 0 || index >= r->shape[side])
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "%s is %lld, not in 0 .. %lld",
                              sides[side], (long long)index, (long long)r->shape[side] - 1);
    *out = index;
    return WRMF_OK;
}

/* The line, from 1, that has given a user; 0: none. */
static int64_t line_of(const reading *r, int64_t user, int64_t users_before)
{
    if (r->line_of)
        return r->line_of[user];
    for (int64_t i = 0; user < users_before && i < r->positives.n; i++)
        if (r->positives.user[i] == user)
            return i + 1;
    return 0;
}

static wrmf_status take_user(reading *r, const piece *p, int64_t *user, wrmf_error *err)
{
    const wrmf_i_location location = wrmf_i_lines_location(&r->lines, p->column);
    const int64_t before = r->ids[WRMF_USERS] ? wrmf_i_ids_size(r->ids[WRMF_USERS]) : 0;
    char shown[WRMF_I_EXCERPT];
    WRMF_I_TRY(number_of(r, p, WRMF_USERS, user, err));
    const int64_t line = line_of(r, *user, before);
    if (line > 0)
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "user %s is in line %lld already",
                              wrmf_i_excerpt(p->text, p->length, shown), (long long)line);
    if (r->line_of)
        r->line_of[*user] = r->lines.line;
    return WRMF_OK;
}

/* Part a first field of the form `(user,positive)`, which some published files have: the user goes
 * to *user, the positive to *positive. Blanks may stand behind the comma. */
static wrmf_status part_pair(const reading *r, const piece *field, piece *user, piece *positive,
                             wrmf_error *err)
{
    piece rest = {field->text + 1, field->length - 2, field->column + 1};
    if (!take_piece(&rest, ',', user) || !take_piece(&rest, ',', positive) || rest.text) {
        const wrmf_i_location location = wrmf_i_lines_location(&r->lines, field->column);
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                              "a first field in parentheses is to be (user,positive), with one "
                              "comma");
    }
    while (positive->length > 0 && positive->text[0] == ' ') {
        positive->text++;
        positive->length--;
        positive->column++;
    }
    return WRMF_OK;
}

static wrmf_status add_negatives(reading *r, piece *rest, int64_t user, int64_t positive,
                                 wrmf_error *err)
{
    piece p;
    while (take_piece(rest, '\t', &p)) {
        int64_t item = -1;
        char shown[WRMF_I_EXCERPT];
        WRMF_I_TRY(number_of(r, &p, WRMF_ITEMS, &item, err));
        if (item == positive) {
            const wrmf_i_location location = wrmf_i_lines_location(&r->lines, p.column);
            return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                                  "item %s is the positive of this line, and a negative too",
                                  wrmf_i_excerpt(p.text, p.length, shown));
        }
        WRMF_I_TRY(pairs_add(r->allocator, &r->candidates, user, item, err));
    }
    return WRMF_OK;
}

static wrmf_status add_line(reading *r, const char *text, size_t length, wrmf_error *err)
{
    piece rest = {text, length, 1}, first = {0}, positive = {0};
    int64_t user = -1, item = -1;
    take_piece(&rest, '\t', &first);
    const bool is_pair =
        first.length >= 2 && first.text[0] == '(' && first.text[first.length - 1] == ')';
    piece name = first;
    if (is_pair)
        WRMF_I_TRY(part_pair(r, &first, &name, &positive, err));
    WRMF_I_TRY(take_user(r, &name, &user, err));
    const bool has_positive = is_pair || take_piece(&rest, '\t', &positive);
    if (!has_positive || !rest.text) {
        const wrmf_i_location start = wrmf_i_lines_location(&r->lines, 1);
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &start,
                              "the line has no %s: it is to have a user, the positive item and the "
                              "negative ones, with tabs between them",
                              has_positive ? "negative item" : "item");
    }
    WRMF_I_TRY(number_of(r, &positive, WRMF_ITEMS, &item, err));
    WRMF_I_TRY(pairs_add(r->allocator, &r->positives, user, item, err));
    WRMF_I_TRY(pairs_add(r->allocator, &r->candidates, user, item, err));
    return add_negatives(r, &rest, user, item, err);
}

/* ---- all of it ---- */

static wrmf_status add_lines(reading *r, wrmf_error *err)
{
    wrmf_i_location blank = {.line = 0};
    for (;;) {
        char *text;
        size_t length;
        WRMF_I_TRY(wrmf_i_lines_next(&r->lines, &text, &length, err));
        if (!text)
            return WRMF_OK;
        WRMF_I_TRY(wrmf_i_lines_check_text(&r->lines, text, "these are no candidates", err));
        if (length == 0) {
            blank = blank.line > 0 ? blank : wrmf_i_lines_location(&r->lines, 1);
            continue;
        }
        if (blank.line > 0)
            return wrmf_i_fail_at(err, WRMF_E_FORMAT, &blank, "an empty line");
        WRMF_I_TRY(add_line(r, text, length, err));
    }
}

static wrmf_status make_matrix(wrmf_context *context, const reading *r, const pairs *p,
                               int64_t *merged, wrmf_matrix **out, wrmf_error *err)
{
    const wrmf_i_triplets triplets = {.users = r->ids[0] ? wrmf_i_ids_size(r->ids[0]) : r->shape[0],
                                      .items = r->ids[1] ? wrmf_i_ids_size(r->ids[1]) : r->shape[1],
                                      .n = p->n,
                                      .user = p->user,
                                      .item = p->item,
                                      .workers = context};
    return wrmf_i_matrix_from_triplets(context, &triplets, WRMF_DUPLICATES_DROP, merged, out, err);
}

static wrmf_status read_all(wrmf_context *context, reading *r, int64_t *repeated,
                            wrmf_matrix *out[2], wrmf_error *err)
{
    wrmf_matrix *positives = NULL, *candidates = NULL;
    int64_t merged = 0;
    WRMF_I_TRY(add_lines(r, err));
    WRMF_I_TRY(make_matrix(context, r, &r->positives, NULL, &positives, err));
    const wrmf_status status = make_matrix(context, r, &r->candidates, &merged, &candidates, err);
    if (status != WRMF_OK) {
        wrmf_i_matrix_release(positives);
        return status;
    }
    if (repeated)
        *repeated = merged;
    out[0] = positives;
    out[1] = candidates;
    return WRMF_OK;
}

static wrmf_status read_and_free(wrmf_context *context, reading *r, wrmf_input *input,
                                 int64_t *repeated, wrmf_matrix *out[2], wrmf_error *err)
{
    WRMF_I_TRY(wrmf_i_lines_init(&r->lines, context, input, err));
    const wrmf_status status = read_all(context, r, repeated, out, err);
    pairs_free(r->allocator, &r->positives);
    pairs_free(r->allocator, &r->candidates);
    wrmf_i_lines_free(&r->lines);
    return status;
}

wrmf_status wrmf_i_candidates_read(wrmf_context *context, wrmf_input *input, const int64_t shape[2],
                                   int64_t *repeated, wrmf_matrix *out[2], wrmf_error *err)
{
    reading r = {.allocator = &context->allocator, .shape = {shape[0], shape[1]}};
    r.line_of = wrmf_i_alloc_zero(r.allocator, (size_t)shape[0], sizeof *r.line_of);
    if (!r.line_of)
        return wrmf_i_fail_memory(err, "the users of a file of candidates");
    const wrmf_status status = read_and_free(context, &r, input, repeated, out, err);
    wrmf_i_free(r.allocator, r.line_of, (size_t)shape[0], sizeof *r.line_of);
    return status;
}

wrmf_status wrmf_i_candidates_read_ids(wrmf_context *context, wrmf_input *input, int64_t *repeated,
                                       wrmf_matrix *out[2], wrmf_ids *ids[2], wrmf_error *err)
{
    reading r = {.allocator = &context->allocator};
    wrmf_status status = wrmf_i_ids_new(context, WRMF_IDS_STRING, &r.ids[0], err);
    if (status == WRMF_OK)
        status = wrmf_i_ids_new(context, WRMF_IDS_STRING, &r.ids[1], err);
    if (status == WRMF_OK)
        status = read_and_free(context, &r, input, repeated, out, err);
    for (int side = 0; side < 2; side++) {
        if (status == WRMF_OK)
            ids[side] = r.ids[side];
        else
            wrmf_i_ids_free(r.ids[side]);
    }
    return status;
}
