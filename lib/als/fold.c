/* SPDX-License-Identifier: BSD-2-Clause */
#include "als/fold.h"

#include <string.h>

#include "als/half_epoch.h"
#include "als/row_weights.h"
#include "model/grams.h"
#include "row/long_row.h"
#include "row/nonnegative.h"

/* ---- life ---- */

static size_t rounded_numbers(const wrmf_fold *fold)
{
    const size_t width = (size_t)fold->fixed.width;
    return wrmf_i_rounded_matrices(&fold->options, fold->fixed.width) * width * width;
}

static size_t solver_bytes(const wrmf_fold *fold)
{
    return fold->fixed.factors.bits == 32 ? wrmf_i_fold_solver_bytes_f32()
                                          : wrmf_i_fold_solver_bytes_f64();
}

/* Rows of W: none where there is no whitening. */
static size_t w_rows(const wrmf_fold *fold)
{
    return wrmf_i_row_options_is_whitened(&fold->options) ? (size_t)fold->fixed.factors.n : 0;
}

void wrmf_i_fold_free(wrmf_fold *fold)
{
    if (!fold)
        return;
    wrmf_context *const context = fold->context;
    const wrmf_i_allocator *const allocator = &context->allocator;
    const wrmf_i_fixed_side *const fixed = &fold->fixed;
    const size_t width = (size_t)fixed->width, real_bytes = (size_t)fixed->factors.bits / 8;
    const size_t rows = w_rows(fold);
    wrmf_i_whitening_free(context, &fold->whitening);
    wrmf_i_bias_side_free(allocator, &fold->biases);
    wrmf_i_free(allocator, fold->gram, width * width, sizeof *fold->gram);
    wrmf_i_free(allocator, fixed->w, rows, width * real_bytes);
    wrmf_i_free(allocator, fixed->norms, wrmf_i_norms(fold->options.scaled, rows), real_bytes);
    wrmf_i_free(allocator, fixed->rounded, rounded_numbers(fold), real_bytes);
    wrmf_i_free(allocator, fold->solver, solver_bytes(fold), 1);
    wrmf_i_free(allocator, fold, 1, sizeof *fold);
    wrmf_i_context_release(context);
}

static wrmf_status alloc_buffers(wrmf_fold *fold, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &fold->context->allocator;
    wrmf_i_fixed_side *const fixed = &fold->fixed;
    const size_t width = (size_t)fixed->width, real_bytes = (size_t)fixed->factors.bits / 8;
    const size_t rows = w_rows(fold);
    fold->gram = wrmf_i_alloc(allocator, width * width, sizeof *fold->gram);
    fixed->w = wrmf_i_alloc(allocator, rows, width * real_bytes);
    fixed->norms = wrmf_i_alloc(allocator, wrmf_i_norms(fold->options.scaled, rows), real_bytes);
    fixed->rounded = wrmf_i_alloc(allocator, rounded_numbers(fold), real_bytes);
    fold->solver = wrmf_i_alloc(allocator, solver_bytes(fold), 1);
    if (!fold->gram || !fixed->w || !fixed->norms || !fixed->rounded || !fold->solver)
        return wrmf_i_fail_memory(err, "fold-in");
    fold->whitening = (wrmf_i_whitening){
        .factors = fixed->factors.factors, .width = fixed->width, .gram = fold->gram};
    if (!wrmf_i_row_options_is_whitened(&fold->options))
        return WRMF_OK;
    return wrmf_i_whitening_create(fold->context, fixed->factors.factors, fixed->width,
                                   &fold->whitening, err);
}

/* The Gram matrix, the whitening, W and its norms. */
static wrmf_status make_shared(wrmf_fold *fold, wrmf_error *err)
{
    wrmf_context *const context = fold->context;
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t gram_bytes = wrmf_i_model_gram_scratch(context, fold->model);
    const size_t worker_bytes = wrmf_i_fold_scratch(fold, 0), workers = (size_t)context->workers;
    void *const gram_scratch = wrmf_i_alloc(allocator, gram_bytes, 1);
    char *const scratch = wrmf_i_alloc(allocator, workers, worker_bytes);
    const double *gram;
    wrmf_status status =
        gram_scratch && scratch ? WRMF_OK : wrmf_i_fail_memory(err, "scratch of fold-in");
    if (status == WRMF_OK)
        status = wrmf_i_model_borrow_gram(context, fold->model, wrmf_i_fold_fixed_side(fold),
                                          fold->gram, gram_scratch, &gram, err);
    if (status == WRMF_OK && gram != fold->gram)
        memcpy(fold->gram, gram, wrmf_i_model_square(fold->model) * sizeof *gram);
    if (status == WRMF_OK && !(fold->loss.unobserved_weight > 0))
        memset(fold->gram, 0, wrmf_i_model_square(fold->model) * sizeof *gram);
    if (status == WRMF_OK && wrmf_i_row_options_is_whitened(&fold->options))
        status = fold->fixed.scaled
                     ? wrmf_i_whitening_make_rotation(&fold->whitening, fold->gram,
                                                      fold->fixed.lambda, err)
                     : wrmf_i_whitening_make(&fold->whitening, fold->gram, fold->fixed.lambda, err);
    if (status == WRMF_OK)
        status = fold->model->bits == 32
                     ? wrmf_i_fold_prepare_f32(fold, scratch, worker_bytes, err)
                     : wrmf_i_fold_prepare_f64(fold, scratch, worker_bytes, err);
    wrmf_i_free(allocator, gram_scratch, gram_bytes, 1);
    wrmf_i_free(allocator, scratch, workers, worker_bytes);
    return status;
}

static wrmf_status make(wrmf_fold *fold, wrmf_error *err)
{
    const wrmf_model *const model = fold->model;
    wrmf_i_row_options options;
    wrmf_i_loss_read(model->params, &fold->loss);
    WRMF_I_TRY(wrmf_i_loss_check_regularization(&fold->loss, err));
    WRMF_I_TRY(wrmf_i_nonnegative_check(model->params, err));
    WRMF_I_TRY(wrmf_i_bias_side_check(model->params, err));
    wrmf_i_row_options_read(model->params, model->bits, &options);
    fold->options = wrmf_i_row_options_exact(&options);
    if (fold->options.solver == WRMF_SOLVER_BLOCKS) /* which solves no row to a tolerance */
        fold->options.solver = WRMF_SOLVER_AUTO;
    fold->fixed = (wrmf_i_fixed_side){
        .cpu = fold->context->cpu,
        .factors = wrmf_i_model_rows(model, wrmf_i_fold_fixed_side(fold)),
        .width = model->stride,
        .relaxation = 1,
        .lambda =
            wrmf_i_loss_lambda(&fold->loss, fold->side, model->rows[wrmf_i_fold_fixed_side(fold)]),
        .side = fold->side,
        .scaled = wrmf_i_loss_is_scaled(&fold->loss, fold->side),
        .loss = &fold->loss,
        .options = &fold->options,
        .whitening = &fold->whitening,
    };
    WRMF_I_TRY(alloc_buffers(fold, err));
    WRMF_I_TRY(wrmf_i_bias_side_alloc(&fold->context->allocator, model,
                                      (size_t)fold->fixed.factors.n, &fold->biases, err));
    WRMF_I_TRY(wrmf_i_bias_side_use(fold->context, model, &fold->biases, &fold->fixed, err));
    return make_shared(fold, err);
}

wrmf_status wrmf_i_fold_new(wrmf_context *context, const wrmf_model *model, wrmf_side side,
                            wrmf_fold **out, wrmf_error *err)
{
    wrmf_fold *const fold = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *fold);
    if (!fold)
        return wrmf_i_fail_memory(err, "fold-in");
    fold->context = wrmf_i_context_hold(context);
    fold->model = model;
    fold->side = side;
    fold->generation = model->generation[wrmf_i_fold_fixed_side(fold)];
    const wrmf_status status = make(fold, err);
    if (status == WRMF_OK)
        *out = fold;
    else
        wrmf_i_fold_free(fold);
    return status;
}

wrmf_status wrmf_i_fold_check(const wrmf_fold *fold, wrmf_error *err)
{
    const wrmf_side fixed = wrmf_i_fold_fixed_side(fold);
    if (fold->model->generation[fixed] == fold->generation)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_STATE,
                       "the %s rows of the model have changed since fold-in was prepared",
                       fixed == WRMF_USERS ? "users'" : "items'");
}

/* ---- one row ---- */

wrmf_status wrmf_i_fold_row(const wrmf_fold *fold, const wrmf_i_row *row,
                            const wrmf_i_fold_space *space, wrmf_error *err)
{
    return fold->fixed.factors.bits == 32 ? wrmf_i_fold_solve_f32(fold, row, space, err)
                                          : wrmf_i_fold_solve_f64(fold, row, space, err);
}

/* ---- many rows ---- */

/* What solving the rows of a matrix needs. */
typedef struct rows_job {
    const wrmf_fold *fold;
    const wrmf_matrix *matrix;
    wrmf_i_plan plan;
    size_t workers, scratch_bytes, long_doubles;
    char *scratch;
    wrmf_i_row_counts *counts; /* one a worker */
    unsigned char *pending;    /* one a row */
    double *long_sums;
} rows_job;

static wrmf_status alloc_rows(wrmf_context *context, rows_job *job, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    WRMF_I_TRY(
        wrmf_i_plan_create(allocator, job->matrix, job->fold->whitening.factors, &job->plan, err));
    job->workers = (size_t)context->workers;
    job->scratch_bytes = wrmf_i_fold_scratch(job->fold, job->plan.longest);
    job->long_doubles = wrmf_i_long_batch_doubles(context->workers, job->fold->fixed.width,
                                                  job->plan.n_long, job->plan.longest_of_all);
    job->scratch = wrmf_i_alloc(allocator, job->workers, job->scratch_bytes);
    job->counts = wrmf_i_alloc_zero(allocator, job->workers, sizeof *job->counts);
    job->pending = wrmf_i_alloc_zero(allocator, (size_t)job->matrix->rows, 1);
    job->long_sums = wrmf_i_alloc(allocator, job->long_doubles, sizeof *job->long_sums);
    if (job->scratch && job->counts && job->pending && job->long_sums)
        return WRMF_OK;
    return wrmf_i_fail_memory(err, "scratch of fold-in");
}

static void free_rows(wrmf_context *context, rows_job *job)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    wrmf_i_plan_free(allocator, &job->plan);
    wrmf_i_free(allocator, job->scratch, job->workers, job->scratch_bytes);
    wrmf_i_free(allocator, job->counts, job->workers, sizeof *job->counts);
    wrmf_i_free(allocator, job->pending, (size_t)job->matrix->rows, 1);
    wrmf_i_free(allocator, job->long_sums, job->long_doubles, sizeof *job->long_sums);
}

static wrmf_status run_rows(wrmf_context *context, const rows_job *job, void *rows,
                            wrmf_i_progress *progress, wrmf_error *err)
{
    const wrmf_fold *const fold = job->fold;
    wrmf_i_half_epoch half = {
        .context = context,
        .fixed = &fold->fixed,
        .solver = fold->solver,
        .matrix = job->matrix,
        .plan = &job->plan,
        .before = rows,
        .relaxation = 1,
        .solved = rows,
        .scratch = job->scratch,
        .scratch_bytes = job->scratch_bytes,
        .options = &fold->options,
        .counts = job->counts,
        .pending = job->pending,
        .long_sums = job->long_sums,
        .long_doubles = job->long_doubles,
        .side = fold->side == WRMF_USERS ? "user" : "item",
        .progress = progress,
        .from = 0,
        .to = 1,
    };
    return fold->fixed.factors.bits == 32 ? wrmf_i_half_epoch_run_f32(&half, err)
                                          : wrmf_i_half_epoch_run_f64(&half, err);
}

wrmf_status wrmf_i_fold_rows(wrmf_context *context, const wrmf_fold *fold,
                             const wrmf_matrix *matrix, void *rows, wrmf_error *err)
{
    rows_job job = {.fold = fold, .matrix = matrix};
    wrmf_i_progress progress;
    WRMF_I_TRY(wrmf_i_row_weights_check(context, &fold->loss, matrix, err));
    wrmf_status status = alloc_rows(context, &job, err);
    if (status == WRMF_OK) {
        wrmf_i_progress_begin(&progress, context, "fold", 0, 1);
        status = run_rows(context, &job, rows, &progress, err);
        wrmf_i_progress_end(&progress);
    }
    free_rows(context, &job);
    return status;
}
