/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * als/prepare.h - what all rows that are solved against a fixed side share, made by all workers.
 * Included by templates only.
 */
#ifndef WRMF_ALS_PREPARE_H
#define WRMF_ALS_PREPARE_H

#include "row/solve.h"

/** Set up the solver of a side whose whitening is made: its matrices, W and the norms. A worker's
 *  scratch is scratch_bytes long, laid out for the options. */
wrmf_status RFN(prepare_solver)(wrmf_context *context, const wrmf_i_fixed_side *side,
                                const wrmf_i_row_options *options, char *scratch,
                                size_t scratch_bytes, row_solver *solver, wrmf_error *err);

#endif /* WRMF_ALS_PREPARE_H */
