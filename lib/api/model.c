/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/model.h"

#include <math.h>

#include "als/als.h"
#include "data/validate.h"
#include "fit/epochs.h"
#include "io/output.h"
#include "model/grams.h"
#include "model/params_table.h"
#include "rank/rank.h"
#include "store/model_file.h"

static bool is_side(wrmf_side side)
{
    return wrmf_i_check_side("side", side, NULL) == WRMF_OK;
}

static wrmf_status check_shape(const wrmf_model *model, const wrmf_matrix *matrix, wrmf_error *err)
{
    if (model->rows[0] == matrix->rows && model->rows[1] == matrix->columns)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_SHAPE, "the model is %lld x %lld, the matrix %lld x %lld",
                       (long long)model->rows[0], (long long)model->rows[1],
                       (long long)matrix->rows, (long long)matrix->columns);
}

/* ---- fitting ---- */

static wrmf_status create(wrmf_context *context, int64_t users, int64_t items,
                          const wrmf_params *params, wrmf_model **out, wrmf_error *err)
{
    wrmf_model *model;
    WRMF_I_TRY(wrmf_i_model_new(context, users, items, params, &model, err));
    const wrmf_status status = wrmf_i_model_start(context, model, err);
    if (status == WRMF_OK)
        *out = model;
    else
        wrmf_i_model_free(model);
    return status;
}

wrmf_status wrmf_model_create(wrmf_context *context, int64_t users, int64_t items,
                              const wrmf_params *params, wrmf_model **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    if (users < 0 || users > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "users is %lld, not in 0 .. 2^31 - 1",
                           (long long)users);
    if (items < 0 || items > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "items is %lld, not in 0 .. 2^31 - 1",
                           (long long)items);
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = create(context, users, items, params, out, err);
    wrmf_i_call_end(&call);
    return status;
}

static wrmf_status fit(wrmf_context *context, const wrmf_matrix *matrix, const wrmf_params *params,
                       wrmf_model **out, wrmf_error *err)
{
    wrmf_model *model;
    WRMF_I_TRY(create(context, matrix->rows, matrix->columns, params, &model, err));
    const wrmf_i_epoch_options options = {
        .epochs = wrmf_i_params_int(model->params, WRMF_PARAM_ITERATIONS),
        .phase = "fit",
        .logs = true};
    const wrmf_status status = wrmf_i_epochs_run(context, model, matrix, &options, err);
    if (status == WRMF_OK)
        *out = model;
    else
        wrmf_i_model_free(model);
    return status;
}

wrmf_status wrmf_model_fit(wrmf_context *context, const wrmf_matrix *matrix,
                           const wrmf_params *params, wrmf_model **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = fit(context, matrix, params, out, err);
    wrmf_i_call_end(&call);
    return status;
}

/* A model's iterations are the epochs that it was asked for in all, so that 4 epochs continued by 6
 * are 10 in the parameters, too. */
static void raise_iterations(wrmf_model *model, int64_t before, int64_t epochs)
{
    const int64_t highest = (int64_t)wrmf_i_param_row_get(WRMF_PARAM_ITERATIONS)->highest;
    int64_t *const iterations = &model->params->values[WRMF_PARAM_ITERATIONS - 1].integer;
    const int64_t asked = before < highest && epochs < highest - before ? before + epochs : highest;
    if (epochs > 0 && asked > *iterations)
        *iterations = asked;
}

wrmf_status wrmf_model_continue(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                                int64_t epochs, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    WRMF_I_TRY(check_shape(model, matrix, err));
    if (epochs < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "epochs is %lld, below 0", (long long)epochs);
    if (epochs > WRMF_I_EPOCHS_MAX - model->epochs)
        return wrmf_i_fail(err, WRMF_E_RANGE, "epochs is %lld, behind %lld: more than 2^53 in all",
                           (long long)epochs, (long long)model->epochs);
    const wrmf_i_epoch_options options = {
        .epochs = epochs, .phase = "fit", .logs = true, .rolls_back = true};
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_change(&call, model, err);
    if (status == WRMF_OK) {
        const int64_t before = model->epochs;
        status = wrmf_i_epochs_run(context, model, matrix, &options, err);
        if (status == WRMF_OK || status == WRMF_E_CANCELLED)
            raise_iterations(model, before, epochs);
    }
    wrmf_i_call_end(&call);
    return status;
}

void wrmf_model_free(wrmf_model *model)
{
    if (model && wrmf_i_use_retire(&model->use))
        wrmf_i_model_free(model);
}

wrmf_status wrmf_model_objective(wrmf_context *context, const wrmf_model *model,
                                 const wrmf_matrix *matrix, double *total, double *observed,
                                 double *all, double *regularization, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    WRMF_I_TRY(check_shape(model, matrix, err));
    double parts[3];
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_read(&call, model, err);
    if (status == WRMF_OK)
        status = wrmf_i_objective(context, model, matrix, parts, err);
    wrmf_i_call_end(&call);
    if (status != WRMF_OK)
        return status;
    if (total)
        *total = parts[0] + parts[1] + parts[2];
    if (observed)
        *observed = parts[0];
    if (all)
        *all = parts[1];
    if (regularization)
        *regularization = parts[2];
    return WRMF_OK;
}

/* ---- what it is ---- */

int64_t wrmf_model_users(const wrmf_model *model)
{
    return model ? model->rows[WRMF_USERS] : 0;
}

int64_t wrmf_model_items(const wrmf_model *model)
{
    return model ? model->rows[WRMF_ITEMS] : 0;
}

int64_t wrmf_model_factors(const wrmf_model *model)
{
    return model ? model->factors : 0;
}

int64_t wrmf_model_epochs(const wrmf_model *model)
{
    return model ? model->epochs : 0;
}

const wrmf_params *wrmf_model_params(const wrmf_model *model)
{
    return model ? model->params : NULL;
}

double wrmf_model_statistic(const wrmf_model *model, wrmf_statistic statistic)
{
    return model && (unsigned)statistic < WRMF_I_STAT_COUNT ? model->statistics[statistic]
                                                            : (double)NAN;
}

static const void *rows_in_place(const wrmf_model *model, int bits, wrmf_side side, int64_t *stride)
{
    if (!model || model->bits != bits || !is_side(side))
        return NULL;
    if (stride)
        *stride = model->stride;
    return model->data[side];
}

const float *wrmf_model_float32(const wrmf_model *model, wrmf_side side, int64_t *stride)
{
    return rows_in_place(model, 32, side, stride);
}

const double *wrmf_model_float64(const wrmf_model *model, wrmf_side side, int64_t *stride)
{
    return rows_in_place(model, 64, side, stride);
}

static wrmf_status check_rows(const wrmf_model *model, wrmf_side side, int64_t first, int64_t n,
                              const double *values, wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!values)
        return wrmf_i_fail_null(err, "values");
    WRMF_I_TRY(wrmf_i_check_side("side", side, err));
    const int64_t rows = model->rows[side];
    if (first < 0 || n < 0 || first > rows || n > rows - first)
        return wrmf_i_fail(err, WRMF_E_RANGE, "first is %lld and n %lld, of %lld rows",
                           (long long)first, (long long)n, (long long)rows);
    return WRMF_OK;
}

wrmf_status wrmf_model_get_rows(const wrmf_model *model, wrmf_side side, int64_t first, int64_t n,
                                double *values, wrmf_error *err)
{
    WRMF_I_TRY(check_rows(model, side, first, n, values, err));
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_model_read(&call, model, err));
    const wrmf_i_factors rows = wrmf_i_model_rows(model, side);
    for (int64_t i = 0; i < n; i++)
        wrmf_i_factors_get_row(&rows, first + i, values + i * model->factors);
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

wrmf_status wrmf_model_set_rows(wrmf_model *model, wrmf_side side, int64_t first, int64_t n,
                                const double *values, wrmf_error *err)
{
    WRMF_I_TRY(check_rows(model, side, first, n, values, err));
    for (int64_t i = 0; i < n * model->factors; i++)
        if (!wrmf_i_is_finite_in(model->bits, values[i]))
            return wrmf_i_fail(err, WRMF_E_NONFINITE, "row %lld, column %lld is not finite",
                               (long long)(first + i / model->factors),
                               (long long)(i % model->factors));
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_model_change(&call, model, err));
    for (int64_t i = 0; i < n; i++)
        wrmf_i_store_numbers(model->bits, values + i * model->factors, model->factors,
                             model->data[side], (first + i) * model->stride);
    wrmf_i_model_rows_set(model, side, first, n);
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

/* ---- ids ---- */

static wrmf_status set_ids(wrmf_model *model, wrmf_side side, const wrmf_ids *ids, wrmf_error *err)
{
    wrmf_ids *copy = NULL;
    if (ids) {
        if (wrmf_i_ids_size(ids) != model->rows[side])
            return wrmf_i_fail(err, WRMF_E_SHAPE, "%lld ids for %lld rows",
                               (long long)wrmf_i_ids_size(ids), (long long)model->rows[side]);
        WRMF_I_TRY(wrmf_i_ids_copy(model->context, ids, &copy, err));
    }
    wrmf_i_ids_free(model->ids[side]);
    model->ids[side] = copy;
    return WRMF_OK;
}

wrmf_status wrmf_model_set_ids(wrmf_model *model, wrmf_side side, const wrmf_ids *ids,
                               wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    WRMF_I_TRY(wrmf_i_check_side("side", side, err));
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_model_change(&call, model, err);
    if (status == WRMF_OK && ids)
        status = wrmf_i_ids_read_only(&call, ids, err);
    if (status == WRMF_OK)
        status = set_ids(model, side, ids, err);
    wrmf_i_call_end(&call);
    return status;
}

const wrmf_ids *wrmf_model_ids(const wrmf_model *model, wrmf_side side)
{
    return model && is_side(side) ? model->ids[side] : NULL;
}

/* ---- notes ---- */

wrmf_status wrmf_model_set_note(wrmf_model *model, const char *key, const char *value,
                                wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!key)
        return wrmf_i_fail_null(err, "key");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_model_change(&call, model, err);
    if (status == WRMF_OK)
        status = wrmf_i_notes_set(&model->notes, &model->context->allocator, key, value, err);
    wrmf_i_call_end(&call);
    return status;
}

const char *wrmf_model_note(const wrmf_model *model, const char *key)
{
    return model && key ? wrmf_i_notes_find(&model->notes, key) : NULL;
}

int64_t wrmf_model_note_count(const wrmf_model *model)
{
    return model ? (int64_t)model->notes.count : 0;
}

const char *wrmf_model_note_at(const wrmf_model *model, int64_t index, const char **value)
{
    if (index < 0 || index >= wrmf_model_note_count(model))
        return NULL;
    const wrmf_i_note *const note = &model->notes.notes[index];
    if (value)
        *value = note->value;
    return note->key;
}

/* ---- files ---- */

wrmf_status wrmf_model_write(const wrmf_model *model, wrmf_output *output, wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!output)
        return wrmf_i_fail_null(err, "output");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_model_read(&call, model, err);
    if (status == WRMF_OK)
        status = wrmf_i_output_enter(&call, output, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_write(model, output, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_model_save(const wrmf_model *model, const char *path, wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!path)
        return wrmf_i_fail_null(err, "path");
    wrmf_output *output = NULL;
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_model_read(&call, model, err);
    if (status == WRMF_OK)
        status = wrmf_i_output_path(model->context, path, &output, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_write(model, output, err);
    if (status == WRMF_OK)
        status = wrmf_i_output_close(output, err);
    wrmf_i_output_free(output);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_model_load(wrmf_context *context, const char *path, wrmf_model **out,
                            wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!path)
        return wrmf_i_fail_null(err, "path");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    const wrmf_status status = wrmf_i_model_read_path(context, path, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_model_load_memory(wrmf_context *context, const void *data, size_t bytes,
                                   wrmf_model **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!data)
        return wrmf_i_fail_null(err, "data");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    const wrmf_status status = wrmf_i_model_read_memory(context, data, bytes, out, err);
    wrmf_i_call_end(&call);
    return status;
}

double wrmf_model_score(const wrmf_model *model, int64_t user, int64_t item)
{
    if (!model || user < 0 || user >= model->rows[WRMF_USERS] || item < 0 ||
        item >= model->rows[WRMF_ITEMS])
        return (double)NAN;
    const wrmf_i_ranking ranking = {model->context->cpu, wrmf_i_table_of(model, WRMF_USERS, false),
                                    wrmf_i_table_of(model, WRMF_ITEMS, false)};
    return wrmf_i_score(&ranking, user, item);
}
