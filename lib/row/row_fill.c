/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>

#include "row/fixed_side.h"

void wrmf_i_row_fill(const wrmf_i_fixed_side *side, const wrmf_i_row *row, int64_t first, int64_t n,
                     double *d, double *b, wrmf_i_weight_bounds *bounds)
{
    const double *const counts = row->counts ? row->counts + first : NULL;
    wrmf_i_loss_fill(side->loss, counts, n, d, b, bounds);
    for (int64_t i = 0; side->biases && i < n; i++) {
        const double offset = side->biases->offsets[row->columns[first + i]];
        const double target = wrmf_i_loss_target(side->loss, counts ? counts[i] : 1) - offset;
        b[i] = d[i] * target; /* unobserved_weight is 0: d is the confidence */
        bounds->target = fmax(bounds->target, fmax(fabs(b[i]), fabs(target)));
    }
}
