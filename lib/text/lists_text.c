/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/lists_text.h"

#include <stdbool.h>

#include "io/lines.h"
#include "text/line_id.h"
#include "text/pairs.h"

typedef struct reading {
    wrmf_i_lines lines;
    wrmf_i_pairs pairs;
    wrmf_i_lists_read *out;
} reading;

/* ---- a line ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Let *begin and *end be those of the next piece of a line without blanks, from *end on; false if
 * there is none. */
static bool next_piece(const char *text, size_t length, size_t *begin, size_t *end)
{
    size_t at = *end;
    while (at < length && is_blank(text[at]))
        at++;
    *begin = at;
    while (at < length && !is_blank(text[at]))
        at++;
    *end = at;
    return at > *begin;
}

static wrmf_status add_pair(reading *r, int64_t user, int64_t item, wrmf_error *err)
{
    if (r->pairs.n == r->pairs.room)
        WRMF_I_TRY(wrmf_i_pairs_grow(&r->pairs, wrmf_i_ids_size(r->out->ids[WRMF_USERS]),
                                     wrmf_i_ids_size(r->out->ids[WRMF_ITEMS]), err));
    return wrmf_i_pairs_add(&r->pairs, user, item, 1.0, r->lines.line, err);
}

/* A user without an item gets no number: there is nothing of hers to be numbered. */
static wrmf_status add_line(reading *r, const char *text, size_t length, wrmf_error *err)
{
    size_t name_begin, name_end = 0, begin, end;
    int64_t user, item;
    if (!next_piece(text, length, &name_begin, &name_end))
        return WRMF_OK;
    end = name_end;
    if (!next_piece(text, length, &begin, &end)) {
        r->out->bare++;
        return WRMF_OK;
    }
    WRMF_I_TRY(wrmf_i_line_id_add(&r->lines, text + name_begin, name_end - name_begin,
                                  name_begin + 1, WRMF_USERS, r->out->ids[WRMF_USERS], &user, err));
    do {
        WRMF_I_TRY(wrmf_i_line_id_add(&r->lines, text + begin, end - begin, begin + 1, WRMF_ITEMS,
                                      r->out->ids[WRMF_ITEMS], &item, err));
        WRMF_I_TRY(add_pair(r, user, item, err));
    } while (next_piece(text, length, &begin, &end));
    return WRMF_OK;
}

/* ---- all of it ---- */

static wrmf_status add_lines(reading *r, wrmf_error *err)
{
    for (;;) {
        char *text;
        size_t length;
        WRMF_I_TRY(wrmf_i_lines_next(&r->lines, &text, &length, err));
        if (!text)
            return WRMF_OK;
        WRMF_I_TRY(wrmf_i_lines_check_text(&r->lines, text, "these are no lists of items", err));
        WRMF_I_TRY(add_line(r, text, length, err));
    }
}

static wrmf_status read_all(reading *r, wrmf_error *err)
{
    wrmf_i_bad_sum bad; /* there is none: nothing is added up */
    double *times = NULL;
    WRMF_I_TRY(add_lines(r, err));
    WRMF_I_TRY(wrmf_i_pairs_matrix(&r->pairs, wrmf_i_ids_size(r->out->ids[WRMF_USERS]),
                                   wrmf_i_ids_size(r->out->ids[WRMF_ITEMS]), &r->out->matrix,
                                   &times, &bad, err));
    r->out->repeated = r->pairs.merged;
    return WRMF_OK;
}

wrmf_status wrmf_i_lists_read_text(wrmf_context *context, wrmf_input *input, wrmf_i_lists_read *out,
                                   wrmf_error *err)
{
    reading r = {.out = out};
    *out = (wrmf_i_lists_read){.matrix = NULL};
    wrmf_i_pairs_init(&r.pairs, context, WRMF_DUPLICATES_DROP, false);
    WRMF_I_TRY(wrmf_i_lines_init(&r.lines, context, input, err));
    wrmf_status status = wrmf_i_ids_new(context, WRMF_IDS_STRING, &out->ids[WRMF_USERS], err);
    if (status == WRMF_OK)
        status = wrmf_i_ids_new(context, WRMF_IDS_STRING, &out->ids[WRMF_ITEMS], err);
    if (status == WRMF_OK)
        status = read_all(&r, err);
    wrmf_i_pairs_free(&r.pairs);
    wrmf_i_lines_free(&r.lines);
    if (status != WRMF_OK)
        for (int side = 0; side < 2; side++)
            wrmf_i_ids_free(out->ids[side]);
    return status;
}
