/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/lists.h - recommendations and similar rows: one list, and many in parallel.
 * Arguments are known to be in range.
 */
#ifndef WRMF_RANK_LISTS_H
#define WRMF_RANK_LISTS_H

#include "rank/rank.h"
#include "wrmf/query.h"

/** What lists are made of. */
typedef struct wrmf_i_list_job {
    const wrmf_model *model;
    wrmf_side asking;        /* the side whose rows ask for lists */
    wrmf_side ranked;        /* the side whose rows are in the lists */
    const wrmf_matrix *seen; /* asking x ranked: row r leaves out its entries; NULL: nothing */
    bool unit;               /* scores are cosines, not dot products */
    wrmf_self self;          /* where both sides are the same: does a row head its own list? */
    int64_t n;               /* entries wanted, at least 1 */
} wrmf_i_list_job;

/** Whose lists are made, and where they go: list i begins at place i * job->n of the arrays. */
typedef struct wrmf_i_lists {
    const int64_t *rows; /* asking rows in any order; NULL: 0 .. n_rows - 1 */
    int64_t n_rows;
    int64_t *indices; /* the ranked rows, best first */
    double *scores;   /* their scores, or NULL */
    int64_t *counts;  /* the length of each list; places behind it are left as they were */
} wrmf_i_lists;

/** The job of lists of n entries, as wrmf_query_create() describes its defaults. */
wrmf_i_list_job wrmf_i_list_job_of(const wrmf_model *model, wrmf_side asking, wrmf_side ranked,
                                   int64_t n);

/** Make lists on the context's workers; context NULL: on the calling thread alone, with the
 *  allocator of the model's context. A list is the same either way. */
wrmf_status wrmf_i_make_lists(wrmf_context *context, const wrmf_i_list_job *job,
                              const wrmf_i_lists *lists, wrmf_error *err);

#endif /* WRMF_RANK_LISTS_H */
