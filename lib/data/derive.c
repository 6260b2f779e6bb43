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
