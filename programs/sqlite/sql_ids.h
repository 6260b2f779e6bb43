/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sql_ids.h - values of SQL as ids: integers, texts and blobs, which keep their type.
 *
 * Ids that are all integers are ids of kind WRMF_IDS_INTEGER. All others are of kind
 * WRMF_IDS_STRING: a text stands for itself, so that other programs show the ids of a model as the
 * database has them, but for what a string id cannot be. Text without a byte, with a NUL, or that
 * begins with the byte 1, a blob, and an integer among texts are the byte 1, a letter (t, b, i) and
 * the bytes, in which NUL is "\1" "0" and byte 1 is "\1" "1".
 */
#ifndef PROGRAMS_SQLITE_SQL_IDS_H
#define PROGRAMS_SQLITE_SQL_IDS_H

#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include <wrmf/wrmf.h>

struct sql_id {
    int type;          /* SQLITE_INTEGER, SQLITE_TEXT or SQLITE_BLOB */
    int64_t integer;   /* of SQLITE_INTEGER */
    const char *bytes; /* of the others, */
    size_t length;     /* so many */
};

/* Gives the id in a column of the present row, whose bytes are borrowed until the next step; its
 * type is 0 if the value is none: NULL or a real. */
struct sql_id sql_id_of_column(sqlite3_stmt *statement, int column);
/* Gives the id of an index; its bytes are borrowed until the fourth call after this one. */
struct sql_id sql_id_at(const wrmf_ids *ids, int64_t index);
/* Gives the index of an id, which is added if it is new. Integers are made strings when the first
 * id comes that is none. */
int64_t sql_id_add(wrmf_context *context, wrmf_ids **ids, const struct sql_id *id);
/* Gives the index of an id, or -1. */
int64_t sql_id_find(const wrmf_ids *ids, const struct sql_id *id);
/* Binds an id to a parameter of a statement, until it is bound anew. */
void sql_id_bind(sqlite3_stmt *statement, int parameter, const struct sql_id *id);
/* Compares as ORDER BY does with binary collation: < 0, 0 or > 0. */
int sql_id_compare(const struct sql_id *a, const struct sql_id *b);
/* Gives a number that tells ids apart whatever kind holds them. */
uint64_t sql_id_hash(const struct sql_id *id);

/* Makes integers strings, as above. Ids that are strings stay. */
void sql_ids_to_strings(wrmf_context *context, wrmf_ids **ids);
/* Says which types there are: a sum of 1 (integers), 2 (texts), 4 (blobs). */
enum { SQL_INTEGERS = 1, SQL_TEXTS = 2, SQL_BLOBS = 4 };
int sql_ids_types(const wrmf_ids *ids);

#endif /* PROGRAMS_SQLITE_SQL_IDS_H */
