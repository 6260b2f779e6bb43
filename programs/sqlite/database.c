/* SPDX-License-Identifier: BSD-2-Clause */
/* This opens a database and runs SQL in it. */
#include "database.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../failure.h"
#include "../interrupt.h"
#include "../progress.h"
#include "../session.h"

static sqlite3 *database;
static const char *database_path;
static double patience;     /* seconds to wait for a lock */
static double waiting_from; /* when the wait for the present lock began */

/* Is a busy handler: says whether to try again. */
static int on_busy(void *self, int tries)
{
    const struct timespec pause = {0, tries < 10 ? 2000000 : 20000000};
    (void)self;
    if (tries == 0)
        waiting_from = seconds_now();
    if (interrupt_name() || seconds_now() - waiting_from >= patience)
        return 0;
    nanosleep(&pause, NULL);
    return 1;
}

/* Is a progress handler, which SQLite calls in long steps: says whether to interrupt them. */
static int on_operations(void *self)
{
    (void)self;
    return interrupt_name() != NULL;
}

void database_close(void)
{
    if (!database)
        return;
    sqlite3_progress_handler(database, 0, NULL, NULL); /* a rollback is not to be interrupted */
    if (!sqlite3_get_autocommit(database))
        sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close_v2(database); /* statements may be in the middle of something */
    database = NULL;
}

sqlite3 *database_open(const char *path, double seconds)
{
    database_path = path;
    patience = seconds;
    atexit(database_close);
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        die("cannot open %s: %s", path, sqlite3_errmsg(database));
    if (sqlite3_db_readonly(database, "main") == 1)
        die("%s cannot be written: its tables are to stand in it", path);
    sqlite3_busy_handler(database, on_busy, NULL);
    sqlite3_progress_handler(database, 10000, on_operations, NULL);
    /* a day's new lists are to fit: what does not fit is written early, and shuts out readers */
    database_run("PRAGMA cache_size = -65536", "opening");
    return database;
}

void database_stop_if_asked(void)
{
    const char *signal = interrupt_name();
    if (!signal)
        return;
    database_close();
    warn("%s: nothing is written, %s is as it was", signal, database_path);
    interrupt_end();
    exit(1);
}

void database_fail(const char *doing)
{
    database_stop_if_asked();
    const int code = sqlite3_errcode(database) & 0xff;
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        die("%s: %s: another connection holds the lock, and kept it for %g s (--busy-timeout); "
            "nothing is written",
            database_path, doing, patience);
    die("%s: %s: %s", database_path, doing, sqlite3_errmsg(database));
}

void database_check(wrmf_status status, const wrmf_error *err)
{
    if (status == WRMF_E_CANCELLED)
        database_stop_if_asked();
    check(status, err);
}

char *database_sql(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *sql = sqlite3_vmprintf(format, arguments);
    va_end(arguments);
    if (!sql)
        die("out of memory for a statement");
    return sql;
}

void database_run(const char *sql, const char *doing)
{
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK)
        database_fail(doing);
}

void database_run_made(char *sql, const char *doing)
{
    database_run(sql, doing);
    sqlite3_free(sql);
}

sqlite3_stmt *database_prepare_made(char *sql, const char *doing)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        database_fail(doing);
    sqlite3_free(sql);
    return statement;
}

int database_step(sqlite3_stmt *statement, const char *doing)
{
    const int status = sqlite3_step(statement);
    if (status == SQLITE_ROW)
        return 1;
    if (status != SQLITE_DONE)
        database_fail(doing);
    sqlite3_reset(statement);
    return 0;
}

int64_t database_version(void)
{
    sqlite3_stmt *statement = database_prepare_made(database_sql("PRAGMA data_version"), "reading");
    database_step(statement, "reading");
    const int64_t version = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return version;
}

void database_type_of(const char *name, char type[16])
{
    const char *doing = "reading the schema";
    sqlite3_stmt *statement = database_prepare_made(
        database_sql("SELECT type FROM main.sqlite_schema WHERE type IN ('table', 'view')"
                     " AND name = %Q COLLATE NOCASE",
                     name),
        doing);
    *type = '\0';
    if (database_step(statement, doing))
        snprintf(type, 16, "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
}

void database_show(const char *phase, int64_t done, int64_t total, double start)
{
    static double shown;
    const double now = seconds_now();
    if (now - shown < 0.05 && done != total)
        return;
    shown = now;
    database_stop_if_asked();
    if (!isatty(STDERR_FILENO) || common.quiet)
        return;
    wrmf_progress progress = {sizeof progress, phase, done, total, now - start, -1, 0};
    if (done > 0 && total > done)
        progress.seconds_left = (now - start) * (double)(total - done) / (double)done;
    progress_draw(&progress);
}
