/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The objective and the mean squared error of models that fit all but perfectly: what is summed is
 * a million million times what is left. They are held against sums over all cells in long double,
 * with scores from exact products, and must be as close as the headers promise.
 */
#include "dense.h"

#include <math.h>
#include <stdlib.h>

static wrmf_context *context;

/* What a header promises, and what long double may add to it. */
static const double PROMISED = 1e-6;

/* Rows whose products are 1 where row numbers are equal modulo the factors, and 0 elsewhere, but
 * for `noise`. Numbers have 12 bits beside the noise's 12, so that their products, and a few of
 * them added up, are exact in long double. */
static dense near_rows(uint64_t seed, int64_t rows, int64_t factors, double size, double noise)
{
    dense table = dense_new(rows, factors);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t k = 0; k < factors; k++)
            dense_row(&table, i)[k] =
                ((i % factors == k) + noise * (double)(random_below(&seed, 4095) - 2047) / 2048) *
                size;
    return table;
}

static dense block_table(int64_t users, int64_t items, int64_t factors)
{
    dense table = dense_new(users, items);
    for (int64_t u = 0; u < users; u++)
        for (int64_t i = 0; i < items; i++)
            dense_row(&table, u)[i] = u % factors == i % factors;
    return table;
}

static void check_part(double got, long double want)
{
    assert_true(got >= 0);
    assert_true(fabsl(got - want) <= PROMISED * want);
}

static void check(int64_t users, int64_t items, int64_t factors, double noise, double size,
                  wrmf_precision precision)
{
    dense x = near_rows(1, users, factors, size, noise);
    dense y = near_rows(2, items, factors, 1 / size, noise);
    dense table = block_table(users, items, factors);
    wrmf_matrix *matrix = dense_to_matrix(context, &table);
    wrmf_model *model = dense_to_model(context, &x, &y, precision);
    wrmf_evaluator *evaluator = NULL;
    const wrmf_metric mse = WRMF_METRIC_MSE;
    long double all = 0, stored = 0;
    double got[4];
    dense_free(&x);
    dense_free(&y);
    x = dense_from_model(model, WRMF_USERS);
    y = dense_from_model(model, WRMF_ITEMS);
    for (int64_t u = 0; u < users; u++) {
        for (int64_t i = 0; i < items; i++) {
            const double wanted = dense_row(&table, u)[i];
            long double error = wanted;
            for (int64_t k = 0; k < factors; k++)
                error -= (long double)dense_row(&x, u)[k] * dense_row(&y, i)[k];
            all += error * error;
            stored += wanted > 0 ? error * error : 0;
        }
    }
    MUST(wrmf_model_objective(context, model, matrix, &got[0], &got[1], &got[2], &got[3], err));
    check_part(got[1], 40 * stored); /* alpha, and counts of 1 */
    check_part(got[2], all);
    MUST(wrmf_evaluator_create(context, matrix, NULL, &evaluator, err));
    MUST(wrmf_evaluator_set_metrics(evaluator, &mse, 1, err));
    MUST(wrmf_evaluator_run(context, evaluator, model, err));
    check_part(wrmf_evaluator_value(evaluator, mse, 0), all / (users * items));
    wrmf_evaluator_free(evaluator);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
    dense_free(&table);
    dense_free(&x);
    dense_free(&y);
}

/* Noise down to the last bits of a float, and far below them for doubles. */
static void test_near_fit(void **state)
{
    (void)state;
    for (int precision = 0; precision < 2; precision++) {
        check(9, 7, 3, 0x1p-11, 1, (wrmf_precision)precision); /* fewer cells than Gram entries */
        check(90, 120, 3, 0x1p-11, 1, (wrmf_precision)precision);
        check(90, 120, 20, 0, 1, (wrmf_precision)precision); /* perfect: all is 0 */
    }
    check(9, 7, 3, 0x1p-26, 1, WRMF_PRECISION_FLOAT64);
    check(90, 120, 3, 0x1p-26, 1, WRMF_PRECISION_FLOAT64);
    check(90, 120, 17, 0x1p-24, 1, WRMF_PRECISION_FLOAT64);
}

/* The same where Gram matrices over- and underflow. */
static void test_far_sizes(void **state)
{
    (void)state;
    check(90, 120, 3, 0x1p-20, 0x1p500, WRMF_PRECISION_FLOAT64);
    check(9, 7, 3, 0x1p-20, 0x1p500, WRMF_PRECISION_FLOAT64);
    check(90, 120, 3, 0x1p-11, 0x1p100, WRMF_PRECISION_FLOAT32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_near_fit),
                                       cmocka_unit_test(test_far_sizes)};
    if (wrmf_context_create(&context, NULL) != WRMF_OK)
        return 1;
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    wrmf_context_free(context);
    return failed;
}
