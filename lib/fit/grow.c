/* SPDX-License-Identifier: BSD-2-Clause */
#include "fit/grow.h"

#include <string.h>

#include "als/fold.h"
#include "base/checked.h"
#include "data/derive.h"
#include "data/ids_merge.h"
#include "model/rearrange.h"

/* ---- rows that are solved ---- */

/* Rows of a side, and their solutions. */
typedef struct row_set {
    wrmf_side side;
    const int64_t *rows; /* their numbers; NULL: all of the side */
    int64_t n;
    void *solved; /* n rows as the model has them */
} row_set;

static size_t row_bytes(const wrmf_model *model)
{
    return (size_t)model->stride * wrmf_i_model_number_bytes(model);
}

/* The matrix whose rows are those of the set. */
static wrmf_status select_rows(wrmf_context *context, const wrmf_matrix *matrix, const row_set *set,
                               wrmf_matrix **out, wrmf_error *err)
{
    const wrmf_matrix *by_row = matrix;
    if (set->side == WRMF_ITEMS)
        WRMF_I_TRY(wrmf_i_matrix_transposed(context, matrix, &by_row, err));
    if (set->rows)
        return wrmf_i_matrix_select(by_row, set->rows, set->n, out, err);
    *out = wrmf_i_matrix_hold(by_row);
    return WRMF_OK;
}

/* A text that names a row names it by its place in the set. */
static wrmf_status name_set(const row_set *set, wrmf_status status, wrmf_error *err)
{
    if (status != WRMF_E_NONFINITE || !err || !set->rows)
        return status;
    char text[sizeof err->text];
    memcpy(text, err->text, sizeof text);
    return wrmf_i_fail(err, status, "of %lld %s that are solved, counted from 0: %s",
                       (long long)set->n, set->side == WRMF_USERS ? "users" : "items", text);
}

static wrmf_status fold_set(wrmf_context *context, const wrmf_model *model,
                            const wrmf_matrix *matrix, row_set *set, wrmf_error *err)
{
    wrmf_matrix *chosen = NULL;
    wrmf_fold *fold = NULL;
    wrmf_status status = select_rows(context, matrix, set, &chosen, err);
    if (status == WRMF_OK)
        status = wrmf_i_fold_new(context, model, set->side, &fold, err);
    if (status == WRMF_OK)
        status = name_set(set, wrmf_i_fold_rows(context, fold, chosen, set->solved, err), err);
    wrmf_i_fold_free(fold);
    wrmf_i_matrix_release(chosen);
    return status;
}

/* Give the model the solutions. Where it carries rows of the items, epochs go on from these. */
static void put_set(wrmf_model *model, const row_set *set)
{
    const size_t bytes = row_bytes(model);
    char *const rows = model->data[set->side];
    char *const carried = set->side == WRMF_ITEMS && model->carries ? model->carried : NULL;
    for (int64_t i = 0; i < set->n; i++) {
        const char *const row = (const char *)set->solved + (size_t)i * bytes;
        const size_t at = (size_t)(set->rows ? set->rows[i] : i) * bytes;
        memcpy(rows + at, row, bytes);
        if (carried)
            memcpy(carried + at, row, bytes);
    }
    if (carried && !set->rows) /* they are the items' own rows */
        wrmf_i_model_carried_drop(model);
    model->drawn = false;
    wrmf_i_model_forget(model, set->side);
}

static wrmf_status solve_set(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                             row_set *set, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    size_t bytes;
    if (set->n == 0)
        return WRMF_OK;
    if (!wrmf_i_mul_size((size_t)set->n, row_bytes(model), &bytes))
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "%lld rows are too many", (long long)set->n);
    set->solved = wrmf_i_alloc(allocator, bytes, 1);
    if (!set->solved)
        return wrmf_i_fail_memory(err, "rows that are solved");
    const wrmf_status status = fold_set(context, model, matrix, set, err);
    if (status == WRMF_OK)
        put_set(model, set);
    wrmf_i_free(allocator, set->solved, bytes, 1);
    return status;
}

wrmf_status wrmf_i_model_refresh(wrmf_context *context, wrmf_model *model,
                                 const wrmf_matrix *matrix, wrmf_side side, const int64_t *rows,
                                 int64_t n, wrmf_error *err)
{
    row_set set = {.side = side, .rows = rows, .n = rows ? n : model->rows[side]};
    return solve_set(context, model, matrix, &set, err);
}

/* ---- growth ---- */

typedef struct growth {
    wrmf_context *context;
    const wrmf_model *model;
    const wrmf_matrix *matrix;
    wrmf_i_arrangement arrangement;
    int64_t *from[2];   /* owned; of the arrangement, or NULL */
    int64_t *added[2];  /* owned, as many as rows: the numbers of rows that the model lacks, */
    int64_t n_added[2]; /* so many */
} growth;

static void free_growth(growth *g)
{
    const wrmf_i_allocator *const allocator = &g->context->allocator;
    for (int side = 0; side < 2; side++) {
        const size_t n = (size_t)g->arrangement.rows[side];
        wrmf_i_free(allocator, g->from[side], n, sizeof *g->from[side]);
        wrmf_i_free(allocator, g->added[side], n, sizeof *g->added[side]);
    }
}

/* Match the rows of a side. */
static wrmf_status match_side(growth *g, wrmf_side side, const wrmf_ids *ids, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &g->context->allocator;
    const int64_t n = g->arrangement.rows[side];
    const wrmf_ids *const own = g->model->ids[side];
    g->added[side] = wrmf_i_alloc(allocator, (size_t)n, sizeof *g->added[side]);
    if (!g->added[side])
        return wrmf_i_fail_memory(err, "numbers of new rows");
    if (ids && own) {
        g->from[side] = wrmf_i_alloc(allocator, (size_t)n, sizeof *g->from[side]);
        if (!g->from[side])
            return wrmf_i_fail_memory(err, "numbers of rows");
        (void)wrmf_i_ids_match(own, ids, g->from[side]);
        g->arrangement.from[side] = g->from[side];
    }
    for (int64_t i = 0; i < n; i++)
        if (wrmf_i_arrangement_from(&g->arrangement, g->model, side, i) < 0)
            g->added[side][g->n_added[side]++] = i;
    return WRMF_OK;
}

static wrmf_status solve_added(const growth *g, wrmf_side side, wrmf_model *made, wrmf_error *err)
{
    row_set set = {.side = side, .rows = g->added[side], .n = g->n_added[side]};
    return solve_set(g->context, made, g->matrix, &set, err);
}

/* New users are solved a second time where there are new items, which they helped to solve: their
 * rows are then solutions for the rows of all items. */
static wrmf_status fold_in(const growth *g, wrmf_model *made, wrmf_error *err)
{
    WRMF_I_TRY(solve_added(g, WRMF_USERS, made, err));
    if (g->n_added[WRMF_ITEMS] == 0)
        return WRMF_OK;
    WRMF_I_TRY(solve_added(g, WRMF_ITEMS, made, err));
    return solve_added(g, WRMF_USERS, made, err);
}

static wrmf_status keep_ids(wrmf_model *made, const wrmf_model *model, const wrmf_ids *const ids[2],
                            wrmf_error *err)
{
    for (int side = 0; side < 2; side++) {
        const wrmf_ids *const given = ids[side] ? ids[side] : model->ids[side];
        if (given)
            WRMF_I_TRY(wrmf_i_ids_copy(made->context, given, &made->ids[side], err));
    }
    return WRMF_OK;
}

static wrmf_status grow(growth *g, const wrmf_ids *const ids[2], wrmf_model **out, wrmf_error *err)
{
    wrmf_model *made;
    for (int side = 0; side < 2; side++)
        WRMF_I_TRY(match_side(g, (wrmf_side)side, ids[side], err));
    WRMF_I_TRY(wrmf_i_model_rearrange(g->context, g->model, &g->arrangement, &made, err));
    wrmf_status status = fold_in(g, made, err);
    if (status == WRMF_OK)
        status = keep_ids(made, g->model, ids, err);
    if (status == WRMF_OK)
        *out = made;
    else
        wrmf_i_model_free(made);
    return status;
}

wrmf_status wrmf_i_model_grow(wrmf_context *context, const wrmf_model *model,
                              const wrmf_matrix *matrix, const wrmf_ids *const ids[2],
                              wrmf_model **out, wrmf_error *err)
{
    growth g = {.context = context,
                .model = model,
                .matrix = matrix,
                .arrangement = {.rows = {matrix->rows, matrix->columns}}};
    const wrmf_status status = grow(&g, ids, out, err);
    free_growth(&g);
    return status;
}
