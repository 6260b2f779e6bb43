/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/draft.h"

wrmf_status wrmf_i_draft_create(wrmf_context *context, int64_t rows, int64_t entries,
                                bool with_values, wrmf_i_draft *draft, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    *draft = (wrmf_i_draft){.context = context, .rows = rows, .entries = entries};
    draft->offsets = wrmf_i_alloc_zero(allocator, (size_t)rows + 1, sizeof *draft->offsets);
    draft->indices = wrmf_i_alloc(allocator, (size_t)entries, sizeof *draft->indices);
    if (with_values)
        draft->values = wrmf_i_alloc(allocator, (size_t)entries, sizeof *draft->values);
    if (draft->offsets && draft->indices && (draft->values || !with_values))
        return WRMF_OK;
    wrmf_i_draft_free(draft);
    return wrmf_i_fail_memory(err, "a matrix");
}

void wrmf_i_draft_free(wrmf_i_draft *draft)
{
    if (draft->context)
        wrmf_i_matrix_free_arrays(&draft->context->allocator, draft->rows, draft->entries,
                                  draft->offsets, draft->indices, draft->values);
    *draft = (wrmf_i_draft){0};
}

wrmf_status wrmf_i_draft_finish(wrmf_i_draft *draft, int64_t columns, wrmf_matrix **out,
                                wrmf_error *err)
{
    wrmf_i_drop_ones(&draft->context->allocator, draft->entries, &draft->values);
    const wrmf_status status =
        wrmf_i_matrix_adopt(draft->context, draft->rows, columns, draft->offsets, draft->indices,
                            draft->values, out, err);
    if (status != WRMF_OK)
        wrmf_i_draft_free(draft);
    *draft = (wrmf_i_draft){0};
    return status;
}
