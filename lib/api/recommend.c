/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/recommend.h"

#include "data/validate.h"
#include "model/model.h"

/* The list of one row by a query that is set, which is freed. */
static wrmf_status run_once(wrmf_query *query, int64_t row, int64_t length, int64_t *indices,
                            double *scores, int64_t *count, wrmf_error *err)
{
    wrmf_status status = wrmf_query_set_length(query, length, err);
    if (status == WRMF_OK)
        status = wrmf_query_run(query, row, indices, scores, count, err);
    wrmf_query_free(query);
    return status;
}

wrmf_status wrmf_recommend(const wrmf_model *model, int64_t user, const wrmf_matrix *seen,
                           int64_t length, int64_t *items, double *scores, int64_t *count,
                           wrmf_error *err)
{
    wrmf_query *query = NULL;
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!items)
        return wrmf_i_fail_null(err, "items");
    WRMF_I_TRY(wrmf_query_create(model->context, model, WRMF_USERS, WRMF_ITEMS, &query, err));
    const wrmf_status status = wrmf_query_set_seen(query, seen, err);
    if (status != WRMF_OK) {
        wrmf_query_free(query);
        return status;
    }
    return run_once(query, user, length, items, scores, count, err);
}

wrmf_status wrmf_similar(const wrmf_model *model, wrmf_side side, int64_t index, int64_t length,
                         int64_t *indices, double *scores, int64_t *count, wrmf_error *err)
{
    wrmf_query *query = NULL;
    if (!model)
        return wrmf_i_fail_null(err, "model");
    WRMF_I_TRY(wrmf_i_check_side("side", side, err));
    WRMF_I_TRY(wrmf_query_create(model->context, model, side, side, &query, err));
    return run_once(query, index, length, indices, scores, count, err);
}
