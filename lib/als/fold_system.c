/* SPDX-License-Identifier: BSD-2-Clause */
#include "als/fold.h"
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

static void multiply(const double *diagonal, int64_t width, double *v)
{
    for (int64_t k = 0; diagonal && k < width; k++)
        v[k] *= diagonal[k];
}

/* y, a row of the fixed side, becomes A^-1 y. */
static bool solve_for(const wrmf_fold *fold, double *a, const wrmf_i_row *row,
                      const wrmf_i_fold_space *space, double *y)
{
    const int64_t width = fold->fixed.width;
    double *const v = a + width * width;
    wrmf_i_whitening_turn(&fold->whitening, y, v);
    multiply(row->diagonal, width, v);
    /* v becomes M^-1 S F' y, and y then F S v = A^-1 y: docs/mathematics.md (5b) */
    if (!wrmf_i_fold_solve_system(fold, a, v, space))
        return false;
    multiply(row->diagonal, width, v);
    wrmf_i_whitening_turn_back(&fold->whitening, v, y);
    return true;
}

/* The same in the free set of a row that has no number below 0, and 0 elsewhere. */
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

wrmf_status wrmf_i_fold_explain(const wrmf_fold *fold, const wrmf_i_row *row, int64_t target,
                                const wrmf_i_fold_space *space, double *contributions,
                                wrmf_error *err)
{
    const wrmf_i_fixed_side *const side = &fold->fixed;
    double y[WRMF_I_MAX_FACTORS], d[WRMF_I_BLOCK], b[WRMF_I_BLOCK];
    wrmf_i_weight_bounds bounds = WRMF_I_NO_WEIGHTS;
    if (row->n == 0)
        return WRMF_OK;
    double *const a = wrmf_i_fold_system(fold, row, space);
    wrmf_i_factors_get_padded_row(&side->factors, target, y);
    if (!(fold->options.nonnegative ? solve_free(fold, a, space, y)
                                    : solve_for(fold, a, row, space, y)))
        return wrmf_i_fail(err, WRMF_E_NONFINITE,
                           "the weights of the entries are too large for an explanation");
    wrmf_i_factors_dots(&side->factors, side->cpu, y, row->columns, row->n, contributions);
    for (int64_t i = 0; i < row->n; i += WRMF_I_BLOCK) {
        const int64_t n = row->n - i < WRMF_I_BLOCK ? row->n - i : WRMF_I_BLOCK;
        wrmf_i_loss_fill(side->loss, row->counts ? row->counts + i : NULL, n, d, b, &bounds);
        for (int64_t j = 0; j < n; j++)
            contributions[i + j] *= b[j];
    }
    return WRMF_OK;
}
