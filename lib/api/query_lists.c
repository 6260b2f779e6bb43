/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf/query.h: lists of rows, of vectors, and of popularity; one and many. */
#include "data/validate.h"
#include "serve/runs.h"
#include "wrmf/query.h"

/* ---- checks ---- */

static wrmf_status check_rows(const int64_t *rows, int64_t n_rows, int64_t size, wrmf_error *err)
{
    if (n_rows < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_rows is %lld, below 0", (long long)n_rows);
    if (!rows && n_rows > size)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_rows is %lld, not in 0 .. %lld", (long long)n_rows,
                           (long long)size);
    return wrmf_i_check_indices("rows", rows, rows ? n_rows : 0, size, err);
}

/* ---- running ---- */

static wrmf_status run_one(wrmf_query *query, wrmf_i_lists *lists, wrmf_error *err)
{
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_run_begin(&call, query, lists->n, err);
    if (status == WRMF_OK)
        status = wrmf_i_run_list(query, lists, err);
    wrmf_i_call_end(&call);
    return status;
}

static wrmf_status run_many(wrmf_query *query, wrmf_i_lists *lists, wrmf_error *err)
{
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, query->context, err);
    if (status == WRMF_OK)
        status = wrmf_i_run_begin(&call, query, lists->n, err);
    if (status == WRMF_OK)
        status = wrmf_i_run_lists(query, lists, err);
    wrmf_i_call_end(&call);
    return status;
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
                          .to = wrmf_i_run_arrays(query, indices, scores, count)};
    return run_one(query, &lists, err);
}

wrmf_status wrmf_query_run_batch(wrmf_query *query, const int64_t *rows, int64_t n_rows,
                                 int64_t *indices, double *scores, int64_t *counts, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    WRMF_I_TRY(wrmf_i_run_check_outputs(query, indices, counts, err));
    WRMF_I_TRY(check_rows(rows, n_rows, query->asked.model->rows[query->asked.asking], err));
    wrmf_i_lists lists = {.asking = {.kind = WRMF_I_ASKING_ROWS, .rows = rows},
                          .n = n_rows,
                          .to = wrmf_i_run_arrays(query, indices, scores, counts),
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
    wrmf_i_lists lists = {
        .asking = asking, .n = 1, .to = wrmf_i_run_arrays(query, indices, scores, count)};
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
    WRMF_I_TRY(wrmf_i_run_check_outputs(query, to->indices, to->counts, err));
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
    const wrmf_i_list_arrays to = wrmf_i_run_arrays(query, indices, scores, counts);
    return run_vectors(query, asking, n, &to, err);
}

wrmf_status wrmf_query_run_vectors_float32(wrmf_query *query, const float *vectors, int64_t n,
                                           int64_t *indices, double *scores, int64_t *counts,
                                           wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    const wrmf_i_asking asking = {.kind = WRMF_I_ASKING_FLOAT32, .float32 = vectors};
    const wrmf_i_list_arrays to = wrmf_i_run_arrays(query, indices, scores, counts);
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
    const wrmf_i_list_arrays to = wrmf_i_run_arrays(query, indices, scores, count);
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_run_begin(&call, query, 1, err);
    if (status == WRMF_OK)
        status = wrmf_i_run_check_popularity(query, err);
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
