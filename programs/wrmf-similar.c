/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf-similar: the items most similar to one. */
#include <stdlib.h>

#include "failure.h"
#include "session.h"
#include "streams.h"

static struct text_list items;
static int64_t wanted = 10;
static int omit_self, by_dot;

static const struct option options[] = {
    {"item", "ID",
     "the item, as lists print it or as it is; its index where the\nmodel has no ids. Again for "
     "another: each list has a heading",
     OPTION_LIST, &items, 0, 0},
    {"n", "N", "how many lines (default 10)", OPTION_INT, &wanted, 1, 2147483647},
    {"omit-self", NULL, "leave the item itself out", OPTION_FLAG, &omit_self, 0, 0},
    {"dot", NULL, "compare by dot product instead of cosine", OPTION_FLAG, &by_dot, 0, 0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static const struct program program = {
    "wrmf-similar",
    "MODEL --item ID [--item ID ...] [--n 10] [--omit-self] [--dot]",
    "Prints a line an item, the item itself first: rank, cosine of the factors, id and\n"
    "name, a tab between them. The status is 1 if there is nothing to compare with, as\n"
    "for an item without interactions. MODEL may be -, standard input. Nothing here\n"
    "depends on --seed.",
    {options},
    "list the items that are most similar to one",
    "wrmf-similar model.safetensors --item libvorbisfile3 --n 4",
};

static wrmf_query *query_open(wrmf_context *context, const wrmf_model *model)
{
    wrmf_error err;
    wrmf_query *query = NULL;
    const wrmf_similarity similarity = by_dot ? WRMF_SIMILARITY_DOT : WRMF_SIMILARITY_COSINE;
    check(wrmf_query_create(context, model, WRMF_ITEMS, WRMF_ITEMS, &query, &err), &err);
    check(wrmf_query_set_similarity(query, similarity, &err), &err);
    check(wrmf_query_set_self(query, omit_self ? WRMF_SELF_OMIT : WRMF_SELF_FIRST, &err), &err);
    check(wrmf_query_set_length(query, wanted, &err), &err);
    return query;
}

/* Prints the list of an item; gives 0, after a warning, if there is none. */
static int print_item(wrmf_query *query, const wrmf_model *model, int64_t item, const char *id)
{
    wrmf_error err;
    int64_t count = 0;
    int64_t *found = allocate((size_t)wanted, sizeof *found);
    double *scores = allocate((size_t)wanted, sizeof *scores);
    const int is_zero = model_row_is_zero(model, WRMF_ITEMS, item);
    if (!is_zero)
        check(wrmf_query_run(query, item, found, scores, &count, &err), &err);
    if (items.count > 1)
        list_heading(model, WRMF_ITEMS, item);
    model_print_list(model, WRMF_ITEMS, item, WRMF_ITEMS, found, scores, count);
    if (is_zero && model_is_zero(model))
        warn("the model is zero everywhere: nothing can be compared");
    else if (is_zero)
        warn("item '%s' had no interactions when the model was fitted: nothing can be compared",
             id);
    else if (count == 0)
        warn("item '%s' is the only one", id);
    free(found);
    free(scores);
    return count > 0;
}

int main(int argc, char **argv)
{
    const char *path = NULL;
    int64_t indices[sizeof items.text / sizeof items.text[0]];
    int all_listed = 1;

    options_parse(&program, argc, argv, 1, &path);
    if (items.count == 0)
        die_usage("--item is needed");
    input_claim(path);

    wrmf_context *context = context_open();
    wrmf_model *model = model_load(context, path);
    for (int i = 0; i < items.count; i++)
        indices[i] = model_find(model, WRMF_ITEMS, items.text[i]);
    if (wanted > wrmf_model_items(model))
        wanted = wrmf_model_items(model);
    wrmf_query *query = query_open(context, model);
    for (int i = 0; i < items.count; i++)
        all_listed &= print_item(query, model, indices[i], items.text[i]);
    lists_end();

    wrmf_query_free(query);
    wrmf_model_free(model);
    wrmf_context_free(context);
    const int status = finish();
    return all_listed ? status : 1;
}
