/* SPDX-License-Identifier: BSD-2-Clause */
/* Every metric is compared with its definition, for each way to treat train items and empty users.
 */
#include "dense.h"

#include <math.h>
#include <stdlib.h>

static wrmf_context *context;

static const int64_t cutoffs[] = {1, 2, 5, 10, 63};
enum { CUTOFFS = 5, METRICS = 11 };

/* Makes a model of given rows; whole numbers make scores exact, and many of them equal. */
static wrmf_model *random_model(uint64_t seed, int64_t users, int64_t items, int64_t factors,
                                wrmf_precision precision, int whole)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, factors, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_PRECISION, precision, err));
    MUST(wrmf_model_create(context, users, items, params, &model, err));
    for (int side = 0; side < 2; side++) {
        dense rows = dense_new(side == 0 ? users : items, factors);
        for (int64_t j = 0; j < rows.rows * factors; j++) {
            rows.at[j] = whole ? (double)(random_below(&seed, 5) - 2) : random_normal(&seed);
        }
        MUST(wrmf_model_set_rows(model, (wrmf_side)side, 0, rows.rows, rows.at, err));
        dense_free(&rows);
    }
    wrmf_params_free(params);
    return model;
}

/* Gives the scores as they rank, after comparing them with long double products. */
static dense model_scores(const wrmf_model *model, wrmf_precision precision, int exact)
{
    dense x = dense_from_model(model, WRMF_USERS), y = dense_from_model(model, WRMF_ITEMS);
    dense scores = dense_new(x.rows, y.rows);
    for (int64_t u = 0; u < x.rows; u++) {
        for (int64_t i = 0; i < y.rows; i++) {
            double product = reference_dot(dense_row(&x, u), dense_row(&y, i), x.columns);
            double score = wrmf_model_score(model, u, i);
            double bound =
                reference_dot_bound(dense_row(&x, u), dense_row(&y, i), x.columns, precision);
            assert_true(fabs(score - product) <= (exact ? 0 : bound));
            dense_row(&scores, u)[i] = score;
        }
    }
    dense_free(&x);
    dense_free(&y);
    return scores;
}

typedef struct setting {
    const dense *test;
    const dense *train; /* NULL: nothing is excluded */
    const dense *scores;
    const int64_t *users;
    int64_t n_users;
    wrmf_empty empty;
} setting;

static int is_empty(const dense *table, int64_t row)
{
    for (int64_t i = 0; i < table->columns; i++) {
        if (dense_row(table, row)[i] > 0) {
            return 0;
        }
    }
    return 1;
}

/* Checks one cut-off: means, users' values, coverage and counts. */
static void check_cutoff(const wrmf_evaluator *evaluator, const setting *s, int64_t k)
{
    int64_t items = s->test->columns, counted = 0, covered = 0;
    double each = reference_metric_bound(k, 1), mean = reference_metric_bound(k, s->n_users);
    double means[METRICS] = {0};
    char *in_list = calloc((size_t)items + 1, 1);
    double *values = calloc((size_t)(s->n_users + 1) * METRICS, sizeof *values);
    double *got = calloc((size_t)s->n_users + 1, sizeof *got);
    assert_true(in_list && values && got);
    for (int64_t j = 0; j < s->n_users; j++) {
        int64_t u = s->users[j];
        double *mine = values + j * METRICS;
        int skip = is_empty(s->test, u) && s->empty == WRMF_EMPTY_SKIP;
        reference_user_metrics(dense_row(s->scores, u), items, dense_row(s->test, u),
                               s->train ? dense_row(s->train, u) : NULL, k, mine,
                               skip ? NULL : in_list);
        counted += !skip;
        for (int m = 0; m < METRICS; m++) {
            means[m] += skip ? 0 : mine[m];
            mine[m] = skip ? NAN : mine[m];
        }
    }
    assert_int_equal(wrmf_evaluator_counted(evaluator), counted);
    assert_int_equal(wrmf_evaluator_skipped(evaluator), s->n_users - counted);
    assert_int_equal(wrmf_evaluator_users(evaluator), s->n_users);
    for (int m = 0; m <= WRMF_METRIC_AUC; m++) {
        double value = wrmf_evaluator_value(evaluator, (wrmf_metric)m, k);
        if (m == WRMF_METRIC_COVERAGE) {
            for (int64_t i = 0; i < items; i++) {
                covered += in_list[i];
            }
            assert_true(items == 0 || fabs(value - (double)covered / (double)items) <= each);
            continue;
        }
        double want = means[m] / (double)counted;
        if (counted == 0 ? !isnan(value) : !(fabs(value - want) <= mean)) {
            fail_msg("%s at %d: %.17g, should be %.17g", wrmf_metric_name((wrmf_metric)m), (int)k,
                     value, want);
        }
        MUST(wrmf_evaluator_user_values(evaluator, (wrmf_metric)m, k, got, err));
        for (int64_t j = 0; j < s->n_users; j++) {
            want = values[j * METRICS + m];
            assert_true(isnan(want) ? isnan(got[j]) : fabs(got[j] - want) <= each);
        }
    }
    free(in_list);
    free(values);
    free(got);
}

/* Checks the mean over all cells of the chosen users, skipped or not. */
static void check_mse(const wrmf_evaluator *evaluator, const setting *s, const wrmf_model *model)
{
    dense x = dense_from_model(model, WRMF_USERS), y = dense_from_model(model, WRMF_ITEMS);
    long double sum = 0;
    double sizes =
        0; /* of what is summed up: the library forms it from products of Gram matrices */
    for (int64_t j = 0; j < s->n_users; j++) {
        for (int64_t i = 0; i < y.rows; i++) {
            double p = dense_row(s->test, s->users[j])[i] > 0 ? 1.0 : 0.0;
            long double miss =
                p - reference_dot(dense_row(&x, s->users[j]), dense_row(&y, i), x.columns);
            sum += miss * miss;
            double size =
                1 + reference_reach(dense_row(&x, s->users[j]), dense_row(&y, i), x.columns);
            sizes += size * size;
        }
    }
    double want = (double)(sum / (long double)(s->n_users * y.rows));
    double value = wrmf_evaluator_value(evaluator, WRMF_METRIC_MSE, 0);
    double terms = (double)(y.rows + s->n_users + x.columns * (x.columns + 2) + 10);
    double bound = 2 * 0x1p-53 * terms * sizes / (double)(s->n_users * y.rows);
    if (s->n_users * y.rows == 0 ? !isnan(value) : !(fabs(value - want) <= bound)) {
        fail_msg("mse: %.17g, should be %.17g", value, want);
    }
    dense_free(&x);
    dense_free(&y);
}

static void check_settings(wrmf_evaluator *evaluator, const wrmf_model *model, const dense *scores,
                           const dense *test, const dense *train, const int64_t *users,
                           int64_t n_users)
{
    MUST(wrmf_evaluator_set_users(evaluator, users, n_users, err));
    for (int exclude = 0; exclude <= (train != NULL); exclude++) {
        for (int empty = 0; empty <= 1; empty++) {
            setting s = {test, exclude ? train : NULL, scores, users, n_users, (wrmf_empty)empty};
            MUST(wrmf_evaluator_set_exclude(evaluator, (wrmf_exclude)exclude, err));
            MUST(wrmf_evaluator_set_empty(evaluator, (wrmf_empty)empty, err));
            MUST(wrmf_evaluator_run(context, evaluator, model, err));
            for (int c = 0; c < CUTOFFS; c++) {
                check_cutoff(evaluator, &s, cutoffs[c]);
            }
            check_mse(evaluator, &s, model);
        }
    }
}

/* Checks that only candidates compete: as if all others were excluded. */
static void check_candidates(uint64_t seed, wrmf_evaluator *evaluator, const wrmf_model *model,
                             const dense *scores, const dense *test, const dense *train,
                             const int64_t *users, int64_t n_users)
{
    dense candidates = dense_counts(seed + 200, test->rows, test->columns, 0.4, 3);
    dense left_out = dense_new(test->rows, test->columns);
    wrmf_matrix *matrix = dense_to_matrix(context, &candidates);
    MUST(wrmf_evaluator_set_users(evaluator, users, n_users, err));
    MUST(wrmf_evaluator_set_candidates(evaluator, matrix, err));
    wrmf_matrix_free(matrix); /* the evaluator holds it */
    for (int exclude = 0; exclude <= (train != NULL); exclude++) {
        for (int64_t j = 0; j < test->rows * test->columns; j++) {
            left_out.at[j] = !(candidates.at[j] > 0) || (exclude && train->at[j] > 0);
        }
        setting s = {test, &left_out, scores, users, n_users, WRMF_EMPTY_SKIP};
        MUST(wrmf_evaluator_set_exclude(evaluator, (wrmf_exclude)exclude, err));
        MUST(wrmf_evaluator_set_empty(evaluator, WRMF_EMPTY_SKIP, err));
        MUST(wrmf_evaluator_run(context, evaluator, model, err));
        for (int c = 0; c < CUTOFFS; c++) {
            check_cutoff(evaluator, &s, cutoffs[c]);
        }
        check_mse(evaluator, &s, model);
    }
    MUST(wrmf_evaluator_set_candidates(evaluator, NULL, err));
    dense_free(&left_out);
    dense_free(&candidates);
}

static void check_shape(uint64_t seed, int64_t users, int64_t items, int64_t factors, int whole)
{
    dense train = dense_counts(seed, users, items, 0.3, 3);
    dense test = dense_counts(seed + 100, users, items, 0.25, 3);
    wrmf_matrix *train_matrix = dense_to_matrix(context, &train);
    wrmf_matrix *test_matrix = dense_to_matrix(context, &test);
    wrmf_metric metrics[METRICS];
    for (int m = 0; m < METRICS; m++) {
        metrics[m] = (wrmf_metric)((m + 4) % METRICS); /* the order may be any */
    }
    int64_t all[64], some[64], n_some = 0;
    for (int64_t u = 0; u < users; u++) {
        all[u] = u;
        if (u % 3 == 1) {
            some[n_some++] = u;
        }
    }
    for (int precision = 0; precision <= 1; precision++) {
        wrmf_model *model =
            random_model(seed, users, items, factors, (wrmf_precision)precision, whole);
        dense scores = model_scores(model, (wrmf_precision)precision, whole);
        for (int with_train = 0; with_train <= 1; with_train++) {
            wrmf_evaluator *evaluator = NULL;
            MUST(wrmf_evaluator_create(context, test_matrix, with_train ? train_matrix : NULL,
                                       &evaluator, err));
            MUST(wrmf_evaluator_set_cutoffs(evaluator, cutoffs, CUTOFFS, err));
            MUST(wrmf_evaluator_set_metrics(evaluator, metrics, METRICS, err));
            MUST(wrmf_evaluator_set_per_user(evaluator, 1, err));
            const dense *left_out = with_train ? &train : NULL;
            check_settings(evaluator, model, &scores, &test, left_out, all, users);
            check_candidates(seed, evaluator, model, &scores, &test, left_out, all, users);
            check_settings(evaluator, model, &scores, &test, left_out, some, n_some);
            wrmf_evaluator_free(evaluator);
        }
        dense_free(&scores);
        wrmf_model_free(model);
    }
    wrmf_matrix_free(train_matrix);
    wrmf_matrix_free(test_matrix);
    dense_free(&train);
    dense_free(&test);
}

static void with_many_ties(void **state)
{
    (void)state;
    check_shape(1, 30, 25, 2, 1);
    check_shape(2, 9, 60, 3, 1);
    check_shape(3, 20, 7, 1, 1);
    check_shape(4, 1, 1, 1, 1);
    check_shape(5, 4, 1, 2, 1);
    check_shape(6, 1, 30, 2, 1);
}

static void with_any_factors(void **state)
{
    (void)state;
    check_shape(11, 40, 30, 5, 0);
    check_shape(12, 10, 130, 17, 0);
    check_shape(13, 63, 20, 33, 0);
}

/* Four items rank in the order 2, 0, 1, 3, and 0 and 3 are wanted; figures are by hand. */
static void by_hand(void **state)
{
    (void)state;
    double item_rows[] = {3, 2, 4, 1}, one = 1, values[METRICS], value;
    dense test = {1, 4, (double[]){1, 0, 0, 5}};
    static const struct {
        wrmf_metric metric;
        double at_2, at_3;
    } want[] = {
        {WRMF_METRIC_PRECISION, 1.0 / 2, 1.0 / 3},
        {WRMF_METRIC_RECALL, 1.0 / 2, 1.0 / 2},
        {WRMF_METRIC_RECALL_CAPPED, 1.0 / 2, 1.0 / 2},
        {WRMF_METRIC_MAP, 1.0 / 4, 1.0 / 4},
        {WRMF_METRIC_MAP_CAPPED, 1.0 / 4, 1.0 / 4},
        {WRMF_METRIC_MRR, 1.0 / 2, 1.0 / 2},
        {WRMF_METRIC_HIT_RATE, 1, 1},
        {WRMF_METRIC_COVERAGE, 2.0 / 4, 3.0 / 4},
        {WRMF_METRIC_NDCG, 0.38685280723454163, 0.38685280723454163},
        {WRMF_METRIC_AUC, 1.0 / 4, 1.0 / 4},
        {WRMF_METRIC_MSE, 24.0 / 4, 24.0 / 4},
    };
    wrmf_matrix *matrix = dense_to_matrix(context, &test);
    wrmf_model *model = random_model(1, 1, 4, 1, WRMF_PRECISION_FLOAT32, 1);
    MUST(wrmf_model_set_rows(model, WRMF_USERS, 0, 1, &one, err));
    MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 0, 4, item_rows, err));
    wrmf_evaluator *evaluator = NULL;
    MUST(wrmf_evaluator_create(context, matrix, NULL, &evaluator, err));
    MUST(wrmf_evaluator_set_cutoffs(evaluator, (int64_t[]){2, 3}, 2, err));
    for (size_t m = 0; m < METRICS; m++) {
        MUST(wrmf_evaluator_set_metrics(evaluator, &want[m].metric, 1, err));
        MUST(wrmf_evaluator_run(context, evaluator, model, err));
        value = wrmf_evaluator_value(evaluator, want[m].metric, 2);
        assert_true(fabs(value - want[m].at_2) <= reference_metric_bound(2, 1));
        value = wrmf_evaluator_value(evaluator, want[m].metric, 3);
        assert_true(fabs(value - want[m].at_3) <= reference_metric_bound(3, 1));
    }
    reference_user_metrics(item_rows, 4, test.at, NULL, 2, values, NULL);
    assert_true(fabs(values[WRMF_METRIC_NDCG] - 0.38685280723454163) <=
                reference_metric_bound(2, 1));
    wrmf_evaluator_free(evaluator);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(with_many_ties),
        cmocka_unit_test(with_any_factors),
    };
    if (wrmf_context_create(&context, NULL) != WRMF_OK) {
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    wrmf_context_free(context);
    return failed;
}
