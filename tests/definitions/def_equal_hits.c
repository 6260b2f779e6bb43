/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Means over users do not depend on whose value is whose: models that hit equally often have equal
 * metrics, bit for bit, and users in another order have the same means.
 */
#include "dense.h"
#include "thin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static wrmf_context *context;

enum { USERS = 745, ITEMS = 60, WANTED = 5, TRIALS = 40, METRICS = 10 };

static const wrmf_metric metrics[METRICS] = {
    WRMF_METRIC_PRECISION, WRMF_METRIC_RECALL,  WRMF_METRIC_RECALL_CAPPED, WRMF_METRIC_HIT_RATE,
    WRMF_METRIC_MRR,       WRMF_METRIC_NDCG,    WRMF_METRIC_MAP,           WRMF_METRIC_MAP_CAPPED,
    WRMF_METRIC_AUC,       WRMF_METRIC_COVERAGE};
static const int64_t cutoffs[] = {3, 7, 10};

/* A test matrix in which user u has the items (u + 11 j) % ITEMS, j < WANTED. */
static dense wanted_table(void)
{
    dense table = dense_new(USERS, ITEMS);
    for (int64_t u = 0; u < USERS; u++)
        for (int64_t j = 0; j < WANTED; j++)
            dense_row(&table, u)[(u + 11 * j) % ITEMS] = 1;
    return table;
}

/* Scores, as a model with a factor an item: the user's row is its scores. */
static wrmf_model *model_of_scores(const dense *scores)
{
    dense y = dense_new(ITEMS, ITEMS);
    for (int64_t i = 0; i < ITEMS; i++)
        dense_row(&y, i)[i] = 1;
    wrmf_model *model = dense_to_model(context, scores, &y, WRMF_PRECISION_FLOAT32);
    dense_free(&y);
    return model;
}

static wrmf_evaluator *evaluator_of(const dense *table, int64_t n_metrics)
{
    wrmf_matrix *matrix = dense_to_matrix(context, table);
    wrmf_evaluator *evaluator = NULL;
    MUST(wrmf_evaluator_create(context, matrix, NULL, &evaluator, err));
    MUST(wrmf_evaluator_set_cutoffs(evaluator, cutoffs, 3, err));
    MUST(wrmf_evaluator_set_metrics(evaluator, metrics, n_metrics, err));
    MUST(wrmf_evaluator_set_per_user(evaluator, 1, err));
    wrmf_matrix_free(matrix);
    return evaluator;
}

/* `hits` of the users' test items come first, spread at random over users: so many in the first
 * three items of a list, and none behind them. */
static dense scores_with(uint64_t seed, const dense *table, int64_t hits)
{
    dense scores = dense_new(USERS, ITEMS);
    int64_t *taken = calloc(USERS, sizeof *taken);
    assert_non_null(taken);
    for (int64_t u = 0; u < USERS; u++)
        for (int64_t i = 0; i < ITEMS; i++)
            dense_row(&scores, u)[i] = dense_row(table, u)[i] > 0 ? -1 : 1;
    while (hits > 0) {
        const int64_t u = random_below(&seed, USERS);
        if (taken[u] == 3)
            continue;
        dense_row(&scores, u)[(u + 11 * taken[u]) % ITEMS] = 2;
        taken[u]++;
        hits--;
    }
    free(taken);
    return scores;
}

static void test_equal_hits(void **state)
{
    (void)state;
    dense table = wanted_table();
    wrmf_evaluator *evaluator = evaluator_of(&table, METRICS);
    double first[3][3], values[USERS];
    for (int trial = 0; trial < thin_or(TRIALS, 6); trial++) {
        dense scores = scores_with((uint64_t)trial + 1, &table, 459);
        wrmf_model *model = model_of_scores(&scores);
        MUST(wrmf_evaluator_run(context, evaluator, model, err));
        for (int i = 0; i < 3; i++) {
            for (int c = 0; c < 3; c++) {
                const double got = wrmf_evaluator_value(evaluator, metrics[i], cutoffs[c]);
                const double divisor = i == 0                ? (double)cutoffs[c]
                                       : i == 1              ? WANTED
                                       : cutoffs[c] < WANTED ? (double)cutoffs[c]
                                                             : WANTED;
                if (trial == 0)
                    first[i][c] = got;
                assert_true(got == first[i][c]);
                assert_true(fabs(got - 459 / divisor / USERS) <= 1e-15);
            }
        }
        MUST(wrmf_evaluator_user_values(evaluator, WRMF_METRIC_PRECISION, 10, values, err));
        wrmf_model_free(model);
        dense_free(&scores);
    }
    wrmf_evaluator_free(evaluator);
    dense_free(&table);
}

/* The same people, shuffled: rows of the test matrix and of the model alike. */
static void test_any_order(void **state)
{
    (void)state;
    dense table = dense_counts(3, USERS, ITEMS, 0.1, 1), scores = dense_new(USERS, ITEMS);
    uint64_t seed = 9;
    double first[METRICS][3];
    for (int64_t j = 0; j < USERS * ITEMS; j++)
        scores.at[j] = random_normal(&seed) + 2 * table.at[j];
    for (int trial = 0; trial < 5; trial++) {
        wrmf_evaluator *evaluator = evaluator_of(&table, METRICS);
        wrmf_model *model = model_of_scores(&scores);
        MUST(wrmf_evaluator_run(context, evaluator, model, err));
        for (int i = 0; i < METRICS; i++) {
            for (int c = 0; c < 3; c++) {
                const double got = wrmf_evaluator_value(evaluator, metrics[i], cutoffs[c]);
                if (trial == 0)
                    first[i][c] = got;
                assert_true(got == first[i][c]);
            }
        }
        wrmf_model_free(model);
        wrmf_evaluator_free(evaluator);
        for (int64_t u = USERS - 1; u > 0; u--) {
            const int64_t other = random_below(&seed, u + 1);
            for (int64_t i = 0; i < ITEMS; i++) {
                double *pair[2][2] = {{dense_row(&table, u), dense_row(&table, other)},
                                      {dense_row(&scores, u), dense_row(&scores, other)}};
                for (int t = 0; t < 2; t++) {
                    const double kept = pair[t][0][i];
                    pair[t][0][i] = pair[t][1][i];
                    pair[t][1][i] = kept;
                }
            }
        }
    }
    dense_free(&table);
    dense_free(&scores);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_equal_hits),
                                       cmocka_unit_test(test_any_order)};
    if (wrmf_context_create(&context, NULL) != WRMF_OK)
        return 1;
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    wrmf_context_free(context);
    return failed;
}
