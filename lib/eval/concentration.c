/* SPDX-License-Identifier: BSD-2-Clause */
#include "eval/concentration.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

void wrmf_i_item_counts_sort(uint32_t *counts, int64_t items)
{
    if (items > 0)
        qsort(counts, (size_t)items, sizeof *counts, ascending);
}

/* With r_j ascending: sum (2 j - n - 1) r_j / (n sum r_j). */
static double gini(const uint32_t *counts, int64_t n, double total)
{
    double sum = 0;
    for (int64_t j = 0; j < n; j++)
        sum += (2.0 * (double)j + 1 - (double)n) * counts[j];
    return sum / ((double)n * total);
}

/* The sum of p log2(1/p), p = r / sum of r. */
static double entropy(const uint32_t *counts, int64_t n, double total)
{
    double sum = 0;
    for (int64_t j = 0; j < n; j++)
        if (counts[j] > 0)
            sum += counts[j] * log2(total / counts[j]);
    return sum / total;
}

double wrmf_i_concentration(wrmf_metric metric, const uint32_t *counts, int64_t items)
{
    double total = 0;
    for (int64_t j = 0; j < items; j++)
        total += counts[j];
    if (total == 0)
        return (double)NAN;
    return metric == WRMF_METRIC_GINI ? gini(counts, items, total) : entropy(counts, items, total);
}
