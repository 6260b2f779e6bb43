/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How one row is solved, in one precision: docs/mathematics.md has the equations and the
 * reasons for the choice of a solver.
 */
#include "row/solve.h"

#include <string.h>

/* A short row is solved directly unless a weight is below this: it divides by their roots. */
#define SHORT_MIN_WEIGHT 1e-3
/* Steps above which a system of few unknowns is factorized: one of a row's entries, and the
 * factors' up to two and three vectors' width. Measured, see docs/performance.md. */
static const double SHORT_STEPS = 6, PAIR_STEPS = 6, TRIPLE_STEPS = 9;
enum { PAIR_WIDTH = 32 };

typedef enum row_verdict { ROW_SOLVED, ROW_WAITS, ROW_FAILED } row_verdict;

double RFN(safe_weight)(void)
{
    /* where float32 itself is as large as what it would lose; float64 has more than enough */
    return WRMF_BITS == 32 ? 0.5 / (double)REAL_EPSILON : ROW_CG_TRACE_LIMIT;
}

double RFN(least_weight)(void)
{
    return ROW_CG_LEAST_WEIGHT;
}

/* Steps of conjugate gradients up to which they are cheaper than a factorization;
 * measured, see docs/performance.md. */
static int worthwhile_steps(int64_t n, int64_t f)
{
    const double steps = (double)f / 4 + (double)f * (double)f / 12 / (double)n;
    return steps < 1000 ? (int)steps : 1000;
}

static bool solve_cholesky(const row_solver *solver, row_task *task, const row_scratch *s, real *z)
{
    RFN(form_system)(solver, task, s, s->a, z);
    return solver->kernels->cholesky(s->a, solver->side->whitening->factors, solver->side->width, z,
                                     s->panel) != 0;
}

/* Whether n entries are so few that a system of as many unknowns may be the cheapest. */
static bool is_few(const row_solver *solver, int64_t n)
{
    return n <= WRMF_I_SHORT_ROW && 2 * n <= solver->side->width && !solver->unwhitened;
}

/* Whether it is the cheapest for a row. */
static bool is_short(const row_solver *solver, const row_task *task)
{
    return is_few(solver, task->row.n) && task->weights.min >= SHORT_MIN_WEIGHT &&
           task->trace_bound < ROW_SHORT_TRACE_LIMIT &&
           (solver->side->options->cg_steps > 0 || solver->side->options->reduction > 0 ||
            !(RFN(expected_steps)(solver, task) < SHORT_STEPS));
}

static bool solve_short(const row_solver *solver, row_task *task, const row_scratch *s, real *z)
{
    const int64_t width = solver->side->width;
    real y[WRMF_I_SHORT_ROW];
    wrmf_i_prefetch_all(&task->next);
    const row_system system = RFN(gather_row)(solver, task, s);
    if (!solver->kernels->short_row(&system, y, s->work))
        return false;
    memset(z, 0, sizeof(real) * (size_t)width);
    solver->kernels->combine(s->rows, system.n, width, y, z);
    return true;
}

/* Choose when conjugate gradients stop; returns false where they are expected to take longer than
 * a factorization. */
static bool choose_rule(const row_solver *solver, const row_task *task, wrmf_i_cg_rule *rule)
{
    const wrmf_i_row_options *const options = solver->side->options;
    const int64_t width = solver->side->width;
    rule->warm = solver->warm;
    rule->tolerance = options->tolerance;
    rule->reduction = options->reduction;
    rule->try_steps = rule->max_steps = options->cg_steps;
    if (options->cg_steps > 0)
        return true;
    rule->try_steps = rule->max_steps = 20 + 2 * (int)width;
    if (options->solver != WRMF_SOLVER_AUTO || width <= WRMF_I_BATCH_WIDTH || width >= WRMF_I_WIDE)
        return true;
    rule->try_steps = worthwhile_steps(task->row.n, solver->side->whitening->factors);
    /* half way to the tolerance, finishing costs less than a factorization */
    rule->max_steps = 2 * rule->try_steps;
    return task->row.n <= 5 || !(RFN(expected_steps)(solver, task) > rule->try_steps);
}

/* Turn the z of a row to whitened coordinates where it still is x of before, and those of a row
 * with a diagonal S to z = S^-1 z, where directions without a number stay 0. */
static void make_warm(const row_solver *solver, const row_task *task, const row_scratch *s, real *z)
{
    const real *const diagonal = task->diagonal;
    if (task->holds_x)
        RFN(rotate_warm)(solver, 1, z, s);
    for (int64_t k = 0; diagonal && k < s->diagonals.dropped; k++)
        z[k] = 0;
    for (int64_t k = s->diagonals.dropped; diagonal && k < solver->side->whitening->factors; k++)
        z[k] /= diagonal[k];
}

/* Returns true if z is good to the tolerance, or as many steps were made as asked for. */
static bool solve_cg(const row_solver *solver, row_task *task, const row_scratch *s, real *z,
                     wrmf_i_row_counts *counts)
{
    const wrmf_i_row_options *const options = solver->side->options;
    wrmf_i_cg_rule rule;
    if (task->row.n > RFN(gather_limit)(solver->side->width) || !choose_rule(solver, task, &rule))
        return false;
    if (solver->warm)
        make_warm(solver, task, s, z);
    row_system system = RFN(gather_row)(solver, task, s);
    wrmf_i_cg_end end;
    int steps;
    if (solver->unwhitened) {
        system.prefetch = NULL;
        steps = solver->kernels->cg_unwhitened(solver->gram, &system, &rule, z, s->work, &end);
    } else {
        steps = solver->kernels->cg(&system, &rule, z, s->work, &end);
    }
    counts->fallback += steps < 0;
    if (steps < 0 || (options->cg_steps == 0 && !end.reached))
        return false;
    counts->cg++;
    counts->steps += steps;
    if (end.residual > counts->residual)
        counts->residual = end.residual;
    return true;
}

/* Whether the row's system, width x width, is factorized beside those of others: measured, see
 * docs/performance.md. */
static bool goes_side_by_side(const row_solver *solver, const row_task *task)
{
    const wrmf_i_row_options *const options = solver->side->options;
    const int64_t width = solver->side->width;
    if (solver->unwhitened || width > WRMF_I_BATCH_WIDTH)
        return false;
    if (options->solver != WRMF_SOLVER_AUTO)
        return options->solver == WRMF_SOLVER_CHOLESKY;
    if (width <= ROW_LEAST_WIDTH)
        return true;
    if (2 * task->row.n <= width)
        return false; /* its system of as many unknowns as entries is smaller */
    if (options->cg_steps > 0)
        return width <= PAIR_WIDTH;
    return RFN(expected_steps)(solver, task) > (width <= PAIR_WIDTH ? PAIR_STEPS : TRIPLE_STEPS);
}

static void wait_for_others(const row_solver *solver, row_task *task, const row_scratch *s, real *z,
                            row_waiting *waiting)
{
    const int64_t size = solver->side->width * solver->side->width;
    real *const a = s->waiting + waiting->n * size;
    wrmf_i_prefetch_all(&task->next);
    RFN(form_system)(solver, task, s, a, z);
    waiting->task[waiting->n] = *task;
    waiting->a[waiting->n] = a;
    waiting->z[waiting->n] = z;
    waiting->n++;
}

/* Whether the precision of the factors can tell the row's system. Where a weight is negative, the
 * smallest eigenvalue of a whitened one may be near 0. */
static bool is_tellable(const row_solver *solver, const row_task *task)
{
    if (!solver->unwhitened)
        return task->fits && task->weights.min >= 0 && task->weights.max < ROW_MAX_WEIGHT &&
               task->trace_bound < ROW_TRACE_LIMIT;
    return task->weights.target < ROW_MAX_TARGET && task->weights.min >= ROW_CG_LEAST_WEIGHT &&
           task->weights.max < ROW_MAX_WEIGHT && task->trace_bound < ROW_CG_TRACE_LIMIT &&
           solver->gram_fits && task->row.lambda < ROW_MAX_WEIGHT;
}

/* Solve a row in the precision of the factors, by the solver that fits; ROW_FAILED asks for
 * float64 instead. */
static row_verdict try_row(const row_solver *solver, row_task *task, row_scratch *s, real *z,
                           row_waiting *waiting, wrmf_i_row_counts *counts)
{
    const wrmf_solver kind = solver->side->options->solver;
    if (!is_tellable(solver, task)) {
        counts->fallback += solver->unwhitened;
        return ROW_FAILED;
    }
    if (goes_side_by_side(solver, task)) {
        wait_for_others(solver, task, s, z, waiting);
        return ROW_WAITS;
    }
    if (kind == WRMF_SOLVER_AUTO && is_short(solver, task) && solve_short(solver, task, s, z)) {
        counts->cholesky++;
        return ROW_SOLVED;
    }
    if (kind != WRMF_SOLVER_CHOLESKY && solve_cg(solver, task, s, z, counts))
        return ROW_SOLVED;
    if (solver->unwhitened || kind == WRMF_SOLVER_WHITENED || !s->a ||
        !solve_cholesky(solver, task, s, z))
        return ROW_FAILED;
    counts->cholesky++;
    return ROW_SOLVED;
}

/* z = S z, for a row with a diagonal: that in float64 where the rounded one has lost numbers. */
static void multiply_by_diagonal(const row_solver *solver, const row_task *task, real *z)
{
    const int64_t width = solver->side->width;
    for (int64_t k = 0; task->diagonal && task->fits && k < width; k++)
        z[k] *= task->diagonal[k];
    for (int64_t k = 0; task->diagonal && !task->fits && k < width; k++)
        z[k] = (real)((double)z[k] * task->row.diagonal[k]);
}

void RFN(solve_row)(const row_solver *solver, row_task *task, row_scratch *s, real *z,
                    row_waiting *waiting, wrmf_i_row_counts *counts)
{
    counts->rows++;
    RFN(fill_weights)(solver, task, s);
    const row_verdict verdict = try_row(solver, task, s, z, waiting, counts);
    if (verdict == ROW_WAITS)
        return;
    if (verdict == ROW_FAILED)
        RFN(rescue_row)(solver, task, s, z, counts);
    multiply_by_diagonal(solver, task, z);
}

static void solve_waiting(const row_solver *solver, row_waiting *waiting, row_scratch *s,
                          wrmf_i_row_counts *counts)
{
    const int64_t width = solver->side->width;
    if (waiting->n == 0)
        return;
    const uint32_t solved =
        solver->kernels->cholesky_batch((const real *const *)waiting->a, waiting->z, waiting->n,
                                        solver->side->whitening->factors, width, s->batch_work);
    for (int64_t i = 0; i < waiting->n; i++) {
        if (solved >> i & 1)
            counts->cholesky++;
        else
            RFN(rescue_row)(solver, &waiting->task[i], s, waiting->z[i], counts);
        multiply_by_diagonal(solver, &waiting->task[i], waiting->z[i]);
    }
    waiting->n = 0;
}

bool RFN(starts_warm)(const row_solver *solver, int64_t n)
{
    if (solver->side->width >= WRMF_I_WIDE)
        return solver->warm; /* to turn a row by itself costs many times what it does in a batch */
    return solver->warm &&
           !(solver->side->options->solver == WRMF_SOLVER_AUTO && is_few(solver, n));
}

void RFN(batch_start)(const row_solver *solver, int64_t n, row_scratch *s, row_waiting *waiting)
{
    waiting->n = 0;
    if (n > 0)
        RFN(rotate_warm)(solver, n, s->batch, s);
}

void RFN(batch_finish)(const row_solver *solver, int64_t n, row_scratch *s, row_waiting *waiting,
                       wrmf_i_row_counts *counts)
{
    solve_waiting(solver, waiting, s, counts);
    RFN(rotate_back)(solver, n, s);
}
