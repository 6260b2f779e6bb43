/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf/query.h: lists of rows, of vectors, and of popularity; one and many. */
#include "serve/query_type.h"
#include "wrmf/query.h"

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

static wrmf_status check_each(const char *name, const wrmf_i_row_lists *lists, int64_t n,
                              wrmf_error *err)
{
    if (lists->n < 0 || lists->n == n)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_SHAPE, "%s were set for %lld lists, not for %lld", name,
                       (long long)lists->n, (long long)n);
}

static bool has_popularity(const wrmf_i_query *asked)
{
    return asked->server && asked->server->popularity[asked->ranked].by[0];
}

static wrmf_status fail_no_popularity(wrmf_error *err)
{
    return wrmf_i_fail(err, WRMF_E_STATE, "the query has no server with popularity");
}

/* What the settings ask of a run of n lists. */
static wrmf_status check_settings(const wrmf_query *query, int64_t n, wrmf_error *err)
{
    const wrmf_i_query *const asked = &query->asked;
    WRMF_I_TRY(check_each("rows to exclude", &asked->excluded_each, n, err));
    WRMF_I_TRY(check_each("candidates", &asked->candidates_each, n, err));
    if (asked->fallback != WRMF_POPULARITY_NONE && !has_popularity(asked))
        return fail_no_popularity(err);
    return WRMF_OK;
}

/* ---- running ---- */

/* Have what lists are made of until the call ends, and check what it has. */
static wrmf_status enter_run(wrmf_i_call *call, wrmf_query *query, const wrmf_i_lists *lists,
                             wrmf_error *err)
{
    const wrmf_i_query *const asked = &query->asked;
    WRMF_I_TRY(wrmf_i_query_enter(call, query, err));
    WRMF_I_TRY(wrmf_i_model_read(call, asked->model, err));
    if (asked->server)
        WRMF_I_TRY(wrmf_i_server_read(call, asked->server, err));
    WRMF_I_TRY(check_settings(query, lists->n, err));
    if (lists->asking.kind == WRMF_I_ASKING_ROWS)
        return WRMF_OK;
    int64_t at = 0;
    const int64_t bad = wrmf_i_asking_find_nonfinite(&lists->asking, asked->model->bits,
                                                     asked->model->factors, lists->n, &at);
    if (bad >= 0)
        return wrmf_i_fail(err, WRMF_E_NONFINITE,
                           "number %lld of vector %lld is not finite in the model's precision",
                           (long long)at, (long long)bad);
    return WRMF_OK;
}

/* Room for which of n lists are of popularity, where that can be. */
static wrmf_status make_popular_room(wrmf_query *query, wrmf_i_lists *lists, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &query->context->allocator;
    query->popular_n = 0;
    if (query->asked.fallback == WRMF_POPULARITY_NONE || lists->sink)
        return WRMF_OK;
    if (lists->n > query->popular_room) {
        unsigned char *const room = wrmf_i_alloc(allocator, (size_t)lists->n, 1);
        if (!room)
            return wrmf_i_fail_memory(err, "lists");
        wrmf_i_free(allocator, query->popular, (size_t)query->popular_room, 1);
        query->popular = room;
        query->popular_room = lists->n;
    }
    lists->to.popular = query->popular;
    return WRMF_OK;
}

static wrmf_status run_one(wrmf_query *query, wrmf_i_lists *lists, wrmf_error *err)
{
    wrmf_i_call call = {0};
    wrmf_status status = enter_run(&call, query, lists, err);
    if (status == WRMF_OK)
        status = make_popular_room(query, lists, err);
    if (status == WRMF_OK)
        status = wrmf_i_make_list(query->context, &query->asked, &query->memory, lists, err);
    if (status == WRMF_OK && lists->to.popular)
        query->popular_n = 1;
    wrmf_i_call_end(&call);
    return status;
}

static wrmf_status run_many(wrmf_query *query, wrmf_i_lists *lists, wrmf_error *err)
{
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, query->context, err);
    if (status == WRMF_OK)
        status = enter_run(&call, query, lists, err);
    if (status == WRMF_OK)
        status = make_popular_room(query, lists, err);
    if (status == WRMF_OK)
        status = wrmf_i_make_lists(query->context, &query->asked, lists, err);
    if (status == WRMF_OK && lists->to.popular)
        query->popular_n = lists->n;
    wrmf_i_call_end(&call);
    return status;
}

static wrmf_i_list_arrays arrays_of(const wrmf_query *query, int64_t *indices, double *scores,
                                    int64_t *counts)
{
    return (wrmf_i_list_arrays){0, query->asked.length, indices, scores, counts, NULL};
}

/* ---- lists of rows ---- */

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
    wrmf_i_lists lists = {.asking = {.kind = WRMF_I_ASKING_ROWS, .rows = &row},
                          .n = 1,
                          .to = arrays_of(query, indices, scores, count)};
    return run_one(query, &lists, err);
}

/* Where the lists of a batch go. */
static wrmf_status check_outputs(const wrmf_query *query, const int64_t *indices,
                                 const int64_t *counts, wrmf_error *err)
{
    if (!indices && !query->sink)
        return wrmf_i_fail_null(err, "indices");
    if (!counts && !query->sink)
        return wrmf_i_fail_null(err, "counts");
    return WRMF_OK;
}

wrmf_status wrmf_query_run_batch(wrmf_query *query, const int64_t *rows, int64_t n_rows,
                                 int64_t *indices, double *scores, int64_t *counts, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    WRMF_I_TRY(check_outputs(query, indices, counts, err));
    WRMF_I_TRY(check_rows(rows, n_rows, query->asked.model->rows[query->asked.asking], err));
    wrmf_i_lists lists = {.asking = {.kind = WRMF_I_ASKING_ROWS, .rows = rows},
                          .n = n_rows,
                          .to = arrays_of(query, indices, scores, counts),
                          .sink = query->sink,
                          .sink_self = query->sink_self};
    return run_many(query, &lists, err);
}

/* ---- lists of vectors ---- */

static wrmf_status run_vector(wrmf_query *query, wrmf_i_asking asking, int64_t *indices,
                              double *scores, int64_t *count, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    if (!asking.float64 && !asking.float32)
        return wrmf_i_fail_null(err, "vector");
    if (!indices)
        return wrmf_i_fail_null(err, "indices");
    if (!count)
        return wrmf_i_fail_null(err, "count");
    wrmf_i_lists lists = {.asking = asking, .n = 1, .to = arrays_of(query, indices, scores, count)};
    return run_one(query, &lists, err);
}

wrmf_status wrmf_query_run_vector(wrmf_query *query, const double *vector, int64_t *indices,
                                  double *scores, int64_t *count, wrmf_error *err)
{
    const wrmf_i_asking asking = {.kind = WRMF_I_ASKING_FLOAT64, .float64 = vector};
    return run_vector(query, asking, indices, scores, count, err);
}

wrmf_status wrmf_query_run_vector_float32(wrmf_query *query, const float *vector, int64_t *indices,
                                          double *scores, int64_t *count, wrmf_error *err)
{
    const wrmf_i_asking asking = {.kind = WRMF_I_ASKING_FLOAT32, .float32 = vector};
    return run_vector(query, asking, indices, scores, count, err);
}

static wrmf_status run_vectors(wrmf_query *query, wrmf_i_asking asking, int64_t n,
                               const wrmf_i_list_arrays *to, wrmf_error *err)
{
    WRMF_I_TRY(check_outputs(query, to->indices, to->counts, err));
    if (n < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, below 0", (long long)n);
    if (!asking.float64 && !asking.float32 && n > 0)
        return wrmf_i_fail_null(err, "vectors");
    wrmf_i_lists lists = {
        .asking = asking, .n = n, .to = *to, .sink = query->sink, .sink_self = query->sink_self};
    return run_many(query, &lists, err);
}

wrmf_status wrmf_query_run_vectors(wrmf_query *query, const double *vectors, int64_t n,
                                   int64_t *indices, double *scores, int64_t *counts,
                                   wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    const wrmf_i_asking asking = {.kind = WRMF_I_ASKING_FLOAT64, .float64 = vectors};
    const wrmf_i_list_arrays to = arrays_of(query, indices, scores, counts);
    return run_vectors(query, asking, n, &to, err);
}

wrmf_status wrmf_query_run_vectors_float32(wrmf_query *query, const float *vectors, int64_t n,
                                           int64_t *indices, double *scores, int64_t *counts,
                                           wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    const wrmf_i_asking asking = {.kind = WRMF_I_ASKING_FLOAT32, .float32 = vectors};
    const wrmf_i_list_arrays to = arrays_of(query, indices, scores, counts);
    return run_vectors(query, asking, n, &to, err);
}

/* ---- popularity ---- */

wrmf_status wrmf_query_run_popular(wrmf_query *query, wrmf_popularity popularity, int64_t *indices,
                                   double *scores, int64_t *count, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    if (popularity != WRMF_POPULARITY_NUMBER && popularity != WRMF_POPULARITY_SUM)
        return wrmf_i_fail(err, WRMF_E_RANGE, "popularity is %d, neither number nor sum",
                           (int)popularity);
    if (!indices)
        return wrmf_i_fail_null(err, "indices");
    if (!count)
        return wrmf_i_fail_null(err, "count");
    const wrmf_i_lists lists = {.n = 1};
    const wrmf_i_list_arrays to = arrays_of(query, indices, scores, count);
    wrmf_i_call call = {0};
    wrmf_status status = enter_run(&call, query, &lists, err);
    if (status == WRMF_OK && !has_popularity(&query->asked))
        status = fail_no_popularity(err);
    if (status == WRMF_OK)
        status = wrmf_i_make_popular_list(query->context, &query->asked, popularity, &query->memory,
                                          &to, err);
    wrmf_i_call_end(&call);
    return status;
}

int wrmf_query_is_popular(const wrmf_query *query, int64_t list)
{
    return query && list >= 0 && list < query->popular_n && query->popular[list];
}
