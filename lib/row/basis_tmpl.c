/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The changes of basis of rows, in one precision: from Y to W, from x to z and from z to x.
 */
#include <math.h>
#include <string.h>

#include "row/block.h"
#include "row/solve.h"

/* Above this condition of the Gram matrix, rotation and scaling are done in
 * float64 and rounded once. */
#define CONDITION_LIMIT 1e3
/* The same for wide rows that make few steps: rounding then moves scores by 3e-6 at most, and rows
 * in directions of which scores know nothing by up to a hundredth. */
#define WARM_CONDITION_LIMIT 1e6

#if WRMF_BITS == 32
/* Whether the numbers of the whitening's matrices are far from the ends of floats. They are of one
 * size, but for the condition. */
static bool fit_floats(const wrmf_i_whitening *whitening)
{
    const int64_t size = whitening->width * whitening->width;
    double forward = 0, warm = 0;
    for (int64_t i = 0; i < size; i++) {
        forward = fmax(forward, fabs(whitening->forward[i]));
        if (whitening->warm)
            warm = fmax(warm, fabs(whitening->warm[i]));
    }
    if (!whitening->warm) /* it is as far from 1 the other way, but for the condition's root */
        return forward > 1e-25 && forward < 1e25;
    return forward > 1e-30 && forward < 1e30 && warm > 1e-30 && warm < 1e30;
}
#endif

static bool is_wide(const row_solver *solver)
{
    return solver->side->width >= WRMF_I_WIDE;
}

/* The whitening's matrices in the precision of the rows. */
static void round_whitening(row_solver *solver)
{
    const wrmf_i_whitening *const whitening = solver->side->whitening;
#if WRMF_BITS == 64
    solver->forward = whitening->forward;
    solver->back = whitening->back;
    solver->warm_matrix = whitening->warm;
#else
    const int64_t size = solver->side->width * solver->side->width;
    real *const to = solver->side->rounded;
    for (int64_t i = 0; i < size; i++) {
        to[i] = (real)whitening->forward[i];
        to[size + i] = (real)whitening->back[i];
        to[2 * size + i] = (real)whitening->warm[i];
    }
    solver->forward = to;
    solver->back = to + size;
    solver->warm_matrix = to + 2 * size;
#endif
}

static void round_gram(row_solver *solver)
{
    const int64_t width = solver->side->width;
    const double *const from = solver->side->whitening->gram;
    const double lambda = solver->side->scaled ? 0 : solver->side->lambda;
    real *const gram = (real *)solver->side->rounded + (is_wide(solver) ? 0 : 3 * width * width);
    solver->gram_fits = true;
    for (int64_t i = 0; i < width; i++) {
        for (int64_t j = i; j < width; j++) {
            const double number = from[i * width + j] + (i == j ? lambda : 0);
            const bool fits = fabs(number) < ROW_MAX_WEIGHT * 10;
            solver->gram_fits = solver->gram_fits && fits;
            gram[i * width + j] = gram[j * width + i] = fits ? (real)number : 0;
        }
    }
    solver->gram = gram;
}

void RFN(row_solver_init)(row_solver *solver, const wrmf_i_fixed_side *side)
{
    *solver = (row_solver){.side = side, .kernels64 = wrmf_i_row_kernels_get_f64(side->cpu)};
    solver->blocks = side->options->solver == WRMF_SOLVER_BLOCKS;
#if WRMF_BITS == 32
    solver->kernels = wrmf_i_row_kernels_get_f32(side->cpu);
#else
    solver->kernels = solver->kernels64;
#endif
    solver->nonnegative = side->options->nonnegative;
    if (solver->nonnegative) {
        solver->rows = side->factors.data;
        return;
    }
    if (solver->blocks) {
        solver->unwhitened = solver->warm = true;
        solver->rows = side->factors.data;
        return;
    }
#if WRMF_BITS == 32
    /* rows that are not solved to a tolerance do not need all of it */
    const double limit =
        is_wide(solver) && (side->options->cg_steps > 0 || side->options->reduction > 0)
            ? WARM_CONDITION_LIMIT
            : CONDITION_LIMIT;
    solver->rotate_in_float64 =
        !(side->whitening->condition <= limit && fit_floats(side->whitening));
#endif
    solver->unwhitened = side->options->solver == WRMF_SOLVER_CG;
    const wrmf_i_row_options *const options = side->options;
    solver->warm = solver->unwhitened || options->cg_steps > 0 || options->reduction > 0;
    solver->has_norms = !solver->unwhitened || side->heavy;
    solver->rows = solver->unwhitened ? side->factors.data : side->w;
    if (!solver->rotate_in_float64 && !is_wide(solver))
        round_whitening(solver);
    if (solver->unwhitened)
        round_gram(solver);
}

wrmf_status RFN(row_solver_pack)(wrmf_context *context, const row_solver *solver, wrmf_error *err)
{
    if (solver->blocks)
        return RFN(blocks_pack)(context, solver, err);
    if (!is_wide(solver) || !solver->has_norms)
        return WRMF_OK;
    return wrmf_i_whitening_pack(context, solver->side->whitening,
                                 solver->rotate_in_float64 ? 64 : WRMF_BITS,
                                 solver->warm && !solver->unwhitened, err);
}

/* One of the whitening's matrices, as it is and rounded. */
typedef struct basis {
    int place; /* among the panels of wide matrices: 0, 1, 2 */
    const double *matrix;
    const real *rounded;
    wrmf_i_shape shape;
} basis;

/* Up to WRMF_I_PANEL_ROWS rows times a packed matrix. */
static void rotate_wide(const row_solver *solver, const basis *to, const real *in, int64_t n,
                        real *out, double *scratch)
{
    const int64_t width = solver->side->width, at = to->place * width * width;
    const void *const panels = solver->side->whitening->panels;
    if (!solver->rotate_in_float64) {
        solver->kernels->rotate_panels(in, n, width, (const real *)panels + at, to->shape, out,
                                       (real *)scratch);
        return;
    }
    double *const rows = scratch + WRMF_I_PANEL_SCRATCH * width;
    solver->kernels->widen(in, n * width, rows);
    solver->kernels64->rotate_panels(rows, n, width, (const double *)panels + at, to->shape, rows,
                                     scratch);
    for (int64_t i = 0; i < n * width; i++)
        out[i] = (real)rows[i];
}

static void rotate(const row_solver *solver, const basis *to, const real *in, int64_t n, real *out,
                   double *scratch)
{
    const int64_t width = solver->side->width;
    for (int64_t i = 0; is_wide(solver) && i < n; i += WRMF_I_PANEL_ROWS)
        rotate_wide(solver, to, in + i * width,
                    n - i < WRMF_I_PANEL_ROWS ? n - i : WRMF_I_PANEL_ROWS, out + i * width,
                    scratch);
    if (is_wide(solver))
        return;
    if (solver->rotate_in_float64)
        solver->kernels->rotate64(in, n, width, to->matrix, out, scratch);
    else
        solver->kernels->rotate(in, n, width, to->rounded, to->shape, out, (real *)scratch);
}

/* ||S w||^2 of rows first .. first+n-1, w, at all levels: S^2 = 1 / (E + lambda). */
static void scaled_norms(const row_solver *solver, const real *w, int64_t first, int64_t n,
                         const row_scratch *s)
{
    const wrmf_i_fixed_side *const side = solver->side;
    double lambda = side->lambda, diagonal[WRMF_I_MAX_FACTORS];
    real *const squares = s->rows; /* no row is gathered yet */
    for (int64_t level = 0; level < WRMF_I_NORM_LEVELS; level++) {
        wrmf_i_whitening_diagonal(side->whitening, lambda, diagonal);
        for (int64_t k = 0; k < side->width; k++) /* at most REAL_MAX: a row of it is rescued */
            squares[level * side->width + k] =
                (real)fmin(diagonal[k] * diagonal[k], (double)REAL_MAX);
        lambda *= WRMF_I_NORM_STEP;
    }
    solver->kernels->scaled_norms(w, n, side->width, squares, WRMF_I_NORM_LEVELS,
                                  (real *)side->norms + first, side->factors.n);
}

void RFN(whiten_rows)(const row_solver *solver, int64_t first, int64_t n, const row_scratch *s)
{
    const wrmf_i_fixed_side *const side = solver->side;
    const basis forward = {0, side->whitening->forward, solver->forward, side->whitening->upper};
    real *const w = (real *)side->w + first * side->width;
    rotate(solver, &forward, (const real *)side->factors.data + first * side->width, n, w,
           s->rotation);
    if (side->scaled)
        scaled_norms(solver, w, first, n, s);
    else
        solver->kernels->norms(w, n, side->width, (real *)side->norms + first);
}

void RFN(whitened_all)(row_solver *solver)
{
    solver->max_norm = (double)real_largest(solver->side->norms, solver->side->factors.n);
}

void RFN(rotate_warm)(const row_solver *solver, int64_t n, real *rows, const row_scratch *s)
{
    const wrmf_i_whitening *const whitening = solver->side->whitening;
    const basis warm = {2, whitening->warm, solver->warm_matrix, whitening->lower};
    if (!solver->unwhitened)
        rotate(solver, &warm, rows, n, rows, s->rotation);
}

void RFN(rotate_back)(const row_solver *solver, int64_t n, row_scratch *s)
{
    const wrmf_i_whitening *const whitening = solver->side->whitening;
    const basis back = {1, whitening->back, solver->back, whitening->lower};
    if (!solver->unwhitened)
        rotate(solver, &back, s->batch, n, s->batch, s->rotation);
}

bool RFN(row_from_float64)(const row_solver *solver, const wrmf_i_row *row, double *z, real *x)
{
    const int64_t width = solver->side->width;
    const double *const back = solver->side->whitening->back;
    for (int64_t k = 0; row->diagonal && k < width; k++)
        z[k] *= row->diagonal[k];
    double all[WRMF_I_MAX_FACTORS];
    real found[8];
    if (!back)
        wrmf_i_whitening_turn_back(solver->side->whitening, z, all);
    for (int64_t k = 0; k < width; k += 8) {
        double sum[8] = {0};
        if (!back)
            memcpy(sum, all + k, sizeof sum);
        for (int64_t j = 0; back && j < width; j++)
            for (int lane = 0; lane < 8; lane++)
                sum[lane] += z[j] * back[j * width + k + lane];
        for (int lane = 0; lane < 8; lane++) {
            if (!(fabs(sum[lane]) <= (double)REAL_MAX))
                return false;
            found[lane] = (real)sum[lane];
        }
        memcpy(x + k, found, sizeof found);
    }
    return true;
}
