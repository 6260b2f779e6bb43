/* SPDX-License-Identifier: BSD-2-Clause */
/* This finds users or items of a model that a command line or a file names. */
#include "row_lists.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "session.h"
#include "text.h"

/* Gives how many ids a text may have. */
static int64_t most_ids(const char *text)
{
    int64_t n = 1;
    for (; *text; text++)
        n += *text == ',';
    return n;
}

/* Adds the ids of one text. */
static void add_text(const wrmf_model *model, wrmf_side side, const char *text,
                     struct row_list *list)
{
    const wrmf_ids *ids = wrmf_model_ids(model, side);
    const char *what = side == WRMF_USERS ? "user" : "item";
    if (ids && id_find(ids, what, text) >= 0) {
        list->rows[list->n++] = id_find(ids, what, text);
        return;
    }
    for (const char *from = text; *from;) {
        const size_t length = strcspn(from, ",");
        char *id = allocate(length + 1, 1);
        memcpy(id, from, length);
        if (length > 0)
            list->rows[list->n++] = model_find(model, side, id);
        free(id);
        from += length + (from[length] == ',');
    }
}

/* Keeps the first of each row. */
static void drop_repeated(const wrmf_model *model, wrmf_side side, struct row_list *list)
{
    const int64_t rows = side == WRMF_USERS ? wrmf_model_users(model) : wrmf_model_items(model);
    char *there = allocate((size_t)rows, 1);
    int64_t kept = 0;
    for (int64_t i = 0; i < list->n; i++) {
        if (!there[list->rows[i]])
            list->rows[kept++] = list->rows[i];
        there[list->rows[i]] = 1;
    }
    list->n = kept;
    free(there);
}

struct row_list row_list_parse(const wrmf_model *model, wrmf_side side,
                               const struct text_list *texts)
{
    int64_t most = 0;
    for (int i = 0; i < texts->count; i++)
        most += most_ids(texts->text[i]);
    struct row_list list = {allocate((size_t)most, sizeof *list.rows), 0};
    for (int i = 0; i < texts->count; i++)
        add_text(model, side, texts->text[i], &list);
    drop_repeated(model, side, &list);
    return list;
}

/* Gives the row of an id of a file, or -1. */
static int64_t row_of(const wrmf_model *model, wrmf_side side, const wrmf_ids *from, int64_t i)
{
    const wrmf_ids *ids = wrmf_model_ids(model, side);
    const int64_t rows = side == WRMF_USERS ? wrmf_model_users(model) : wrmf_model_items(model);
    size_t length = 0;
    const char *text = wrmf_ids_string(from, i, &length);
    if (ids && wrmf_ids_get_kind(ids) == WRMF_IDS_STRING)
        return wrmf_ids_find(ids, text, length);
    char *end = NULL;
    errno = 0;
    const long long number = strtoll(text, &end, 10);
    if (errno || end == text || *end)
        return -1;
    if (ids)
        return wrmf_ids_find_integer(ids, number);
    return number < rows ? number : -1;
}

struct row_list row_list_read(wrmf_context *context, const wrmf_model *model, wrmf_side side,
                              const char *path)
{
    wrmf_ids *from = ids_load(context, path);
    const int64_t n = wrmf_ids_size(from);
    struct row_list list = {allocate((size_t)n, sizeof *list.rows), 0};
    for (int64_t i = 0; i < n; i++) {
        const int64_t row = row_of(model, side, from, i);
        if (row >= 0)
            list.rows[list.n++] = row;
    }
    wrmf_ids_free(from);
    const char *one = side == WRMF_USERS ? "user" : "item",
               *many = side == WRMF_USERS ? "users" : "items";
    if (list.n == 0)
        die("%s: the model has none of its %s", path, many);
    if (list.n < n)
        warn("%s: the model lacks %s", path, counted(n - list.n, one, many));
    return list;
}
