/* SPDX-License-Identifier: BSD-2-Clause */
#include "eval/mse.h"

#include "linalg/row_kernels.h"
#include "model/grams.h"

wrmf_status wrmf_i_mse_triangle(wrmf_context *context, const wrmf_i_eval_job *job, wrmf_error *err)
{
    const wrmf_i_eval_workspace *const workspace = &job->leader->workspace;
    const int64_t width = job->model->stride;
    double *const triangle = workspace->triangle; /* a Gram matrix not known is made in it */
    const double *gram;
    WRMF_I_TRY(wrmf_i_model_borrow_gram(context, job->model, WRMF_ITEMS, triangle,
                                        workspace->gram_scratch, &gram, err));
    for (int64_t i = 0; i < width; i++)
        for (int64_t j = 0; j < width; j++)
            triangle[i * width + j] = j < i    ? 0
                                      : j == i ? gram[i * width + j]
                                               : 2 * gram[i * width + j];
    return WRMF_OK;
}

void wrmf_i_mse_squares(const wrmf_i_eval_job *job, const wrmf_i_row_query *queries, int64_t n,
                        const wrmf_i_eval_scratch *scratch, double *squares)
{
    const wrmf_i_ranking *const ranking = &job->ranking;
    const wrmf_i_row_kernels_f64 *const kernels = wrmf_i_row_kernels_get_f64(ranking->cpu);
    const int64_t width = job->model->stride;
    double *const rows = scratch->rows, *const products = scratch->products;
    const int32_t zero = 0;
    for (int64_t i = 0; i < n; i++)
        wrmf_i_factors_widen(&ranking->asking.rows, ranking->cpu, queries[i].row, 1,
                             rows + i * width);
    kernels->rotate(rows, n, width, job->leader->workspace.triangle, WRMF_I_UPPER, products,
                    scratch->rotation);
    for (int64_t i = 0; i < n; i++)
        kernels->dots64(rows + i * width, products + i * width, &zero, 1, width, &squares[i]);
}

double wrmf_i_mse_user(const wrmf_i_eval_job *job, const wrmf_evaluator *evaluator, int64_t user,
                       const double *x, double square)
{
    enum { BLOCK = 256 };
    const wrmf_matrix *const test = evaluator->test;
    const wrmf_i_factors *const items = &job->ranking.ranked.rows;
    const int64_t end = test->offsets[user + 1];
    double sum = square, scores[BLOCK];
    for (int64_t i = test->offsets[user]; i < end; i += BLOCK) {
        const int64_t n = end - i < BLOCK ? end - i : BLOCK;
        wrmf_i_factors_dots(items, job->ranking.cpu, x, test->indices + i, n, scores);
        for (int64_t j = 0; j < n; j++)
            sum += 1 - 2 * scores[j];
    }
    return sum / (double)test->columns;
}
