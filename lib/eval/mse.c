/* SPDX-License-Identifier: BSD-2-Clause */
#include "eval/mse.h"

#include <string.h>

#include "linalg/gram.h"
#include "linalg/row_kernels.h"

wrmf_status wrmf_i_mse_gram(wrmf_context *context, const wrmf_i_eval_job *job, wrmf_error *err)
{
    const wrmf_model *const model = job->model;
    const int64_t width = model->stride;
    double *const gram = job->leader->workspace.gram;
    const wrmf_i_tall items = {model->data[1], model->bits, model->rows[1], width};
    const double *const known = wrmf_i_model_gram(model, WRMF_ITEMS);
    if (known)
        memcpy(gram, known, sizeof *gram * (size_t)(width * width));
    else
        WRMF_I_TRY(wrmf_i_gram(context, &items, gram, gram + width * width, err));
    for (int64_t i = 0; i < width; i++)
        for (int64_t j = 0; j < width; j++)
            gram[i * width + j] = j < i    ? 0
                                  : j == i ? gram[i * width + j]
                                           : 2 * gram[i * width + j];
    return WRMF_OK;
}

void wrmf_i_mse_squares(const wrmf_i_eval_job *job, const wrmf_i_query *queries, int64_t n,
                        const wrmf_i_eval_scratch *scratch, double *squares)
{
    const wrmf_i_row_kernels_f64 *const kernels = wrmf_i_row_kernels_get_f64(job->cpu);
    const int64_t width = job->model->stride;
    double *const rows = scratch->rows, *const products = scratch->products;
    const int32_t zero = 0;
    for (int64_t i = 0; i < n; i++) {
        const int64_t at = queries[i].row * width;
        for (int64_t k = 0; k < width; k++)
            rows[i * width + k] = job->model->bits == 32
                                      ? (double)((const float *)job->model->data[0])[at + k]
                                      : ((const double *)job->model->data[0])[at + k];
    }
    kernels->rotate(rows, n, width, job->leader->workspace.gram, WRMF_I_UPPER, products,
                    scratch->rotation);
    for (int64_t i = 0; i < n; i++)
        kernels->dots64(rows + i * width, products + i * width, &zero, 1, width, &squares[i]);
}

double wrmf_i_mse_user(const wrmf_i_eval_job *job, const wrmf_evaluator *evaluator, int64_t user,
                       const double *x, double square)
{
    enum { BLOCK = 256 };
    const wrmf_model *const model = job->model;
    const wrmf_matrix *const test = evaluator->test;
    const void *const rows = model->data[WRMF_ITEMS];
    const int64_t end = test->offsets[user + 1];
    double sum = square, scores[BLOCK];
    for (int64_t i = test->offsets[user]; i < end; i += BLOCK) {
        const int64_t n = end - i < BLOCK ? end - i : BLOCK;
        const int32_t *const items = test->indices + i;
        if (model->bits == 32)
            wrmf_i_row_kernels_get_f32(job->cpu)->dots64(x, rows, items, n, model->stride, scores);
        else
            wrmf_i_row_kernels_get_f64(job->cpu)->dots64(x, rows, items, n, model->stride, scores);
        for (int64_t j = 0; j < n; j++)
            sum += 1 - 2 * scores[j];
    }
    return sum / (double)test->columns;
}
