/* SPDX-License-Identifier: BSD-2-Clause */
/* Epochs, confidence and the objective are compared with their formulas in long double. */
#include "dense.h"
#include "rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static wrmf_context *context;

static wrmf_params *params_of(const objective_terms *terms, int64_t factors,
                              wrmf_precision precision)
{
    wrmf_params *params = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, factors, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_PRECISION, precision, err));
    /* plain epochs leave the solution of each row: def_relaxation.c has the others */
    MUST(wrmf_params_set_real(params, WRMF_PARAM_RELAXATION, 1, err));
    MUST(wrmf_params_set_real(params, WRMF_PARAM_ALPHA, terms->alpha, err));
    MUST(wrmf_params_set_real(params, WRMF_PARAM_EPSILON, terms->epsilon, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_CONFIDENCE, terms->log_confidence, err));
    MUST(wrmf_params_set_real(params, WRMF_PARAM_REGULARIZATION_USER, terms->lambda_user, err));
    MUST(wrmf_params_set_real(params, WRMF_PARAM_REGULARIZATION_ITEM, terms->lambda_item, err));
    return params;
}

static void check_objective(const wrmf_model *model, const wrmf_matrix *matrix, const dense *table,
                            const objective_terms *terms)
{
    dense x = dense_from_model(model, WRMF_USERS), y = dense_from_model(model, WRMF_ITEMS);
    double want[4], got[4] = {-1, -1, -1, -1};
    reference_objective(table, terms, &x, &y, want);
    MUST(wrmf_model_objective(context, model, matrix, &got[0], &got[1], &got[2], &got[3], err));
    double bounds[4];
    reference_objective_bounds(table, terms, &x, &y, bounds);
    for (int part = 0; part < 4; part++) {
        assert_true(fabs(got[part] - want[part]) <= bounds[part]);
    }
    dense_free(&x);
    dense_free(&y);
}

/* The rows of one half-epoch against those that the other side's rows, `fixed`, demand. */
static void check_half(const dense *table, const objective_terms *terms, double lambda,
                       const dense *fixed, const dense *got, wrmf_precision precision)
{
    rows_half *half = rows_half_new(fixed->at, fixed->rows, fixed->columns, lambda);
    int32_t *columns = calloc((size_t)table->columns + 1, sizeof *columns);
    double *d = calloc((size_t)table->columns + 1, sizeof *d);
    assert_true(half && columns && d);
    rows_manner manner = {.single = precision == WRMF_PRECISION_FLOAT32};
    for (int64_t r = 0; r < table->rows; r++) {
        rows_entries entries = {0, columns, d};
        for (int64_t c = 0; c < table->columns; c++) {
            double count = dense_row(table, r)[c];
            if (count > 0) {
                columns[entries.n] = (int32_t)c;
                d[entries.n++] = reference_confidence(terms, count) - 1;
            }
        }
        double error = rows_error(half, entries, dense_row(got, r), manner);
        if (!(error >= 0 && error <= 1)) {
            fail_msg("row %d of %d x %d, %d factors: %g of what rounding explains", (int)r,
                     (int)table->rows, (int)table->columns, (int)fixed->columns, error);
        }
    }
    free(columns);
    free(d);
    rows_half_free(half);
}

static void check_epochs(const dense *table, const objective_terms *terms, int64_t factors,
                         wrmf_precision precision, int64_t epochs)
{
    wrmf_params *params = params_of(terms, factors, precision);
    wrmf_matrix *matrix = dense_to_matrix(context, table);
    wrmf_model *model = NULL;
    MUST(wrmf_model_create(context, table->rows, table->columns, params, &model, err));
    check_objective(model, matrix, table, terms);
    dense columns = dense_transpose(table);
    for (int64_t epoch = 1; epoch <= epochs; epoch++) {
        dense before = dense_from_model(model, WRMF_ITEMS);
        MUST(wrmf_model_continue(context, model, matrix, 1, err));
        dense x = dense_from_model(model, WRMF_USERS), y = dense_from_model(model, WRMF_ITEMS);
        check_half(table, terms, terms->lambda_user, &before, &x, precision);
        check_half(&columns, terms, terms->lambda_item, &x, &y, precision);
        dense_free(&before);
        dense_free(&x);
        dense_free(&y);
    }
    check_objective(model, matrix, table, terms);
    if (table->rows > 0) { /* the Gram matrices that a fit keeps hold for its own rows only */
        double *other = calloc((size_t)factors, sizeof *other);
        other[0] = 1.5;
        MUST(wrmf_model_set_rows(model, WRMF_USERS, 0, 1, other, err));
        check_objective(model, matrix, table, terms);
        free(other);
    }
    dense_free(&columns);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
    wrmf_params_free(params);
}

static void epochs(void **state)
{
    (void)state;
    static const struct {
        int64_t rows, columns, factors;
        double chance;
        int most;
        objective_terms terms;
    } cases[] = {
        {30, 20, 4, 0.2, 5, {40, 0, 1, 0.1, 0.1}},     {17, 40, 9, 0.3, 3, {2, 0, 1, 0.5, 3.0}},
        {25, 25, 6, 0.2, 900, {40, 1, 0.5, 0.2, 0.1}}, {25, 25, 6, 0.2, 900, {4, 1, 30, 1, 1}},
        {20, 30, 5, 0.2, 9000, {1, 0, 1, 1, 2}},       {12, 9, 3, 0.4, 1, {0, 0, 1, 0.3, 0.3}},
        {1, 1, 1, 1.0, 3, {40, 0, 1, 0.1, 0.1}},       {1, 12, 2, 0.7, 3, {3, 0, 1, 0.1, 0.1}},
        {12, 1, 2, 0.7, 3, {3, 0, 1, 0.1, 0.1}},       {0, 5, 3, 1.0, 1, {3, 0, 1, 0.1, 0.1}},
        {5, 0, 3, 1.0, 1, {3, 0, 1, 0.1, 0.1}},        {6, 5, 3, 0.0, 1, {3, 0, 1, 0.1, 0.1}},
        {8, 7, 12, 0.5, 2, {2, 0, 1, 1, 1}},           {9, 33, 17, 0.5, 2, {5, 0, 1, 2, 1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dense table =
            dense_counts(i, cases[i].rows, cases[i].columns, cases[i].chance, cases[i].most);
        for (int precision = 0; precision <= 1; precision++) {
            check_epochs(&table, &cases[i].terms, cases[i].factors, (wrmf_precision)precision, 6);
        }
        dense_free(&table);
    }
}

/* With one user, one item and one factor every formula can be computed by hand. */
static void by_hand(void **state)
{
    (void)state;
    for (int log_confidence = 0; log_confidence <= 1; log_confidence++) {
        objective_terms terms = {3.0, log_confidence, 0.5, 0.25, 0.75};
        dense table = {1, 1, (double[]){2.0}};
        double c = log_confidence ? 1 + 3 * log(1 + 2 / 0.5) : 1 + 3 * 2.0, start = 0.5;
        wrmf_params *params = params_of(&terms, 1, WRMF_PRECISION_FLOAT64);
        wrmf_matrix *matrix = dense_to_matrix(context, &table);
        wrmf_model *model = NULL;
        MUST(wrmf_model_create(context, 1, 1, params, &model, err));
        MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 0, 1, &start, err));
        MUST(wrmf_model_continue(context, model, matrix, 1, err));
        double x = c * start / (c * start * start + 0.25), got[2];
        MUST(wrmf_model_get_rows(model, WRMF_USERS, 0, 1, &got[0], err));
        MUST(wrmf_model_get_rows(model, WRMF_ITEMS, 0, 1, &got[1], err));
        double y = c * got[0] / (c * got[0] * got[0] + 0.75);
        /* no more than 64 roundings here and there, of numbers at most 1 + t <= c times the
         * result (docs/mathematics.md, (5)) */
        double few = 64 * 0x1p-53 * c;
        assert_true(fabs(got[0] - x) <= few * x && fabs(got[1] - y) <= few * y);
        double total, miss = 1 - got[0] * got[1], want, bounds[4];
        MUST(wrmf_model_objective(context, model, matrix, &total, NULL, NULL, NULL, err));
        want = c * miss * miss + 0.25 * got[0] * got[0] + 0.75 * got[1] * got[1];
        reference_objective_bounds(&table, &terms, &(dense){1, 1, &got[0]}, &(dense){1, 1, &got[1]},
                                   bounds);
        assert_true(fabs(total - want) <= bounds[0]);
        wrmf_model_free(model);
        wrmf_matrix_free(matrix);
        wrmf_params_free(params);
    }
}

/* 10 epochs, 4 and 6 epochs, and a fit of 10 must give the same bits. */
static void continuing(void **state)
{
    (void)state;
    dense table = dense_counts(3, 40, 30, 0.2, 5);
    wrmf_matrix *matrix = dense_to_matrix(context, &table);
    for (int precision = 0; precision <= 1; precision++) {
        objective_terms terms = {40, 0, 1, 0.1, 0.1};
        wrmf_params *params = params_of(&terms, 7, (wrmf_precision)precision);
        MUST(wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, 10, err));
        wrmf_model *models[3] = {NULL, NULL, NULL};
        MUST(wrmf_model_fit(context, matrix, params, &models[0], err));
        for (int m = 1; m < 3; m++) {
            MUST(wrmf_model_create(context, 40, 30, params, &models[m], err));
            MUST(wrmf_model_continue(context, models[m], matrix, m == 1 ? 10 : 4, err));
        }
        assert_int_equal(wrmf_model_epochs(models[2]), 4);
        MUST(wrmf_model_continue(context, models[2], matrix, 0, err));
        MUST(wrmf_model_continue(context, models[2], matrix, 6, err));
        for (int m = 0; m < 3; m++) {
            assert_int_equal(wrmf_model_epochs(models[m]), 10);
            for (int side = 0; side < 2; side++) {
                dense a = dense_from_model(models[0], (wrmf_side)side);
                dense b = dense_from_model(models[m], (wrmf_side)side);
                assert_true(dense_equal(&a, &b));
                dense_free(&a);
                dense_free(&b);
            }
        }
        for (int m = 0; m < 3; m++) {
            wrmf_model_free(models[m]);
        }
        wrmf_params_free(params);
    }
    wrmf_matrix_free(matrix);
    dense_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(epochs),
        cmocka_unit_test(continuing),
    };
    if (wrmf_context_create(&context, NULL) != WRMF_OK) {
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    wrmf_context_free(context);
    return failed;
}
