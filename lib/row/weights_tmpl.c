/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The weights of a row, in one precision, and what follows from them for its system:
 * docs/mathematics.md, "How a row is solved".
 */
#include <math.h>

#include "row/solve.h"

/* The level of norms of a row's regularization: what is there, times *factor, is no less than its
 * own. */
static const real *norms_of(const row_solver *solver, const wrmf_i_row *row, double *factor)
{
    const wrmf_i_fixed_side *const side = solver->side;
    double lambda = side->lambda;
    int64_t level = 0;
    *factor = 1;
    if (!side->scaled)
        return side->norms;
    if (row->lambda < lambda)
        *factor = row->lambda > 0 ? lambda / row->lambda : (double)INFINITY;
    while (level < WRMF_I_NORM_LEVELS - 1 && row->lambda >= lambda * WRMF_I_NORM_STEP) {
        lambda *= WRMF_I_NORM_STEP;
        level++;
    }
    return (const real *)side->norms + level * side->factors.n;
}

/* Sum of the norms of a row's columns, four at a time. */
static double sum_norms(const real *norms, const wrmf_i_row *row)
{
    double sums[4] = {0};
    int64_t i = 0;
    for (; i + 4 <= row->n; i += 4)
        for (int j = 0; j < 4; j++)
            sums[j] += (double)norms[row->columns[i + j]];
    for (; i < row->n; i++)
        sums[0] += (double)norms[row->columns[i]];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/* Sum of |d| ||w||^2; a bound of it where norms need not be read one by one, since no choice
 * depends on them: systems of the least width that stay below all limits even with the largest norm
 * for each; 0 where there are no norms. */
static double trace_of(const row_solver *solver, const row_task *task, const row_scratch *s)
{
    const wrmf_i_row *const row = &task->row;
    if (!solver->has_norms)
        return 0;
    if (!(task->weights.max < ROW_MAX_WEIGHT))
        return (double)INFINITY; /* sums could overflow */
    const double most = fmax(task->weights.max, -task->weights.min);
    double factor;
    const real *const norms = norms_of(solver, row, &factor);
    const double bound = (double)row->n * most * solver->max_norm * factor;
    if (solver->side->width <= ROW_LEAST_WIDTH && bound < ROW_SHORT_TRACE_LIMIT)
        return bound;
    if (!row->counts)
        return most * sum_norms(norms, row) * factor;
    double sum = 0;
    for (int64_t i = 0; i < row->n; i++)
        sum += fabs((double)s->d[i]) * (double)norms[row->columns[i]];
    return sum * factor;
}

/* Extra weights and target coefficients of a row's entries, rounded to the precision. */
static void fill(const row_solver *solver, const wrmf_i_row *row, real *to_d, real *to_b,
                 wrmf_i_weight_bounds *bounds)
{
    double d[WRMF_I_BLOCK], b[WRMF_I_BLOCK];
    for (int64_t i = 0; i < row->n; i += WRMF_I_BLOCK) {
        const int64_t block = row->n - i < WRMF_I_BLOCK ? row->n - i : WRMF_I_BLOCK;
        wrmf_i_row_fill(solver->side, row, i, block, d, b, bounds);
        for (int64_t j = 0; j < block; j++) {
            to_d[i + j] = (real)(d[j] < (double)REAL_MAX ? d[j] : (double)REAL_MAX);
            const double coefficient = b[j] < (double)REAL_MAX ? b[j] : (double)REAL_MAX;
            to_b[i + j] = (real)(coefficient > -(double)REAL_MAX ? coefficient : -(double)REAL_MAX);
        }
    }
}

void RFN(fill_constant)(const row_solver *solver, row_scratch *s, int64_t n)
{
    const wrmf_i_row row = {.n = n};
    s->constant = WRMF_I_NO_WEIGHTS;
    if (!solver->side->biases)
        fill(solver, &row, s->d, s->b, &s->constant);
}

void RFN(fill_entries)(const row_solver *solver, const wrmf_i_row *row, real *d, real *b)
{
    wrmf_i_weight_bounds bounds = WRMF_I_NO_WEIGHTS;
    fill(solver, row, d, b, &bounds);
}

/* Make a diagonal in the next place. */
static void make_diagonal(const wrmf_i_fixed_side *side, double lambda, row_diagonals *to)
{
    const int64_t width = side->width, factors = side->whitening->factors;
    to->lambda = lambda;
    to->place = (to->place + 1) % to->places;
    double *const numbers = to->numbers + to->place * width;
    real *const rounded = to->rounded + to->place * width;
    wrmf_i_whitening_diagonal(side->whitening, lambda, numbers);
    for (int64_t k = 0; k < width; k++)
        rounded[k] = (real)numbers[k];
    for (to->dropped = 0; to->dropped < factors && !(numbers[to->dropped] > 0);)
        to->dropped++;
    /* the others descend */
    to->fits = to->dropped == factors || (numbers[factors - 1] > 1 / ROW_MAX_DIAGONAL &&
                                          numbers[to->dropped] < ROW_MAX_DIAGONAL);
}

void RFN(regularize_row)(const row_solver *solver, row_task *task, row_scratch *s)
{
    const wrmf_i_fixed_side *const side = solver->side;
    row_diagonals *const diagonals = &s->diagonals;
    if (!side->scaled)
        return;
    wrmf_i_row_regularize(side, &task->row, NULL);
    if (!(task->row.lambda <= diagonals->lambda && task->row.lambda >= diagonals->lambda))
        make_diagonal(side, task->row.lambda, diagonals);
    task->row.diagonal = diagonals->numbers + diagonals->place * side->width;
    if (!solver->unwhitened)
        task->diagonal = diagonals->rounded + diagonals->place * side->width;
}

void RFN(fill_weights)(const row_solver *solver, row_task *task, row_scratch *s)
{
    const int64_t n = task->row.n;
    task->weights = s->constant;
    if (task->row.counts || solver->side->biases) {
        task->weights = WRMF_I_NO_WEIGHTS;
        fill(solver, &task->row, s->d, s->b, &task->weights);
    }
    task->trace_bound = trace_of(solver, task, s);
    task->fits = task->weights.target < ROW_MAX_TARGET && (!task->diagonal || s->diagonals.fits);
    for (int64_t i = n; i < wrmf_i_padded_row(n); i++)
        s->d[i] = s->b[i] = 0;
}

/* From the condition of I + W'DW as if W were random. */
double RFN(expected_steps)(const row_solver *solver, const row_task *task)
{
    const double n = (double)task->row.n, f = (double)solver->side->whitening->factors;
    const double rank = n < f ? n : f, edge = sqrt(rank / (n < f ? f : n));
    const double mean = task->trace_bound / rank;
    const double most = 1 + mean * (1 + edge) * (1 + edge);
    const double least = 1 + mean * (1 - edge) * (1 - edge);
    const double root = sqrt(most / least);
    if (!(root > 1))
        return 0; /* the matrix is the identity to working precision */
    const wrmf_i_row_options *const options = solver->side->options;
    const double fall = options->reduction > 0 ? options->reduction : options->tolerance;
    return log(2 / fall) / log((root + 1) / (root - 1));
}
