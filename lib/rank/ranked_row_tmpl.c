/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A row as it is ranked. It stands apart because both ways of ranking, rank_tmpl.c and
 * screen_tmpl.c, which the first one calls, need it.
 */
#include <math.h>
#include <string.h>

#include "rank/rank_real.h"
#include "rank/rank_tmpl.h"

static void multiply(real *row, int64_t n, double scale)
{
    for (int64_t k = 0; k < n; k++)
        row[k] = (real)((double)row[k] * scale);
}

/* The same for a row so short or long that 1 by its length is no normal number. */
static void divide(real *row, int64_t n)
{
    const double largest = (double)real_largest(row, n);
    double square = 0;
    for (int64_t k = 0; k < n; k++)
        square += (double)row[k] / largest * ((double)row[k] / largest);
    const double root = sqrt(square);
    for (int64_t k = 0; k < n; k++)
        row[k] = (real)((double)row[k] / largest / root);
}

void RFN(copy_row)(const wrmf_i_table *table, int64_t row, real *to)
{
    const real *const from = (const real *)table->rows.data + row * table->rows.stride;
    const int64_t compared = table->rows.factors - table->dropped;
    memcpy(to, from, sizeof(real) * (size_t)table->rows.factors);
    for (int64_t k = compared; k < table->rows.factors; k++)
        to[k] = 0;
    if (!table->unit)
        return;
    wrmf_i_factors rows = table->rows;
    rows.factors = compared;
    const double scale =
        table->unit_scales ? table->unit_scales[row] : wrmf_i_factors_unit_scale(&rows, row);
    if (isfinite(scale))
        multiply(to, compared, scale);
    else
        divide(to, compared);
}
