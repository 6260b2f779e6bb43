/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/resampling.h - intervals of means, and tests of whether they are 0, by resampling users.
 */
#ifndef WRMF_EVAL_RESAMPLING_H
#define WRMF_EVAL_RESAMPLING_H

#include "par/context.h"
#include "wrmf/bootstrap.h"

/** A table of n x columns values, row by row, and how it is resampled; borrowed and valid. */
typedef struct wrmf_i_resampled {
    const double *values;
    int64_t n, columns;
    wrmf_resampling how;
} wrmf_i_resampled;

/** wrmf_bootstrap_means(). */
wrmf_status wrmf_i_bootstrap_means(wrmf_context *context, const wrmf_i_resampled *table,
                                   wrmf_interval *intervals, wrmf_error *err);
/** wrmf_randomization_test(). */
wrmf_status wrmf_i_randomization_test(wrmf_context *context, const wrmf_i_resampled *table,
                                      double *p_values, wrmf_error *err);

#endif /* WRMF_EVAL_RESAMPLING_H */
