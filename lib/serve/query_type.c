/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/query_type.h"

void wrmf_i_query_free(wrmf_query *query)
{
    wrmf_context *const context = query->context;
    const wrmf_i_allocator *const allocator = &context->allocator;
    wrmf_i_matrix_release(query->seen);
    wrmf_i_list_memory_free(allocator, &query->memory);
    wrmf_i_list_memory_free(allocator, &query->folding);
    wrmf_i_row_buffer_free(allocator, &query->excluded);
    wrmf_i_row_buffer_free(allocator, &query->candidates);
    wrmf_i_free(allocator, query->allowed, query->allowed_words, sizeof *query->allowed);
    wrmf_i_kept_lists_free(allocator, &query->excluded_each);
    wrmf_i_kept_lists_free(allocator, &query->candidates_each);
    wrmf_i_free(allocator, query->popular, (size_t)query->popular_room, 1);
    wrmf_i_free(allocator, query, 1, sizeof *query);
    wrmf_i_context_release(context);
}

static void drop(void *query)
{
    wrmf_i_query_free(query);
}

wrmf_status wrmf_i_query_enter(wrmf_i_call *call, wrmf_query *query, wrmf_error *err)
{
    return wrmf_i_call_alone(call, &query->use, query, drop, "query", err);
}

/* Flip the bits of the candidates: all are set, or all are not. */
static void flip_candidates(wrmf_query *query)
{
    const wrmf_i_row_set *const set = &query->asked.candidates;
    for (int64_t i = 0; i < set->n; i++)
        query->allowed[set->rows[i] / 64] ^= UINT64_C(1) << set->rows[i] % 64;
}

wrmf_status wrmf_i_query_set_candidates(wrmf_query *query, const int64_t *rows, int64_t n,
                                        wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &query->context->allocator;
    const int64_t size = query->asked.model->rows[query->asked.ranked];
    const size_t words = (size_t)(size + 63) / 64;
    if (!query->allowed) {
        query->allowed = wrmf_i_alloc_zero(allocator, words, sizeof *query->allowed);
        if (!query->allowed)
            return wrmf_i_fail_memory(err, "a set of rows");
        query->allowed_words = words;
    }
    wrmf_i_row_buffer made = {NULL, 0};
    wrmf_i_row_set set = {NULL, 0};
    if (rows)
        WRMF_I_TRY(wrmf_i_row_set_make(allocator, "rows", rows, n, size, &made, &set, err));
    flip_candidates(query);
    wrmf_i_row_buffer_free(allocator, &query->candidates);
    query->candidates = made;
    query->asked.candidates = set;
    query->asked.has_candidates = rows != NULL;
    query->asked.allowed = query->allowed;
    flip_candidates(query);
    return WRMF_OK;
}
