/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.h - names of items, for people, which a statement of its own gives.
 */
#ifndef PROGRAMS_SQLITE_NAMES_H
#define PROGRAMS_SQLITE_NAMES_H

#include <stdint.h>

#include <sqlite3.h>

#include <wrmf/wrmf.h>

/* Prepares the statement that gives items and names; NULL where the text is. A mistake ends the
 * program with status 2. */
sqlite3_stmt *names_open(sqlite3 *database, const char *text);
/* Gives items the names that the statement has for them, and no others. Items that are none of
 * these are passed over, and NULL is no name; a value that is none ends the program. Gives how many
 * of the first `known` items have another name than before. */
int64_t names_read(sqlite3_stmt *statement, wrmf_ids *items, int64_t known);
/* Says whether an item has a name. */
int names_are_there(const wrmf_ids *items);

#endif /* PROGRAMS_SQLITE_NAMES_H */
