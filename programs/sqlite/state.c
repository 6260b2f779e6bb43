/* SPDX-License-Identifier: BSD-2-Clause */
/* This keeps a model in a database. */
#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../failure.h"
#include "../session.h"
#include "database.h"

/* Far below the greatest length of a value, which is 1e9 bytes unless it was built smaller. */
enum { PIECE = 4 << 20 };

#define MOST_RUNS 9007199254740992 /* 2^53: who counts that far reads no number of ours */

/* ---- the table ---- */

void state_prepare(const char *table)
{
    char type[16];
    database_type_of(table, type);
    if (*type && strcmp(type, "table") != 0)
        die("%s is a %s: the model is to stand in a table (--model)", table, type);
    database_run_made(database_sql("CREATE TABLE IF NOT EXISTS main.\"%w\" (part TEXT NOT NULL, "
                                   "piece INTEGER NOT NULL, data BLOB NOT NULL, "
                                   "PRIMARY KEY (part, piece))",
                                   table),
                      "making the table of the model (--model)");
    /* another table of this name fails here, before anything is computed */
    sqlite3_finalize(
        database_prepare_made(database_sql("SELECT part, piece, data FROM main.\"%w\"", table),
                              "looking at the table of the model (--model)"));
    (void)state_run(table);
}

static int is_there(const char *table)
{
    char type[16];
    database_type_of(table, type);
    return *type != '\0';
}

int64_t state_run(const char *table)
{
    const char *doing = "reading the number of the last run";
    if (!is_there(table))
        return 0;
    /* the number, or no row where the table is empty, or a NULL: it has rows without one */
    sqlite3_stmt *statement = database_prepare_made(
        database_sql("SELECT (SELECT data FROM main.\"%w\" WHERE part = 'run' AND piece = 0) "
                     "FROM main.\"%w\" LIMIT 1",
                     table, table),
        doing);
    const int is_empty = !database_step(statement, doing);
    const int64_t run = is_empty ? 0 : sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    if (!is_empty && (run < 1 || run > MOST_RUNS))
        die("--model %s: the table has rows that wrmf-sqlite has not written; empty it, or name "
            "another",
            table);
    return run;
}

int state_owns(const char *table, const char *written)
{
    const char *doing = "reading which tables a run has written";
    sqlite3_stmt *statement = database_prepare_made(
        database_sql("SELECT 1 FROM main.\"%w\" WHERE part = 'table ' || lower(%Q) AND piece = 0",
                     table, written),
        doing);
    const int owns = database_step(statement, doing);
    sqlite3_finalize(statement);
    return owns;
}

void state_own(const char *table, const char *written)
{
    database_run_made(
        database_sql("INSERT OR IGNORE INTO main.\"%w\" VALUES ('table ' || lower(%Q), 0, x'')",
                     table, written),
        "noting which tables were written");
}

/* ---- reading ---- */

/* A part that is read by offsets, of whose pieces one is at hand. */
struct piece_reader {
    sqlite3_stmt *select;
    int64_t bytes; /* of the part; -1: it is not there */
    int64_t at;    /* the piece at hand, or -1 */
};

static const char reading[] = "reading the stored model";

static void reader_open(struct piece_reader *reader, const char *table, const char *part)
{
    sqlite3_stmt *size =
        database_prepare_made(database_sql("SELECT count(*), max(piece), sum(length(data)), "
                                           "max(CASE WHEN piece = 0 THEN length(data) END) "
                                           "FROM main.\"%w\" WHERE part = %Q",
                                           table, part),
                              reading);
    database_step(size, reading);
    const int64_t pieces = sqlite3_column_int64(size, 0);
    const int64_t last = sqlite3_column_int64(size, 1), first_bytes = sqlite3_column_int64(size, 3);
    *reader = (struct piece_reader){.bytes = sqlite3_column_int64(size, 2), .at = -1};
    sqlite3_finalize(size);
    /* all but the last are full, which piece_read() checks where it goes by them */
    if (pieces == 0 || pieces != last + 1 || (pieces > 1 && first_bytes != PIECE))
        reader->bytes = -1;
    reader->select = database_prepare_made(
        database_sql("SELECT data FROM main.\"%w\" WHERE part = %Q AND piece = ?1", table, part),
        reading);
}

/* Is a wrmf_read_at_fn. */
static int piece_read(void *self, int64_t offset, void *buffer, size_t bytes)
{
    struct piece_reader *reader = self;
    char *to = buffer;
    while (bytes > 0) {
        const int64_t piece = offset / PIECE;
        if (piece != reader->at) {
            sqlite3_reset(reader->select);
            sqlite3_bind_int64(reader->select, 1, piece);
            reader->at = database_step(reader->select, reading) ? piece : -1;
        }
        const char *data = reader->at < 0 ? NULL : sqlite3_column_blob(reader->select, 0);
        const size_t there = data ? (size_t)sqlite3_column_bytes(reader->select, 0) : 0;
        const size_t from = (size_t)(offset % PIECE);
        if (there <= from)
            return -1; /* a piece is short, or missing */
        const size_t n = bytes < there - from ? bytes : there - from;
        memcpy(to, data + from, n);
        to += n;
        offset += (int64_t)n;
        bytes -= n;
        if (bytes > 0 && there != PIECE)
            return -1;
    }
    return 0;
}

static void reader_close(struct piece_reader *reader)
{
    sqlite3_finalize(reader->select);
    *reader = (struct piece_reader){0};
}

/* ---- loading ---- */

static void load_model(const char *table, wrmf_context *context, struct state *state)
{
    wrmf_error err;
    struct piece_reader reader;
    reader_open(&reader, table, "model");
    if (reader.bytes < 0)
        die("%s has no whole model: --fresh fits a new one", table);
    if (wrmf_model_load_callback(context, &reader, piece_read, (size_t)reader.bytes, &state->model,
                                 &err) != WRMF_OK)
        die("the model in %s: %s; --fresh fits a new one", table, err.text);
    if (!wrmf_model_ids(state->model, WRMF_USERS) || !wrmf_model_ids(state->model, WRMF_ITEMS))
        die("%s has a model that wrmf-sqlite has not stored: --fresh fits a new one", table);
    reader_close(&reader);
}

/* Loads the histories, of which the model says how many there are. */
static void load_histories(const char *table, struct state *state)
{
    struct piece_reader reader;
    const int64_t users = wrmf_model_users(state->model);
    state->histories = allocate((size_t)users, sizeof *state->histories);
    reader_open(&reader, table, "histories");
    if (reader.bytes != 8 * users)
        die("%s does not tell what users had: --fresh fits a new model", table);
    for (int64_t i = 0; i < users; i++) { /* the lowest byte first, whatever the machine */
        unsigned char bytes[8];
        if (piece_read(&reader, 8 * i, bytes, sizeof bytes) != 0)
            die("%s does not tell what users had: --fresh fits a new model", table);
        for (int k = 7; k >= 0; k--)
            state->histories[i] = state->histories[i] << 8 | bytes[k];
    }
    reader_close(&reader);
}

void state_load(const char *table, wrmf_context *context, struct state *state)
{
    *state = (struct state){.run = state_run(table)};
    if (state->run == 0)
        return;
    load_model(table, context, state);
    load_histories(table, state);
}

void state_free(struct state *state)
{
    wrmf_model_free(state->model);
    free(state->histories);
    *state = (struct state){0};
}

/* ---- storing ---- */

/* Bytes that are stored piece by piece. */
struct piece_writer {
    sqlite3_stmt *insert;
    const char *part;
    char *bytes; /* room for PIECE of them */
    size_t n;
    int64_t piece;
    int64_t written; /* bytes in all */
    double start;
};

static void piece_put(struct piece_writer *writer)
{
    const char *doing = "storing the model";
    sqlite3_bind_text(writer->insert, 1, writer->part, -1, SQLITE_STATIC);
    sqlite3_bind_int64(writer->insert, 2, writer->piece++);
    if (sqlite3_bind_blob64(writer->insert, 3, writer->bytes, writer->n, SQLITE_STATIC) !=
        SQLITE_OK)
        database_fail(doing);
    database_step(writer->insert, doing);
    writer->written += (int64_t)writer->n;
    writer->n = 0;
    database_show("store", writer->written, -1, writer->start);
}

/* Is a wrmf_write_fn. */
static int piece_write(void *self, const void *data, size_t bytes)
{
    struct piece_writer *writer = self;
    for (const char *from = data; bytes > 0;) {
        const size_t room = PIECE - writer->n, n = bytes < room ? bytes : room;
        memcpy(writer->bytes + writer->n, from, n);
        writer->n += n;
        from += n;
        bytes -= n;
        if (writer->n == PIECE)
            piece_put(writer);
    }
    return 0;
}

static void piece_begin(struct piece_writer *writer, const char *part)
{
    writer->part = part;
    writer->n = 0;
    writer->piece = 0;
}

static void store_model(struct piece_writer *writer, const wrmf_model *model, wrmf_context *context)
{
    wrmf_error err;
    wrmf_output *output = NULL;
    piece_begin(writer, "model");
    check(wrmf_output_open_callback(context, writer, piece_write, "the database", &output, &err),
          &err);
    check(wrmf_model_write(model, output, &err), &err);
    check(wrmf_output_close(output, &err), &err);
    wrmf_output_free(output);
    piece_put(writer);
}

static void store_histories(struct piece_writer *writer, const uint64_t *histories, int64_t users)
{
    piece_begin(writer, "histories");
    for (int64_t i = 0; i < users; i++) {
        char bytes[8];
        for (int k = 0; k < 8; k++)
            bytes[k] = (char)(histories[i] >> 8 * k & 0xff);
        piece_write(writer, bytes, sizeof bytes);
    }
    piece_put(writer);
}

void state_store(const char *table, const wrmf_model *model, const uint64_t *histories,
                 wrmf_context *context, int64_t run)
{
    const char *doing = "storing the model";
    struct piece_writer writer = {.bytes = allocate(PIECE, 1), .start = seconds_now()};
    database_run_made(
        database_sql("DELETE FROM main.\"%w\" WHERE part IN ('run', 'model', 'histories')", table),
        doing);
    database_run_made(
        database_sql("INSERT INTO main.\"%w\" VALUES ('run', 0, '%lld')", table, (long long)run),
        doing);
    writer.insert = database_prepare_made(
        database_sql("INSERT INTO main.\"%w\" VALUES (?1, ?2, ?3)", table), doing);
    store_model(&writer, model, context);
    store_histories(&writer, histories, wrmf_model_users(model));
    sqlite3_finalize(writer.insert);
    free(writer.bytes);
}
