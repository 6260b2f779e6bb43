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
    wrmf_side asking, ranked; /* sides */
    const wrmf_matrix *seen;  /* rows: asking; or NULL */
    bool unit;                /* cosine */
    wrmf_self self;           /* where both sides are the same */
    int64_t n;                /* wanted, at least 1 */
} wrmf_i_list_job;

/** The job of lists of n entries, as wrmf_query_create() describes its defaults. */
wrmf_i_list_job wrmf_i_list_job_of(const wrmf_model *model, wrmf_side asking, wrmf_side ranked,
                                   int64_t n);

/** Lists of rows[0 .. n_rows-1] (NULL: 0 .. n_rows-1), each with room for job->n. On
 *  the context's workers, or with NULL on the calling thread alone. scores may be
 *  NULL. */
wrmf_status wrmf_i_lists(wrmf_context *context, const wrmf_i_list_job *job, const int64_t *rows,
                         int64_t n_rows, int64_t *indices, double *scores, int64_t *counts,
                         wrmf_error *err);

#endif /* WRMF_RANK_LISTS_H */
