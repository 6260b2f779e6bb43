/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/baseline.h"

#include "eval/baseline.h"
#include "eval/evaluate.h"
#include "eval/folded.h"
#include "wrmf/evaluator.h"

wrmf_status wrmf_baseline_create(wrmf_context *context, const wrmf_matrix *matrix,
                                 wrmf_baseline_kind kind, int64_t neighbors, wrmf_baseline **out,
                                 wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    if (kind != WRMF_BASELINE_POPULAR && kind != WRMF_BASELINE_ITEM_COSINE)
        return wrmf_i_fail(err, WRMF_E_RANGE, "kind is %d, none there is", (int)kind);
    if (kind == WRMF_BASELINE_POPULAR)
        neighbors = 1;
    if (neighbors < 1 || neighbors > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "neighbors is %lld, not in 1 .. 2^31 - 1",
                           (long long)neighbors);
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_baseline_new(context, matrix, kind, neighbors, out, err);
    wrmf_i_call_end(&call);
    return status;
}

void wrmf_baseline_free(wrmf_baseline *baseline)
{
    if (baseline && wrmf_i_use_retire(&baseline->use))
        wrmf_i_baseline_free(baseline);
}

wrmf_status wrmf_baseline_scores(const wrmf_baseline *baseline, int64_t user, double *scores,
                                 wrmf_error *err)
{
    if (!baseline)
        return wrmf_i_fail_null(err, "baseline");
    if (!scores)
        return wrmf_i_fail_null(err, "scores");
    if (user < 0 || user >= baseline->matrix->rows)
        return wrmf_i_fail(err, WRMF_E_RANGE, "user is %lld, not in 0 .. %lld", (long long)user,
                           (long long)baseline->matrix->rows - 1);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_baseline_read(&call, baseline, err));
    wrmf_i_baseline_scores((void *)(uintptr_t)baseline, user, scores);
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_evaluator_run_baseline(wrmf_context *context, wrmf_evaluator *evaluator,
                                        const wrmf_baseline *baseline, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    if (!baseline)
        return wrmf_i_fail_null(err, "baseline");
    const wrmf_matrix *const test = evaluator->test, *const matrix = baseline->matrix;
    if (matrix->rows != test->rows || matrix->columns != test->columns)
        return wrmf_i_fail(err, WRMF_E_SHAPE,
                           "the baseline is %lld x %lld, the test matrix %lld x %lld",
                           (long long)matrix->rows, (long long)matrix->columns,
                           (long long)test->rows, (long long)test->columns);
    const wrmf_i_score_source source = {wrmf_i_baseline_scores, (void *)(uintptr_t)baseline};
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_evaluator_enter(&call, evaluator, err);
    if (status == WRMF_OK)
        status = wrmf_i_baseline_read(&call, baseline, err);
    if (status == WRMF_OK)
        status = wrmf_i_evaluate_source(context, evaluator, &source, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_evaluator_run_baseline_folded(wrmf_context *context, wrmf_evaluator *evaluator,
                                               const wrmf_baseline *baseline,
                                               const wrmf_matrix *given, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!evaluator)
        return wrmf_i_fail_null(err, "evaluator");
    if (!baseline)
        return wrmf_i_fail_null(err, "baseline");
    if (!given)
        return wrmf_i_fail_null(err, "given");
    const wrmf_matrix *const test = evaluator->test;
    if (baseline->matrix->columns != test->columns)
        return wrmf_i_fail(err, WRMF_E_SHAPE, "the baseline has %lld items, the test matrix %lld",
                           (long long)baseline->matrix->columns, (long long)test->columns);
    WRMF_I_TRY(wrmf_i_check_given(test, given, err));
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, given);
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_evaluator_enter(&call, evaluator, err);
    if (status == WRMF_OK)
        status = wrmf_i_baseline_read(&call, baseline, err);
    if (status == WRMF_OK)
        status = wrmf_i_evaluate_baseline_folded(context, evaluator, baseline, given, err);
    wrmf_i_call_end(&call);
    return status;
}
