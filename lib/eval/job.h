/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/job.h - one run of a group of evaluators that share their lists.
 */
#ifndef WRMF_EVAL_JOB_H
#define WRMF_EVAL_JOB_H

#include "eval/evaluator_type.h"
#include "rank/rank.h"

/** Where scores come from instead of a model: a function that the host, or a baseline, gives. */
typedef struct wrmf_i_score_source {
    wrmf_score_fn call;
    void *self;
} wrmf_i_score_source;

/** Constant while chunks of users run, but for first_chunk. All borrowed. */
typedef struct wrmf_i_eval_job {
    const wrmf_evaluator *leader;   /* whose workspace has the lists */
    wrmf_evaluator *const *members; /* all of the group; the leader is the first */
    int64_t n_members;
    const wrmf_model *model;           /* with a source: the shape of one without factors */
    const wrmf_i_score_source *source; /* NULL: the model's factors give the scores */
    wrmf_i_ranking ranking;            /* users ask, items are ranked */
    wrmf_i_eval_needs needs;           /* the leader's: what any member needs */
    size_t first_chunk;                /* the chunk that task 0 of the batch is */
} wrmf_i_eval_job;

#endif /* WRMF_EVAL_JOB_H */
