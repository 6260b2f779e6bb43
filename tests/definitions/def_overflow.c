/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Factors that are finite, with products that are not: every consumer keeps one order of scores,
 * infinity first and a sum of infinities of both signs among those of -infinity, and no metric
 * leaves its interval. Nothing here depends on rounding: lists and metrics are held against the
 * scores that the model gives, one by one.
 */
#include "dense.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static wrmf_context *context;

enum { USERS = 40, ITEMS = 75, FACTORS = 5, SHORT = 7 };

/* Rows of one size, of both signs; every seventh is zero. */
static dense large_rows(uint64_t seed, int64_t rows, double size)
{
    dense table = dense_new(rows, FACTORS);
    for (int64_t j = 0; j < rows * FACTORS; j++)
        table.at[j] = j / FACTORS % 7 == 6 ? 0 : random_normal(&seed) * size;
    return table;
}

static void check_list(const double *scores, int64_t n, const int64_t *list, const double *shown,
                       int64_t count, int64_t length)
{
    int64_t order[ITEMS];
    reference_order(scores, n, order);
    assert_int_equal(count, length < n ? length : n);
    for (int64_t j = 0; j < count; j++) {
        assert_int_equal(list[j], order[j]);
        assert_true(shown[j] == scores[order[j]]);
    }
}

static void check_lists(const wrmf_model *model)
{
    double scores[ITEMS], shown[ITEMS];
    int64_t list[ITEMS], count, batch[USERS * SHORT], counts[USERS];
    int infinite = 0;
    for (int64_t user = 0; user < USERS; user++) {
        for (int64_t item = 0; item < ITEMS; item++) {
            scores[item] = wrmf_model_score(model, user, item);
            assert_true(scores[item] == scores[item]); /* no NaN */
            infinite += fabs(scores[item]) > DBL_MAX;
        }
        MUST(wrmf_recommend(model, user, NULL, ITEMS, list, shown, &count, err));
        check_list(scores, ITEMS, list, shown, count, ITEMS);
        MUST(wrmf_recommend(model, user, NULL, SHORT, list, shown, &count, err));
        check_list(scores, ITEMS, list, shown, count, SHORT);
    }
    assert_true(infinite > 0);
    wrmf_query *query = NULL;
    MUST(wrmf_query_create(context, model, WRMF_USERS, WRMF_ITEMS, &query, err));
    MUST(wrmf_query_set_length(query, SHORT, err));
    MUST(wrmf_query_run_batch(query, NULL, USERS, batch, NULL, counts, err));
    for (int64_t user = 0; user < USERS; user++) {
        MUST(wrmf_recommend(model, user, NULL, SHORT, list, NULL, &count, err));
        for (int64_t j = 0; j < SHORT; j++)
            assert_int_equal(batch[user * SHORT + j], list[j]);
    }
    wrmf_query_free(query);
}

/* Similar items: by cosine, where sizes do not matter, and by a dot product that overflows. */
static void check_similar(const wrmf_model *model, const dense *y, wrmf_precision precision)
{
    double shown[ITEMS], longer[ITEMS];
    int64_t list[ITEMS], all[ITEMS], count;
    wrmf_query *query = NULL;
    MUST(wrmf_query_create(context, model, WRMF_ITEMS, WRMF_ITEMS, &query, err));
    MUST(wrmf_query_set_similarity(query, WRMF_SIMILARITY_DOT, err));
    for (int64_t item = 0; item < ITEMS; item++) {
        MUST(wrmf_similar(model, WRMF_ITEMS, item, ITEMS, list, shown, &count, err));
        assert_int_equal(count, ITEMS - 1);
        for (int64_t j = 0; j < count; j++) {
            const double want =
                reference_cosine(dense_row(y, item), dense_row(y, list[j]), FACTORS);
            assert_true(fabs(shown[j] - want) <= reference_cosine_bound(FACTORS, precision));
        }
        MUST(wrmf_query_set_length(query, ITEMS, err));
        MUST(wrmf_query_run(query, item, all, longer, &count, err));
        MUST(wrmf_query_set_length(query, SHORT, err));
        MUST(wrmf_query_run(query, item, list, shown, &count, err));
        assert_int_equal(count, SHORT);
        for (int64_t j = 0; j < SHORT; j++) {
            assert_int_equal(list[j], all[j]);
            assert_true(shown[j] == longer[j] && !(shown[j] < longer[j + 1]));
        }
    }
    wrmf_query_free(query);
}

static const wrmf_metric metrics[] = {WRMF_METRIC_PRECISION, WRMF_METRIC_NDCG, WRMF_METRIC_MAP,
                                      WRMF_METRIC_MRR,       WRMF_METRIC_AUC,  WRMF_METRIC_MSE};
enum { METRICS = sizeof metrics / sizeof *metrics };

/* A user's mean squared error in long double, which has room for the squares of floats' products;
 * infinity where a double has none for the result. */
static double reference_mse(const dense *x, const dense *y, const dense *test, int64_t user)
{
    long double sum = 0;
    for (int64_t item = 0; item < ITEMS; item++) {
        long double score = 0;
        for (int64_t k = 0; k < FACTORS; k++)
            score += (long double)dense_row(x, user)[k] * dense_row(y, item)[k];
        const long double error = (dense_row(test, user)[item] > 0) - score;
        sum += error * error;
    }
    return sum / ITEMS > DBL_MAX ? (double)INFINITY : (double)(sum / ITEMS);
}

static void check_metrics(const wrmf_model *model, const dense *x, const dense *y)
{
    dense test = dense_counts(5, USERS, ITEMS, 0.1, 1);
    wrmf_matrix *matrix = dense_to_matrix(context, &test);
    wrmf_evaluator *evaluator = NULL;
    const int64_t k = SHORT;
    double values[METRICS][USERS], scores[ITEMS], want[WRMF_METRIC_MSE + 1];
    MUST(wrmf_evaluator_create(context, matrix, NULL, &evaluator, err));
    MUST(wrmf_evaluator_set_cutoffs(evaluator, &k, 1, err));
    MUST(wrmf_evaluator_set_metrics(evaluator, metrics, METRICS, err));
    MUST(wrmf_evaluator_set_empty(evaluator, WRMF_EMPTY_ZERO, err));
    MUST(wrmf_evaluator_set_per_user(evaluator, 1, err));
    MUST(wrmf_evaluator_run(context, evaluator, model, err));
    for (int i = 0; i < METRICS; i++) {
        const double mean = wrmf_evaluator_value(evaluator, metrics[i], k);
        assert_true(mean >= 0 && (mean <= 1 || metrics[i] == WRMF_METRIC_MSE));
        MUST(wrmf_evaluator_user_values(evaluator, metrics[i], k, values[i], err));
    }
    for (int64_t user = 0; user < USERS; user++) {
        for (int64_t item = 0; item < ITEMS; item++)
            scores[item] = wrmf_model_score(model, user, item);
        reference_user_metrics(scores, ITEMS, dense_row(&test, user), NULL, k, want, NULL);
        for (int i = 0; i < METRICS - 1; i++)
            assert_true(fabs(values[i][user] - want[metrics[i]]) <= 1e-12);
        const double mse = reference_mse(x, y, &test, user);
        if (isfinite(mse))
            assert_true(fabs(values[METRICS - 1][user] - mse) <= 1e-6 * mse);
        else
            assert_true(values[METRICS - 1][user] == mse);
    }
    wrmf_evaluator_free(evaluator);
    wrmf_matrix_free(matrix);
    dense_free(&test);
}

static void check_size_here(wrmf_precision precision, double users, double items)
{
    dense x = large_rows(1, USERS, users), y = large_rows(2, ITEMS, items);
    wrmf_model *model = dense_to_model(context, &x, &y, precision);
    dense_free(&x);
    dense_free(&y);
    x = dense_from_model(model, WRMF_USERS);
    y = dense_from_model(model, WRMF_ITEMS);
    check_lists(model);
    check_similar(model, &y, precision);
    check_metrics(model, &x, &y);
    wrmf_model_free(model);
    dense_free(&x);
    dense_free(&y);
}

/* On every level that runs here: with a fused multiply-add, other sums have no number. */
static void check_size(wrmf_precision precision, double users, double items)
{
    static const char *const levels[] = {"generic", "avx2", "avx512", "avx512vnni", "neon"};
    for (size_t level = 0; level < sizeof levels / sizeof *levels; level++) {
        MUST(wrmf_context_create(&context, err));
        if (wrmf_context_set_cpu(context, levels[level], NULL) == WRMF_OK)
            check_size_here(precision, users, items);
        wrmf_context_free(context);
    }
}

static void test_float32(void **state)
{
    (void)state;
    check_size(WRMF_PRECISION_FLOAT32, 1e30, 1e30);
    check_size(WRMF_PRECISION_FLOAT32, 1e19, 2e19); /* some overflow */
    check_size(WRMF_PRECISION_FLOAT32, 1e5, 1e37);
}

static void test_float64(void **state)
{
    (void)state;
    check_size(WRMF_PRECISION_FLOAT64, 1e160, 1e160);
    check_size(WRMF_PRECISION_FLOAT64, 1e154, 1e154);
    check_size(WRMF_PRECISION_FLOAT64, 1e300, 1e10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_float32),
                                       cmocka_unit_test(test_float64)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
