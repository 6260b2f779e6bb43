/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * als/fold.h - fold-in: rows of one side solved against the other side of a finished model, one at
 * a time or many. A row is solved to the tolerance and from a cold start, as the items' rows are at
 * the end of a fit, so that it has the bits that half an epoch more would give it.
 */
#ifndef WRMF_ALS_FOLD_H
#define WRMF_ALS_FOLD_H

#include "als/bias_side.h"
#include "data/csr.h"
#include "model/model.h"
#include "row/fixed_side.h"
#include "wrmf/fold.h"

/** Made once and not changed afterwards: any number of threads may read it. */
struct wrmf_fold {
    wrmf_context *context; /* held; its allocator made all that is here */
    wrmf_i_use use;        /* shared by calls that read it */
    const wrmf_model *model;
    uint64_t generation; /* of the fixed rows when it was made */
    wrmf_side side;      /* whose rows are solved */
    wrmf_i_loss loss;
    wrmf_i_row_options options;
    wrmf_i_whitening whitening;
    wrmf_i_fixed_side fixed; /* its buffers are owned */
    wrmf_i_bias_side biases; /* of it */
    double *gram;            /* of the fixed rows; stride x stride */
    void *solver;            /* the row_solver of the precision, ready */
};

/** Make one. The model stays borrowed, and its fixed rows must stay as they are. */
wrmf_status wrmf_i_fold_new(wrmf_context *context, const wrmf_model *model, wrmf_side side,
                            wrmf_fold **out, wrmf_error *err);
void wrmf_i_fold_free(wrmf_fold *fold);
/** WRMF_E_STATE if the fixed rows have changed since it was made. */
wrmf_status wrmf_i_fold_check(const wrmf_fold *fold, wrmf_error *err);

static inline wrmf_side wrmf_i_fold_fixed_side(const wrmf_fold *fold)
{
    return fold->side == WRMF_USERS ? WRMF_ITEMS : WRMF_USERS;
}

/** Bytes of a worker's scratch, to solve rows of up to `longest` entries. */
static inline size_t wrmf_i_fold_scratch(const wrmf_fold *fold, int64_t longest)
{
    return fold->fixed.factors.bits == 32
               ? wrmf_i_row_scratch_bytes_f32(&fold->options, fold->fixed.width, longest)
               : wrmf_i_row_scratch_bytes_f64(&fold->options, fold->fixed.width, longest);
}

/** The entries of a row as a caller gives them. */
typedef struct wrmf_i_history {
    const int64_t *indices; /* rows of the fixed side, in any order */
    const double *counts;   /* NULL: each is 1 */
    int64_t n;
} wrmf_i_history;

/** A workspace, laid out. */
typedef struct wrmf_i_fold_space {
    uint64_t *keys;    /* of each entry, unless they ascend: its index and position, sorted */
    bool sorted;       /* keys are there */
    int32_t *columns;  /* the entries, ascending, each index once, */
    double *counts;    /* and their counts */
    double *explained; /* of each of these: what it contributes */
    double *diagonal;  /* of the row, where it has a regularization of its own */
    void *scratch;     /* of the row solver; the solution is found in it */
    double *system;    /* a system in float64, */
    size_t doubles;    /* of so many doubles in all */
    void *row;         /* the solution: width numbers of the precision */
    int64_t longest;   /* entries that scratch is laid out for */
} wrmf_i_fold_space;

/** Lay out `memory` for rows of up to `most` entries, or return the bytes alone where it is NULL:
 *  WRMF_I_TOO_MANY_BYTES if they cannot be counted. */
size_t wrmf_i_fold_lay_out(const wrmf_fold *fold, int64_t most, void *memory,
                           wrmf_i_fold_space *space);
/** Check a history, sort it, and add up the counts of an index that is there several times:
 *  WRMF_E_RANGE or WRMF_E_NONFINITE, with the argument and the position. The row borrows from
 *  both. */
wrmf_status wrmf_i_fold_sort(const wrmf_fold *fold, const wrmf_i_history *history,
                             wrmf_i_fold_space *space, wrmf_i_row *row, wrmf_error *err);
/** Where in the history entry i of the row comes from: its first position. Rows are gone through
 * from the first entry on; *next is the caller's, 0 at first. */
int64_t wrmf_i_fold_position(const wrmf_i_fold_space *space, const wrmf_i_history *history,
                             const wrmf_i_row *row, int64_t i, int64_t *next);
/** Solve a row into space->row. Allocates only where wrmf_i_minimum_norm() is needed. */
wrmf_status wrmf_i_fold_row(const wrmf_fold *fold, const wrmf_i_row *row,
                            const wrmf_i_fold_space *space, wrmf_error *err);
/** The system of a row that has entries, in float64 and whitened: width x width, and its right side
 * behind it, in space->system. */
double *wrmf_i_fold_system(const wrmf_fold *fold, const wrmf_i_row *row,
                           const wrmf_i_fold_space *space);
/** Solve it in place: b becomes the solution, and a, on and above the diagonal, R of R' (diag R)^-1
 *  R, or of R' R from WRMF_I_WIDE on. False if it cannot be factorized. */
bool wrmf_i_fold_solve_system(const wrmf_fold *fold, double *a, double *b,
                              const wrmf_i_fold_space *space);
/** What each entry of a row adds to its score with a row of the fixed side. *factor, which is in
 * the space, is NULL for the first of several targets of one row, and is left for the next one. */
wrmf_status wrmf_i_fold_explain(const wrmf_fold *fold, const wrmf_i_row *row, int64_t target,
                                const wrmf_i_fold_space *space, double **factor,
                                double *contributions, wrmf_error *err);
/** Solve all rows of a matrix, whose columns are rows of the fixed side, on the context's workers,
 *  into `rows`: as many as it has, model->stride numbers of the model's precision each. After a
 *  failure some may be written. */
wrmf_status wrmf_i_fold_rows(wrmf_context *context, const wrmf_fold *fold,
                             const wrmf_matrix *matrix, void *rows, wrmf_error *err);

/* als/fold_tmpl.c, in each precision. */

size_t wrmf_i_fold_solver_bytes_f32(void);
size_t wrmf_i_fold_solver_bytes_f64(void);
/** Make the solver of a fold that has everything else. scratch: scratch_bytes a worker. */
wrmf_status wrmf_i_fold_prepare_f32(const wrmf_fold *fold, char *scratch, size_t scratch_bytes,
                                    wrmf_error *err);
wrmf_status wrmf_i_fold_prepare_f64(const wrmf_fold *fold, char *scratch, size_t scratch_bytes,
                                    wrmf_error *err);
wrmf_status wrmf_i_fold_solve_f32(const wrmf_fold *fold, const wrmf_i_row *row,
                                  const wrmf_i_fold_space *space, wrmf_error *err);
wrmf_status wrmf_i_fold_solve_f64(const wrmf_fold *fold, const wrmf_i_row *row,
                                  const wrmf_i_fold_space *space, wrmf_error *err);

#endif /* WRMF_ALS_FOLD_H */
