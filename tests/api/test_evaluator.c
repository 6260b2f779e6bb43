/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/evaluator.h on the small model, whose test matrix is `seen`: results that can be told by
 * hand, what settings do, what is refused, and that it leaves settings and results as they were.
 * Each metric is checked against its definition in tests/definitions/def_metrics.c.
 */
#include "small_model.h"

#include <math.h>
#include <string.h>

#include "wrmf/evaluator.h"

static wrmf_evaluator *evaluator;
static wrmf_matrix *wide; /* USERS x (ITEMS + 1), without entries */

static int set_up(void **state)
{
    static const int64_t one = 1;
    small_model_set_up(state);
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS + 1, 0, NULL, NULL, NULL,
                                   WRMF_DUPLICATES_SUM, NULL, &wide, err));
    MUST(wrmf_evaluator_create(context, seen, NULL, &evaluator, err));
    MUST(wrmf_evaluator_set_cutoffs(evaluator, &one, 1, err));
    return 0;
}

static int tear_down(void **state)
{
    wrmf_evaluator_free(evaluator);
    wrmf_matrix_free(wide);
    return small_model_tear_down(state);
}

static double value(wrmf_metric metric, int64_t k)
{
    return wrmf_evaluator_value(evaluator, metric, k);
}

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-12;
}

/* The first of user 0's list is item 2, which is tested; of user 1's item 1, one of two that are.
 * User 2 has none and is skipped. */
static void check_results(void)
{
    assert_true(near(value(WRMF_METRIC_PRECISION, 1), 1));
    assert_true(near(value(WRMF_METRIC_RECALL, 1), 0.75));
    assert_true(near(value(WRMF_METRIC_MSE, 0), (14 + 5.5625) / 15));
    assert_int_equal(wrmf_evaluator_counted(evaluator), 2);
    assert_int_equal(wrmf_evaluator_skipped(evaluator), 1);
    assert_int_equal(wrmf_evaluator_users(evaluator), USERS);
}

static void check_no_results(void)
{
    assert_true(isnan(value(WRMF_METRIC_PRECISION, 1)));
    assert_true(isnan(value(WRMF_METRIC_MSE, 0)));
    assert_int_equal(wrmf_evaluator_counted(evaluator), 0);
    assert_int_equal(wrmf_evaluator_skipped(evaluator), 0);
}

static void run(void)
{
    MUST(wrmf_evaluator_run(context, evaluator, model, err));
}

/* ---- making one ---- */

static void makings_that_are_refused(void **state)
{
    (void)state;
    wrmf_evaluator *const untouched = (wrmf_evaluator *)&machine, *other = untouched;
    FAILS(WRMF_E_NULL, "context", wrmf_evaluator_create(NULL, seen, NULL, &other, err));
    FAILS(WRMF_E_NULL, "test", wrmf_evaluator_create(context, NULL, seen, &other, err));
    FAILS(WRMF_E_NULL, "out", wrmf_evaluator_create(context, seen, NULL, NULL, err));
    FAILS(WRMF_E_SHAPE, "test is 3 x 5, train 3 x 6",
          wrmf_evaluator_create(context, seen, wide, &other, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_evaluator_create(context, seen, NULL, &other, err));
    host_fail(&machine, 0, false);
    assert_ptr_equal(other, untouched);
    OUT_OF_MEMORY(wrmf_evaluator_create(context, seen, seen, &other, err));
    wrmf_evaluator_free(other);
    wrmf_evaluator_free(NULL);
}

/* The matrices may go when it is made. */
static void it_holds_its_matrices(void **state)
{
    (void)state;
    wrmf_matrix_free(seen);
    seen = NULL;
    run();
    check_results();
}

/* ---- settings ---- */

static void what_settings_do(void **state)
{
    (void)state;
    static const wrmf_metric metrics[] = {WRMF_METRIC_COVERAGE, WRMF_METRIC_RECALL};
    static const int64_t cutoffs[] = {2, 5}, users[] = {1, 2};
    check_no_results();
    run();
    check_results();
    MUST(wrmf_evaluator_set_metrics(evaluator, metrics, 2, err));
    check_no_results();
    MUST(wrmf_evaluator_set_cutoffs(evaluator, cutoffs, 2, err));
    run();
    assert_true(near(value(WRMF_METRIC_RECALL, 5), 1) && near(value(WRMF_METRIC_COVERAGE, 5), 1));
    assert_true(near(value(WRMF_METRIC_RECALL, 2), 0.75));
    assert_true(near(value(WRMF_METRIC_COVERAGE, 2), 0.8)); /* items 2, 0 and 1, 3 */
    assert_true(isnan(value(WRMF_METRIC_RECALL, 3)) && isnan(value(WRMF_METRIC_PRECISION, 2)));
    MUST(wrmf_evaluator_set_empty(evaluator, WRMF_EMPTY_ZERO, err));
    run();
    assert_true(near(value(WRMF_METRIC_RECALL, 5), 2.0 / 3));
    assert_int_equal(wrmf_evaluator_counted(evaluator), 3);
    MUST(wrmf_evaluator_set_users(evaluator, users, 2, err));
    assert_int_equal(wrmf_evaluator_users(evaluator), 2);
    run();
    assert_true(near(value(WRMF_METRIC_RECALL, 5), 0.5));
    MUST(wrmf_evaluator_set_protocol(evaluator, WRMF_PROTOCOL_STANDARD, err));
    run();
    assert_int_equal(wrmf_evaluator_counted(evaluator), 1);
    assert_int_equal(wrmf_evaluator_skipped(evaluator), 1);
    MUST(wrmf_evaluator_set_users(evaluator, users, 0, err)); /* nobody */
    run();
    assert_true(isnan(value(WRMF_METRIC_RECALL, 5)));
    MUST(wrmf_evaluator_set_users(evaluator, NULL, 0, err)); /* all */
    assert_int_equal(wrmf_evaluator_users(evaluator), USERS);
    MUST(wrmf_evaluator_set_protocol(evaluator, WRMF_PROTOCOL_ARTICLE, err));
    run();
    assert_int_equal(wrmf_evaluator_counted(evaluator), 3);
}

/* Where the test items alone compete, every one of them is hit. */
static void candidates_alone_compete(void **state)
{
    (void)state;
    MUST(wrmf_evaluator_set_candidates(evaluator, seen, err));
    check_no_results();
    run();
    assert_true(near(value(WRMF_METRIC_PRECISION, 1), 1) &&
                near(value(WRMF_METRIC_RECALL, 1), 0.75));
    assert_true(near(value(WRMF_METRIC_MSE, 0), (14 + 5.5625) / 15)); /* of all items */
    MUST(wrmf_evaluator_set_candidates(evaluator, NULL, err));
    run();
    check_results();
}

/* What was trained on does not compete: all of the test here. */
static void train_items_do_not_compete(void **state)
{
    (void)state;
    wrmf_evaluator *other = NULL;
    FAILS(WRMF_E_STATE, "no train", wrmf_evaluator_set_exclude(evaluator, WRMF_EXCLUDE_TRAIN, err));
    MUST(wrmf_evaluator_set_exclude(evaluator, WRMF_EXCLUDE_NONE, err));
    MUST(wrmf_evaluator_create(context, seen, seen, &other, err));
    MUST(wrmf_evaluator_run(context, other, model, err)); /* the standard protocol */
    assert_true(near(wrmf_evaluator_value(other, WRMF_METRIC_RECALL, 10), 0));
    MUST(wrmf_evaluator_set_exclude(other, WRMF_EXCLUDE_NONE, err));
    MUST(wrmf_evaluator_run(context, other, model, err));
    assert_true(near(wrmf_evaluator_value(other, WRMF_METRIC_RECALL, 10), 1));
    MUST(wrmf_evaluator_set_exclude(other, WRMF_EXCLUDE_TRAIN, err));
    MUST(wrmf_evaluator_run(context, other, model, err));
    assert_true(near(wrmf_evaluator_value(other, WRMF_METRIC_RECALL, 10), 0));
    wrmf_evaluator_free(other);
}

static void users_that_are_refused(void **state)
{
    (void)state;
    static const int64_t users[] = {0, 2}, high[] = {0, 3}, low[] = {-1}, twice[] = {1, 1};
    static const int64_t many[] = {0, 1, 2, 3};
    run();
    FAILS(WRMF_E_NULL, "evaluator", wrmf_evaluator_set_users(NULL, users, 2, err));
    FAILS(WRMF_E_RANGE, "n is -1", wrmf_evaluator_set_users(evaluator, users, -1, err));
    FAILS(WRMF_E_RANGE, "n is 4, not in 0 .. 3", wrmf_evaluator_set_users(evaluator, many, 4, err));
    FAILS(WRMF_E_RANGE, "users[1] is 3, not in 0 .. 2",
          wrmf_evaluator_set_users(evaluator, high, 2, err));
    FAILS(WRMF_E_RANGE, "users[0] is -1", wrmf_evaluator_set_users(evaluator, low, 1, err));
    FAILS(WRMF_E_FORMAT, "users[1] is 1, not above the 1",
          wrmf_evaluator_set_users(evaluator, twice, 2, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_evaluator_set_users(evaluator, users, 2, err));
    host_fail(&machine, 0, false);
    check_results();
    OUT_OF_MEMORY(wrmf_evaluator_set_users(evaluator, users, 2, err));
    check_no_results();
}

static void cutoffs_that_are_refused(void **state)
{
    (void)state;
    int64_t cutoffs[65], low[] = {0}, high[] = {5, 2147483648}, falling[] = {5, 4};
    for (int i = 0; i < 65; i++)
        cutoffs[i] = i + 1;
    run();
    FAILS(WRMF_E_NULL, "evaluator", wrmf_evaluator_set_cutoffs(NULL, cutoffs, 1, err));
    FAILS(WRMF_E_NULL, "cutoffs", wrmf_evaluator_set_cutoffs(evaluator, NULL, 1, err));
    FAILS(WRMF_E_RANGE, "n is 0, not in 1 .. 64, of cutoffs",
          wrmf_evaluator_set_cutoffs(evaluator, cutoffs, 0, err));
    FAILS(WRMF_E_RANGE, "n is 65, not in 1 .. 64, of cutoffs",
          wrmf_evaluator_set_cutoffs(evaluator, cutoffs, 65, err));
    FAILS(WRMF_E_RANGE, "cutoffs[0] is 0", wrmf_evaluator_set_cutoffs(evaluator, low, 1, err));
    FAILS(WRMF_E_RANGE, "cutoffs[1] is 2147483648",
          wrmf_evaluator_set_cutoffs(evaluator, high, 2, err));
    FAILS(WRMF_E_FORMAT, "cutoffs[1] is 4, not above the 5",
          wrmf_evaluator_set_cutoffs(evaluator, falling, 2, err));
    check_results();
    MUST(wrmf_evaluator_set_cutoffs(evaluator, cutoffs, 64, err));
    high[1]--;
    MUST(wrmf_evaluator_set_cutoffs(evaluator, high, 2, err));
    run();
    assert_true(near(value(WRMF_METRIC_RECALL, 2147483647), 1));
}

static void metrics_that_are_refused(void **state)
{
    (void)state;
    static const wrmf_metric twice[] = {WRMF_METRIC_MAP, WRMF_METRIC_MAP};
    static const wrmf_metric none[] = {WRMF_METRIC_MAP, (wrmf_metric)17},
                             below[] = {(wrmf_metric)-1};
    wrmf_metric all[18];
    for (int i = 0; i < 18; i++)
        all[i] = (wrmf_metric)i;
    run();
    FAILS(WRMF_E_NULL, "evaluator", wrmf_evaluator_set_metrics(NULL, all, 1, err));
    FAILS(WRMF_E_NULL, "metrics", wrmf_evaluator_set_metrics(evaluator, NULL, 1, err));
    FAILS(WRMF_E_RANGE, "n is 0, not in 1 .. 17, of metrics",
          wrmf_evaluator_set_metrics(evaluator, all, 0, err));
    FAILS(WRMF_E_RANGE, "n is 18, not in 1 .. 17, of metrics",
          wrmf_evaluator_set_metrics(evaluator, all, 18, err));
    FAILS(WRMF_E_RANGE, "metrics[1] is 17", wrmf_evaluator_set_metrics(evaluator, none, 2, err));
    FAILS(WRMF_E_RANGE, "metrics[0] is -1", wrmf_evaluator_set_metrics(evaluator, below, 1, err));
    FAILS(WRMF_E_RANGE, "metrics[1], map, is there already",
          wrmf_evaluator_set_metrics(evaluator, twice, 2, err));
    check_results();
    MUST(wrmf_evaluator_set_metrics(evaluator, all, 11, err));
}

static void settings_that_are_refused(void **state)
{
    (void)state;
    run();
    FAILS(WRMF_E_NULL, "evaluator", wrmf_evaluator_set_exclude(NULL, WRMF_EXCLUDE_NONE, err));
    FAILS(WRMF_E_RANGE, "exclude is 2",
          wrmf_evaluator_set_exclude(evaluator, (wrmf_exclude)2, err));
    FAILS(WRMF_E_STATE, "train", wrmf_evaluator_set_exclude(evaluator, WRMF_EXCLUDE_TRAIN, err));
    FAILS(WRMF_E_NULL, "evaluator", wrmf_evaluator_set_candidates(NULL, seen, err));
    FAILS(WRMF_E_SHAPE, "candidates 3 x 6", wrmf_evaluator_set_candidates(evaluator, wide, err));
    FAILS(WRMF_E_NULL, "evaluator", wrmf_evaluator_set_empty(NULL, WRMF_EMPTY_SKIP, err));
    FAILS(WRMF_E_RANGE, "empty is -1", wrmf_evaluator_set_empty(evaluator, (wrmf_empty)-1, err));
    FAILS(WRMF_E_RANGE, "empty is 2", wrmf_evaluator_set_empty(evaluator, (wrmf_empty)2, err));
    FAILS(WRMF_E_NULL, "evaluator", wrmf_evaluator_set_protocol(NULL, WRMF_PROTOCOL_STANDARD, err));
    FAILS(WRMF_E_RANGE, "protocol is 2",
          wrmf_evaluator_set_protocol(evaluator, (wrmf_protocol)2, err));
    FAILS(WRMF_E_NULL, "evaluator", wrmf_evaluator_set_per_user(NULL, 1, err));
    check_results();
}

/* ---- running ---- */

/* Scores from elsewhere, which test_baseline.c compares with a model's: items by their index. */
static void by_index(void *self, int64_t user, double *to)
{
    (void)user;
    for (int64_t i = 0; i < wrmf_matrix_items(self); i++)
        to[i] = -(double)i;
}

static void runs_that_are_refused(void **state)
{
    (void)state;
    wrmf_model *other = NULL;
    MUST(wrmf_model_create(context, USERS, ITEMS + 1, NULL, &other, err));
    run();
    FAILS(WRMF_E_NULL, "context", wrmf_evaluator_run(NULL, evaluator, model, err));
    FAILS(WRMF_E_NULL, "evaluator", wrmf_evaluator_run(context, NULL, model, err));
    FAILS(WRMF_E_NULL, "model", wrmf_evaluator_run(context, evaluator, NULL, err));
    FAILS(WRMF_E_SHAPE, "the model is 3 x 6, the test matrix 3 x 5",
          wrmf_evaluator_run(context, evaluator, other, err));
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", wrmf_evaluator_run(context, evaluator, model, err));
    FAILS(WRMF_E_NULL, "score", wrmf_evaluator_run_scores(context, evaluator, NULL, NULL, err));
    FAILS(WRMF_E_THREAD, "runner",
          wrmf_evaluator_run_scores(context, evaluator, by_index, seen, err));
    MUST(wrmf_context_set_threads(context, 3, err)); /* which take more memory than one */
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_evaluator_run(context, evaluator, model, err));
    host_fail(&machine, 0, false);
    check_results(); /* of the run before */
    wrmf_model_free(other);
}

/* Enough users that the hook is called on the way. */
static void a_run_that_is_stopped(void **state)
{
    (void)state;
    enum { CROWD = 30000 };
    static const int64_t users[] = {0};
    wrmf_model *crowd = NULL;
    wrmf_matrix *nothing = NULL;
    wrmf_evaluator *other = NULL;
    MUST(wrmf_model_create(context, CROWD, 2, NULL, &crowd, err));
    MUST(wrmf_matrix_from_triplets(context, CROWD, 2, 1, users, users, NULL, WRMF_DUPLICATES_SUM,
                                   NULL, &nothing, err));
    MUST(wrmf_evaluator_create(context, nothing, NULL, &other, err));
    MUST(wrmf_evaluator_run(context, other, crowd, err));
    const double before = wrmf_evaluator_value(other, WRMF_METRIC_MSE, 0);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_is_slow, 1, err));
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    FAILS(WRMF_E_CANCELLED, "hook", wrmf_evaluator_run(context, other, crowd, err));
    FAILS(WRMF_E_CANCELLED, "hook",
          wrmf_evaluator_run_scores(context, other, by_index, nothing, err));
    assert_true(wrmf_evaluator_value(other, WRMF_METRIC_MSE, 0) == before); /* of the first run */
    assert_int_equal(wrmf_evaluator_skipped(other), CROWD - 1);
    wrmf_evaluator_free(other);
    wrmf_matrix_free(nothing);
    wrmf_model_free(crowd);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    MUST(wrmf_evaluator_set_per_user(evaluator, 1, err));
    OUT_OF_MEMORY(wrmf_evaluator_run(context, evaluator, model, err));
    check_results();
    OUT_OF_MEMORY(wrmf_evaluator_run_scores(context, evaluator, by_index, seen, err));
}

/* The first run allocates; later ones do not. */
static void memory_is_kept(void **state)
{
    (void)state;
    static const wrmf_metric metrics[] = {WRMF_METRIC_PRECISION, WRMF_METRIC_COVERAGE,
                                          WRMF_METRIC_AUC, WRMF_METRIC_MSE};
    MUST(wrmf_context_set_threads(context, 2, err));
    MUST(wrmf_evaluator_set_metrics(evaluator, metrics, 4, err));
    MUST(wrmf_evaluator_set_per_user(evaluator, 1, err));
    run();
    const double first = value(WRMF_METRIC_AUC, 0);
    const long before = machine.calls;
    run();
    assert_int_equal(machine.calls, before);
    assert_true(value(WRMF_METRIC_AUC, 0) == first);
}

static void values_of_users(void **state)
{
    (void)state;
    double values[USERS] = {-7, -7, -7};
    const wrmf_metric recall = WRMF_METRIC_RECALL;
    FAILS(WRMF_E_STATE, "no run", wrmf_evaluator_user_values(evaluator, recall, 1, values, err));
    run();
    FAILS(WRMF_E_STATE, "not asked", wrmf_evaluator_user_values(evaluator, recall, 1, values, err));
    MUST(wrmf_evaluator_set_per_user(evaluator, 1, err));
    FAILS(WRMF_E_STATE, "no run", wrmf_evaluator_user_values(evaluator, recall, 1, values, err));
    run();
    FAILS(WRMF_E_NULL, "evaluator", wrmf_evaluator_user_values(NULL, recall, 1, values, err));
    FAILS(WRMF_E_NULL, "values", wrmf_evaluator_user_values(evaluator, recall, 1, NULL, err));
    FAILS(WRMF_E_NAME, "recall at 2",
          wrmf_evaluator_user_values(evaluator, recall, 2, values, err));
    FAILS(WRMF_E_NAME, "auc",
          wrmf_evaluator_user_values(evaluator, WRMF_METRIC_AUC, 1, values, err));
    FAILS(WRMF_E_NAME, "coverage",
          wrmf_evaluator_user_values(evaluator, WRMF_METRIC_COVERAGE, 1, values, err));
    FAILS(WRMF_E_NAME, "this metric",
          wrmf_evaluator_user_values(evaluator, (wrmf_metric)17, 1, values, err));
    assert_true(values[0] == -7 && values[1] == -7 && values[2] == -7);
    MUST(wrmf_evaluator_user_values(evaluator, recall, 1, values, err));
    assert_true(near(values[0], 1) && near(values[1], 0.5) && isnan(values[2])); /* skipped */
    MUST(wrmf_evaluator_user_values(evaluator, WRMF_METRIC_MSE, 0, values, err));
    assert_true(near(values[0], 14.0 / 5) && near(values[1], 5.5625 / 5) && near(values[2], 0));
}

static void no_evaluator(void **state)
{
    (void)state;
    assert_true(isnan(wrmf_evaluator_value(NULL, WRMF_METRIC_MSE, 0)));
    assert_true(isnan(wrmf_evaluator_value(evaluator, (wrmf_metric)17, 0)));
    assert_int_equal(wrmf_evaluator_counted(NULL), 0);
    assert_int_equal(wrmf_evaluator_skipped(NULL), 0);
    assert_int_equal(wrmf_evaluator_users(NULL), 0);
}

/* ---- metrics ---- */

static void metrics_by_name(void **state)
{
    (void)state;
    static const char *const names[] = {
        "precision", "recall",   "recall_capped",    "ndcg", "map", "map_capped",
        "mrr",       "hit_rate", "coverage",         "auc",  "mse", "gini",
        "entropy",   "novelty",  "precision_pooled", "rmse", "mae"};
    for (int i = 0; i < 17; i++) {
        const wrmf_metric metric = (wrmf_metric)i;
        assert_string_equal(wrmf_metric_name(metric), names[i]);
        assert_int_equal(wrmf_metric_find(names[i]), i);
        assert_int_equal(wrmf_metric_has_cutoff(metric), metric != WRMF_METRIC_AUC &&
                                                             metric != WRMF_METRIC_MSE &&
                                                             metric < WRMF_METRIC_RMSE);
        assert_int_equal(wrmf_metric_higher_is_better(metric), metric != WRMF_METRIC_MSE &&
                                                                   metric != WRMF_METRIC_GINI &&
                                                                   metric < WRMF_METRIC_RMSE);
    }
    assert_int_equal(wrmf_metric_find("Precision"), -1);
    assert_int_equal(wrmf_metric_find("recall_"), -1);
    assert_int_equal(wrmf_metric_find(""), -1);
    assert_int_equal(wrmf_metric_find(NULL), -1);
    for (int none = -1; none <= 17; none += 18) {
        assert_null(wrmf_metric_name((wrmf_metric)none));
        assert_int_equal(wrmf_metric_has_cutoff((wrmf_metric)none), 0);
        assert_int_equal(wrmf_metric_higher_is_better((wrmf_metric)none), 0);
    }
}

#define ON_EVALUATOR(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_EVALUATOR(makings_that_are_refused),
        ON_EVALUATOR(it_holds_its_matrices),
        ON_EVALUATOR(what_settings_do),
        ON_EVALUATOR(candidates_alone_compete),
        ON_EVALUATOR(train_items_do_not_compete),
        ON_EVALUATOR(users_that_are_refused),
        ON_EVALUATOR(cutoffs_that_are_refused),
        ON_EVALUATOR(metrics_that_are_refused),
        ON_EVALUATOR(settings_that_are_refused),
        ON_EVALUATOR(runs_that_are_refused),
        ON_EVALUATOR(a_run_that_is_stopped),
        ON_EVALUATOR(every_allocation_fails_in_turn),
        ON_EVALUATOR(memory_is_kept),
        ON_EVALUATOR(values_of_users),
        ON_EVALUATOR(no_evaluator),
        ON_EVALUATOR(metrics_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
