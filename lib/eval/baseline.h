/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/baseline.h - what a wrmf_baseline is: popularity, or each item's nearest by cosine.
 */
#ifndef WRMF_EVAL_BASELINE_H
#define WRMF_EVAL_BASELINE_H

#include "data/csr.h"
#include "rank/topk.h"
#include "wrmf/baseline.h"

struct wrmf_baseline {
    wrmf_context *context; /* held; its allocator made all that is here */
    wrmf_i_use use;        /* shared by calls that read it */
    wrmf_matrix *matrix;   /* held */
    wrmf_baseline_kind kind;
    int64_t neighbors; /* room for each item's nearest, at least 1 */
    double *popular;   /* of each item, its number of users; NULL for cosines */
    int32_t *near;     /* items x neighbors: the nearest of each; NULL for popularity */
    double *cosines;   /* items x neighbors: of these */
    int64_t *counts;   /* of each item: how many nearest it has */
};

/** Make a baseline; neighbors is at least 1. */
wrmf_status wrmf_i_baseline_new(wrmf_context *context, const wrmf_matrix *matrix,
                                wrmf_baseline_kind kind, int64_t neighbors, wrmf_baseline **out,
                                wrmf_error *err);
void wrmf_i_baseline_free(wrmf_baseline *baseline);
/** Share a baseline with others that read it until the call ends. */
wrmf_status wrmf_i_baseline_read(wrmf_i_call *call, const wrmf_baseline *baseline, wrmf_error *err);
/** Fill the scores of all items for a row of a matrix with the baseline's columns. */
void wrmf_i_baseline_row_scores(const wrmf_baseline *baseline, const wrmf_matrix *matrix,
                                int64_t user, double *scores);
/** Fill the scores of all items for a user of the baseline's matrix: a wrmf_score_fn, whose self is
 * a baseline. */
void wrmf_i_baseline_scores(void *self, int64_t user, double *scores);

#endif /* WRMF_EVAL_BASELINE_H */
