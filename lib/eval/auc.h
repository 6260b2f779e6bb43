/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/auc.h - the area under the ROC curve of one user: the share of pairs (test item,
 * candidate that is no test item) in which the test item has the higher score. Equal scores
 * count one half. Candidates are the items that the protocol lets compete.
 */
#ifndef WRMF_EVAL_AUC_H
#define WRMF_EVAL_AUC_H

#include "eval/job.h"

/** The pairs of one user, counted candidate by candidate. */
typedef struct wrmf_i_auc {
    const double *test_scores; /* of the test items that are candidates, ascending */
    int64_t n_test;
    wrmf_i_row_set left_out; /* items that are no candidates */
    int64_t next;            /* the first of left_out that is not passed yet */
    int64_t candidates;      /* counted so far */
    double won;              /* pairs of a test item and any candidate, itself included */
} wrmf_i_auc;

/** Begin with a query's user. test_scores, with room for all test items of the user, is
 *  filled and must stay; scratch is that of wrmf_i_rank(), or, with a source, all scores
 *  of the user. */
wrmf_i_auc wrmf_i_auc_begin(const wrmf_i_eval_job *job, const wrmf_i_row_query *query,
                            double *test_scores, void *scratch);
/** Count the n candidates from item `first` on, in ascending order of items: the call of a
 *  wrmf_i_on_scores whose self is an array with a wrmf_i_auc for each query. */
void wrmf_i_auc_on_scores(void *self, int64_t query, int64_t first, const double *scores,
                          int64_t n);
/** Count all candidates of a query whose filter has chosen rows; scratch as above. */
void wrmf_i_auc_chosen(const wrmf_i_eval_job *job, const wrmf_i_row_query *query, wrmf_i_auc *auc,
                       void *scratch);
/** One half where there is no pair. */
double wrmf_i_auc_value(const wrmf_i_auc *auc);

#endif /* WRMF_EVAL_AUC_H */
