/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval/concentration.h - how evenly lists share out the items: Gini coefficient and entropy.
 */
#ifndef WRMF_EVAL_CONCENTRATION_H
#define WRMF_EVAL_CONCENTRATION_H

#include <stdint.h>

#include "wrmf/evaluator.h"

/** Sort the numbers of lists that each item is in, so that sums of them have the same bits whatever
 *  items they are of. */
void wrmf_i_item_counts_sort(uint32_t *counts, int64_t items);
/** WRMF_METRIC_GINI or WRMF_METRIC_ENTROPY of sorted numbers; NaN if all are 0. */
double wrmf_i_concentration(wrmf_metric metric, const uint32_t *counts, int64_t items);

#endif /* WRMF_EVAL_CONCENTRATION_H */
