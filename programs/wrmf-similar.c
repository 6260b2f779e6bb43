/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf-similar: the items, or users, most similar to one. */
#include <stdlib.h>

#include "failure.h"
#include "find.h"
#include "session.h"
#include "streams.h"
#include "text.h"

enum { FOUND = 10 }; /* items of --find, at most */

static struct text_list items, users;
static const char *find_text;
static int64_t wanted = 10;
static int omit_self, by_dot;

static const struct option options[] = {
    {"item", "ID",
     "the item, as lists print it or as it is; its index where the\nmodel has no ids. Again for "
     "another: each list has a heading",
     OPTION_LIST, &items, 0, 0},
    {"user", "ID", "instead of an item: the user, of whom similar users are listed", OPTION_LIST,
     &users, 0, 0},
    {"find", "TEXT",
     "instead: print the ten items whose names or ids match best, id\nand name; upper and lower "
     "case are alike",
     OPTION_TEXT, &find_text, 0, 0},
    {"n", "N", "how many lines (default 10)", OPTION_INT, &wanted, 1, 2147483647},
    {"omit-self", NULL, "leave the item itself out", OPTION_FLAG, &omit_self, 0, 0},
    {"dot", NULL, "compare by dot product instead of cosine", OPTION_FLAG, &by_dot, 0, 0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static const struct program program = {
    "wrmf-similar",
    "MODEL --item ID [--item ID ...] [--n 10] [--omit-self] [--dot]\n"
    "       MODEL --user ID [--user ID ...] [--n 10] [--omit-self] [--dot]\n"
    "       MODEL --find TEXT",
    "Prints a line an item, the item itself first: rank, cosine of the factors, id and\n"
    "name, a tab between them. The status is 1 if there is nothing to compare with, as\n"
    "for an item without interactions, or if --find finds nothing. MODEL may be -,\n"
    "standard input. Nothing here depends on --seed.",
    {options},
    "list the items that are most similar to one",
    "wrmf-similar model.safetensors --item libvorbisfile3 --n 4",
};

static wrmf_query *query_open(wrmf_context *context, const wrmf_model *model, wrmf_side side)
{
    wrmf_error err;
    wrmf_query *query = NULL;
    const wrmf_similarity similarity = by_dot ? WRMF_SIMILARITY_DOT : WRMF_SIMILARITY_COSINE;
    check(wrmf_query_create(context, model, side, side, &query, &err), &err);
    check(wrmf_query_set_similarity(query, similarity, &err), &err);
    check(wrmf_query_set_self(query, omit_self ? WRMF_SELF_OMIT : WRMF_SELF_FIRST, &err), &err);
    check(wrmf_query_set_length(query, wanted, &err), &err);
    return query;
}

/* Prints the list of an item or user; gives 0, after a warning, if there is none. */
static int print_row(wrmf_query *query, const wrmf_model *model, wrmf_side side, int64_t row,
                     const char *id)
{
    wrmf_error err;
    int64_t count = 0;
    int64_t *found = allocate((size_t)wanted, sizeof *found);
    double *scores = allocate((size_t)wanted, sizeof *scores);
    const char *what = side == WRMF_ITEMS ? "item" : "user";
    const int is_zero = model_row_is_zero(model, side, row);
    if (!is_zero)
        check(wrmf_query_run(query, row, found, scores, &count, &err), &err);
    if (items.count + users.count > 1)
        list_heading(model, side, row);
    const struct ranked_list list = {model, side, row, side, found, scores, count, NULL, NULL};
    list_print(&list);
    if (is_zero && model_is_zero(model))
        warn("the model is zero everywhere: nothing can be compared");
    else if (is_zero)
        warn("%s '%s' had no interactions when the model was fitted: nothing can be compared", what,
             id);
    else if (count == 0)
        warn("%s '%s' is the only one", what, id);
    free(found);
    free(scores);
    return count > 0;
}

static int print_lists(wrmf_context *context, const wrmf_model *model)
{
    const wrmf_side side = users.count ? WRMF_USERS : WRMF_ITEMS;
    const struct text_list *asked = users.count ? &users : &items;
    const int64_t rows = users.count ? wrmf_model_users(model) : wrmf_model_items(model);
    int64_t indices[sizeof items.text / sizeof items.text[0]];
    int all_listed = 1;
    for (int i = 0; i < asked->count; i++)
        indices[i] = model_find(model, side, asked->text[i]);
    if (wanted > rows)
        wanted = rows;
    wrmf_query *query = query_open(context, model, side);
    for (int i = 0; i < asked->count; i++)
        all_listed &= print_row(query, model, side, indices[i], asked->text[i]);
    lists_end();
    wrmf_query_free(query);
    return all_listed;
}

/* Prints the items whose names match best; gives 0, after a warning, if there is none. */
static int print_found(const wrmf_model *model)
{
    int64_t found[FOUND];
    const wrmf_ids *ids = wrmf_model_ids(model, WRMF_ITEMS);
    if (!ids)
        die("the model has no ids: nothing can be found by name");
    const int64_t n = find_names(ids, find_text, found, FOUND);
    if (common.json)
        fputs("{\n  \"found\": [", stdout);
    for (int64_t i = 0; i < n; i++) {
        if (!common.json) {
            row_print(stdout, ids, found[i]);
            continue;
        }
        fputs(i ? ",\n    {" : "\n    {", stdout);
        put_json_row(stdout, ids, found[i]);
        putchar('}');
    }
    if (common.json)
        fputs("]\n}\n", stdout);
    if (n == 0)
        warn("no item's name has '%s'", find_text);
    return n > 0;
}

int main(int argc, char **argv)
{
    const char *path = NULL;
    options_parse(&program, argc, argv, 1, &path);
    if (items.count == 0 && users.count == 0 && !find_text)
        die_usage("--item, --user or --find is needed");
    if ((items.count > 0) + (users.count > 0) + (find_text != NULL) > 1)
        die_usage("--item, --user and --find exclude one another");
    input_claim(path);
    wrmf_context *context = context_open();
    wrmf_model *model = model_load(context, path);
    const int is_fine = find_text ? print_found(model) : print_lists(context, model);
    wrmf_model_free(model);
    wrmf_context_free(context);
    const int status = finish();
    return is_fine ? status : 1;
}
