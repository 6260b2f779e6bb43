/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/recommend.h"

#include <math.h>

#include "rank/lists.h"
#include "wrmf/model.h"

static wrmf_status check_common(const wrmf_model *model, const wrmf_i_query *query,
                                const int64_t *out, const char *out_name, const int64_t *count,
                                const char *count_name, wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!out)
        return wrmf_i_fail_null(err, out_name);
    if (!count)
        return wrmf_i_fail_null(err, count_name);
    if (query->n < 1 || query->n > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, not in 1 .. 2^31 - 1",
                           (long long)query->n);
    if (query->side != WRMF_USERS && query->side != WRMF_ITEMS)
        return wrmf_i_fail(err, WRMF_E_RANGE, "side is %d, neither users nor items",
                           (int)query->side);
    const wrmf_matrix *const seen = query->seen;
    if (seen && (seen->rows != model->rows[0] || seen->columns != model->rows[1]))
        return wrmf_i_fail(err, WRMF_E_SHAPE, "the model is %lld x %lld, seen %lld x %lld",
                           (long long)model->rows[0], (long long)model->rows[1],
                           (long long)seen->rows, (long long)seen->columns);
    return WRMF_OK;
}

static wrmf_status check_row(const char *name, int64_t row, int64_t rows, wrmf_error *err)
{
    if (row >= 0 && row < rows)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_RANGE, "%s is %lld, not in 0 .. %lld", name, (long long)row,
                       (long long)rows - 1);
}

static wrmf_status check_rows(const char *name, const int64_t *rows, int64_t n, int64_t size,
                              wrmf_error *err)
{
    if (n < 0 || (!rows && n > size))
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_%s is %lld, of %lld rows", name, (long long)n,
                           (long long)size);
    for (int64_t i = 0; rows && i < n; i++)
        if (rows[i] < 0 || rows[i] >= size)
            return wrmf_i_fail(err, WRMF_E_RANGE, "%s[%lld] is %lld, not in 0 .. %lld", name,
                               (long long)i, (long long)rows[i], (long long)size - 1);
    return WRMF_OK;
}

static wrmf_i_query recommendations(const wrmf_model *model, const wrmf_matrix *seen, int64_t n)
{
    return (wrmf_i_query){
        .model = model, .kind = WRMF_I_LIST_RECOMMENDED, .side = WRMF_USERS, .n = n, .seen = seen};
}

wrmf_status wrmf_recommend(const wrmf_model *model, int64_t user, const wrmf_matrix *seen,
                           int64_t n, int64_t *items, double *scores, int64_t *count,
                           wrmf_error *err)
{
    const wrmf_i_query query = recommendations(model, seen, n);
    WRMF_I_TRY(check_common(model, &query, items, "items", count, "count", err));
    WRMF_I_TRY(check_row("user", user, model->rows[WRMF_USERS], err));
    const wrmf_i_lists lists = {&user, 1, items, scores, count};
    return wrmf_i_make_lists(NULL, &query, &lists, err);
}

wrmf_status wrmf_recommend_batch(wrmf_context *context, const wrmf_model *model,
                                 const int64_t *users, int64_t n_users, const wrmf_matrix *seen,
                                 int64_t n, int64_t *items, double *scores, int64_t *counts,
                                 wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    const wrmf_i_query query = recommendations(model, seen, n);
    WRMF_I_TRY(check_common(model, &query, items, "items", counts, "counts", err));
    WRMF_I_TRY(check_rows("users", users, n_users, model->rows[WRMF_USERS], err));
    const wrmf_i_lists lists = {users, n_users, items, scores, counts};
    return wrmf_i_make_lists(context, &query, &lists, err);
}

static wrmf_i_query similarities(const wrmf_model *model, wrmf_side side,
                                 wrmf_similarity similarity, wrmf_self self, int64_t n)
{
    return (wrmf_i_query){.model = model,
                          .kind = WRMF_I_LIST_SIMILAR,
                          .side = side,
                          .n = n,
                          .similarity = similarity,
                          .self = self};
}

static wrmf_status check_choices(wrmf_similarity similarity, wrmf_self self, wrmf_error *err)
{
    if (similarity != WRMF_SIMILARITY_COSINE && similarity != WRMF_SIMILARITY_DOT)
        return wrmf_i_fail(err, WRMF_E_RANGE, "similarity is %d, none there is", (int)similarity);
    if (self != WRMF_SELF_FIRST && self != WRMF_SELF_OMIT)
        return wrmf_i_fail(err, WRMF_E_RANGE, "self is %d, neither first nor omit", (int)self);
    return WRMF_OK;
}

wrmf_status wrmf_similar(const wrmf_model *model, wrmf_side side, int64_t index,
                         wrmf_similarity similarity, wrmf_self self, int64_t n, int64_t *indices,
                         double *scores, int64_t *count, wrmf_error *err)
{
    const wrmf_i_query query = similarities(model, side, similarity, self, n);
    WRMF_I_TRY(check_common(model, &query, indices, "indices", count, "count", err));
    WRMF_I_TRY(check_choices(similarity, self, err));
    WRMF_I_TRY(check_row("index", index, model->rows[side], err));
    const wrmf_i_lists lists = {&index, 1, indices, scores, count};
    return wrmf_i_make_lists(NULL, &query, &lists, err);
}

wrmf_status wrmf_similar_batch(wrmf_context *context, const wrmf_model *model, wrmf_side side,
                               const int64_t *rows, int64_t n_rows, wrmf_similarity similarity,
                               wrmf_self self, int64_t n, int64_t *indices, double *scores,
                               int64_t *counts, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    const wrmf_i_query query = similarities(model, side, similarity, self, n);
    WRMF_I_TRY(check_common(model, &query, indices, "indices", counts, "counts", err));
    WRMF_I_TRY(check_choices(similarity, self, err));
    WRMF_I_TRY(check_rows("rows", rows, n_rows, model->rows[side], err));
    const wrmf_i_lists lists = {rows, n_rows, indices, scores, counts};
    return wrmf_i_make_lists(context, &query, &lists, err);
}

double wrmf_model_score(const wrmf_model *model, int64_t user, int64_t item)
{
    if (!model || user < 0 || user >= model->rows[WRMF_USERS] || item < 0 ||
        item >= model->rows[WRMF_ITEMS])
        return (double)NAN;
    const wrmf_i_ranking ranking = {model->context->cpu, wrmf_i_table_of(model, WRMF_USERS, false),
                                    wrmf_i_table_of(model, WRMF_ITEMS, false)};
    return wrmf_i_score(&ranking, user, item);
}
