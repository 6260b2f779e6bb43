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
 * 4 buffers, which are used in turn; here and below, each thread has its own. */
const char *id_text(const wrmf_ids *ids, int64_t index);

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

/* Gives the index of an id that a person gives to an option, or -1. The text is one that programs
 * print, with the escapes of wrmf_ids_escape(), or the id as it is; where it is one id in the first
 * way and another in the second, it is taken in the first, with a warning. */
int64_t id_find(const wrmf_ids *ids, const char *option, const char *text);

/* Prints a text of one line with the escapes of wrmf_ids_escape(), as files of ids have them. */
void put_plain(FILE *file, const char *text);
/* These replace what is not UTF-8 by U+FFFD. None writes a control character that could move a
 * terminal's cursor. */
void put_json(FILE *file, const char *text); /* with its quotes */
void put_html(FILE *file, const char *text); /* fit for attributes too */
/* Print the text of an id, which keeps all bytes: with its escapes, and then those of JSON or HTML.
 * It is that of its index where ids is NULL. */
void put_json_id(FILE *file, const wrmf_ids *ids, int64_t index);
void put_html_id(FILE *file, const wrmf_ids *ids, int64_t index);
/* Prints a number, or null where JSON has none (infinity and NaN). */
void put_json_number(FILE *file, double number);

#endif /* PROGRAMS_TEXT_H */
