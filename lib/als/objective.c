/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The objective by parts, without the matrix of all cells:
 *
 *   sum over all cells of (p - s)^2 = sum (x_u.y_i)^2 + sum over stored of (1 - 2 s)
 *   sum over all cells of (x_u.y_i)^2 = sum of the entries of (X'X) * (Y'Y)
 *   sum ||x_u||^2 = trace of X'X
 */
#include <math.h>
#include <string.h>

#include "als/als.h"
#include "model/grams.h"
#include "row/loss.h"

enum { CHUNKS = 64, BLOCK = 256 };
/* After so many users a chunk looks whether it is to stop. */
enum { POLL = 32 };

typedef struct objective_job {
    const wrmf_context *context;
    wrmf_i_factors users, items;
    const wrmf_matrix *matrix;
    wrmf_i_loss loss;
    wrmf_i_cpu cpu;
    wrmf_i_loss_parts parts[CHUNKS];
} objective_job;

/* First row of a chunk: entries, not rows, are shared out evenly. */
static int64_t chunk_start(const wrmf_matrix *matrix, size_t chunk)
{
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    const int64_t target = (int64_t)((double)entries * (double)chunk / CHUNKS);
    int64_t low = 0, high = matrix->rows;
    if (chunk == CHUNKS)
        return matrix->rows;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (matrix->offsets[middle] < target)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void objective_chunk(void *self, size_t chunk, size_t worker)
{
    objective_job *const job = self;
    const wrmf_matrix *const matrix = job->matrix;
    (void)worker;
    double space[WRMF_I_MAX_FACTORS], s[BLOCK];
    wrmf_i_loss_parts parts = {0};
    const int64_t last = chunk_start(matrix, chunk + 1);
    for (int64_t user = chunk_start(matrix, chunk); user < last; user++) {
        if (user % POLL == 0 && wrmf_i_should_stop(job->context))
            return;
        const int64_t end = matrix->offsets[user + 1];
        const double *const x = wrmf_i_factors_block(&job->users, job->cpu, user, 1, space);
        for (int64_t i = matrix->offsets[user]; i < end; i += BLOCK) {
            const int64_t n = end - i < BLOCK ? end - i : BLOCK;
            wrmf_i_factors_dots(&job->items, job->cpu, x, matrix->indices + i, n, s);
            wrmf_i_loss_add(&job->loss, matrix->values ? matrix->values + i : NULL, s, n, &parts);
        }
    }
    job->parts[chunk] = parts;
}

/* The sum of the products of both Gram matrices, and their traces. */
static double gram_parts(const double *const grams[2], int64_t width, double trace[2])
{
    const double *const users = grams[WRMF_USERS], *const items = grams[WRMF_ITEMS];
    double squares = 0;
    trace[0] = trace[1] = 0;
    for (int64_t i = 0; i < width; i++) {
        double row = 0;
        for (int64_t j = i + 1; j < width; j++)
            row += users[i * width + j] * items[i * width + j];
        squares += 2 * row + users[i * width + i] * items[i * width + i];
        trace[0] += users[i * width + i];
        trace[1] += items[i * width + i];
    }
    return squares;
}

static wrmf_status objective_of(wrmf_context *context, const wrmf_model *model,
                                const wrmf_matrix *matrix, const double *const grams[2],
                                double parts[3], wrmf_error *err)
{
    objective_job job = {.context = context,
                         .users = wrmf_i_model_rows(model, WRMF_USERS),
                         .items = wrmf_i_model_rows(model, WRMF_ITEMS),
                         .matrix = matrix,
                         .cpu = context->cpu};
    wrmf_i_loss_read(model->params, &job.loss);
    WRMF_I_TRY(wrmf_i_parallel(context, CHUNKS, objective_chunk, &job, err));
    double observed = 0, cells = 0, trace[2];
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
        observed += job.parts[chunk].observed;
        cells += job.parts[chunk].cells;
    }
    cells += gram_parts(grams, model->stride, trace);
    const double regularization = wrmf_i_loss_lambda(&job.loss, WRMF_USERS) * trace[WRMF_USERS] +
                                  wrmf_i_loss_lambda(&job.loss, WRMF_ITEMS) * trace[WRMF_ITEMS];
    if (!isfinite(observed) || !isfinite(cells) || !isfinite(regularization))
        return wrmf_i_fail(err, WRMF_E_NONFINITE, "the objective is not finite");
    parts[0] = observed;
    parts[1] = cells;
    parts[2] = regularization;
    return WRMF_OK;
}

wrmf_status wrmf_i_objective(wrmf_context *context, const wrmf_model *model,
                             const wrmf_matrix *matrix, double parts[3], wrmf_error *err)
{
    const double *grams[2] = {wrmf_i_model_known_gram(model, WRMF_USERS),
                              wrmf_i_model_known_gram(model, WRMF_ITEMS)};
    if (grams[WRMF_USERS] && grams[WRMF_ITEMS])
        return objective_of(context, model, matrix, grams, parts, err);
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t size = wrmf_i_model_square(model);
    const size_t scratch_bytes = wrmf_i_model_gram_scratch(context, model);
    double *const space = wrmf_i_alloc(allocator, 2 * size, sizeof *space);
    void *const scratch = wrmf_i_alloc(allocator, scratch_bytes, 1);
    wrmf_status status = space && scratch ? WRMF_OK : wrmf_i_fail_nomem(err);
    for (int side = 0; side < 2 && status == WRMF_OK; side++)
        status = wrmf_i_model_borrow_gram(context, model, (wrmf_side)side,
                                          space + (size_t)side * size, scratch, &grams[side], err);
    if (status == WRMF_OK)
        status = objective_of(context, model, matrix, grams, parts, err);
    wrmf_i_free(allocator, space, 2 * size, sizeof *space);
    wrmf_i_free(allocator, scratch, scratch_bytes, 1);
    return status;
}
