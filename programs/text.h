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

/* All three replace what is not UTF-8 by U+FFFD; none writes a control
 * character that could move a terminal's cursor. */
void put_plain(FILE *file, const char *text);
void put_json(FILE *file, const char *text); /* with its quotes */
void put_html(FILE *file, const char *text); /* fit for attributes too */
/* Prints a number, or null where JSON has none (infinity and NaN). */
void put_json_number(FILE *file, double number);

#endif /* PROGRAMS_TEXT_H */
