/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * als/half_epoch.h - one half-epoch: every row of one side, the other held fixed.
 * half_tmpl.c does it for floats and for doubles.
 */
#ifndef WRMF_ALS_HALF_EPOCH_H
#define WRMF_ALS_HALF_EPOCH_H

#include "als/plan.h"
#include "model/model.h"
#include "row/whiten.h"
#include "wrmf/params.h"

/** What a fit's parameters say of the rows. */
typedef struct wrmf_i_row_options {
    wrmf_solver solver;
    wrmf_confidence confidence;
    double alpha, epsilon;
    double tolerance; /* of the precision, where the parameter is 0 */
    int cg_steps;
} wrmf_i_row_options;

/** Counts, summed over chunks in any order: they are whole numbers. */
typedef struct wrmf_i_row_counts {
    int64_t rows, cg, steps, cholesky, float64, minimum_norm;
    double residual; /* largest */
} wrmf_i_row_counts;

/** A half-epoch. Buffers are in numbers of the precision unless said. */
typedef struct wrmf_i_half_epoch {
    wrmf_context *context;
    const wrmf_i_row_options *options;
    const wrmf_matrix *matrix; /* rows: those to solve; columns: fixed */
    const wrmf_i_plan *plan;
    const wrmf_i_whitening *whitening;
    int64_t width;
    double lambda;
    const void *fixed; /* columns x width */
    void *solved;      /* rows x width; the rows of before, if warm */
    void *w;           /* columns x width */
    void *norms;       /* columns: ||w_i||^2 */
    void *squares;     /* 4 of width x width: forward, back, warm, gram */
    char *scratch;     /* a worker's is scratch_bytes long */
    size_t scratch_bytes;
    wrmf_i_row_counts *counts; /* one a worker */
    unsigned char *pending;    /* rows: 1 where the least-norm solution is wanted */
    double *long_sums;         /* partial systems of a long row, in float64 */
    const char *side;          /* "user" or "item", for messages */
} wrmf_i_half_epoch;

/** Bytes of scratch a worker needs when no row has more than `longest` entries. */
size_t wrmf_i_half_epoch_scratch_f32(int64_t width, int64_t longest);
size_t wrmf_i_half_epoch_scratch_f64(int64_t width, int64_t longest);

/** Doubles that half->long_sums takes. */
size_t wrmf_i_long_sums(int64_t width, int64_t longest);
/** Sum up the system of a long row, I + W' D W and W' c in float64, into the first
 *  matrix of half->long_sums and the width numbers behind it. Segments depend on
 *  the row's length and the width alone, and are added in order. bits: of the
 *  factors. */
wrmf_status wrmf_i_long_row(const wrmf_i_half_epoch *half, int bits, int64_t row, wrmf_error *err);

/** Solve. On failure the rows are finite, but some are new and some old. */
wrmf_status wrmf_i_half_epoch_run_f32(wrmf_i_half_epoch *half, wrmf_error *err);
wrmf_status wrmf_i_half_epoch_run_f64(wrmf_i_half_epoch *half, wrmf_error *err);

/** Weight d = c - 1 of a count. */
double wrmf_i_extra_weight(const wrmf_i_row_options *options, double count);

/** The least-norm solution of row `row` in whitened coordinates, z, from the rows
 *  of w (bits as said): for weights so large that float64 loses the identity. */
wrmf_status wrmf_i_minimum_norm(const wrmf_i_half_epoch *half, int bits, int64_t row, double *z,
                                wrmf_error *err);

#endif /* WRMF_ALS_HALF_EPOCH_H */
