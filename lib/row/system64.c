/* SPDX-License-Identifier: BSD-2-Clause */
#include "row/system64.h"

/* Rows of W for n entries, as float64. */
static void load_rows(const wrmf_i_fixed_side *side, const int32_t *columns, int64_t n,
                      const wrmf_i_system64 *sum)
{
    const wrmf_i_whitening *const whitening = side->whitening;
    const int64_t width = side->width;
    const bool whitened = wrmf_i_row_options_is_whitened(side->options);
    for (int64_t i = 0; i < n; i++)
        wrmf_i_factors_widen(&side->factors, side->cpu, columns[i], 1, sum->rows + i * width);
    if (whitened)
        wrmf_i_row_kernels_get_f64(side->cpu)->rotate(sum->rows, n, width, whitening->forward,
                                                      whitening->upper, sum->rows, sum->rotation);
}

static void multiply_rows(const double *diagonal, int64_t n, int64_t width, double *rows)
{
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < width; k++)
            rows[i * width + k] *= diagonal[k];
}

void wrmf_i_system64_add(const wrmf_i_fixed_side *side, const wrmf_i_row *row, int64_t first,
                         int64_t last, const wrmf_i_system64 *sum)
{
    const wrmf_i_row_kernels_f64 *const kernels = wrmf_i_row_kernels_get_f64(side->cpu);
    const int64_t width = side->width;
    double d[WRMF_I_BLOCK], b[WRMF_I_BLOCK];
    wrmf_i_weight_bounds bounds = WRMF_I_NO_WEIGHTS;
    for (int64_t i = first; i < last; i += WRMF_I_BLOCK) {
        const int64_t n = last - i < WRMF_I_BLOCK ? last - i : WRMF_I_BLOCK;
        load_rows(side, row->columns + i, n, sum);
        if (row->diagonal)
            multiply_rows(row->diagonal, n, width, sum->rows);
        wrmf_i_row_fill(side, row, i, n, d, b, &bounds);
        kernels->scale(sum->rows, n, width, d, sum->scaled);
        kernels->outer(sum->a, sum->scaled, sum->rows, n, width, width);
        kernels->combine(sum->rows, n, width, b, sum->b);
    }
}

void wrmf_i_system64_finish(const wrmf_i_fixed_side *side, const wrmf_i_row *row, double *a)
{
    const int64_t width = side->width;
    if (wrmf_i_row_options_is_whitened(side->options)) {
        for (int64_t k = 0; k < width; k++)
            a[k * width + k] += 1;
        return;
    }
    const double *const gram = side->whitening->gram;
    for (int64_t i = 0; i < width; i++)
        for (int64_t j = i; j < width; j++)
            a[i * width + j] += gram[i * width + j];
    for (int64_t k = 0; k < side->factors.factors; k++)
        a[k * width + k] += side->scaled ? row->lambda : side->lambda;
}
