/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * query.h - interactions out of a query: a user, an item and, where there is a third column, a
 * count in each row.
 */
#ifndef PROGRAMS_SQLITE_QUERY_H
#define PROGRAMS_SQLITE_QUERY_H

#include <stdint.h>

#include <sqlite3.h>

#include <wrmf/wrmf.h>

#include "../options.h"

extern const struct option query_option_table[];

/* Checks the options of the query, prepares it and binds its parameters; a mistake ends the program
 * with status 2. */
sqlite3_stmt *query_open(sqlite3 *database);

/* Prepares a statement that reads, which an option has; a mistake ends the program with status 2.
 */
sqlite3_stmt *query_prepare(sqlite3 *database, const char *option, const char *text);

/* What a query gave. Sides are indexed by wrmf_side. */
struct interactions_read {
    wrmf_ids *ids[2];    /* those that it began with, and behind them those that are new */
    wrmf_matrix *matrix; /* of all of them; who is not in the query any more has no entry */
    int64_t rows;        /* of the query */
    int64_t merged;      /* rows of a pair that came before */
    int64_t zeros;       /* rows with a count of 0 that were passed over */
};

/* Runs the query. It begins with copies of ids, or with none where they are NULL. A row that is no
 * interaction ends the program, which names the row and the column. */
void query_read(sqlite3_stmt *query, wrmf_context *context, const wrmf_ids *const ids[2],
                struct interactions_read *read);
void query_read_free(struct interactions_read *read);

/* Drops users and items without an entry; gives how many of each side. */
void query_drop_empty(struct interactions_read *read, int64_t dropped[2]);

/* Gives a number for each user (freed by the caller) that changes when her items or their counts
 * do: a hash of them that goes by ids, not by their numbers. 0: she has none. */
uint64_t *query_histories(const struct interactions_read *read);

#endif /* PROGRAMS_SQLITE_QUERY_H */
