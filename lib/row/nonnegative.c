/* SPDX-License-Identifier: BSD-2-Clause */
#include "row/nonnegative.h"

#include <string.h>

wrmf_status wrmf_i_nonnegative_check(const wrmf_params *params, wrmf_error *err)
{
    char solver[32];
    const int64_t kind = wrmf_i_params_int(params, WRMF_PARAM_SOLVER);
    if (wrmf_i_params_int(params, WRMF_PARAM_NONNEGATIVE) == 0)
        return WRMF_OK;
    if (kind != WRMF_SOLVER_AUTO && kind != WRMF_SOLVER_CHOLESKY) {
        wrmf_i_params_format(params->values, WRMF_PARAM_SOLVER, solver, sizeof solver);
        return wrmf_i_fail(err, WRMF_E_RANGE,
                           "solver is %s: where nonnegative is 1, it is to be auto or cholesky",
                           solver);
    }
    if (wrmf_i_params_int(params, WRMF_PARAM_INIT) != WRMF_INIT_RANDOM)
        return wrmf_i_fail(err, WRMF_E_RANGE,
                           "init is svd: where nonnegative is 1, it is to be random");
    const int64_t steps = wrmf_i_params_int(params, WRMF_PARAM_CG_STEPS);
    if (steps > 0)
        return wrmf_i_fail(err, WRMF_E_RANGE,
                           "cg_steps is %lld: where nonnegative is 1, it is to be 0",
                           (long long)steps);
    return WRMF_OK;
}

bool wrmf_i_nonnegative_solve(const wrmf_i_fixed_side *side, double *a, const double *b,
                              wrmf_i_nnls *nnls, wrmf_i_row_counts *counts)
{
    const int64_t width = side->width;
    const double *const gram = side->whitening->gram;
    nnls->kernels = wrmf_i_row_kernels_get_f64(side->cpu);
    nnls->factors = side->factors.factors;
    nnls->width = width;
    nnls->a = a;
    nnls->b = b;
    /* extra weights are no less than -1: what they take away is at most of the size of Y'Y */
    for (int64_t k = 0; k < width; k++)
        nnls->size[k] = a[k * width + k] + gram[k * width + k];
    const bool solved = wrmf_i_nnls_solve(nnls);
    counts->cholesky += solved;
    counts->fallback += solved && nnls->fell_back;
    return solved;
}

bool wrmf_i_nonnegative_row(const wrmf_i_fixed_side *side, const wrmf_i_row *row,
                            const wrmf_i_system64 *sum, wrmf_i_nnls *nnls,
                            wrmf_i_row_counts *counts)
{
    const size_t width = (size_t)side->width;
    memset(sum->a, 0, sizeof *sum->a * width * width);
    memset(sum->b, 0, sizeof *sum->b * width);
    wrmf_i_system64_add(side, row, 0, row->n, sum);
    wrmf_i_system64_finish(side, row, sum->a);
    return wrmf_i_nonnegative_solve(side, sum->a, sum->b, nnls, counts);
}
