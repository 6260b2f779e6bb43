/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/user_block.h - the evaluation of WRMF_I_RANK_BLOCK users, a chunk of parallel work.
 */
#ifndef WRMF_EVAL_USER_BLOCK_H
#define WRMF_EVAL_USER_BLOCK_H

#include "eval/job.h"

/** Rank for the users of chunk job->first_chunk + task and add their values to each member's
 *  sums of that chunk; a wrmf_task_fn whose self is a wrmf_i_eval_job. */
void wrmf_i_user_block_run(void *self, size_t task, size_t worker);

#endif /* WRMF_EVAL_USER_BLOCK_H */
