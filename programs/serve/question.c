/* SPDX-License-Identifier: BSD-2-Clause */
/* This reads what a request asks. */
#include "question.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL_N = 10, MOST_ID = 4096 /* bytes of an id in a request */ };

static const struct {
    const char *name;
    unsigned member;
} names[] = {
    {"user", ASKS_USER},       {"items", ASKS_ITEMS},     {"item", ASKS_ITEM}, {"n", ASKS_N},
    {"exclude", ASKS_EXCLUDE}, {"explain", ASKS_EXPLAIN}, {"q", ASKS_TEXT},
};

enum { N_NAMES = sizeof names / sizeof names[0] };

/* What a question is read with. */
struct reading {
    struct question *question;
    const struct question_limits *limits;
    const struct edition *edition;
    struct desk *desk;
    struct complaint *complaint;
};

int complain_of(struct complaint *complaint, int status, const char *format, ...)
{
    va_list arguments;
    if (complaint->status != 0)
        return -1;
    complaint->status = status;
    va_start(arguments, format);
    vsnprintf(complaint->text, sizeof complaint->text, format, arguments);
    va_end(arguments);
    return -1;
}

/* ---- ids ---- */

/* Gives the row of an id, by its text as answers show it, with escapes, or as it is; -1: none. */
static int64_t row_of(const wrmf_ids *ids, int64_t rows, const char *text)
{
    char bytes[MOST_ID];
    const size_t length = strlen(text);
    size_t n = 0;
    if (!ids) {
        char *end = NULL;
        errno = 0;
        const long long row = strtoll(text, &end, 10);
        return *text && !*end && errno == 0 && row >= 0 && row < rows ? row : -1;
    }
    if (length > sizeof bytes)
        return -1;
    if (strchr(text, '\\') && wrmf_ids_unescape(text, length, bytes, &n, NULL) == WRMF_OK) {
        const int64_t row = wrmf_ids_find(ids, bytes, n);
        if (row >= 0)
            return row;
    }
    return wrmf_ids_find(ids, text, length);
}

/* Gives the text of an id in JSON, which may be in the buffer; NULL: it is none. */
static const char *text_of(const json_t *value, char buffer[32])
{
    if (json_is_string(value))
        return json_string_value(value);
    if (!json_is_integer(value))
        return NULL;
    snprintf(buffer, 32, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return buffer;
}

/* Finds a user or an item that has to be there. */
static int read_row(struct reading *r, const char *member, wrmf_side side, const json_t *value,
                    int64_t *row)
{
    char buffer[32];
    const wrmf_model *model = r->edition->model;
    const char *text = text_of(value, buffer);
    if (!text)
        return complain_of(r->complaint, 400, "%s is neither a text nor a whole number", member);
    *row = row_of(wrmf_model_ids(model, side),
                  side == WRMF_USERS ? wrmf_model_users(model) : wrmf_model_items(model), text);
    if (*row < 0)
        return complain_of(r->complaint, 404, "the model has no %s '%.200s'", member, text);
    return 0;
}

/* Remembers an item that the model lacks. */
static int pass_over(struct reading *r, const char *text)
{
    if (!r->question->unknown)
        r->question->unknown = json_array();
    if (json_array_append_new(r->question->unknown, json_string(text)) != 0)
        return complain_of(r->complaint, 503, "out of memory");
    return 0;
}

/* Reads an entry of a list of items. `count` is NULL where entries are ids alone. */
static int read_entry(struct reading *r, const char *member, const json_t *entry, int64_t *row,
                      double *count)
{
    char buffer[32];
    const json_t *id = entry, *number = NULL;
    if (count && json_is_object(entry)) {
        id = json_object_get(entry, "id");
        number = json_object_get(entry, "count");
        if (json_object_size(entry) != (size_t)(1 + (number != NULL)))
            id = NULL;
    }
    const char *text = id ? text_of(id, buffer) : NULL;
    if (!text)
        return complain_of(r->complaint, 400,
                           "an entry of %s is neither an id nor an object of id and count", member);
    if (number && !json_is_number(number))
        return complain_of(r->complaint, 400, "a count in %s is no number", member);
    if (count)
        *count = number ? json_number_value(number) : 1;
    if (number && !(*count > 0 && *count <= 1e15))
        return complain_of(r->complaint, 400, "a count in %s is not above 0, or above 1e15",
                           member);
    *row = row_of(wrmf_model_ids(r->edition->model, WRMF_ITEMS),
                  wrmf_model_items(r->edition->model), text);
    return *row < 0 ? pass_over(r, text) : 0;
}

/* Reads a list of items; those that the model lacks are passed over. */
static int read_items(struct reading *r, const char *member, const json_t *list, int64_t *rows,
                      double *counts, int64_t *n)
{
    const size_t length = json_array_size(list);
    if (!json_is_array(list))
        return complain_of(r->complaint, 400, "%s is no array", member);
    if (length > (size_t)r->limits->history)
        return complain_of(r->complaint, 400, "%s has more than %lld entries", member,
                           (long long)r->limits->history);
    for (size_t i = 0; i < length; i++) {
        double *count = counts ? &counts[*n] : NULL;
        if (read_entry(r, member, json_array_get(list, i), &rows[*n], count) != 0)
            return -1;
        *n += rows[*n] >= 0;
    }
    return 0;
}

/* ---- other members ---- */

/* Gives a whole number, or -1; a GET has it as text. */
static int64_t whole_number(const json_t *value)
{
    const char *text = json_string_value(value);
    if (json_is_integer(value))
        return json_integer_value(value);
    if (!text || !*text || strspn(text, "0123456789") != strlen(text) || strlen(text) > 9)
        return -1;
    return strtoll(text, NULL, 10);
}

/* Gives whether something is to be, or -1; a GET has it as text. */
static int yes_or_no(const json_t *value)
{
    const char *text = json_string_value(value);
    if (json_is_boolean(value))
        return json_is_true(value);
    if (text && (strcmp(text, "true") == 0 || strcmp(text, "1") == 0))
        return 1;
    return text && (strcmp(text, "false") == 0 || strcmp(text, "0") == 0) ? 0 : -1;
}

static int read_member(struct reading *r, unsigned member, const json_t *value)
{
    struct question *q = r->question;
    switch (member) {
    case ASKS_USER: return read_row(r, "user", WRMF_USERS, value, &q->user);
    case ASKS_ITEM: return read_row(r, "item", WRMF_ITEMS, value, &q->item);
    case ASKS_ITEMS:
        return read_items(r, "items", value, r->desk->items, r->desk->counts, &q->n_items);
    case ASKS_EXCLUDE:
        return read_items(r, "exclude", value, r->desk->excluded, NULL, &q->n_excluded);
    case ASKS_N:
        q->n = whole_number(value);
        if (q->n < 1 || q->n > r->limits->n)
            return complain_of(r->complaint, 400, "n is no whole number of 1 .. %lld",
                               (long long)r->limits->n);
        return 0;
    case ASKS_EXPLAIN:
        q->explains = yes_or_no(value);
        if (q->explains < 0)
            return complain_of(r->complaint, 400, "explain is neither true nor false");
        return 0;
    default:
        q->text = json_string_value(value);
        if (!q->text)
            return complain_of(r->complaint, 400, "q is no text");
        return 0;
    }
}

int question_read(struct question *question, const json_t *object, unsigned members,
                  const struct question_limits *limits, const struct edition *edition,
                  struct desk *desk, struct complaint *complaint)
{
    struct reading r = {question, limits, edition, desk, complaint};
    const char *key;
    json_t *value;
    memset(question, 0, sizeof *question);
    question->user = question->item = -1;
    question->n = USUAL_N < limits->n ? USUAL_N : limits->n;
    json_object_foreach((json_t *)object, key, value)
    {
        int i = 0;
        while (i < N_NAMES && (strcmp(names[i].name, key) != 0 || !(names[i].member & members)))
            i++;
        if (i == N_NAMES)
            return complain_of(complaint, 400, "there is no member or argument '%.100s' here", key);
        question->has |= names[i].member;
        if (read_member(&r, names[i].member, value) != 0)
            return -1;
    }
    return 0;
}

void question_close(struct question *question)
{
    json_decref(question->unknown);
    question->unknown = NULL;
}
