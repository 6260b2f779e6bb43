/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/fold.h"

#include <string.h>

#include "als/fold.h"
#include "base/carve.h"
#include "data/validate.h"

/* ---- life ---- */

wrmf_status wrmf_fold_create(wrmf_context *context, const wrmf_model *model, wrmf_side side,
                             wrmf_fold **out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!model)
        return wrmf_i_fail_null(err, "model");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    WRMF_I_TRY(wrmf_i_check_side("side", side, err));
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_model_read(&call, model, err);
    if (status == WRMF_OK)
        status = wrmf_i_fold_new(context, model, side, out, err);
    wrmf_i_call_end(&call);
    return status;
}

static void drop(void *fold)
{
    wrmf_i_fold_free(fold);
}

void wrmf_fold_free(wrmf_fold *fold)
{
    if (fold && wrmf_i_use_retire(&fold->use))
        wrmf_i_fold_free(fold);
}

/* ---- one row ---- */

wrmf_status wrmf_fold_workspace(const wrmf_fold *fold, int64_t most, size_t *bytes, wrmf_error *err)
{
    if (!fold)
        return wrmf_i_fail_null(err, "fold");
    if (!bytes)
        return wrmf_i_fail_null(err, "bytes");
    if (most < 0 || most > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "most is %lld, not in 0 .. 2^31 - 1",
                           (long long)most);
    wrmf_i_fold_space space;
    const size_t needed = wrmf_i_fold_lay_out(fold, most, NULL, &space);
    if (needed > SIZE_MAX - WRMF_I_ALIGN)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "a row of %lld entries is too long",
                           (long long)most);
    *bytes = needed + WRMF_I_ALIGN - 1;
    return WRMF_OK;
}

/* A row as a caller gives it, and the workspace. */
typedef struct given {
    const wrmf_fold *fold;
    wrmf_i_history history;
    void *workspace;
    size_t bytes;
} given;

/* Check and sort a row, and lay the workspace out. */
static wrmf_status read_row(const given *from, wrmf_i_fold_space *space, wrmf_i_row *row,
                            wrmf_error *err)
{
    if (!from->fold)
        return wrmf_i_fail_null(err, "fold");
    if (!from->history.indices && from->history.n > 0)
        return wrmf_i_fail_null(err, "index");
    if (!from->workspace)
        return wrmf_i_fail_null(err, "workspace");
    if (from->history.n < 0 || from->history.n > INT32_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, not in 0 .. 2^31 - 1",
                           (long long)from->history.n);
    WRMF_I_TRY(wrmf_i_fold_check(from->fold, err));
    const size_t needed = wrmf_i_fold_lay_out(from->fold, from->history.n, NULL, space);
    const uintptr_t at = (uintptr_t)from->workspace, align = WRMF_I_ALIGN;
    const size_t skipped = (size_t)((align - at % align) % align);
    if (from->bytes < skipped || needed > from->bytes - skipped)
        return wrmf_i_fail(err, WRMF_E_RANGE,
                           "bytes is %zu: a workspace for %lld entries has at least %zu",
                           from->bytes, (long long)from->history.n, needed + align - 1);
    (void)wrmf_i_fold_lay_out(from->fold, from->history.n, (char *)from->workspace + skipped,
                              space);
    return wrmf_i_fold_sort(from->fold, &from->history, space, row, err);
}

/* Copy rows of the fold's precision, stride apart, to n x factors floats or doubles: one of `to` is
 * NULL. */
static wrmf_status copy_out(const wrmf_fold *fold, const void *rows, int64_t n, float *to32,
                            double *to64, wrmf_error *err)
{
    const int64_t factors = fold->fixed.factors.factors;
    const wrmf_i_factors view = {rows, fold->fixed.factors.bits, n, factors, fold->fixed.width};
    double row[WRMF_I_MAX_FACTORS];
    for (int64_t i = 0; i < n && to32 && view.bits == 64; i++) {
        wrmf_i_factors_get_row(&view, i, row);
        for (int64_t k = 0; k < factors; k++)
            if (!wrmf_i_is_finite_in(32, row[k]))
                return wrmf_i_fail(err, WRMF_E_NONFINITE,
                                   "row %lld, column %lld is not finite as a float", (long long)i,
                                   (long long)k);
    }
    for (int64_t i = 0; i < n; i++) {
        wrmf_i_factors_get_row(&view, i, to32 ? row : to64 + i * factors);
        if (to32)
            wrmf_i_store_numbers(32, row, factors, to32, i * factors);
    }
    return WRMF_OK;
}

static wrmf_status fold_row(const given *from, float *to32, double *to64, wrmf_error *err)
{
    wrmf_i_fold_space space;
    wrmf_i_row row;
    if (!to32 && !to64)
        return wrmf_i_fail_null(err, "row");
    WRMF_I_TRY(read_row(from, &space, &row, err));
    WRMF_I_TRY(wrmf_i_fold_row(from->fold, &row, &space, err));
    return copy_out(from->fold, space.row, 1, to32, to64, err);
}

wrmf_status wrmf_fold_row(const wrmf_fold *fold, const int64_t *index, const double *count,
                          int64_t n, void *workspace, size_t bytes, double *row, wrmf_error *err)
{
    const given from = {fold, {index, count, n}, workspace, bytes};
    return fold_row(&from, NULL, row, err);
}

wrmf_status wrmf_fold_row_float32(const wrmf_fold *fold, const int64_t *index, const double *count,
                                  int64_t n, void *workspace, size_t bytes, float *row,
                                  wrmf_error *err)
{
    const given from = {fold, {index, count, n}, workspace, bytes};
    return fold_row(&from, row, NULL, err);
}

/* Rows of the other side, whose scores are explained. */
typedef struct explained {
    const int64_t *targets;
    int64_t n;
    double *contributions; /* n rows of an entry each */
    double *scores;        /* or NULL */
} explained;

/* Explain the scores of a row that was read, whose targets were checked. */
static wrmf_status explain(const given *from, const wrmf_i_fold_space *space, const wrmf_i_row *row,
                           const explained *to, wrmf_error *err)
{
    const int64_t n = from->history.n;
    double *factor = NULL, *const sorted = space->explained;
    for (int64_t t = 0; t < to->n; t++) {
        double *const contributions = n > 0 ? to->contributions + t * n : NULL;
        double sum = 0;
        WRMF_I_TRY(
            wrmf_i_fold_explain(from->fold, row, to->targets[t], space, &factor, sorted, err));
        for (int64_t i = 0; i < n; i++)
            contributions[i] = 0;
        for (int64_t i = 0, next = 0; i < row->n; i++) {
            sum += sorted[i];
            contributions[wrmf_i_fold_position(space, &from->history, row, i, &next)] = sorted[i];
        }
        if (to->scores)
            to->scores[t] = sum;
    }
    return WRMF_OK;
}

wrmf_status wrmf_fold_explain(const wrmf_fold *fold, const int64_t *index, const double *count,
                              int64_t n, int64_t target, void *workspace, size_t bytes,
                              double *contributions, double *score, wrmf_error *err)
{
    const given from = {fold, {index, count, n}, workspace, bytes};
    const explained to = {&target, 1, contributions, score};
    wrmf_i_fold_space space;
    wrmf_i_row row;
    if (!contributions && n > 0)
        return wrmf_i_fail_null(err, "contributions");
    WRMF_I_TRY(read_row(&from, &space, &row, err));
    if (target < 0 || target >= fold->fixed.factors.n)
        return wrmf_i_fail(err, WRMF_E_RANGE, "target is %lld, not in 0 .. %lld", (long long)target,
                           (long long)fold->fixed.factors.n - 1);
    return explain(&from, &space, &row, &to, err);
}

wrmf_status wrmf_fold_explain_many(const wrmf_fold *fold, const int64_t *index, const double *count,
                                   int64_t n, const int64_t *targets, int64_t n_targets,
                                   void *workspace, size_t bytes, double *contributions,
                                   double *scores, wrmf_error *err)
{
    const given from = {fold, {index, count, n}, workspace, bytes};
    const explained to = {targets, n_targets, contributions, scores};
    wrmf_i_fold_space space;
    wrmf_i_row row;
    if (!targets && n_targets > 0)
        return wrmf_i_fail_null(err, "targets");
    if (!contributions && n > 0 && n_targets > 0)
        return wrmf_i_fail_null(err, "contributions");
    if (n_targets < 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "n_targets is %lld, below 0", (long long)n_targets);
    WRMF_I_TRY(read_row(&from, &space, &row, err));
    WRMF_I_TRY(wrmf_i_check_indices("targets", targets, n_targets, fold->fixed.factors.n, err));
    return explain(&from, &space, &row, &to, err);
}

/* ---- many rows ---- */

static wrmf_status fold_rows(wrmf_context *context, const wrmf_fold *fold,
                             const wrmf_matrix *matrix, float *to32, double *to64, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    const bool users = fold->side == WRMF_USERS;
    const int64_t columns = users ? matrix->columns : matrix->rows;
    if (columns != fold->fixed.factors.n)
        return wrmf_i_fail(err, WRMF_E_SHAPE, "the matrix has %lld %s, the model %lld",
                           (long long)columns, users ? "items" : "users",
                           (long long)fold->fixed.factors.n);
    WRMF_I_TRY(wrmf_i_fold_check(fold, err));
    const wrmf_matrix *by_row = matrix;
    if (!users)
        WRMF_I_TRY(wrmf_i_matrix_transposed(context, matrix, &by_row, err));
    size_t numbers, row_bytes = (size_t)fold->fixed.width * (size_t)fold->fixed.factors.bits / 8;
    if (!wrmf_i_mul_size((size_t)by_row->rows, row_bytes, &numbers))
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "%lld rows are too many", (long long)by_row->rows);
    void *const rows = wrmf_i_alloc(allocator, (size_t)by_row->rows, row_bytes);
    if (!rows)
        return wrmf_i_fail_memory(err, "rows to fold in");
    wrmf_status status = wrmf_i_fold_rows(context, fold, by_row, rows, err);
    if (status == WRMF_OK)
        status = copy_out(fold, rows, by_row->rows, to32, to64, err);
    wrmf_i_free(allocator, rows, (size_t)by_row->rows, row_bytes);
    return status;
}

static wrmf_status enter_rows(wrmf_context *context, const wrmf_fold *fold,
                              const wrmf_matrix *matrix, float *to32, double *to64, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!fold)
        return wrmf_i_fail_null(err, "fold");
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!to32 && !to64)
        return wrmf_i_fail_null(err, "rows");
    wrmf_fold *const shared = (wrmf_fold *)(uintptr_t)fold; /* only its use changes */
    wrmf_i_call call = {0};
    wrmf_i_matrix_keep(&call, matrix);
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_call_share(&call, &shared->use, shared, drop, "fold", err);
    if (status == WRMF_OK)
        status = wrmf_i_model_read(&call, fold->model, err);
    if (status == WRMF_OK)
        status = fold_rows(context, fold, matrix, to32, to64, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_fold_rows(wrmf_context *context, const wrmf_fold *fold, const wrmf_matrix *matrix,
                           double *rows, wrmf_error *err)
{
    return enter_rows(context, fold, matrix, NULL, rows, err);
}

wrmf_status wrmf_fold_rows_float32(wrmf_context *context, const wrmf_fold *fold,
                                   const wrmf_matrix *matrix, float *rows, wrmf_error *err)
{
    return enter_rows(context, fold, matrix, rows, NULL, err);
}
