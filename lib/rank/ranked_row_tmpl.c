/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A row as it is ranked. It stands apart because both ways of ranking, rank_tmpl.c and
 * screen_tmpl.c, which the first one calls, need it.
 */
#include <math.h>
#include <string.h>

#include "rank/rank_real.h"
#include "rank/rank_tmpl.h"

void RFN(copy_row)(const wrmf_i_table *table, int64_t row, real *to)
{
    const real *const from = (const real *)table->rows.data + row * table->rows.stride;
    memcpy(to, from, sizeof(real) * (size_t)table->rows.factors);
    if (!table->unit)
        return;
    const double largest = (double)real_largest(from, table->rows.factors);
    if (largest == 0)
        return;
    double square = 0;
    for (int64_t k = 0; k < table->rows.factors; k++) /* scaled: squares may not overflow */
        square += (double)from[k] / largest * ((double)from[k] / largest);
    const double root = sqrt(square);
    const double scale = 1 / largest / root;
    for (int64_t k = 0; k < table->rows.factors; k++)
        to[k] = (real)(isfinite(scale) ? (double)from[k] * scale
                                       : (double)from[k] / largest / root); /* subnormal */
}
