/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf-similar: the items most similar to one. */
#include <stdlib.h>

#include "failure.h"
#include "session.h"

static const char *item_id;
static int64_t wanted = 10;
static int omit_self, by_dot;

static const struct option options[] = {
    {"item", "ID", "the item; its index where the model has no ids", OPTION_TEXT, &item_id, 0, 0},
    {"n", "N", "how many lines (default 10)", OPTION_INT, &wanted, 1, 2147483647},
    {"omit-self", NULL, "leave the item itself out", OPTION_FLAG, &omit_self, 0, 0},
    {"dot", NULL, "compare by dot product instead of cosine", OPTION_FLAG, &by_dot, 0, 0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static const struct program program = {
    "wrmf-similar",
    "MODEL --item ID [--n 10]",
    "Prints a line an item, the item itself first: rank, cosine of the factors, id and\n"
    "name, a tab between them. Nothing here depends on --seed.",
    {options},
    "list the items that are most similar to one",
    "wrmf-similar model.safetensors --item libvorbisfile3 --n 4",
};

int main(int argc, char **argv)
{
    wrmf_error err;
    const char *path = NULL;
    int64_t count = 0;

    options_parse(&program, argc, argv, 1, &path);
    if (!item_id)
        die_usage("--item is needed");

    wrmf_context *context = context_open();
    wrmf_model *model = model_load(context, path);
    const int64_t item = model_find(model, WRMF_ITEMS, item_id);
    if (wanted > wrmf_model_items(model))
        wanted = wrmf_model_items(model);
    int64_t *items = allocate((size_t)wanted, sizeof *items);
    double *scores = allocate((size_t)wanted, sizeof *scores);
    wrmf_query *query = NULL;
    check(wrmf_query_create(context, model, WRMF_ITEMS, WRMF_ITEMS, &query, &err), &err);
    check(wrmf_query_set_similarity(query, by_dot ? WRMF_SIMILARITY_DOT : WRMF_SIMILARITY_COSINE,
                                    &err),
          &err);
    check(wrmf_query_set_self(query, omit_self ? WRMF_SELF_OMIT : WRMF_SELF_FIRST, &err), &err);
    check(wrmf_query_set_length(query, wanted, &err), &err);
    check(wrmf_query_run(query, item, items, scores, &count, &err), &err);
    model_print_list(model, WRMF_ITEMS, item, WRMF_ITEMS, items, scores, count);
    lists_end();

    wrmf_query_free(query);
    free(items);
    free(scores);
    wrmf_model_free(model);
    wrmf_context_free(context);
    return finish();
}
