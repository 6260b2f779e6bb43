/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/model.h"

#include <math.h>
#include <string.h>

#include "als/als.h"
#include "io/output.h"
#include "par/progress.h"
#include "rank/rank.h"
#include "store/model_file.h"

static bool is_side(wrmf_side side)
{
    return side == WRMF_USERS || side == WRMF_ITEMS;
}

static wrmf_status check_side(wrmf_side side, wrmf_error *err)
{
    return is_side(side)
               ? WRMF_OK
               : wrmf_i_fail(err, WRMF_E_RANGE, "side is %d, neither users nor items", (int)side);
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

static void log_epoch(const wrmf_context *context, const wrmf_model *model, double minimum_norm)
{
    wrmf_i_log(context, WRMF_LOG_INFO, "fit: epoch %lld done", (long long)model->epochs);
    const double more = model->statistics[WRMF_STAT_ROWS_MINIMUM_NORM] - minimum_norm;
    if (more > 0)
        wrmf_i_log(context, WRMF_LOG_WARNING,
                   "fit: epoch %lld: %lld rows have no unique solution, and got that of least norm",
                   (long long)model->epochs, (long long)more);
}

/* Epochs with progress; WRMF_E_CANCELLED comes only between epochs. */
static wrmf_status run_epochs(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                              int64_t epochs, wrmf_error *err)
{
    if (epochs == 0)
        return WRMF_OK;
    wrmf_i_fitter *fitter;
    WRMF_I_TRY(wrmf_i_fitter_create(context, model, matrix, &fitter, err));
    wrmf_i_progress progress;
    wrmf_i_progress_begin(&progress, context, "fit", epochs);
    wrmf_status status = WRMF_OK;
    for (int64_t epoch = 0; epoch < epochs && status == WRMF_OK; epoch++) {
        const double minimum_norm = model->statistics[WRMF_STAT_ROWS_MINIMUM_NORM];
        status = wrmf_i_fitter_epoch(fitter, err);
        if (status == WRMF_OK)
            log_epoch(context, model, minimum_norm);
        if (status == WRMF_OK && wrmf_i_progress_step(&progress, epoch + 1, true) &&
            epoch + 1 < epochs)
            status = wrmf_i_fail_cancelled(err);
    }
    if (status == WRMF_OK)
        status = wrmf_i_fitter_grams(fitter, err);
    wrmf_i_fitter_free(fitter);
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
    wrmf_model *model;
    WRMF_I_TRY(wrmf_i_model_new(context, users, items, params, &model, err));
    const wrmf_status status = wrmf_i_model_start(context, model, err);
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
    wrmf_model *model;
    WRMF_I_TRY(wrmf_model_create(context, matrix->rows, matrix->columns, params, &model, err));
    const int64_t epochs = wrmf_i_params_int(model->params, WRMF_PARAM_ITERATIONS);
    const wrmf_status status = run_epochs(context, model, matrix, epochs, err);
    if (status == WRMF_OK)
        *out = model;
    else
        wrmf_i_model_free(model);
    return status;
}

/* What a failure puts back. */
typedef struct snapshot {
    size_t numbers[2], number;
    void *data[2];
    int64_t epochs;
    double statistics[WRMF_I_STAT_COUNT];
} snapshot;

static void drop_snapshot(const wrmf_i_allocator *allocator, snapshot *s)
{
    for (int side = 0; side < 2; side++)
        wrmf_i_free(allocator, s->data[side], s->numbers[side], s->number);
}

static bool take_snapshot(const wrmf_model *model, snapshot *s)
{
    const wrmf_i_allocator *const allocator = &model->context->allocator;
    *s = (snapshot){.number = wrmf_i_model_number_bytes(model), .epochs = model->epochs};
    memcpy(s->statistics, model->statistics, sizeof s->statistics);
    for (int side = 0; side < 2; side++) {
        s->numbers[side] = (size_t)model->rows[side] * (size_t)model->stride;
        s->data[side] = wrmf_i_alloc(allocator, s->numbers[side], s->number);
        if (!s->data[side]) {
            drop_snapshot(allocator, s);
            return false;
        }
        memcpy(s->data[side], model->data[side], s->numbers[side] * s->number);
    }
    return true;
}

static void put_back(wrmf_model *model, const snapshot *s)
{
    for (int side = 0; side < 2; side++)
        memcpy(model->data[side], s->data[side], s->numbers[side] * s->number);
    model->gram_known[WRMF_USERS] = model->gram_known[WRMF_ITEMS] = false;
    model->epochs = s->epochs;
    memcpy(model->statistics, s->statistics, sizeof s->statistics);
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
    snapshot before;
    if (!take_snapshot(model, &before))
        return wrmf_i_fail_nomem(err);
    const wrmf_status status = run_epochs(context, model, matrix, epochs, err);
    if (status != WRMF_OK && status != WRMF_E_CANCELLED)
        put_back(model, &before);
    drop_snapshot(&model->context->allocator, &before);
    return status;
}

void wrmf_model_free(wrmf_model *model)
{
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
    WRMF_I_TRY(wrmf_i_objective(context, model, matrix, parts, err));
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
    WRMF_I_TRY(check_side(side, err));
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
    for (int64_t i = 0; i < n; i++) {
        const int64_t at = (first + i) * model->stride;
        for (int64_t k = 0; k < model->factors; k++)
            values[i * model->factors + k] =
                model->bits == 32 ? (double)((const float *)model->data[side])[at + k]
                                  : ((const double *)model->data[side])[at + k];
    }
    return WRMF_OK;
}

wrmf_status wrmf_model_set_rows(wrmf_model *model, wrmf_side side, int64_t first, int64_t n,
                                const double *values, wrmf_error *err)
{
    WRMF_I_TRY(check_rows(model, side, first, n, values, err));
    for (int64_t i = 0; i < n * model->factors; i++)
        if (!isfinite(values[i]) || (model->bits == 32 && !isfinite((float)values[i])))
            return wrmf_i_fail(err, WRMF_E_NONFINITE, "row %lld, column %lld is not finite",
                               (long long)(first + i / model->factors),
                               (long long)(i % model->factors));
    model->gram_known[side] = false;
    for (int64_t i = 0; i < n; i++) {
        const int64_t at = (first + i) * model->stride;
        for (int64_t k = 0; k < model->factors; k++) {
            if (model->bits == 32)
                ((float *)model->data[side])[at + k] = (float)values[i * model->factors + k];
            else
                ((double *)model->data[side])[at + k] = values[i * model->factors + k];
        }
    }
    return WRMF_OK;
}

/* ---- ids ---- */

wrmf_status wrmf_model_set_ids(wrmf_model *model, wrmf_side side, const wrmf_ids *ids,
                               wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    WRMF_I_TRY(check_side(side, err));
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

const wrmf_ids *wrmf_model_ids(const wrmf_model *model, wrmf_side side)
{
    return model && is_side(side) ? model->ids[side] : NULL;
}

/* ---- files ---- */

wrmf_status wrmf_model_write(const wrmf_model *model, wrmf_output *output, wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!output)
        return wrmf_i_fail_null(err, "output");
    return wrmf_i_model_write(model, output, err);
}

wrmf_status wrmf_model_save(const wrmf_model *model, const char *path, wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!path)
        return wrmf_i_fail_null(err, "path");
    wrmf_output *output;
    WRMF_I_TRY(wrmf_i_output_path(model->context, path, &output, err));
    wrmf_status status = wrmf_i_model_write(model, output, err);
    if (status == WRMF_OK)
        status = wrmf_i_output_close(output, err);
    wrmf_i_output_free(output);
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
    return wrmf_i_model_read_path(context, path, out, err);
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
    return wrmf_i_model_read_memory(context, data, bytes, out, err);
}

double wrmf_model_score(const wrmf_model *model, int64_t user, int64_t item)
{
    if (!model || user < 0 || user >= model->rows[WRMF_USERS] || item < 0 ||
        item >= model->rows[WRMF_ITEMS])
        return (double)NAN;
    const wrmf_i_table users = wrmf_i_table_of(model, WRMF_USERS, false);
    const wrmf_i_table items = wrmf_i_table_of(model, WRMF_ITEMS, false);
    return wrmf_i_score(model->context->cpu, &users, user, &items, item);
}
