/* SPDX-License-Identifier: BSD-2-Clause */
/* This makes lists, and keeps tables of them up to date. */
#include "lists.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../failure.h"
#include "../session.h"
#include "database.h"
#include "names.h"
#include "sql_ids.h"

/* ---- making ---- */

/* Is a wrmf_lists_fn. */
static int take_lists(void *self, const wrmf_lists *given)
{
    struct lists *lists = self;
    for (int64_t i = 0; i < given->n; i++) {
        const size_t to = (size_t)((given->first + i) * lists->length);
        const size_t from = (size_t)(i * given->stride);
        for (int64_t k = 0; k < given->counts[i]; k++) {
            lists->indices[to + (size_t)k] = (int32_t)given->indices[from + (size_t)k];
            lists->scores[to + (size_t)k] = given->scores[from + (size_t)k];
        }
        lists->counts[given->first + i] = (int32_t)given->counts[i];
    }
    return 0;
}

void lists_make(wrmf_context *context, const wrmf_model *model, wrmf_side asking,
                const wrmf_matrix *seen, int64_t length, struct lists *lists)
{
    wrmf_error err;
    wrmf_query *query = NULL;
    const int64_t items = wrmf_model_items(model);
    lists->n = asking == WRMF_USERS ? wrmf_model_users(model) : items;
    lists->length = length < items ? length : items;
    const size_t room = (size_t)lists->n * (size_t)lists->length;
    lists->indices = allocate(room, sizeof *lists->indices);
    lists->scores = allocate(room, sizeof *lists->scores);
    lists->counts = allocate((size_t)lists->n, sizeof *lists->counts);
    check(wrmf_query_create(context, model, asking, WRMF_ITEMS, &query, &err), &err);
    check(wrmf_query_set_length(query, lists->length, &err), &err);
    check(wrmf_query_set_seen(query, seen, &err), &err);
    check(wrmf_query_set_sink(query, lists, take_lists, &err), &err);
    database_check(wrmf_query_run_batch(query, NULL, lists->n, NULL, NULL, NULL, &err), &err);
    wrmf_query_free(query);
}

void lists_free(struct lists *lists)
{
    free(lists->indices);
    free(lists->scores);
    free(lists->counts);
    *lists = (struct lists){0};
}

/* ---- the table ---- */

/* Gives the type that a column of ids is declared with: that of all, so that an index on it serves
 * joins with the application's columns; or none, which leaves values as they are. */
static const char *declared(const wrmf_ids *ids)
{
    const int types = ids ? sql_ids_types(ids) : 0;
    return types == SQL_INTEGERS ? " INTEGER" : types == SQL_TEXTS ? " TEXT" : "";
}

/* Says whether an upper-case text has another. */
static int has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

enum { SQL_REALS = 8 /* beside the types of ids */ };

/* Where a table has it, the names of items. */
static const char name_column[] = "name";
enum { NAME = 4 /* behind those of every table */ };

static const char *column_of(const struct list_table *table, int column)
{
    return column == NAME ? name_column : table->columns[column];
}

/* Says which types a column of a declared type gives back as they are
 * (https://sqlite.org/datatype3.html, "Determination Of Column Affinity"), or, in a STRICT table,
 * which it takes (https://sqlite.org/stricttables.html). */
static int types_kept(const char *type, int is_strict)
{
    const int any = SQL_INTEGERS | SQL_TEXTS | SQL_BLOBS | SQL_REALS;
    const int others = is_strict ? 0 : SQL_BLOBS | SQL_REALS;
    char upper[64];
    size_t n = 0;
    for (; type && type[n] && n + 1 < sizeof upper; n++)
        upper[n] = (char)toupper((unsigned char)type[n]);
    upper[n] = '\0';
    if (is_strict && strcmp(upper, "ANY") == 0)
        return any;
    if (has(upper, "INT"))
        return SQL_INTEGERS | others;
    if (has(upper, "CHAR") || has(upper, "CLOB") || has(upper, "TEXT"))
        return SQL_TEXTS | (others & SQL_BLOBS);
    if (n == 0 || has(upper, "BLOB"))
        return is_strict ? SQL_BLOBS : any;
    if (has(upper, "REAL") || has(upper, "FLOA") || has(upper, "DOUB"))
        return SQL_REALS | others;
    return SQL_INTEGERS | others;
}

/* Says whether a table is STRICT, as those of SQLite 3.37 can be. */
static int is_strict(const char *name)
{
    const char *doing = "looking at a table";
    if (sqlite3_libversion_number() < 3037000)
        return 0;
    sqlite3_stmt *statement = database_prepare_made(
        database_sql("SELECT strict FROM pragma_table_list WHERE schema = 'main' AND name = %Q "
                     "COLLATE NOCASE",
                     name),
        doing);
    const int is_so = database_step(statement, doing) && sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return is_so;
}

/* Checks a column, if it is there; says whether it is. `ids` are what it is to keep, or NULL. */
static int check_column(const struct list_table *table, int column, const wrmf_ids *ids)
{
    const char *doing = "looking at the columns of a table";
    const int types = column == 1      ? SQL_INTEGERS
                      : column == 3    ? (int)SQL_REALS
                      : column == NAME ? SQL_TEXTS
                                       : (ids ? sql_ids_types(ids) : 0);
    const int kept_as_strict = is_strict(table->name);
    sqlite3_stmt *statement = database_prepare_made(
        database_sql(
            "SELECT type FROM pragma_table_info(%Q, 'main') WHERE name = %Q COLLATE NOCASE",
            table->name, column_of(table, column)),
        doing);
    const int is_there = database_step(statement, doing);
    const char *type = is_there ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    if (is_there && types & ~types_kept(type, kept_as_strict))
        die("--%s %s: its column \"%s\" is declared %s, which would %s %s; drop the table, or make "
            "the column %s",
            table->option, table->name, column_of(table, column), type && *type ? type : "so",
            kept_as_strict ? "refuse" : "change",
            column == 1      ? "ranks"
            : column == 3    ? "scores"
            : column == NAME ? "names"
                             : "ids of another type",
            kept_as_strict ? "of the type ANY" : "without a type");
    sqlite3_finalize(statement);
    return is_there;
}

/* Refuses a table with a column that each row has to have, and that no list brings. A key that is
 * the number of the row comes by itself. */
static void check_others(const struct list_table *table)
{
    const char *doing = "looking at the columns of a table";
    const char *const *c = table->columns;
    sqlite3_stmt *statement = database_prepare_made(
        database_sql("SELECT name FROM pragma_table_info(%Q, 'main') WHERE \"notnull\" AND "
                     "dflt_value IS NULL AND NOT (pk AND type = 'INTEGER' COLLATE NOCASE) AND "
                     "name COLLATE NOCASE NOT IN (%Q, %Q, %Q, %Q)",
                     table->name, c[0], c[1], c[2], c[3]),
        doing);
    if (database_step(statement, doing))
        die("--%s %s: its column \"%s\" is NOT NULL and has no DEFAULT, and no list has it",
            table->option, table->name, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
}

void list_table_prepare(const struct list_table *table, const wrmf_ids *const ids[2],
                        int with_names)
{
    char type[16];
    const char *const *c = table->columns;
    const wrmf_ids *asking = ids ? ids[table->asking] : NULL, *items = ids ? ids[WRMF_ITEMS] : NULL;
    database_type_of(table->name, type);
    if (!*type)
        database_run_made(
            database_sql("CREATE TABLE main.\"%w\" (\"%w\"%s NOT NULL, \"%w\" INTEGER NOT NULL, "
                         "\"%w\"%s NOT NULL, \"%w\" REAL NOT NULL%s, "
                         "PRIMARY KEY (\"%w\", \"%w\")) WITHOUT ROWID",
                         table->name, c[0], declared(asking), c[1], c[2], declared(items), c[3],
                         with_names ? ", name TEXT" : "", c[0], c[1]),
            "making a table of lists");
    else if (strcmp(type, "table") != 0)
        die("--%s %s: this is a %s, not a table", table->option, table->name, type);
    for (int i = 0; i < 4; i++)
        if (!check_column(table, i, i == 0 ? asking : items))
            die("--%s %s: the table is there, and has no column \"%s\"; it is to have \"%s\", "
                "\"%s\", \"%s\" and \"%s\"",
                table->option, table->name, c[i], c[0], c[1], c[2], c[3]);
    if (with_names && !check_column(table, NAME, NULL))
        die("--%s %s: the table is there, and has no column \"%s\" for --names; ALTER TABLE adds "
            "one",
            table->option, table->name, name_column);
    check_others(table);
}

int list_table_is_empty(const struct list_table *table)
{
    const char *doing = "looking at a table of lists";
    sqlite3_stmt *statement = database_prepare_made(
        database_sql("SELECT 1 FROM main.\"%w\" LIMIT 1", table->name), doing);
    const int is_empty = !database_step(statement, doing);
    sqlite3_finalize(statement);
    return is_empty;
}

/* ---- writing ---- */

/* A table that is being written. */
struct writing {
    const struct list_table *table;
    const struct lists *lists;
    const wrmf_ids *asking, *items;
    const unsigned char *gone_asking, *gone_items; /* or NULL */
    int has_names;                                 /* which are a part of the lists */
    sqlite3_stmt *read, *insert, *delete;
    struct list_changes *changes;
};

/* A table that an application has made may compare ids by another collation than by their bytes,
 * such as NOCASE, by which two users would be one. */
static void prepare(struct writing *w)
{
    const char *doing = "writing a table of lists", *name = w->table->name;
    const char *const *c = w->table->columns;
    const char *more = w->has_names ? ", name" : "";
    w->read = database_prepare_made(database_sql("SELECT \"%w\", \"%w\", \"%w\"%s FROM main.\"%w\" "
                                                 "WHERE \"%w\" COLLATE BINARY = ?1 ORDER BY \"%w\"",
                                                 c[1], c[2], c[3], more, name, c[0], c[1]),
                                    doing);
    w->insert = database_prepare_made(
        database_sql("INSERT INTO main.\"%w\" (\"%w\", \"%w\", \"%w\", \"%w\"%s) "
                     "VALUES (?1, ?2, ?3, ?4%s)",
                     name, c[0], c[1], c[2], c[3], more, w->has_names ? ", ?5" : ""),
        doing);
    w->delete = database_prepare_made(
        database_sql("DELETE FROM main.\"%w\" WHERE \"%w\" COLLATE BINARY = ?1", name, c[0]),
        doing);
}

static int is_gone(const unsigned char *gone, int64_t row)
{
    return gone && gone[row];
}

/* Says whether the present row of w->read has the name of an item. */
static int is_name(const struct writing *w, int32_t item)
{
    size_t length = 0;
    const char *wanted = wrmf_ids_name(w->items, item, &length);
    const int type = sqlite3_column_type(w->read, 3);
    if (!wanted || type != SQLITE_TEXT)
        return !wanted && type == SQLITE_NULL;
    const char *found = (const char *)sqlite3_column_text(w->read, 3);
    return found && (size_t)sqlite3_column_bytes(w->read, 3) == length &&
           memcmp(found, wanted, length) == 0;
}

/* Says whether the present row of w->read is this entry. */
static int is_entry(const struct writing *w, int64_t rank, int32_t item, double score)
{
    const struct sql_id wanted = sql_id_at(w->items, item);
    const struct sql_id found = sql_id_of_column(w->read, 1);
    const double stored = sqlite3_column_double(w->read, 2);
    return sqlite3_column_type(w->read, 0) == SQLITE_INTEGER &&
           sqlite3_column_int64(w->read, 0) == rank && found.type == wanted.type &&
           sql_id_compare(&found, &wanted) == 0 && !(stored < score) && !(stored > score) &&
           (!w->has_names || is_name(w, item));
}

/* Says whether the table has the list of a row as it is to be. */
static int is_same(const struct writing *w, int64_t row)
{
    const char *doing = "reading a table of lists";
    const size_t first = (size_t)(row * w->lists->length);
    const int64_t n = is_gone(w->gone_asking, row) ? 0 : w->lists->counts[row];
    int64_t rank = 0;
    for (int64_t i = 0; i < n; i++) {
        const int32_t item = w->lists->indices[first + (size_t)i];
        if (is_gone(w->gone_items, item))
            continue;
        if (!database_step(w->read, doing) ||
            !is_entry(w, ++rank, item, w->lists->scores[first + (size_t)i])) {
            sqlite3_reset(w->read);
            return 0;
        }
    }
    const int has_more = database_step(w->read, doing);
    sqlite3_reset(w->read);
    return !has_more;
}

static void bind_name(const struct writing *w, int32_t item)
{
    size_t length = 0;
    const char *name = wrmf_ids_name(w->items, item, &length);
    const int status =
        name ? sqlite3_bind_text64(w->insert, 5, name, length, SQLITE_STATIC, SQLITE_UTF8)
             : sqlite3_bind_null(w->insert, 5);
    if (status != SQLITE_OK)
        die("a name cannot be bound: %s", sqlite3_errstr(status));
}

/* Writes the list of a row, which is bound to w->insert, and of which the table has nothing. */
static void insert_list(const struct writing *w, int64_t row)
{
    const char *doing = "writing a table of lists";
    const size_t first = (size_t)(row * w->lists->length);
    int64_t rank = 0;
    for (int64_t i = 0; i < w->lists->counts[row]; i++) {
        const int32_t item = w->lists->indices[first + (size_t)i];
        if (is_gone(w->gone_items, item))
            continue;
        const struct sql_id id = sql_id_at(w->items, item);
        sqlite3_bind_int64(w->insert, 2, ++rank);
        sql_id_bind(w->insert, 3, &id);
        sqlite3_bind_double(w->insert, 4, w->lists->scores[first + (size_t)i]);
        if (w->has_names)
            bind_name(w, item);
        database_step(w->insert, doing);
    }
}

/* Brings the list of a row up to date. */
static void write_list(const struct writing *w, int64_t row, int is_empty)
{
    const char *doing = "writing a table of lists";
    const struct sql_id id = sql_id_at(w->asking, row);
    const int is_left_out = is_gone(w->gone_asking, row);
    if (!is_empty) {
        sql_id_bind(w->read, 1, &id);
        if (is_same(w, row)) {
            w->changes->same += !is_left_out;
            return;
        }
        sql_id_bind(w->delete, 1, &id);
        database_step(w->delete, doing);
    }
    if (is_left_out) {
        w->changes->removed += !is_empty;
        return;
    }
    sql_id_bind(w->insert, 1, &id);
    insert_list(w, row);
    w->changes->written++;
}

static const wrmf_ids *sorted_ids; /* of by_value() */

/* Is a comparison of qsort(). */
static int by_value(const void *a, const void *b)
{
    const struct sql_id left = sql_id_at(sorted_ids, *(const int64_t *)a);
    const struct sql_id right = sql_id_at(sorted_ids, *(const int64_t *)b);
    return sql_id_compare(&left, &right);
}

/* Gives the rows in the order of the table, in which a tree of pages grows at its end. */
static int64_t *in_order(const wrmf_ids *ids, int64_t n)
{
    int64_t *order = allocate((size_t)n, sizeof *order);
    for (int64_t i = 0; i < n; i++)
        order[i] = i;
    sorted_ids = ids;
    qsort(order, (size_t)n, sizeof *order, by_value);
    return order;
}

/* Removes the lists of those that are no ids any more. */
static void remove_others(const struct writing *w)
{
    const char *doing = "removing lists of a table";
    sqlite3_stmt *all =
        database_prepare_made(database_sql("SELECT DISTINCT \"%w\" COLLATE BINARY FROM main.\"%w\"",
                                           w->table->columns[0], w->table->name),
                              doing);
    sqlite3_value **others = NULL;
    size_t n = 0, room = 0;
    while (database_step(all, doing)) {
        const struct sql_id id = sql_id_of_column(all, 0);
        if (id.type && sql_id_find(w->asking, &id) >= 0)
            continue;
        if (n == room) {
            room = room ? 2 * room : 64;
            others = realloc(others, room * sizeof *others);
            if (!others)
                die("out of memory for the lists that are removed");
        }
        others[n++] = sqlite3_value_dup(sqlite3_column_value(all, 0));
    }
    sqlite3_finalize(all);
    for (size_t i = 0; i < n; i++) {
        sqlite3_bind_value(w->delete, 1, others[i]);
        database_step(w->delete, doing);
        sqlite3_value_free(others[i]);
    }
    w->changes->removed += (int64_t)n;
    free(others);
}

void list_table_write(const struct list_table *table, const struct lists *lists,
                      const wrmf_ids *const ids[2], unsigned char *const gone[2],
                      struct list_changes *changes)
{
    struct writing w = {.table = table,
                        .lists = lists,
                        .asking = ids[table->asking],
                        .items = ids[WRMF_ITEMS],
                        .gone_asking = gone[table->asking],
                        .gone_items = gone[WRMF_ITEMS],
                        .changes = changes};
    const double start = seconds_now();
    const int is_empty = list_table_is_empty(table);
    int64_t *order = in_order(w.asking, lists->n);
    w.has_names = names_are_there(w.items) && check_column(table, NAME, NULL);
    *changes = (struct list_changes){0};
    prepare(&w);
    if (!is_empty)
        remove_others(&w);
    for (int64_t i = 0; i < lists->n; i++) {
        write_list(&w, order[i], is_empty);
        if (i % 256 == 0)
            database_show("write", i, lists->n, start);
    }
    database_show("write", lists->n, lists->n, start);
    sqlite3_finalize(w.read);
    sqlite3_finalize(w.insert);
    sqlite3_finalize(w.delete);
    free(order);
}
