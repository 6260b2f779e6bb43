/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/bootstrap.h - how far a mean over users may be off by the choice of users, and whether two
 * means differ by more than chance.
 *
 *     wrmf_evaluator_user_values(evaluator, WRMF_METRIC_NDCG, 10, values, &err);
 *     wrmf_bootstrap_means(context, values, n, 1, NULL, &interval, &err);
 *     printf("%.4f [%.4f, %.4f]\n", interval.mean, interval.low, interval.high);
 *
 * Values are a table: a row a user, a column a quantity. To compare two models, evaluate both on
 * the same users and give the difference of a user's two values as one column: its interval is that
 * of the paired difference, narrower than two intervals side by side suggest.
 *
 * A row with a NaN in any column (a user that was skipped) is left out. What is said holds for
 * other users drawn as these were: neither another split nor another start of the fit is in it.
 */
#ifndef WRMF_BOOTSTRAP_H
#define WRMF_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/** How resampling is done. */
typedef struct wrmf_resampling {
    size_t struct_size; /**< sizeof(wrmf_resampling) */
    int64_t resamples;  /**< 1 .. 1000000; 1,000 where no wrmf_resampling is given */
    double level;       /**< share of resamples inside an interval, 0 < level < 1; 0.95 likewise */
    uint64_t seed;      /**< the same seed gives the same bits; 0 likewise */
} wrmf_resampling;

/** A mean over users and where it may lie. With no row all three are NaN. */
typedef struct wrmf_interval {
    double mean; /**< of the rows that are not left out */
    double low;  /**< the lower end */
    double high; /**< the upper end */
} wrmf_interval;

/**
 * Percentile intervals of means (B. Efron, "Bootstrap methods: another look at the jackknife",
 * 1979). A resample draws as many rows as there are, with replacement, the same ones for all
 * columns; the ends are the quantiles (1 - level)/2 and (1 + level)/2 of the means of all
 * resamples, with linear interpolation between the two nearest.
 *
 * @param[in]  context     Workers; progress phase "bootstrap", unit resamples.
 * @param[in]  values      n x columns numbers, row by row; borrowed.
 * @param[in]  n           Rows, 0 .. 2^31 - 1.
 * @param[in]  columns     1 .. 65536.
 * @param[in]  resampling  NULL: as its fields say.
 * @param[out] intervals   One a column.
 * @retval WRMF_E_NULL       context or intervals is NULL, or values is with n > 0.
 * @retval WRMF_E_RANGE      n, columns or a field of resampling is outside its interval.
 * @retval WRMF_E_NONFINITE  a value, or the sum of a column, is infinite; the text names it.
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 * @retval WRMF_E_THREAD     threads could not be started, or the host's runner failed.
 * @retval WRMF_E_NOMEM      no memory.
 * @retval WRMF_E_OVERFLOW (32-bit)  the table takes more bytes than can be counted.
 * Threads: one at a time per context. Repeats: the same bits for every number of threads.
 * Cost: O(resamples n columns). Memory: a copy of values, and resamples x columns. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status
wrmf_bootstrap_means(wrmf_context *context, const double *values, int64_t n, int64_t columns,
                     const wrmf_resampling *resampling, wrmf_interval *intervals, wrmf_error *err);

/**
 * Whether means differ from 0 by more than chance, by a paired randomization test: if it made no
 * difference which of two models a user was served by, a user's difference would be as likely to
 * have the other sign. The signs of all rows are drawn anew `resamples` times; a p-value is
 * (1 + r) / (1 + resamples), r being the number of draws whose mean is at least as far from 0 as
 * that of the values (what rounding cannot tell from it counts too). Without a row it is NaN.
 *
 * @param[in]  context      Workers; progress phase "randomization", unit resamples.
 * @param[in]  differences  n x columns numbers, row by row; borrowed.
 * @param[in]  n            Rows, 0 .. 2^31 - 1.
 * @param[in]  columns      1 .. 65536.
 * @param[in]  resampling   NULL: as its fields say; its level is not read, and may be any.
 * @param[out] p_values     One a column, above 0 and at most 1.
 * Errors as wrmf_bootstrap_means(), p_values being what is written. Threads, cost and repeats as
 * there. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_randomization_test(wrmf_context *context,
                                                             const double *differences, int64_t n,
                                                             int64_t columns,
                                                             const wrmf_resampling *resampling,
                                                             double *p_values, wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_BOOTSTRAP_H */
