/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf/model.h: rows in place, copied out and copied in. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "data/validate.h"
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

wrmf_status wrmf_model_set_rows(wrmf_model *model, wrmf_side side, int64_t first, int64_t n,
                                const double *values, wrmf_error *err)
{
    WRMF_I_TRY(check(model, side, first, n, values, err));
    for (int64_t i = 0; i < n * model->factors; i++)
        if (!wrmf_i_is_finite_in(model->bits, values[i]))
            return fail_not_finite(first + i / model->factors, i % model->factors, err);
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_model_change(&call, model, err));
    for (int64_t i = 0; i < n; i++)
        wrmf_i_store_numbers(model->bits, values + i * model->factors, model->factors,
                             model->data[side], (first + i) * model->stride);
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
    wrmf_i_call call = {0};
    WRMF_I_TRY(wrmf_i_model_change(&call, model, err));
    set_from_float(model, side, first, n, values);
    wrmf_i_model_rows_set(model, side, first, n);
    wrmf_i_call_end(&call);
    return WRMF_OK;
}
