/* SPDX-License-Identifier: BSD-2-Clause */
/* This reads interactions by a query. */
#include "query.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "../failure.h"
#include "../session.h"
#include "database.h"
#include "sql_ids.h"

static const char *sql;
static struct text_list values, texts;
static const char *duplicates = "sum", *zeros = "refuse", *negative = "refuse";

const struct option query_option_table[] = {
    {"query", "SQL",
     "gives the interactions: columns user, item and, if there is\na third, count; else each row "
     "counts 1",
     OPTION_TEXT, &sql, 0, 0},
    {"param", "NAME=VALUE",
     "bind a parameter of the query: :NAME, @NAME or $NAME, or ?N\nwhere NAME is N. A VALUE that "
     "is a number is bound as one;\nagain for another",
     OPTION_LIST, &values, 0, 0},
    {"param-text", "NAME=VALUE", "the same, and VALUE is bound as text whatever it is", OPTION_LIST,
     &texts, 0, 0},
    {"duplicates", "WHAT",
     "sum (default), max, drop or refuse: what becomes of a pair\nthat comes again", OPTION_TEXT,
     &duplicates, 0, 0},
    {"zeros", "WHAT", "refuse (default) or drop rows with a count of 0", OPTION_TEXT, &zeros, 0, 0},
    {"negative", "WHAT",
     "refuse (default) rows with a count below 0, or take them as\n"
     "dislike, for --set negative_counts=dislike",
     OPTION_TEXT, &negative, 0, 0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

/* In the order of the enums. */
static const char *const duplicates_names[] = {"sum", "drop", "max", "refuse", NULL};
static const char *const zeros_names[] = {"refuse", "drop", NULL};
static const char *const negative_names[] = {"refuse", "dislike", NULL};

static int choice_of(const char *option, const char *text, const char *const *choices)
{
    for (int i = 0; choices[i]; i++)
        if (strcmp(text, choices[i]) == 0)
            return i;
    die_usage("--%s '%s' is none of its choices; see --help", option, text);
}

/* ---- opening ---- */

/* Ends the program if something but spaces, comments and semicolons is behind a statement. */
static void refuse_tail(sqlite3 *database, const char *option, const char *tail)
{
    while (*tail) {
        sqlite3_stmt *more = NULL;
        const int status = sqlite3_prepare_v2(database, tail, -1, &more, &tail);
        sqlite3_finalize(more);
        if (status != SQLITE_OK || more)
            die_usage("--%s has more than one statement", option);
    }
}

sqlite3_stmt *query_prepare(sqlite3 *database, const char *option, const char *text)
{
    char doing[32];
    sqlite3_stmt *statement = NULL;
    const char *tail = NULL;
    snprintf(doing, sizeof doing, "--%s", option);
    if (sqlite3_prepare_v2(database, text, -1, &statement, &tail) != SQLITE_OK)
        database_fail(doing);
    if (!statement)
        die_usage("--%s is empty", option);
    refuse_tail(database, option, tail);
    if (!sqlite3_stmt_readonly(statement))
        die_usage("--%s writes; it is to read", option);
    return statement;
}

/* Says whether a parameter without a name is there: "?5" alone leaves four below it that are none.
 * SQLite tells by what a value of it changes. It has none afterwards. */
static int is_used(sqlite3_stmt *query, int parameter)
{
    sqlite3_bind_null(query, parameter);
    char *without = sqlite3_expanded_sql(query);
    sqlite3_bind_int(query, parameter, 1);
    char *with = sqlite3_expanded_sql(query);
    const int is_changed = !without || !with || strcmp(without, with) != 0;
    sqlite3_bind_null(query, parameter);
    sqlite3_free(without);
    sqlite3_free(with);
    return is_changed;
}

/* Gives the number of a parameter that is named with or without its sign, or 0. */
static int parameter_find(sqlite3_stmt *query, const char *name, size_t length)
{
    for (int i = 1; i <= sqlite3_bind_parameter_count(query); i++) {
        const char *own = sqlite3_bind_parameter_name(query, i); /* with its sign; NULL: a bare ? */
        char number[16];
        snprintf(number, sizeof number, "%d", i);
        if ((!own || *own == '?') && strlen(number) == length && memcmp(name, number, length) == 0)
            return own || is_used(query, i) ? i : 0;
        if (own && strlen(own) == length && memcmp(own, name, length) == 0)
            return i;
        if (own && *own != '?' && strlen(own + 1) == length && memcmp(own + 1, name, length) == 0)
            return i;
    }
    return 0;
}

static int bind_value(sqlite3_stmt *query, int parameter, const char *value, int as_text)
{
    char *end = NULL;
    errno = 0;
    const long long integer = strtoll(value, &end, 10);
    if (!as_text && *value && !*end && !errno)
        return sqlite3_bind_int64(query, parameter, integer);
    /* what strtod() takes besides are words and hexadecimal numbers */
    const double real = strtod(value, &end);
    if (!as_text && *value && !*end && value[strspn(value, "0123456789+-.eE")] == '\0')
        return sqlite3_bind_double(query, parameter, real);
    return sqlite3_bind_text(query, parameter, value, -1, SQLITE_STATIC);
}

static void bind_list(sqlite3_stmt *query, const char *option, const struct text_list *list,
                      int as_text, char *bound)
{
    for (int i = 0; i < list->count; i++) {
        const char *text = list->text[i], *equals = strchr(text, '=');
        if (!equals)
            die_usage("--%s '%s' is not NAME=VALUE", option, text);
        const int length = (int)(equals - text);
        const int parameter = parameter_find(query, text, (size_t)length);
        if (!parameter)
            die_usage("--%s %s: the query has no parameter %.*s", option, text, length, text);
        if (bound[parameter])
            die_usage("--%s %s: parameter %.*s is given twice", option, text, length, text);
        bound[parameter] = 1;
        if (bind_value(query, parameter, equals + 1, as_text) != SQLITE_OK)
            die("--%s %s: it cannot be bound", option, text);
    }
}

static void bind_all(sqlite3_stmt *query)
{
    const int n = sqlite3_bind_parameter_count(query);
    char *bound = allocate((size_t)n + 1, 1);
    bind_list(query, "param", &values, 0, bound);
    bind_list(query, "param-text", &texts, 1, bound);
    for (int i = 1; i <= n; i++) {
        const char *name = sqlite3_bind_parameter_name(query, i);
        if (!bound[i] && name)
            die_usage("the query's parameter %s has no value: --param", name);
        if (!bound[i] && is_used(query, i))
            die_usage("the query's parameter number %d has no value: --param %d=VALUE", i, i);
    }
    free(bound);
}

sqlite3_stmt *query_open(sqlite3 *database)
{
    if (!sql)
        die_usage("--query is needed: it gives user, item and count");
    choice_of("duplicates", duplicates, duplicates_names);
    choice_of("zeros", zeros, zeros_names);
    choice_of("negative", negative, negative_names);
    sqlite3_stmt *query = query_prepare(database, "query", sql);
    const int columns = sqlite3_column_count(query);
    if (columns != 2 && columns != 3)
        die_usage("--query has %d columns, not user, item and count, or user and item", columns);
    bind_all(query);
    return query;
}

/* ---- reading ---- */

/* Rows as they come. */
struct triplets {
    int64_t *user, *item;
    double *count;
    int64_t n, room;
};

static void *grown(void *memory, int64_t n, size_t size)
{
    void *more = realloc(memory, (size_t)n * size);
    if (!more)
        die("out of memory for %lld rows", (long long)n);
    return more;
}

static void triplets_push(struct triplets *rows, int64_t user, int64_t item, double count)
{
    if (rows->n == rows->room) {
        rows->room = rows->room ? rows->room + rows->room / 2 : 65536;
        rows->user = grown(rows->user, rows->room, sizeof *rows->user);
        rows->item = grown(rows->item, rows->room, sizeof *rows->item);
        rows->count = grown(rows->count, rows->room, sizeof *rows->count);
    }
    rows->user[rows->n] = user;
    rows->item[rows->n] = item;
    rows->count[rows->n++] = count;
}

/* Ends the program for what stands in a column of a row. */
_Noreturn static void refuse(sqlite3_stmt *query, int64_t row, int column, const char *why)
{
    static const char *const roles[] = {"user", "item", "count"};
    const char *name = sqlite3_column_name(query, column);
    die("row %lld of the query, column %d (%s, \"%s\"): %s", (long long)row, column + 1,
        roles[column], name ? name : "", why);
}

/* Gives an id, good until the next row. */
static struct sql_id read_id(sqlite3_stmt *query, int64_t row, int column)
{
    const struct sql_id id = sql_id_of_column(query, column);
    if (id.type == 0 && sqlite3_column_type(query, column) == SQLITE_NULL)
        refuse(query, row, column, "it is NULL, which is no id");
    if (id.type == 0)
        refuse(query, row, column,
               "it is a real; an id is an integer, a text or a blob (CAST makes it one)");
    return id;
}

/* Gives a count; 0 only where zeros are dropped. */
static double read_count(sqlite3_stmt *query, int64_t row)
{
    char why[160];
    if (sqlite3_column_count(query) == 2)
        return 1;
    const int type = sqlite3_column_type(query, 2);
    if (type == SQLITE_NULL)
        refuse(query, row, 2, "it is NULL, which is no count");
    if (type == SQLITE_TEXT) /* as .import leaves them, in a table without types */
        refuse(query, row, 2, "it is a text, not a number (CAST makes it one)");
    if (type != SQLITE_INTEGER && type != SQLITE_FLOAT)
        refuse(query, row, 2, "it is a blob, not a number");
    const double count = sqlite3_column_double(query, 2);
    const char *ways = count > 0   ? ""
                       : count < 0 ? "; --negative dislike takes it as one"
                                   : "; --zeros drop passes over it";
    if (isfinite(count) && (count > 0 || (count < 0 && strcmp(negative, "dislike") == 0) ||
                            (!(count < 0) && strcmp(zeros, "drop") == 0)))
        return count;
    snprintf(why, sizeof why, "%g is no count, which is finite and above 0%s", count,
             isfinite(count) ? ways : "");
    refuse(query, row, 2, why);
}

/* Says whether a row is passed over for its count. */
static int is_none(double count)
{
    return !(count > 0) && !(count < 0);
}

static void ids_begin(wrmf_context *context, const wrmf_ids *known, wrmf_ids **ids)
{
    wrmf_error err;
    if (known)
        check(wrmf_ids_without(known, NULL, 0, ids, &err), &err); /* a copy */
    else
        check(wrmf_ids_create(context, WRMF_IDS_INTEGER, ids, &err), &err);
}

/* Gives the place of a pair among all entries of a matrix, which has it. */
static int64_t place_of(const wrmf_matrix *matrix, int64_t user, int64_t item)
{
    const int64_t *offsets = NULL;
    const int32_t *items = NULL;
    wrmf_matrix_csr(matrix, &offsets, &items, NULL);
    int64_t low = offsets[user], high = offsets[user + 1] - 1;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (items[middle] < item)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Ends the program for the first row whose pair came before. */
_Noreturn static void refuse_again(sqlite3_stmt *query, const struct triplets *rows,
                                   const wrmf_matrix *matrix)
{
    char *is_there = allocate((size_t)wrmf_matrix_entries(matrix), 1);
    int64_t row = 0;
    for (int64_t i = 0; database_step(query, "running --query");) {
        row++;
        if (is_none(read_count(query, row)))
            continue;
        const int64_t place = place_of(matrix, rows->user[i], rows->item[i]);
        if (is_there[place])
            refuse(query, row, 1, "this user had this item in a row before; --duplicates");
        is_there[place] = 1;
        if (++i == rows->n)
            break;
    }
    die("the query gives a pair again: --duplicates");
}

/* Ends the program for the last row of a pair whose counts have a sum that is none, if there is
 * one. */
static void refuse_sum(sqlite3_stmt *query, const struct triplets *rows, const wrmf_matrix *matrix)
{
    const size_t n = (size_t)wrmf_matrix_entries(matrix);
    int64_t *last = allocate(n, sizeof *last), row = 0;
    double *sums = allocate(n, sizeof *sums);
    for (int64_t i = 0; i < rows->n; i++) {
        const int64_t place = place_of(matrix, rows->user[i], rows->item[i]);
        last[place] = i;
        sums[place] += rows->count[i];
    }
    for (int64_t i = 0; i < rows->n && database_step(query, "running --query");) {
        row++;
        if (is_none(read_count(query, row)))
            continue;
        const int64_t place = place_of(matrix, rows->user[i], rows->item[i]);
        if (last[place] == i && is_none(sums[place]))
            refuse(
                query, row, 2,
                "with it the likes and dislikes of this user and item add up to 0; --duplicates");
        if (last[place] == i && !isfinite(sums[place]))
            refuse(query, row, 2,
                   "with it the sum of the counts of this user and item is not finite");
        i++;
    }
    free(last);
    free(sums);
}

static wrmf_status matrix_of(wrmf_context *context, const struct triplets *rows,
                             wrmf_duplicates on_again, struct interactions_read *read,
                             wrmf_error *err)
{
    return wrmf_matrix_from_signed_triplets(
        context, wrmf_ids_size(read->ids[0]), wrmf_ids_size(read->ids[1]), rows->n, rows->user,
        rows->item, rows->count, on_again, &read->merged, &read->matrix, err);
}

static void make_matrix(sqlite3_stmt *query, wrmf_context *context, const struct triplets *rows,
                        struct interactions_read *read)
{
    wrmf_error err, ignored;
    const wrmf_duplicates on_again =
        (wrmf_duplicates)choice_of("duplicates", duplicates, duplicates_names);
    const int is_refused = on_again == WRMF_DUPLICATES_REFUSE;
    const wrmf_status status =
        matrix_of(context, rows, is_refused ? WRMF_DUPLICATES_DROP : on_again, read, &err);
    if ((status == WRMF_E_FORMAT || status == WRMF_E_NONFINITE) &&
        matrix_of(context, rows, WRMF_DUPLICATES_DROP, read, &ignored) == WRMF_OK)
        refuse_sum(query, rows, read->matrix);
    check(status, &err);
    if (is_refused && read->merged > 0)
        refuse_again(query, rows, read->matrix);
}

void query_read(sqlite3_stmt *query, wrmf_context *context, const wrmf_ids *const ids[2],
                struct interactions_read *read)
{
    struct triplets rows = {0};
    const double start = seconds_now();
    *read = (struct interactions_read){0};
    for (int side = 0; side < 2; side++)
        ids_begin(context, ids[side], &read->ids[side]);
    const int columns = sqlite3_column_count(query);
    while (database_step(query, "running --query")) {
        const int64_t row = ++read->rows;
        if (sqlite3_column_count(query) != columns) /* "*" of a table that another has changed */
            die("--query has %d columns now, not %d: the tables that it reads have changed",
                sqlite3_column_count(query), columns);
        const struct sql_id user = read_id(query, row, 0), item = read_id(query, row, 1);
        const double count = read_count(query, row);
        if (!is_none(count))
            triplets_push(&rows, sql_id_add(context, &read->ids[WRMF_USERS], &user),
                          sql_id_add(context, &read->ids[WRMF_ITEMS], &item), count);
        else
            read->zeros++; /* who has such rows alone is not there */
        if (row % 4096 == 0)
            database_show("query", row, -1, start);
    }
    database_show("query", read->rows, read->rows, start);
    make_matrix(query, context, &rows, read);
    free(rows.user);
    free(rows.item);
    free(rows.count);
}

void query_read_free(struct interactions_read *read)
{
    wrmf_matrix_free(read->matrix);
    wrmf_ids_free(read->ids[0]);
    wrmf_ids_free(read->ids[1]);
    *read = (struct interactions_read){0};
}

/* Drops those of one side that have no entry; gives how many. */
static int64_t drop_side(struct interactions_read *read, wrmf_side side)
{
    wrmf_error err;
    const int64_t size = wrmf_ids_size(read->ids[side]);
    int64_t *degrees = allocate((size_t)size, sizeof *degrees);
    int64_t n = 0;
    check(wrmf_matrix_degrees(read->matrix, side, degrees, &err), &err);
    for (int64_t i = 0; i < size; i++)
        if (degrees[i] == 0)
            degrees[n++] = i; /* behind what is read next */
    if (n > 0) {
        wrmf_matrix *matrix = NULL;
        wrmf_ids *left = NULL;
        check(wrmf_matrix_without(read->matrix, side, degrees, n, &matrix, &err), &err);
        check(wrmf_ids_without(read->ids[side], degrees, n, &left, &err), &err);
        wrmf_matrix_free(read->matrix);
        wrmf_ids_free(read->ids[side]);
        read->matrix = matrix;
        read->ids[side] = left;
    }
    free(degrees);
    return n;
}

void query_drop_empty(struct interactions_read *read, int64_t dropped[2])
{
    for (int side = 0; side < 2; side++)
        dropped[side] = drop_side(read, (wrmf_side)side);
}

uint64_t *query_histories(const struct interactions_read *read)
{
    const int64_t users = wrmf_ids_size(read->ids[WRMF_USERS]);
    const int64_t items = wrmf_ids_size(read->ids[WRMF_ITEMS]);
    uint64_t *of_items = allocate((size_t)items, sizeof *of_items);
    uint64_t *histories = allocate((size_t)users, sizeof *histories);
    for (int64_t item = 0; item < items; item++) {
        const struct sql_id id = sql_id_at(read->ids[WRMF_ITEMS], item);
        of_items[item] = sql_id_hash(&id);
    }
    for (int64_t user = 0; user < users; user++) {
        const int32_t *row = NULL;
        const double *counts = NULL;
        const int64_t n = wrmf_matrix_row(read->matrix, user, &row, &counts);
        for (int64_t i = 0; i < n; i++) { /* a sum does not go by the order of the items */
            const double count = counts ? counts[i] : 1;
            histories[user] += XXH3_64bits_withSeed(&count, sizeof count, of_items[row[i]]);
        }
    }
    free(of_items);
    return histories;
}
