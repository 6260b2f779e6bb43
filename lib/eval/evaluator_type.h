/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/evaluator_type.h - what a wrmf_evaluator is, for the files of this folder.
 */
#ifndef WRMF_EVAL_EVALUATOR_TYPE_H
#define WRMF_EVAL_EVALUATOR_TYPE_H

#include "eval/evaluator.h"
#include "rank/rank.h"

enum { WRMF_I_METRICS = 11, WRMF_I_CUTOFFS = 64 };

/** One result: a metric at a cut-off (0 where it takes none). */
typedef struct wrmf_i_column {
    wrmf_metric metric;
    int64_t k;
} wrmf_i_column;

/** What a run wants of an evaluator's memory. Of evaluators that make the same lists,
 *  one leads: it makes them, and x'Gx, for all. */
typedef struct wrmf_i_eval_needs {
    bool leads, squares, auc;
    int64_t k; /* length of the lists; 0: none are made */
} wrmf_i_eval_needs;

/** A worker's scratch, for a block of RANK_BLOCK users. */
typedef struct wrmf_i_eval_scratch {
    wrmf_i_entry *entries; /* needs.k a user */
    void *ranking;         /* wrmf_i_rank()'s */
    double *rows;          /* the users' rows in float64, stride apart */
    double *products;      /* those rows times G */
    double *rotation;      /* scratch of that product */
    double *scores;        /* of each user's test items: `longest` a user */
} wrmf_i_eval_scratch;

/** Memory of runs, made by the first and kept while shapes and needs stay. */
typedef struct wrmf_i_eval_work {
    wrmf_i_eval_needs needs;
    int64_t factors, stride;
    int bits, workers;
    size_t longest; /* entries of the test row that has most, with auc; else 0 */
    size_t ready_bytes, scratch_bytes, bitmap_bytes, gram_doubles, chunks;
    void *ready;            /* items' panels for auc, which sees all scores, or a screen */
    char *scratch;          /* scratch_bytes a worker: wrmf_i_eval_scratch_of() */
    unsigned char *bitmaps; /* a worker's, one a cut-off: items that were in a list */
    double *gram;           /* G and its scratch, in float64 */
    double *sums;           /* chunks x columns */
    int64_t *counted;       /* a chunk's */
    double *per_user;       /* chosen users x columns, if asked for */
} wrmf_i_eval_work;

struct wrmf_evaluator {
    wrmf_context *context;
    wrmf_matrix *test, *train; /* held; train may be NULL */
    int64_t *users;            /* own copy, or NULL: all */
    int64_t n_users;
    int64_t cutoffs[WRMF_I_CUTOFFS], n_cutoffs;
    wrmf_metric metrics[WRMF_I_METRICS];
    int64_t n_metrics;
    wrmf_exclude exclude;
    wrmf_empty empty;
    bool per_user;
    wrmf_i_column columns[WRMF_I_METRICS * WRMF_I_CUTOFFS]; /* of the run */
    int64_t n_columns;
    /* results of the last run */
    bool ran;
    double values[WRMF_I_METRICS * WRMF_I_CUTOFFS]; /* a column's */
    int64_t counted, skipped;
    double *user_values; /* n_users x columns */
    size_t user_value_count;
    wrmf_i_eval_work work;
};

static inline int64_t wrmf_i_chosen_user(const wrmf_evaluator *evaluator, int64_t i)
{
    return evaluator->users ? evaluator->users[i] : i;
}

/** Fill columns in the order of results; returns how many. */
int64_t wrmf_i_evaluator_layout(const wrmf_evaluator *evaluator, wrmf_i_column *columns);
/** Length of the lists: the highest cut-off, or all items if they are fewer. */
int64_t wrmf_i_evaluator_list_length(const wrmf_evaluator *evaluator);
bool wrmf_i_metric_has_cutoff(wrmf_metric metric);
bool wrmf_i_evaluator_has(const wrmf_evaluator *evaluator, wrmf_metric metric);

/** Make work fit the model; nothing is allocated where it does already. */
wrmf_status wrmf_i_eval_prepare(wrmf_context *context, wrmf_evaluator *evaluator,
                                const wrmf_model *model, const wrmf_i_eval_needs *needs,
                                wrmf_error *err);
void wrmf_i_eval_work_free(const wrmf_i_allocator *allocator, wrmf_evaluator *evaluator);
wrmf_i_eval_scratch wrmf_i_eval_scratch_of(const wrmf_evaluator *evaluator, size_t worker);

/* ---- one user's metrics ---- */

typedef struct wrmf_i_user_list {
    const wrmf_i_entry *entries; /* best first */
    int64_t size;
    const int32_t *wanted; /* T, ascending */
    int64_t n_wanted;
} wrmf_i_user_list;

/** A list metric at k. */
double wrmf_i_metric(wrmf_metric metric, int64_t k, const wrmf_i_user_list *list);

/** The sum of squares of one user's row of the error matrix, for mse: x is the
 *  user's row in float64, square is x'Gx. */
double wrmf_i_user_error(const wrmf_evaluator *evaluator, const wrmf_model *model, wrmf_i_cpu cpu,
                         int64_t user, const double *x, double square);

#endif /* WRMF_EVAL_EVALUATOR_TYPE_H */
