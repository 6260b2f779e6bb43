/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows without a number below 0, in one precision: the solution in float64 is rounded once.
 */
#include <math.h>
#include <string.h>

#include "row/nonnegative.h"
#include "row/solve.h"

static bool round_row(bool solved, const row_scratch *s, int64_t width, real *x)
{
    for (int64_t k = 0; solved && k < width; k++) {
        if (!(s->nnls.x[k] <= (double)REAL_MAX))
            return false;
        x[k] = (real)s->nnls.x[k];
    }
    return solved;
}

bool RFN(nonnegative_system)(const row_solver *solver, double *a, const double *b, row_scratch *s,
                             real *x, wrmf_i_row_counts *counts)
{
    const bool solved = wrmf_i_nonnegative_solve(solver->side, a, b, &s->nnls, counts);
    return round_row(solved, s, solver->side->width, x);
}

bool RFN(nonnegative_row)(const row_solver *solver, const wrmf_i_row *row, row_scratch *s, real *x,
                          wrmf_i_row_counts *counts)
{
    const wrmf_i_system64 sum = {
        .a = s->a64, .b = s->b64, .rows = s->rows64, .scaled = s->scaled64};
    counts->rows++;
    const bool solved = wrmf_i_nonnegative_row(solver->side, row, &sum, &s->nnls, counts);
    return round_row(solved, s, solver->side->width, x);
}

/* The part t <= relaxation of the way from `before` to x at which the first factor becomes 0: no
 * less than 1, unless relaxation is. */
static double part_within(const real *before, const real *x, int64_t width, double relaxation)
{
    double part = relaxation;
    for (int64_t k = 0; k < width; k++)
        if (x[k] < before[k])
            part = fmin(part, (double)before[k] / ((double)before[k] - (double)x[k]));
    return part;
}

/* to = before + part (x - before), and 0 where that is less. Returns whether it is somewhere. */
static bool move_row(const real *before, const real *x, int64_t width, real part, real *to)
{
    bool below = false;
    for (int64_t k = 0; k < width; k++) {
        const real moved = before[k] + part * (x[k] - before[k]);
        below = below || moved < 0;
        to[k] = moved < 0 ? 0 : moved;
    }
    return below;
}

/* Whether the row's part of the objective is no more at `to` than at `before`: the difference is
 * (to - before)' (A (to + before) / 2 - b). */
static bool is_no_worse(const row_scratch *s, const real *before, const real *to)
{
    const wrmf_i_nnls *const nnls = &s->nnls;
    double *const middle = nnls->v, *const g = nnls->g;
    double sum = 0;
    for (int64_t k = 0; k < nnls->width; k++) {
        middle[k] = ((double)to[k] + (double)before[k]) / 2;
        g[k] = -nnls->b[k];
    }
    nnls->kernels->combine(nnls->a, nnls->factors, nnls->width, middle, g);
    for (int64_t k = 0; k < nnls->width; k++)
        sum += ((double)to[k] - (double)before[k]) * g[k];
    return sum <= 0;
}

void RFN(nonnegative_relax)(const row_solver *solver, const real *before, const real *x,
                            double relaxation, const row_scratch *s, real *to)
{
    const int64_t width = solver->side->width;
    const size_t bytes = sizeof *to * (size_t)width;
    for (int64_t k = 0; k < width; k++) {
        if (before[k] < 0) { /* which a host has put there */
            memcpy(to, x, bytes);
            return;
        }
    }
    if (move_row(before, x, width, (real)relaxation, to) && !is_no_worse(s, before, to))
        (void)move_row(before, x, width, (real)part_within(before, x, width, relaxation), to);
}
