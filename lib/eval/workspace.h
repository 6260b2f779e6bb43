/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/workspace.h - the memory of an evaluator's runs: allocated by the first, kept while
 * shapes and needs stay, so that the evaluations of a curve allocate nothing.
 */
#ifndef WRMF_EVAL_WORKSPACE_H
#define WRMF_EVAL_WORKSPACE_H

#include "base/exact_sum.h"
#include "model/model.h"
#include "rank/topk.h"
#include "wrmf/evaluator.h"

/** What a run needs of an evaluator's workspace. Of evaluators that share their lists one
 *  leads: its workspace has what makes the lists, and x'(Y'Y)x, for all. */
typedef struct wrmf_i_eval_needs {
    bool leads;   /* the others need sums and bitmaps alone */
    bool squares; /* x'(Y'Y)x of each user, for MSE */
    bool auc;     /* all scores of each user, for AUC */
    bool sourced; /* scores come from a wrmf_i_score_source, all items' at a time */
    bool chosen;  /* candidates are given, and they alone are scored */
    int64_t k;    /* length of the lists; 0: none are made */
} wrmf_i_eval_needs;

/** A worker's scratch, for a block of WRMF_I_RANK_BLOCK users. */
typedef struct wrmf_i_eval_scratch {
    wrmf_i_entry *entries; /* of each user: room for needs.k */
    void *ranking;         /* scratch of wrmf_i_rank() */
    double *rows;          /* the users' factors in float64, stride apart */
    double *products;      /* those rows times `triangle` */
    double *rotation;      /* scratch of that product */
    double *all;           /* of one user: the scores of all items, from a source */
    double *scores;        /* of each user's test items, for AUC: `longest` a user */
} wrmf_i_eval_scratch;

/** The sum of users' values in a column. */
typedef struct wrmf_i_column_sum {
    wrmf_i_exact_sum exact; /* of what lies in 0 .. 1: any metric but MSE */
    double squares;         /* of MSE and RMSE; of MAE, of absolute values */
    uint64_t hits, places;  /* of pooled precision: hits, and places that could have been hits; of
                               RMSE and MAE, places are pairs */
} wrmf_i_column_sum;

typedef struct wrmf_i_eval_workspace {
    wrmf_i_eval_needs needs; /* that it was made for */
    int64_t factors, stride; /* of the model it fits */
    int bits;                /* of a factor of that model: 32 or 64 */
    int workers;             /* that have scratch and bitmaps */
    size_t longest;          /* test items of the user that has most, for AUC; else 0 */
    size_t source_items;     /* items, where scores come from a source; else 0 */
    size_t ready_bytes, scratch_bytes, bitmap_bytes; /* of ready, one scratch, one bitmap */
    size_t gram_bytes;                               /* of gram_memory */
    size_t chunks;           /* blocks of users, each with sums of its own */
    void *ready;             /* the items' panels for AUC, which asks for all scores, or a screen */
    char *scratch;           /* one a worker: wrmf_i_eval_scratch_of() */
    unsigned char *bitmaps;  /* one a worker and cut-off: a bit an item that was in a list */
    uint32_t *item_counts;   /* cut-offs x items: lists that an item is in, for Gini and entropy */
    size_t counted_items;    /* items, where those are needed; else 0 */
    double *information;     /* of each item, for novelty */
    size_t informed_items;   /* items, where that is needed; else 0 */
    void *gram_memory;       /* what the two below are carved from */
    double *triangle;        /* of wrmf_i_mse_triangle(), stride x stride; NULL without squares */
    void *gram_scratch;      /* for a Gram matrix that the model does not know */
    wrmf_i_column_sum *sums; /* chunks x columns: sums of users' values */
    int64_t *counted;        /* one a chunk: users that are not skipped */
    double *per_user;        /* evaluated users x columns, or NULL */
} wrmf_i_eval_workspace;

/** Make the workspace fit the model; nothing is allocated where it does already. */
wrmf_status wrmf_i_eval_workspace_prepare(wrmf_context *context, wrmf_evaluator *evaluator,
                                          const wrmf_model *model, const wrmf_i_eval_needs *needs,
                                          wrmf_error *err);
/** Must come before a setting changes: sizes follow from settings. */
void wrmf_i_eval_workspace_free(const wrmf_i_allocator *allocator, wrmf_evaluator *evaluator);

/** Bytes of the workspace of an evaluator with the default settings, for a model of this shape:
 *  its rows, factors, stride and bits, and nothing else. */
double wrmf_i_eval_workspace_bytes(const wrmf_context *context, const wrmf_model *shape);

/** A worker's scratch, in a leader's workspace. */
wrmf_i_eval_scratch wrmf_i_eval_scratch_of(const wrmf_evaluator *evaluator, size_t worker);
/** The numbers of lists at the cut-off k that each item is in, in any workspace. */
uint32_t *wrmf_i_eval_item_counts(const wrmf_evaluator *evaluator, int64_t k);
/** The bitmap of a worker for lists at the cut-off k, in any workspace. */
unsigned char *wrmf_i_eval_bitmap(const wrmf_evaluator *evaluator, size_t worker, int64_t k);

#endif /* WRMF_EVAL_WORKSPACE_H */
