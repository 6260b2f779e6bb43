/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf/query.h: lists of who is in no model, from a history that is folded in. */
#include "base/checked.h"
#include "serve/runs.h"
#include "wrmf/query.h"

static void drop_fold(void *fold)
{
    wrmf_i_fold_free(fold);
}

wrmf_status wrmf_query_set_fold(wrmf_query *query, const wrmf_fold *fold, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_query_enter(&call, query, err);
    if (status == WRMF_OK && fold && fold->model != query->asked.model)
        status = wrmf_i_fail(err, WRMF_E_STATE, "the fold was made from another model");
    if (status == WRMF_OK && fold && fold->side != query->asked.asking)
        status = wrmf_i_fail(err, WRMF_E_STATE, "the fold is of the side that does not ask");
    if (status == WRMF_OK)
        query->asked.fold = fold;
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_query_set_history(wrmf_query *query, wrmf_history history, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    if (history != WRMF_HISTORY_OMIT && history != WRMF_HISTORY_KEEP)
        return wrmf_i_fail(err, WRMF_E_RANGE, "history is %d, neither omit nor keep", (int)history);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_query_enter(&call, query, err));
    query->asked.keeps_history = history == WRMF_HISTORY_KEEP;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

/* Begin a run of n lists that folds in. */
static wrmf_status begin(wrmf_i_call *call, wrmf_query *query, int64_t n, wrmf_error *err)
{
    WRMF_I_TRY(wrmf_i_run_begin(call, query, n, err));
    if (!query->asked.fold)
        return wrmf_i_fail(err, WRMF_E_STATE, "the query has no fold");
    wrmf_fold *const shared = (wrmf_fold *)(uintptr_t)query->asked.fold; /* only its use changes */
    WRMF_I_TRY(wrmf_i_call_share(call, &shared->use, shared, drop_fold, "fold", err));
    return wrmf_i_fold_check(query->asked.fold, err);
}

/* Whether histories are of the side that is ranked, and are to be left out. */
static bool omits_history(const wrmf_query *query)
{
    return query->asked.asking != query->asked.ranked && !query->asked.keeps_history;
}

/* ---- one ---- */

static wrmf_status fold_and_list(wrmf_query *query, const wrmf_i_history *history,
                                 wrmf_i_lists *lists, wrmf_error *err)
{
    const wrmf_fold *const fold = query->asked.fold;
    wrmf_i_fold_space space;
    wrmf_i_row row;
    const size_t bytes = wrmf_i_fold_lay_out(fold, history->n, NULL, &space);
    if (bytes > SIZE_MAX - WRMF_I_ALIGN)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "a history of %lld entries is too long",
                           (long long)history->n);
    WRMF_I_TRY(wrmf_i_list_memory_grow(query->context, &query->folding, bytes, err));
    (void)wrmf_i_fold_lay_out(fold, history->n, query->folding.block, &space);
    WRMF_I_TRY(wrmf_i_fold_sort(fold, history, &space, &row, err));
    WRMF_I_TRY(wrmf_i_fold_row(fold, &row, &space, err));
    const int64_t offsets[2] = {0, row.n};
    lists->asking = (wrmf_i_asking){.kind = WRMF_I_ASKING_STORED, .stored = space.row};
    lists->asking.histories =
        (wrmf_i_row_lists){omits_history(query) ? 1 : -1, offsets, row.columns};
    return wrmf_i_run_list(query, lists, err);
}

wrmf_status wrmf_query_run_history(wrmf_query *query, const int64_t *index, const double *count,
                                   int64_t n, int64_t *indices, double *scores, int64_t *n_indices,
                                   wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    if (!index && n > 0)
        return wrmf_i_fail_null(err, "index");
    if (!indices)
        return wrmf_i_fail_null(err, "indices");
    if (!n_indices)
        return wrmf_i_fail_null(err, "n_indices");
    if (n < 0 || n > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, not in 0 .. 2^31 - 1", (long long)n);
    const wrmf_i_history history = {index, count, n};
    wrmf_i_lists lists = {.n = 1, .to = wrmf_i_run_arrays(query, indices, scores, n_indices)};
    wrmf_i_call call = {0};
    wrmf_status status = begin(&call, query, 1, err);
    if (status == WRMF_OK)
        status = fold_and_list(query, &history, &lists, err);
    wrmf_i_call_end(&call);
    return status;
}

/* ---- many ---- */

static wrmf_status check_shape(const wrmf_query *query, const wrmf_matrix *histories,
                               wrmf_error *err)
{
    const bool users = query->asked.asking == WRMF_USERS;
    const int64_t wanted = query->asked.model->rows[users ? WRMF_ITEMS : WRMF_USERS];
    const int64_t has = users ? histories->columns : histories->rows;
    if (has == wanted)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_SHAPE, "the histories have %lld %s, the model %lld",
                       (long long)has, users ? "items" : "users", (long long)wanted);
}

/* by_row: a row for each list. */
static wrmf_status fold_and_list_rows(wrmf_query *query, const wrmf_matrix *by_row,
                                      wrmf_i_lists *lists, wrmf_error *err)
{
    wrmf_context *const context = query->context;
    const wrmf_model *const model = query->asked.model;
    const size_t row_bytes = (size_t)model->stride * wrmf_i_model_number_bytes(model);
    void *const rows = wrmf_i_alloc(&context->allocator, (size_t)by_row->rows, row_bytes);
    if (!rows)
        return wrmf_i_fail_memory(err, "rows to fold in");
    wrmf_status status = wrmf_i_fold_rows(context, query->asked.fold, by_row, rows, err);
    lists->asking = (wrmf_i_asking){.kind = WRMF_I_ASKING_STORED, .stored = rows};
    lists->asking.histories = (wrmf_i_row_lists){omits_history(query) ? by_row->rows : -1,
                                                 by_row->offsets, by_row->indices};
    if (status == WRMF_OK)
        status = wrmf_i_run_lists(query, lists, err);
    wrmf_i_free(&context->allocator, rows, (size_t)by_row->rows, row_bytes);
    return status;
}

static wrmf_status run_histories(wrmf_query *query, const wrmf_matrix *histories,
                                 wrmf_i_lists *lists, wrmf_error *err)
{
    const wrmf_matrix *by_row = histories;
    WRMF_I_TRY(check_shape(query, histories, err));
    if (query->asked.asking == WRMF_ITEMS)
        WRMF_I_TRY(wrmf_i_matrix_transposed(query->context, histories, &by_row, err));
    return fold_and_list_rows(query, by_row, lists, err);
}

wrmf_status wrmf_query_run_histories(wrmf_query *query, const wrmf_matrix *histories,
                                     int64_t *indices, double *scores, int64_t *counts,
                                     wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    if (!histories)
        return wrmf_i_fail_null(err, "histories");
    WRMF_I_TRY(wrmf_i_run_check_outputs(query, indices, counts, err));
    const bool users = query->asked.asking == WRMF_USERS;
    wrmf_i_lists lists = {.n = users ? histories->rows : histories->columns,
                          .to = wrmf_i_run_arrays(query, indices, scores, counts),
                          .sink = query->sink,
                          .sink_self = query->sink_self};
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, histories);
    wrmf_status status = wrmf_i_context_enter(&call, query->context, err);
    if (status == WRMF_OK)
        status = begin(&call, query, lists.n, err);
    if (status == WRMF_OK)
        status = run_histories(query, histories, &lists, err);
    wrmf_i_call_end(&call);
    return status;
}
