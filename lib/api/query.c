/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/query.h"

#include "data/validate.h"
#include "rank/lists.h"

enum { DEFAULT_LENGTH = 10 };

struct wrmf_query {
    wrmf_context *context; /* held */
    wrmf_i_use use;        /* of the call that makes lists or sets something */
    wrmf_matrix *seen;     /* held, or NULL */
    wrmf_i_query asked;
    wrmf_i_list_memory memory; /* of wrmf_query_run() */
};

/* ---- checks ---- */

static wrmf_status check_rows(const int64_t *rows, int64_t n_rows, int64_t size, wrmf_error *err)
{
    if (n_rows < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_rows is %lld, below 0", (long long)n_rows);
    if (!rows && n_rows > size)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_rows is %lld, not in 0 .. %lld", (long long)n_rows,
                           (long long)size);
    for (int64_t i = 0; rows && i < n_rows; i++)
        if (rows[i] < 0 || rows[i] >= size)
            return wrmf_i_fail(err, WRMF_E_RANGE, "rows[%lld] is %lld, not in 0 .. %lld",
                               (long long)i, (long long)rows[i], (long long)size - 1);
    return WRMF_OK;
}

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
    };
    *out = query;
    return WRMF_OK;
}

static void free_query(void *self)
{
    wrmf_query *const query = self;
    wrmf_context *const context = query->context;
    wrmf_i_matrix_release(query->seen);
    wrmf_i_list_memory_free(&context->allocator, &query->memory);
    wrmf_i_free(&context->allocator, query, 1, sizeof *query);
    wrmf_i_context_release(context);
}

void wrmf_query_free(wrmf_query *query)
{
    if (query && wrmf_i_use_retire(&query->use))
        free_query(query);
}

static wrmf_status enter(wrmf_i_call *call, wrmf_query *query, wrmf_error *err)
{
    return wrmf_i_call_alone(call, &query->use, query, free_query, "query", err);
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
    WRMF_I_TRY(enter(&call, query, err));
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
    WRMF_I_TRY(enter(&call, query, err));
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
    WRMF_I_TRY(enter(&call, query, err));
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
    wrmf_status status = enter(&call, query, err);
    if (seen)
        wrmf_i_matrix_keep(&call, seen);
    if (status == WRMF_OK)
        status = set_seen(query, seen, err);
    wrmf_i_call_end(&call);
    return status;
}

/* ---- lists ---- */

wrmf_status wrmf_query_run(wrmf_query *query, int64_t row, int64_t *indices, double *scores,
                           int64_t *count, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    if (!indices)
        return wrmf_i_fail_null(err, "indices");
    if (!count)
        return wrmf_i_fail_null(err, "count");
    const wrmf_i_query *const asked = &query->asked;
    const int64_t rows = asked->model->rows[asked->asking];
    if (row < 0 || row >= rows)
        return wrmf_i_fail(err, WRMF_E_RANGE, "%s is %lld, not in 0 .. %lld",
                           asked->asking == WRMF_USERS ? "user" : "item", (long long)row,
                           (long long)rows - 1);
    const wrmf_i_lists lists = {&row, 1, indices, scores, count};
    wrmf_i_call call = {0};
    wrmf_status status = enter(&call, query, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_read(&call, asked->model, err);
    if (status == WRMF_OK)
        status = wrmf_i_make_list(query->context, asked, &query->memory, &lists, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_query_run_batch(wrmf_query *query, const int64_t *rows, int64_t n_rows,
                                 int64_t *indices, double *scores, int64_t *counts, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    if (!indices)
        return wrmf_i_fail_null(err, "indices");
    if (!counts)
        return wrmf_i_fail_null(err, "counts");
    const wrmf_i_query *const asked = &query->asked;
    WRMF_I_TRY(check_rows(rows, n_rows, asked->model->rows[asked->asking], err));
    const wrmf_i_lists lists = {rows, n_rows, indices, scores, counts};
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, query->context, err);
    if (status == WRMF_OK)
        status = enter(&call, query, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_read(&call, asked->model, err);
    if (status == WRMF_OK)
        status = wrmf_i_make_lists(query->context, asked, &lists, err);
    wrmf_i_call_end(&call);
    return status;
}
