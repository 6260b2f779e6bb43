/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/runs.h"

/* ---- checks ---- */

static wrmf_status check_each(const char *name, const wrmf_i_row_lists *lists, int64_t n,
                              wrmf_error *err)
{
    if (lists->n < 0 || lists->n == n)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_SHAPE, "%s were set for %lld lists, not for %lld", name,
                       (long long)lists->n, (long long)n);
}

wrmf_status wrmf_i_run_check_popularity(const wrmf_query *query, wrmf_error *err)
{
    const wrmf_i_query *const asked = &query->asked;
    if (asked->server && asked->server->popularity[asked->ranked].by[0])
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_STATE, "the query has no server with popularity");
}

wrmf_status wrmf_i_run_check_outputs(const wrmf_query *query, const int64_t *indices,
                                     const int64_t *counts, wrmf_error *err)
{
    if (!indices && !query->sink)
        return wrmf_i_fail_null(err, "indices");
    if (!counts && !query->sink)
        return wrmf_i_fail_null(err, "counts");
    return WRMF_OK;
}

static wrmf_status check_vectors(const wrmf_i_query *asked, const wrmf_i_lists *lists,
                                 wrmf_error *err)
{
    const wrmf_i_asking_kind kind = lists->asking.kind;
    if (kind != WRMF_I_ASKING_FLOAT64 && kind != WRMF_I_ASKING_FLOAT32)
        return WRMF_OK;
    int64_t at = 0;
    const int64_t bad = wrmf_i_asking_find_nonfinite(&lists->asking, asked->model->bits,
                                                     asked->model->factors, lists->n, &at);
    if (bad < 0)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_NONFINITE,
                       "number %lld of vector %lld is not finite in the model's precision",
                       (long long)at, (long long)bad);
}

wrmf_status wrmf_i_run_begin(wrmf_i_call *call, wrmf_query *query, int64_t n, wrmf_error *err)
{
    const wrmf_i_query *const asked = &query->asked;
    WRMF_I_TRY(wrmf_i_query_enter(call, query, err));
    WRMF_I_TRY(wrmf_i_model_read(call, asked->model, err));
    if (asked->server) {
        WRMF_I_TRY(wrmf_i_server_read(call, asked->server, err));
        WRMF_I_TRY(wrmf_i_server_check(asked->server, asked->ranked, err));
    }
    WRMF_I_TRY(check_each("rows to exclude", &asked->excluded_each, n, err));
    WRMF_I_TRY(check_each("candidates", &asked->candidates_each, n, err));
    return asked->fallback == WRMF_POPULARITY_NONE ? WRMF_OK
                                                   : wrmf_i_run_check_popularity(query, err);
}

/* ---- lists ---- */

wrmf_i_list_arrays wrmf_i_run_arrays(const wrmf_query *query, int64_t *indices, double *scores,
                                     int64_t *counts)
{
    return (wrmf_i_list_arrays){0, query->asked.length, indices, scores, counts, NULL};
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

wrmf_status wrmf_i_run_list(wrmf_query *query, wrmf_i_lists *lists, wrmf_error *err)
{
    WRMF_I_TRY(check_vectors(&query->asked, lists, err));
    WRMF_I_TRY(make_popular_room(query, lists, err));
    WRMF_I_TRY(wrmf_i_make_list(query->context, &query->asked, &query->memory, lists, err));
    query->popular_n = lists->to.popular ? 1 : 0;
    return WRMF_OK;
}

wrmf_status wrmf_i_run_lists(wrmf_query *query, wrmf_i_lists *lists, wrmf_error *err)
{
    WRMF_I_TRY(check_vectors(&query->asked, lists, err));
    WRMF_I_TRY(make_popular_room(query, lists, err));
    WRMF_I_TRY(wrmf_i_make_lists(query->context, &query->asked, lists, err));
    query->popular_n = lists->to.popular ? lists->n : 0;
    return WRMF_OK;
}
