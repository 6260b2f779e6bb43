/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/candidates_text.h"

#include <string.h>

#include "base/number.h"
#include "data/triplets.h"
#include "io/lines.h"
#include "io/signature.h"

/* Pairs that were read so far. */
typedef struct pairs {
    int32_t *user, *item;
    int64_t n, room;
} pairs;

typedef struct reading {
    const wrmf_i_allocator *allocator;
    wrmf_i_lines lines;
    int64_t shape[2]; /* users, items */
    int64_t *line_of; /* of each user: the line that gave it, from 1; 0: none so far */
    pairs positives;  /* one a line */
    pairs candidates; /* all items of all lines */
} reading;

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

/* The field of a line that begins at *at, an index of the side; *at moves behind it and its tab, or
 * beyond `length` at the end. */
static wrmf_status take_index(const reading *r, const char *text, size_t length, size_t *at,
                              wrmf_side side, int64_t *out, wrmf_error *err)
{
    static const char *const names[] = {"user", "item"};
    const wrmf_i_location location = wrmf_i_lines_location(&r->lines, *at + 1);
    const char *const field = text + *at;
    const char *const tab = memchr(field, '\t', length - *at);
    const size_t n = tab ? (size_t)(tab - field) : length - *at;
    char shown[WRMF_I_EXCERPT];
    int64_t index;
    if (!wrmf_i_number_parse_int(field, n, &index))
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "%s is \"%s\", no index", names[side],
                              wrmf_i_excerpt(field, n, shown));
    if (index < 0 || index >= r->shape[side])
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location, "%s is %lld, not in 0 .. %lld",
                              names[side], (long long)index, (long long)r->shape[side] - 1);
    *at += n + 1;
    *out = index;
    return WRMF_OK;
}

static wrmf_status add_line(reading *r, const char *text, size_t length, wrmf_error *err)
{
    size_t at = 0;
    int64_t user = -1, positive = -1;
    const wrmf_i_location start = wrmf_i_lines_location(&r->lines, 1);
    WRMF_I_TRY(take_index(r, text, length, &at, WRMF_USERS, &user, err));
    if (r->line_of[user] > 0)
        return wrmf_i_fail_at(err, WRMF_E_FORMAT, &start, "user %lld is in line %lld already",
                              (long long)user, (long long)r->line_of[user]);
    r->line_of[user] = r->lines.line;
    int64_t fields = 0;
    for (; at <= length; fields++) {
        const wrmf_i_location location = wrmf_i_lines_location(&r->lines, at + 1);
        int64_t item = -1;
        WRMF_I_TRY(take_index(r, text, length, &at, WRMF_ITEMS, &item, err));
        if (fields == 0) {
            positive = item;
            WRMF_I_TRY(pairs_add(r->allocator, &r->positives, user, item, err));
        } else if (item == positive) {
            return wrmf_i_fail_at(err, WRMF_E_FORMAT, &location,
                                  "item %lld is the positive of this line, and a negative too",
                                  (long long)item);
        }
        WRMF_I_TRY(pairs_add(r->allocator, &r->candidates, user, item, err));
    }
    if (fields >= 2)
        return WRMF_OK;
    return wrmf_i_fail_at(err, WRMF_E_FORMAT, &start,
                          "the line has no %s: it is to have a user, the positive item and the "
                          "negative ones, with tabs between them",
                          fields ? "negative item" : "item");
}

static wrmf_status add_lines(reading *r, wrmf_error *err)
{
    wrmf_i_location blank = {.line = 0};
    for (;;) {
        char *text;
        size_t length;
        WRMF_I_TRY(wrmf_i_lines_next(&r->lines, &text, &length, err));
        if (!text)
            return WRMF_OK;
        const char *const what =
            r->lines.line == 1
                ? wrmf_i_signature_of_bytes(text, wrmf_i_lines_at_hand(&r->lines, text))
                : NULL;
        if (what)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "%s: these are no candidates, but %s",
                               wrmf_i_lines_location(&r->lines, 1).name, what);
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
    const wrmf_i_triplets triplets = {.users = r->shape[0],
                                      .items = r->shape[1],
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

wrmf_status wrmf_i_candidates_read(wrmf_context *context, wrmf_input *input, const int64_t shape[2],
                                   int64_t *repeated, wrmf_matrix *out[2], wrmf_error *err)
{
    reading r = {.allocator = &context->allocator, .shape = {shape[0], shape[1]}};
    WRMF_I_TRY(wrmf_i_lines_init(&r.lines, context, input, err));
    r.line_of = wrmf_i_alloc_zero(r.allocator, (size_t)shape[0], sizeof *r.line_of);
    wrmf_status status =
        r.line_of ? WRMF_OK : wrmf_i_fail_memory(err, "the users of a file of candidates");
    if (status == WRMF_OK)
        status = read_all(context, &r, repeated, out, err);
    wrmf_i_free(r.allocator, r.line_of, (size_t)shape[0], sizeof *r.line_of);
    pairs_free(r.allocator, &r.positives);
    pairs_free(r.allocator, &r.candidates);
    wrmf_i_lines_free(&r.lines);
    return status;
}
