/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf/query.h: which rows may be in lists. */
#include <math.h>

#include "serve/query_type.h"
#include "wrmf/query.h"

static wrmf_status check_count(const char *name, int64_t n, wrmf_error *err)
{
    if (n < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "%s is %lld, below 0", name, (long long)n);
    return WRMF_OK;
}

static int64_t ranked_rows(const wrmf_query *query)
{
    return query->asked.model->rows[query->asked.ranked];
}

/* ---- for all lists ---- */

wrmf_status wrmf_query_set_excluded(wrmf_query *query, const int64_t *rows, int64_t n,
                                    wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    WRMF_I_TRY(check_count("n", n, err));
    if (!rows && n > 0)
        return wrmf_i_fail_null(err, "rows");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_query_enter(&call, query, err);
    if (status == WRMF_OK)
        status =
            wrmf_i_row_set_make(&query->context->allocator, "rows", rows, n, ranked_rows(query),
                                &query->excluded, &query->asked.excluded, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_query_set_candidates(wrmf_query *query, const int64_t *rows, int64_t n,
                                      wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    WRMF_I_TRY(check_count("n", n, err));
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_query_enter(&call, query, err);
    if (status == WRMF_OK)
        status = wrmf_i_query_set_candidates(query, rows, n, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_query_set_minimum(wrmf_query *query, double minimum, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    if (isnan(minimum))
        return wrmf_i_fail(err, WRMF_E_NONFINITE, "minimum is not a number");
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_query_enter(&call, query, err));
    query->asked.has_minimum = minimum > -(double)INFINITY;
    query->asked.minimum = minimum;
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

/* ---- for each list of a batch ---- */

/* excluded: the sets that lists leave out, else those that they are made of. */
static wrmf_status set_each(wrmf_query *query, bool excluded, int64_t n_lists,
                            const int64_t *offsets, const int64_t *rows, wrmf_error *err)
{
    if (!query)
        return wrmf_i_fail_null(err, "query");
    WRMF_I_TRY(check_count("n_lists", n_lists, err));
    wrmf_i_call call = {0};
    wrmf_i_kept_lists *const kept = excluded ? &query->excluded_each : &query->candidates_each;
    wrmf_status status = wrmf_i_query_enter(&call, query, err);
    if (status == WRMF_OK)
        status = wrmf_i_kept_lists_set(&query->context->allocator, kept, n_lists, offsets, rows,
                                       ranked_rows(query), err);
    if (status == WRMF_OK) {
        query->asked.excluded_each = query->excluded_each.lists;
        query->asked.candidates_each = query->candidates_each.lists;
    }
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_query_set_excluded_each(wrmf_query *query, int64_t n_lists, const int64_t *offsets,
                                         const int64_t *rows, wrmf_error *err)
{
    return set_each(query, true, n_lists, offsets, rows, err);
}

wrmf_status wrmf_query_set_candidates_each(wrmf_query *query, int64_t n_lists,
                                           const int64_t *offsets, const int64_t *rows,
                                           wrmf_error *err)
{
    return set_each(query, false, n_lists, offsets, rows, err);
}
