/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formulas of wrmf/evaluator.h, for one user.
 */
#include <math.h>
#include <string.h>

#include "eval/evaluator_type.h"
#include "linalg/row_kernels.h"

/* Sums over the ranks up to k. */
typedef struct hits {
    double count, gain, precision, first; /* first: reciprocal rank */
} hits;

static hits sum_hits(const wrmf_i_user_list *list, int64_t k)
{
    hits h = {0};
    for (int64_t j = 0; j < k && j < list->size; j++) {
        if (wrmf_i_find_index(list->wanted, list->n_wanted, list->entries[j].index) < 0)
            continue;
        const double rank = (double)j + 1;
        h.count++;
        h.gain += 1 / log2(rank + 1);
        h.precision += h.count / rank;
        if (!(h.first > 0))
            h.first = 1 / rank;
    }
    return h;
}

static double ideal_gain(int64_t n)
{
    double gain = 0;
    for (int64_t j = 1; j <= n; j++)
        gain += 1 / log2((double)j + 1);
    return gain;
}

double wrmf_i_metric(wrmf_metric metric, int64_t k, const wrmf_i_user_list *list)
{
    if (list->n_wanted == 0)
        return 0;
    const hits h = sum_hits(list, k);
    const int64_t capped = k < list->n_wanted ? k : list->n_wanted;
    switch (metric) {
    case WRMF_METRIC_PRECISION: return h.count / (double)k;
    case WRMF_METRIC_RECALL: return h.count / (double)list->n_wanted;
    case WRMF_METRIC_RECALL_CAPPED: return h.count / (double)capped;
    case WRMF_METRIC_NDCG: return h.gain / ideal_gain(capped);
    case WRMF_METRIC_MAP: return h.precision / (double)list->n_wanted;
    case WRMF_METRIC_MAP_CAPPED: return h.precision / (double)capped;
    case WRMF_METRIC_MRR: return h.first;
    case WRMF_METRIC_HIT_RATE: return h.count > 0;
    default: return 0;
    }
}

double wrmf_i_user_error(const wrmf_evaluator *evaluator, const wrmf_model *model, wrmf_i_cpu cpu,
                         int64_t user, const double *x, double square)
{
    enum { BLOCK = 256 };
    const wrmf_matrix *const test = evaluator->test;
    const void *const rows = model->data[WRMF_ITEMS];
    const int64_t end = test->offsets[user + 1];
    double sum = square, scores[BLOCK];
    for (int64_t i = test->offsets[user]; i < end; i += BLOCK) {
        const int64_t n = end - i < BLOCK ? end - i : BLOCK;
        const int32_t *const items = test->indices + i;
        if (model->bits == 32)
            wrmf_i_row_kernels_get_f32(cpu)->dots64(x, rows, items, n, model->stride, scores);
        else
            wrmf_i_row_kernels_get_f64(cpu)->dots64(x, rows, items, n, model->stride, scores);
        for (int64_t j = 0; j < n; j++)
            sum += 1 - 2 * scores[j];
    }
    return sum;
}
