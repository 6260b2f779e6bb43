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
#include "als/half_epoch.h"
#include "linalg/gram.h"
#include "linalg/row_kernels.h"

enum { CHUNKS = 64, BLOCK = 256 };

typedef struct objective_job {
    const wrmf_model *model;
    const wrmf_matrix *matrix;
    wrmf_i_row_options options;
    wrmf_i_cpu cpu;
    double observed[CHUNKS], cells[CHUNKS];
} objective_job;

/* Scores of a user's entries, at most BLOCK of them. */
static void scores(const objective_job *job, const double *x, const int32_t *items, int64_t n,
                   double *out)
{
    const wrmf_model *const model = job->model;
    const void *const rows = model->data[WRMF_ITEMS];
    if (model->bits == 32)
        wrmf_i_row_kernels_get_f32(job->cpu)->dots64(x, rows, items, n, model->stride, out);
    else
        wrmf_i_row_kernels_get_f64(job->cpu)->dots64(x, rows, items, n, model->stride, out);
}

static void load_user(const objective_job *job, int64_t user, double *x)
{
    const wrmf_model *const model = job->model;
    const int64_t at = user * model->stride, width = model->stride;
    if (model->bits == 32)
        wrmf_i_row_kernels_get_f32(job->cpu)->widen((const float *)model->data[0] + at, width, x);
    else
        wrmf_i_row_kernels_get_f64(job->cpu)->widen((const double *)model->data[0] + at, width, x);
}

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
    double observed = 0, cells = 0, x[WRMF_I_MAX_FACTORS], s[BLOCK];
    const double one = wrmf_i_extra_weight(&job->options, 1.0);
    const int64_t last = chunk_start(matrix, chunk + 1);
    for (int64_t user = chunk_start(matrix, chunk); user < last; user++) {
        const int64_t end = matrix->offsets[user + 1];
        load_user(job, user, x);
        for (int64_t i = matrix->offsets[user]; i < end; i += BLOCK) {
            const int64_t n = end - i < BLOCK ? end - i : BLOCK;
            scores(job, x, matrix->indices + i, n, s);
            for (int64_t j = 0; j < n; j++) {
                const double d = matrix->values
                                     ? wrmf_i_extra_weight(&job->options, matrix->values[i + j])
                                     : one;
                observed += d * (1 - s[j]) * (1 - s[j]);
                cells += 1 - 2 * s[j];
            }
        }
    }
    job->observed[chunk] = observed;
    job->cells[chunk] = cells;
}

/* The sum of the products of both Gram matrices, and their traces. */
static double gram_parts(const double *grams, int64_t width, double trace[2])
{
    const double *const other = grams + width * width;
    double squares = 0;
    trace[0] = trace[1] = 0;
    for (int64_t i = 0; i < width; i++) {
        double row = 0;
        for (int64_t j = i + 1; j < width; j++)
            row += grams[i * width + j] * other[i * width + j];
        squares += 2 * row + grams[i * width + i] * other[i * width + i];
        trace[0] += grams[i * width + i];
        trace[1] += other[i * width + i];
    }
    return squares;
}

/* grams: those of both sides, each width x width, behind one another. */
static wrmf_status objective_of(wrmf_context *context, const wrmf_model *model,
                                const wrmf_matrix *matrix, const double *grams, double parts[3],
                                wrmf_error *err)
{
    const wrmf_params *const params = model->params;
    objective_job job = {.model = model, .matrix = matrix, .cpu = context->cpu};
    job.options.confidence = (wrmf_confidence)wrmf_i_params_int(params, WRMF_PARAM_CONFIDENCE);
    job.options.alpha = wrmf_i_params_real(params, WRMF_PARAM_ALPHA);
    job.options.epsilon = wrmf_i_params_real(params, WRMF_PARAM_EPSILON);
    WRMF_I_TRY(wrmf_i_parallel(context, CHUNKS, objective_chunk, &job, err));
    double observed = 0, cells = 0, trace[2];
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
        observed += job.observed[chunk];
        cells += job.cells[chunk];
    }
    cells += gram_parts(grams, model->stride, trace);
    const double regularization =
        wrmf_i_params_real(params, WRMF_PARAM_REGULARIZATION_USER) * trace[0] +
        wrmf_i_params_real(params, WRMF_PARAM_REGULARIZATION_ITEM) * trace[1];
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
    if (model->gram_known[WRMF_USERS] && model->gram_known[WRMF_ITEMS])
        return objective_of(context, model, matrix, model->grams, parts, err);
    const wrmf_i_allocator *const allocator = &context->allocator;
    const int64_t width = model->stride;
    const size_t size = wrmf_i_model_square(model);
    const int64_t longer = model->rows[0] > model->rows[1] ? model->rows[0] : model->rows[1];
    const size_t scratch_size = wrmf_i_gram_scratch(context, longer, width);
    double *const grams = wrmf_i_alloc(allocator, 2 * size, sizeof(double));
    double *const scratch = wrmf_i_alloc(allocator, scratch_size, sizeof(double));
    wrmf_status status = grams && scratch ? WRMF_OK : wrmf_i_fail_nomem(err);
    for (int side = 0; side < 2 && status == WRMF_OK; side++) {
        const wrmf_i_tall rows = {model->data[side], model->bits, model->rows[side], width};
        double *const gram = grams + (size_t)side * size;
        const double *const known = wrmf_i_model_gram(model, (wrmf_side)side);
        if (known)
            memcpy(gram, known, sizeof *gram * size);
        else
            status = wrmf_i_gram(context, &rows, gram, scratch, err);
    }
    if (status == WRMF_OK)
        status = objective_of(context, model, matrix, grams, parts, err);
    wrmf_i_free(allocator, grams, 2 * size, sizeof(double));
    wrmf_i_free(allocator, scratch, scratch_size, sizeof(double));
    return status;
}
