/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/server.h"

#include "io/output.h"
#include "serve/server.h"
#include "store/model_file.h"
#include "wrmf/store.h"

enum {
    ALL_TABLES =
        WRMF_SERVE_ITEMS | WRMF_SERVE_SIMILAR_ITEMS | WRMF_SERVE_USERS | WRMF_SERVE_SIMILAR_USERS
};

/* A model of one side alone has no row of the other, of which the matrix has any number. */
static wrmf_status check_shape(const wrmf_model *model, const wrmf_matrix *matrix, wrmf_error *err)
{
    const int64_t *const size = model->rows;
    if ((matrix->rows == size[WRMF_USERS] || size[WRMF_USERS] == 0) &&
        (matrix->columns == size[WRMF_ITEMS] || size[WRMF_ITEMS] == 0))
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_SHAPE, "the model is %lld x %lld, the matrix %lld x %lld",
                       (long long)size[WRMF_USERS], (long long)size[WRMF_ITEMS],
                       (long long)matrix->rows, (long long)matrix->columns);
}

wrmf_status wrmf_server_create(wrmf_context *context, const wrmf_model *model, unsigned tables,
                               const wrmf_matrix *matrix, wrmf_server **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    if (tables & ~(unsigned)ALL_TABLES)
        return wrmf_i_fail(err, WRMF_E_RANGE, "tables is %u, no sum of bits of wrmf_serve", tables);
    if (matrix)
        WRMF_I_TRY(check_shape(model, matrix, err));
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (matrix)
        wrmf_i_matrix_keep(&call, matrix);
    if (status == WRMF_OK)
        status = wrmf_i_model_read(&call, model, err);
    if (status == WRMF_OK)
        status = wrmf_i_server_new(context, model, tables, matrix, out, err);
    wrmf_i_call_end(&call);
    return status;
}

void wrmf_server_free(wrmf_server *server)
{
    if (server && wrmf_i_use_retire(&server->use))
        wrmf_i_server_free(server);
}

size_t wrmf_server_bytes(const wrmf_server *server)
{
    return server ? wrmf_i_server_bytes(server) : 0;
}

/* ---- files ---- */

static wrmf_status check_options(unsigned options, wrmf_error *err)
{
    const unsigned sides = WRMF_SAVE_USERS | WRMF_SAVE_ITEMS;
    if ((options & ~(sides | WRMF_SAVE_MAPPABLE)) != 0 || (options & sides) == sides)
        return wrmf_i_fail(err, WRMF_E_RANGE, "options is %#x, not one of the sides, or 0",
                           options);
    return WRMF_OK;
}

/* Write to the one of the two that is not NULL. */
static wrmf_status save(const wrmf_server *server, unsigned options, wrmf_output *output,
                        const char *path, wrmf_error *err)
{
    const wrmf_model *const model = server->model;
    const unsigned all = options | WRMF_SAVE_MAPPABLE;
    wrmf_i_served served[2];
    for (int side = 0; side < 2; side++)
        WRMF_I_TRY(wrmf_i_server_check(server, (wrmf_side)side, err));
    wrmf_status status = wrmf_i_server_pack(server, served, err);
    if (status == WRMF_OK)
        status = output ? wrmf_i_model_write(model, all, served, output, err)
                        : wrmf_i_model_write_path(model, all, served, path, err);
    wrmf_i_server_pack_end(server, served);
    return status;
}

static wrmf_status enter_and_save(const wrmf_server *server, unsigned options, wrmf_output *output,
                                  const char *path, wrmf_error *err)
{
    WRMF_I_TRY(check_options(options, err));
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_server_read(&call, server, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_read(&call, server->model, err);
    if (status == WRMF_OK && output)
        status = wrmf_i_output_enter(&call, output, err);
    if (status == WRMF_OK)
        status = save(server, options, output, path, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_server_write(const wrmf_server *server, unsigned options, wrmf_output *output,
                              wrmf_error *err)
{
    if (!server)
        return wrmf_i_fail_null(err, "server");
    if (!output)
        return wrmf_i_fail_null(err, "output");
    return enter_and_save(server, options, output, NULL, err);
}

wrmf_status wrmf_server_save(const wrmf_server *server, const char *path, unsigned options,
                             wrmf_error *err)
{
    if (!server)
        return wrmf_i_fail_null(err, "server");
    if (!path)
        return wrmf_i_fail_null(err, "path");
    return enter_and_save(server, options, NULL, path, err);
}
