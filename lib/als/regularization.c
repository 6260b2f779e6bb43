/* SPDX-License-Identifier: BSD-2-Clause */
#include "als/regularization.h"

#include "model/biases.h"

static void add_entries(const wrmf_i_loss *loss, const wrmf_matrix *matrix,
                        wrmf_i_row_sums *const sums[2])
{
    wrmf_i_row_sums one = wrmf_i_loss_sums(loss, 1);
    for (int64_t user = 0; user < matrix->rows; user++)
        for (int64_t i = matrix->offsets[user]; i < matrix->offsets[user + 1]; i++) {
            if (matrix->values)
                one = wrmf_i_loss_sums(loss, matrix->values[i]);
            wrmf_i_row_sums_add(&sums[WRMF_USERS][user], &one);
            wrmf_i_row_sums_add(&sums[WRMF_ITEMS][matrix->indices[i]], &one);
        }
}

static double add_rows(const wrmf_context *context, const wrmf_model *model,
                       const wrmf_i_loss *loss, wrmf_side side, const wrmf_i_row_sums *sums,
                       int64_t others)
{
    const wrmf_i_factors rows = wrmf_i_model_rows(model, side);
    const int64_t one = model->biases ? wrmf_i_biases_one(side, rows.factors) : -1;
    const int64_t shifted = model->biases && side == WRMF_ITEMS ? rows.factors - 1 : -1;
    double space[WRMF_I_MAX_FACTORS], sum = 0;
    for (int64_t i = 0; i < rows.n; i++) {
        const double *const x = wrmf_i_factors_block(&rows, context->cpu, i, 1, space);
        double square = 0;
        for (int64_t k = 0; k < rows.factors; k++)
            square += k == shifted ? (x[k] - model->mean) * (x[k] - model->mean)
                      : k == one   ? 0
                                   : x[k] * x[k];
        sum += square * wrmf_i_loss_lambda_of(loss, side, others, &sums[i]);
    }
    return sum;
}

wrmf_status wrmf_i_regularization(const wrmf_context *context, const wrmf_model *model,
                                  const wrmf_matrix *matrix, const wrmf_i_loss *loss, double *sum,
                                  wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t users = (size_t)matrix->rows, all = users + (size_t)matrix->columns;
    wrmf_i_row_sums *const sums = wrmf_i_alloc_zero(allocator, all, sizeof *sums);
    if (!sums)
        return wrmf_i_fail_memory(err, "the objective");
    if (loss->exponent > 0)
        add_entries(loss, matrix, (wrmf_i_row_sums *[]){sums, sums + users});
    *sum = add_rows(context, model, loss, WRMF_USERS, sums, matrix->columns);
    *sum += add_rows(context, model, loss, WRMF_ITEMS, sums + users, matrix->rows);
    wrmf_i_free(allocator, sums, all, sizeof *sums);
    return WRMF_OK;
}
