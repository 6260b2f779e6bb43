/* SPDX-License-Identifier: BSD-2-Clause */
/* This has the options of the programs that begin with a text file, and its reader. */
#include "input_options.h"

#include <stdlib.h>
#include <string.h>

#include "failure.h"

struct input_options input_options = {
    .min_per_user = 5, .min_per_item = 5, .holdout = 5, .fraction = 0.2};

const struct option input_option_table[] = {
    {"user", "COL", "column of the users' ids", OPTION_TEXT, &input_options.user, 0, 0},
    {"item", "COL", "column of the items' ids", OPTION_TEXT, &input_options.item, 0, 0},
    {"name", "COL", "column of the items' names, for people", OPTION_TEXT, &input_options.name, 0,
     0},
    {"count", "COL", "column of counts above 0; without it each line counts 1", OPTION_TEXT,
     &input_options.count, 0, 0},
    {"delimiter", "C",
     "the character between fields, or tab, comma, space ...;\n"
     "by default what the first line looks like",
     OPTION_TEXT, &input_options.delimiter, 0, 0},
    {"no-header", NULL, "the first line is data; columns are given by number", OPTION_FLAG,
     &input_options.no_header, 0, 0},
    {"duplicates", "WHAT",
     "drop, sum or max: what becomes of a pair that comes again;\n"
     "by default drop, or sum where there is --count",
     OPTION_TEXT, &input_options.duplicates, 0, 0},
    {"malformed", "WHAT", "refuse (default) or skip lines that are not well formed", OPTION_TEXT,
     &input_options.malformed, 0, 0},
    {"min-per-user", "N", "drop users with fewer items (default 5)", OPTION_INT,
     &input_options.min_per_user, 0, 2147483647},
    {"min-per-item", "N", "drop items with fewer users (default 5)", OPTION_INT,
     &input_options.min_per_item, 0, 2147483647},
    {"fraction", "X", "share of the users to hold out (default 0.2)", OPTION_REAL,
     &input_options.fraction, 0, 1},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static wrmf_error err;

void input_options_check(void)
{
    if (!input_options.user || !input_options.item)
        die_usage("--user and --item are needed: the columns of the ids");
}

static char delimiter_of(const char *text)
{
    static const struct {
        const char *name;
        char delimiter;
    } names[] = {{"tab", '\t'}, {"\\t", '\t'},      {"comma", ','}, {"space", ' '},
                 {"bar", '|'},  {"semicolon", ';'}, {"pipe", '|'},  {"colon", ':'}};
    if (strlen(text) == 1)
        return text[0];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(text, names[i].name) == 0)
            return names[i].delimiter;
    die_usage("--delimiter '%s' is not one byte", text);
}

/* Gives the index of a word among choices, which a NULL ends. */
static int choice_of(const char *option, const char *text, const char *const *choices)
{
    for (int i = 0; choices[i]; i++)
        if (strcmp(text, choices[i]) == 0)
            return i;
    die_usage("--%s '%s' is none of its choices; see --help", option, text);
}

static wrmf_duplicates duplicates_of(void)
{
    static const char *const names[] = {"sum", "drop", "max", NULL}; /* in the enum's order */
    if (input_options.duplicates)
        return (wrmf_duplicates)choice_of("duplicates", input_options.duplicates, names);
    /* a like that is given twice is one like; two counts of a pair are added */
    return input_options.count ? WRMF_DUPLICATES_SUM : WRMF_DUPLICATES_DROP;
}

static wrmf_malformed malformed_of(void)
{
    static const char *const names[] = {"refuse", "skip", NULL};
    if (!input_options.malformed)
        return WRMF_MALFORMED_REFUSE;
    return (wrmf_malformed)choice_of("malformed", input_options.malformed, names);
}

static int is_number(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

static void set_column(wrmf_reader *reader, wrmf_column column, const char *option,
                       const char *text)
{
    if (!text)
        return;
    if (is_number(text))
        check_usage(wrmf_reader_set_column_number(reader, column, strtoll(text, NULL, 10), &err),
                    &err);
    else if (input_options.no_header)
        die_usage("--%s '%s': without a header columns are given by number", option, text);
    else
        check_usage(wrmf_reader_set_column(reader, column, text, &err), &err);
}

wrmf_reader *reader_open(wrmf_context *context)
{
    const struct input_options *o = &input_options;
    wrmf_reader *reader = NULL;
    check(wrmf_reader_create(context, &reader, &err), &err);
    if (o->delimiter)
        check_usage(wrmf_reader_set_delimiter(reader, delimiter_of(o->delimiter), &err), &err);
    check(wrmf_reader_set_header(reader, !o->no_header, &err), &err);
    set_column(reader, WRMF_COLUMN_USER, "user", o->user);
    set_column(reader, WRMF_COLUMN_ITEM, "item", o->item);
    set_column(reader, WRMF_COLUMN_NAME, "name", o->name);
    set_column(reader, WRMF_COLUMN_COUNT, "count", o->count);
    check(wrmf_reader_set_duplicates(reader, duplicates_of(), &err), &err);
    check(wrmf_reader_set_malformed(reader, malformed_of(), &err), &err);
    return reader;
}
