/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/grow.h"

#include "data/validate.h"
#include "eval/compare.h"
#include "fit/grow.h"
#include "model/rearrange.h"

static const char *const names[2] = {"users", "items"};

static int64_t matrix_rows(const wrmf_matrix *matrix, wrmf_side side)
{
    return side == WRMF_USERS ? matrix->rows : matrix->columns;
}

/* ---- growth ---- */

/* Whether rows of a side can be matched. */
static wrmf_status check_match(const wrmf_model *model, const wrmf_matrix *matrix, wrmf_side side,
                               const wrmf_ids *ids, wrmf_error *err)
{
    const int64_t n = matrix_rows(matrix, side), before = model->rows[side];
    if (ids && wrmf_i_ids_size(ids) != n)
        return wrmf_i_fail(err, WRMF_E_SHAPE, "there are %lld ids of the matrix's %lld %s",
                           (long long)wrmf_i_ids_size(ids), (long long)n, names[side]);
    if (!ids && model->ids[side] && n != before)
        return wrmf_i_fail(err, WRMF_E_STATE,
                           "the model has ids of its %lld %s, and of the matrix's %lld none are "
                           "given",
                           (long long)before, names[side], (long long)n);
    if (!(ids && model->ids[side]) && n < before)
        return wrmf_i_fail(err, WRMF_E_SHAPE,
                           "the matrix has %lld %s, the model %lld, without ids to match them by",
                           (long long)n, names[side], (long long)before);
    return WRMF_OK;
}

static wrmf_status grow(wrmf_context *context, const wrmf_model *model, const wrmf_matrix *matrix,
                        const wrmf_ids *const ids[2], wrmf_model **out, wrmf_error *err)
{
    for (int side = 0; side < 2; side++)
        WRMF_I_TRY(check_match(model, matrix, (wrmf_side)side, ids[side], err));
    return wrmf_i_model_grow(context, model, matrix, ids, out, err);
}

wrmf_status wrmf_model_grow(wrmf_context *context, const wrmf_model *model,
                            const wrmf_matrix *matrix, const wrmf_ids *users, const wrmf_ids *items,
                            wrmf_model **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    const wrmf_ids *const ids[2] = {users, items};
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_read(&call, model, err);
    for (int side = 0; side < 2; side++)
        if (status == WRMF_OK && ids[side])
            status = wrmf_i_ids_read_only(&call, ids[side], err);
    if (status == WRMF_OK)
        status = grow(context, model, matrix, ids, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_model_refresh(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                               wrmf_side side, const int64_t *rows, int64_t n, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    WRMF_I_TRY(wrmf_i_check_side("side", side, err));
    if (matrix->rows != model->rows[WRMF_USERS] || matrix->columns != model->rows[WRMF_ITEMS])
        return wrmf_i_fail(err, WRMF_E_SHAPE, "the model is %lld x %lld, the matrix %lld x %lld",
                           (long long)model->rows[0], (long long)model->rows[1],
                           (long long)matrix->rows, (long long)matrix->columns);
    if (rows)
        WRMF_I_TRY(wrmf_i_check_indices("rows", rows, n, model->rows[side], err));
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_change(&call, model, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_refresh(context, model, matrix, side, rows, n, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_model_without(wrmf_context *context, const wrmf_model *model, wrmf_side side,
                               const int64_t *rows, int64_t n, wrmf_model **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!rows && n > 0)
        return wrmf_i_fail_null(err, "rows");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    WRMF_I_TRY(wrmf_i_check_side("side", side, err));
    WRMF_I_TRY(wrmf_i_check_indices("rows", rows, n, model->rows[side], err));
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    wrmf_status status = wrmf_i_model_read(&call, model, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_without(context, model, side, rows, n, out, err);
    wrmf_i_call_end(&call);
    return status;
}

/* ---- comparison ---- */

static wrmf_status check_comparing(const wrmf_i_comparing *c, wrmf_error *err)
{
    for (int side = 0; side < 2; side++) {
        const int64_t before = c->model[0]->rows[side], after = c->model[1]->rows[side];
        const int64_t n = matrix_rows(c->matrix, (wrmf_side)side);
        if (n != after)
            return wrmf_i_fail(err, WRMF_E_SHAPE, "the matrix has %lld %s, the model after %lld",
                               (long long)n, names[side], (long long)after);
        if (before > after)
            return wrmf_i_fail(err, WRMF_E_SHAPE, "there are %lld %s before, and %lld after",
                               (long long)before, names[side], (long long)after);
    }
    const int64_t users = c->model[0]->rows[WRMF_USERS];
    if (c->n < 0 || (!c->users && c->n > users))
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, not in 0 .. %lld", (long long)c->n,
                           (long long)users);
    if (c->length < 1 || c->length > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "length is %lld, not in 1 .. 2^31 - 1",
                           (long long)c->length);
    return c->users ? wrmf_i_check_indices("users", c->users, c->n, users, err) : WRMF_OK;
}

wrmf_status wrmf_model_compare(wrmf_context *context, const wrmf_model *before,
                               const wrmf_model *after, const wrmf_matrix *matrix,
                               const int64_t *users, int64_t n, int64_t length,
                               wrmf_comparison *out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!before)
        return wrmf_i_fail_null(err, "before");
    if (!after)
        return wrmf_i_fail_null(err, "after");
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    const wrmf_i_comparing comparing = {{before, after}, matrix, users, n, length};
    WRMF_I_TRY(check_comparing(&comparing, err));
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_read(&call, before, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_read(&call, after, err);
    if (status == WRMF_OK)
        status = wrmf_i_compare(context, &comparing, out, err);
    wrmf_i_call_end(&call);
    return status;
}
