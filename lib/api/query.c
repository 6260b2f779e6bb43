/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/query.h"

#include "data/validate.h"
#include "serve/query_type.h"

enum { DEFAULT_LENGTH = 10 };

/* ---- life ---- */

wrmf_status wrmf_query_create(wrmf_context *context, const wrmf_model *model, wrmf_side asking,
                              wrmf_side ranked, wrmf_query **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    WRMF_I_TRY(wrmf_i_check_side("asking", asking, err));
    WRMF_I_TRY(wrmf_i_check_side("ranked", ranked, err));
    wrmf_i_context_hold(context);
    wrmf_query *const query = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *query);
    if (!query) {
        wrmf_i_context_release(context);
        return wrmf_i_fail_memory(err, "a query");
    }
    query->context = context;
    query->asked = (wrmf_i_query){
        .model = model,
        .asking = asking,
        .ranked = ranked,
        .length = DEFAULT_LENGTH,
        .similarity = asking == ranked ? WRMF_SIMILARITY_COSINE : WRMF_SIMILARITY_DOT,
        .self = WRMF_SELF_OMIT,
        .excluded_each = {.n = -1},
        .candidates_each = {.n = -1},
    };
    query->excluded_each.lists.n = query->candidates_each.lists.n = -1;
    *out = query;
    return WRMF_OK;
}

void wrmf_query_free(wrmf_query *query)
{
    if (query && wrmf_i_use_retire(&query->use))
        wrmf_i_query_free(query);
}

/* ---- settings ---- */

wrmf_status wrmf_query_set_length(wrmf_query *query, int64_t length, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    if (length < 1 || length > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "length is %lld, not in 1 .. 2^31 - 1",
                           (long long)length);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_query_enter(&call, query, err));
    query->asked.length = length;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_query_set_similarity(wrmf_query *query, wrmf_similarity similarity,
                                      wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    if (similarity != WRMF_SIMILARITY_COSINE && similarity != WRMF_SIMILARITY_DOT)
        return wrmf_i_fail(err, WRMF_E_RANGE, "similarity is %d, neither cosine nor dot",
                           (int)similarity);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_query_enter(&call, query, err));
    query->asked.similarity = similarity;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_query_set_self(wrmf_query *query, wrmf_self self, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    if (self != WRMF_SELF_FIRST && self != WRMF_SELF_OMIT)
        return wrmf_i_fail(err, WRMF_E_RANGE, "self is %d, neither first nor omit", (int)self);
    if (query->asked.asking != query->asked.ranked)
        return wrmf_i_fail(err, WRMF_E_STATE,
                           "self is set, and no row can be in its own list: the query asks one "
                           "side and ranks the other");
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_query_enter(&call, query, err));
    query->asked.self = self;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

static wrmf_status set_seen(wrmf_query *query, const wrmf_matrix *seen, wrmf_error *err)
{
    const wrmf_matrix *by_row = seen; /* its rows are those that ask */
    if (seen) {
        if (query->asked.asking == query->asked.ranked)
            return wrmf_i_fail(err, WRMF_E_STATE,
                               "seen is given, and the query asks and ranks the same side");
        const int64_t *const size = query->asked.model->rows;
        if (seen->rows != size[WRMF_USERS] || seen->columns != size[WRMF_ITEMS])
            return wrmf_i_fail(err, WRMF_E_SHAPE, "the model is %lld x %lld, seen %lld x %lld",
                               (long long)size[WRMF_USERS], (long long)size[WRMF_ITEMS],
                               (long long)seen->rows, (long long)seen->columns);
        if (query->asked.asking == WRMF_ITEMS)
            WRMF_I_TRY(wrmf_i_matrix_transposed(NULL, seen, &by_row, err));
    }
    wrmf_matrix *const held = seen ? wrmf_i_matrix_hold(seen) : NULL;
    wrmf_i_matrix_release(query->seen);
    query->seen = held;
    query->asked.seen = by_row;
    return WRMF_OK;
}

wrmf_status wrmf_query_set_seen(wrmf_query *query, const wrmf_matrix *seen, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_query_enter(&call, query, err);
    if (seen)
        wrmf_i_matrix_keep(&call, seen);
    if (status == WRMF_OK)
        status = set_seen(query, seen, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_query_set_server(wrmf_query *query, const wrmf_server *server, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_query_enter(&call, query, err);
    if (status == WRMF_OK && server && server->model != query->asked.model)
        status = wrmf_i_fail(err, WRMF_E_STATE, "the server was made from another model");
    if (status == WRMF_OK)
        query->asked.server = server;
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_query_set_fallback(wrmf_query *query, wrmf_popularity popularity, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    if (popularity != WRMF_POPULARITY_NONE && popularity != WRMF_POPULARITY_NUMBER &&
        popularity != WRMF_POPULARITY_SUM)
        return wrmf_i_fail(err, WRMF_E_RANGE, "popularity is %d, neither none, number nor sum",
                           (int)popularity);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_query_enter(&call, query, err));
    query->asked.fallback = popularity;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_query_set_sink(wrmf_query *query, void *self, wrmf_lists_fn sink, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_query_enter(&call, query, err));
    query->sink = sink;
    query->sink_self = self;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}
