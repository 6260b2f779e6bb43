/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h - ids, names and numbers as text that is safe where it is put.
 */
#ifndef PROGRAMS_TEXT_H
#define PROGRAMS_TEXT_H

#include <stdint.h>
#include <stdio.h>

#include <wrmf/wrmf.h>

/* Gives the text of an id, or of its index if ids is NULL. What has to be formatted is in one of
 * 4 buffers, which are used in turn. */
const char *id_text(const wrmf_ids *ids, int64_t index);
/* Gives the name of an id, or the id where it has none. */
const char *name_text(const wrmf_ids *ids, int64_t index);

/* Gives 912860 as "912,860", in one of 8 buffers that are used in turn. */
const char *with_commas(int64_t number);

/* Numbers as all programs show them to people, one form for each quantity, in one of 16 buffers
 * that are used in turn. What is not a number is "nan", without a sign. */
const char *figure_text(double value);    /* a metric, score or cosine: five decimals */
const char *objective_text(double value); /* a loss, or a part of one: nine digits */
const char *seconds_text(double seconds); /* with its unit, such as "12.34 s" */
const char *percent_text(double share);   /* a share of 0 .. 1, such as "0.251 %" */
/* The same for a value in a column of a learning curve; seconds without their unit. */
const char *column_text(const char *column, double value);

/* Gives how many there are of something: counted(1, "user", "users") is "1 user", and
 * counted(9986, "user", "users") is "9,986 users". In one of 8 buffers used in turn. */
const char *counted(int64_t n, const char *one, const char *many);

/* All three replace what is not UTF-8 by U+FFFD; none writes a control
 * character that could move a terminal's cursor. */
void put_plain(FILE *file, const char *text);
void put_json(FILE *file, const char *text); /* with its quotes */
void put_html(FILE *file, const char *text); /* fit for attributes too */
/* Prints a number, or null where JSON has none (infinity and NaN). */
void put_json_number(FILE *file, double number);

#endif /* PROGRAMS_TEXT_H */
