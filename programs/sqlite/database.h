/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * database.h - an SQLite database whose failures end the program: what is not committed is rolled
 * back then, and the database is as it was.
 */
#ifndef PROGRAMS_SQLITE_DATABASE_H
#define PROGRAMS_SQLITE_DATABASE_H

#include <stdint.h>

#include <sqlite3.h>

#include <wrmf/wrmf.h>

/* Opens a database that is there, for reading and writing. Where another connection holds a lock,
 * calls wait for so many seconds. */
sqlite3 *database_open(const char *path, double seconds);
/* Ends what was begun and not committed, and closes. */
void database_close(void);

/* Ends the program with SQLite's text behind what was done, such as "writing the table x"; if a
 * signal has come, as that signal. */
_Noreturn void database_fail(const char *doing);
/* Ends the program as the signal that came, if one did: nothing is written. */
void database_stop_if_asked(void);
/* Ends the program as the signal that stopped a call of the library, or with the library's text,
 * unless status is WRMF_OK. */
void database_check(wrmf_status status, const wrmf_error *err);

/* Formats SQL as sqlite3_mprintf() does: %w in double quotes is a name, %Q a text. To be freed by
 * sqlite3_free(). */
char *database_sql(const char *format, ...);
/* Runs one statement that gives no rows, and frees its text where it comes of database_sql(). */
void database_run(const char *sql, const char *doing);
void database_run_made(char *sql, const char *doing);
/* Prepares a statement, and frees its text, which comes of database_sql(). */
sqlite3_stmt *database_prepare_made(char *sql, const char *doing);
/* Steps: gives 1 for a row, 0 at the end, which resets the statement. */
int database_step(sqlite3_stmt *statement, const char *doing);
/* Gives a number that changes when another connection has committed something. It is that of the
 * snapshot where a transaction has read. */
int64_t database_version(void);
/* Says whether main has a table, view or the like of a name; gives its type, such as "table", in
 * one of 16 bytes, or "". */
void database_type_of(const char *name, char type[16]);

/* Shows how far a work is that began at `start` (seconds_now()), at most 20 times a second. A total
 * of -1 is not known. Ends the program if a signal has come. */
void database_show(const char *phase, int64_t done, int64_t total, double start);

#endif /* PROGRAMS_SQLITE_DATABASE_H */
