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

/** What rows with biases are solved with: the fixed side's rows have 0 in the place of what meets
 *  the constant column of the rows that are solved, and what that would add to a score is taken off
 *  the target. docs/mathematics.md, "Biases". */
typedef struct wrmf_i_bias_terms {
    const double *offsets; /* of each row of the fixed side: the score of a row of zeros with it */
    int64_t one;           /* the column that is 1 in the rows that are solved; 0 in solutions */
    int64_t shifted;       /* the column to which the mean is added in the items' rows; or -1 */
    double mean;
} wrmf_i_bias_terms;

/** All that the systems of rows share. Borrowed; buffers hold numbers of the precision. */
typedef struct wrmf_i_fixed_side {
    wrmf_i_cpu cpu;         /* the level of the kernels */
    wrmf_i_factors factors; /* Y: padded rows, width apart */
    int64_t width;
    double relaxation; /* of the steps of solver blocks; other solvers do not read it */
    double lambda;     /* wrmf_i_loss_lambda() of the rows that are solved */
    wrmf_side side;    /* of these rows */
    bool scaled;       /* they have regularizations of their own: the whitening is a rotation */
    const wrmf_i_loss *loss;
    const wrmf_i_bias_terms *biases; /* NULL: rows have none */
    const wrmf_i_row_options *options;
    wrmf_i_whitening *whitening; /* with lambda; its panels are made by the half-epoch. Its Gram
                                    matrix alone where rows are not whitened */
    void *w;                     /* W = Y F, as many rows; made in parallel, see row/solve.h */
    void *norms;                 /* ||w_i||^2, one a row; scaled: WRMF_I_NORM_LEVELS of them */
    bool heavy;    /* rows have weights beyond wrmf_i_safe_weight_f32() or _f64(), or below
                      wrmf_i_least_weight_f32(), or ||w_i|| is not bounded by 1, since the
                      unobserved weight is 0: then solver cg needs w and its norms, too */
    void *rounded; /* wrmf_i_rounded_matrices(), width x width: of the whitening, and the Gram */
} wrmf_i_fixed_side;

/** Matrices that side->rounded has room for, at most. */
enum { WRMF_I_ROUNDED = 4 };
size_t wrmf_i_rounded_matrices(const wrmf_i_row_options *options, int64_t width);

/** Of rows with regularizations of their own, ||S w_i||^2 is known for the regularizations
 *  lambda WRMF_I_NORM_STEP^l, l < WRMF_I_NORM_LEVELS: for any other, it is at most that of the one
 *  below, and at least 1 / WRMF_I_NORM_STEP of it. */
enum { WRMF_I_NORM_LEVELS = 8, WRMF_I_NORM_STEP = 4 };
static inline size_t wrmf_i_norms(bool scaled, size_t rows)
{
    return scaled ? WRMF_I_NORM_LEVELS * rows : rows;
}

/** The stored entries of a row that is to be solved. */
typedef struct wrmf_i_row {
    int64_t n;
    const int32_t *columns; /* n rows of the fixed side */
    const double *counts;   /* n; NULL: all are 1 */
    double lambda;          /* of a row with a regularization of its own: this */
    /** The diagonal S of a system of its own, linalg/row_kernels.h: width numbers >= 0, zeros
     * behind the factors. NULL: the whitening has this row's regularization, or there is none. */
    const double *diagonal;
} wrmf_i_row;

/** wrmf_i_loss_fill() of the row's entries first .. first + n - 1, of targets without what does not
 *  depend on its solution. */
void wrmf_i_row_fill(const wrmf_i_fixed_side *side, const wrmf_i_row *row, int64_t first, int64_t n,
                     double *d, double *b, wrmf_i_weight_bounds *bounds);

/** Give a row its regularization, where rows have such, and the diagonal that follows from it: its
 *  memory, width doubles, or NULL where it is not needed. */
static inline void wrmf_i_row_regularize(const wrmf_i_fixed_side *side, wrmf_i_row *row,
                                         double *diagonal)
{
    if (!side->scaled)
        return;
    if (!wrmf_i_row_options_is_whitened(side->options))
        diagonal = NULL;
    row->lambda =
        wrmf_i_loss_row_lambda(side->loss, side->side, side->factors.n, row->counts, row->n);
    row->diagonal = diagonal;
    if (diagonal)
        wrmf_i_whitening_diagonal(side->whitening, row->lambda, diagonal);
}

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
/** The least extra weight that solver cg takes, from -1 to 0: rows with one below are solved by
 *  another solver. */
double wrmf_i_least_weight_f32(void);
double wrmf_i_least_weight_f64(void);

/** Bytes of scratch that a worker needs to solve rows of up to `longest` entries, or
 *  WRMF_I_TOO_MANY_BYTES. */
size_t wrmf_i_row_scratch_bytes_f32(const wrmf_i_row_options *options, int64_t width,
                                    int64_t longest);
size_t wrmf_i_row_scratch_bytes_f64(const wrmf_i_row_options *options, int64_t width,
                                    int64_t longest);

#endif /* WRMF_ROW_FIXED_SIDE_H */
