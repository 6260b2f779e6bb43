/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/lists.h - recommendations and similar rows: one list, and many in parallel.
 * Arguments are known to be in range.
 */
#ifndef WRMF_RANK_LISTS_H
#define WRMF_RANK_LISTS_H

#include "rank/rank.h"
#include "wrmf/recommend.h"

/** Which rows a list is made of. */
typedef enum wrmf_i_list_kind {
    WRMF_I_LIST_RECOMMENDED, /* rows of the other side, by their dot product with the asking one */
    WRMF_I_LIST_SIMILAR      /* rows of the same side */
} wrmf_i_list_kind;

/** What lists are asked for. */
typedef struct wrmf_i_query {
    const wrmf_model *model;
    wrmf_i_list_kind kind;
    wrmf_side side;             /* of the asking rows */
    int64_t n;                  /* entries wanted, at least 1 */
    const wrmf_matrix *seen;    /* recommended: row u leaves out the entries of u; NULL: nothing */
    wrmf_similarity similarity; /* similar: what they are ordered by */
    wrmf_self self;             /* similar: whether the asking row comes first or is left out */
} wrmf_i_query;

/** Whose lists are made, and where they go: list i begins at place i * n of the arrays. */
typedef struct wrmf_i_lists {
    const int64_t *rows; /* asking rows in any order; NULL: 0 .. n_rows - 1 */
    int64_t n_rows;
    int64_t *indices; /* the ranked rows, best first */
    double *scores;   /* their scores, or NULL */
    int64_t *counts;  /* the length of each list; places behind it are left as they were */
} wrmf_i_lists;

static inline wrmf_side wrmf_i_query_ranked_side(const wrmf_i_query *query)
{
    if (query->kind == WRMF_I_LIST_SIMILAR)
        return query->side;
    return query->side == WRMF_USERS ? WRMF_ITEMS : WRMF_USERS;
}

/** Make lists on the context's workers; context NULL: on the calling thread alone, with the
 *  allocator of the model's context. A list is the same either way. */
wrmf_status wrmf_i_make_lists(wrmf_context *context, const wrmf_i_query *query,
                              const wrmf_i_lists *lists, wrmf_error *err);

#endif /* WRMF_RANK_LISTS_H */
