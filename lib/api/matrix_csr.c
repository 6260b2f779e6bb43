/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf/matrix.h: matrices of compressed rows, copied or borrowed. */
#include <string.h>

#include "data/draft.h"
#include "data/validate.h"
#include "wrmf/matrix.h"

static wrmf_status check(const wrmf_context *context, const wrmf_i_given_rows *rows,
                         wrmf_matrix *const *out, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!rows->offsets32 && !rows->offsets64)
        return wrmf_i_fail_null(err, "offsets");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    return wrmf_i_check_rows(rows, err);
}

static void copy_offsets(const wrmf_i_given_rows *rows, int64_t *to)
{
    for (int64_t row = 0; row <= rows->users; row++)
        to[row] = wrmf_i_given_offset(rows, row);
}

/* ---- copied ---- */

static wrmf_status copy_rows(wrmf_context *context, const wrmf_i_given_rows *rows,
                             wrmf_matrix **out, wrmf_error *err)
{
    wrmf_i_draft draft;
    const int64_t entries = wrmf_i_given_offset(rows, rows->users);
    WRMF_I_TRY(wrmf_i_draft_create(context, rows->users, entries, rows->count, &draft, err));
    copy_offsets(rows, draft.offsets);
    for (int64_t i = 0; i < entries; i++)
        draft.indices[i] = rows->item32 ? rows->item32[i] : (int32_t)rows->item64[i];
    if (rows->count && entries > 0)
        memcpy(draft.values, rows->count, (size_t)entries * sizeof *rows->count);
    return wrmf_i_draft_finish(&draft, rows->items, out, err);
}

static wrmf_status copy(wrmf_context *context, const wrmf_i_given_rows *rows, wrmf_matrix **out,
                        wrmf_error *err)
{
    WRMF_I_TRY(check(context, rows, out, err));
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    const wrmf_status status = copy_rows(context, rows, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_matrix_from_csr(wrmf_context *context, int64_t users, int64_t items,
                                 const int64_t *offsets, const int64_t *item, const double *count,
                                 wrmf_matrix **out, wrmf_error *err)
{
    const wrmf_i_given_rows rows = {
        .users = users, .items = items, .offsets64 = offsets, .item64 = item, .count = count};
    return copy(context, &rows, out, err);
}

wrmf_status wrmf_matrix_from_csr32(wrmf_context *context, int64_t users, int64_t items,
                                   const int32_t *offsets, const int32_t *item, const double *count,
                                   wrmf_matrix **out, wrmf_error *err)
{
    const wrmf_i_given_rows rows = {
        .users = users, .items = items, .offsets32 = offsets, .item32 = item, .count = count};
    return copy(context, &rows, out, err);
}

/* ---- borrowed ---- */

/* A matrix over the caller's items and counts, and over offsets that it may own. */
static wrmf_status view(wrmf_context *context, const wrmf_i_given_rows *rows,
                        const int64_t *offsets, wrmf_matrix **out, wrmf_error *err)
{
    static const int32_t nothing = 0; /* so that a matrix without entries has indices too */
    const double *const count =
        wrmf_i_all_ones(offsets[rows->users], rows->count) ? NULL : rows->count;
    return wrmf_i_matrix_view(context, rows->users, rows->items, offsets,
                              rows->item32 ? rows->item32 : &nothing, count, NULL, out, err);
}

/* The same over offsets of 32 bits, which are copied. */
static wrmf_status view_widened(wrmf_context *context, const wrmf_i_given_rows *rows,
                                wrmf_matrix **out, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t n = (size_t)rows->users + 1;
    int64_t *const wide = wrmf_i_alloc(allocator, n, sizeof *wide);
    if (!wide)
        return wrmf_i_fail_memory(err, "offsets of a matrix");
    copy_offsets(rows, wide);
    const wrmf_status status = view(context, rows, wide, out, err);
    if (status == WRMF_OK)
        (*out)->owns_offsets = true;
    else
        wrmf_i_free(allocator, wide, n, sizeof *wide);
    return status;
}

static wrmf_status borrow(wrmf_context *context, const wrmf_i_given_rows *rows, wrmf_matrix **out,
                          wrmf_error *err)
{
    WRMF_I_TRY(check(context, rows, out, err));
    wrmf_i_call call = {0};
    wrmf_i_context_keep(&call, context);
    const wrmf_status status = rows->offsets64 ? view(context, rows, rows->offsets64, out, err)
                                               : view_widened(context, rows, out, err);
    wrmf_i_call_end(&call);
    return status;
}

wrmf_status wrmf_matrix_borrow_csr(wrmf_context *context, int64_t users, int64_t items,
                                   const int64_t *offsets, const int32_t *item, const double *count,
                                   wrmf_matrix **out, wrmf_error *err)
{
    const wrmf_i_given_rows rows = {
        .users = users, .items = items, .offsets64 = offsets, .item32 = item, .count = count};
    return borrow(context, &rows, out, err);
}

wrmf_status wrmf_matrix_borrow_csr32(wrmf_context *context, int64_t users, int64_t items,
                                     const int32_t *offsets, const int32_t *item,
                                     const double *count, wrmf_matrix **out, wrmf_error *err)
{
    const wrmf_i_given_rows rows = {
        .users = users, .items = items, .offsets32 = offsets, .item32 = item, .count = count};
    return borrow(context, &rows, out, err);
}

wrmf_status wrmf_matrix_set_release(wrmf_matrix *matrix, void *self, wrmf_release_fn release,
                                    wrmf_error *err)
{
    if (!matrix)
        return wrmf_i_fail_null(err, "matrix");
    if (!release)
        return wrmf_i_fail_null(err, "release");
    if (matrix->release)
        return wrmf_i_fail(err, WRMF_E_STATE, "the matrix has a release function already");
    matrix->release = release;
    matrix->release_self = self;
    return WRMF_OK;
}
