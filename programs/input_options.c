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
     "what stands between fields: a character, several (::), or\n"
     "tab, comma, space, bar, semicolon, colon; whitespace: any\n"
     "run of blanks; by default what the first line looks like",
     OPTION_TEXT, &input_options.delimiter, 0, 0},
    {"quoting", "HOW",
     "what double quotes mean. minimal: one that begins a field\n"
     "reaches to the one that closes it, over lines too; careful:\n"
     "over no line that can stand alone; none: they are text;\n"
     "auto (default): careful where the delimiter is tab,\n"
     "whitespace or several characters, else minimal",
     OPTION_TEXT, &input_options.quoting, 0, 0},
    {"escape", "HOW",
     "backslash: \\\" is a quote, \\\\ a backslash inside quotes;\n"
     "none (default)",
     OPTION_TEXT, &input_options.escape, 0, 0},
    {"comment", "TEXT", "pass over lines that begin with this, such as %", OPTION_TEXT,
     &input_options.comment, 0, 0},
    {"header", "WHAT",
     "yes (default): the first line names the columns; no: it is\n"
     "data, and columns are given by number; auto: it is data if\n"
     "columns are given by number and it looks like those below",
     OPTION_TEXT, &input_options.header, 0, 0},
    {"no-header", NULL, "the same as --header no", OPTION_FLAG, &input_options.no_header, 0, 0},
    {"duplicates", "WHAT",
     "drop, sum or max: what becomes of a pair that comes again;\n"
     "by default drop, or sum where there is --count",
     OPTION_TEXT, &input_options.duplicates, 0, 0},
    {"malformed", "WHAT", "refuse (default) or skip lines that are not well formed", OPTION_TEXT,
     &input_options.malformed, 0, 0},
    {"zeros", "WHAT", "refuse (default) or drop lines with a count of 0", OPTION_TEXT,
     &input_options.zeros, 0, 0},
    {"negative", "WHAT",
     "refuse (default) lines with a count below 0, or take them as\n"
     "dislike, for --set negative_counts=dislike",
     OPTION_TEXT, &input_options.negative, 0, 0},
    {"lists", NULL,
     "instead of --user and --item: each line has a user and then\n"
     "its items, with blanks or tabs between, as train.txt and\n"
     "test.txt of NGCF and LightGCN do",
     OPTION_FLAG, &input_options.lists, 0, 0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

const struct option thin_option_table[] = {
    {"min-per-user", "N", "drop users with fewer items (default 5)", OPTION_INT,
     &input_options.min_per_user, 0, 2147483647},
    {"min-per-item", "N", "drop items with fewer users (default 5)", OPTION_INT,
     &input_options.min_per_item, 0, 2147483647},
    {"fraction", "X", "share of the users to hold out (default 0.2)", OPTION_REAL,
     &input_options.fraction, 0, 1},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static wrmf_error err;

/* Checks that nothing is said of columns and lines, where each line is a list. */
static void check_lists(void)
{
    const struct input_options *o = &input_options;
    const struct {
        const char *name, *text;
    } others[] = {{"user", o->user},
                  {"item", o->item},
                  {"name", o->name},
                  {"count", o->count},
                  {"time", o->time},
                  {"delimiter", o->delimiter},
                  {"quoting", o->quoting},
                  {"escape", o->escape},
                  {"comment", o->comment},
                  {"header", o->header},
                  {"duplicates", o->duplicates},
                  {"malformed", o->malformed},
                  {"zeros", o->zeros},
                  {"negative", o->negative},
                  {"no-header", o->no_header ? "" : NULL}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].text)
            die_usage("--%s does not go with --lists, where a line is a user and its items",
                      others[i].name);
}

/* Refuses one column for two of user, item and count: it is asked for by mistake, and what would be
 * read is a table all the same. */
static void check_columns(void)
{
    const struct {
        const char *name, *column;
    } used[] = {
        {"user", input_options.user}, {"item", input_options.item}, {"count", input_options.count}};
    for (int b = 1; b < 3; b++)
        for (int a = 0; a < b; a++)
            if (used[b].column && strcmp(used[a].column, used[b].column) == 0)
                die_usage("--%s and --%s are one column, '%s'", used[a].name, used[b].name,
                          used[a].column);
}

void input_options_check(void)
{
    if (input_options.lists) {
        check_lists();
        return;
    }
    if (!input_options.user || !input_options.item)
        die_usage("--user and --item are needed, the columns of the ids, or --lists");
    check_columns();
    if (input_options.count)
        return;
    if (input_options.negative)
        die_usage("--negative needs --count: without a column of counts each is 1");
    if (input_options.zeros)
        die_usage("--zeros needs --count: without a column of counts each is 1");
}

/* The byte that a word stands for, or 0. */
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
    return '\0';
}

/* Letters are no delimiter but a word that is none of the names, such as "Tab". */
static int has_letters(const char *text)
{
    for (; *text; text++)
        if ((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z'))
            return 1;
    return 0;
}

static void set_delimiter(wrmf_reader *reader, const char *text)
{
    const char byte = delimiter_of(text);
    if (byte)
        check_usage(wrmf_reader_set_delimiter(reader, byte, &err), &err);
    else if (strcmp(text, "whitespace") == 0)
        check_usage(wrmf_reader_set_delimiter_blanks(reader, &err), &err);
    else if (has_letters(text))
        die_usage("--delimiter '%s' is none of its names; see --help", text);
    else
        check_usage(wrmf_reader_set_delimiter_text(reader, text, &err), &err);
}

/* Gives the index of a word among choices, which a NULL ends. */
static int choice_of(const char *option, const char *text, const char *const *choices)
{
    for (int i = 0; choices[i]; i++)
        if (strcmp(text, choices[i]) == 0)
            return i;
    die_usage("--%s '%s' is none of its choices; see --help", option, text);
}

wrmf_duplicates input_duplicates(void)
{
    static const char *const names[] = {"sum", "drop", "max", NULL}; /* in the enum's order */
    if (input_options.duplicates)
        return (wrmf_duplicates)choice_of("duplicates", input_options.duplicates, names);
    /* a like that is given twice is one like; two counts of a pair are added */
    return input_options.count ? WRMF_DUPLICATES_SUM : WRMF_DUPLICATES_DROP;
}

/* Gives the index of what was chosen, 0 where nothing was. */
static int chosen(const char *option, const char *text, const char *const *choices)
{
    return text ? choice_of(option, text, choices) : 0;
}

static int header_of(void)
{
    static const char *const names[] = {"no", "yes", "auto", NULL}; /* in the enum's order */
    if (!input_options.header)
        return input_options.no_header ? WRMF_HEADER_NO : WRMF_HEADER_YES;
    const int header = choice_of("header", input_options.header, names);
    if (input_options.no_header && header != WRMF_HEADER_NO)
        die_usage("--no-header and --header %s exclude each other", input_options.header);
    return header;
}

static int is_number(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

static void set_column(wrmf_reader *reader, wrmf_column column, const char *option,
                       const char *text)
{
    static const char prefix[] = "name:"; /* before a name that would be taken for a number */
    if (!text)
        return;
    if (is_number(text)) {
        check_usage(wrmf_reader_set_column_number(reader, column, strtoll(text, NULL, 10), &err),
                    &err);
        return;
    }
    if (header_of() == WRMF_HEADER_NO)
        die_usage("--%s '%s': without a header columns are given by number", option, text);
    if (strncmp(text, prefix, sizeof prefix - 1) == 0)
        text += sizeof prefix - 1;
    check_usage(wrmf_reader_set_column(reader, column, text, &err), &err);
}

/* What quotes, backslashes and the beginnings of lines mean. */
static void set_dialect(wrmf_reader *reader)
{
    static const char *const quoting[] = {"auto", "minimal", "none", "careful", NULL};
    static const char *const escapes[] = {"none", "backslash", NULL};
    const struct input_options *o = &input_options;
    if (o->delimiter)
        set_delimiter(reader, o->delimiter);
    check(
        wrmf_reader_set_quoting(reader, (wrmf_quoting)chosen("quoting", o->quoting, quoting), &err),
        &err);
    check(wrmf_reader_set_escape(reader, (wrmf_escape)chosen("escape", o->escape, escapes), &err),
          &err);
    if (o->comment)
        check_usage(wrmf_reader_set_comment(reader, o->comment, &err), &err);
    check(wrmf_reader_set_header(reader, header_of(), &err), &err);
}

wrmf_reader *reader_open(wrmf_context *context)
{
    static const char *const malformed[] = {"refuse", "skip", NULL};
    static const char *const zeros[] = {"refuse", "drop", NULL};
    static const char *const negative[] = {"refuse", "dislike", NULL};
    const struct input_options *o = &input_options;
    wrmf_reader *reader = NULL;
    check(wrmf_reader_create(context, &reader, &err), &err);
    set_dialect(reader);
    set_column(reader, WRMF_COLUMN_USER, "user", o->user);
    set_column(reader, WRMF_COLUMN_ITEM, "item", o->item);
    set_column(reader, WRMF_COLUMN_NAME, "name", o->name);
    set_column(reader, WRMF_COLUMN_COUNT, "count", o->count);
    set_column(reader, WRMF_COLUMN_TIME, "time", o->time);
    check(wrmf_reader_set_duplicates(reader, input_duplicates(), &err), &err);
    check(wrmf_reader_set_malformed(
              reader, (wrmf_malformed)chosen("malformed", o->malformed, malformed), &err),
          &err);
    check(wrmf_reader_set_zeros(reader, (wrmf_zeros)chosen("zeros", o->zeros, zeros), &err), &err);
    check(wrmf_reader_set_negative(
              reader, (wrmf_negative_counts)chosen("negative", o->negative, negative), &err),
          &err);
    return reader;
}
