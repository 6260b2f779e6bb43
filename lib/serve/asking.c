/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/asking.h"

static double number_at(const wrmf_i_asking *asking, int64_t i)
{
    return asking->kind == WRMF_I_ASKING_FLOAT64 ? asking->float64[i] : (double)asking->float32[i];
}

void wrmf_i_asking_load(const wrmf_i_asking *asking, int bits, int64_t factors, int64_t first,
                        int64_t n, void *to)
{
    double row[WRMF_I_MAX_FACTORS];
    for (int64_t i = 0; i < n; i++) {
        for (int64_t k = 0; k < factors; k++)
            row[k] = number_at(asking, (first + i) * factors + k);
        wrmf_i_store_numbers(bits, row, factors, to, i * factors);
    }
}

int64_t wrmf_i_asking_find_nonfinite(const wrmf_i_asking *asking, int bits, int64_t factors,
                                     int64_t n, int64_t *at)
{
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < factors; k++)
            if (!wrmf_i_is_finite_in(bits, number_at(asking, i * factors + k))) {
                *at = k;
                return i;
            }
    return -1;
}
