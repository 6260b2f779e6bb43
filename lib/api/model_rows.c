/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf/model.h: rows in place, copied out and copied in. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "data/validate.h"
#include "model/biases.h"
#include "model/model.h"

/* ---- in place ---- */

static const void *rows_in_place(const wrmf_model *model, int bits, wrmf_side side, int64_t *stride)
{
    if (!model || model->bits != bits || wrmf_i_check_side("side", side, NULL) != WRMF_OK)
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

/* ---- copied ---- */

static wrmf_status check(const wrmf_model *model, wrmf_side side, int64_t first, int64_t n,
                         const void *values, wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!values)
        return wrmf_i_fail_null(err, "values");
    WRMF_I_TRY(wrmf_i_check_side("side", side, err));
    const int64_t rows = model->rows[side];
    if (first < 0 || first > rows)
        return wrmf_i_fail(err, WRMF_E_RANGE, "first is %lld, not in 0 .. %lld", (long long)first,
                           (long long)rows);
    if (n < 0 || n > rows - first)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, not in 0 .. %lld, from row %lld on",
                           (long long)n, (long long)(rows - first), (long long)first);
    return WRMF_OK;
}

static wrmf_status fail_not_finite(int64_t row, int64_t column, wrmf_error *err)
{
    return wrmf_i_fail(err, WRMF_E_NONFINITE, "row %lld, column %lld is not finite", (long long)row,
                       (long long)column);
}

static const void *row_of(const wrmf_model *model, wrmf_side side, int64_t row)
{
    return (const char *)model->data[side] +
           (size_t)(row * model->stride) * wrmf_i_model_number_bytes(model);
}

static void get_as_double(const wrmf_model *model, wrmf_side side, int64_t first, int64_t n,
                          double *values)
{
    const wrmf_i_factors rows = wrmf_i_model_rows(model, side);
    for (int64_t i = 0; i < n; i++)
        wrmf_i_factors_get_row(&rows, first + i, values + i * model->factors);
}

wrmf_status wrmf_model_get_rows(const wrmf_model *model, wrmf_side side, int64_t first, int64_t n,
                                double *values, wrmf_error *err)
{
    WRMF_I_TRY(check(model, side, first, n, values, err));
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_model_read(&call, model, err));
    get_as_double(model, side, first, n, values);
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

/* Rounded to float, all are finite. */
static wrmf_status check_floats(const wrmf_model *model, wrmf_side side, int64_t first, int64_t n,
                                wrmf_error *err)
{
    for (int64_t row = first; row < first + n && model->bits == 64; row++) {
        const double *const numbers = row_of(model, side, row);
        for (int64_t k = 0; k < model->factors; k++)
            if (!wrmf_i_is_finite_in(32, numbers[k]))
                return wrmf_i_fail(err, WRMF_E_NONFINITE,
                                   "row %lld, column %lld is not finite as a float", (long long)row,
                                   (long long)k);
    }
    return WRMF_OK;
}

static void get_as_float(const wrmf_model *model, wrmf_side side, int64_t first, int64_t n,
                         float *values)
{
    for (int64_t i = 0; i < n; i++, values += model->factors) {
        const void *const from = row_of(model, side, first + i);
        if (model->bits == 32)
            memcpy(values, from, sizeof *values * (size_t)model->factors);
        else
            wrmf_i_store_numbers(32, from, model->factors, values, 0);
    }
}

wrmf_status wrmf_model_get_rows_float32(const wrmf_model *model, wrmf_side side, int64_t first,
                                        int64_t n, float *values, wrmf_error *err)
{
    WRMF_I_TRY(check(model, side, first, n, values, err));
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_model_read(&call, model, err));
    const wrmf_status status = check_floats(model, side, first, n, err);
    if (status == WRMF_OK)
        get_as_float(model, side, first, n, values);
    wrmf_i_call_end(&call);
    return status;
}

/* Given rows of a model with biases have 1 where they are to have it. */
static wrmf_status check_ones(const wrmf_model *model, wrmf_side side, int64_t first, int64_t n,
                              const void *values, int bits, wrmf_error *err)
{
    const wrmf_i_factors rows = {values, bits, n, model->factors, model->factors};
    return wrmf_i_biases_check_rows(model, side, first, &rows, err);
}

wrmf_status wrmf_model_set_rows(wrmf_model *model, wrmf_side side, int64_t first, int64_t n,
                                const double *values, wrmf_error *err)
{
    WRMF_I_TRY(check(model, side, first, n, values, err));
    for (int64_t i = 0; i < n * model->factors; i++)
        if (!wrmf_i_is_finite_in(model->bits, values[i]))
            return fail_not_finite(first + i / model->factors, i % model->factors, err);
    WRMF_I_TRY(check_ones(model, side, first, n, values, 64, err));
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_model_change(&call, model, err));
    for (int64_t i = 0; i < n; i++)
        wrmf_i_store_numbers(model->bits, values + i * model->factors, model->factors,
                             model->data[side], (first + i) * model->stride);
    if (n > 0)
        wrmf_i_model_rows_set(model, side, first, n);
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

static void set_from_float(wrmf_model *model, wrmf_side side, int64_t first, int64_t n,
                           const float *values)
{
    double row[WRMF_I_MAX_FACTORS]; /* a float is exact as a double, and comes back */
    for (int64_t i = 0; i < n; i++, values += model->factors) {
        for (int64_t k = 0; k < model->factors; k++)
            row[k] = (double)values[k];
        wrmf_i_store_numbers(model->bits, row, model->factors, model->data[side],
                             (first + i) * model->stride);
    }
}

wrmf_status wrmf_model_set_rows_float32(wrmf_model *model, wrmf_side side, int64_t first, int64_t n,
                                        const float *values, wrmf_error *err)
{
    WRMF_I_TRY(check(model, side, first, n, values, err));
    for (int64_t i = 0; i < n * model->factors; i++)
        if (!isfinite(values[i]))
            return fail_not_finite(first + i / model->factors, i % model->factors, err);
    WRMF_I_TRY(check_ones(model, side, first, n, values, 32, err));
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_model_change(&call, model, err));
    set_from_float(model, side, first, n, values);
    if (n > 0)
        wrmf_i_model_rows_set(model, side, first, n);
    wrmf_i_call_end(&call);
    return WRMF_OK;
}

/* ---- a model of given rows ---- */

/* Rows of a side as a caller gives them: one of the two, or neither for zeros. */
typedef struct given_rows {
    const double *as_double;
    const float *as_float;
} given_rows;

static wrmf_status check_given(const wrmf_model *model, wrmf_side side, const given_rows *rows,
                               wrmf_error *err)
{
    const int64_t f = model->factors, n = model->rows[side] * f;
    for (int64_t i = 0; i < n && (rows->as_double || rows->as_float); i++) {
        const bool finite = rows->as_double ? wrmf_i_is_finite_in(model->bits, rows->as_double[i])
                                            : isfinite(rows->as_float[i]);
        if (!finite)
            return wrmf_i_fail(
                err, WRMF_E_NONFINITE, "%s_rows: row %lld, column %lld is not finite",
                side == WRMF_USERS ? "user" : "item", (long long)(i / f), (long long)(i % f));
    }
    if (rows->as_double)
        return check_ones(model, side, 0, model->rows[side], rows->as_double, 64, err);
    if (rows->as_float)
        return check_ones(model, side, 0, model->rows[side], rows->as_float, 32, err);
    return WRMF_OK;
}

static void set_given(wrmf_model *model, wrmf_side side, const given_rows *rows)
{
    if (rows->as_float)
        set_from_float(model, side, 0, model->rows[side], rows->as_float);
    for (int64_t i = 0; rows->as_double && i < model->rows[side]; i++)
        wrmf_i_store_numbers(model->bits, rows->as_double + i * model->factors, model->factors,
                             model->data[side], i * model->stride);
}

static wrmf_status from_rows(wrmf_context *context, const int64_t sizes[2],
                             const wrmf_params *params, const given_rows rows[2], wrmf_model **out,
                             wrmf_error *err)
{
    wrmf_model *model;
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    WRMF_I_TRY(wrmf_i_check_sizes(sizes[WRMF_USERS], sizes[WRMF_ITEMS], err));
    WRMF_I_TRY(
        wrmf_i_model_new(context, sizes[WRMF_USERS], sizes[WRMF_ITEMS], params, &model, err));
    for (wrmf_side side = WRMF_USERS; side <= WRMF_ITEMS; side++) {
        const wrmf_status status = check_given(model, side, &rows[side], err);
        if (status != WRMF_OK) {
            wrmf_i_model_free(model);
            return status;
        }
        set_given(model, side, &rows[side]);
    }
    *out = model;
    return WRMF_OK;
}

wrmf_status wrmf_model_from_rows(wrmf_context *context, int64_t users, int64_t items,
                                 const wrmf_params *params, const double *user_rows,
                                 const double *item_rows, wrmf_model **out, wrmf_error *err)
{
    const int64_t sizes[2] = {users, items};
    const given_rows rows[2] = {{user_rows, NULL}, {item_rows, NULL}};
    return from_rows(context, sizes, params, rows, out, err);
}

wrmf_status wrmf_model_from_rows_float32(wrmf_context *context, int64_t users, int64_t items,
                                         const wrmf_params *params, const float *user_rows,
                                         const float *item_rows, wrmf_model **out, wrmf_error *err)
{
    const int64_t sizes[2] = {users, items};
    const given_rows rows[2] = {{NULL, user_rows}, {NULL, item_rows}};
    return from_rows(context, sizes, params, rows, out, err);
}
