/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row/row_options.h - how rows are to be solved: what the parameters say of solvers.
 */
#ifndef WRMF_ROW_ROW_OPTIONS_H
#define WRMF_ROW_ROW_OPTIONS_H

#include <stdbool.h>

#include "model/params.h"

typedef struct wrmf_i_row_options {
    wrmf_solver solver;
    double tolerance; /* of residuals relative to the solution; resolved: never 0 */
    int cg_steps;     /* of a warm start; 0: to the tolerance. Never 0 for solver cg */
    double reduction; /* of the residual of a warm start, in (0, 1), which is enough even above
                         the tolerance; 0: the start is cold */
    int block_size;   /* of solver blocks */
    bool scaled;      /* rows may have regularizations of their own */
    bool nonnegative; /* rows have no number below 0: row/nonnegative.h */
} wrmf_i_row_options;

/** What the parameters say of relaxed epochs, for a model of factors of so many bits: 32 or 64. */
void wrmf_i_row_options_read(const wrmf_params *params, int bits, wrmf_i_row_options *options);

/** What they say of plain epochs. */
wrmf_i_row_options wrmf_i_row_options_plain(const wrmf_i_row_options *options);
/** The same, but that every row is solved to the tolerance; for solver blocks, which cannot, no
 *  different. */
wrmf_i_row_options wrmf_i_row_options_exact(const wrmf_i_row_options *options);
/** Whether rows are solved to the tolerance. */
bool wrmf_i_row_options_is_exact(const wrmf_i_row_options *options);

/** Whether what rows share is made with a whitening, row/whiten.h. */
static inline bool wrmf_i_row_options_is_whitened(const wrmf_i_row_options *options)
{
    return options->solver != WRMF_SOLVER_BLOCKS && !options->nonnegative;
}

#endif /* WRMF_ROW_ROW_OPTIONS_H */
