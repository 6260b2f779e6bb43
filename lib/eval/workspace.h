/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/workspace.h - the memory of an evaluator's runs: allocated by the first, kept while
 * shapes and needs stay, so that the evaluations of a curve allocate nothing.
 */
#ifndef WRMF_EVAL_WORKSPACE_H
#define WRMF_EVAL_WORKSPACE_H

#include "model/model.h"
#include "rank/topk.h"
#include "wrmf/evaluator.h"

/** What a run needs of an evaluator's workspace. Of evaluators that share their lists one
 *  leads: its workspace has what makes the lists, and x'Gx, for all. */
typedef struct wrmf_i_eval_needs {
    bool leads;   /* the others need sums and bitmaps alone */
    bool squares; /* x'Gx of each user, for MSE */
    bool auc;
    int64_t k; /* length of the lists; 0: none are made */
} wrmf_i_eval_needs;

typedef struct wrmf_i_eval_workspace {
    wrmf_i_eval_needs needs;
    int64_t factors, stride; /* of the model it fits */
    int bits, workers;
    /* bytes of ready, of one worker's scratch and of one bitmap; entries of one worker */
    size_t ready_bytes, scratch_bytes, bitmap_bytes, entry_count;
    size_t gram_doubles, chunks;
    void *ready;            /* the items' panels for AUC, which asks for all scores, or a screen */
    char *scratch;          /* one a worker: entries, ranking, squares, scores for AUC */
    unsigned char *bitmaps; /* one a worker and cut-off: a bit an item that was in a list */
    double *gram;           /* stride x stride in float64, and scratch to make it */
    double *sums;           /* chunks x columns: sums of users' values */
    int64_t *counted;       /* one a chunk: users that are not skipped */
    double *per_user;       /* evaluated users x columns, or NULL */
} wrmf_i_eval_workspace;

/** Make the workspace fit the model; nothing is allocated where it does already. */
wrmf_status wrmf_i_eval_workspace_prepare(wrmf_context *context, wrmf_evaluator *evaluator,
                                          const wrmf_model *model, const wrmf_i_eval_needs *needs,
                                          wrmf_error *err);
/** Must come before a setting changes: sizes follow from settings. */
void wrmf_i_eval_workspace_free(const wrmf_i_allocator *allocator, wrmf_evaluator *evaluator);

/* The parts of a worker's scratch, in a leader's workspace. */

/** needs.k entries for each of WRMF_I_RANK_BLOCK users. */
wrmf_i_entry *wrmf_i_eval_entries(const wrmf_evaluator *evaluator, size_t worker);
/** Scratch of wrmf_i_rank(). */
void *wrmf_i_eval_ranking(const wrmf_evaluator *evaluator, size_t worker);
/** Two blocks of rows in float64, and a rotation's scratch. */
double *wrmf_i_eval_squares(const wrmf_evaluator *evaluator, size_t worker);
/** A score for each test item of a block's users. */
double *wrmf_i_eval_scores(const wrmf_evaluator *evaluator, size_t worker);

/** The bitmap of a worker for lists at the cut-off k, in any workspace. */
unsigned char *wrmf_i_eval_bitmap(const wrmf_evaluator *evaluator, size_t worker, int64_t k);

#endif /* WRMF_EVAL_WORKSPACE_H */
