/* SPDX-License-Identifier: BSD-2-Clause */
/* This holds out whole users, or takes those that were held out. */
#include "whole_users.h"

#include <math.h>
#include <stdlib.h>

#include "failure.h"
#include "input_options.h"
#include "text.h"

static wrmf_error err;

/* ---- held out here ---- */

/* Gives how many users are meant: below 1, the option is a share of them. */
static int64_t wanted_users(int64_t users)
{
    const double given = input_options.holdout_users;
    if (given < 1) /* 0.29 of 100 are 29, though 0.29 is less than that in binary */
        return (int64_t)floor(given * (double)users * (1 + 0x1p-50));
    if (given > (double)users)
        die("--holdout-users %g: there are %s", given, counted(users, "user", "users"));
    return (int64_t)given;
}

static wrmf_ids *ids_of(const wrmf_ids *ids, const int64_t *indices, int64_t n)
{
    wrmf_ids *selected = NULL;
    check(wrmf_ids_select(ids, indices, n, &selected, &err), &err);
    return selected;
}

/* Sets users and given_users: `held`, ascending, are those of the latter. */
static void part_users(struct interactions *data, const int64_t *held, int64_t n)
{
    wrmf_ids *others = NULL;
    data->given_users = ids_of(data->users, held, n);
    check(wrmf_ids_without(data->users, held, n, &others, &err), &err);
    wrmf_ids_free(data->users);
    data->users = others;
}

static void renumber_items(wrmf_matrix **matrix, const int64_t *numbers, int64_t n)
{
    wrmf_matrix *renumbered = NULL;
    check(wrmf_matrix_renumber(*matrix, NULL, wrmf_matrix_users(*matrix), numbers, n, &renumbered,
                               &err),
          &err);
    wrmf_matrix_free(*matrix);
    *matrix = renumbered;
}

/* Drops the items that `train` has no entry of. */
static void drop_unseen_items(struct interactions *data)
{
    const int64_t items = wrmf_matrix_items(data->train);
    int64_t *degrees = allocate((size_t)items, sizeof *degrees);
    int64_t *numbers = allocate((size_t)items, sizeof *numbers), n = 0;
    int64_t *seen = allocate((size_t)items, sizeof *seen);
    check(wrmf_matrix_degrees(data->train, WRMF_ITEMS, degrees, &err), &err);
    for (int64_t i = 0; i < items; i++) {
        numbers[i] = degrees[i] > 0 ? n : -1;
        if (degrees[i] > 0)
            seen[n++] = i;
    }
    const int64_t before = wrmf_matrix_entries(data->given) + wrmf_matrix_entries(data->test);
    data->unseen_items = items - n;
    renumber_items(&data->train, numbers, n);
    renumber_items(&data->given, numbers, n);
    renumber_items(&data->test, numbers, n);
    data->unseen = before - wrmf_matrix_entries(data->given) - wrmf_matrix_entries(data->test);
    wrmf_ids *const kept = ids_of(data->items, seen, n);
    wrmf_ids_free(data->items);
    data->items = kept;
    free(degrees);
    free(numbers);
    free(seen);
}

/* Ends the program if nothing is left to fit a model to, or to measure it by. */
static void check_parts(const struct interactions *data)
{
    const double n = input_options.holdout_users;
    if (wrmf_matrix_entries(data->train) == 0)
        die("%s: --holdout-users %g holds out all users: none is left for a model", data->path, n);
    if (wrmf_matrix_entries(data->test) == 0)
        die("%s: of the users of --holdout-users %g, the test has only items that no other user "
            "has: nothing is left to measure; hold out fewer or others (--seed)",
            data->path, n);
}

void whole_users_split(struct interactions *data)
{
    const struct input_options *o = &input_options;
    const int64_t n = wanted_users(data->after.users);
    int64_t *held = allocate((size_t)n, sizeof *held);
    if (n == 0)
        die("%s: of %s, --holdout-users %g holds out none", data->path,
            counted(data->after.users, "user", "users"), o->holdout_users);
    const wrmf_status status =
        wrmf_matrix_split_users(data->matrix, n, o->share, (uint64_t)common.seed, &data->train,
                                &data->given, &data->test, held, &err);
    if (status == WRMF_E_TOO_FEW)
        die("%s; lower --holdout-users, or change --share", err.text);
    check(status, &err);
    part_users(data, held, n);
    drop_unseen_items(data);
    check_parts(data);
    matrix_sign(data->train, data->users, data->items);
    matrix_sign(data->given, data->given_users, data->items);
    matrix_sign(data->test, data->given_users, data->items);
    interactions_test_users(data);
    free(held);
}

/* ---- held out already ---- */

/* Warns of users that a model will have seen: what is measured is not what it makes of others. */
static void warn_of_seen(const struct interactions *data, const char *path)
{
    const int64_t n = wrmf_ids_size(data->given_users);
    int64_t *numbers = allocate((size_t)n, sizeof *numbers), seen = 0;
    check(wrmf_ids_match(data->users, data->given_users, numbers, &seen, &err), &err);
    free(numbers);
    if (seen > 0)
        warn("%s: %s of its %s %s in %s as well: a model has seen them", path,
             seen == n ? "all" : with_commas(seen), counted(n, "user", "users"),
             seen == 1 ? "is" : "are", data->path);
}

void whole_users_take(struct interactions *data, struct interactions *given,
                      struct interactions *test, enum unknown unknown)
{
    data->given_users = ids_copy(given->users);
    interactions_map(given, data->given_users, data->items, unknown);
    interactions_map(test, data->given_users, data->items, unknown);
    data->given = given->matrix;
    data->test = test->matrix;
    given->matrix = test->matrix = NULL;
    interactions_test_users(data);
    warn_of_seen(data, given->path);
}

/* ---- what is told ---- */

void whole_users_print(const struct interactions *data, FILE *file)
{
    fprintf(file, "\n%s held out whole: %s given, %s of %s for the test\n",
            counted(wrmf_ids_size(data->given_users), "user is", "users are"),
            counted(wrmf_matrix_entries(data->given), "interaction is", "interactions are"),
            counted(wrmf_matrix_entries(data->test), "interaction", "interactions"),
            counted(data->n_heldout, "user", "users"));
    if (data->unseen_items > 0)
        fprintf(file, "%s dropped that no other user has, and %s with them\n",
                counted(data->unseen_items, "item is", "items are"),
                counted(data->unseen, "interaction", "interactions"));
}

void whole_users_put_json(const struct interactions *data, FILE *file)
{
    if (data->train) {
        fputs("  \"share\": ", file);
        put_json_number(file, input_options.share);
        fprintf(file,
                ",\n  \"seed\": %lld,\n  \"unseen_items\": %lld,\n"
                "  \"unseen_interactions\": %lld,\n",
                (long long)common.seed, (long long)data->unseen_items, (long long)data->unseen);
    }
    fprintf(file,
            "  \"whole_users\": %lld,\n  \"heldout_users\": %lld,\n"
            "  \"train_users\": %lld,\n  \"train_interactions\": %lld,\n"
            "  \"given_interactions\": %lld,\n  \"test_interactions\": %lld,\n",
            (long long)wrmf_ids_size(data->given_users), (long long)data->n_heldout,
            (long long)wrmf_ids_size(data->users),
            (long long)wrmf_matrix_entries(data->train ? data->train : data->matrix),
            (long long)wrmf_matrix_entries(data->given),
            (long long)wrmf_matrix_entries(data->test));
}
