/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "als/als.h"
#include "als/half_epoch.h"
#include "linalg/gram.h"

struct wrmf_i_fitter {
    wrmf_context *context;
    wrmf_model *model;
    const wrmf_matrix *matrix[2]; /* users x items, items x users */
    wrmf_i_plan plan[2];
    wrmf_i_whitening whitening;
    double *gram_scratch;
    size_t gram_doubles;
    wrmf_i_row_options options;
    size_t number; /* bytes of one */
    size_t longer; /* rows of the longer side */
    size_t scratch_bytes;
    int workers;
    void *w, *norms, *squares;
    char *scratch;
    wrmf_i_row_counts *counts;
    unsigned char *pending;
    double *long_sums;
    size_t long_doubles;
};

static void read_options(wrmf_i_fitter *fitter)
{
    const wrmf_params *const params = fitter->model->params;
    wrmf_i_row_options *const options = &fitter->options;
    options->solver = (wrmf_solver)wrmf_i_params_int(params, WRMF_PARAM_SOLVER);
    options->confidence = (wrmf_confidence)wrmf_i_params_int(params, WRMF_PARAM_CONFIDENCE);
    options->alpha = wrmf_i_params_real(params, WRMF_PARAM_ALPHA);
    options->epsilon = wrmf_i_params_real(params, WRMF_PARAM_EPSILON);
    options->tolerance = wrmf_i_params_real(params, WRMF_PARAM_TOLERANCE);
    if (!(options->tolerance > 0))
        options->tolerance = fitter->model->bits == 32 ? 1e-6 : 1e-12;
    options->cg_steps = (int)wrmf_i_params_int(params, WRMF_PARAM_CG_STEPS);
    if (options->solver == WRMF_SOLVER_CG && options->cg_steps == 0)
        options->cg_steps = 3;
}

/* A confidence that is not finite would spoil a row: find it before any work. */
static wrmf_status check_confidence(const wrmf_i_fitter *fitter, wrmf_error *err)
{
    const wrmf_matrix *const matrix = fitter->matrix[WRMF_USERS];
    if (!matrix->values)
        return WRMF_OK;
    for (int64_t row = 0; row < matrix->rows; row++)
        for (int64_t i = matrix->offsets[row]; i < matrix->offsets[row + 1]; i++)
            if (!isfinite(1 + wrmf_i_extra_weight(&fitter->options, matrix->values[i])))
                return wrmf_i_fail(err, WRMF_E_NONFINITE,
                                   "the confidence of user %lld, item %ld is not finite",
                                   (long long)row, (long)matrix->indices[i]);
    return WRMF_OK;
}

static wrmf_status alloc_grams(wrmf_model *model, wrmf_error *err)
{
    if (!model->grams)
        model->grams = wrmf_i_alloc(&model->context->allocator, 2 * wrmf_i_model_square(model),
                                    sizeof(double));
    return model->grams ? WRMF_OK : wrmf_i_fail_nomem(err);
}

static wrmf_status alloc_buffers(wrmf_i_fitter *fitter, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &fitter->context->allocator;
    const size_t width = (size_t)fitter->model->stride;
    fitter->gram_doubles =
        wrmf_i_gram_scratch(fitter->context, (int64_t)fitter->longer, fitter->model->stride);
    fitter->gram_scratch = wrmf_i_alloc(allocator, fitter->gram_doubles, sizeof(double));
    fitter->w = wrmf_i_alloc(allocator, fitter->longer, width * fitter->number);
    fitter->norms = wrmf_i_alloc(allocator, fitter->longer, fitter->number);
    fitter->squares =
        wrmf_i_alloc(allocator, 4 * wrmf_i_model_square(fitter->model), fitter->number);
    fitter->scratch = wrmf_i_alloc(allocator, (size_t)fitter->workers, fitter->scratch_bytes);
    fitter->counts = wrmf_i_alloc_zero(allocator, (size_t)fitter->workers, sizeof *fitter->counts);
    fitter->pending = wrmf_i_alloc_zero(allocator, fitter->longer, 1);
    fitter->long_sums = wrmf_i_alloc(allocator, fitter->long_doubles, sizeof(double));
    if (fitter->gram_scratch && fitter->w && fitter->norms && fitter->squares && fitter->scratch &&
        fitter->counts && fitter->pending && fitter->long_sums)
        return WRMF_OK;
    return wrmf_i_fail_nomem(err);
}

static wrmf_status prepare(wrmf_i_fitter *fitter, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &fitter->context->allocator;
    const wrmf_model *const model = fitter->model;
    const int64_t width = model->stride;
    WRMF_I_TRY(check_confidence(fitter, err));
    WRMF_I_TRY(
        wrmf_i_matrix_transposed(fitter->matrix[WRMF_USERS], &fitter->matrix[WRMF_ITEMS], err));
    for (int side = 0; side < 2; side++)
        WRMF_I_TRY(wrmf_i_plan_create(allocator, fitter->matrix[side], model->factors,
                                      &fitter->plan[side], err));
    WRMF_I_TRY(
        wrmf_i_whitening_create(fitter->context, model->factors, width, &fitter->whitening, err));
    const int64_t longest = fitter->plan[0].longest > fitter->plan[1].longest
                                ? fitter->plan[0].longest
                                : fitter->plan[1].longest;
    fitter->scratch_bytes = model->bits == 32 ? wrmf_i_half_epoch_scratch_f32(width, longest)
                                              : wrmf_i_half_epoch_scratch_f64(width, longest);
    const int64_t longest_of_all = fitter->plan[0].longest_of_all > fitter->plan[1].longest_of_all
                                       ? fitter->plan[0].longest_of_all
                                       : fitter->plan[1].longest_of_all;
    fitter->long_doubles = wrmf_i_long_sums(width, longest_of_all);
    WRMF_I_TRY(alloc_grams(fitter->model, err));
    return alloc_buffers(fitter, err);
}

wrmf_status wrmf_i_fitter_create(wrmf_context *context, wrmf_model *model,
                                 const wrmf_matrix *matrix, wrmf_i_fitter **out, wrmf_error *err)
{
    wrmf_i_fitter *const fitter = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *fitter);
    if (!fitter)
        return wrmf_i_fail_nomem(err);
    fitter->context = context;
    fitter->model = model;
    fitter->matrix[WRMF_USERS] = matrix;
    fitter->number = wrmf_i_model_number_bytes(model);
    fitter->longer = (size_t)(model->rows[0] > model->rows[1] ? model->rows[0] : model->rows[1]);
    fitter->workers = context->workers;
    read_options(fitter);
    const wrmf_status status = prepare(fitter, err);
    if (status != WRMF_OK) {
        wrmf_i_fitter_free(fitter);
        return status;
    }
    *out = fitter;
    return WRMF_OK;
}

void wrmf_i_fitter_free(wrmf_i_fitter *fitter)
{
    if (!fitter)
        return;
    const wrmf_i_allocator *const allocator = &fitter->context->allocator;
    const size_t width = (size_t)fitter->model->stride;
    for (int side = 0; side < 2; side++)
        wrmf_i_plan_free(allocator, &fitter->plan[side]);
    wrmf_i_whitening_free(fitter->context, &fitter->whitening);
    wrmf_i_free(allocator, fitter->gram_scratch, fitter->gram_doubles, sizeof(double));
    wrmf_i_free(allocator, fitter->w, fitter->longer, width * fitter->number);
    wrmf_i_free(allocator, fitter->norms, fitter->longer, fitter->number);
    wrmf_i_free(allocator, fitter->squares, 4 * wrmf_i_model_square(fitter->model), fitter->number);
    wrmf_i_free(allocator, fitter->scratch, (size_t)fitter->workers, fitter->scratch_bytes);
    wrmf_i_free(allocator, fitter->counts, (size_t)fitter->workers, sizeof *fitter->counts);
    wrmf_i_free(allocator, fitter->pending, fitter->longer, 1);
    wrmf_i_free(allocator, fitter->long_sums, fitter->long_doubles, sizeof(double));
    wrmf_i_free(allocator, fitter, 1, sizeof *fitter);
}

static void count(wrmf_i_fitter *fitter)
{
    double *const statistics = fitter->model->statistics;
    for (int worker = 0; worker < fitter->workers; worker++) {
        const wrmf_i_row_counts *const counts = &fitter->counts[worker];
        statistics[WRMF_STAT_ROWS] += (double)counts->rows;
        statistics[WRMF_STAT_ROWS_CG] += (double)counts->cg;
        statistics[WRMF_STAT_CG_STEPS] += (double)counts->steps;
        statistics[WRMF_STAT_ROWS_CHOLESKY] += (double)counts->cholesky;
        statistics[WRMF_STAT_ROWS_FLOAT64] += (double)counts->float64;
        statistics[WRMF_STAT_ROWS_MINIMUM_NORM] +=
            (double)(fitter->whitening.dropped > 0 ? counts->rows : counts->minimum_norm);
        statistics[WRMF_STAT_RESIDUAL] = fmax(statistics[WRMF_STAT_RESIDUAL], counts->residual);
    }
    statistics[WRMF_STAT_CONDITION] =
        fmax(statistics[WRMF_STAT_CONDITION], fitter->whitening.condition);
}

static wrmf_status know_gram(wrmf_i_fitter *fitter, wrmf_side side, wrmf_error *err)
{
    wrmf_model *const model = fitter->model;
    const wrmf_i_tall rows = {model->data[side], model->bits, model->rows[side], model->stride};
    if (model->gram_known[side])
        return WRMF_OK;
    WRMF_I_TRY(wrmf_i_gram(fitter->context, &rows,
                           model->grams + (size_t)side * wrmf_i_model_square(model),
                           fitter->gram_scratch, err));
    model->gram_known[side] = true;
    return WRMF_OK;
}

wrmf_status wrmf_i_fitter_grams(wrmf_i_fitter *fitter, wrmf_error *err)
{
    WRMF_I_TRY(know_gram(fitter, WRMF_USERS, err));
    return know_gram(fitter, WRMF_ITEMS, err);
}

static wrmf_status half_epoch(wrmf_i_fitter *fitter, wrmf_side side, wrmf_error *err)
{
    wrmf_model *const model = fitter->model;
    const wrmf_side other = side == WRMF_USERS ? WRMF_ITEMS : WRMF_USERS;
    const double lambda =
        wrmf_i_params_real(model->params, side == WRMF_USERS ? WRMF_PARAM_REGULARIZATION_USER
                                                             : WRMF_PARAM_REGULARIZATION_ITEM);
    WRMF_I_TRY(know_gram(fitter, other, err));
    WRMF_I_TRY(
        wrmf_i_whitening_make(&fitter->whitening, wrmf_i_model_gram(model, other), lambda, err));
    model->gram_known[side] = false;
    memset(fitter->counts, 0, (size_t)fitter->workers * sizeof *fitter->counts);
    wrmf_i_half_epoch half = {
        .context = fitter->context,
        .options = &fitter->options,
        .matrix = fitter->matrix[side],
        .plan = &fitter->plan[side],
        .whitening = &fitter->whitening,
        .width = model->stride,
        .lambda = lambda,
        .fixed = model->data[other],
        .solved = model->data[side],
        .w = fitter->w,
        .norms = fitter->norms,
        .squares = fitter->squares,
        .scratch = fitter->scratch,
        .scratch_bytes = fitter->scratch_bytes,
        .counts = fitter->counts,
        .pending = fitter->pending,
        .long_sums = fitter->long_sums,
        .side = side == WRMF_USERS ? "user" : "item",
    };
    WRMF_I_TRY(model->bits == 32 ? wrmf_i_half_epoch_run_f32(&half, err)
                                 : wrmf_i_half_epoch_run_f64(&half, err));
    count(fitter);
    return WRMF_OK;
}

wrmf_status wrmf_i_fitter_epoch(wrmf_i_fitter *fitter, wrmf_error *err)
{
    WRMF_I_TRY(half_epoch(fitter, WRMF_USERS, err));
    WRMF_I_TRY(half_epoch(fitter, WRMF_ITEMS, err));
    fitter->model->epochs++;
    return WRMF_OK;
}
