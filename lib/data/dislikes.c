/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Matrices with dislikes, whose counts are stored below 0, and what is left without them.
 */
#include "data/derive.h"
#include "data/draft.h"

#include <string.h>

/* A matrix with the counts of another below 0. */
static wrmf_status negated(const wrmf_matrix *matrix, wrmf_matrix **out, wrmf_error *err)
{
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    wrmf_i_draft draft;
    WRMF_I_TRY(wrmf_i_draft_create(matrix->context, matrix->rows, entries, true, &draft, err));
    memcpy(draft.offsets, matrix->offsets, ((size_t)matrix->rows + 1) * sizeof *draft.offsets);
    for (int64_t i = 0; i < entries; i++) {
        draft.indices[i] = matrix->indices[i];
        draft.values[i] = matrix->values ? -matrix->values[i] : -1;
    }
    WRMF_I_TRY(wrmf_i_draft_finish(&draft, matrix->columns, out, err));
    (*out)->ids_hash[WRMF_USERS] = matrix->ids_hash[WRMF_USERS];
    (*out)->ids_hash[WRMF_ITEMS] = matrix->ids_hash[WRMF_ITEMS];
    return WRMF_OK;
}

wrmf_status wrmf_i_matrix_with_dislikes(const wrmf_matrix *likes, const wrmf_matrix *dislikes,
                                        wrmf_matrix **out, wrmf_error *err)
{
    wrmf_matrix *below = NULL;
    WRMF_I_TRY(negated(dislikes, &below, err));
    const wrmf_status status = wrmf_i_matrix_merge(likes, below, WRMF_DUPLICATES_REFUSE, out, err);
    wrmf_i_matrix_release(below);
    return status;
}

bool wrmf_i_has_dislikes(const wrmf_matrix *matrix)
{
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    bool has = false;
    for (int64_t i = 0; matrix->values && i < entries; i++)
        has |= matrix->values[i] < 0;
    return has;
}

wrmf_status wrmf_i_matrix_likes(const wrmf_matrix *matrix, wrmf_matrix **out, wrmf_error *err)
{
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    const wrmf_i_allocator *const allocator = &matrix->context->allocator;
    if (!wrmf_i_has_dislikes(matrix)) {
        *out = wrmf_i_matrix_hold(matrix);
        return WRMF_OK;
    }
    unsigned char *const liked = wrmf_i_alloc(allocator, (size_t)entries, 1);
    if (!liked)
        return wrmf_i_fail_memory(err, "likes");
    for (int64_t i = 0; i < entries; i++)
        liked[i] = matrix->values[i] > 0;
    const wrmf_status status = wrmf_i_matrix_part(matrix, liked, 1, out, err);
    wrmf_i_free(allocator, liked, (size_t)entries, 1);
    return status;
}
