/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/derive.h"

#include <string.h>

#include "base/checked.h"
#include "data/draft.h"

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

/* Entries of a row whose columns are below a bound: those in front. */
static int64_t entries_below(const wrmf_matrix *matrix, int64_t row, int64_t columns)
{
    int64_t low = matrix->offsets[row], high = matrix->offsets[row + 1];
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (matrix->indices[middle] < columns)
            low = middle + 1;
        else
            high = middle;
    }
    return low - matrix->offsets[row];
}

wrmf_status wrmf_i_matrix_head(const wrmf_matrix *matrix, int64_t rows, int64_t columns,
                               wrmf_matrix **out, wrmf_error *err)
{
    int64_t entries = 0;
    for (int64_t row = 0; row < rows; row++)
        entries += entries_below(matrix, row, columns);
    wrmf_i_draft draft;
    WRMF_I_TRY(wrmf_i_draft_create(matrix->context, rows, entries, matrix->values, &draft, err));
    for (int64_t row = 0, at = 0; row < rows; row++) {
        const int64_t start = matrix->offsets[row], n = entries_below(matrix, row, columns);
        memcpy(draft.indices + at, matrix->indices + start, (size_t)n * sizeof(int32_t));
        if (draft.values)
            memcpy(draft.values + at, matrix->values + start, (size_t)n * sizeof(double));
        at += n;
        draft.offsets[row + 1] = at;
    }
    return wrmf_i_draft_finish(&draft, columns, out, err);
}
