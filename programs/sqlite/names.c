/* SPDX-License-Identifier: BSD-2-Clause */
/* This reads names of items. */
#include "names.h"

#include <string.h>

#include "../failure.h"
#include "database.h"
#include "query.h"
#include "sql_ids.h"

static const char doing[] = "running --names";

sqlite3_stmt *names_open(sqlite3 *database, const char *text)
{
    if (!text)
        return NULL;
    sqlite3_stmt *statement = query_prepare(database, "names", text);
    if (sqlite3_column_count(statement) != 2)
        die_usage("--names has %d columns, not item and name", sqlite3_column_count(statement));
    if (sqlite3_bind_parameter_count(statement) > 0)
        die_usage("--names has a parameter; those of --param are of --query");
    return statement;
}

int names_are_there(const wrmf_ids *items)
{
    size_t length = 0;
    for (int64_t i = 0; i < wrmf_ids_size(items); i++)
        if (wrmf_ids_name(items, i, &length))
            return 1;
    return 0;
}

/* Gives the name of one row to its item, if there is such an item. */
static void take_name(sqlite3_stmt *statement, int64_t row, wrmf_ids *items)
{
    wrmf_error err;
    const struct sql_id id = sql_id_of_column(statement, 0);
    const int64_t item = id.type ? sql_id_find(items, &id) : -1;
    if (item < 0)
        return;
    const int type = sqlite3_column_type(statement, 1);
    if (type == SQLITE_BLOB)
        die("row %lld of --names: the name is a blob", (long long)row);
    const char *name = type == SQLITE_NULL ? "" : (const char *)sqlite3_column_text(statement, 1);
    const size_t length = type == SQLITE_NULL ? 0 : (size_t)sqlite3_column_bytes(statement, 1);
    if (!name)
        die("out of memory for a name");
    if (wrmf_ids_set_name(items, item, name, length, &err) != WRMF_OK)
        die("row %lld of --names: %s", (long long)row, err.text);
}

static int is_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

int64_t names_read(sqlite3_stmt *statement, wrmf_ids *items, int64_t known)
{
    wrmf_error err;
    wrmf_ids *before = NULL;
    size_t length = 0;
    int64_t changed = 0;
    check(wrmf_ids_without(items, NULL, 0, &before, &err), &err); /* a copy */
    for (int64_t i = 0; i < wrmf_ids_size(items); i++)
        check(wrmf_ids_set_name(items, i, "", 0, &err), &err);
    for (int64_t row = 1; database_step(statement, doing); row++)
        take_name(statement, row, items);
    for (int64_t i = 0; i < known; i++)
        changed += !is_same(wrmf_ids_name(before, i, &length), wrmf_ids_name(items, i, &length));
    wrmf_ids_free(before);
    return changed;
}
