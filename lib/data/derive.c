/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/derive.h"

#include <math.h>
#include <string.h>

#include "base/checked.h"
#include "data/draft.h"

/* ---- selection of rows ---- */

wrmf_status wrmf_i_matrix_select(const wrmf_matrix *matrix, const int64_t *rows, int64_t n,
                                 wrmf_matrix **out, wrmf_error *err)
{
    int64_t entries = 0;
    for (int64_t i = 0; i < n; i++)
        if (!wrmf_i_add_int64(entries, matrix->offsets[rows[i] + 1] - matrix->offsets[rows[i]],
                              &entries))
            return wrmf_i_fail(err, WRMF_E_OVERFLOW, "too many entries");
    wrmf_i_draft draft;
    WRMF_I_TRY(wrmf_i_draft_create(matrix->context, n, entries, matrix->values, &draft, err));
    int64_t at = 0;
    for (int64_t i = 0; i < n; i++) {
        const int64_t start = matrix->offsets[rows[i]];
        const int64_t length = matrix->offsets[rows[i] + 1] - start;
        memcpy(draft.indices + at, matrix->indices + start, (size_t)length * sizeof(int32_t));
        if (draft.values)
            memcpy(draft.values + at, matrix->values + start, (size_t)length * sizeof(double));
        at += length;
        draft.offsets[i + 1] = at;
    }
    WRMF_I_TRY(wrmf_i_draft_finish(&draft, matrix->columns, out, err));
    (*out)->ids_hash[WRMF_ITEMS] = matrix->ids_hash[WRMF_ITEMS];
    return WRMF_OK;
}

/* ---- sum ---- */

/* The count of entry i. */
static double value_at(const wrmf_matrix *matrix, int64_t i)
{
    return matrix->values ? matrix->values[i] : 1.0;
}

/* Merge a row of both matrices, and write it if indices is not NULL. Returns how many entries it
 * has. */
static int64_t merge_row(const wrmf_matrix *a, const wrmf_matrix *b, int64_t row, int32_t *indices,
                         double *values)
{
    int64_t i = a->offsets[row], j = b->offsets[row], at = 0;
    const int64_t i_end = a->offsets[row + 1], j_end = b->offsets[row + 1];
    while (i < i_end || j < j_end) {
        const int32_t left = i < i_end ? a->indices[i] : INT32_MAX;
        const int32_t right = j < j_end ? b->indices[j] : INT32_MAX;
        if (indices) {
            indices[at] = left < right ? left : right;
            values[at] =
                (left <= right ? value_at(a, i) : 0.0) + (right <= left ? value_at(b, j) : 0.0);
        }
        i += left <= right;
        j += right <= left;
        at++;
    }
    return at;
}

wrmf_status wrmf_i_matrix_add(const wrmf_matrix *a, const wrmf_matrix *b, wrmf_matrix **out,
                              wrmf_error *err)
{
    int64_t entries = 0;
    for (int64_t row = 0; row < a->rows; row++)
        entries += merge_row(a, b, row, NULL, NULL);
    wrmf_i_draft draft;
    WRMF_I_TRY(wrmf_i_draft_create(a->context, a->rows, entries, true, &draft, err));
    int64_t at = 0;
    for (int64_t row = 0; row < a->rows; row++) {
        at += merge_row(a, b, row, draft.indices + at, draft.values + at);
        draft.offsets[row + 1] = at;
    }
    for (int64_t row = 0; row < a->rows; row++) {
        for (int64_t i = draft.offsets[row]; i < draft.offsets[row + 1]; i++) {
            if (isfinite(draft.values[i]))
                continue;
            const long item = (long)draft.indices[i];
            wrmf_i_draft_free(&draft);
            return wrmf_i_fail(err, WRMF_E_NONFINITE,
                               "the sum of the counts of user %lld, item %ld is not finite",
                               (long long)row, item);
        }
    }
    WRMF_I_TRY(wrmf_i_draft_finish(&draft, a->columns, out, err));
    for (int side = 0; side < 2; side++)
        if (a->ids_hash[side] == b->ids_hash[side])
            (*out)->ids_hash[side] = a->ids_hash[side];
    return WRMF_OK;
}
