/* SPDX-License-Identifier: BSD-2-Clause */
#include "eval/folded.h"

#include "als/fold.h"
#include "base/checked.h"
#include "eval/evaluate.h"

wrmf_status wrmf_i_check_given(const wrmf_matrix *test, const wrmf_matrix *given, wrmf_error *err)
{
    if (given->rows == test->rows && given->columns == test->columns)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_SHAPE, "test is %lld x %lld, given %lld x %lld",
                       (long long)test->rows, (long long)test->columns, (long long)given->rows,
                       (long long)given->columns);
}

/* Evaluate as wrmf_evaluator_run() would a model that had these rows for its users. */
static wrmf_status evaluate_rows(wrmf_context *context, wrmf_evaluator *evaluator,
                                 const wrmf_model *model, void *rows, wrmf_error *err)
{
    const wrmf_model folded = {
        .context = model->context,
        .params = model->params,
        .rows = {evaluator->test->rows, model->rows[WRMF_ITEMS]},
        .factors = model->factors,
        .biases = model->biases,
        .mean = model->mean,
        .stride = model->stride,
        .bits = model->bits,
        .data = {rows, model->data[WRMF_ITEMS]},
        .grams = model->grams,
        .gram_known = {false, model->gram_known[WRMF_ITEMS]},
    };
    wrmf_i_progress progress;
    wrmf_i_progress_begin(&progress, context, "evaluate", 0, evaluator->n_users);
    const wrmf_status status =
        wrmf_i_evaluators_run(context, &evaluator, 1, &folded, &progress, err);
    wrmf_i_progress_end(&progress);
    if (status == WRMF_OK)
        wrmf_i_evaluator_warn(context, evaluator);
    return status;
}

static wrmf_status fold_and_evaluate(wrmf_context *context, wrmf_evaluator *evaluator,
                                     const wrmf_fold *fold, const wrmf_matrix *given,
                                     wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t n = (size_t)given->rows;
    const size_t row_bytes = (size_t)fold->model->stride * wrmf_i_model_number_bytes(fold->model);
    size_t bytes;
    if (!wrmf_i_mul_size(n, row_bytes, &bytes))
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "%lld rows are too many", (long long)given->rows);
    void *const rows = wrmf_i_alloc_zero(allocator, n, row_bytes); /* zeros behind the factors */
    if (!rows)
        return wrmf_i_fail_memory(err, "rows to fold in");
    wrmf_status status = wrmf_i_fold_rows(context, fold, given, rows, err);
    if (status == WRMF_OK)
        status = evaluate_rows(context, evaluator, fold->model, rows, err);
    wrmf_i_free(allocator, rows, n, row_bytes);
    return status;
}

wrmf_status wrmf_i_evaluate_folded(wrmf_context *context, wrmf_evaluator *evaluator,
                                   const wrmf_model *model, const wrmf_matrix *given,
                                   wrmf_error *err)
{
    wrmf_fold *fold;
    WRMF_I_TRY(wrmf_i_fold_new(context, model, WRMF_USERS, &fold, err));
    const wrmf_status status = fold_and_evaluate(context, evaluator, fold, given, err);
    wrmf_i_fold_free(fold);
    return status;
}

/* ---- baselines ---- */

typedef struct histories {
    const wrmf_baseline *baseline;
    const wrmf_matrix *given;
} histories;

static void history_scores(void *self, int64_t user, double *scores)
{
    const histories *const h = self;
    wrmf_i_baseline_row_scores(h->baseline, h->given, user, scores);
}

wrmf_status wrmf_i_evaluate_baseline_folded(wrmf_context *context, wrmf_evaluator *evaluator,
                                            const wrmf_baseline *baseline, const wrmf_matrix *given,
                                            wrmf_error *err)
{
    histories h = {baseline, given};
    const wrmf_i_score_source source = {history_scores, &h};
    return wrmf_i_evaluate_source(context, evaluator, &source, err);
}
