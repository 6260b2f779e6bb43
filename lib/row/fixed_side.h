/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row/fixed_side.h - the side that is held fixed while rows of the other side are solved against
 * it, and such a row. Which rows are solved, when and by whom, is for the layers above.
 */
#ifndef WRMF_ROW_FIXED_SIDE_H
#define WRMF_ROW_FIXED_SIDE_H

#include "linalg/factors.h"
#include "row/loss.h"
#include "row/row_options.h"
#include "row/whiten.h"

/** All that the systems of rows share. Borrowed; buffers hold numbers of the precision. */
typedef struct wrmf_i_fixed_side {
    wrmf_i_cpu cpu;         /* the level of the kernels */
    wrmf_i_factors factors; /* Y: padded rows, width apart */
    int64_t width;
    double relaxation; /* of the steps of solver blocks; other solvers do not read it */
    double lambda;     /* regularization of the rows that are solved */
    const wrmf_i_loss *loss;
    const wrmf_i_row_options *options;
    wrmf_i_whitening *whitening; /* with lambda; its panels are made by the half-epoch */
    void *w;                     /* W = Y F, as many rows; made in parallel, see row/solve.h */
    void *norms;                 /* ||w_i||^2, one a row */
    bool heavy;    /* rows have weights beyond wrmf_i_safe_weight_f32() or _f64(): then solver cg
                      needs w and its norms, too */
    void *rounded; /* wrmf_i_rounded_matrices(), width x width: of the whitening, and the Gram */
} wrmf_i_fixed_side;

/** Matrices that side->rounded has room for, at most. */
enum { WRMF_I_ROUNDED = 4 };
size_t wrmf_i_rounded_matrices(wrmf_solver solver, int64_t width);

/** The stored entries of a row that is to be solved. */
typedef struct wrmf_i_row {
    int64_t n;
    const int32_t *columns; /* n rows of the fixed side */
    const double *counts;   /* n; NULL: all are 1 */
    /** The diagonal S of a system of its own, linalg/row_kernels.h: width numbers >= 0, zeros
     * behind the factors. NULL, always for solver cg: the whitening has this row's regularization.
     */
    const double *diagonal;
} wrmf_i_row;

/** What became of rows. Whole numbers, so that sums over workers do not depend on their order. */
typedef struct wrmf_i_row_counts {
    int64_t rows;         /* solved, or left to wrmf_i_minimum_norm() */
    int64_t cg;           /* solved by conjugate gradients, */
    int64_t steps;        /* which took so many steps */
    int64_t cholesky;     /* solved by a factorization */
    int64_t float64;      /* solved again in float64 */
    int64_t minimum_norm; /* solved by wrmf_i_minimum_norm() */
    int64_t fallback;     /* that broke conjugate gradients, or were too heavy for solver cg */
    double residual;      /* largest relative residual of conjugate gradients */
} wrmf_i_row_counts;

/** The sum of a row's extra weights from which solver cg looks at its trace: w is no longer than 1,
 *  so that up to here rounding stays below what is solved for. */
double wrmf_i_safe_weight_f32(void);
double wrmf_i_safe_weight_f64(void);

/** Bytes of scratch that a worker needs to solve rows of up to `longest` entries, or
 *  WRMF_I_TOO_MANY_BYTES. */
size_t wrmf_i_row_scratch_bytes_f32(const wrmf_i_row_options *options, int64_t width,
                                    int64_t longest);
size_t wrmf_i_row_scratch_bytes_f64(const wrmf_i_row_options *options, int64_t width,
                                    int64_t longest);

#endif /* WRMF_ROW_FIXED_SIDE_H */
