/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/curve.h: a curve's points are those of models fitted for as many epochs; what is refused,
 * and that no curve comes of it.
 */
#include "fixture.h"

#include <math.h>
#include <string.h>

#include "wrmf/curve.h"
#include "wrmf/matrix.h"
#include "wrmf/model.h"

enum { USERS = 6, ITEMS = 4, POINTS = 3, COLUMNS = 5 };

static const int64_t epochs[POINTS] = {0, 1, 3};
static const char *const labels[] = {"test", "again"};
static const char *const names[COLUMNS] = {"seconds", "objective", "test_recall@1", "test_recall@2",
                                           "test_mse"};

static wrmf_matrix *train, *test;
static wrmf_params *params;
static wrmf_evaluator *evaluators[2];
static wrmf_curve *const untouched = (wrmf_curve *)&machine;

static wrmf_matrix *diagonals(int64_t items, int64_t step, const double *counts)
{
    int64_t user[2 * USERS], item[2 * USERS];
    wrmf_matrix *matrix = NULL;
    for (int64_t i = 0; i < 2 * USERS; i++) {
        user[i] = i / 2;
        item[i] = (i / 2 + i % 2 * step) % items;
    }
    MUST(wrmf_matrix_from_triplets(context, USERS, items, 2 * USERS, user, item, counts,
                                   WRMF_DUPLICATES_DROP, NULL, &matrix, err));
    return matrix;
}

static int set_up(void **state)
{
    static const wrmf_metric metrics[] = {WRMF_METRIC_RECALL, WRMF_METRIC_MSE};
    static const int64_t cutoffs[] = {1, 2};
    fixture_set_up(state);
    train = diagonals(ITEMS, 1, NULL);
    test = diagonals(ITEMS, 2, NULL);
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, "factors=2 alpha=3 iterations=9", err));
    for (int i = 0; i < 2; i++) {
        MUST(wrmf_evaluator_create(context, test, NULL, &evaluators[i], err));
        MUST(wrmf_evaluator_set_metrics(evaluators[i], metrics, 2, err));
        MUST(wrmf_evaluator_set_cutoffs(evaluators[i], cutoffs, 2, err));
    }
    return 0;
}

static int tear_down(void **state)
{
    wrmf_evaluator_free(evaluators[0]);
    wrmf_evaluator_free(evaluators[1]);
    wrmf_params_free(params);
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    return fixture_tear_down(state);
}

static wrmf_curve *curve_of(int64_t n_evaluators)
{
    wrmf_curve *curve = NULL;
    MUST(wrmf_curve_run(context, train, params, epochs, POINTS, evaluators, labels, n_evaluators,
                        &curve, err));
    return curve;
}

/* ---- what it holds ---- */

/* Of the point, what models say that are fitted for as many epochs. */
static void check_point(const wrmf_curve *curve, int64_t point)
{
    wrmf_model *model = NULL;
    double objective;
    MUST(wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, epochs[point], err));
    MUST(wrmf_model_fit(context, train, params, &model, err));
    MUST(wrmf_model_objective(context, model, train, &objective, NULL, NULL, NULL, err));
    MUST(wrmf_evaluator_run(context, evaluators[1], model, err));
    assert_true(wrmf_curve_value(curve, point, 1) == objective);
    for (int k = 1; k <= 2; k++)
        assert_true(wrmf_curve_value(curve, point, 1 + k) ==
                    wrmf_evaluator_value(evaluators[1], WRMF_METRIC_RECALL, k));
    assert_true(wrmf_curve_value(curve, point, 4) ==
                wrmf_evaluator_value(evaluators[1], WRMF_METRIC_MSE, 0));
    wrmf_model_free(model);
}

static void points_and_columns(void **state)
{
    (void)state;
    wrmf_curve *const curve = curve_of(1);
    assert_int_equal(wrmf_curve_points(curve), POINTS);
    assert_int_equal(wrmf_curve_columns(curve), COLUMNS);
    for (int column = 0; column < COLUMNS; column++) {
        assert_string_equal(wrmf_curve_column_name(curve, column), names[column]);
        assert_int_equal(wrmf_curve_find(curve, names[column]), column);
    }
    double seconds = 0;
    for (int64_t point = 0; point < POINTS; point++) {
        assert_int_equal(wrmf_curve_epoch(curve, point), epochs[point]);
        assert_true(wrmf_curve_value(curve, point, 0) >= seconds);
        seconds = wrmf_curve_value(curve, point, 0);
        check_point(curve, point);
    }
    /* the evaluator keeps the results of the last epoch */
    assert_true(wrmf_evaluator_value(evaluators[0], WRMF_METRIC_MSE, 0) ==
                wrmf_curve_value(curve, POINTS - 1, 4));
    const wrmf_params *const own = wrmf_curve_params(curve);
    assert_true(own != params);
    assert_int_equal(wrmf_params_get_int(own, WRMF_PARAM_FACTORS), 2);
    wrmf_curve_free(curve);
}

static void the_best_point(void **state)
{
    (void)state;
    wrmf_curve *const curve = curve_of(1);
    assert_int_equal(wrmf_curve_best(curve, 1), POINTS - 1); /* the objective falls */
    for (int64_t column = 0; column < COLUMNS; column++) {
        const int64_t best = wrmf_curve_best(curve, column);
        const bool least = column < 2 || column == 4;
        assert_in_range(best, 0, POINTS - 1);
        const double reached = wrmf_curve_value(curve, best, column);
        for (int64_t point = 0; point < POINTS; point++) {
            const double value = wrmf_curve_value(curve, point, column);
            assert_true(least ? reached <= value : reached >= value);
            assert_true(value != reached || best <= point); /* the earliest of equals */
        }
    }
    wrmf_curve_free(curve);
}

static void evaluators_and_none(void **state)
{
    (void)state;
    wrmf_curve *curve = curve_of(2);
    assert_int_equal(wrmf_curve_columns(curve), COLUMNS + 3);
    for (int column = 2; column < COLUMNS; column++)
        assert_true(wrmf_curve_value(curve, 1, column) == wrmf_curve_value(curve, 1, column + 3));
    assert_int_equal(wrmf_curve_find(curve, "again_mse"), COLUMNS + 2);
    wrmf_curve_free(curve);
    MUST(wrmf_curve_run(context, train, NULL, epochs, 2, NULL, NULL, 0, &curve, err));
    assert_int_equal(wrmf_curve_columns(curve), 2);
    assert_int_equal(wrmf_params_get_int(wrmf_curve_params(curve), WRMF_PARAM_FACTORS), 64);
    wrmf_curve_free(curve);
}

static void what_there_is_none_of(void **state)
{
    (void)state;
    wrmf_curve *const curve = curve_of(1);
    for (int64_t none = -1; none <= POINTS; none += POINTS + 1) {
        assert_int_equal(wrmf_curve_epoch(curve, none), -1);
        assert_true(isnan(wrmf_curve_value(curve, none, 0)));
    }
    for (int64_t none = -1; none <= COLUMNS; none += COLUMNS + 1) {
        assert_null(wrmf_curve_column_name(curve, none));
        assert_true(isnan(wrmf_curve_value(curve, 0, none)));
        assert_int_equal(wrmf_curve_best(curve, none), -1);
    }
    assert_int_equal(wrmf_curve_find(curve, "test_recall"), -1);
    assert_int_equal(wrmf_curve_find(curve, NULL), -1);
    assert_int_equal(wrmf_curve_find(NULL, "seconds"), -1);
    assert_int_equal(wrmf_curve_points(NULL), 0);
    assert_int_equal(wrmf_curve_columns(NULL), 0);
    assert_int_equal(wrmf_curve_epoch(NULL, 0), -1);
    assert_null(wrmf_curve_column_name(NULL, 0));
    assert_true(isnan(wrmf_curve_value(NULL, 0, 0)));
    assert_int_equal(wrmf_curve_best(NULL, 0), -1);
    assert_null(wrmf_curve_params(NULL));
    wrmf_curve_free(NULL);
    wrmf_curve_free(curve);
}

/* ---- what is refused ---- */

#define RUN(epochs, n_epochs, evaluators, labels, n)                                               \
    wrmf_curve_run(context, train, params, epochs, n_epochs, evaluators, labels, n, &curve, err)

static void arguments_that_are_refused(void **state)
{
    (void)state;
    static const int64_t below[] = {0, -1}, falling[] = {2, 2};
    wrmf_curve *curve = untouched;
    FAILS(WRMF_E_NULL, "context",
          wrmf_curve_run(NULL, train, params, epochs, 1, NULL, NULL, 0, &curve, err));
    FAILS(WRMF_E_NULL, "train",
          wrmf_curve_run(context, NULL, params, epochs, 1, NULL, NULL, 0, &curve, err));
    FAILS(WRMF_E_NULL, "out",
          wrmf_curve_run(context, train, params, epochs, 1, NULL, NULL, 0, NULL, err));
    FAILS(WRMF_E_NULL, "epochs", RUN(NULL, 1, NULL, NULL, 0));
    FAILS(WRMF_E_NULL, "evaluators is", RUN(epochs, 1, NULL, labels, 1));
    FAILS(WRMF_E_NULL, "labels is", RUN(epochs, 1, evaluators, NULL, 1));
    FAILS(WRMF_E_RANGE, "n_epochs is 0", RUN(epochs, 0, NULL, NULL, 0));
    FAILS(WRMF_E_RANGE, "epochs[1] is -1", RUN(below, 2, NULL, NULL, 0));
    FAILS(WRMF_E_RANGE, "n_evaluators is -1", RUN(epochs, 1, evaluators, labels, -1));
    FAILS(WRMF_E_RANGE, "n_evaluators is 17", RUN(epochs, 1, evaluators, labels, 17));
    FAILS(WRMF_E_FORMAT, "epochs[1] is 2, not above 2", RUN(falling, 2, NULL, NULL, 0));
    assert_ptr_equal(curve, untouched);
}

static void evaluators_that_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "a b", "caf\xc3\xa9", "a@1"};
    wrmf_matrix *const wide = diagonals(ITEMS + 1, 1, NULL);
    wrmf_evaluator *hole[] = {evaluators[0], NULL}, *other[] = {evaluators[0], NULL};
    const char *const no_label[] = {"test", NULL}, *const twice[] = {"test", "test"};
    wrmf_curve *curve = untouched;
    MUST(wrmf_evaluator_create(context, wide, NULL, &other[1], err));
    FAILS(WRMF_E_NULL, "evaluators[1]", RUN(epochs, 1, hole, labels, 2));
    FAILS(WRMF_E_NULL, "labels[1]", RUN(epochs, 1, evaluators, no_label, 2));
    FAILS(WRMF_E_SHAPE, "\"again\" is 6 x 5, the training matrix 6 x 4",
          RUN(epochs, 1, other, labels, 2));
    FAILS(WRMF_E_FORMAT, "labels[0] and [1] are both \"test\"",
          RUN(epochs, 1, evaluators, twice, 2));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        FAILS(WRMF_E_FORMAT, "letters, digits and _", RUN(epochs, 1, evaluators, &wrong[i], 1));
    assert_ptr_equal(curve, untouched);
    wrmf_evaluator_free(other[1]);
    wrmf_matrix_free(wide);
}

static void runs_that_fail(void **state)
{
    (void)state;
    double huge[2 * USERS];
    for (int i = 0; i < 2 * USERS; i++)
        huge[i] = 1e300;
    wrmf_curve *curve = untouched;
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    FAILS(WRMF_E_CANCELLED, "hook", RUN(epochs, POINTS, evaluators, labels, 1));
    wrmf_context_set_progress(context, NULL, NULL);
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", RUN(epochs, POINTS, evaluators, labels, 1));
    host_fail(&machine, 0, false);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", RUN(epochs, POINTS, evaluators, labels, 1));
    MUST(wrmf_context_set_threads(context, 1, err));
    wrmf_matrix_free(train);
    train = diagonals(ITEMS, 1, huge);
    MUST(wrmf_params_set(params, "alpha", "1e30", err));
    FAILS(WRMF_E_NONFINITE, "user 0, item 0", RUN(epochs, POINTS, evaluators, labels, 1));
    assert_ptr_equal(curve, untouched);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    wrmf_curve *curve = NULL;
    OUT_OF_MEMORY(RUN(epochs, POINTS, evaluators, labels, 1));
    check_point(curve, 2);
    wrmf_curve_free(curve);
}

#define ON_MATRICES(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MATRICES(points_and_columns),
        ON_MATRICES(the_best_point),
        ON_MATRICES(evaluators_and_none),
        ON_MATRICES(what_there_is_none_of),
        ON_MATRICES(arguments_that_are_refused),
        ON_MATRICES(evaluators_that_are_refused),
        ON_MATRICES(runs_that_fail),
        ON_MATRICES(every_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
