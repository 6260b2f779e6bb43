/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interactions.h - the way from a text file to a thinned and split matrix, for
 * the programs that begin with one.
 */
#ifndef EXAMPLES_INTERACTIONS_H
#define EXAMPLES_INTERACTIONS_H

#include "common.h"

/* How the text is laid out and what is done with it: set by the options below. */
struct input_options {
    const char *user, *item, *name, *count; /* columns, by name or number */
    const char *delimiter, *duplicates, *malformed;
    int no_header;
    int64_t min_per_user, min_per_item, holdout;
    double fraction;
};
extern struct input_options input_options;

#define INPUT_USAGE                                                                                \
    "INPUT --user COL --item COL [--name COL] [--count COL] [--delimiter C]\n"                     \
    "       [--min-per-user 5] [--min-per-item 5] [--holdout 5] [--fraction 0.2]"

#define INPUT_ABOUT                                                                                \
    "INPUT is delimited text, packed by gzip or not; - is standard input. A COL is the\n"          \
    "name of a column in the first line, or its number from 1."

/* Rows for a program's table of options. */
#define INPUT_OPTIONS                                                                               \
    {"user", "COL", "column of the users' ids", OPTION_TEXT, &input_options.user, 0, 0},            \
        {"item", "COL", "column of the items' ids", OPTION_TEXT, &input_options.item, 0, 0},        \
        {"name", "COL", "column of the items' names, for people", OPTION_TEXT, &input_options.name, \
         0,      0},                                                                                \
        {"count",                                                                                   \
         "COL",                                                                                     \
         "column of counts above 0; without it each line counts 1",                                 \
         OPTION_TEXT,                                                                               \
         &input_options.count,                                                                      \
         0,                                                                                         \
         0},                                                                                        \
        {"delimiter",                                                                               \
         "C",                                                                                       \
         "the character between fields, or tab, comma, space ...;\n"                                \
         "by default what the first line looks like",                                               \
         OPTION_TEXT,                                                                               \
         &input_options.delimiter,                                                                  \
         0,                                                                                         \
         0},                                                                                        \
        {"no-header",                                                                               \
         NULL,                                                                                      \
         "the first line is data; columns are given by number",                                     \
         OPTION_FLAG,                                                                               \
         &input_options.no_header,                                                                  \
         0,                                                                                         \
         0},                                                                                        \
        {"duplicates",                                                                              \
         "WHAT",                                                                                    \
         "drop, sum or max: what becomes of a pair that comes again;\n"                             \
         "by default drop, or sum where there is --count",                                          \
         OPTION_TEXT,                                                                               \
         &input_options.duplicates,                                                                 \
         0,                                                                                         \
         0},                                                                                        \
        {"malformed",                                                                               \
         "WHAT",                                                                                    \
         "refuse (default) or skip lines that are not well formed",                                 \
         OPTION_TEXT,                                                                               \
         &input_options.malformed,                                                                  \
         0,                                                                                         \
         0},                                                                                        \
        {"min-per-user",                                                                            \
         "N",                                                                                       \
         "drop users with fewer items (default 5)",                                                 \
         OPTION_INT,                                                                                \
         &input_options.min_per_user,                                                               \
         0,                                                                                         \
         2147483647},                                                                               \
        {"min-per-item",                                                                            \
         "N",                                                                                       \
         "drop items with fewer users (default 5)",                                                 \
         OPTION_INT,                                                                                \
         &input_options.min_per_item,                                                               \
         0,                                                                                         \
         2147483647},                                                                               \
    {                                                                                               \
        "fraction", "X", "share of the users to hold out (default 0.2)", OPTION_REAL,               \
            &input_options.fraction, 0, 1                                                           \
    }

struct figures {
    int64_t users, items, interactions;
    double density;
};

struct interactions {
    const char *path;
    wrmf_context *context;
    int64_t rows, duplicates, blank, malformed;
    double seconds;               /* spent reading */
    struct figures before, after; /* thinning */
    wrmf_matrix *matrix;          /* read, then thinned */
    wrmf_ids *users, *items;      /* of the matrix */
    wrmf_matrix *train, *test;    /* NULL without a split */
    int64_t *heldout, n_heldout;
};

/* To be called before reading: whether the options make sense. */
void input_options_check(void);

void interactions_read(struct interactions *data, wrmf_context *context, const char *path);
void interactions_thin(struct interactions *data);
void interactions_split(struct interactions *data);
void interactions_free(struct interactions *data);

/* What reading found; users, items, interactions, density before and after. */
void interactions_print_read(const struct interactions *data);
void interactions_print_figures(const struct interactions *data);
/* The same as members of a JSON object, each line ending in a comma. */
void interactions_put_json(const struct interactions *data, FILE *file);

/* Writes users.txt and items.txt, heldout-users.txt, a matrix. */
void interactions_write_ids(const struct interactions *data, const char *directory);
void interactions_write_heldout(const struct interactions *data, const char *directory);
void interactions_write_matrix(const struct interactions *data, const wrmf_matrix *matrix,
                               const char *directory, const char *name);

#endif /* EXAMPLES_INTERACTIONS_H */
