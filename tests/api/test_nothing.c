/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where there is nothing: models that are zero everywhere, users without interactions, tests
 * without entries, matrices without columns. Every number that there is comes out, what cannot be
 * measured is a NaN without a sign, and the logger is told.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "host.h"
#include "wrmf/wrmf.h"

enum { USERS = 30, ITEMS = 20 };

static host machine;
static wrmf_context *context;
static int warnings;
static char last_warning[200];

static void hear(void *self, wrmf_log_level level, const char *line)
{
    (void)self;
    if (level != WRMF_LOG_WARNING)
        return;
    warnings++;
    strncpy(last_warning, line, sizeof last_warning - 1);
}

static int make(void **state)
{
    (void)state;
    context = host_context(&machine);
    wrmf_context_set_logger(context, NULL, hear, WRMF_LOG_WARNING);
    warnings = 0;
    return 0;
}

static int drop(void **state)
{
    (void)state;
    wrmf_context_free(context);
    host_check(&machine);
    return 0;
}

static wrmf_matrix *matrix_of(int64_t users, int64_t items, int64_t n)
{
    int64_t user[3] = {1, 2, 3}, item[3] = {2, 4, 4};
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_matrix_from_triplets(context, users, items, n, user, item, NULL, WRMF_DUPLICATES_SUM,
                                   NULL, &matrix, err));
    return matrix;
}

static wrmf_model *model_of(const wrmf_matrix *matrix, const char *text)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, text, err));
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    wrmf_params_free(params);
    return model;
}

static wrmf_evaluator *run_all_metrics(const wrmf_matrix *test, const wrmf_model *model)
{
    wrmf_metric metrics[11];
    wrmf_evaluator *evaluator = NULL;
    for (int i = 0; i < 11; i++)
        metrics[i] = (wrmf_metric)i;
    MUST(wrmf_evaluator_create(context, test, NULL, &evaluator, err));
    MUST(wrmf_evaluator_set_metrics(evaluator, metrics, 11, err));
    MUST(wrmf_evaluator_run(context, evaluator, model, err));
    return evaluator;
}

static void check_nan(double value)
{
    assert_true(isnan(value) && !signbit(value));
}

static void zero_model(void **state)
{
    (void)state;
    static const char *const ways[] = {"init_scale=0", "init_scale=0 solver=cg",
                                       "init_scale=0 precision=float64 regularization=0"};
    wrmf_matrix *const matrix = matrix_of(USERS, ITEMS, 3);
    for (int way = 0; way < 3; way++) {
        int64_t list[ITEMS], count;
        double scores[ITEMS], parts[4];
        warnings = 0;
        wrmf_model *const model = model_of(matrix, ways[way]);
        assert_true(warnings > 0);
        assert_non_null(strstr(last_warning, "all factors of the model are zero"));
        MUST(wrmf_recommend(model, 1, NULL, ITEMS, list, scores, &count, err));
        for (int64_t i = 0; i < ITEMS; i++)
            assert_true(list[i] == i && scores[i] == 0);
        MUST(wrmf_similar(model, WRMF_ITEMS, 4, ITEMS, list, scores, &count, err));
        assert_true(count == ITEMS - 1 && list[4] == 5 && scores[4] == 0);
        MUST(wrmf_model_objective(context, model, matrix, &parts[0], &parts[1], &parts[2],
                                  &parts[3], err));
        assert_true(parts[1] == 3 * 40 && parts[2] == 3 && parts[3] == 0);
        wrmf_evaluator *const evaluator = run_all_metrics(matrix, model);
        assert_true(wrmf_evaluator_value(evaluator, WRMF_METRIC_AUC, 0) == 0.5);
        assert_true(fabs(wrmf_evaluator_value(evaluator, WRMF_METRIC_MSE, 0) -
                         3.0 / ITEMS / USERS) < 1e-15);
        wrmf_evaluator_free(evaluator);
        wrmf_model_free(model);
    }
    wrmf_matrix_free(matrix);
}

static void test_without_entries(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = matrix_of(USERS, ITEMS, 3), *const none =
                                                                matrix_of(USERS, ITEMS, 0);
    wrmf_model *const model = model_of(matrix, "factors=4");
    assert_int_equal(warnings, 0);
    wrmf_evaluator *const evaluator = run_all_metrics(none, model);
    assert_int_equal(warnings, 1);
    assert_non_null(strstr(last_warning, "none of 30 users has a test item"));
    assert_int_equal(wrmf_evaluator_counted(evaluator), 0);
    for (int metric = WRMF_METRIC_PRECISION; metric <= WRMF_METRIC_AUC; metric++)
        if (metric != WRMF_METRIC_COVERAGE)
            check_nan(wrmf_evaluator_value(evaluator, (wrmf_metric)metric, 10));
    assert_true(wrmf_evaluator_value(evaluator, WRMF_METRIC_COVERAGE, 10) == 0);
    assert_true(wrmf_evaluator_value(evaluator, WRMF_METRIC_MSE, 0) >= 0);
    wrmf_evaluator_free(evaluator);
    wrmf_model_free(model);
    wrmf_matrix_free(none);
    wrmf_matrix_free(matrix);
}

static void no_columns_no_rows(void **state)
{
    (void)state;
    for (int side = 0; side < 2; side++) {
        wrmf_matrix *const matrix = matrix_of(side ? 0 : USERS, side ? ITEMS : 0, 0);
        wrmf_model *const model = model_of(matrix, "factors=4");
        wrmf_evaluator *const evaluator = run_all_metrics(matrix, model);
        check_nan(wrmf_evaluator_value(evaluator, WRMF_METRIC_MSE, 0));
        check_nan(wrmf_evaluator_value(evaluator, WRMF_METRIC_PRECISION, 10));
        if (!side)
            check_nan(wrmf_evaluator_value(evaluator, WRMF_METRIC_COVERAGE, 10));
        wrmf_evaluator_free(evaluator);
        wrmf_model_free(model);
        wrmf_matrix_free(matrix);
    }
}

/* log(1 + 1e300 / 1e-30) is 759.9, whatever the quotient is; so are the sizes in between. */
static void large_count_in_a_logarithm(void **state)
{
    (void)state;
    static const double counts[] = {1e300, 1e270, 1e100};
    for (int i = 0; i < 3; i++) {
        const int64_t zero = 0;
        wrmf_matrix *matrix = NULL;
        double parts[4];
        MUST(wrmf_matrix_from_triplets(context, 1, 1, 1, &zero, &zero, &counts[i],
                                       WRMF_DUPLICATES_SUM, NULL, &matrix, err));
        wrmf_model *const model =
            model_of(matrix, "factors=1 init_scale=0 iterations=1 confidence=log epsilon=1e-30");
        MUST(wrmf_model_objective(context, model, matrix, &parts[0], &parts[1], &parts[2],
                                  &parts[3], err));
        const double want = 40 * (log(counts[i]) - log(1e-30));
        assert_true(fabs(parts[1] - want) <= 1e-13 * want);
        wrmf_model_free(model);
        wrmf_matrix_free(matrix);
    }
}

/* The diagonal of a row's system, 1 over the root of its regularization, is beyond float32, and
 * what it is multiplied by is 0. */
static void regularizations_next_to_nothing(void **state)
{
    (void)state;
    static const char *const solvers[] = {"auto", "cholesky", "whitened", "cg"};
    wrmf_matrix *const matrix = matrix_of(USERS, ITEMS, 3);
    for (int way = 0; way < 8; way++) {
        char text[200];
        double row[70];
        const int factors = way < 4 ? 4 : 70;
        snprintf(text, sizeof text,
                 "init_scale=0 regularization=1e-80 regularization_exponent=1 solver=%s factors=%d",
                 solvers[way % 4], factors);
        wrmf_model *const model = model_of(matrix, text);
        MUST(wrmf_model_get_rows(model, WRMF_USERS, 1, 1, row, err));
        for (int k = 0; k < factors; k++)
            assert_true(row[k] == 0);
        wrmf_model_free(model);
    }
    wrmf_matrix_free(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(zero_model, make, drop),
        cmocka_unit_test_setup_teardown(test_without_entries, make, drop),
        cmocka_unit_test_setup_teardown(no_columns_no_rows, make, drop),
        cmocka_unit_test_setup_teardown(large_count_in_a_logarithm, make, drop),
        cmocka_unit_test_setup_teardown(regularizations_next_to_nothing, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
