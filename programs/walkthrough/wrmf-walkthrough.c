/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf-walkthrough: from a file of likes to similar items, in the steps and the order of
 * E. Rosenthal's "Intro to Implicit Matrix Factorization: Classic ALS with Sketchfab Models"
 * (2016).
 */
#include <stdlib.h>
#include <string.h>

#include "../failure.h"
#include "../input_options.h"
#include "../narration.h"
#include "../session.h"
#include "../text.h"
#include "walkthrough.h"

struct walk_options walk_options = {
    .grid = "factors=10,20,40,80,120 regularization=0,1e-5,1e-3,1e-1,1e1,1e2 "
            "alpha=1,10,50,100,500,1000",
    .epochs = "2:38:2",
    .exclude = "none",
    .metric = "precision",
    .k = 5,
};

static const struct option options[] = {
    {"holdout", "N", "items to hold out of each user chosen (default 5)", OPTION_INT,
     &input_options.holdout, 1, 1000000000},
    {"grid", "LISTS",
     "configurations to try: all combinations of the lists,\n"
     "default \"factors=10,20,40,80,120 alpha=1,10,50,100,500,1000\n"
     "regularization=0,1e-5,1e-3,1e-1,1e1,1e2\"",
     OPTION_TEXT, &walk_options.grid, 0, 0},
    {"set", "NAME=VALUE", "a parameter that is not varied; again for another", OPTION_LIST,
     &walk_options.settings, 0, 0},
    {"epochs", "EPOCHS", "when to evaluate: FROM:TO:STEP or a list (default 2:38:2)", OPTION_TEXT,
     &walk_options.epochs, 0, 0},
    {"metric", "NAME",
     "what decides: precision (default), recall, recall_capped, ndcg,\n"
     "map, map_capped, mrr or hit_rate, as wrmf-evaluate has them",
     OPTION_TEXT, &walk_options.metric, 0, 0},
    {"k", "N", "length of the lists that the metric is of (default 5)", OPTION_INT, &walk_options.k,
     1, 1000000},
    {"exclude", "WHAT",
     "what decides: none (default, as in the article): all items\n"
     "compete for the first places; train: a user's train items\n"
     "do not. Both are evaluated and shown",
     OPTION_TEXT, &walk_options.exclude, 0, 0},
    {"tries", "N", "try N configurations of the grid, drawn at random", OPTION_INT,
     &walk_options.tries, 1, 1000000},
    {"halving", "ETA",
     "fit all to the first epoch of --epochs from 4 on, the best\n"
     "one of ETA to about ETA times as many, and so on",
     OPTION_INT, &walk_options.halving, 2, 1000000},
    {"coordinates", NULL,
     "try only what differs from the best so far in one\n"
     "parameter, one after the other; from the middle of all lists,\n"
     "or the best of --tries",
     OPTION_FLAG, &walk_options.coordinates, 0, 0},
    {"patience", "N", "end a configuration N evaluations behind its best", OPTION_INT,
     &walk_options.patience, 1, 1000000},
    {"finish", "N",
     "at the end run the best N to their last epoch, whatever\n"
     "--patience says",
     OPTION_INT, &walk_options.finish, 1, 1000000},
    {"budget", "SECONDS", "stop trying after so many seconds, and take the best", OPTION_REAL,
     &walk_options.budget, 1e-3, 1e9},
    {"similar-to", "ID",
     "show what is similar to this item; again for another. By\n"
     "default a handful of popular items",
     OPTION_LIST, &walk_options.items, 0, 0},
    {"thumbnail", "URL", "pictures of items for the report; {id} stands for the id", OPTION_TEXT,
     &walk_options.thumbnail, 0, 0},
    {"out", "DIR", "folder for the results; made if it is not there", OPTION_TEXT,
     &walk_options.directory, 0, 0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static const struct program program = {
    "wrmf-walkthrough",
    INPUT_USAGE "\n"
                "       [--grid LISTS] [--epochs 2:38:2] [--k 5] [--halving ETA] --out DIR",
    "Reads interactions, drops users and items that have too few, holds some items of\n"
    "some users out, tries a grid of configurations on the rest with a learning curve\n"
    "each, fits the best again to everything, and lists similar items. A run that was\n"
    "stopped, by Ctrl-C for instance, goes on where it was when the same command is\n"
    "given again. Into DIR it writes\n\n"
    "  report.html           all of it on one page\n"
    "  summary.json          all of it for programs\n"
    "  grid.csv              a line a configuration and epoch\n"
    "  learning-curve.svg    of the best, if gnuplot is there; -narrow for small screens\n"
    "  grid.svg              of all configurations, likewise\n"
    "  model.safetensors     the best configuration, fitted to everything, with ids\n"
    "  heldout-users.txt     indices of the users that had items held out\n"
    "  grid.journal          what is computed: a run that was stopped goes on from "
    "it\n\n" INPUT_ABOUT,
    {input_option_table, thin_option_table, options},
    "go from a file of interactions to similar items, with a report",
    "wrmf-walkthrough plays.csv --user user --item song --out report \\\n"
    "    --grid \"factors=20,40 alpha=10,50\" --epochs 2:10:2",
};

int main(int argc, char **argv)
{
    const char *input = NULL;
    struct walk walk = {0};

    options_parse(&program, argc, argv, 1, &input);
    walk.context = context_open();
    walk_check_options(&walk, input);

    walk_read(&walk, input);
    walk_run_grid(&walk);
    walk_print_curves(&walk);
    walk_choose(&walk);
    walk_print_best(&walk);
    walk_print_protocols(&walk);
    walk_measure_baselines(&walk);
    walk_print_baselines(&walk);
    walk_print_notes(&walk);
    walk_refit(&walk);
    walk_find_similar(&walk);
    walk_print_similar(&walk);

    walk_write_model(&walk);
    walk_write_csv(&walk);
    walk_write_report(&walk, walk_draw(&walk));
    char *summary = walk_write_summary(&walk);
    walk_close_folder();
    if (common.json)
        fputs(summary, stdout);
    free(summary);
    fprintf(narration(), "\nThe report is ");
    put_plain(narration(), walk_options.directory);
    fprintf(narration(), "%sreport.html\n",
            walk_options.directory[strlen(walk_options.directory) - 1] == '/' ? "" : "/");

    walk_free(&walk);
    return finish();
}
