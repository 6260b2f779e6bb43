/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/model.h"

#include <math.h>
#include <string.h>

#include "base/checked.h"
#include "base/random.h"
#include "model/biases.h"

enum { START_ROWS = 256 }; /* rows a task draws */

static size_t side_numbers(const wrmf_model *model, int side)
{
    return (size_t)model->rows[side] * (size_t)model->stride;
}

wrmf_status wrmf_i_model_new_bare(wrmf_context *context, int64_t users, int64_t items,
                                  const wrmf_params *params, wrmf_model **out, wrmf_error *err)
{
    wrmf_model *const model = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *model);
    if (!model)
        return wrmf_i_fail_memory(err, "a model");
    model->context = wrmf_i_context_hold(context);
    model->rows[WRMF_USERS] = users;
    model->rows[WRMF_ITEMS] = items;
    const wrmf_status status = wrmf_i_params_new(context, params, &model->params, err);
    if (status != WRMF_OK) {
        wrmf_i_model_free(model);
        return status;
    }
    if (wrmf_i_params_columns(model->params) > WRMF_I_MAX_FACTORS) {
        wrmf_i_model_free(model);
        return wrmf_i_fail(err, WRMF_E_RANGE, "factors is above %d: where biases is 1, it is not",
                           WRMF_I_MAX_FACTORS - WRMF_I_BIAS_COLUMNS);
    }
    model->factors = wrmf_i_params_columns(model->params);
    model->biases = wrmf_i_params_int(model->params, WRMF_PARAM_BIASES) != 0;
    model->stride = wrmf_i_padded_width(model->factors);
    const int64_t precision = wrmf_i_params_int(model->params, WRMF_PARAM_PRECISION);
    model->bits = precision == WRMF_PRECISION_FLOAT32 ? 32 : 64;
    *out = model;
    return WRMF_OK;
}

wrmf_status wrmf_i_model_alloc_rows(wrmf_model *model, int side, wrmf_error *err)
{
    size_t numbers, bytes;
    if (!wrmf_i_mul_size((size_t)model->rows[side], (size_t)model->stride, &numbers) ||
        !wrmf_i_mul_size(numbers, wrmf_i_model_number_bytes(model), &bytes))
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "%lld rows of %lld factors are too many",
                           (long long)model->rows[side], (long long)model->factors);
    model->data[side] =
        wrmf_i_alloc(&model->context->allocator, numbers, wrmf_i_model_number_bytes(model));
    return model->data[side] ? WRMF_OK : wrmf_i_fail_memory(err, "factors");
}

wrmf_status wrmf_i_model_new_unset(wrmf_context *context, int64_t users, int64_t items,
                                   const wrmf_params *params, wrmf_model **out, wrmf_error *err)
{
    wrmf_model *model = NULL;
    WRMF_I_TRY(wrmf_i_model_new_bare(context, users, items, params, &model, err));
    wrmf_status status = WRMF_OK;
    for (int side = 0; side < 2 && status == WRMF_OK; side++)
        status = wrmf_i_model_alloc_rows(model, side, err);
    if (status == WRMF_OK)
        *out = model;
    else
        wrmf_i_model_free(model);
    return status;
}

wrmf_status wrmf_i_model_new(wrmf_context *context, int64_t users, int64_t items,
                             const wrmf_params *params, wrmf_model **out, wrmf_error *err)
{
    WRMF_I_TRY(wrmf_i_model_new_unset(context, users, items, params, out, err));
    for (int side = 0; side < 2; side++) {
        memset((*out)->data[side], 0, side_numbers(*out, side) * wrmf_i_model_number_bytes(*out));
        wrmf_i_biases_clear(*out, (wrmf_side)side, (*out)->data[side], 0, (*out)->rows[side]);
    }
    return WRMF_OK;
}

void wrmf_i_model_free(wrmf_model *model)
{
    if (!model)
        return;
    wrmf_context *const context = model->context;
    for (int side = 0; side < 2; side++) {
        if (model->data[side] && !model->in_place)
            wrmf_i_free(&context->allocator, model->data[side], side_numbers(model, side),
                        wrmf_i_model_number_bytes(model));
        wrmf_i_ids_free(model->ids[side]);
    }
    if (!model->in_place)
        wrmf_i_model_carried_drop(model);
    wrmf_i_notes_free(&model->notes, &context->allocator);
    wrmf_i_params_free(model->params);
    wrmf_i_strfree(&context->allocator, model->checkpoint.path);
    wrmf_i_mapping_close(&model->mapping);
    wrmf_i_model_forget(model, WRMF_USERS);
    wrmf_i_model_forget(model, WRMF_ITEMS);
    wrmf_i_free(&context->allocator, model->grams, 2 * wrmf_i_model_square(model), sizeof(double));
    wrmf_i_free(&context->allocator, model, 1, sizeof *model);
    wrmf_i_context_release(context);
}

/* ---- calls ---- */

static void drop(void *model)
{
    wrmf_i_model_free(model);
}

wrmf_status wrmf_i_model_change(wrmf_i_call *call, wrmf_model *model, wrmf_error *err)
{
    if (model->read_only)
        return wrmf_i_fail(err, WRMF_E_STATE,
                           "the model is mapped from a file, read-only: change a copy of it");
    return wrmf_i_call_alone(call, &model->use, model, drop, "model", err);
}

wrmf_status wrmf_i_model_read(wrmf_i_call *call, const wrmf_model *model, wrmf_error *err)
{
    wrmf_model *const shared = (wrmf_model *)(uintptr_t)model; /* only its use changes */
    return wrmf_i_call_share(call, &shared->use, shared, drop, "model", err);
}

/* ---- what is known of the rows ---- */

void wrmf_i_model_forget(wrmf_model *model, wrmf_side side)
{
    model->generation[side]++;
    model->gram_known[side] = false;
    wrmf_i_unit_scales_forget(&model->unit_scales[side], &model->context->allocator,
                              model->rows[side]);
}

/* The rows of a side without the columns of biases, which are left out of cosines. */
static wrmf_i_factors factors_of(const wrmf_model *model, wrmf_side side)
{
    wrmf_i_factors rows = wrmf_i_model_rows(model, side);
    rows.factors -= wrmf_i_model_bias_columns(model);
    return rows;
}

void wrmf_i_model_rows_set(wrmf_model *model, wrmf_side side, int64_t first, int64_t n)
{
    const wrmf_i_factors rows = factors_of(model, side);
    wrmf_i_model_carried_drop(model);
    model->drawn = false;
    model->generation[side]++;
    model->gram_known[side] = false;
    wrmf_i_unit_scales_update(&model->unit_scales[side], &rows, first, n);
}

wrmf_status wrmf_i_model_unit_scales(const wrmf_model *model, wrmf_side side, const double **scales,
                                     wrmf_error *err)
{
    const wrmf_i_factors rows = factors_of(model, side);
    return wrmf_i_unit_scales_get(&model->unit_scales[side], &rows, &model->context->allocator,
                                  scales, err);
}

/* ---- carried rows ---- */

wrmf_status wrmf_i_model_carried_alloc(wrmf_model *model, wrmf_error *err)
{
    if (!model->carried)
        model->carried = wrmf_i_alloc(&model->context->allocator, side_numbers(model, WRMF_ITEMS),
                                      wrmf_i_model_number_bytes(model));
    return model->carried ? WRMF_OK : wrmf_i_fail_memory(err, "a copy of the items' factors");
}

void wrmf_i_model_carried_drop(wrmf_model *model)
{
    wrmf_i_free(&model->context->allocator, model->carried, side_numbers(model, WRMF_ITEMS),
                wrmf_i_model_number_bytes(model));
    model->carried = NULL;
    model->carries = false;
}

void wrmf_i_model_carry(wrmf_model *model)
{
    memcpy(model->carried, model->data[WRMF_ITEMS],
           side_numbers(model, WRMF_ITEMS) * wrmf_i_model_number_bytes(model));
    model->carries = true;
}

void wrmf_i_model_carried_take(wrmf_model *model)
{
    if (!model->carries)
        return;
    memcpy(model->data[WRMF_ITEMS], model->carried,
           side_numbers(model, WRMF_ITEMS) * wrmf_i_model_number_bytes(model));
    wrmf_i_model_forget(model, WRMF_ITEMS);
    model->carries = false;
}

/* ---- start ---- */

typedef struct start_job {
    wrmf_model *model;
    int side;
    uint64_t seed;
    double scale;
    bool nonnegative; /* absolute values are taken */
} start_job;

static void start_chunk(void *self, size_t chunk, size_t worker)
{
    const start_job *const job = self;
    wrmf_model *const model = job->model;
    (void)worker;
    const int64_t first = (int64_t)chunk * START_ROWS, left = model->rows[job->side] - first;
    const int64_t factors = model->factors - wrmf_i_model_bias_columns(model);
    double numbers[WRMF_I_MAX_FACTORS + 1]; /* they come in pairs */
    for (int64_t row = first; row < first + (left < START_ROWS ? left : START_ROWS); row++) {
        for (int64_t column = 0; column < factors; column += 2) {
            wrmf_i_random_normal2(job->seed, (uint32_t)job->side, (uint32_t)(column / 2),
                                  (uint64_t)row, numbers + column);
            numbers[column] *= job->scale;
            numbers[column + 1] *= job->scale;
        }
        for (int64_t column = 0; job->nonnegative && column < factors; column++)
            numbers[column] = fabs(numbers[column]);
        for (int64_t column = factors; column < model->stride; column++)
            numbers[column] = 0;
        wrmf_i_store_numbers(model->bits, numbers, model->stride, model->data[job->side],
                             row * model->stride);
        wrmf_i_biases_clear_row(model, (wrmf_side)job->side, model->data[job->side], row);
    }
}

bool wrmf_i_model_start_is_due(const wrmf_model *model)
{
    return model->drawn && wrmf_i_params_int(model->params, WRMF_PARAM_INIT) != WRMF_INIT_RANDOM;
}

wrmf_status wrmf_i_model_start(wrmf_context *context, wrmf_model *model, wrmf_error *err)
{
    start_job job = {.model = model};
    job.seed = (uint64_t)wrmf_i_params_int(model->params, WRMF_PARAM_SEED);
    job.nonnegative = wrmf_i_params_int(model->params, WRMF_PARAM_NONNEGATIVE) != 0;
    job.scale = wrmf_i_params_real(model->params, WRMF_PARAM_INIT_SCALE) /
                sqrt((double)wrmf_i_params_int(model->params, WRMF_PARAM_FACTORS));
    for (job.side = 0; job.side < 2; job.side++) {
        const size_t chunks = ((size_t)model->rows[job.side] + START_ROWS - 1) / START_ROWS;
        WRMF_I_TRY(wrmf_i_parallel(context, chunks, start_chunk, &job, err));
    }
    model->drawn = true;
    return WRMF_OK;
}
