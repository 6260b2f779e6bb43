/* SPDX-License-Identifier: BSD-2-Clause */
#include "eval/auc.h"

static void sort_ascending(double *values, int64_t n)
{
    for (int64_t gap = n / 2; gap > 0; gap /= 2) { /* Shell */
        for (int64_t i = gap; i < n; i++) {
            const double value = values[i];
            int64_t j = i;
            for (; j >= gap && values[j - gap] > value; j -= gap)
                values[j] = values[j - gap];
            values[j] = value;
        }
    }
}

/* What a query of an evaluation leaves out: one set at most. */
static wrmf_i_row_set left_out_of(const wrmf_i_row_query *query)
{
    return query->filter.n_sets > 0 ? query->filter.left_out[0] : (wrmf_i_row_set){NULL, 0};
}

/* The scores of n items, ascending or not. With a source, the scratch has all scores of the user.
 */
static void score_items(const wrmf_i_eval_job *job, int64_t user, const int32_t *items, int64_t n,
                        double *scores, void *scratch)
{
    if (!job->source) {
        wrmf_i_scores(&job->ranking, user, items, n, scores, scratch);
        return;
    }
    const double *const all = scratch;
    for (int64_t i = 0; i < n; i++)
        scores[i] = all[items[i]];
}

/* Fill scores with those of the test items that are candidates, ascending. Returns how many. */
static int64_t score_test_items(const wrmf_i_eval_job *job, const wrmf_i_row_query *query,
                                double *scores, void *scratch)
{
    const wrmf_matrix *const test = job->leader->test;
    const int32_t *const wanted = test->indices + test->offsets[query->row];
    const int64_t n = test->offsets[query->row + 1] - test->offsets[query->row];
    score_items(job, query->row, wanted, n, scores, scratch);
    int64_t kept = 0;
    for (int64_t i = 0; i < n; i++)
        if (wrmf_i_filter_admits(&query->filter, wanted[i]))
            scores[kept++] = scores[i];
    sort_ascending(scores, kept);
    return kept;
}

wrmf_i_auc wrmf_i_auc_begin(const wrmf_i_eval_job *job, const wrmf_i_row_query *query,
                            double *test_scores, void *scratch)
{
    return (wrmf_i_auc){.test_scores = test_scores,
                        .n_test = score_test_items(job, query, test_scores, scratch),
                        .left_out = left_out_of(query)};
}

/* The test items that a candidate's score loses against, by bisection, and half of those
 * that it equals. */
static double lost_pairs(const wrmf_i_auc *auc, double score)
{
    int64_t low = 0, high = auc->n_test; /* the first test score that is not below */
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (auc->test_scores[middle] < score)
            low = middle + 1;
        else
            high = middle;
    }
    int64_t equal = 0;
    while (low + equal < auc->n_test && auc->test_scores[low + equal] <= score)
        equal++;
    return (double)(auc->n_test - low - equal) + 0.5 * (double)equal;
}

void wrmf_i_auc_on_scores(void *self, int64_t query, int64_t first, const double *scores, int64_t n)
{
    wrmf_i_auc *const auc = (wrmf_i_auc *)self + query;
    for (int64_t i = 0; i < n; i++) {
        if (auc->next < auc->left_out.n && auc->left_out.rows[auc->next] == first + i) {
            auc->next++;
            continue;
        }
        auc->candidates++;
        auc->won += lost_pairs(auc, scores[i]);
    }
}

void wrmf_i_auc_chosen(const wrmf_i_eval_job *job, const wrmf_i_row_query *query, wrmf_i_auc *auc,
                       void *scratch)
{
    enum { PIECE = 256 };
    const wrmf_i_row_set chosen = query->filter.chosen;
    double scores[PIECE];
    for (int64_t first = 0; first < chosen.n; first += PIECE) {
        const int64_t n = chosen.n - first < PIECE ? chosen.n - first : PIECE;
        score_items(job, query->row, chosen.rows + first, n, scores, scratch);
        for (int64_t i = 0; i < n; i++) {
            if (!wrmf_i_filter_search(&query->filter, chosen.rows[first + i]))
                continue;
            auc->candidates++;
            auc->won += lost_pairs(auc, scores[i]);
        }
    }
}

/* Test items are candidates too: the pairs among the n of them, n * n in all, each won by one
 * half on average, are taken out. */
double wrmf_i_auc_value(const wrmf_i_auc *auc)
{
    const double n = (double)auc->n_test;
    const double pairs = n * ((double)auc->candidates - n);
    return pairs > 0 ? (auc->won - n * n / 2) / pairs : 0.5;
}
