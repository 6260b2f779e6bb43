/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf-recommend: the items that a model ranks first for a user. */
#include <stdlib.h>

#include "failure.h"
#include "identity.h"
#include "matrix_options.h"
#include "session.h"
#include "streams.h"

static const char *train_path;
static struct text_list users;
static int64_t wanted = 10;

static const struct option options[] = {
    {"user", "ID",
     "the user, as lists print it or as it is; its index where the\nmodel has no ids. Again for "
     "another: each list has a heading",
     OPTION_LIST, &users, 0, 0},
    {"n", "N", "how many items (default 10)", OPTION_INT, &wanted, 1, 2147483647},
    {"train", "FILE",
     "TRAIN.mtx: leave out what the user has there; its users\nand items must be those of the "
     "model",
     OPTION_TEXT, &train_path, 0, 0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static const struct program program = {
    "wrmf-recommend",
    "MODEL --user ID [--user ID ...] [--n 10] [--train TRAIN.mtx]",
    "Prints a line an item, best first: rank, score, id and name, a tab between them.\n"
    "The status is 1 if there is nothing to rank for a user, such as one without\n"
    "interactions. MODEL or --train may be -, standard input. Nothing here depends on\n"
    "--seed.",
    {options, matrix_option_table},
    "list what a model recommends to a user",
    "wrmf-recommend model.safetensors --user gimp --n 3 --train prepared/train.mtx",
};

/* Says why there is nothing to list. */
static void warn_nothing(const wrmf_model *model, int64_t user, const char *id)
{
    if (model_is_zero(model))
        warn("the model is zero everywhere: nothing can be ranked");
    else if (model_row_is_zero(model, WRMF_USERS, user))
        warn("user '%s' had no interactions when the model was fitted: nothing can be ranked", id);
    else
        warn("user '%s' has every item in %s: nothing is left to rank", id, train_path);
}

/* Prints the list of a user; gives 0, after a warning, if there is none. */
static int print_user(const wrmf_model *model, const wrmf_matrix *seen, int64_t user,
                      const char *id)
{
    wrmf_error err;
    int64_t count = 0;
    const int64_t all = wrmf_model_items(model), n = wanted < all ? wanted : all;
    int64_t *items = allocate((size_t)n, sizeof *items);
    double *scores = allocate((size_t)n, sizeof *scores);
    if (n > 0 && !model_row_is_zero(model, WRMF_USERS, user) && !model_is_zero(model))
        check(wrmf_recommend(model, user, seen, n, items, scores, &count, &err), &err);
    if (users.count > 1)
        list_heading(model, WRMF_USERS, user);
    model_print_list(model, WRMF_USERS, user, WRMF_ITEMS, items, scores, count);
    if (count == 0)
        warn_nothing(model, user, id);
    free(items);
    free(scores);
    return count > 0;
}

int main(int argc, char **argv)
{
    const char *path = NULL;
    int64_t indices[sizeof users.text / sizeof users.text[0]];
    int all_listed = 1;

    options_parse(&program, argc, argv, 1, &path);
    if (users.count == 0)
        die_usage("--user is needed");
    input_claim(path);
    if (train_path)
        input_claim(train_path);

    wrmf_context *context = context_open();
    wrmf_model *model = model_load(context, path);
    wrmf_matrix *seen = train_path ? matrix_load(context, train_path) : NULL;
    const struct identity own = identity_of_model(model, path);
    const struct identity others = identity_of_matrix(seen, train_path);
    identity_match(&others, &own);
    for (int i = 0; i < users.count; i++)
        indices[i] = model_find(model, WRMF_USERS, users.text[i]);
    for (int i = 0; i < users.count; i++)
        all_listed &= print_user(model, seen, indices[i], users.text[i]);
    lists_end();

    wrmf_matrix_free(seen);
    wrmf_model_free(model);
    wrmf_context_free(context);
    const int status = finish();
    return all_listed ? status : 1;
}
