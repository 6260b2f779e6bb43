/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of row kernels of one precision and CPU level. The kernels are portable C with the
 * vector extension of GCC and clang; docs/mathematics.md has the formulas, docs/performance.md
 * says why the loops are shaped as they are.
 */
#include "linalg/row_templates.h"

#include "linalg/kernel_levels.h"

const row_kernels KFN(row_kernels) = {
    .outer = KFN(outer),
    .outer_part = KFN(outer_part),
    .rotate = KFN(rotate),
    .rotate64 = KFN(rotate64),
    .rotate_panels = KFN(rotate_panels),
    .pack_tiles = KFN(pack_tiles),
    .multiply_tiles = KFN(multiply_tiles),
    .outer_panels = KFN(outer_panels),
    .gather_columns = KFN(gather_columns),
    .subtract_scores = KFN(subtract_scores),
    .gather = KFN(gather),
    .cg = KFN(cg),
    .cg_unwhitened = KFN(cg_unwhitened),
    .short_row = KFN(short_row),
    .combine = KFN(combine),
    .scale = KFN(scale),
    .cholesky = KFN(cholesky),
    .cholesky_batch = KFN(cholesky_batch),
    .norms = KFN(norms),
    .scaled_norms = KFN(scaled_norms),
    .widen = KFN(widen),
    .dots64 = KFN(dots64),
};
