/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/lists.h - recommendations and similar rows: one list, and many in parallel.
 * Arguments are known to be in range.
 */
#ifndef WRMF_RANK_LISTS_H
#define WRMF_RANK_LISTS_H

#include "rank/rank.h"
#include "wrmf/query.h"

/** What lists are asked to be. */
typedef struct wrmf_i_query {
    const wrmf_model *model;
    wrmf_side asking, ranked;   /* the sides whose rows ask and are ranked; they may be the same */
    int64_t length;             /* entries wanted, at least 1 */
    wrmf_similarity similarity; /* what the ranked rows are ordered by */
    wrmf_self self;          /* where both sides are the same: what becomes of the row that asks */
    const wrmf_matrix *seen; /* row r has what r's list leaves out; NULL: nothing is left out */
} wrmf_i_query;

/** Whose lists are made, and where they go: list i begins at place i * length of the
 *  arrays. */
typedef struct wrmf_i_lists {
    const int64_t *rows; /* asking rows in any order; NULL: 0 .. n_rows - 1 */
    int64_t n_rows;
    int64_t *indices; /* the ranked rows, best first */
    double *scores;   /* their scores, or NULL */
    int64_t *counts;  /* the length of each list; places behind it are left as they were */
} wrmf_i_lists;

/** Memory that is kept from one list to the next; zero-initialised: none. */
typedef struct wrmf_i_list_memory {
    void *block;
    size_t bytes;
} wrmf_i_list_memory;

void wrmf_i_list_memory_free(const wrmf_i_allocator *allocator, wrmf_i_list_memory *memory);

/** Make the list of one row (lists->n_rows is 1) on the calling thread with the context's kernels.
 *  Nothing is allocated where the memory suffices already. */
wrmf_status wrmf_i_make_list(const wrmf_context *context, const wrmf_i_query *query,
                             wrmf_i_list_memory *memory, const wrmf_i_lists *lists,
                             wrmf_error *err);
/** Make lists on the context's workers; each is the same as if it was made alone. */
wrmf_status wrmf_i_make_lists(wrmf_context *context, const wrmf_i_query *query,
                              const wrmf_i_lists *lists, wrmf_error *err);

#endif /* WRMF_RANK_LISTS_H */
