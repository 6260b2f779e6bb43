/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * input_options.h - how a text file of interactions is laid out and what is done
 * with it, for the programs that begin with one.
 */
#ifndef PROGRAMS_INPUT_OPTIONS_H
#define PROGRAMS_INPUT_OPTIONS_H

#include <stdint.h>

#include <wrmf/wrmf.h>

#include "options.h"

/* The options of the tables below set these. */
struct input_options {
    const char *user, *item, *name, *count, *time; /* columns, by name or number */
    const char *delimiter, *quoting, *escape, *comment, *header, *duplicates, *malformed, *zeros,
        *negative;
    int no_header; /* is --header no */
    int lists;     /* a line has a user and all of its items, and there are no columns */
    int64_t min_per_user, min_per_item;
    int64_t holdout; /* items to hold out of each user chosen; an option of the program's own */
    double share;    /* of interactions that are held out instead; 0: holdout and fraction say it */
    int share_of_all;     /* whether it is of all interactions, not of each user's */
    int64_t last;         /* of each user's interactions, the latest that are held out; 0: none */
    const char *since;    /* the moment from which on all are, or NULL */
    double holdout_users; /* users to hold out whole, or, below 1, their share of all; 0 or
                             below: none */
    double fraction;      /* of all users, how many are chosen for the test, 0 .. 1 */
};
extern struct input_options input_options;

/* A program puts these among its tables of options: how a text is read, and how it is thinned. */
extern const struct option input_option_table[], thin_option_table[];

#define INPUT_USAGE                                                                                \
    "INPUT (--user COL --item COL [--name COL] [--count COL] [--delimiter C] | --lists)\n"         \
    "       [--min-per-user 5] [--min-per-item 5] [--holdout 5] [--fraction 0.2]"

#define INPUT_ABOUT                                                                                \
    "INPUT is delimited text, packed by gzip or not; - is standard input. A COL is the\n"          \
    "name of a column in the first line, or its number from 1; where a number is the\n"            \
    "name, name:7."

/* Checks, before reading, that the options make sense; ends the program if they do not. */
void input_options_check(void);

/* Gives what becomes of a pair that comes again. */
wrmf_duplicates input_duplicates(void);

/* Makes a reader of text that is laid out as the options say. */
wrmf_reader *reader_open(wrmf_context *context);

#endif /* PROGRAMS_INPUT_OPTIONS_H */
