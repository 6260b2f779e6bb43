/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf/model.h: scores of one pair, of many, and of a block. */
#include <math.h>

#include "data/validate.h"
#include "model/model.h"
#include "rank/rank.h"
#include "wrmf/model.h"

static wrmf_i_ranking ranking_of(const wrmf_model *model)
{
    return (wrmf_i_ranking){model->context->cpu, wrmf_i_table_of(model, WRMF_USERS, false),
                            wrmf_i_table_of(model, WRMF_ITEMS, false), NULL};
}

double wrmf_model_score(const wrmf_model *model, int64_t user, int64_t item)
{
    if (!model || user < 0 || user >= model->rows[WRMF_USERS] || item < 0 ||
        item >= model->rows[WRMF_ITEMS])
        return (double)NAN;
    const wrmf_i_ranking ranking = ranking_of(model);
    return wrmf_i_score(&ranking, user, item);
}

/* ---- pairs ---- */

static wrmf_status score_pairs(const wrmf_model *model, const int64_t *users, const int64_t *items,
                               int64_t n, wrmf_i_numbers to, wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (n < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, below 0", (long long)n);
    if (!users && n > 0)
        return wrmf_i_fail_null(err, "users");
    if (!items && n > 0)
        return wrmf_i_fail_null(err, "items");
    if (!to.float32 && !to.float64 && n > 0)
        return wrmf_i_fail_null(err, "scores");
    WRMF_I_TRY(wrmf_i_check_indices("users", users, n, model->rows[WRMF_USERS], err));
    WRMF_I_TRY(wrmf_i_check_indices("items", items, n, model->rows[WRMF_ITEMS], err));
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_model_read(&call, model, err));
    const wrmf_i_ranking ranking = ranking_of(model);
    if (n > 0)
        wrmf_i_score_pairs(&ranking, users, items, n, to);
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_model_scores(const wrmf_model *model, const int64_t *users, const int64_t *items,
                              int64_t n, double *scores, wrmf_error *err)
{
    return score_pairs(model, users, items, n, (wrmf_i_numbers){NULL, scores}, err);
}

wrmf_status wrmf_model_scores_float32(const wrmf_model *model, const int64_t *users,
                                      const int64_t *items, int64_t n, float *scores,
                                      wrmf_error *err)
{
    return score_pairs(model, users, items, n, (wrmf_i_numbers){scores, NULL}, err);
}

/* ---- a block ---- */

static wrmf_status check_rows(const char *name, const int64_t *rows, int64_t n, int64_t size,
                              wrmf_error *err)
{
    if (n < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_%s is %lld, below 0", name, (long long)n);
    if (!rows && n > size)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_%s is %lld, not in 0 .. %lld", name, (long long)n,
                           (long long)size);
    return rows ? wrmf_i_check_indices(name, rows, n, size, err) : WRMF_OK;
}

static wrmf_status score_block(const wrmf_model *model, const wrmf_i_score_block *block,
                               wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    WRMF_I_TRY(check_rows("users", block->rows, block->n_rows, model->rows[WRMF_USERS], err));
    WRMF_I_TRY(check_rows("items", block->others, block->n_others, model->rows[WRMF_ITEMS], err));
    if (block->n_rows == 0 || block->n_others == 0)
        return WRMF_OK;
    if (!block->to.float32 && !block->to.float64)
        return wrmf_i_fail_null(err, "scores");
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_model_read(&call, model, err));
    const wrmf_i_ranking ranking = ranking_of(model);
    wrmf_i_score_all(&ranking, block);
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_model_score_block(const wrmf_model *model, const int64_t *users, int64_t n_users,
                                   const int64_t *items, int64_t n_items, double *scores,
                                   wrmf_error *err)
{
    const wrmf_i_score_block block = {users, n_users, items, n_items, {NULL, scores}};
    return score_block(model, &block, err);
}

wrmf_status wrmf_model_score_block_float32(const wrmf_model *model, const int64_t *users,
                                           int64_t n_users, const int64_t *items, int64_t n_items,
                                           float *scores, wrmf_error *err)
{
    const wrmf_i_score_block block = {users, n_users, items, n_items, {scores, NULL}};
    return score_block(model, &block, err);
}
