/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/baseline.h against its formulas, cell by cell, and the evaluation of scores from elsewhere,
 * wrmf_evaluator_run_scores(), against that of the model that gives the same scores.
 */
#include "fixture.h"

#include <math.h>
#include <string.h>

#include "wrmf/baseline.h"
#include "wrmf/evaluator.h"
#include "wrmf/matrix.h"
#include "wrmf/model.h"

enum { USERS = 23, ITEMS = 17, METRICS = 11 };

static double counts[USERS][ITEMS]; /* of the train matrix; 0: no entry */
static wrmf_matrix *train, *test, *narrow;
static wrmf_evaluator *evaluator;

/* A number that looks random, 0 .. bound - 1. */
static int draw(int user, int item, int salt, int bound)
{
    const unsigned mixed = (unsigned)(user * 7919 + item * 104729 + salt * 1299709) * 2654435761u;
    return (int)((mixed >> 8) % (unsigned)bound);
}

static wrmf_matrix *matrix_of(int salt, double table[USERS][ITEMS])
{
    int64_t user[USERS * ITEMS], item[USERS * ITEMS], n = 0;
    double count[USERS * ITEMS];
    wrmf_matrix *matrix = NULL;
    for (int u = 0; u < USERS; u++) {
        for (int i = 0; i < ITEMS; i++) {
            const double value = draw(u, i, salt, 4) == 0 ? 1 + draw(u, i, salt + 1, 3) : 0;
            if (table)
                table[u][i] = value;
            user[n] = u;
            item[n] = i;
            count[n] = value;
            n += value > 0;
        }
    }
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, n, user, item, count, WRMF_DUPLICATES_SUM,
                                   NULL, &matrix, err));
    return matrix;
}

static int set_up(void **state)
{
    static const int64_t cutoffs[] = {1, 5, 30};
    wrmf_metric metrics[METRICS];
    fixture_set_up(state);
    train = matrix_of(1, counts);
    test = matrix_of(5, NULL);
    MUST(wrmf_matrix_from_triplets(context, USERS, 2, 0, NULL, NULL, NULL, WRMF_DUPLICATES_SUM,
                                   NULL, &narrow, err));
    for (int m = 0; m < METRICS; m++)
        metrics[m] = (wrmf_metric)m;
    MUST(wrmf_evaluator_create(context, test, train, &evaluator, err));
    MUST(wrmf_evaluator_set_cutoffs(evaluator, cutoffs, 3, err));
    MUST(wrmf_evaluator_set_metrics(evaluator, metrics, METRICS, err));
    return 0;
}

static int tear_down(void **state)
{
    wrmf_evaluator_free(evaluator);
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    wrmf_matrix_free(narrow);
    return fixture_tear_down(state);
}

/* ---- the formulas ---- */

static double cosine(int i, int j)
{
    double product = 0, of_i = 0, of_j = 0;
    for (int v = 0; v < USERS; v++) {
        product += counts[v][i] * counts[v][j];
        of_i += counts[v][i] * counts[v][i];
        of_j += counts[v][j] * counts[v][j];
    }
    return product > 0 ? product / (sqrt(of_i) * sqrt(of_j)) : 0;
}

static void popularity(void **state)
{
    (void)state;
    wrmf_baseline *baseline = NULL;
    double got[ITEMS];
    MUST(wrmf_baseline_create(context, train, WRMF_BASELINE_POPULAR, 0, &baseline, err));
    MUST(wrmf_baseline_scores(baseline, 3, got, err));
    for (int i = 0; i < ITEMS; i++) {
        int users = 0;
        for (int u = 0; u < USERS; u++)
            users += counts[u][i] > 0;
        assert_true(got[i] == users);
    }
    wrmf_baseline_free(baseline);
}

/* Each number is a sum of at most 17 x 23 products of a few rounding errors each. */
static void all_cosines(void **state)
{
    (void)state;
    wrmf_baseline *baseline = NULL;
    double got[ITEMS];
    MUST(wrmf_baseline_create(context, train, WRMF_BASELINE_ITEM_COSINE, 1000, &baseline, err));
    for (int u = 0; u < USERS; u++) {
        MUST(wrmf_baseline_scores(baseline, u, got, err));
        for (int i = 0; i < ITEMS; i++) {
            double want = 0;
            for (int j = 0; j < ITEMS; j++)
                want += counts[u][j] * cosine(j, i);
            assert_true(fabs(got[i] - want) <= 1e-12 * (1 + want));
        }
    }
    wrmf_baseline_free(baseline);
}

/* With one neighbour, an item's nearest is itself, as no two columns are proportional. */
static void nearest_cosines(void **state)
{
    (void)state;
    wrmf_baseline *baseline = NULL;
    double got[ITEMS];
    MUST(wrmf_baseline_create(context, train, WRMF_BASELINE_ITEM_COSINE, 1, &baseline, err));
    for (int u = 0; u < USERS; u++) {
        MUST(wrmf_baseline_scores(baseline, u, got, err));
        for (int i = 0; i < ITEMS; i++)
            assert_true(fabs(got[i] - counts[u][i]) <= 1e-13);
    }
    wrmf_baseline_free(baseline);
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    double got[2][USERS][ITEMS];
    for (int t = 0; t < 2; t++) {
        wrmf_baseline *baseline = NULL;
        MUST(wrmf_context_set_threads(context, t ? 3 : 1, err));
        MUST(wrmf_baseline_create(context, train, WRMF_BASELINE_ITEM_COSINE, 4, &baseline, err));
        for (int u = 0; u < USERS; u++)
            MUST(wrmf_baseline_scores(baseline, u, got[t][u], err));
        wrmf_baseline_free(baseline);
    }
    assert_memory_equal(got[0], got[1], sizeof got[0]);
}

/* ---- evaluation ---- */

static wrmf_model *model;

static void model_scores(void *self, int64_t user, double *to)
{
    (void)self;
    for (int64_t i = 0; i < ITEMS; i++)
        to[i] = wrmf_model_score(model, user, i);
}

static void take_values(double values[METRICS][3])
{
    static const int64_t cutoffs[] = {1, 5, 30};
    for (int m = 0; m < METRICS; m++)
        for (int c = 0; c < 3; c++)
            values[m][c] = wrmf_evaluator_value(evaluator, (wrmf_metric)m, cutoffs[c]);
}

/* The lists are the same, and so are the bits of what follows from them; mse is summed otherwise.
 */
static void compare_runs(void)
{
    double by_model[METRICS][3], by_scores[METRICS][3];
    MUST(wrmf_evaluator_run(context, evaluator, model, err));
    take_values(by_model);
    MUST(wrmf_evaluator_run_scores(context, evaluator, model_scores, NULL, err));
    take_values(by_scores);
    const double mse = by_model[WRMF_METRIC_MSE][0];
    assert_true(fabs(by_scores[WRMF_METRIC_MSE][0] - mse) <= 1e-5 * mse);
    memset(by_model[WRMF_METRIC_MSE], 0, sizeof by_model[0]);
    memset(by_scores[WRMF_METRIC_MSE], 0, sizeof by_scores[0]);
    assert_memory_equal(by_model, by_scores, sizeof by_model);
}

static void scores_of_a_model(void **state)
{
    (void)state;
    static const int64_t users[] = {0, 4, 5, 22};
    MUST(wrmf_model_fit(context, train, NULL, &model, err));
    compare_runs();
    MUST(wrmf_evaluator_set_exclude(evaluator, WRMF_EXCLUDE_NONE, err));
    compare_runs();
    MUST(wrmf_evaluator_set_users(evaluator, users, 4, err));
    compare_runs();
    MUST(wrmf_evaluator_set_exclude(evaluator, WRMF_EXCLUDE_TRAIN, err));
    MUST(wrmf_evaluator_set_candidates(evaluator, test, err));
    MUST(wrmf_context_set_threads(context, 2, err));
    compare_runs();
    wrmf_model_free(model);
}

static void no_numbers(void *self, int64_t user, double *to)
{
    (void)self;
    for (int64_t i = 0; i < ITEMS; i++)
        to[i] = i == user % ITEMS ? -1e308 : (double)NAN;
}

/* What is no number ranks behind all numbers. */
static void scores_that_are_none(void **state)
{
    (void)state;
    MUST(wrmf_evaluator_set_candidates(evaluator, test, err));
    MUST(wrmf_evaluator_run_scores(context, evaluator, no_numbers, NULL, err));
    assert_true(isnan(wrmf_evaluator_value(evaluator, WRMF_METRIC_MSE, 0)));
    const double precision = wrmf_evaluator_value(evaluator, WRMF_METRIC_PRECISION, 1);
    assert_true(precision >= 0 && precision <= 1);
}

/* A baseline is evaluated as its scores are. */
static wrmf_baseline *scored;

static void baseline_scores(void *self, int64_t user, double *to)
{
    (void)self;
    if (wrmf_baseline_scores(scored, user, to, NULL) != WRMF_OK)
        to[0] = INFINITY;
}

static void baselines_are_evaluated(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        double direct[METRICS][3], by_scores[METRICS][3];
        MUST(wrmf_baseline_create(context, train, (wrmf_baseline_kind)kind, 5, &scored, err));
        MUST(wrmf_evaluator_run_baseline(context, evaluator, scored, err));
        take_values(direct);
        MUST(wrmf_evaluator_run_scores(context, evaluator, baseline_scores, NULL, err));
        take_values(by_scores);
        assert_memory_equal(direct, by_scores, sizeof direct);
        wrmf_baseline_free(scored);
    }
}

/* What is given of others counts as a row of the baseline's own: where it is one, nothing
 * differs; and where the rows stand in another order, values of users do likewise. */
static void baselines_of_what_is_given(void **state)
{
    (void)state;
    int64_t turned[USERS];
    wrmf_matrix *given = NULL, *wanted = NULL;
    wrmf_evaluator *other = NULL;
    for (int u = 0; u < USERS; u++)
        turned[u] = USERS - 1 - u;
    MUST(wrmf_matrix_select(train, turned, USERS, &given, err));
    MUST(wrmf_matrix_select(test, turned, USERS, &wanted, err));
    MUST(wrmf_evaluator_create(context, wanted, given, &other, err));
    MUST(wrmf_evaluator_set_per_user(other, 1, err));
    MUST(wrmf_evaluator_set_per_user(evaluator, 1, err));
    for (int kind = 0; kind < 2; kind++) {
        double direct[USERS], folded[USERS];
        MUST(wrmf_baseline_create(context, train, (wrmf_baseline_kind)kind, 5, &scored, err));
        MUST(wrmf_evaluator_set_cutoffs(evaluator, (const int64_t[]){10}, 1, err));
        MUST(wrmf_evaluator_run_baseline(context, evaluator, scored, err));
        MUST(wrmf_evaluator_run_baseline_folded(context, other, scored, given, err));
        MUST(wrmf_evaluator_user_values(evaluator, WRMF_METRIC_NDCG, 10, direct, err));
        MUST(wrmf_evaluator_user_values(other, WRMF_METRIC_NDCG, 10, folded, err));
        for (int u = 0; u < USERS; u++)
            assert_memory_equal(&direct[u], &folded[USERS - 1 - u], sizeof direct[u]);
        wrmf_baseline_free(scored);
    }
    MUST(wrmf_baseline_create(context, narrow, WRMF_BASELINE_POPULAR, 5, &scored, err));
    FAILS(WRMF_E_NULL, "context",
          wrmf_evaluator_run_baseline_folded(NULL, other, scored, given, err));
    FAILS(WRMF_E_NULL, "evaluator",
          wrmf_evaluator_run_baseline_folded(context, NULL, scored, given, err));
    FAILS(WRMF_E_NULL, "baseline",
          wrmf_evaluator_run_baseline_folded(context, other, NULL, given, err));
    FAILS(WRMF_E_NULL, "given",
          wrmf_evaluator_run_baseline_folded(context, other, scored, NULL, err));
    FAILS(WRMF_E_SHAPE, "the baseline has 2 items, the test matrix 17",
          wrmf_evaluator_run_baseline_folded(context, other, scored, given, err));
    wrmf_baseline_free(scored);
    MUST(wrmf_baseline_create(context, train, WRMF_BASELINE_POPULAR, 5, &scored, err));
    FAILS(WRMF_E_SHAPE, "test is 23 x 17, given 23 x 2",
          wrmf_evaluator_run_baseline_folded(context, other, scored, narrow, err));
    MUST(wrmf_evaluator_set_per_user(other, 0, err));
    OUT_OF_MEMORY(wrmf_evaluator_run_baseline_folded(context, other, scored, given, err));
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner",
          wrmf_evaluator_run_baseline_folded(context, other, scored, given, err));
    wrmf_baseline_free(scored);
    wrmf_evaluator_free(other);
    wrmf_matrix_free(given);
    wrmf_matrix_free(wanted);
}

/* ---- what is refused ---- */

static void calls_that_are_refused(void **state)
{
    (void)state;
    wrmf_baseline *baseline = NULL, *other = NULL;
    double got[ITEMS];
    FAILS(WRMF_E_NULL, "context",
          wrmf_baseline_create(NULL, train, WRMF_BASELINE_POPULAR, 1, &baseline, err));
    FAILS(WRMF_E_NULL, "matrix",
          wrmf_baseline_create(context, NULL, WRMF_BASELINE_POPULAR, 1, &baseline, err));
    FAILS(WRMF_E_NULL, "out",
          wrmf_baseline_create(context, train, WRMF_BASELINE_POPULAR, 1, NULL, err));
    FAILS(WRMF_E_RANGE, "kind is 2",
          wrmf_baseline_create(context, train, (wrmf_baseline_kind)2, 1, &baseline, err));
    FAILS(WRMF_E_RANGE, "neighbors is 0",
          wrmf_baseline_create(context, train, WRMF_BASELINE_ITEM_COSINE, 0, &baseline, err));
    FAILS(WRMF_E_RANGE, "neighbors is 2147483648",
          wrmf_baseline_create(context, train, WRMF_BASELINE_ITEM_COSINE, 2147483648, &baseline,
                               err));
    assert_null(baseline);
    MUST(wrmf_baseline_create(context, train, WRMF_BASELINE_ITEM_COSINE, 3, &baseline, err));
    MUST(wrmf_baseline_create(context, narrow, WRMF_BASELINE_POPULAR, 3, &other, err));
    FAILS(WRMF_E_NULL, "baseline", wrmf_baseline_scores(NULL, 0, got, err));
    FAILS(WRMF_E_NULL, "scores", wrmf_baseline_scores(baseline, 0, NULL, err));
    FAILS(WRMF_E_RANGE, "user is -1", wrmf_baseline_scores(baseline, -1, got, err));
    FAILS(WRMF_E_RANGE, "user is 23", wrmf_baseline_scores(baseline, USERS, got, err));
    FAILS(WRMF_E_NULL, "context", wrmf_evaluator_run_baseline(NULL, evaluator, baseline, err));
    FAILS(WRMF_E_NULL, "evaluator", wrmf_evaluator_run_baseline(context, NULL, baseline, err));
    FAILS(WRMF_E_NULL, "baseline", wrmf_evaluator_run_baseline(context, evaluator, NULL, err));
    FAILS(WRMF_E_SHAPE, "the baseline is 23 x 2, the test matrix 23 x 17",
          wrmf_evaluator_run_baseline(context, evaluator, other, err));
    FAILS(WRMF_E_NULL, "context",
          wrmf_evaluator_run_scores(NULL, evaluator, no_numbers, NULL, err));
    FAILS(WRMF_E_NULL, "evaluator",
          wrmf_evaluator_run_scores(context, NULL, no_numbers, NULL, err));
    FAILS(WRMF_E_NULL, "score", wrmf_evaluator_run_scores(context, evaluator, NULL, NULL, err));
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", wrmf_evaluator_run_baseline(context, evaluator, baseline, err));
    FAILS(WRMF_E_THREAD, "runner",
          wrmf_evaluator_run_scores(context, evaluator, no_numbers, NULL, err));
    FAILS(WRMF_E_THREAD, "runner",
          wrmf_baseline_create(context, train, WRMF_BASELINE_ITEM_COSINE, 3, &other, err));
    wrmf_baseline_free(baseline);
    wrmf_baseline_free(other);
    wrmf_baseline_free(NULL);
}

static void zeros(void *self, int64_t user, double *to)
{
    (void)self;
    (void)user;
    to[0] = to[1] = 0;
}

/* Enough users and items that the hook is called on the way. */
static void calls_that_are_stopped(void **state)
{
    (void)state;
    enum { CROWD = 30000 };
    static const int64_t one[] = {0};
    wrmf_matrix *crowd = NULL, *turned = NULL;
    wrmf_baseline *baseline = NULL, *none = NULL;
    wrmf_evaluator *other = NULL;
    MUST(wrmf_matrix_from_triplets(context, CROWD, 2, 1, one, one, NULL, WRMF_DUPLICATES_SUM, NULL,
                                   &crowd, err));
    MUST(wrmf_matrix_from_triplets(context, 2, CROWD, 1, one, one, NULL, WRMF_DUPLICATES_SUM, NULL,
                                   &turned, err));
    MUST(wrmf_baseline_create(context, crowd, WRMF_BASELINE_POPULAR, 1, &baseline, err));
    MUST(wrmf_evaluator_create(context, crowd, NULL, &other, err));
    MUST(wrmf_context_set_runner(context, NULL, runner_that_is_slow, 1, err));
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    FAILS(WRMF_E_CANCELLED, "hook", wrmf_evaluator_run_baseline(context, other, baseline, err));
    FAILS(WRMF_E_CANCELLED, "hook",
          wrmf_evaluator_run_baseline_folded(context, other, baseline, crowd, err));
    FAILS(WRMF_E_CANCELLED, "hook",
          wrmf_baseline_create(context, turned, WRMF_BASELINE_ITEM_COSINE, 1, &none, err));
    MUST(wrmf_evaluator_set_users(other, NULL, 0, err));
    FAILS(WRMF_E_CANCELLED, "hook", wrmf_evaluator_run_scores(context, other, zeros, NULL, err));
    assert_null(none);
    wrmf_evaluator_free(other);
    wrmf_baseline_free(baseline);
    wrmf_matrix_free(crowd);
    wrmf_matrix_free(turned);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    wrmf_baseline *baseline = NULL, *popular = NULL;
    OUT_OF_MEMORY(
        wrmf_baseline_create(context, train, WRMF_BASELINE_ITEM_COSINE, 3, &baseline, err));
    OUT_OF_MEMORY(wrmf_baseline_create(context, train, WRMF_BASELINE_POPULAR, 3, &popular, err));
    OUT_OF_MEMORY(wrmf_evaluator_run_baseline(context, evaluator, baseline, err));
    MUST(wrmf_evaluator_set_per_user(evaluator, 1, err));
    OUT_OF_MEMORY(wrmf_evaluator_run_scores(context, evaluator, no_numbers, NULL, err));
    wrmf_baseline_free(baseline);
    wrmf_baseline_free(popular);
}

int main(void)
{
#define ON_EVALUATOR(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_EVALUATOR(popularity),
        ON_EVALUATOR(all_cosines),
        ON_EVALUATOR(nearest_cosines),
        ON_EVALUATOR(threads_do_not_matter),
        ON_EVALUATOR(scores_of_a_model),
        ON_EVALUATOR(scores_that_are_none),
        ON_EVALUATOR(baselines_are_evaluated),
        ON_EVALUATOR(baselines_of_what_is_given),
        ON_EVALUATOR(calls_that_are_refused),
        ON_EVALUATOR(calls_that_are_stopped),
        ON_EVALUATOR(every_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
