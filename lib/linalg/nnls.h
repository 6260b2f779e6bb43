/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/nnls.h - a positive definite system in float64 with x >= 0: the x that minimises
 *
 *     x'Ax / 2 - b'x    subject to    x >= 0.
 *
 * docs/mathematics.md, "Factors without negative numbers", has the method and its tolerance.
 */
#ifndef WRMF_LINALG_NNLS_H
#define WRMF_LINALG_NNLS_H

#include <stdbool.h>

#include "base/carve.h"
#include "linalg/row_kernels.h"

typedef struct wrmf_i_nnls {
    const wrmf_i_row_kernels_f64 *kernels;
    int64_t factors, width; /* width: the padded length of rows; zeros behind the factors */
    double *a;              /* width x width; on and above the diagonal, then all of it */
    const double *b;        /* width */
    /** For each factor a number that is at least its number on the diagonal of A: what the terms of
     *  which that is the sum add up to without their signs. 0: x is 0 there. */
    double *size;
    /* what is found */
    double *x;           /* width */
    unsigned char *free; /* whether x may be above 0: the free set, factors of them */
    bool fell_back;      /* exchanges of many factors at a time did not come to an end, or A is so
                            near to a singular one that its diagonal had to be raised further */
    double ridge;        /* by which the diagonal is raised, relative to size */
    /* scratch */
    double *root, *g, *z, *v, *inner; /* width each; inner: 16 width */
    double *matrix;                   /* width x width */
    int32_t *index;                   /* width */
    unsigned char *barred;            /* width */
} wrmf_i_nnls;

/** Carve all but a and b. */
void wrmf_i_nnls_carve(wrmf_i_carver *carver, wrmf_i_nnls *nnls, int64_t width);

/** Find x, and the free set. False if a number is not finite, or rounding has left A, whose
 *  diagonal is raised within reason, not positive definite. */
bool wrmf_i_nnls_solve(wrmf_i_nnls *nnls);
/** The same by the method that comes to an end whatever A is, but slowly. */
bool wrmf_i_nnls_solve_slowly(wrmf_i_nnls *nnls);
/** Solve A v = right, width numbers, in the free set that was found; v is 0 elsewhere. It may be
 *  `right`. */
bool wrmf_i_nnls_solve_free(wrmf_i_nnls *nnls, const double *right, double *v);

#endif /* WRMF_LINALG_NNLS_H */
