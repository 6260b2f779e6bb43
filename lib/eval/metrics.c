/* SPDX-License-Identifier: BSD-2-Clause */
#include "eval/metrics.h"

#include <math.h>

#include "data/csr.h"

/* Sums over the test items among the first k of a list, their ranks counted from 1. */
typedef struct hits {
    int64_t count;
    int64_t first;    /* the rank of the first hit; 0: none */
    double gain;      /* of 1 / log2(rank + 1) */
    double precision; /* of the precision at each hit's rank */
} hits;

static hits sum_hits(const wrmf_i_user_list *list, int64_t k)
{
    hits h = {0};
    for (int64_t j = 0; j < k && j < list->size; j++) {
        if (wrmf_i_find_index(list->test, list->n_test, list->entries[j].index) < 0)
            continue;
        const double rank = (double)j + 1;
        h.count++;
        h.gain += 1 / log2(rank + 1);
        h.precision += (double)h.count / rank;
        if (h.first == 0)
            h.first = j + 1;
    }
    return h;
}

/* The gain of n hits at the first n ranks. */
static double ideal_gain(int64_t n)
{
    double gain = 0;
    for (int64_t j = 1; j <= n; j++)
        gain += 1 / log2((double)j + 1);
    return gain;
}

/* Of a whole of 0 it is NaN. */
static wrmf_i_user_value fraction(int64_t part, int64_t whole)
{
    return (wrmf_i_user_value){(double)part / (double)whole, (uint64_t)part, (uint64_t)whole};
}

wrmf_i_user_value wrmf_i_list_metric(wrmf_metric metric, int64_t k, const wrmf_i_user_list *list)
{
    if (list->n_test == 0)
        return metric == WRMF_METRIC_PRECISION_POOLED ? fraction(0, 0) : fraction(0, 1);
    const hits h = sum_hits(list, k);
    const int64_t capped = k < list->n_test ? k : list->n_test;
    switch (metric) {
    case WRMF_METRIC_PRECISION: return fraction(h.count, k);
    case WRMF_METRIC_RECALL: return fraction(h.count, list->n_test);
    case WRMF_METRIC_RECALL_CAPPED: return fraction(h.count, capped);
    case WRMF_METRIC_NDCG: return wrmf_i_user_number(h.gain / ideal_gain(capped));
    case WRMF_METRIC_MAP: return wrmf_i_user_number(h.precision / (double)list->n_test);
    case WRMF_METRIC_MAP_CAPPED: return wrmf_i_user_number(h.precision / (double)capped);
    case WRMF_METRIC_MRR: return h.first > 0 ? fraction(1, h.first) : fraction(0, 1);
    case WRMF_METRIC_HIT_RATE: return fraction(h.count > 0, 1);
    case WRMF_METRIC_PRECISION_POOLED: return fraction(h.count, capped);
    default: return fraction(0, 1);
    }
}

double wrmf_i_list_information(const wrmf_i_user_list *list, int64_t k, const double *information)
{
    const int64_t n = k < list->size ? k : list->size;
    double sum = 0;
    for (int64_t j = 0; j < n; j++)
        sum += information[list->entries[j].index];
    return n > 0 ? sum / (double)n : 0;
}
