/* SPDX-License-Identifier: BSD-2-Clause */
/* The formulas of model.h, recommend.h and evaluator.h, cell by cell. */
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

/* Gaussian elimination with row exchanges: a is n x (n + 1), its last column the right side. */
static void eliminate(long double *a, int64_t n, double *x)
{
    int64_t w = n + 1;
    for (int64_t k = 0; k < n; k++) {
        int64_t pivot = k;
        for (int64_t r = k + 1; r < n; r++) {
            pivot = fabsl(a[r * w + k]) > fabsl(a[pivot * w + k]) ? r : pivot;
        }
        for (int64_t c = k; c < w; c++) {
            long double other = a[pivot * w + c];
            a[pivot * w + c] = a[k * w + c];
            a[k * w + c] = other;
        }
        for (int64_t r = k + 1; r < n; r++) {
            long double factor = a[r * w + k] / a[k * w + k];
            for (int64_t c = k; c < w; c++) {
                a[r * w + c] -= factor * a[k * w + c];
            }
        }
    }
    for (int64_t k = n - 1; k >= 0; k--) {
        long double rest = a[k * w + n];
        for (int64_t c = k + 1; c < n; c++) {
            rest -= a[k * w + c] * (long double)x[c];
        }
        x[k] = (double)(rest / a[k * w + k]);
    }
}

void reference_half_epoch(const dense *table, const objective_terms *terms, double lambda,
                          const dense *fixed, dense *out)
{
    int64_t f = fixed->columns;
    long double *system = malloc((size_t)(f * (f + 1)) * sizeof *system);
    assert_non_null(system);
    for (int64_t u = 0; u < table->rows; u++) {
        for (int64_t a = 0; a < f; a++) {
            for (int64_t b = 0; b <= f; b++) {
                long double sum = a == b ? (long double)lambda : 0.0L;
                for (int64_t i = 0; i < table->columns; i++) {
                    double count = dense_row(table, u)[i], p = count > 0 ? 1.0 : 0.0;
                    long double c = reference_confidence(terms, count);
                    double other = b < f ? dense_row(fixed, i)[b] : p;
                    sum += c * dense_row(fixed, i)[a] * other;
                }
                system[a * (f + 1) + b] = sum;
            }
        }
        eliminate(system, f, dense_row(out, u));
    }
    free(system);
}

void reference_epoch(const dense *table, const objective_terms *terms, dense *x, dense *y)
{
    dense columns = dense_transpose(table);
    reference_half_epoch(table, terms, terms->lambda_user, y, x);
    reference_half_epoch(&columns, terms, terms->lambda_item, x, y);
    dense_free(&columns);
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

double reference_dot(const double *a, const double *b, int64_t n)
{
    long double sum = 0;
    for (int64_t j = 0; j < n; j++) {
        sum += (long double)a[j] * b[j];
    }
    return (double)sum;
}

double reference_cosine(const double *a, const double *b, int64_t n)
{
    double lengths = sqrt(reference_dot(a, a, n)) * sqrt(reference_dot(b, b, n));
    return lengths > 0 ? reference_dot(a, b, n) / lengths : 0.0;
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
