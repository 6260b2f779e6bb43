/* SPDX-License-Identifier: BSD-2-Clause */
/* serve_a_file [FOLDER/FILE]: a model file that is mapped, so that any number of processes answer
 * from one copy at once, and a server that makes single lists fast. */
#include <stdio.h>
#include <wrmf/wrmf.h>

enum { USERS = 4000, ITEMS = 20000, PLAYS = 20, LENGTH = 5 };

/* The nightly job. */
static wrmf_status save_one(wrmf_context *context, const wrmf_matrix *matrix, const char *path,
                            wrmf_error *err)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    if (wrmf_params_create(context, &params, err) == WRMF_OK &&
        wrmf_params_parse(params, "factors=16 iterations=5", err) == WRMF_OK &&
        wrmf_model_fit(context, matrix, params, &model, err) == WRMF_OK &&
        wrmf_model_save_as(model, path, WRMF_SAVE_MAPPABLE, err) == WRMF_OK)
        err->code = WRMF_OK;
    wrmf_model_free(model);
    wrmf_params_free(params);
    return err->code;
}

/* What a process that answers does: once, and then for each request. */
static wrmf_status serve(wrmf_context *context, const wrmf_matrix *seen, const char *path,
                         wrmf_error *err)
{
    int64_t items[LENGTH], count = 0;
    wrmf_model *model = NULL;
    wrmf_server *server = NULL;
    wrmf_query *query = NULL; /* one a thread; model and server are for all */
    wrmf_status status = WRMF_OK;
    if (wrmf_model_map(context, path, &model, err) != WRMF_OK ||
        wrmf_server_create(context, model, WRMF_SERVE_ITEMS, NULL, &server, err) != WRMF_OK ||
        wrmf_query_create(context, model, WRMF_USERS, WRMF_ITEMS, &query, err) != WRMF_OK ||
        wrmf_query_set_server(query, server, err) != WRMF_OK ||
        wrmf_query_set_length(query, LENGTH, err) != WRMF_OK ||
        wrmf_query_set_seen(query, seen, err) != WRMF_OK)
        status = err->code;
    for (int64_t user = 0; user < 2 && status == WRMF_OK; user++) {
        status = wrmf_query_run(query, user, items, NULL, &count, err);
        printf("user %d: a list of %d, all from her own shelf: %s\n", (int)user, (int)count,
               count > 0 && items[0] % 10 == user && items[count - 1] % 10 == user ? "yes" : "no");
    }
    wrmf_query_free(query);
    wrmf_server_free(server);
    wrmf_model_free(model);
    return status;
}

int main(int argc, char **argv)
{
    static int64_t user[USERS * PLAYS], item[USERS * PLAYS];
    const char *path = argc > 1 ? argv[1] : "served.wrmf";
    wrmf_error err = {WRMF_OK, ""};
    wrmf_context *context = NULL;
    wrmf_matrix *matrix = NULL;
    for (int64_t i = 0; i < USERS * PLAYS; i++) { /* a user takes all from one shelf of ten */
        user[i] = i / PLAYS;
        item[i] = (i * i * 7 + i) % (ITEMS / 10) * 10 + user[i] % 10;
    }
    const int failed =
        wrmf_context_create(&context, &err) != WRMF_OK ||
        wrmf_matrix_from_triplets(context, USERS, ITEMS, USERS * PLAYS, user, item, NULL,
                                  WRMF_DUPLICATES_SUM, NULL, &matrix, &err) != WRMF_OK ||
        save_one(context, matrix, path, &err) != WRMF_OK ||
        serve(context, matrix, path, &err) != WRMF_OK;
    if (failed)
        fprintf(stderr, "serve_a_file: %s\n", err.text);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
    return failed;
}
