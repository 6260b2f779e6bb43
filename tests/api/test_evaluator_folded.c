/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/evaluator.h: users that a model has not seen are measured as those of a model that has the
 * rows which wrmf_fold_rows() gives, to the same bits.
 */
#include <math.h>
#include <string.h>

#include "disliking.h"
#include "made.h"
#include "wrmf/evaluator.h"
#include "wrmf/fold.h"
#include "wrmf/model.h"
#include "wrmf/params.h"

enum { SEEN = 60, USERS = 23, ITEMS = 40, FACTORS = 5, CUTOFFS = 3, METRICS = WRMF_METRIC_MSE + 1 };

static const int64_t cutoffs[CUTOFFS] = {1, 5, 60};
static wrmf_matrix *train, *given, *test;
static wrmf_evaluator *evaluator;

/* Entries that look random, one in `one_in`, of those whose remainder by `parts` is `part`. */
static wrmf_matrix *matrix_of(int users, int salt, int one_in, int parts, int part)
{
    static int64_t user[SEEN * ITEMS], item[SEEN * ITEMS];
    static double count[SEEN * ITEMS];
    int64_t n = 0;
    for (int u = 0; u < users; u++) {
        for (int i = 0; i < ITEMS; i++) {
            const unsigned mixed = (unsigned)(u * 7919 + i * 104729 + salt * 1299709) * 2654435761u;
            if (mixed >> 8 & 1 || (int)((mixed >> 9) % (unsigned)one_in) > 0 || i % parts != part)
                continue;
            user[n] = u;
            item[n] = i;
            count[n++] = 1 + mixed % 3;
        }
    }
    return triplets(users, ITEMS, n, user, item, count);
}

static int set_up(void **state)
{
    wrmf_metric metrics[METRICS];
    fixture_set_up(state);
    train = matrix_of(SEEN, 1, 2, 1, 0);
    given = matrix_of(USERS, 2, 1, 2, 0);
    test = matrix_of(USERS, 2, 1, 2, 1);
    for (int m = 0; m < METRICS; m++)
        metrics[m] = (wrmf_metric)m;
    MUST(wrmf_evaluator_create(context, test, given, &evaluator, err));
    MUST(wrmf_evaluator_set_cutoffs(evaluator, cutoffs, CUTOFFS, err));
    MUST(wrmf_evaluator_set_metrics(evaluator, metrics, METRICS, err));
    return 0;
}

static int tear_down(void **state)
{
    wrmf_evaluator_free(evaluator);
    wrmf_matrix_free(train);
    wrmf_matrix_free(given);
    wrmf_matrix_free(test);
    return fixture_tear_down(state);
}

static wrmf_model *fitted(wrmf_precision precision)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, FACTORS, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_PRECISION, precision, err));
    MUST(wrmf_model_fit(context, train, params, &model, err));
    wrmf_params_free(params);
    return model;
}

/* The model whose users are those that are folded in. */
static wrmf_model *model_of_folded(const wrmf_model *model)
{
    static double users[USERS * FACTORS], items[ITEMS * FACTORS];
    wrmf_fold *fold = NULL;
    wrmf_model *out = NULL;
    MUST(wrmf_fold_create(context, model, WRMF_USERS, &fold, err));
    MUST(wrmf_fold_rows(context, fold, given, users, err));
    MUST(wrmf_model_get_rows(model, WRMF_ITEMS, 0, ITEMS, items, err));
    MUST(wrmf_model_from_rows(context, USERS, ITEMS, wrmf_model_params(model), users, items, &out,
                              err));
    wrmf_fold_free(fold);
    return out;
}

static void take_values(double values[METRICS][CUTOFFS])
{
    for (int m = 0; m < METRICS; m++)
        for (int c = 0; c < CUTOFFS; c++)
            values[m][c] = wrmf_evaluator_value(evaluator, (wrmf_metric)m, cutoffs[c]);
}

static void same_as_users_of_a_model(void **state)
{
    (void)state;
    for (int precision = 0; precision < 2; precision++) {
        double wanted[METRICS][CUTOFFS], got[METRICS][CUTOFFS];
        wrmf_model *const model = fitted((wrmf_precision)precision);
        wrmf_model *const folded = model_of_folded(model);
        MUST(wrmf_context_set_threads(context, 1, err));
        MUST(wrmf_evaluator_run(context, evaluator, folded, err));
        take_values(wanted);
        assert_true(wanted[WRMF_METRIC_RECALL][1] > 0);
        for (int threads = 1; threads < 4; threads += 2) {
            MUST(wrmf_context_set_threads(context, threads, err));
            MUST(wrmf_evaluator_run_folded(context, evaluator, model, given, err));
            take_values(got);
            /* the Gram matrix of a model without a fit is made, not known: other last bits */
            const double mse = wanted[WRMF_METRIC_MSE][0];
            assert_true(fabs(got[WRMF_METRIC_MSE][0] - mse) <= 1e-6 * mse);
            memcpy(got[WRMF_METRIC_MSE], wanted[WRMF_METRIC_MSE], sizeof got[0]);
            assert_memory_equal(got, wanted, sizeof got);
        }
        wrmf_model_free(model);
        wrmf_model_free(folded);
    }
}

static void calls_that_are_refused(void **state)
{
    (void)state;
    const int64_t user = 0, item = 3;
    const double count = 1e308;
    wrmf_matrix *const short_one = triplets(USERS - 1, ITEMS, 0, NULL, NULL, NULL);
    wrmf_matrix *const heavy = triplets(USERS, ITEMS, 1, &user, &item, &count);
    wrmf_model *const model = fitted(WRMF_PRECISION_FLOAT32);
    wrmf_matrix *const disliked = disliking(given);
    wrmf_model *narrow = NULL, *bare = NULL;
    wrmf_params *params = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, "unobserved_weight=0 regularization=0", err));
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &bare, err));
    wrmf_params_free(params);
    MUST(wrmf_model_create(context, USERS, ITEMS - 1, NULL, &narrow, err));
    FAILS(WRMF_E_NULL, "context", wrmf_evaluator_run_folded(NULL, evaluator, model, given, err));
    FAILS(WRMF_E_NULL, "evaluator", wrmf_evaluator_run_folded(context, NULL, model, given, err));
    FAILS(WRMF_E_NULL, "model", wrmf_evaluator_run_folded(context, evaluator, NULL, given, err));
    FAILS(WRMF_E_NULL, "given", wrmf_evaluator_run_folded(context, evaluator, model, NULL, err));
    FAILS(WRMF_E_SHAPE, "the model has 39 items, the test matrix 40",
          wrmf_evaluator_run_folded(context, evaluator, narrow, given, err));
    FAILS(WRMF_E_SHAPE, "test is 23 x 40, given 22 x 40",
          wrmf_evaluator_run_folded(context, evaluator, model, short_one, err));
    FAILS(WRMF_E_NONFINITE, "user 0, item 3",
          wrmf_evaluator_run_folded(context, evaluator, model, heavy, err));
    FAILS(WRMF_E_FORMAT, "user 0 dislikes item",
          wrmf_evaluator_run_folded(context, evaluator, model, disliked, err));
    FAILS(WRMF_E_RANGE, "regularization_user is 0",
          wrmf_evaluator_run_folded(context, evaluator, bare, given, err));
    assert_true(isnan(wrmf_evaluator_value(evaluator, WRMF_METRIC_RECALL, 5)));
    OUT_OF_MEMORY(wrmf_evaluator_run_folded(context, evaluator, model, given, err));
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner",
          wrmf_evaluator_run_folded(context, evaluator, model, given, err));
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_is_slow, 2, err));
    FAILS(WRMF_E_CANCELLED, "", wrmf_evaluator_run_folded(context, evaluator, model, given, err));
    assert_true(!isnan(wrmf_evaluator_value(evaluator, WRMF_METRIC_RECALL, 5)));
    wrmf_context_set_progress(context, NULL, NULL);
    wrmf_matrix_free(short_one);
    wrmf_matrix_free(heavy);
    wrmf_matrix_free(disliked);
    wrmf_model_free(bare);
    wrmf_model_free(narrow);
    wrmf_model_free(model);
}

int main(void)
{
#define ON_EVALUATOR(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_EVALUATOR(same_as_users_of_a_model),
        ON_EVALUATOR(calls_that_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
