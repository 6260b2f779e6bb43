/* SPDX-License-Identifier: BSD-2-Clause */
#include "als/regularization.h"

/* The rows of a side: how many entries each has, and the sum of their target coefficients. */
typedef struct row_sizes {
    double *entries, *targets;
    int64_t n;
} row_sizes;

static void add_entries(const wrmf_i_loss *loss, const wrmf_matrix *matrix, row_sizes sizes[2])
{
    for (int64_t user = 0; user < matrix->rows; user++)
        for (int64_t i = matrix->offsets[user]; i < matrix->offsets[user + 1]; i++) {
            const int64_t row[2] = {user, matrix->indices[i]};
            const double target =
                matrix->values ? wrmf_i_loss_target(loss, matrix->values[i]) : loss->unit_target;
            for (int side = 0; side < 2; side++) {
                sizes[side].entries[row[side]]++;
                sizes[side].targets[row[side]] += target;
            }
        }
}

static double add_rows(const wrmf_context *context, const wrmf_model *model,
                       const wrmf_i_loss *loss, wrmf_side side, const row_sizes *sizes,
                       int64_t others)
{
    const wrmf_i_factors rows = wrmf_i_model_rows(model, side);
    double space[WRMF_I_MAX_FACTORS], sum = 0;
    for (int64_t i = 0; i < rows.n; i++) {
        const double *const x = wrmf_i_factors_block(&rows, context->cpu, i, 1, space);
        double square = 0;
        for (int64_t k = 0; k < rows.factors; k++)
            square += x[k] * x[k];
        sum += square *
               wrmf_i_loss_lambda_of(loss, side, others, sizes->entries[i], sizes->targets[i]);
    }
    return sum;
}

wrmf_status wrmf_i_regularization(const wrmf_context *context, const wrmf_model *model,
                                  const wrmf_matrix *matrix, const wrmf_i_loss *loss, double *sum,
                                  wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t users = (size_t)matrix->rows, all = users + (size_t)matrix->columns;
    double *const entries = wrmf_i_alloc_zero(allocator, all, sizeof *entries);
    double *const targets = wrmf_i_alloc_zero(allocator, all, sizeof *targets);
    const wrmf_status status =
        entries && targets ? WRMF_OK : wrmf_i_fail_memory(err, "the objective");
    if (status == WRMF_OK) {
        row_sizes sizes[2] = {{entries, targets, matrix->rows},
                              {entries + users, targets + users, matrix->columns}};
        add_entries(loss, matrix, sizes);
        *sum = 0;
        for (int side = 0; side < 2; side++)
            *sum +=
                add_rows(context, model, loss, (wrmf_side)side, &sizes[side], sizes[1 - side].n);
    }
    wrmf_i_free(allocator, entries, all, sizeof *entries);
    wrmf_i_free(allocator, targets, all, sizeof *targets);
    return status;
}
