/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf-prepare: from a text file of who touched what to matrices and ids that
 * wrmf-train and wrmf-evaluate read.
 */
#include <stdlib.h>
#include <unistd.h>

#include "failure.h"
#include "files.h"
#include "input_options.h"
#include "interactions.h"
#include "narration.h"
#include "session.h"

static const char *directory;

static const struct option options[] = {
    {"holdout", "N",
     "items to hold out of each user chosen (default 5); 0: no\n"
     "split, train.mtx is everything",
     OPTION_INT, &input_options.holdout, 0, 1000000000},
    {"out", "DIR", "folder for the results; made if it is not there", OPTION_TEXT, &directory, 0,
     0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static const struct program program = {
    "wrmf-prepare",
    INPUT_USAGE " --out DIR",
    "Reads interactions, drops users and items that have too few, holds some items of\n"
    "some users out for a test, and writes into DIR:\n\n"
    "  train.mtx, test.mtx   Matrix Market, users x items\n"
    "  users.txt, items.txt  ids, one a line in index order; items with a tab and a name\n"
    "  heldout-users.txt     indices of the users that have test items\n"
    "  summary.json          what was read, dropped and split\n\n" INPUT_ABOUT,
    {input_option_table, options},
    "turn a text file of interactions into matrices and ids",
    "wrmf-prepare plays.csv --user user --item song --out prepared",
};

static void put_summary(const struct interactions *data, FILE *file)
{
    fputs("{\n", file);
    interactions_put_json(data, file);
    fprintf(file, "  \"wrmf_version\": \"%s\"\n}\n", wrmf_version_string());
}

static void write_summary(const struct interactions *data)
{
    struct document document;
    char *path = path_join(directory, "summary.json");
    document_open(&document);
    put_summary(data, document.file);
    if (common.json)
        put_summary(data, stdout);
    document_save(&document, data->context, path);
    free(path);
}

/* The files of an earlier split would not belong to this train.mtx, so they are removed. */
static void remove_split(void)
{
    static const char *const names[] = {"test.mtx", "heldout-users.txt"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *path = path_join(directory, names[i]);
        unlink(path);
        free(path);
    }
}

int main(int argc, char **argv)
{
    const char *input = NULL;
    struct interactions data = {0};

    options_parse(&program, argc, argv, 1, &input);
    input_options_check();
    if (!directory)
        die_usage("--out is needed: the folder for the results");

    wrmf_context *context = context_open();
    interactions_read(&data, context, input);
    interactions_print_read(&data, narration());
    interactions_thin(&data);
    interactions_print_figures(&data, narration());
    if (input_options.holdout > 0) {
        interactions_split(&data);
        interactions_print_split(&data, narration());
    }

    directory_make(directory);
    interactions_write_ids(&data, directory);
    interactions_write_matrix(&data, data.train ? data.train : data.matrix, directory, "train.mtx");
    if (data.test) {
        interactions_write_matrix(&data, data.test, directory, "test.mtx");
        interactions_write_heldout(&data, directory);
    } else {
        remove_split();
    }
    write_summary(&data);

    interactions_free(&data);
    wrmf_context_free(context);
    return finish();
}
