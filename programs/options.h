/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h - command lines: tables of options give parsing and --help.
 */
#ifndef PROGRAMS_OPTIONS_H
#define PROGRAMS_OPTIONS_H

#include <stdint.h>

enum option_type {
    OPTION_FLAG, /* target: int, set to 1 */
    OPTION_TEXT, /* target: const char * */
    OPTION_INT,  /* target: int64_t, within lowest .. highest */
    OPTION_REAL, /* target: double, within lowest .. highest */
    OPTION_LIST, /* target: struct text_list; may be given again and again */
};

struct option {
    const char *name;    /* without the dashes; NULL ends the table */
    const char *metavar; /* what stands for the value in --help */
    const char *help;
    enum option_type type;
    void *target;
    double lowest, highest; /* of OPTION_INT and OPTION_REAL */
};

struct text_list {
    const char *text[64];
    int count;
};

/* What --help and the manual page of each program say, unless it has a text of its own. */
#define EXIT_STATUS_TEXT                                                                           \
    "0, 1 after a failure, 2 if it was called wrongly. SIGINT (Ctrl-C)\n"                          \
    "and SIGTERM end the program as that signal, which shells show as 130 and 143."

struct program {
    const char *name;
    const char *usage; /* what stands behind the name, such as "INPUT --out DIR" */
    const char *about; /* the sentences below the usage line */
    /* The program's own tables stand in the order of --help; the first NULL ends them. */
    const struct option *tables[5];
    const char *summary; /* what it does in a line without a full stop, for the manual page */
    const char *example; /* a command line or several, for the manual page */
};

/* Every program takes these besides its own options. */
struct common_options {
    int64_t threads; /* of the context; 0: as many as there are processors */
    int64_t seed;
    int64_t max_line; /* bytes of a line of text that is read */
    int64_t max_id;   /* bytes of an id in it */
    int quiet;        /* standard output has results alone, and no progress is shown */
    int json;         /* standard output has one JSON value */
};
extern struct common_options common;

/* EXIT_STATUS_TEXT, until a program sets it to another before its options are parsed. */
extern const char *exit_status_text;

/* Reads `--name VALUE` and `--name=VALUE` anywhere, and the options of all programs (-h and -q
 * stand for --help and --quiet); puts the other arguments, exactly `wanted` of them, into
 * arguments. A mistake ends the program with status 2. */
void options_parse(const struct program *program, int argc, char **argv, int wanted,
                   const char **arguments);

/* The options of all programs, which --help shows behind the tables of the running one. */
extern const struct option shared_option_table[];
/* Gives the letter that stands for an option of all programs, or 0. */
char option_letter(const struct option *option);
/* Gives the interval of an option that is a number, such as "0 .. 1024", or "" for another: --help,
 * the manual page and what refuses a number say the same. Good until the next call. */
const char *option_interval(const struct option *option);

/* Reads "5,10" as ascending numbers without repetition, each >= lowest; gives how many. */
int64_t numbers_parse(const char *option, const char *text, int64_t lowest, int64_t *numbers,
                      int64_t room);

#endif /* PROGRAMS_OPTIONS_H */
