/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf/fold.h: scores of vectors that are rows in no model. */
#include "data/validate.h"
#include "model/model.h"
#include "rank/rank.h"
#include "serve/asking.h"
#include "wrmf/fold.h"

/* Vectors that are brought to the model's precision together: as many as fit, and make a tile. */
enum { VECTOR_BYTES = WRMF_I_MAX_FACTORS * (int)sizeof(double), MOST_VECTORS = 12 };

static wrmf_status check_vectors(const wrmf_model *model, const wrmf_i_asking *vectors, int64_t n,
                                 wrmf_error *err)
{
    if (n < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_vectors is %lld, below 0", (long long)n);
    if (!vectors->float64 && !vectors->float32 && n > 0)
        return wrmf_i_fail_null(err, "vectors");
    int64_t at = 0;
    const int64_t bad = wrmf_i_asking_find_nonfinite(vectors, model->bits, model->factors, n, &at);
    if (bad >= 0)
        return wrmf_i_fail(err, WRMF_E_NONFINITE,
                           "number %lld of vector %lld is not finite in the model's precision",
                           (long long)at, (long long)bad);
    return WRMF_OK;
}

static wrmf_status check_rows(const wrmf_i_score_block *block, int64_t size, wrmf_error *err)
{
    const int64_t n = block->n_others;
    if (n < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_rows is %lld, below 0", (long long)n);
    if (!block->others && n > size)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_rows is %lld, not in 0 .. %lld", (long long)n,
                           (long long)size);
    return wrmf_i_check_indices("rows", block->others, block->others ? n : 0, size, err);
}

/* block->rows is NULL, block->n_rows the number of vectors. */
static void score_vectors(const wrmf_model *model, wrmf_side side, const wrmf_i_asking *vectors,
                          const wrmf_i_score_block *block)
{
    _Alignas(WRMF_I_ALIGN) char rows[VECTOR_BYTES];
    const int64_t fit = VECTOR_BYTES / (model->factors * (int64_t)wrmf_i_model_number_bytes(model));
    const int64_t most = fit < MOST_VECTORS ? fit : MOST_VECTORS;
    wrmf_i_ranking ranking = {
        model->context->cpu, {.unit = false}, wrmf_i_table_of(model, side, false), NULL};
    for (int64_t first = 0; first < block->n_rows; first += most) {
        const int64_t left = block->n_rows - first, n = left < most ? left : most;
        wrmf_i_score_block part = *block;
        wrmf_i_asking_load(vectors, model->bits, model->factors, first, n, rows);
        ranking.asking.rows =
            (wrmf_i_factors){rows, model->bits, n, model->factors, model->factors};
        part.n_rows = n;
        if (part.to.float32)
            part.to.float32 += first * block->n_others;
        else
            part.to.float64 += first * block->n_others;
        wrmf_i_score_all(&ranking, &part);
    }
}

static wrmf_status check_and_score(const wrmf_model *model, wrmf_side side,
                                   const wrmf_i_asking *vectors, const wrmf_i_score_block *block,
                                   wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    WRMF_I_TRY(wrmf_i_check_side("side", side, err));
    WRMF_I_TRY(check_vectors(model, vectors, block->n_rows, err));
    WRMF_I_TRY(check_rows(block, model->rows[side], err));
    if (block->n_rows == 0 || block->n_others == 0)
        return WRMF_OK;
    if (!block->to.float32 && !block->to.float64)
        return wrmf_i_fail_null(err, "scores");
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_model_read(&call, model, err));
    score_vectors(model, side, vectors, block);
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_model_score_vectors(const wrmf_model *model, wrmf_side side, const double *vectors,
                                     int64_t n_vectors, const int64_t *rows, int64_t n_rows,
                                     double *scores, wrmf_error *err)
{
    const wrmf_i_asking asking = {.kind = WRMF_I_ASKING_FLOAT64, .float64 = vectors};
    const wrmf_i_score_block block = {NULL, n_vectors, rows, n_rows, {NULL, scores}};
    return check_and_score(model, side, &asking, &block, err);
}

wrmf_status wrmf_model_score_vectors_float32(const wrmf_model *model, wrmf_side side,
                                             const float *vectors, int64_t n_vectors,
                                             const int64_t *rows, int64_t n_rows, float *scores,
                                             wrmf_error *err)
{
    const wrmf_i_asking asking = {.kind = WRMF_I_ASKING_FLOAT32, .float32 = vectors};
    const wrmf_i_score_block block = {NULL, n_vectors, rows, n_rows, {scores, NULL}};
    return check_and_score(model, side, &asking, &block, err);
}
