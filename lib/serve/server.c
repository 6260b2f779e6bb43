/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/server.h"

#include <string.h>

#include "base/carve.h"

/* The bit that asks for a table. */
static unsigned table_bit(int side, int unit)
{
    static const unsigned bits[2][2] = {{WRMF_SERVE_USERS, WRMF_SERVE_SIMILAR_USERS},
                                        {WRMF_SERVE_ITEMS, WRMF_SERVE_SIMILAR_ITEMS}};
    return bits[side][unit];
}

/* What a mapped model has of a side for servers: nothing where the model is another. */
static wrmf_status use_table(const wrmf_i_table *table, const wrmf_i_served *served,
                             wrmf_i_server_table *made, wrmf_error *err)
{
    const wrmf_i_served_part part = table->unit ? WRMF_I_SERVED_UNIT : WRMF_I_SERVED_DOT;
    if (!wrmf_i_sieve_use(table, &made->sieve, served->data[part], served->bytes[part]))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "the file's table for lists is damaged");
    made->is_made = true;
    return WRMF_OK;
}

static wrmf_status make_table(wrmf_context *context, const wrmf_model *model, wrmf_side side,
                              bool unit, wrmf_i_server_table *made, wrmf_error *err)
{
    const wrmf_i_served *const served = &model->served[side];
    wrmf_i_table table = wrmf_i_table_of(model, side, unit);
    if (unit)
        WRMF_I_TRY(wrmf_i_model_unit_scales(model, side, &table.unit_scales, err));
    if (served->data[unit ? WRMF_I_SERVED_UNIT : WRMF_I_SERVED_DOT])
        return use_table(&table, served, made, err);
    const size_t bytes = wrmf_i_sieve_bytes(&table);
    if (bytes == WRMF_I_TOO_MANY_BYTES)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "%lld rows are too many for a server",
                           (long long)table.rows.n);
    /* zeros: what lies between its parts may come into a file */
    made->memory = wrmf_i_alloc_zero(&context->allocator, bytes, 1);
    if (!made->memory)
        return wrmf_i_fail_memory(err, "a server");
    made->bytes = bytes;
    WRMF_I_TRY(wrmf_i_sieve_make(context, &table, &made->sieve, made->memory, err));
    made->is_made = true;
    return WRMF_OK;
}

/* The popularity that a mapped model has of a side, if it has. */
static wrmf_status use_popularity(wrmf_server *server, int side, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &server->context->allocator;
    const wrmf_i_served *const served = &server->model->served[side];
    wrmf_i_popularity *const to = &server->popularity[side];
    const int64_t n = server->model->rows[side];
    if (!served->data[WRMF_I_SERVED_NUMBER])
        return WRMF_OK;
    to->n = n;
    for (int kind = 0; kind < 2; kind++) {
        const int part = WRMF_I_SERVED_NUMBER + kind;
        if (kind == 1 && !served->data[part])
            to->by[1] = to->by[0];
        else
            WRMF_I_TRY(wrmf_i_popularity_unpack(allocator, served->data[part], served->bytes[part],
                                                n, &to->by[kind], err));
    }
    return WRMF_OK;
}

static wrmf_status make(wrmf_server *server, unsigned tables, const wrmf_matrix *matrix,
                        wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &server->context->allocator;
    for (int side = 0; side < 2; side++) {
        bool is_ranked = side == WRMF_ITEMS && server->model->rows[side] > 0;
        for (int unit = 0; unit < 2; unit++)
            if (tables & table_bit(side, unit)) {
                WRMF_I_TRY(make_table(server->context, server->model, (wrmf_side)side, unit == 1,
                                      &server->tables[side][unit], err));
                is_ranked = true;
            }
        if (matrix && is_ranked)
            WRMF_I_TRY(wrmf_i_popularity_make(allocator, matrix, (wrmf_side)side,
                                              &server->popularity[side], err));
        else if (is_ranked)
            WRMF_I_TRY(use_popularity(server, side, err));
    }
    return WRMF_OK;
}

wrmf_status wrmf_i_server_new(wrmf_context *context, const wrmf_model *model, unsigned tables,
                              const wrmf_matrix *matrix, wrmf_server **out, wrmf_error *err)
{
    wrmf_server *const server = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *server);
    if (!server)
        return wrmf_i_fail_memory(err, "a server");
    server->context = wrmf_i_context_hold(context);
    server->model = model;
    for (int side = 0; side < 2; side++)
        server->generation[side] = model->generation[side];
    const wrmf_status status = make(server, tables, matrix, err);
    if (status == WRMF_OK)
        *out = server;
    else
        wrmf_i_server_free(server);
    return status;
}

void wrmf_i_server_free(wrmf_server *server)
{
    if (!server)
        return;
    wrmf_context *const context = server->context;
    for (int side = 0; side < 2; side++) {
        for (int unit = 0; unit < 2; unit++)
            wrmf_i_free(&context->allocator, server->tables[side][unit].memory,
                        server->tables[side][unit].bytes, 1);
        wrmf_i_popularity_free(&context->allocator, &server->popularity[side]);
    }
    wrmf_i_free(&context->allocator, server, 1, sizeof *server);
    wrmf_i_context_release(context);
}

size_t wrmf_i_server_bytes(const wrmf_server *server)
{
    size_t bytes = sizeof *server;
    for (int side = 0; side < 2; side++) {
        for (int unit = 0; unit < 2; unit++)
            bytes += server->tables[side][unit].bytes;
        bytes += wrmf_i_popularity_bytes(&server->popularity[side]);
    }
    return bytes;
}

/* ---- into a file ---- */

static void add_part(wrmf_i_served *served, wrmf_i_served_part part, const void *data, size_t bytes)
{
    if (bytes == 0)
        return;
    served->data[part] = data;
    served->bytes[part] = bytes;
}

/* The sieve of a side, unless rows are too long for one, and the unit scales. */
static wrmf_status add_table(const wrmf_server *server, int side, int unit, wrmf_i_served *served,
                             wrmf_error *err)
{
    const wrmf_model *const model = server->model;
    const wrmf_i_table table = wrmf_i_table_of(model, (wrmf_side)side, unit == 1);
    const wrmf_i_server_table *const from = &server->tables[side][unit];
    const double *scales = NULL;
    if (!from->is_made || from->sieve.panels == 0)
        return WRMF_OK;
    add_part(served, unit ? WRMF_I_SERVED_UNIT : WRMF_I_SERVED_DOT, from->sieve.order,
             wrmf_i_sieve_bytes(&table));
    if (!unit)
        return WRMF_OK;
    WRMF_I_TRY(wrmf_i_model_unit_scales(model, (wrmf_side)side, &scales, err));
    /* whole lines of 64 bytes: a copy that ends with zeros */
    const size_t n = (size_t)model->rows[side], bytes = (n * sizeof *scales + 63) / 64 * 64;
    double *const copy = wrmf_i_alloc_zero(&server->context->allocator, bytes, 1);
    if (!copy)
        return wrmf_i_fail_memory(err, "norms of the rows");
    memcpy(copy, scales, n * sizeof *scales);
    add_part(served, WRMF_I_SERVED_SCALES, copy, bytes);
    return WRMF_OK;
}

static wrmf_status add_popularity(const wrmf_server *server, int side, wrmf_i_served *served,
                                  wrmf_error *err)
{
    const wrmf_i_popularity *const from = &server->popularity[side];
    const size_t bytes = from->by[0] ? wrmf_i_popularity_packed(from->n) : 0;
    for (int kind = 0; kind < 2 && bytes > 0 && (kind == 0 || from->by[1] != from->by[0]); kind++) {
        void *const packed = wrmf_i_alloc(&server->context->allocator, bytes, 1);
        if (!packed)
            return wrmf_i_fail_memory(err, "popularity");
        wrmf_i_popularity_pack(from->by[kind], from->n, packed);
        add_part(served, WRMF_I_SERVED_NUMBER + (wrmf_i_served_part)kind, packed, bytes);
    }
    return WRMF_OK;
}

wrmf_status wrmf_i_server_pack(const wrmf_server *server, wrmf_i_served served[2], wrmf_error *err)
{
    memset(served, 0, 2 * sizeof *served);
    for (int side = 0; side < 2; side++) {
        for (int unit = 0; unit < 2; unit++)
            WRMF_I_TRY(add_table(server, side, unit, &served[side], err));
        WRMF_I_TRY(add_popularity(server, side, &served[side], err));
    }
    return WRMF_OK;
}

void wrmf_i_server_pack_end(const wrmf_server *server, wrmf_i_served served[2])
{
    for (int side = 0; side < 2; side++)
        for (int part = WRMF_I_SERVED_SCALES; part < WRMF_I_SERVED_PARTS; part++)
            wrmf_i_free(&server->context->allocator, (void *)(uintptr_t)served[side].data[part],
                        served[side].bytes[part], 1);
}

/* ---- calls ---- */

static void drop(void *server)
{
    wrmf_i_server_free(server);
}

wrmf_status wrmf_i_server_read(wrmf_i_call *call, const wrmf_server *server, wrmf_error *err)
{
    wrmf_server *const shared = (wrmf_server *)(uintptr_t)server; /* only its use changes */
    return wrmf_i_call_share(call, &shared->use, shared, drop, "server", err);
}

wrmf_status wrmf_i_server_check(const wrmf_server *server, wrmf_side side, wrmf_error *err)
{
    const wrmf_i_server_table *const tables = server->tables[side];
    if ((tables[0].is_made || tables[1].is_made) &&
        server->generation[side] != server->model->generation[side])
        return wrmf_i_fail(err, WRMF_E_STATE,
                           "the model's %s have changed since the server was made",
                           side == WRMF_USERS ? "users" : "items");
    return WRMF_OK;
}

const wrmf_i_sieve *wrmf_i_server_sieve(const wrmf_server *server, wrmf_side side, bool unit)
{
    if (!server || !server->tables[side][unit].is_made)
        return NULL;
    return &server->tables[side][unit].sieve;
}
