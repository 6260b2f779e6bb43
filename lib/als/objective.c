/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The objective by parts, without the matrix of all cells:
 *
 *   sum over all cells of (p - s)^2 = sum (x_u.y_i)^2 + sum over stored of (1 - 2 s)
 *   sum over all cells of (x_u.y_i)^2 = sum of the entries of (X'X) * (Y'Y)
 *   sum ||x_u||^2 = trace of X'X
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "als/als.h"
#include "als/objective_chunks.h"
#include "als/regularization.h"
#include "als/twofold_objective.h"
#include "linalg/gram.h"
#include "model/grams.h"
#include "row/loss.h"

enum { CHUNKS = WRMF_I_OBJECTIVE_CHUNKS, BLOCK = WRMF_I_OBJECTIVE_BLOCK };
/* The relative error that a part may have; where rounding may have moved one by more, all are
 * computed again in twice the precision. The header promises a hundred times as much. */
static const double TOLERANCE = 1e-8;
/* After so many users a chunk looks whether it is to stop. */
enum { POLL = 32 };

/* What a chunk of users adds. */
typedef struct chunk_sums {
    wrmf_i_loss_parts parts;
    double weighted; /* sum of |d| ||x_u||^2 over stored pairs */
} chunk_sums;

typedef struct objective_job {
    const wrmf_context *context;
    wrmf_i_factors users, items;
    const wrmf_matrix *matrix;
    wrmf_i_loss loss;
    wrmf_i_cpu cpu;
    chunk_sums sums[CHUNKS];
} objective_job;

static double square_of(const double *x, int64_t n)
{
    double sum = 0;
    for (int64_t k = 0; k < n; k++)
        sum += x[k] * x[k];
    return sum;
}

static void objective_chunk(void *self, size_t chunk, size_t worker)
{
    objective_job *const job = self;
    const wrmf_matrix *const matrix = job->matrix;
    (void)worker;
    double space[WRMF_I_MAX_FACTORS], s[BLOCK];
    chunk_sums sums = {0};
    const int64_t last = wrmf_i_objective_chunk(matrix, chunk + 1);
    for (int64_t user = wrmf_i_objective_chunk(matrix, chunk); user < last; user++) {
        if (user % POLL == 0 && wrmf_i_should_stop(job->context))
            return;
        const int64_t end = matrix->offsets[user + 1];
        const double *const x = wrmf_i_factors_block(&job->users, job->cpu, user, 1, space);
        double weights = 0;
        for (int64_t i = matrix->offsets[user]; i < end; i += BLOCK) {
            const int64_t n = end - i < BLOCK ? end - i : BLOCK;
            wrmf_i_factors_dots(&job->items, job->cpu, x, matrix->indices + i, n, s);
            weights += wrmf_i_loss_add(&job->loss, matrix->values ? matrix->values + i : NULL, s, n,
                                       &sums.parts);
        }
        sums.weighted += weights * square_of(x, job->users.factors);
    }
    job->sums[chunk] = sums;
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

/* Whether rounding has moved no part by more than TOLERANCE of it. */
static bool is_accurate(const objective_job *job, const double *const grams[2], int64_t width,
                        const chunk_sums *sums, const double trace[2], double all)
{
    const double unit = DBL_EPSILON / 2, f = (double)job->users.factors;
    const double pairs = (double)wrmf_i_matrix_entries(job->matrix), n = pairs / CHUNKS + CHUNKS;
    double reach = 0; /* its square bounds the sum of |x_uj x_uk y_ij y_ik| over all */
    for (int64_t k = 0; k < job->users.factors; k++)
        reach += sqrt(grams[0][k * width + k]) * sqrt(grams[1][k * width + k]);
    const double of_trace = wrmf_i_gram_roundings(job->users.n, job->users.factors) +
                            wrmf_i_gram_roundings(job->items.n, job->users.factors) + 2 * f;
    const double of_scores = (f + 1) * sqrt(trace[WRMF_USERS]) * sqrt(trace[WRMF_ITEMS]);
    /* the root of the sum of the squared targets by which scores are multiplied */
    const double root = sqrt(job->loss.target == WRMF_TARGET_ONE ? pairs : sums->parts.targets);
    const double moved = unit * (of_trace * reach * reach +
                                 fmin(n, 8 * sqrt(n)) * sums->parts.terms + 2 * root * of_scores);
    /* of observed, the sum of d e^2: 2 d e times the errors of scores, and d times their squares */
    const double score = unit * (f + 1) * sqrt(trace[WRMF_ITEMS]) * sqrt(sums->weighted);
    return (moved <= TOLERANCE * all || job->loss.unobserved_weight <= 0) &&
           score * (2 * sqrt(sums->parts.weighed) + score) <=
               TOLERANCE * fabs(sums->parts.observed);
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
    chunk_sums sums = {0};
    double trace[2];
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
        sums.parts.observed += job.sums[chunk].parts.observed;
        sums.parts.weighed += job.sums[chunk].parts.weighed;
        sums.parts.cells += job.sums[chunk].parts.cells;
        sums.parts.terms += job.sums[chunk].parts.terms;
        sums.parts.targets += job.sums[chunk].parts.targets;
        sums.parts.least = fmin(sums.parts.least, job.sums[chunk].parts.least);
        sums.weighted += job.sums[chunk].weighted;
    }
    if (sums.parts.least < 0 && !job.loss.takes_negatives) /* says which is the first */
        WRMF_I_TRY(wrmf_i_loss_check(&job.loss, matrix, 0, matrix->rows, err));
    const double squares = gram_parts(grams, model->stride, trace);
    double all = sums.parts.cells + squares;
    double observed = sums.parts.observed;
    double regularization = job.loss.lambda[WRMF_USERS] * trace[WRMF_USERS] +
                            job.loss.lambda[WRMF_ITEMS] * trace[WRMF_ITEMS];
    if (job.loss.exponent > 0 || model->biases)
        WRMF_I_TRY(wrmf_i_regularization(context, model, matrix, &job.loss, &regularization, err));
    if (!is_accurate(&job, grams, model->stride, &sums, trace, all))
        WRMF_I_TRY(wrmf_i_twofold_objective(context, model, matrix, &all, &observed, err));
    observed *= job.loss.scale;
    all *= job.loss.unobserved_weight;
    regularization *= job.loss.scale;
    if (!isfinite(observed) || !isfinite(all) || !isfinite(regularization))
        return wrmf_i_fail(err, WRMF_E_NONFINITE, "the objective is not finite");
    parts[0] = observed;
    parts[1] = all;
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
    wrmf_status status = space && scratch ? WRMF_OK : wrmf_i_fail_memory(err, "the objective");
    for (int side = 0; side < 2 && status == WRMF_OK; side++)
        status = wrmf_i_model_borrow_gram(context, model, (wrmf_side)side,
                                          space + (size_t)side * size, scratch, &grams[side], err);
    if (status == WRMF_OK)
        status = objective_of(context, model, matrix, grams, parts, err);
    wrmf_i_free(allocator, space, 2 * size, sizeof *space);
    wrmf_i_free(allocator, scratch, scratch_bytes, 1);
    return status;
}
