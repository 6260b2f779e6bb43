/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/evaluator_type.h - what a wrmf_evaluator is, for the files of this folder.
 */
#ifndef WRMF_EVAL_EVALUATOR_TYPE_H
#define WRMF_EVAL_EVALUATOR_TYPE_H

#include "eval/evaluator.h"
#include "eval/metric_names.h"
#include "eval/workspace.h"

enum {
    WRMF_I_CUTOFFS = 64,                                    /* most that may be set */
    WRMF_I_METRIC_COLUMNS = WRMF_I_METRICS * WRMF_I_CUTOFFS /* most results */
};

/** One result: a metric at a cut-off (0 where it takes none). */
typedef struct wrmf_i_metric_column {
    wrmf_metric metric;
    int64_t k;
} wrmf_i_metric_column;

struct wrmf_evaluator {
    wrmf_context *context;     /* held */
    wrmf_i_use use;            /* of the call that runs it or sets something */
    wrmf_matrix *test, *train; /* held; train may be NULL */
    wrmf_matrix *pairs;        /* held: test with its dislikes, which target signed foretells */
    wrmf_matrix *candidates;   /* held: each user's row has the items that compete; NULL: all do */
    wrmf_matrix *popularity;   /* held: who has what, for novelty; NULL: the train matrix says it */
    int64_t *users;            /* the evaluated users, ascending, a copy; NULL: all */
    int64_t n_users;           /* how many are evaluated */
    int64_t cutoffs[WRMF_I_CUTOFFS], n_cutoffs;
    wrmf_metric metrics[WRMF_I_METRICS];
    int64_t n_metrics;
    wrmf_exclude exclude;
    wrmf_empty empty;
    bool per_user; /* values of single users are kept */
    /* the results of the last run */
    wrmf_i_metric_column columns[WRMF_I_METRIC_COLUMNS]; /* what the values are of */
    int64_t n_columns;
    bool ran;
    double values[WRMF_I_METRIC_COLUMNS]; /* one a column */
    int64_t counted, skipped;             /* users that the means are over; users left out */
    double *user_values;                  /* n_users x n_columns, or NULL */
    size_t user_value_count;              /* numbers of user_values */
    wrmf_i_eval_workspace workspace;
};

/** The matrix that says how popular items are, or NULL. */
static inline const wrmf_matrix *wrmf_i_evaluator_popularity(const wrmf_evaluator *evaluator)
{
    return evaluator->popularity ? evaluator->popularity : evaluator->train;
}

/** The row of the i-th evaluated user. */
static inline int64_t wrmf_i_chosen_user(const wrmf_evaluator *evaluator, int64_t i)
{
    return evaluator->users ? evaluator->users[i] : i;
}

#endif /* WRMF_EVAL_EVALUATOR_TYPE_H */
