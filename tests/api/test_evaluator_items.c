/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/evaluator.h: metrics of how often items are in lists, and of how popular they are, on a
 * model whose lists are known; tests/oracle/evaluate.py has their formulas on any.
 */
#include <math.h>
#include <string.h>

#include "made.h"
#include "wrmf/evaluator.h"
#include "wrmf/model.h"
#include "wrmf/weighting.h"

enum { USERS = 400, ITEMS = 6, METRICS = 4 };

static const wrmf_metric metrics[METRICS] = {WRMF_METRIC_ENTROPY, WRMF_METRIC_GINI,
                                             WRMF_METRIC_NOVELTY, WRMF_METRIC_PRECISION_POOLED};
static wrmf_matrix *train, *test;
static wrmf_evaluator *evaluator;

/* The first item of user u's list is u % 2, whatever is left out; item i has i + 1 of 8 users. */
static void top_of(void *self, int64_t user, double *scores)
{
    (void)self;
    for (int i = 0; i < ITEMS; i++)
        scores[i] = i == user % 2 ? 10 : -i;
}

static int set_up(void **state)
{
    static int64_t user[USERS * ITEMS], item[USERS * ITEMS];
    static const int64_t cutoffs[] = {1, 2, 6};
    int64_t n = 0;
    fixture_set_up(state);
    for (int u = 0; u < USERS; u++) {
        for (int i = 0; i < ITEMS; i++) {
            user[n] = u;
            item[n] = i;
            n += u % 8 <= i;
        }
    }
    train = triplets(USERS, ITEMS, n, user, item, NULL);
    /* of four users one has item 0 alone, one items 0 and 1, and two nothing */
    int64_t m = 0;
    for (int u = 0; u < USERS; u++) {
        if (u % 4 > 1)
            continue;
        user[m] = u;
        item[m++] = 0;
        if (u % 4 == 1) {
            user[m] = u;
            item[m++] = 1;
        }
    }
    test = triplets(USERS, ITEMS, m, user, item, NULL);
    MUST(wrmf_evaluator_create(context, test, train, &evaluator, err));
    MUST(wrmf_evaluator_set_exclude(evaluator, WRMF_EXCLUDE_NONE, err));
    MUST(wrmf_evaluator_set_cutoffs(evaluator, cutoffs, 3, err));
    MUST(wrmf_evaluator_set_metrics(evaluator, metrics, METRICS, err));
    return 0;
}

static int tear_down(void **state)
{
    wrmf_evaluator_free(evaluator);
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    return fixture_tear_down(state);
}

static int near(double got, double want)
{
    return fabs(got - want) <= 1e-13 * (1 + fabs(want));
}

static double value(wrmf_metric metric, int64_t k)
{
    return wrmf_evaluator_value(evaluator, metric, k);
}

static void lists_that_are_known(void **state)
{
    (void)state;
    double bits[3 * METRICS];
    for (int threads = 1; threads < 5; threads += 3) {
        MUST(wrmf_context_set_threads(context, threads, err));
        MUST(wrmf_evaluator_run_scores(context, evaluator, top_of, NULL, err));
        /* half of the 200 users counted have item 0 first, half item 1 */
        assert_true(near(value(WRMF_METRIC_ENTROPY, 1), 1));
        assert_true(near(value(WRMF_METRIC_GINI, 1), (4.0 - 1 + 6 - 1) / 2 / 6));
        assert_true(near(value(WRMF_METRIC_NOVELTY, 1), (log2(8) + log2(4)) / 2));
        /* users with item 0 hit with it, one place each; those with 0 and 1 hit too */
        assert_true(value(WRMF_METRIC_PRECISION_POOLED, 1) == 1);
        /* places 1 and 2 for the users with two items, of which the list is 1, 0 */
        assert_true(value(WRMF_METRIC_PRECISION_POOLED, 2) == 1);
        /* all items in all lists */
        assert_true(near(value(WRMF_METRIC_ENTROPY, 6), log2(6)));
        assert_true(near(value(WRMF_METRIC_GINI, 6), 0));
        for (int m = 0; m < METRICS; m++) {
            static const int64_t ks[] = {1, 2, 6};
            for (int c = 0; c < 3; c++) {
                const double got = value(metrics[m], ks[c]);
                if (threads > 1)
                    assert_memory_equal(&bits[3 * m + c], &got, sizeof got);
                bits[3 * m + c] = got;
            }
        }
    }
}

static void popularity_of_others(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 1, 2, 3}, item[] = {0, 0, 0, 5};
    wrmf_matrix *const others = triplets(16, ITEMS, 4, user, item, NULL);
    wrmf_matrix *const narrow = triplets(16, ITEMS - 1, 0, NULL, NULL, NULL);
    double values[USERS];
    MUST(wrmf_evaluator_set_per_user(evaluator, 1, err));
    MUST(wrmf_evaluator_set_popularity(evaluator, others, err));
    wrmf_matrix_free(others); /* it is held */
    MUST(wrmf_evaluator_run_scores(context, evaluator, top_of, NULL, err));
    /* item 1 has nobody, and counts as if it had one */
    assert_true(near(value(WRMF_METRIC_NOVELTY, 1), (log2(16.0 / 3) + log2(16)) / 2));
    MUST(wrmf_evaluator_user_values(evaluator, WRMF_METRIC_NOVELTY, 1, values, err));
    assert_true(near(values[1], log2(16)) && isnan(values[2]));
    for (int m = 0; m < METRICS; m++) {
        if (wrmf_metric_has_users(metrics[m]))
            continue;
        FAILS(WRMF_E_NAME, "has no per-user values",
              wrmf_evaluator_user_values(evaluator, metrics[m], 1, values, err));
    }
    assert_true(wrmf_metric_has_users(WRMF_METRIC_MSE) && !wrmf_metric_has_users((wrmf_metric)99));
    FAILS(WRMF_E_NULL, "evaluator", wrmf_evaluator_set_popularity(NULL, test, err));
    FAILS(WRMF_E_SHAPE, "test has 6 items, popularity 5",
          wrmf_evaluator_set_popularity(evaluator, narrow, err));
    assert_true(value(WRMF_METRIC_NOVELTY, 1) > 0); /* the run is still there */
    MUST(wrmf_evaluator_set_popularity(evaluator, NULL, err));
    OUT_OF_MEMORY(wrmf_evaluator_run_scores(context, evaluator, top_of, NULL, err));
    assert_true(near(value(WRMF_METRIC_NOVELTY, 1), (log2(8) + log2(4)) / 2));
    wrmf_matrix_free(narrow);
}

/* Without who has what there is no novelty; without lists there is no share of them. */
static void nothing_to_measure(void **state)
{
    (void)state;
    wrmf_evaluator *alone = NULL;
    MUST(wrmf_evaluator_create(context, test, NULL, &alone, err));
    MUST(wrmf_evaluator_set_metrics(alone, metrics, METRICS, err));
    MUST(wrmf_evaluator_run_scores(context, alone, top_of, NULL, err));
    assert_true(isnan(wrmf_evaluator_value(alone, WRMF_METRIC_NOVELTY, 10)));
    assert_true(near(wrmf_evaluator_value(alone, WRMF_METRIC_ENTROPY, 10), log2(6)));
    MUST(wrmf_evaluator_set_users(alone, (const int64_t[]){2}, 1, err)); /* has no test item */
    MUST(wrmf_evaluator_run_scores(context, alone, top_of, NULL, err));
    for (int m = 0; m < METRICS; m++)
        assert_true(isnan(wrmf_evaluator_value(alone, metrics[m], 10)));
    MUST(wrmf_evaluator_set_empty(alone, WRMF_EMPTY_ZERO, err));
    MUST(wrmf_evaluator_run_scores(context, alone, top_of, NULL, err));
    assert_true(isnan(wrmf_evaluator_value(alone, WRMF_METRIC_PRECISION_POOLED, 10)));
    assert_true(near(wrmf_evaluator_value(alone, WRMF_METRIC_GINI, 10), 0));
    wrmf_evaluator_free(alone);
}

/* Errors of pairs are of the counts, whatever competes: of a function's scores, here; those of
 * models have their formulas in tests/oracle/evaluate.py. */
static void errors_of_pairs(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 0, 3}, item[] = {0, 2, 1};
    static const double count[] = {7, 0.5, 10};
    static const wrmf_metric errors[] = {WRMF_METRIC_MAE, WRMF_METRIC_RMSE};
    wrmf_matrix *const ratings = triplets(USERS, ITEMS, 3, user, item, count);
    wrmf_evaluator *of = NULL;
    double values[USERS];
    MUST(wrmf_evaluator_create(context, ratings, train, &of, err));
    MUST(wrmf_evaluator_set_metrics(of, errors, 2, err));
    MUST(wrmf_evaluator_set_per_user(of, 1, err));
    MUST(wrmf_evaluator_run_scores(context, of, top_of, NULL, err));
    /* scores 10, -2 and 10 */
    assert_true(near(wrmf_evaluator_value(of, WRMF_METRIC_RMSE, 0), sqrt((9 + 6.25) / 3)));
    assert_true(near(wrmf_evaluator_value(of, WRMF_METRIC_MAE, 0), (3 + 2.5) / 3));
    FAILS(WRMF_E_NAME, "rmse", wrmf_evaluator_user_values(of, WRMF_METRIC_RMSE, 0, values, err));
    MUST(wrmf_evaluator_set_users(of, (const int64_t[]){2, 3}, 2, err));
    MUST(wrmf_evaluator_run_scores(context, of, top_of, NULL, err));
    assert_true(wrmf_evaluator_value(of, WRMF_METRIC_RMSE, 0) == 0);
    MUST(wrmf_evaluator_set_users(of, (const int64_t[]){2}, 1, err));
    MUST(wrmf_evaluator_run_scores(context, of, top_of, NULL, err));
    assert_true(isnan(wrmf_evaluator_value(of, WRMF_METRIC_RMSE, 0)));
    assert_true(isnan(wrmf_evaluator_value(of, WRMF_METRIC_MAE, 0)));
    for (int64_t i = 0; i < 2; i++) /* a host that prints them reads "nan", not "-nan" */
        assert_false(signbit(wrmf_evaluator_value(of, errors[i], 0)));
    wrmf_evaluator_free(of);
    wrmf_matrix_free(ratings);
}

/* What is below 0 in a test is foretold by a model whose target is signed, and by no other. */
static void errors_of_signed_pairs(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        double squares, sizes, pairs;
    } cases[] = {{"target=signed", 9 + 4 + 25, 3 + 2 + 5, 3},
                 {"target=count negative_counts=dislike", 9, 3, 1},
                 {"target=one", 9, 3, 1}};
    static const wrmf_metric errors[] = {WRMF_METRIC_RMSE, WRMF_METRIC_MAE};
    wrmf_matrix *const above =
        triplets(2, 2, 1, (const int64_t[]){0}, (const int64_t[]){0}, (const double[]){3});
    wrmf_matrix *const below =
        triplets(2, 2, 2, (const int64_t[]){0, 1}, (const int64_t[]){1, 0}, (const double[]){2, 5});
    wrmf_matrix *both = NULL;
    wrmf_evaluator *of = NULL;
    wrmf_params *params = NULL;
    MUST(wrmf_matrix_with_dislikes(above, below, &both, err));
    MUST(wrmf_evaluator_create(context, both, NULL, &of, err));
    MUST(wrmf_evaluator_set_metrics(of, errors, 2, err));
    MUST(wrmf_params_create(context, &params, err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrmf_model *zeros = NULL; /* every score is 0 */
        MUST(wrmf_params_parse(params, cases[i].target, err));
        MUST(wrmf_model_from_rows(context, 2, 2, params, NULL, NULL, &zeros, err));
        MUST(wrmf_evaluator_run(context, of, zeros, err));
        assert_true(near(wrmf_evaluator_value(of, WRMF_METRIC_RMSE, 0),
                         sqrt(cases[i].squares / cases[i].pairs)));
        assert_true(
            near(wrmf_evaluator_value(of, WRMF_METRIC_MAE, 0), cases[i].sizes / cases[i].pairs));
        wrmf_model_free(zeros);
    }
    wrmf_params_free(params);
    wrmf_evaluator_free(of);
    wrmf_matrix_free(both);
    wrmf_matrix_free(below);
    wrmf_matrix_free(above);
}

int main(void)
{
#define ON_EVALUATOR(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_EVALUATOR(lists_that_are_known),   ON_EVALUATOR(popularity_of_others),
        ON_EVALUATOR(nothing_to_measure),     ON_EVALUATOR(errors_of_pairs),
        ON_EVALUATOR(errors_of_signed_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
