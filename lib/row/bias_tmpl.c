/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows with biases as they are solved and as models have them, in one precision.
 */
#include "row/solve.h"

void RFN(biases_put)(const wrmf_i_fixed_side *side, real *x)
{
    const wrmf_i_bias_terms *const biases = side->biases;
    if (!biases)
        return;
    x[biases->one] = 1;
    if (biases->shifted >= 0)
        x[biases->shifted] = (real)((double)x[biases->shifted] + biases->mean);
}

void RFN(biases_take)(const wrmf_i_fixed_side *side, real *x)
{
    const wrmf_i_bias_terms *const biases = side->biases;
    if (!biases)
        return;
    x[biases->one] = 0;
    if (biases->shifted >= 0)
        x[biases->shifted] = (real)((double)x[biases->shifted] - biases->mean);
}
