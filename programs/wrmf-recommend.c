/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf-recommend: the items that a model ranks first for a user. */
#include <stdlib.h>

#include "failure.h"
#include "session.h"

static const char *user_id, *train_path;
static int64_t wanted = 10;

static const struct option options[] = {
    {"user", "ID", "the user; its index where the model has no ids", OPTION_TEXT, &user_id, 0, 0},
    {"n", "N", "how many items (default 10)", OPTION_INT, &wanted, 1, 2147483647},
    {"train", "FILE", "TRAIN.mtx: leave out what the user has there", OPTION_TEXT, &train_path, 0,
     0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static const struct program program = {
    "wrmf-recommend",
    "MODEL --user ID [--n 10] [--train TRAIN.mtx]",
    "Prints a line an item, best first: rank, score, id and name, a tab between them.\n"
    "Nothing here depends on --seed.",
    {options},
    "list what a model recommends to a user",
    "wrmf-recommend model.safetensors --user gimp --n 3 --train prepared/train.mtx",
};

int main(int argc, char **argv)
{
    wrmf_error err;
    const char *path = NULL;
    int64_t count = 0;

    options_parse(&program, argc, argv, 1, &path);
    if (!user_id)
        die_usage("--user is needed");

    wrmf_context *context = context_open();
    wrmf_model *model = model_load(context, path);
    wrmf_matrix *seen = train_path ? matrix_load(context, train_path) : NULL;
    const int64_t user = model_find(model, WRMF_USERS, user_id);
    const int64_t most = wrmf_model_items(model) > 0 ? wrmf_model_items(model) : 1;
    if (wanted > most)
        wanted = most;
    int64_t *items = allocate((size_t)wanted, sizeof *items);
    double *scores = allocate((size_t)wanted, sizeof *scores);
    check(wrmf_recommend(model, user, seen, wanted, items, scores, &count, &err), &err);
    model_print_list(model, WRMF_USERS, user, WRMF_ITEMS, items, scores, count);
    lists_end();

    free(items);
    free(scores);
    wrmf_matrix_free(seen);
    wrmf_model_free(model);
    wrmf_context_free(context);
    return finish();
}
