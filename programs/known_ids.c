/* SPDX-License-Identifier: BSD-2-Clause */
/* This numbers interactions by ids that are known already. */
#include "known_ids.h"

#include <stdlib.h>

#include "failure.h"
#include "files.h"
#include "text.h"

static wrmf_error err;

wrmf_matrix *matrix_renumber(wrmf_context *context, const wrmf_matrix *matrix, const int64_t *rows,
                             const int64_t *columns, int64_t users, int64_t items)
{
    const int64_t *offsets = NULL;
    const int32_t *indices = NULL;
    const double *counts = NULL;
    const int64_t entries = wrmf_matrix_entries(matrix);
    int64_t *user = allocate((size_t)entries, sizeof *user);
    int64_t *item = allocate((size_t)entries, sizeof *item);
    double *count = allocate((size_t)entries, sizeof *count);
    wrmf_matrix *out = NULL;
    int64_t n = 0;
    wrmf_matrix_csr(matrix, &offsets, &indices, &counts);
    for (int64_t row = 0; row < wrmf_matrix_users(matrix); row++) {
        for (int64_t i = offsets[row]; i < offsets[row + 1]; i++) {
            if (rows[row] < 0 || columns[indices[i]] < 0)
                continue;
            user[n] = rows[row];
            item[n] = columns[indices[i]];
            count[n++] = counts ? counts[i] : 1;
        }
    }
    check(wrmf_matrix_from_triplets(context, users, items, n, user, item, count,
                                    WRMF_DUPLICATES_REFUSE, NULL, &out, &err),
          &err);
    free(user);
    free(item);
    free(count);
    return out;
}

void matrix_sign(wrmf_matrix *matrix, const wrmf_ids *users, const wrmf_ids *items)
{
    check(wrmf_matrix_set_ids_hash(matrix, WRMF_USERS, wrmf_ids_hash(users), &err), &err);
    check(wrmf_matrix_set_ids_hash(matrix, WRMF_ITEMS, wrmf_ids_hash(items), &err), &err);
}

/* Gives the known index of each id, or -1; *unknown becomes how many have none, and *first which of
 * them is first. */
static int64_t *find_all(const wrmf_ids *ids, const wrmf_ids *known, int64_t *unknown,
                         int64_t *first)
{
    const int64_t n = wrmf_ids_size(ids);
    int64_t *found = allocate((size_t)n, sizeof *found);
    *unknown = 0;
    *first = -1;
    for (int64_t i = 0; i < n; i++) {
        size_t length = 0;
        const char *text = wrmf_ids_string(ids, i, &length);
        found[i] = wrmf_ids_find(known, text, length);
        if (found[i] < 0 && (*unknown)++ == 0)
            *first = i;
    }
    return found;
}

static void refuse(const struct interactions *data, int64_t first_user, int64_t first_item)
{
    const int is_user = first_user >= 0;
    struct document id;
    document_open(&id);
    put_plain(id.file, is_user ? wrmf_ids_string(data->users, first_user, NULL)
                               : wrmf_ids_string(data->items, first_item, NULL));
    fclose(id.file);
    die("%s: %s and %s are not among the known ids, in %s of %s; the first is the %s '%s'. "
        "--unknown drop leaves them out",
        data->path, counted(data->unknown_users, "user", "users"),
        counted(data->unknown_items, "item", "items"), with_commas(data->unknown),
        counted(data->before.interactions, "interaction", "interactions"),
        is_user ? "user" : "item", id.text);
}

wrmf_ids *ids_copy(const wrmf_ids *ids)
{
    wrmf_ids *copy = NULL;
    check(wrmf_ids_without(ids, NULL, 0, &copy, &err), &err);
    return copy;
}

static void replace_ids(wrmf_ids **ids, const wrmf_ids *known)
{
    wrmf_ids *copy = ids_copy(known);
    wrmf_ids_free(*ids);
    *ids = copy;
}

/* Puts those of `more` that are new behind ids; gives how many they are. */
static int64_t extend_ids(wrmf_ids **ids, const wrmf_ids *more, const char *path)
{
    wrmf_ids *merged = NULL;
    const int64_t before = wrmf_ids_size(*ids);
    if (wrmf_ids_merge(*ids, more, NULL, &merged, &err) != WRMF_OK)
        die("%s: %s", path, err.text);
    wrmf_ids_free(*ids);
    *ids = merged;
    return wrmf_ids_size(merged) - before;
}

void interactions_extend(struct interactions *data, const struct interactions *more,
                         wrmf_ids **users)
{
    wrmf_matrix *wide = NULL;
    data->added_users += extend_ids(users, more->users, more->path);
    data->added_items += extend_ids(&data->items, more->items, more->path);
    check(wrmf_matrix_renumber(data->matrix, NULL, wrmf_ids_size(data->users), NULL,
                               wrmf_ids_size(data->items), &wide, &err),
          &err);
    wrmf_matrix_free(data->matrix);
    data->matrix = wide;
    matrix_sign(wide, data->users, data->items);
}

void interactions_map(struct interactions *data, const wrmf_ids *users, const wrmf_ids *items,
                      enum unknown unknown)
{
    int64_t first_user, first_item;
    int64_t *rows = find_all(data->users, users, &data->unknown_users, &first_user);
    int64_t *columns = find_all(data->items, items, &data->unknown_items, &first_item);
    wrmf_matrix *mapped = matrix_renumber(data->context, data->matrix, rows, columns,
                                          wrmf_ids_size(users), wrmf_ids_size(items));
    data->mapped = 1;
    data->unknown = data->before.interactions - wrmf_matrix_entries(mapped);
    if (unknown == UNKNOWN_REFUSE && data->unknown > 0)
        refuse(data, first_user, first_item);
    if (wrmf_matrix_entries(mapped) == 0)
        die("%s: none of its %s has a known user and a known item: not known are %s of its %s and "
            "%s of its %s",
            data->path, counted(data->before.interactions, "interaction", "interactions"),
            with_commas(data->unknown_users), counted(data->before.users, "user", "users"),
            with_commas(data->unknown_items), counted(data->before.items, "item", "items"));
    matrix_sign(mapped, users, items);
    wrmf_matrix_free(data->matrix);
    data->matrix = mapped;
    replace_ids(&data->users, users);
    replace_ids(&data->items, items);
    free(rows);
    free(columns);
}
