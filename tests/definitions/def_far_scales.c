/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts that differ by many powers of ten, and factors whose squares underflow. Whatever solves
 * the rows, and however few steps it is given, an epoch does not raise the objective by more than
 * the rounding of the factors does, and no factor runs away.
 */
#include "dense.h"
#include "thin.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

static wrmf_context *context;

enum { USERS = 25, ITEMS = 18, FACTORS = 8, EPOCHS = 4 };
static const double ALPHA = 40; /* the default */

static dense uneven_counts(uint64_t seed, double heavy, double light)
{
    dense table = dense_new(USERS, ITEMS);
    for (int64_t j = 0; j < USERS * ITEMS; j++)
        if (random_unit(&seed) < 0.3)
            table.at[j] = random_unit(&seed) < 0.5 ? heavy : light;
    return table;
}

/* What rounding each factor to the precision, and a system's solution to a few more digits, may add
 * to the objective: weight times square of a score's error. */
static double rounding_of(const dense *table, const wrmf_model *model, wrmf_precision precision)
{
    const double unit = precision == WRMF_PRECISION_FLOAT32 ? FLT_EPSILON : DBL_EPSILON;
    dense x = dense_from_model(model, WRMF_USERS), y = dense_from_model(model, WRMF_ITEMS);
    double sum = 0;
    for (int64_t u = 0; u < USERS; u++) {
        for (int64_t i = 0; i < ITEMS; i++) {
            const double reach = reference_reach(dense_row(&x, u), dense_row(&y, i), FACTORS);
            const double error = 4 * FACTORS * unit * reach;
            sum += (1 + ALPHA * dense_row(table, u)[i]) * error * error;
        }
    }
    dense_free(&x);
    dense_free(&y);
    return sum;
}

static double largest_factor(const wrmf_model *model)
{
    double largest = 0;
    for (int side = 0; side < 2; side++) {
        dense rows = dense_from_model(model, (wrmf_side)side);
        for (int64_t j = 0; j < rows.rows * rows.columns; j++)
            largest = fmax(largest, fabs(rows.at[j]));
        dense_free(&rows);
    }
    return largest;
}

static void check_descent(const dense *table, const char *text, wrmf_precision precision)
{
    wrmf_matrix *matrix = dense_to_matrix(context, table);
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    double before = 0, now = 0;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, FACTORS, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_PRECISION, precision, err));
    MUST(wrmf_params_parse(params, text, err));
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &model, err));
    MUST(wrmf_model_objective(context, model, matrix, &before, NULL, NULL, NULL, err));
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        MUST(wrmf_model_continue(context, model, matrix, 1, err));
        MUST(wrmf_model_objective(context, model, matrix, &now, NULL, NULL, NULL, err));
        if (!(now <= before * (1 + 1e-3) + rounding_of(table, model, precision)))
            fail_msg("%s, %d: %g, then %g", text, (int)precision, before, now);
        assert_true(now >= 0);
        before = now;
    }
    if (!(largest_factor(model) < 100))
        fprintf(stderr, "%s, %d: %g\n", text, (int)precision, largest_factor(model));
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
}

static void test_descent(void **state)
{
    static const double heavy[] = {1e3, 1e6, 1e10, 1e14, 1e20, 1e25};
    static const double light[] = {1, 1e-3, 1, 1e-10, 1e-20, 1e-25};
    static const char *const solvers[] = {"auto", "cholesky", "whitened", "cg"};
    static const char *const epochs[] = {
        "relaxation=1", "relaxation=1 cg_steps=1", "relaxation=1 cg_steps=5",
        "relaxation=1.95 relaxation_wait=1 relaxation_ramp=2 relaxation_reduction=0.1",
        "relaxation=1.8 relaxation_wait=1 relaxation_reduction=0.5"};
    (void)state;
    for (size_t pair = 0; pair < sizeof heavy / sizeof *heavy; pair++) {
        dense table = uneven_counts(pair + 1, heavy[pair], light[pair]);
        for (size_t s = thin_values() ? pair % 3 : 0; s < 4 * 5; s += thin_values() ? 3 : 1) {
            char text[120];
            snprintf(text, sizeof text, "solver=%s %s", solvers[s / 5], epochs[s % 5]);
            for (int precision = 0; precision < 2; precision++)
                check_descent(&table, text, (wrmf_precision)precision);
        }
        dense_free(&table);
    }
}

/* Items whose rows are so small that their squares underflow: with a regularization of 1/2, and
 * counts of 1, a user's row is (1 + alpha) / (1/2) times the sum of the rows of the user's items,
 * but for what Y'Y, below 1e-20, changes. No row is lost. */
static void check_small(const dense *table, const char *text, wrmf_precision precision, double size,
                        int64_t factors)
{
    wrmf_matrix *matrix = dense_to_matrix(context, table);
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    uint64_t seed = 5;
    dense y = dense_new(table->columns, factors);
    for (int64_t j = 0; j < y.rows * factors; j++)
        y.at[j] = (0.5 + random_unit(&seed)) * size;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, factors, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_PRECISION, precision, err));
    MUST(wrmf_params_parse(params, text, err));
    MUST(wrmf_model_create(context, table->rows, table->columns, params, &model, err));
    MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 0, y.rows, y.at, err));
    MUST(wrmf_model_continue(context, model, matrix, 1, err));
    dense x = dense_from_model(model, WRMF_USERS);
    for (int64_t u = 0; u < x.rows; u++) {
        for (int64_t k = 0; k < factors; k++) {
            double want = 0;
            for (int64_t i = 0; i < y.rows; i++)
                want += dense_row(table, u)[i] > 0 ? (1 + ALPHA) * 2 * dense_row(&y, i)[k] : 0;
            if (!(fabs(dense_row(&x, u)[k] - want) <= 1e-5 * want))
                fail_msg("%s, %d: %g, not %g", text, (int)precision, dense_row(&x, u)[k], want);
        }
    }
    dense_free(&x);
    dense_free(&y);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
}

static void test_small_rows(void **state)
{
    static const char *const solvers[] = {"auto", "cholesky", "whitened", "cg cg_steps=30"};
    static const double sizes[2][3] = {{1e-15, 1e-23, 1e-30}, {1e-100, 1e-170, 1e-290}};
    static const int factors[] = {8, 40, 80};
    (void)state;
    for (int chance = 0; chance < 2; chance++) {
        dense table = dense_counts(2, USERS, 4 * ITEMS, chance ? 0.5 : 0.1, 1);
        for (int s = 0; s < 4 * 3 * 2 * 3; s += thin_or(1, 5)) {
            char text[80];
            snprintf(text, sizeof text, "regularization=0.5 solver=%s", solvers[s % 4]);
            check_small(&table, text, (wrmf_precision)(s / 4 % 2), sizes[s / 4 % 2][s / 8 % 3],
                        factors[s / 24]);
        }
        dense_free(&table);
    }
}

/* What solver cg could not take is counted; of mild counts there is nothing to count. */
static void test_fallback(void **state)
{
    (void)state;
    for (int heavy = 0; heavy < 2; heavy++) {
        for (int precision = 0; precision < 2; precision++) {
            dense table = uneven_counts(1, heavy ? 1e20 : 3, heavy ? 1e-20 : 1);
            wrmf_matrix *matrix = dense_to_matrix(context, &table);
            wrmf_params *params = NULL;
            wrmf_model *model = NULL;
            MUST(wrmf_params_create(context, &params, err));
            MUST(wrmf_params_set_int(params, WRMF_PARAM_PRECISION, precision, err));
            MUST(wrmf_params_set_int(params, WRMF_PARAM_SOLVER, WRMF_SOLVER_CG, err));
            MUST(wrmf_model_fit(context, matrix, params, &model, err));
            assert_true((wrmf_model_statistic(model, WRMF_STAT_ROWS_FALLBACK) > 0) == heavy);
            wrmf_model_free(model);
            wrmf_params_free(params);
            wrmf_matrix_free(matrix);
            dense_free(&table);
        }
    }
}

/* A row of one entry whose weight is beyond float32, and whose regularization is far beyond what
 * the weight can do: x = (Y'Y + d y y' + lambda I)^-1 (1 + d) y is (1 + d) y / lambda, but for less
 * than (||Y||^2 + d ||y||^2) / lambda of it. */
static void heavy_and_regularized(void **state)
{
    (void)state;
    static const double lambdas[] = {1e8, 1e14, 1e20, 1e26, 1e30};
    dense table = dense_new(3, 5);
    table.at[2] = 1;
    for (size_t l = 0; l < sizeof lambdas / sizeof *lambdas; l++)
        for (int precision = 0; precision < 2; precision++) {
            wrmf_matrix *matrix = dense_to_matrix(context, &table);
            wrmf_params *params = NULL;
            wrmf_model *model = NULL;
            char text[200];
            snprintf(text, sizeof text,
                     "factors=4 alpha=1e30 relaxation=1 regularization_user=%g "
                     "regularization_item=1 regularization_exponent=1 regularization_size=weights",
                     lambdas[l]);
            MUST(wrmf_params_create(context, &params, err));
            MUST(wrmf_params_set_int(params, WRMF_PARAM_PRECISION,
                                     precision ? WRMF_PRECISION_FLOAT64 : WRMF_PRECISION_FLOAT32,
                                     err));
            MUST(wrmf_params_parse(params, text, err));
            MUST(wrmf_model_create(context, 3, 5, params, &model, err));
            dense y = dense_from_model(model, WRMF_ITEMS);
            MUST(wrmf_model_continue(context, model, matrix, 1, err));
            dense x = dense_from_model(model, WRMF_USERS);
            double error = 0, size = 0;
            for (int k = 0; k < 4; k++) {
                /* lambda_u is lambda times the sum of weights, 5 + d */
                const double want = dense_row(&y, 2)[k] / lambdas[l];
                error = fmax(error, fabs(x.at[k] - want));
                size = fmax(size, fabs(want));
            }
            /* of a few numbers that are drawn with deviation 0.1 no sum of squares is above 5 */
            if (!(error <= size * (5 / lambdas[l] + 4 * (double)FLT_EPSILON)))
                fail_msg("lambda %g, %d: %g of %g", lambdas[l], precision, error, size);
            wrmf_model_free(model);
            wrmf_params_free(params);
            wrmf_matrix_free(matrix);
            dense_free(&x);
            dense_free(&y);
        }
    dense_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_descent), cmocka_unit_test(test_small_rows),
        cmocka_unit_test(test_fallback), cmocka_unit_test(heavy_and_regularized)};
    if (wrmf_context_create(&context, NULL) != WRMF_OK)
        return 1;
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    wrmf_context_free(context);
    return failed;
}
