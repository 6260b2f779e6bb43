/* SPDX-License-Identifier: BSD-2-Clause */
/* This reads the files beside the interactions. */
#include "given_files.h"

#include <stdlib.h>

#include "files.h"
#include "narration.h"
#include "session.h"
#include "text.h"
#include "whole_users.h"

void given_ids(struct interactions *data, const char *directory, enum unknown unknown)
{
    char *users_path = path_join(directory, "users.txt");
    char *items_path = path_join(directory, "items.txt");
    wrmf_ids *users = ids_load(data->context, users_path);
    wrmf_ids *items = ids_load(data->context, items_path);
    interactions_map(data, users, items, unknown);
    interactions_print_unknown(data, narration());
    wrmf_ids_free(users);
    wrmf_ids_free(items);
    free(users_path);
    free(items_path);
}

static void read_file(const struct interactions *data, struct interactions *file, const char *path)
{
    fprintf(narration(), "\n");
    interactions_read(file, data->context, path);
    interactions_print_read(file, narration());
}

void given_test(struct interactions *data, struct interactions *test, const char *path,
                enum unknown unknown)
{
    FILE *out = narration();
    read_file(data, test, path);
    if (unknown == UNKNOWN_KEEP)
        interactions_extend(data, test, &data->users);
    interactions_map(test, data->users, data->items, unknown);
    if (unknown != UNKNOWN_KEEP)
        interactions_print_unknown(test, out);
    data->test = test->matrix;
    test->matrix = NULL;
    interactions_test_users(data);
    fprintf(out, "%s of %s for the test\n",
            counted(wrmf_matrix_entries(data->test), "interaction", "interactions"),
            counted(data->n_heldout, "user", "users"));
    const int64_t in_train = matrix_common(data->matrix, data->test);
    if (in_train > 0)
        fprintf(out, "%s of them in %s as well\n", with_commas(in_train), data->path);
}

void given_users(struct interactions *data, struct interactions *given, struct interactions *test,
                 const char *given_path, const char *test_path, enum unknown unknown)
{
    read_file(data, given, given_path);
    read_file(data, test, test_path);
    if (unknown == UNKNOWN_KEEP) {
        interactions_extend(data, given, &given->users);
        interactions_extend(data, test, &given->users);
    }
    whole_users_take(data, given, test, unknown);
    if (unknown != UNKNOWN_KEEP) {
        interactions_print_unknown(given, narration());
        interactions_print_unknown(test, narration());
    }
    whole_users_print(data, narration());
    const int64_t in_both = matrix_common(data->given, data->test);
    if (in_both > 0)
        fprintf(narration(), "%s of the test in %s as well\n", with_commas(in_both), given_path);
}
