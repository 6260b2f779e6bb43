/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row/solve.h - what the templates half_tmpl.c (a half-epoch: which rows, in what order) and
 * rows_tmpl.c (how one is solved) share. Included by templates only.
 */
#ifndef WRMF_ROW_SOLVE_H
#define WRMF_ROW_SOLVE_H

#include "als/half_epoch.h"
#include "linalg/real.h"
#include "linalg/row_kernels.h"
#include "par/first_failure.h"

#if WRMF_BITS == 32
typedef wrmf_i_row_kernels_f32 row_kernels;
#else
typedef wrmf_i_row_kernels_f64 row_kernels;
#endif

/* Rows solved, and turned back, together. */
enum { GROUP = WRMF_I_SMALL_SYSTEMS };

/* A worker's. */
typedef struct scratch {
    real *rows; /* gathered */
    real *d, *c;
    real *group; /* GROUP x width: z, then x */
    real *work;  /* of conjugate gradients */
    real *a, *u, *panel;
    double *a64, *rows64, *u64, *b64, *panel64;
    double *d64, *c64; /* of a block */
    double *rotate;    /* GROUP x width */
    real *small;       /* GROUP systems of few unknowns, */
    real *small_work;  /* solved side by side */
} scratch;

/* What a chunk's task works with. */
typedef struct half_job {
    wrmf_i_half_epoch *half;
    const row_kernels *kernels;
    const wrmf_i_row_kernels_f64 *kernels64;
    bool plain; /* solver cg: no whitening */
    bool warm;
    bool careful;     /* rotate in float64 */
    const real *rows; /* W, or Y if plain */
    double largest;   /* of the columns' norms */
    const real *forward, *back, *warm_matrix, *gram;
    wrmf_i_first_failure *first;
    size_t longest;
} half_job;

/* A row's entries. */
typedef struct half_row {
    int64_t index, n;
    const int32_t *columns;
    const double *values;              /* NULL: all 1 */
    double heaviest, lightest, spread; /* largest and least d; sum of d |w|^2, or a little more */
    wrmf_i_prefetch *soon;             /* the rows of the next one */
} half_row;

/* Rows of a group whose systems wait to be solved side by side. */
typedef struct waiting {
    int64_t n;
    half_row row[GROUP];
    real *a[GROUP], *z[GROUP];
} waiting;

/** Entries of the longest row that is gathered as a whole. */
int64_t RFN(gather_limit)(int64_t width);
/** Weights of rows whose counts are all 1, for those with up to n entries that follow. */
void RFN(fill_constant)(const half_job *job, scratch *s, int64_t n);
/** z of a row, n > 0; or, later, by solve_waiting(). */
void RFN(solve_row)(const half_job *job, half_row *row, scratch *s, real *z, waiting *w,
                    wrmf_i_row_counts *counts);
void RFN(solve_waiting)(const half_job *job, const waiting *w, scratch *s,
                        wrmf_i_row_counts *counts);

#endif /* WRMF_ROW_SOLVE_H */
