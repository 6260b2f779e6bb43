/* SPDX-License-Identifier: BSD-2-Clause */
#include "row/row_options.h"

#include "row/fixed_side.h"

/* What is taken where a parameter is 0, which asks for the default of its solver or precision. */
enum { UNWHITENED_STEPS = 3 };
static const double TOLERANCE_32 = 1e-6, TOLERANCE_64 = 1e-12;

void wrmf_i_row_options_read(const wrmf_params *params, int bits, wrmf_i_row_options *options)
{
    options->solver = (wrmf_solver)wrmf_i_params_int(params, WRMF_PARAM_SOLVER);
    options->tolerance = wrmf_i_params_real(params, WRMF_PARAM_TOLERANCE);
    if (!(options->tolerance > 0))
        options->tolerance = bits == 32 ? TOLERANCE_32 : TOLERANCE_64;
    options->block_size = (int)wrmf_i_params_int(params, WRMF_PARAM_BLOCK_SIZE);
    options->scaled = wrmf_i_params_real(params, WRMF_PARAM_REGULARIZATION_EXPONENT) > 0;
    options->cg_steps = (int)wrmf_i_params_int(params, WRMF_PARAM_CG_STEPS);
    if (options->solver == WRMF_SOLVER_CG && options->cg_steps == 0)
        options->cg_steps = UNWHITENED_STEPS;
    options->nonnegative = wrmf_i_params_int(params, WRMF_PARAM_NONNEGATIVE) != 0;
    const bool reduces = options->cg_steps == 0 && options->solver != WRMF_SOLVER_CHOLESKY &&
                         options->solver != WRMF_SOLVER_BLOCKS && !options->nonnegative;
    options->reduction = reduces ? wrmf_i_params_real(params, WRMF_PARAM_RELAXATION_REDUCTION) : 0;
}

wrmf_i_row_options wrmf_i_row_options_plain(const wrmf_i_row_options *options)
{
    wrmf_i_row_options plain = *options;
    plain.reduction = 0;
    return plain;
}

size_t wrmf_i_rounded_matrices(const wrmf_i_row_options *options, int64_t width)
{
    if (options->nonnegative)
        return 0;
    if (options->solver == WRMF_SOLVER_BLOCKS)
        return 1;
    if (width >= WRMF_I_WIDE) /* the whitening has panels of its own */
        return options->solver == WRMF_SOLVER_CG;
    return WRMF_I_ROUNDED;
}

wrmf_i_row_options wrmf_i_row_options_exact(const wrmf_i_row_options *options)
{
    wrmf_i_row_options exact = *options;
    exact.cg_steps = 0;
    exact.reduction = 0;
    if (exact.solver == WRMF_SOLVER_CG)
        exact.solver = WRMF_SOLVER_AUTO; /* the other solvers are exact where no steps are given */
    return exact;
}

bool wrmf_i_row_options_is_exact(const wrmf_i_row_options *options)
{
    return options->cg_steps == 0 && !(options->reduction > 0) &&
           options->solver != WRMF_SOLVER_BLOCKS;
}
