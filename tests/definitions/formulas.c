/* SPDX-License-Identifier: BSD-2-Clause */
/* These are the formulas of model.h and evaluator.h, cell by cell. */
#include "dense.h"

#include <math.h>
#include <stdlib.h>

double reference_confidence(const objective_terms *terms, double count)
{
    if (!(count > 0)) {
        return 1.0;
    }
    double grown = terms->log_confidence ? log(1.0 + count / terms->epsilon) : count;
    return 1.0 + terms->alpha * grown;
}

void reference_objective(const dense *table, const objective_terms *terms, const dense *x,
                         const dense *y, double parts[4])
{
    long double observed = 0, all = 0, users = 0, items = 0;
    for (int64_t u = 0; u < table->rows; u++) {
        for (int64_t i = 0; i < table->columns; i++) {
            double count = dense_row(table, u)[i], p = count > 0 ? 1.0 : 0.0;
            long double miss = p - reference_dot(dense_row(x, u), dense_row(y, i), x->columns);
            all += miss * miss;
            observed += (reference_confidence(terms, count) - 1.0L) * miss * miss;
        }
    }
    for (int64_t j = 0; j < x->rows * x->columns; j++) {
        users += (long double)x->at[j] * x->at[j];
    }
    for (int64_t j = 0; j < y->rows * y->columns; j++) {
        items += (long double)y->at[j] * y->at[j];
    }
    parts[1] = (double)observed;
    parts[2] = (double)all;
    parts[3] = (double)(terms->lambda_user * users + terms->lambda_item * items);
    parts[0] = (double)(observed + all + terms->lambda_user * users + terms->lambda_item * items);
}

static double unit_of(wrmf_precision precision)
{
    return precision == WRMF_PRECISION_FLOAT32 ? 0x1p-24 : 0x1p-53;
}

double reference_reach(const double *a, const double *b, int64_t n)
{
    double sum = 0;
    for (int64_t j = 0; j < n; j++) {
        sum += fabs(a[j]) * fabs(b[j]);
    }
    return sum;
}

void reference_objective_bounds(const dense *table, const objective_terms *terms, const dense *x,
                                const dense *y, double bounds[4])
{
    double observed = 0, all = 0, entries = 0;
    int64_t f = x->columns;
    for (int64_t u = 0; u < table->rows; u++) {
        for (int64_t i = 0; i < table->columns; i++) {
            double count = dense_row(table, u)[i];
            double size = 1 + reference_reach(dense_row(x, u), dense_row(y, i), f);
            entries += count > 0;
            all += size * size;
            observed += (reference_confidence(terms, count) - 1) * size * size;
        }
    }
    double unit = 2 * 0x1p-53 * ((double)(x->rows + y->rows + f * f + 2 * f + 10) + entries);
    bounds[1] = unit * observed;
    bounds[2] = unit * all;
    bounds[3] = unit * (terms->lambda_user * reference_reach(x->at, x->at, x->rows * f) +
                        terms->lambda_item * reference_reach(y->at, y->at, y->rows * f));
    bounds[0] = bounds[1] + bounds[2] + bounds[3];
}

double reference_dot_bound(const double *a, const double *b, int64_t n, wrmf_precision precision)
{
    return (double)(n + 1) * (unit_of(precision) + 0x1p-53) * reference_reach(a, b, n);
}

double reference_cosine_bound(int64_t n, wrmf_precision precision)
{
    return (double)(2 * n + 6) * (unit_of(precision) + 0x1p-53);
}

double reference_metric_bound(int64_t k, int64_t users)
{
    return 0x1p-53 * (double)(2 * k + users + 20);
}

double reference_dot(const double *a, const double *b, int64_t n)
{
    long double sum = 0;
    for (int64_t j = 0; j < n; j++) {
        sum += (long double)a[j] * b[j];
    }
    return (double)sum;
}

/* The sum of a_k b_k, each divided by the largest of its row: no product overflows. */
static long double scaled_dot(const double *a, const double *b, int64_t n)
{
    long double sum = 0, largest[2] = {0};
    for (int64_t k = 0; k < n; k++) {
        largest[0] = fmaxl(largest[0], fabsl(a[k]));
        largest[1] = fmaxl(largest[1], fabsl(b[k]));
    }
    for (int64_t k = 0; k < n && largest[0] > 0 && largest[1] > 0; k++)
        sum += a[k] / largest[0] * (b[k] / largest[1]);
    return sum;
}

double reference_cosine(const double *a, const double *b, int64_t n)
{
    long double lengths = sqrtl(scaled_dot(a, a, n)) * sqrtl(scaled_dot(b, b, n));
    return lengths > 0 ? (double)(scaled_dot(a, b, n) / lengths) : 0.0;
}

void reference_order(const double *scores, int64_t n, int64_t *order)
{
    for (int64_t i = 0; i < n; i++) {
        int64_t place = i; /* insertion keeps the lower index first among equals */
        while (place > 0 && scores[order[place - 1]] < scores[i]) {
            order[place] = order[place - 1];
            place--;
        }
        order[place] = i;
    }
}

static double reference_auc(const double *scores, int64_t items, const double *test,
                            const double *excluded)
{
    double above = 0, pairs = 0;
    for (int64_t a = 0; a < items; a++) {
        for (int64_t b = 0; b < items; b++) {
            int competes = !excluded || (!(excluded[a] > 0) && !(excluded[b] > 0));
            if (competes && test[a] > 0 && !(test[b] > 0)) {
                pairs += 1;
                above += scores[a] > scores[b] ? 1.0 : scores[a] == scores[b] ? 0.5 : 0.0;
            }
        }
    }
    return pairs > 0 ? above / pairs : 0.5;
}

void reference_user_metrics(const double *scores, int64_t items, const double *test,
                            const double *excluded, int64_t k, double *values, char *in_list)
{
    int64_t *order = malloc((size_t)(items + 1) * sizeof *order);
    assert_non_null(order);
    reference_order(scores, items, order);
    double wanted = 0, hits = 0, gain = 0, ideal = 0, precisions = 0, first = 0;
    int64_t rank = 0;
    for (int64_t i = 0; i < items; i++) {
        wanted += test[i] > 0;
    }
    for (int64_t j = 0; j < items && rank < k; j++) {
        int64_t item = order[j];
        if (excluded && excluded[item] > 0) {
            continue;
        }
        rank++;
        if (in_list) {
            in_list[item] = 1;
        }
        if (test[item] > 0) {
            hits += 1;
            gain += 1.0 / log2((double)rank + 1.0);
            precisions += hits / (double)rank;
            first = first > 0 ? first : 1.0 / (double)rank;
        }
    }
    double capped = wanted < (double)k ? wanted : (double)k;
    for (int64_t j = 1; j <= (int64_t)capped; j++) {
        ideal += 1.0 / log2((double)j + 1.0);
    }
    int any = wanted > 0;
    values[WRMF_METRIC_PRECISION] = hits / (double)k;
    values[WRMF_METRIC_RECALL] = any ? hits / wanted : 0;
    values[WRMF_METRIC_RECALL_CAPPED] = any ? hits / capped : 0;
    values[WRMF_METRIC_NDCG] = any ? gain / ideal : 0;
    values[WRMF_METRIC_MAP] = any ? precisions / wanted : 0;
    values[WRMF_METRIC_MAP_CAPPED] = any ? precisions / capped : 0;
    values[WRMF_METRIC_MRR] = first;
    values[WRMF_METRIC_HIT_RATE] = hits > 0;
    values[WRMF_METRIC_AUC] = any ? reference_auc(scores, items, test, excluded) : 0.5;
    free(order);
}
