/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row/solve.h - how rows are solved against a fixed side, in one precision. Included by templates
 * only: those of row, and those above that have rows to solve.
 *
 * A row_solver is made once a side and shared by all workers; each worker has scratch. Up to
 * ROW_BATCH rows share their changes of basis: their z, and in a warm start their x before it,
 * are the rows of scratch->batch.
 */
#ifndef WRMF_ROW_SOLVE_H
#define WRMF_ROW_SOLVE_H

#include "linalg/nnls.h"
#include "linalg/real.h"
#include "row/fixed_side.h"

typedef RFN(row_kernels) row_kernels;
typedef RFN(system) row_system;

/* Rows solved in one batch and rotated from z to x by one call, where they are not wide. */
enum { ROW_BATCH = WRMF_I_BATCH_SYSTEMS };
/** The same for any width: more where a matrix that rows are multiplied by fills a cache. */
int64_t RFN(batch_rows)(int64_t width);

/* ---- scratch of a worker ---- */

/* The diagonals S of a batch of rows with regularizations of their own. Rows that follow each other
 * have as many entries and so, but for weights, one regularization: they share a place. There is
 * one place more than rows, so that the first may have that of the row before it. */
typedef struct row_diagonals {
    int64_t places;  /* batch_rows() + 1 */
    double *numbers; /* of each place: width */
    real *rounded;   /* the same */
    int64_t place;   /* the last made */
    double lambda;   /* its regularization; NAN: none was made */
    int64_t dropped; /* its first numbers, which are 0 */
    bool fits;       /* it has no number beyond the precision */
} row_diagonals;

typedef struct row_scratch {
    real *rows;  /* gathered rows */
    real *d, *b; /* extra weights and target coefficients of a row's entries, padded */
    wrmf_i_weight_bounds constant; /* of d where all counts are 1 */
    row_diagonals diagonals;
    real *batch; /* batch_rows() x width: x of before, then z, then x */
    real *work;  /* of conjugate gradients, or of a short row */
    /* a system to factorize, its scaled rows, and its scratch. Of wide systems a is there for
     * solver cholesky alone, a64 and scaled64 not at all: all workers sum up one after the other */
    real *a, *scaled, *panel;
    double *a64, *b64, *rows64, *scaled64, *panel64; /* the same in float64 */
    double *rotation;                                /* of changes of basis */
    real *tiles, *products;                          /* of solver blocks: rows in tiles, and what
                                                        the Gram matrix makes of them */
    wrmf_i_nnls nnls;                                /* of rows without a number below 0 */
    real *waiting;                                   /* ROW_BATCH systems, */
    real *batch_work;                                /* factorized side by side */
} row_scratch;

/** Lay scratch out in RFN(row_scratch_bytes)() bytes at base, which is aligned to WRMF_I_ALIGN.
 *  Nothing is written there. */
void RFN(row_scratch_place)(row_scratch *s, void *base, const wrmf_i_row_options *options,
                            int64_t width, int64_t longest);
/** Entries of the longest row that is gathered as a whole. */
int64_t RFN(gather_limit)(int64_t width);

/* ---- the solver of a side ---- */

typedef struct row_solver {
    const wrmf_i_fixed_side *side;
    const row_kernels *kernels;
    const wrmf_i_row_kernels_f64 *kernels64;
    bool blocks;            /* solver blocks: rows are swept, row/block.h */
    bool nonnegative;       /* rows have no number below 0: RFN(nonnegative_row)() */
    bool unwhitened;        /* solver cg and blocks: systems are in the basis of the factors */
    bool has_norms;         /* of all w; else all traces are taken for 0 */
    bool gram_fits;         /* unwhitened: the Gram matrix has no number beyond the precision */
    bool warm;              /* rows start from x of before */
    bool rotate_in_float64; /* Y to W and z to x, each result rounded once */
    const real *rows;       /* rows are gathered from: W, or Y if unwhitened */
    double max_norm;        /* the largest of side->norms */
    const real *forward, *back, *warm_matrix; /* the whitening's, rounded */
    const real *gram;                         /* Y'Y + lambda I, full, if unwhitened */
} row_solver;

/** Set a solver up; RFN(row_solver_pack)() comes next. Where it has_norms, RFN(whiten_rows)() for
 * all rows of the side and then RFN(whitened_all)() come next. */
void RFN(row_solver_init)(row_solver *solver, const wrmf_i_fixed_side *side);
/** Pack the matrices that wide rows are multiplied by. */
wrmf_status RFN(row_solver_pack)(wrmf_context *context, const row_solver *solver, wrmf_error *err);
/** Make rows first .. first+n-1 of W, and their norms. Calls for different rows may run in
 *  parallel. */
void RFN(whiten_rows)(const row_solver *solver, int64_t first, int64_t n, const row_scratch *s);
/** To be called when all rows of W are made: finds the largest norm. */
void RFN(whitened_all)(row_solver *solver);

/* ---- rows ---- */

/* Why a row waits for the end of a half-epoch. */
enum row_pending {
    ROW_MINIMUM_NORM = 1, /* even float64 cannot solve it: it is left to wrmf_i_minimum_norm() */
    ROW_WIDE_SYSTEM,      /* of a wide system in float64 there is one: wrmf_i_long_row() */
};

/* A row and what is known of its system. */
typedef struct row_task {
    wrmf_i_row row;
    const real *diagonal; /* the row's, rounded to the precision; NULL: unwhitened, or none */
    wrmf_i_prefetch next; /* the rows that the next system will gather */
    /** Set to a row_pending where the row is left to others; its z is then 0. */
    unsigned char *pending;
    bool holds_x; /* in a warm start: its z holds x of before, which was not turned */
    wrmf_i_weight_bounds weights;
    bool fits;          /* its diagonal and targets have no number beyond the precision */
    double trace_bound; /* >= t of docs/mathematics.md, sum of |d| ||w||^2 */
} row_task;

/* Rows of a batch whose systems wait to be factorized side by side. */
typedef struct row_waiting {
    int64_t n;
    row_task task[ROW_BATCH];
    real *a[ROW_BATCH], *z[ROW_BATCH];
} row_waiting;

/** Fill the weights that rows of up to n entries share where all counts are 1 and there are no
 *  biases. */
void RFN(fill_constant)(const row_solver *solver, row_scratch *s, int64_t n);
/** Whether a row of n entries is likely to start from x of before: in a warm start, unless rows so
 *  short are solved directly. */
bool RFN(starts_warm)(const row_solver *solver, int64_t n);
/** Give a row its regularization, where rows have such, and the diagonal that follows from it: it
 *  stays as it is until the next batch is solved. */
void RFN(regularize_row)(const row_solver *solver, row_task *task, row_scratch *s);
/** Begin a batch: no row waits yet, and the first n rows of s->batch are turned from x to z. */
void RFN(batch_start)(const row_solver *solver, int64_t n, row_scratch *s, row_waiting *waiting);
/** Solve a row that has entries: its z, a row of s->batch, is found now or in batch_finish(). */
void RFN(solve_row)(const row_solver *solver, row_task *task, row_scratch *s, real *z,
                    row_waiting *waiting, wrmf_i_row_counts *counts);
/** Solve the rows that wait, and turn n rows of s->batch from z to x. */
void RFN(batch_finish)(const row_solver *solver, int64_t n, row_scratch *s, row_waiting *waiting,
                       wrmf_i_row_counts *counts);
/** Turn a z in whitened coordinates, which was found in float64, to x; z is destroyed. Returns
 *  false, with finite numbers in x, if x would not be finite. */
bool RFN(row_from_float64)(const row_solver *solver, const wrmf_i_row *row, double *z, real *x);

/** Make a solution a row as models have it, where there are biases; */
void RFN(biases_put)(const wrmf_i_fixed_side *side, real *x);
/** and such a row what a solution is. */
void RFN(biases_take)(const wrmf_i_fixed_side *side, real *x);

/* ---- rows without a number below 0 ---- */

/** Solve a row that has entries. False if x would not be finite; what is in x is then of no use. */
bool RFN(nonnegative_row)(const row_solver *solver, const wrmf_i_row *row, row_scratch *s, real *x,
                          wrmf_i_row_counts *counts);
/** The same for the system a, b of a row, as wrmf_i_long_batch_system() gives it. */
bool RFN(nonnegative_system)(const row_solver *solver, double *a, const double *b, row_scratch *s,
                             real *x, wrmf_i_row_counts *counts);
/** The relaxed row: before + relaxation (x - before), with 0 in the place of numbers below it, if
 * that is no worse than `before`; else as far that way as no number falls below 0, which is to x at
 *  least. The row's system, of which x is the solution, is in s. Where `before` has a number below
 * 0, x. `to` is neither of them. */
void RFN(nonnegative_relax)(const row_solver *solver, const real *before, const real *x,
                            double relaxation, const row_scratch *s, real *to);

/* ---- shared by the templates of row ---- */

/* Up to this weight no product of a row's system overflows, whose trace is below its limit; and up
 * to this target, and target coefficient, no squared right side, the sum of at most d p^2 t for p
 * the target and t the trace. */
#if WRMF_BITS == 32
#define ROW_MAX_WEIGHT 1e30
#define ROW_MAX_TARGET 1e14
#define ROW_MAX_DIAGONAL 1e30
#else
#define ROW_MAX_WEIGHT 1e280
#define ROW_MAX_TARGET 1e130
#define ROW_MAX_DIAGONAL ((double)INFINITY)
#endif

#if WRMF_BITS == 32
/* From this trace_bound on, the error of a float32 row, about epsilon times 1 + t at worst, is no
 * longer that of rounding: it is solved in float64. Measured: see docs/performance.md. */
#define ROW_TRACE_LIMIT 2e3
/* The same for short rows, whose error grows faster with t. */
#define ROW_SHORT_TRACE_LIMIT 500
/* The same for solver cg, which makes few steps and promises no tolerance: up to here rounding is
 * below a hundredth. */
#define ROW_CG_TRACE_LIMIT 1e5
/* The least extra weight that solver cg takes. Beside it, 1 + d of the weight of the other cells is
 * left, so that the system is at least 1 + d of Y'Y + lambda I: the difference loses two bits of a
 * float32 at most. */
#define ROW_CG_LEAST_WEIGHT (-3.0 / 4)
#else
#define ROW_TRACE_LIMIT 1e11
#define ROW_SHORT_TRACE_LIMIT 1e6
#define ROW_CG_TRACE_LIMIT 1e11
#define ROW_CG_LEAST_WEIGHT (-1)
#endif
/* Systems of this width are always factorized side by side. */
enum { ROW_LEAST_WIDTH = 16 };

/** Extra weights and target coefficients of a row's entries, rounded to the precision. */
void RFN(fill_entries)(const row_solver *solver, const wrmf_i_row *row, real *d, real *b);
/** Fill d and b of a row, and what its task knows of them. */
void RFN(fill_weights)(const row_solver *solver, row_task *task, row_scratch *s);
/** Gather a row, as a whole, into its system. */
row_system RFN(gather_row)(const row_solver *solver, row_task *task, const row_scratch *s);
/** Sum up the row's matrix of full width, a, and its right side, z, gathering it in blocks. */
void RFN(form_system)(const row_solver *solver, row_task *task, const row_scratch *s, real *a,
                      real *z);
/** An estimate of the steps that conjugate gradients will take. */
double RFN(expected_steps)(const row_solver *solver, const row_task *task);
/** Turn n rows of a warm start from x to z, in place. */
void RFN(rotate_warm)(const row_solver *solver, int64_t n, real *rows, const row_scratch *s);
/** Turn n rows of s->batch from z to x. */
void RFN(rotate_back)(const row_solver *solver, int64_t n, row_scratch *s);
/** Solve a row in float64, or mark it as pending. */
void RFN(rescue_row)(const row_solver *solver, row_task *task, row_scratch *s, real *z,
                     wrmf_i_row_counts *counts);

#endif /* WRMF_ROW_SOLVE_H */
