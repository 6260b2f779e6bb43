/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * als/half_epoch.h - one half-epoch: which rows of one side are solved, by whom and when, while the
 * other side is held fixed, and where they go. half_epoch_tmpl.c does it for floats and for
 * doubles; row/ knows how one is solved.
 */
#ifndef WRMF_ALS_HALF_EPOCH_H
#define WRMF_ALS_HALF_EPOCH_H

#include "als/plan.h"
#include "par/progress.h"
#include "row/fixed_side.h"

typedef struct wrmf_i_half_epoch {
    wrmf_context *context;
    const wrmf_i_fixed_side *fixed;
    const void *solver;        /* the row_solver of fixed, ready; NULL: it is made first */
    const wrmf_matrix *matrix; /* rows: those to solve; columns: rows of the fixed side */
    const wrmf_i_plan *plan;   /* of matrix */
    const void *before;        /* the rows before: rows x width numbers of the precision */
    double relaxation;         /* w of before + w (solution - before) */
    void *relaxed;             /* where these go, laid out so; may be before. NULL: nowhere */
    void *solved;              /* where the solutions go, likewise; relaxed if w is 1. Or NULL */
    char *scratch;             /* a worker's is scratch_bytes long */
    size_t scratch_bytes;      /* wrmf_i_row_scratch_bytes_f32() or _f64(), of the plan's longest */
    const wrmf_i_row_options *options; /* that scratch is laid out for */
    wrmf_i_row_counts *counts;         /* one a worker */
    unsigned char *pending;    /* one a row, all 0: rows for wrmf_i_minimum_norm() are marked */
    double *long_sums;         /* scratch of batches of long rows, */
    size_t long_doubles;       /* wrmf_i_long_batch_doubles() of them */
    const char *side;          /* of the rows solved: "user" or "item", for messages */
    wrmf_i_progress *progress; /* is told that the rows are part from .. to of the epoch; or NULL */
    double from, to;
} wrmf_i_half_epoch;

/** Entries of the longest row that one worker solves by itself. */
static inline int64_t wrmf_i_half_epoch_longest(const wrmf_i_row_options *options,
                                                const wrmf_i_plan *plan)
{
    return options->solver == WRMF_SOLVER_BLOCKS ? plan->longest_of_all : plan->longest;
}

/** Solve all rows. On failure the rows are finite, but some are new and some old. */
wrmf_status wrmf_i_half_epoch_run_f32(wrmf_i_half_epoch *half, wrmf_error *err);
wrmf_status wrmf_i_half_epoch_run_f64(wrmf_i_half_epoch *half, wrmf_error *err);

#endif /* WRMF_ALS_HALF_EPOCH_H */
