/* SPDX-License-Identifier: BSD-2-Clause */
#include "als/fold.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "linalg/lapack.h"
#include "row/long_row.h"
#include "row/nonnegative.h"

double *wrmf_i_fold_system(const wrmf_fold *fold, const wrmf_i_row *row,
                           const wrmf_i_fold_space *space)
{
    wrmf_i_long_batch batch;
    wrmf_i_long_batch_begin(&batch, NULL, 1, &fold->fixed, space->system, space->doubles);
    (void)wrmf_i_long_batch_add(&batch, row); /* there is room for one */
    for (size_t segment = 0; segment < wrmf_i_long_batch_segments(&batch); segment++)
        wrmf_i_long_batch_sum(&batch, segment, 0);
    return wrmf_i_long_batch_system(&batch, 0);
}

bool wrmf_i_fold_solve_system(const wrmf_fold *fold, double *a, double *b,
                              const wrmf_i_fold_space *space)
{
    const int64_t width = fold->fixed.width, factors = fold->whitening.factors;
    if (width >= WRMF_I_WIDE)
        return wrmf_i_solve_positive(factors, width, a, b);
    /* segments are summed up: a worker's scratch, in front, is free */
    return wrmf_i_row_kernels_get_f64(fold->fixed.cpu)
               ->cholesky(a, factors, width, b, space->system) != 0;
}

/* ---- explanations ---- */

/* A target's terms: u_j = w_j.v for each entry j, with v = M^-1 w_t. docs/mathematics.md, "Fold-in
 * and explanations". */
typedef struct explanation {
    const wrmf_fold *fold;
    const wrmf_i_row *row;
    const double *factor; /* of M, as wrmf_i_fold_solve_system() leaves it */
    double *block;        /* WRMF_I_BLOCK rows of Y */
    double *target;       /* w_t: each of these has width numbers */
    double *v, *x;        /* x = F S v, so that w_j.v = y_j.x */
    double *step;         /* of a refinement: of v, */
    double *x_step;       /* and F S of it */
    double *sum, *turned; /* scratch */
    double *u;            /* one an entry */
} explanation;

/* to = S F' y. */
static void whiten(const explanation *e, const double *y, double *to)
{
    wrmf_i_whitening_turn(&e->fold->whitening, y, to);
    for (int64_t k = 0; e->row->diagonal && k < e->fold->fixed.width; k++)
        to[k] *= e->row->diagonal[k];
}

/* to = F S v; sum is used. */
static void unwhiten(const explanation *e, const double *v, double *to)
{
    const double *const diagonal = e->row->diagonal;
    for (int64_t k = 0; k < e->fold->fixed.width; k++)
        e->sum[k] = diagonal ? v[k] * diagonal[k] : v[k];
    wrmf_i_whitening_turn_back(&e->fold->whitening, e->sum, to);
}

/* b becomes M^-1 b. M is R' R, or R' (diag R)^-1 R: wide systems are LAPACK's. */
static void solve_with_factor(const explanation *e, double *b)
{
    const int64_t width = e->fold->fixed.width, factors = e->fold->whitening.factors;
    for (int64_t k = 0; k < factors; k++) {
        const double *const row = e->factor + k * width;
        const double y = b[k] / row[k];
        for (int64_t j = k + 1; j < factors; j++)
            b[j] -= row[j] * y;
        b[k] = width >= WRMF_I_WIDE ? y : b[k];
    }
    for (int64_t k = factors - 1; k >= 0; k--) {
        const double *const row = e->factor + k * width;
        for (int64_t j = k + 1; j < factors; j++)
            b[k] -= row[j] * b[j];
        b[k] /= row[k];
    }
}

/* Entries of the row from `first` on, at most WRMF_I_BLOCK. */
typedef struct some_entries {
    int64_t n;
    const int32_t *columns;
    double d[WRMF_I_BLOCK], b[WRMF_I_BLOCK];
    double rest[WRMF_I_BLOCK]; /* w_j.v - u_j: the residual of the equation of u_j */
} some_entries;

static void get_entries(const explanation *e, int64_t first, some_entries *to)
{
    const wrmf_i_fixed_side *const side = &e->fold->fixed;
    const int64_t left = e->row->n - first;
    wrmf_i_weight_bounds bounds = WRMF_I_NO_WEIGHTS;
    to->n = left < WRMF_I_BLOCK ? left : WRMF_I_BLOCK;
    to->columns = e->row->columns + first;
    wrmf_i_row_fill(side, e->row, first, to->n, to->d, to->b, &bounds);
    wrmf_i_factors_dots(&side->factors, side->cpu, e->x, to->columns, to->n, to->rest);
    for (int64_t j = 0; j < to->n; j++)
        to->rest[j] -= e->u[first + j];
}

/* sum = Y' D a for a = u, or for the residuals of u's equations. */
static void sum_up(const explanation *e, bool of_residuals)
{
    const wrmf_i_fixed_side *const side = &e->fold->fixed;
    const int64_t width = side->width;
    some_entries some;
    memset(e->sum, 0, sizeof *e->sum * (size_t)width);
    for (int64_t first = 0; first < e->row->n; first += WRMF_I_BLOCK) {
        get_entries(e, first, &some);
        for (int64_t j = 0; j < some.n; j++) {
            some.d[j] *= of_residuals ? some.rest[j] : e->u[first + j];
            wrmf_i_factors_widen(&side->factors, side->cpu, some.columns[j], 1,
                                 e->block + j * width);
        }
        wrmf_i_row_kernels_get_f64(side->cpu)->combine(e->block, some.n, width, some.d, e->sum);
    }
}

/* What a step changed. */
typedef struct change {
    double terms;   /* sum of |b_j (change of u_j)| */
    bool is_little; /* each u_j by no more than its rounding */
} change;

/* Refine u and v once, as the two unknowns of u - W v = 0 and W' D u + v = w_t. */
static change refine(const explanation *e)
{
    const wrmf_i_fixed_side *const side = &e->fold->fixed;
    change changed = {0, true};
    double more[WRMF_I_BLOCK];
    some_entries some;
    unwhiten(e, e->v, e->x);
    sum_up(e, false);
    whiten(e, e->sum, e->turned);
    for (int64_t k = 0; k < side->width; k++)
        e->step[k] = e->target[k] - e->v[k] - e->turned[k];
    sum_up(e, true);
    whiten(e, e->sum, e->turned);
    for (int64_t k = 0; k < side->width; k++)
        e->step[k] -= e->turned[k];
    solve_with_factor(e, e->step);
    unwhiten(e, e->step, e->x_step);
    for (int64_t first = 0; first < e->row->n; first += WRMF_I_BLOCK) {
        get_entries(e, first, &some);
        wrmf_i_factors_dots(&side->factors, side->cpu, e->x_step, some.columns, some.n, more);
        for (int64_t j = 0; j < some.n; j++) {
            const double by = some.rest[j] + more[j];
            e->u[first + j] += by;
            changed.terms += fabs(some.b[j] * by);
            changed.is_little =
                changed.is_little && fabs(by) <= 4 * DBL_EPSILON * fabs(e->u[first + j]);
        }
    }
    for (int64_t k = 0; k < side->width; k++)
        e->v[k] += e->step[k];
    return changed;
}

static double length(const double *v, int64_t n)
{
    double sum = 0;
    for (int64_t k = 0; k < n; k++)
        sum += v[k] * v[k];
    return sqrt(sum);
}

/* Refine until steps get no shorter: false if v is not known then. u and v are zeros at first. */
static bool find_terms(const explanation *e)
{
    enum { MOST_STEPS = 64 };                /* each halves the step before it, but for the first */
    static const double CONVERGED = 0x1p-20; /* a change of v, of w_t: far from rounding */
    const int64_t width = e->fold->fixed.width;
    double before = (double)INFINITY;
    for (int step = 0; step < MOST_STEPS; step++) {
        const change changed = refine(e);
        if (!(changed.terms <= DBL_MAX))
            return false;
        /* the first steps may be rounding alone, where all terms are all but 0 */
        if (changed.is_little || (step > 1 && changed.terms > before / 2))
            return length(e->step, width) <= CONVERGED * length(e->target, width);
        before = changed.terms;
    }
    return false;
}

/* Lay out vectors in a worker's scratch, which is free once the system is factorized. */
static explanation lay_out(const wrmf_fold *fold, const wrmf_i_row *row,
                           const wrmf_i_fold_space *space, const double *factor, double *u)
{
    const int64_t width = fold->fixed.width;
    double *const vectors = space->system + WRMF_I_BLOCK * width;
    memset(vectors, 0, sizeof *vectors * (size_t)(7 * width));
    memset(u, 0, sizeof *u * (size_t)row->n);
    return (explanation){.fold = fold,
                         .row = row,
                         .factor = factor,
                         .block = space->system,
                         .target = vectors,
                         .v = vectors + width,
                         .x = vectors + 2 * width,
                         .step = vectors + 3 * width,
                         .x_step = vectors + 4 * width,
                         .sum = vectors + 5 * width,
                         .turned = vectors + 6 * width,
                         .u = u};
}

/* y, a row of the fixed side, becomes A^-1 y in the free set of a row that has no number below 0,
 * and 0 elsewhere. */
static bool solve_free(const wrmf_fold *fold, double *a, const wrmf_i_fold_space *space, double *y)
{
    const int64_t width = fold->fixed.width;
    wrmf_i_nnls nnls;
    wrmf_i_row_counts counts = {0};
    wrmf_i_carver carver = wrmf_i_carver_over(space->scratch);
    wrmf_i_nnls_carve(&carver, &nnls, width);
    return wrmf_i_nonnegative_solve(&fold->fixed, a, a + width * width, &nnls, &counts) &&
           wrmf_i_nnls_solve_free(&nnls, y, y);
}

static wrmf_status fail_explanation(wrmf_error *err)
{
    return wrmf_i_fail(err, WRMF_E_NONFINITE,
                       "the weights of the entries are too large for an explanation");
}

/* An explanation of such a row. */
static wrmf_status explain_nonnegative(const wrmf_fold *fold, const wrmf_i_row *row, int64_t target,
                                       const wrmf_i_fold_space *space, double *contributions,
                                       wrmf_error *err)
{
    const wrmf_i_fixed_side *const side = &fold->fixed;
    double y[WRMF_I_MAX_FACTORS], d[WRMF_I_BLOCK], b[WRMF_I_BLOCK];
    wrmf_i_weight_bounds bounds = WRMF_I_NO_WEIGHTS;
    double *const a = wrmf_i_fold_system(fold, row, space);
    wrmf_i_factors_get_padded_row(&side->factors, target, y);
    if (!solve_free(fold, a, space, y))
        return fail_explanation(err);
    wrmf_i_factors_dots(&side->factors, side->cpu, y, row->columns, row->n, contributions);
    for (int64_t i = 0; i < row->n; i += WRMF_I_BLOCK) {
        const int64_t n = row->n - i < WRMF_I_BLOCK ? row->n - i : WRMF_I_BLOCK;
        wrmf_i_row_fill(side, row, i, n, d, b, &bounds);
        for (int64_t j = 0; j < n; j++)
            contributions[i + j] *= b[j];
    }
    return WRMF_OK;
}

wrmf_status wrmf_i_fold_explain(const wrmf_fold *fold, const wrmf_i_row *row, int64_t target,
                                const wrmf_i_fold_space *space, double **factor,
                                double *contributions, wrmf_error *err)
{
    const int64_t width = fold->fixed.width;
    some_entries some;
    bool solved = true;
    if (row->n == 0)
        return WRMF_OK;
    if (fold->options.nonnegative)
        return explain_nonnegative(fold, row, target, space, contributions, err);
    if (!*factor) {
        *factor = wrmf_i_fold_system(fold, row, space);
        solved = wrmf_i_fold_solve_system(fold, *factor, *factor + width * width, space);
    }
    const explanation e = lay_out(fold, row, space, *factor, contributions);
    if (solved) {
        wrmf_i_factors_get_padded_row(&fold->fixed.factors, target, e.sum);
        whiten(&e, e.sum, e.target);
        solved = find_terms(&e);
    }
    if (!solved)
        return fail_explanation(err);
    for (int64_t first = 0; first < row->n; first += WRMF_I_BLOCK) {
        get_entries(&e, first, &some);
        for (int64_t j = 0; j < some.n; j++)
            contributions[first + j] *= some.b[j];
    }
    return WRMF_OK;
}
