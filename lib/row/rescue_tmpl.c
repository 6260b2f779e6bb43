/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows that the precision of the factors does not solve, solved with the help of float64, or left
 * to wrmf_i_minimum_norm(): docs/mathematics.md, "Safety".
 */
#include <math.h>
#include <string.h>

#include "row/solve.h"
#include "row/system64.h"

/* From this trace on, even float64 loses the identity in I + W'DW. */
#define TRACE_LIMIT_64 1e11

/* Always in the whitened basis: in that of the factors a matrix may be as ill conditioned as it
 * likes, and its factorization does not tell. */
static bool solve_cholesky64(const row_solver *solver, const wrmf_i_row *row, const row_scratch *s,
                             real *z)
{
    const wrmf_i_fixed_side *const side = solver->side;
    const int64_t width = side->width;
    const wrmf_i_system64 sum = {.a = s->a64,
                                 .b = s->b64,
                                 .rows = s->rows64,
                                 .scaled = s->scaled64,
                                 .rotation = s->rotation};
    memset(sum.a, 0, sizeof *sum.a * (size_t)(width * width));
    memset(sum.b, 0, sizeof *sum.b * (size_t)width);
    for (int64_t k = 0; k < width; k++)
        sum.a[k * width + k] = 1;
    wrmf_i_system64_add(side, row, 0, row->n, &sum);
    if (!solver->kernels64->cholesky(sum.a, side->whitening->factors, width, sum.b, s->panel64))
        return false;
    if (solver->unwhitened)
        return RFN(row_from_float64)(solver, row, sum.b, z);
    for (int64_t k = 0; k < width; k++) {
        if (!(fabs(sum.b[k]) <= (double)REAL_MAX))
            return false;
        z[k] = (real)sum.b[k];
    }
    return true;
}

#if WRMF_BITS == 32
/* Up to this trace refinement gains a digit or more each time. */
#define REFINED_TRACE_LIMIT 1e5
/* Width above which it is cheaper than a system in float64; measured. */
enum { REFINED_WIDTH = 64, MAX_REFINEMENTS = 6 };
/* The tolerance of each solution in float32. */
static const double ROUGH = 1e-4;

static void multiply(const double *diagonal, int64_t width, double *z)
{
    for (int64_t k = 0; diagonal && k < width; k++)
        z[k] *= diagonal[k];
}

/* A row times F or, back, F', in place. */
static void turn(const row_solver *solver, bool back, double *row, double *space)
{
    const wrmf_i_whitening *const whitening = solver->side->whitening;
    const int64_t width = solver->side->width;
    if (width < WRMF_I_WIDE) {
        solver->kernels64->rotate(row, 1, width, back ? whitening->back : whitening->forward,
                                  back ? whitening->lower : whitening->upper, row, space);
        return;
    }
    memcpy(space, row, sizeof *row * (size_t)width);
    if (back)
        wrmf_i_whitening_turn_back(whitening, space, row);
    else
        wrmf_i_whitening_turn(whitening, space, row);
}

/* v = W'b - (I + W'DW) z, in float64 and without W: S F' Y_u'(b - D Y_u x) - z for x = F S z.
 * space: 9 width. Returns ||v||^2. */
static double residual64(const row_solver *solver, const wrmf_i_row *row, const row_scratch *s,
                         const double *z, double *v, double *space)
{
    const wrmf_i_fixed_side *const side = solver->side;
    const int64_t width = side->width;
    double *const x = space, *const rotation = space + width;
    double d[WRMF_I_BLOCK], b[WRMF_I_BLOCK], scores[WRMF_I_BLOCK], sum = 0;
    wrmf_i_weight_bounds bounds = WRMF_I_NO_WEIGHTS;
    memcpy(x, z, sizeof *x * (size_t)width);
    multiply(row->diagonal, width, x);
    turn(solver, true, x, rotation);
    memset(v, 0, sizeof *v * (size_t)width);
    for (int64_t i = 0; i < row->n; i += WRMF_I_BLOCK) {
        const int64_t n = row->n - i < WRMF_I_BLOCK ? row->n - i : WRMF_I_BLOCK;
        solver->kernels->dots64(x, side->factors.data, row->columns + i, n, width, scores);
        wrmf_i_row_fill(side, row, i, n, d, b, &bounds);
        for (int64_t r = 0; r < n; r++) {
            const real *const from = (const real *)side->factors.data + row->columns[i + r] * width;
            solver->kernels->widen(from, width, s->rows64 + r * width);
            b[r] -= d[r] * scores[r];
        }
        solver->kernels64->combine(s->rows64, n, width, b, v);
    }
    turn(solver, false, v, rotation);
    multiply(row->diagonal, width, v);
    for (int64_t k = 0; k < width; k++) {
        v[k] -= z[k];
        sum += v[k] * v[k];
    }
    return sum;
}

/* Whether a row that float32 does not solve alone is likely to be solved by refinement, and
 * cheaper than in float64: of wide rows, whose systems in float64 are one at a time, any. */
static bool can_refine(const row_solver *solver, const row_task *task)
{
    const int64_t width = solver->side->width;
    return task->trace_bound >= ROW_TRACE_LIMIT && task->weights.min >= 0 && task->fits &&
           !solver->unwhitened && (!solver->rotate_in_float64 || width >= WRMF_I_WIDE) &&
           solver->side->options->solver != WRMF_SOLVER_CHOLESKY && width > REFINED_WIDTH &&
           task->trace_bound < REFINED_TRACE_LIMIT && task->row.n <= RFN(gather_limit)(width);
}

/* z += step; returns ||z||^2. */
static double add_step(const real *step, int64_t width, double *z)
{
    double size = 0;
    for (int64_t k = 0; k < width; k++) {
        z[k] += (double)step[k];
        size += z[k] * z[k];
    }
    return size;
}

/* By conjugate gradients in float32 that are corrected from residuals in float64 until those are a
 * tenth of the tolerance. */
static bool solve_refined(const row_solver *solver, row_task *task, const row_scratch *s, real *out,
                          wrmf_i_row_counts *counts)
{
    const int64_t width = solver->side->width;
    const double bound = 0.1 * solver->side->options->tolerance;
    const int max_steps = 2 * (int)width;
    const wrmf_i_cg_rule rule = {
        .try_steps = max_steps, .max_steps = max_steps, .tolerance = ROUGH};
    double *const z = s->panel64, *const v = z + width, before = 0;
    int64_t steps = 0;
    real *const step = s->scaled;
    memset(z, 0, sizeof *z * (size_t)width);
    row_system system = RFN(gather_row)(solver, task, s);
    for (int i = 0; i < MAX_REFINEMENTS; i++) {
        wrmf_i_cg_end end;
        const int taken = solver->kernels->cg(&system, &rule, step, s->work, &end);
        if (taken < 0 || !end.reached)
            return false;
        steps += taken;
        const double size = add_step(step, width, z);
        const double now = residual64(solver, &task->row, s, z, v, v + width);
        const bool done = now <= bound * bound * size;
        if (!done && i > 0 && !(now < before / 4))
            return false; /* the residual fell by less than half: leave it to float64 */
        before = now;
        for (int64_t k = 0; k < width; k++)
            (done ? out : step)[k] = (real)(done ? z[k] : v[k]);
        if (done) {
            counts->cg++;
            counts->steps += steps;
            return real_largest(out, width) <= REAL_MAX;
        }
        system.b = NULL; /* the next right side is v, in step */
    }
    return false;
}
#endif

void RFN(rescue_row)(const row_solver *solver, row_task *task, row_scratch *s, real *z,
                     wrmf_i_row_counts *counts)
{
    counts->float64++;
#if WRMF_BITS == 32
    if (can_refine(solver, task) && solve_refined(solver, task, s, z, counts))
        return;
#endif
    memset(z, 0, sizeof(real) * (size_t)solver->side->width);
    if (task->trace_bound < TRACE_LIMIT_64 && solver->side->width >= WRMF_I_WIDE) {
        *task->pending = ROW_WIDE_SYSTEM;
        return;
    }
    if (task->trace_bound < TRACE_LIMIT_64 && solve_cholesky64(solver, &task->row, s, z)) {
        counts->cholesky++;
        return;
    }
    *task->pending = ROW_MINIMUM_NORM;
    memset(z, 0, sizeof(real) * (size_t)solver->side->width);
}
