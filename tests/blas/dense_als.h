/* SPDX-License-Identifier: BSD-2-Clause */
/* Alternating least squares as the formula says it, dense, float64, no BLAS. */
#ifndef DENSE_ALS_H
#define DENSE_ALS_H

#define DENSE_FACTORS_MAX 16

typedef struct dense {
    int users, items, factors;
    double alpha, lambda_user, lambda_item;
    const double *counts; /* users x items, 0 where there is no pair */
} dense;

/** One epoch: all rows of x, then all of y. */
void dense_epoch(const dense *d, double *x, double *y);
/** The objective, summed over all cells. */
double dense_objective(const dense *d, const double *x, const double *y);

#endif /* DENSE_ALS_H */
