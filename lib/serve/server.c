/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/server.h"

#include "base/carve.h"

/* The bit that asks for a table. */
static unsigned table_bit(int side, int unit)
{
    static const unsigned bits[2][2] = {{WRMF_SERVE_USERS, WRMF_SERVE_SIMILAR_USERS},
                                        {WRMF_SERVE_ITEMS, WRMF_SERVE_SIMILAR_ITEMS}};
    return bits[side][unit];
}

static wrmf_status make_table(wrmf_context *context, const wrmf_model *model, wrmf_side side,
                              bool unit, wrmf_i_server_table *made, wrmf_error *err)
{
    wrmf_i_table table = wrmf_i_table_of(model, side, unit);
    if (unit)
        WRMF_I_TRY(wrmf_i_model_unit_scales(model, side, &table.unit_scales, err));
    made->bytes = wrmf_i_sieve_bytes(&table);
    if (made->bytes == WRMF_I_TOO_MANY_BYTES)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "%lld rows are too many for a server",
                           (long long)table.rows.n);
    made->memory = wrmf_i_alloc(&context->allocator, made->bytes, 1);
    if (!made->memory)
        return wrmf_i_fail_memory(err, "a server");
    WRMF_I_TRY(wrmf_i_sieve_make(context, &table, &made->sieve, made->memory, err));
    made->is_made = true;
    return WRMF_OK;
}

static wrmf_status make(wrmf_server *server, unsigned tables, const wrmf_matrix *matrix,
                        wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &server->context->allocator;
    for (int side = 0; side < 2; side++) {
        bool is_ranked = side == WRMF_ITEMS;
        for (int unit = 0; unit < 2; unit++)
            if (tables & table_bit(side, unit)) {
                WRMF_I_TRY(make_table(server->context, server->model, (wrmf_side)side, unit == 1,
                                      &server->tables[side][unit], err));
                is_ranked = true;
            }
        if (matrix && is_ranked)
            WRMF_I_TRY(wrmf_i_popularity_make(allocator, matrix, (wrmf_side)side,
                                              &server->popularity[side], err));
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
