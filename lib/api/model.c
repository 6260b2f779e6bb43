/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/model.h"

#include <math.h>

#include "als/als.h"
#include "data/validate.h"
#include "fit/checkpoint.h"
#include "fit/epochs.h"
#include "model/model_copy.h"
#include "model/params_table.h"
#include "store/model_file.h"
#include "wrmf/store.h"

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
    WRMF_I_TRY(wrmf_i_model_new_unset(context, users, items, params, &model, err));
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
    WRMF_I_TRY(wrmf_i_check_sizes(users, items, err));
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
    WRMF_I_TRY(wrmf_i_model_new_unset(context, matrix->rows, matrix->columns, params, &model, err));
    const int64_t epochs = wrmf_i_params_int(model->params, WRMF_PARAM_ITERATIONS);
    wrmf_i_progress progress;
    wrmf_i_progress_begin(&progress, context, "fit", 0, epochs);
    wrmf_status status = wrmf_i_model_start(context, model, err);
    const wrmf_i_epoch_options options = {
        .epochs = epochs, .ends = &epochs, .n_ends = 1, .progress = &progress, .logs = true};
    if (status == WRMF_OK)
        status = wrmf_i_epochs_run(context, model, matrix, &options, err);
    wrmf_i_progress_end(&progress);
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

wrmf_status wrmf_model_copy(wrmf_context *context, const wrmf_model *model, wrmf_model **out,
                            wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    wrmf_status status = wrmf_i_model_read(&call, model, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_copy(context, model, out, err);
    wrmf_i_call_end(&call);
    return status;
}

/* The parameter iterations of a model that is asked for more epochs: as many as it was asked for in
 * all, so that 4 epochs continued by 6 are 10 in the parameters, too. */
static int64_t iterations_with(const wrmf_model *model, int64_t epochs)
{
    const int64_t highest = (int64_t)wrmf_i_param_row_get(WRMF_PARAM_ITERATIONS)->highest;
    const int64_t before = wrmf_i_params_int(model->params, WRMF_PARAM_ITERATIONS);
    const int64_t done = model->epochs;
    const int64_t asked = done < highest && epochs < highest - done ? done + epochs : highest;
    return epochs > 0 && asked > before ? asked : before;
}

/* A fit ends when the model has as many epochs as its iterations, or all that were asked for: what
 * is asked for may be more than iterations can be. */
static wrmf_status go_on(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                         int64_t epochs, wrmf_error *err)
{
    /* no machine does half of the most: such a number stands for "until the hook says stop" */
    const int64_t half = WRMF_I_EPOCHS_MAX / 2;
    if ((epochs < half ? epochs : half) > WRMF_I_EPOCHS_MAX - model->epochs)
        return wrmf_i_fail(err, WRMF_E_RANGE, "epochs is %lld, behind %lld: more than 2^53 in all",
                           (long long)epochs, (long long)model->epochs);
    wrmf_i_progress progress;
    wrmf_i_progress_begin(&progress, context, "fit", 0, epochs);
    const int64_t iterations = iterations_with(model, epochs), left = iterations - model->epochs;
    const int64_t end = left > epochs ? left : epochs;
    wrmf_i_checkpoint checkpoint;
    wrmf_i_checkpoint_begin(&checkpoint, model, iterations, epochs);
    const wrmf_i_epoch_options options = {
        .epochs = epochs,
        .ends = &end,
        .n_ends = 1,
        .progress = &progress,
        .logs = true,
        .rolls_back = true,
        .keeps_epochs = true,
        .on_epoch = model->checkpoint.path && epochs > 0 ? wrmf_i_checkpoint_on_epoch : NULL,
        .self = &checkpoint,
    };
    const wrmf_status status = wrmf_i_epochs_run(context, model, matrix, &options, err);
    wrmf_i_progress_end(&progress);
    if (status == WRMF_OK || status == WRMF_E_CANCELLED || status == WRMF_E_IO)
        model->params->values[WRMF_PARAM_ITERATIONS - 1].integer = iterations;
    return status;
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
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_change(&call, model, err);
    if (status == WRMF_OK)
        status = go_on(context, model, matrix, epochs, err);
    wrmf_i_call_end(&call);
    return status;
}

static wrmf_status finish(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                          wrmf_error *err)
{
    wrmf_i_progress progress;
    wrmf_i_progress_begin(&progress, context, "fit", 0, 1);
    const wrmf_status status = wrmf_i_epochs_end(context, model, matrix, &progress, err);
    wrmf_i_progress_end(&progress);
    return status;
}

wrmf_status wrmf_model_finish(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                              wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    WRMF_I_TRY(check_shape(model, matrix, err));
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_change(&call, model, err);
    if (status == WRMF_OK)
        status = finish(context, model, matrix, err);
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

/* ---- ids ---- */

static wrmf_status set_ids(wrmf_model *model, wrmf_side side, const wrmf_ids *ids, wrmf_error *err)
{
    wrmf_ids *copy = NULL;
    if (ids) {
        if (wrmf_i_ids_size(ids) != model->rows[side])
            return wrmf_i_fail(err, WRMF_E_SHAPE, "%lld id%s for %lld row%s",
                               (long long)wrmf_i_ids_size(ids),
                               wrmf_i_ids_size(ids) == 1 ? "" : "s", (long long)model->rows[side],
                               model->rows[side] == 1 ? "" : "s");
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
    WRMF_I_TRY(wrmf_i_model_change(&call, model, err));
    const wrmf_status status =
        wrmf_i_notes_set(&model->notes, &model->context->allocator, key, value, err);
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
    return wrmf_model_write_as(model, 0, output, err);
}

wrmf_status wrmf_model_save(const wrmf_model *model, const char *path, wrmf_error *err)
{
    return wrmf_model_save_as(model, path, 0, err);
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
