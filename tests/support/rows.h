/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rows.h - the error of a solved row, and how much of it rounding explains.
 *
 * With the other side's rows Y fixed and B = Y'Y + lambda I, a row x is compared with the exact
 * one in the norm ||e||^2 = e'B e = ||Y e||^2 + lambda ||e||^2: what that does not see, neither a
 * score nor the objective sees, however ill determined the row itself is. All in long double, from
 * the gradient of the objective. tests/oracle/bounds.py has the same bounds, with their reasons.
 */
#ifndef TESTS_SUPPORT_ROWS_H
#define TESTS_SUPPORT_ROWS_H

#include <stdbool.h>
#include <stdint.h>

/** The ways to solve a row whose rounding is allowed for. */
typedef enum rows_solver { ROWS_ANY, ROWS_CHOLESKY, ROWS_CG } rows_solver;

/** One side's systems. */
typedef struct rows_half rows_half;

/** A row's stored pairs: n columns of Y, and d = c - 1 of each. */
typedef struct rows_entries {
    int64_t n;
    const int32_t *columns;
    const double *d;
} rows_entries;

/** How a row was computed. */
typedef struct rows_manner {
    bool single;           /* stored as float32 */
    bool solved_in_double; /* but solved in float64 */
    rows_solver solver;
} rows_manner;

/** Y has n rows of f numbers, and stays the caller's; lambda > 0. NULL if there is no memory or B
 *  is not positive definite. */
rows_half *rows_half_new(const double *y, int64_t n, int64_t f, double lambda);
void rows_half_free(rows_half *half);

/** The error of x over what rounding explains: at most 1 for a row that is right. A row without
 *  entries must be zero: 0 if it is, else infinity. Negative if there is no memory. */
double rows_error(const rows_half *half, rows_entries entries, const double *x, rows_manner manner);
/** out = (B + Y'DY) x: the matrix of the row's normal equations. */
void rows_apply(const rows_half *half, rows_entries entries, const double *x, double *out);
/** x exact - x, into f numbers. False if there is no memory. */
bool rows_step(const rows_half *half, rows_entries entries, const double *x, double *out);

#endif /* TESTS_SUPPORT_ROWS_H */
