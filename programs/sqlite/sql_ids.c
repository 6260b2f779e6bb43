/* SPDX-License-Identifier: BSD-2-Clause */
/* This takes values of SQL for ids, and gives them back with their types. */
#include "sql_ids.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "../failure.h"

enum { ESCAPE = 1 };

/* Memory that is used again and again. */
struct buffer {
    char *bytes;
    size_t room;
};

static void buffer_need(struct buffer *buffer, size_t room)
{
    if (room <= buffer->room)
        return;
    free(buffer->bytes);
    buffer->room = 2 * room;
    buffer->bytes = allocate(buffer->room, 1);
}

struct sql_id sql_id_of_column(sqlite3_stmt *statement, int column)
{
    struct sql_id id = {.type = sqlite3_column_type(statement, column)};
    switch (id.type) {
    case SQLITE_INTEGER: id.integer = sqlite3_column_int64(statement, column); return id;
    case SQLITE_TEXT: id.bytes = (const char *)sqlite3_column_text(statement, column); break;
    case SQLITE_BLOB: id.bytes = sqlite3_column_blob(statement, column); break;
    default: id.type = 0; return id;
    }
    id.length = (size_t)sqlite3_column_bytes(statement, column);
    if (!id.bytes && id.length > 0)
        die("out of memory for an id of %zu bytes", id.length);
    return id;
}

static int is_plain(const struct sql_id *id)
{
    return id->type == SQLITE_TEXT && id->length > 0 && id->bytes[0] != ESCAPE &&
           !memchr(id->bytes, 0, id->length);
}

/* Gives an id as the bytes of a string id, good until the next call. */
static const char *encode(const struct sql_id *id, size_t *length)
{
    static struct buffer buffer;
    if (is_plain(id)) {
        *length = id->length;
        return id->bytes;
    }
    buffer_need(&buffer, 2 * id->length + 32);
    char *to = buffer.bytes;
    *to++ = ESCAPE;
    if (id->type == SQLITE_INTEGER) {
        to += snprintf(to, 24, "i%lld", (long long)id->integer);
        *length = (size_t)(to - buffer.bytes);
        return buffer.bytes;
    }
    *to++ = id->type == SQLITE_TEXT ? 't' : 'b';
    for (size_t i = 0; i < id->length; i++) {
        const char c = id->bytes[i];
        if (c == 0 || c == ESCAPE) {
            *to++ = ESCAPE;
            *to++ = c == 0 ? '0' : '1';
        } else {
            *to++ = c;
        }
    }
    *length = (size_t)(to - buffer.bytes);
    return buffer.bytes;
}

/* Undoes encode(). */
static struct sql_id decode(const char *text, size_t length)
{
    static struct buffer buffers[4];
    static int turn;
    struct sql_id id = {.type = SQLITE_TEXT, .bytes = text, .length = length};
    if (text[0] != ESCAPE)
        return id;
    if (text[1] == 'i') {
        id.type = SQLITE_INTEGER;
        id.integer = strtoll(text + 2, NULL, 10);
        return id;
    }
    struct buffer *buffer = &buffers[turn++ % 4];
    buffer_need(buffer, length);
    id.type = text[1] == 'b' ? SQLITE_BLOB : SQLITE_TEXT;
    id.bytes = buffer->bytes;
    id.length = 0;
    for (size_t i = 2; i < length; i++) {
        char c = text[i];
        if (c == ESCAPE)
            c = text[++i] == '0' ? 0 : ESCAPE;
        buffer->bytes[id.length++] = c;
    }
    return id;
}

struct sql_id sql_id_at(const wrmf_ids *ids, int64_t index)
{
    size_t length = 0;
    const char *text = wrmf_ids_string(ids, index, &length);
    if (text)
        return decode(text, length);
    return (struct sql_id){.type = SQLITE_INTEGER, .integer = wrmf_ids_integer(ids, index)};
}

void sql_ids_to_strings(wrmf_context *context, wrmf_ids **ids)
{
    wrmf_error err;
    wrmf_ids *strings = NULL;
    if (wrmf_ids_get_kind(*ids) == WRMF_IDS_STRING)
        return;
    check(wrmf_ids_create(context, WRMF_IDS_STRING, &strings, &err), &err);
    for (int64_t i = 0; i < wrmf_ids_size(*ids); i++) {
        const struct sql_id id = sql_id_at(*ids, i);
        sql_id_add(context, &strings, &id);
    }
    wrmf_ids_free(*ids);
    *ids = strings;
}

int64_t sql_id_add(wrmf_context *context, wrmf_ids **ids, const struct sql_id *id)
{
    wrmf_error err;
    int64_t index = 0;
    size_t length = 0;
    if (id->type == SQLITE_INTEGER && wrmf_ids_get_kind(*ids) == WRMF_IDS_INTEGER) {
        check(wrmf_ids_add_integer(*ids, id->integer, &index, &err), &err);
        return index;
    }
    sql_ids_to_strings(context, ids);
    const char *text = encode(id, &length);
    check(wrmf_ids_add(*ids, text, length, &index, &err), &err);
    return index;
}

int64_t sql_id_find(const wrmf_ids *ids, const struct sql_id *id)
{
    size_t length = 0;
    if (wrmf_ids_get_kind(ids) == WRMF_IDS_INTEGER)
        return id->type == SQLITE_INTEGER ? wrmf_ids_find_integer(ids, id->integer) : -1;
    const char *text = encode(id, &length);
    return wrmf_ids_find(ids, text, length);
}

void sql_id_bind(sqlite3_stmt *statement, int parameter, const struct sql_id *id)
{
    static const char nothing[1];
    const char *bytes = id->bytes ? id->bytes : nothing;
    int status;
    if (id->type == SQLITE_INTEGER)
        status = sqlite3_bind_int64(statement, parameter, id->integer);
    else if (id->type == SQLITE_TEXT)
        status = sqlite3_bind_text64(statement, parameter, bytes, id->length, SQLITE_TRANSIENT,
                                     SQLITE_UTF8);
    else
        status = sqlite3_bind_blob64(statement, parameter, bytes, id->length, SQLITE_TRANSIENT);
    if (status != SQLITE_OK)
        die("an id cannot be bound: %s", sqlite3_errstr(status));
}

int sql_id_compare(const struct sql_id *a, const struct sql_id *b)
{
    /* integers before texts before blobs */
    if (a->type != b->type)
        return a->type == SQLITE_INTEGER || (a->type == SQLITE_TEXT && b->type == SQLITE_BLOB) ? -1
                                                                                               : 1;
    if (a->type == SQLITE_INTEGER)
        return (a->integer > b->integer) - (a->integer < b->integer);
    const size_t shorter = a->length < b->length ? a->length : b->length;
    const int found = shorter > 0 ? memcmp(a->bytes, b->bytes, shorter) : 0;
    return found ? found : (a->length > b->length) - (a->length < b->length);
}

uint64_t sql_id_hash(const struct sql_id *id)
{
    const XXH64_hash_t seed = (XXH64_hash_t)id->type;
    if (id->type == SQLITE_INTEGER)
        return XXH3_64bits_withSeed(&id->integer, sizeof id->integer, seed);
    return XXH3_64bits_withSeed(id->bytes, id->length, seed);
}

int sql_ids_types(const wrmf_ids *ids)
{
    int types = 0;
    for (int64_t i = 0; i < wrmf_ids_size(ids); i++) {
        const int type = sql_id_at(ids, i).type;
        types |= type == SQLITE_INTEGER ? SQL_INTEGERS
                 : type == SQLITE_TEXT  ? SQL_TEXTS
                                        : SQL_BLOBS;
    }
    return types;
}
