/* SPDX-License-Identifier: BSD-2-Clause */
/* This parses command lines, and prints --help, from tables of options. */
#include "options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blas_threads.h"
#include "failure.h"
#include "manual.h"

const char *exit_status_text = EXIT_STATUS_TEXT;

struct common_options common = {.threads = 0, .seed = 42, .max_line = 16777216, .max_id = 1048576};

static const struct program *running;

const struct option shared_option_table[] = {
    {"threads", "N", "threads to use; 0, the default, for all processors", OPTION_INT,
     &common.threads, 0, 1024},
    {"seed", "N", "seed of what is random: splits, starts (default 42)", OPTION_INT, &common.seed,
     0, 9e15},
    {"max-line", "BYTES",
     "refuse text with a longer line (default 16777216), such as\nwhat a packed file becomes",
     OPTION_INT, &common.max_line, 1, 2147483647},
    {"max-id", "BYTES", "the longest id in a text (default 1048576)", OPTION_INT, &common.max_id, 1,
     2147483647},
    {"json", NULL, "print the results as one JSON value (docs/programs.md)", OPTION_FLAG,
     &common.json, 0, 0},
    {"quiet", NULL, "print results and warnings alone, and show no progress", OPTION_FLAG,
     &common.quiet, 0, 0},
    {"help", NULL, "print this and end", OPTION_FLAG, NULL, 0, 0},
    {"version", NULL, "print the version and end", OPTION_FLAG, NULL, 0, 0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

char option_letter(const struct option *option)
{
    const int is_shared = option->target == &common.quiet || option->target == NULL;
    if (is_shared && (strcmp(option->name, "help") == 0 || strcmp(option->name, "quiet") == 0))
        return option->name[0];
    return 0;
}

const char *option_interval(const struct option *option)
{
    static char text[64];
    text[0] = '\0';
    if (option->type == OPTION_INT)
        snprintf(text, sizeof text, "%.0f .. %.0f", option->lowest, option->highest);
    else if (option->type == OPTION_REAL)
        snprintf(text, sizeof text, "%g .. %g", option->lowest, option->highest);
    return text;
}

/* Prints help in the right column; a text that needs more than a line has line breaks of its own.
 * Behind it comes the interval, on a line of its own where there is no room. */
static void help_text(const struct option *option)
{
    const int margin = 24, end = 80;
    int column = margin;
    for (const char *c = option->help; *c; c++) {
        column = *c == '\n' ? margin : column + 1;
        if (*c == '\n')
            printf("\n%*s", margin, "");
        else
            putchar(*c);
    }
    const char *const interval = option_interval(option);
    if (*interval && column + (int)strlen(interval) + 3 > end)
        printf("\n%*s[%s]", margin, "", interval);
    else if (*interval)
        printf(" [%s]", interval);
    printf("\n");
}

static void help_options(const struct option *options)
{
    for (const struct option *o = options; o->name; o++) {
        const char letter = option_letter(o);
        int width = letter ? printf("  -%c, ", letter) : printf("  ");
        width += printf("--%s%s%s", o->name, o->metavar ? " " : "", o->metavar ? o->metavar : "");
        if (width > 22) {
            printf("\n");
            width = 0;
        }
        printf("%*s  ", 22 - width, "");
        help_text(o);
    }
}

static void help_print(void)
{
    printf("Usage: %s %s\n\n%s\n\nOptions:\n", running->name, running->usage, running->about);
    for (const struct option *const *table = running->tables; *table; table++)
        help_options(*table);
    help_options(shared_option_table);
    printf("\nExit status: %s\n", exit_status_text);
}

static const struct option *table_find(const struct option *table, const char *name, size_t length)
{
    for (const struct option *o = table; o->name; o++)
        if (strlen(o->name) == length && memcmp(o->name, name, length) == 0)
            return o;
    return NULL;
}

/* Gives the option of a name, or NULL. */
static const struct option *option_find(const char *name, size_t length)
{
    for (const struct option *const *table = running->tables; *table; table++) {
        const struct option *option = table_find(*table, name, length);
        if (option)
            return option;
    }
    return table_find(shared_option_table, name, length);
}

static void option_set(const struct option *option, const char *value)
{
    char *end = NULL;
    errno = 0;
    switch (option->type) {
    case OPTION_FLAG: *(int *)option->target = 1; return;
    case OPTION_TEXT: *(const char **)option->target = value; return;
    case OPTION_LIST: {
        struct text_list *list = option->target;
        if (list->count == (int)(sizeof list->text / sizeof list->text[0]))
            die_usage("--%s is given more than %d times", option->name, list->count);
        list->text[list->count++] = value;
        return;
    }
    case OPTION_INT: {
        const long long number = strtoll(value, &end, 10);
        if (!*value || *end || errno || (double)number < option->lowest ||
            (double)number > option->highest)
            die_usage("--%s '%s' is not a whole number in %s", option->name, value,
                      option_interval(option));
        *(int64_t *)option->target = number;
        return;
    }
    case OPTION_REAL: {
        const double number = strtod(value, &end);
        if (!*value || *end || isnan(number) || number < option->lowest || number > option->highest)
            die_usage("--%s '%s' is not a number in %s", option->name, value,
                      option_interval(option));
        *(double *)option->target = number;
        return;
    }
    }
}

/* Warns if an option that has one value is given again: the last counts, so that what a script sets
 * can be overridden, but not without a word. */
static void warn_of_repetition(const struct option *option, const char *value)
{
    static const struct option *seen[64];
    static size_t n;
    if (option->type == OPTION_FLAG || option->type == OPTION_LIST)
        return;
    for (size_t i = 0; i < n; i++)
        if (seen[i] == option)
            warn("--%s is given again: '%s' counts", option->name, value);
    if (n < sizeof seen / sizeof seen[0])
        seen[n++] = option;
}

/* Takes the option at argv[i]; gives the index of the last word it used. */
static int option_take(int argc, char **argv, int i)
{
    const char *name = argv[i] + 2;
    const size_t length = strcspn(name, "=");
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    const struct option *option = option_find(name, length);
    if (strcmp(name, "help-man") == 0) { /* for the build, which makes the manual pages of it */
        manual_put(running, stdout);
        exit(finish());
    }
    if (!option)
        die_usage("there is no option --%.*s", (int)length, name);

    if (option->type == OPTION_FLAG && value)
        die_usage("--%s takes no value", option->name);
    if (option->type == OPTION_FLAG && option->target == NULL) {
        if (strcmp(option->name, "help") == 0)
            help_print();
        else
            printf("%s %s\n", running->name, wrmf_version_string());
        exit(finish());
    }
    if (option->type != OPTION_FLAG && !value) {
        if (++i == argc)
            die_usage("--%s lacks its value", option->name);
        value = argv[i];
    }
    warn_of_repetition(option, value);
    option_set(option, value);
    return i;
}

void options_parse(const struct program *program, int argc, char **argv, int wanted,
                   const char **arguments)
{
    int given = 0;
    int only_arguments = 0;
    blas_threads_limit(argv);
    running = program;
    failure_set_program(program->name);
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (!only_arguments && strcmp(word, "--") == 0) {
            only_arguments = 1;
        } else if (!only_arguments && word[0] == '-' && word[1] == '-') {
            i = option_take(argc, argv, i);
        } else if (!only_arguments && strcmp(word, "-h") == 0) {
            help_print();
            exit(finish());
        } else if (!only_arguments && strcmp(word, "-q") == 0) {
            common.quiet = 1;
        } else if (!only_arguments && word[0] == '-' && word[1] != '\0') {
            die_usage("there is no option %s; options have long names", word);
        } else if (given == wanted) {
            die_usage("'%s' is one argument too many", word);
        } else {
            arguments[given++] = word;
        }
    }
    if (given < wanted)
        die_usage("an argument is missing: %s %s", program->name, program->usage);
}

int64_t numbers_parse(const char *option, const char *text, int64_t lowest, int64_t *numbers,
                      int64_t room)
{
    int64_t count = 0;
    const char *at = text;
    for (;;) {
        char *end = NULL;
        errno = 0;
        const long long number = strtoll(at, &end, 10);
        if (end == at || errno || (*end && *end != ',') || number < lowest)
            die_usage("--%s '%s' is no list of numbers from %lld, such as 5,10", option, text,
                      (long long)lowest);
        if (count && number <= numbers[count - 1])
            die_usage("--%s '%s' does not ascend", option, text);
        if (count == room)
            die_usage("--%s has more than %lld numbers", option, (long long)room);
        numbers[count++] = number;
        if (!*end)
            return count;
        at = end + 1;
    }
}
