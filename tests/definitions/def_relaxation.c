/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Over-relaxed epochs: the objective never rises, whatever solves the rows; a fit in parts is the
 * fit as a whole, bit for bit; rows without entries are zero. That relaxed rows are where they
 * should be is checked in tests/oracle/als.py.
 */
#include "dense.h"
#include "thin.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static wrmf_context *context;

static wrmf_params *params_from(const char *text)
{
    wrmf_params *params = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, text, err));
    return params;
}

static double objective_of(const wrmf_model *model, const wrmf_matrix *matrix)
{
    double total = -1;
    MUST(wrmf_model_objective(context, model, matrix, &total, NULL, NULL, NULL, err));
    return total;
}

/* ---- it never rises ---- */

/* What rounding may add to the objective in an epoch of relaxation w. A row that is computed as
 * x + e adds e'Ae to its part of the objective where x is the solution, A being its matrix. Where
 * it is relaxed, an old part that is g above the least becomes (1 - w)^2 g above it, and e adds 2
 * |1 - w| sqrt(g e'Ae) + e'Ae: that is more than the fall of w (2 - w) g by at most e'Ae (1 + (1 -
 * w)^2 / (w (2 - w))), for any g. e is that of rounding each factor and a system's solution to a
 * few more digits, and of the tolerance, which is relative to the row's scores. */
static double rounding_of(const dense *table, const wrmf_model *model, wrmf_precision precision,
                          double w)
{
    const double unit = precision == WRMF_PRECISION_FLOAT32 ? FLT_EPSILON : DBL_EPSILON;
    const double tolerance = precision == WRMF_PRECISION_FLOAT32 ? 1e-6 : 1e-12;
    const wrmf_params *const params = wrmf_model_params(model);
    const double alpha = wrmf_params_get_real(params, WRMF_PARAM_ALPHA);
    const double lambda = wrmf_params_get_real(params, WRMF_PARAM_REGULARIZATION_USER);
    dense x = dense_from_model(model, WRMF_USERS), y = dense_from_model(model, WRMF_ITEMS);
    const int64_t f = x.columns;
    double sum = 0;
    for (int64_t u = 0; u < x.rows; u++) {
        for (int64_t i = 0; i < y.rows; i++) {
            const double reach = reference_reach(dense_row(&x, u), dense_row(&y, i), f);
            const double error = (4 * (double)f * unit + tolerance) * reach;
            sum += (1 + alpha * dense_row(table, u)[i]) * error * error;
        }
    }
    for (int64_t k = 0; k < x.rows * f; k++)
        sum += lambda * pow((4 * (double)f * unit + tolerance) * x.at[k], 2);
    for (int64_t k = 0; k < y.rows * f; k++)
        sum += lambda * pow((4 * (double)f * unit + tolerance) * y.at[k], 2);
    dense_free(&x);
    dense_free(&y);
    return 2 * sum * (1 + (1 - w) * (1 - w) / (w * (2 - w)));
}

/* Epoch by epoch on the way to many more, and at the end where they are given up. */
static void check_descent(const dense *table, const wrmf_matrix *matrix, const char *text,
                          wrmf_precision precision)
{
    wrmf_params *params = params_from(text);
    wrmf_model *model = NULL;
    MUST(wrmf_params_set_int(params, WRMF_PARAM_PRECISION, precision, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, 100, err));
    MUST(wrmf_model_create(context, table->rows, table->columns, params, &model, err));
    const double w = wrmf_params_get_real(params, WRMF_PARAM_RELAXATION);
    double before = objective_of(model, matrix);
    for (int epoch = 1; epoch <= 12; epoch++) {
        if (epoch < 12)
            MUST(wrmf_model_continue(context, model, matrix, 1, err));
        else
            MUST(wrmf_model_finish(context, model, matrix, err));
        const double now = objective_of(model, matrix);
        if (!(now <= before + rounding_of(table, model, precision, w)))
            fail_msg("%s, precision %d, epoch %d: %.12g, then %.12g", text, (int)precision, epoch,
                     before, now);
        before = now;
    }
    wrmf_model_free(model);
    wrmf_params_free(params);
}

static void never_rises(void **state)
{
    static const char *const weights[] = {"0.5", "1", "1.5", "1.8", "1.95"};
    static const char *const solvers[] = {"auto",
                                          "auto relaxation_reduction=0",
                                          "auto cg_steps=2",
                                          "cholesky",
                                          "whitened relaxation_reduction=0",
                                          "whitened relaxation_reduction=0.1",
                                          "whitened relaxation_reduction=0.9",
                                          "whitened cg_steps=1",
                                          "cg",
                                          "cg cg_steps=1",
                                          "blocks block_size=16",
                                          "auto nonnegative=1"};
    static const char *const losses[] = {"factors=4 alpha=40 regularization=0.1",
                                         "factors=17 alpha=3 regularization=1",
                                         "factors=3 alpha=300 regularization=0.01"};
    (void)state;
    uint64_t random = 1;
    for (size_t w = 0; w < sizeof weights / sizeof *weights; w++) {
        for (size_t s = thin_values() ? w % 2 : 0; s < sizeof solvers / sizeof *solvers;
             s += (size_t)thin_or(1, 2)) {
            for (size_t l = 0; l < sizeof losses / sizeof *losses; l++) {
                char text[200];
                snprintf(text, sizeof text,
                         "%s solver=%s relaxation=%s relaxation_ramp=%d "
                         "relaxation_wait=%d seed=%d",
                         losses[l], solvers[s], weights[w], (int)random_below(&random, 2) + 1,
                         (int)random_below(&random, 3), (int)random_below(&random, 1000));
                dense table = dense_counts(random_bits(&random), 30 + random_below(&random, 20),
                                           20 + random_below(&random, 20), 0.15, 4);
                wrmf_matrix *matrix = dense_to_matrix(context, &table);
                for (int precision = (int)l % thin_or(1, 2); precision < 2;
                     precision += thin_or(1, 2))
                    check_descent(&table, matrix, text, (wrmf_precision)precision);
                wrmf_matrix_free(matrix);
                dense_free(&table);
            }
        }
    }
}

/* ---- parts ---- */

enum { USERS = 50, ITEMS = 35 };
static wrmf_matrix *counts; /* some users and items have none */

typedef struct file {
    size_t bytes;
    char *at;
} file;

static file saved(const wrmf_model *model)
{
    char path[64];
    snprintf(path, sizeof path, "relaxation-%ld.safetensors", (long)getpid());
    MUST(wrmf_model_save(model, path, err));
    FILE *const f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    file out = {.bytes = (size_t)ftell(f)};
    out.at = malloc(out.bytes);
    rewind(f);
    assert_true(out.at && fread(out.at, 1, out.bytes, f) == out.bytes);
    fclose(f);
    remove(path);
    return out;
}

/* Whether the file of a model says that it carries rows of the items. */
static bool carries(const file *bytes)
{
    static const char name[] = "item_factors_carried";
    for (size_t i = 0; i + sizeof name <= bytes->bytes; i++)
        if (memcmp(bytes->at + i, name, sizeof name - 1) == 0)
            return true;
    return false;
}

static wrmf_model *through_a_file(const wrmf_model *model)
{
    file bytes = saved(model);
    wrmf_model *loaded = NULL;
    MUST(wrmf_model_load_memory(context, bytes.at, bytes.bytes, &loaded, err));
    free(bytes.at);
    return loaded;
}

static wrmf_model *fitted(wrmf_params *params, int64_t iterations)
{
    wrmf_model *model = NULL;
    MUST(wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, iterations, err));
    MUST(wrmf_model_fit(context, counts, params, &model, err));
    return model;
}

static wrmf_model *created(wrmf_params *params, int64_t iterations)
{
    wrmf_model *model = NULL;
    MUST(wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, iterations, err));
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &model, err));
    return model;
}

static void go_on(wrmf_model *model, int64_t epochs)
{
    MUST(wrmf_model_continue(context, model, counts, epochs, err));
}

/* The model, which is freed, has the same file as that of a fit. */
static void check_same(wrmf_model *model, const file *wanted, const char *what)
{
    file got = saved(model);
    if (got.bytes != wanted->bytes || memcmp(got.at, wanted->at, got.bytes) != 0)
        fail_msg("%s: another model than that of the fit", what);
    free(got.at);
    wrmf_model_free(model);
}

static void check_same_rows(const wrmf_model *a, const wrmf_model *b, const char *what)
{
    for (int side = 0; side < 2; side++) {
        dense x = dense_from_model(a, (wrmf_side)side), y = dense_from_model(b, (wrmf_side)side);
        if (!dense_equal(&x, &y))
            fail_msg("%s: other rows than those of the fit", what);
        dense_free(&x);
        dense_free(&y);
    }
}

static void check_parts(const char *text)
{
    wrmf_params *params = params_from(text);
    wrmf_model *whole = fitted(params, 10), *model = fitted(params, 4);
    file wanted = saved(whole);
    wrmf_model *copy = NULL, *loaded = through_a_file(model), *four = through_a_file(model);
    MUST(wrmf_model_copy(context, model, &copy, err));
    go_on(model, 6);
    check_same(model, &wanted, "4 and 6");
    go_on(copy, 6);
    check_same(copy, &wanted, "4, copied, and 6");
    go_on(loaded, 6);
    check_same(loaded, &wanted, "4, loaded, and 6");
    model = created(params, 10);
    go_on(model, 4);
    loaded = through_a_file(model);
    go_on(model, 6);
    check_same(model, &wanted, "4 of 10 and 6");
    go_on(loaded, 6);
    check_same(loaded, &wanted, "4 of 10, loaded, and 6");
    model = created(params, 0);
    for (int epoch = 0; epoch < 10; epoch++)
        go_on(model, 1);
    check_same(model, &wanted, "10 by one");
    model = created(params, 1000);
    go_on(model, 4);
    MUST(wrmf_model_finish(context, model, counts, err));
    check_same_rows(model, four, "4 of 1000, finished");
    go_on(model, 6);
    MUST(wrmf_model_finish(context, model, counts, err));
    MUST(wrmf_model_finish(context, model, counts, err));
    check_same_rows(model, whole, "10 of 1000, finished");
    wrmf_model_free(model);
    wrmf_model_free(four);
    free(wanted.at);
    go_on(whole, 3);
    model = fitted(params, 13);
    wanted = saved(model);
    check_same(whole, &wanted, "10 and 3");
    wrmf_model_free(model);
    free(wanted.at);
    wrmf_params_free(params);
}

static void parts_are_the_whole(void **state)
{
    (void)state;
    check_parts("factors=6");
    check_parts("factors=24 relaxation_reduction=0");
    check_parts("factors=30 solver=whitened relaxation_reduction=0.5");
    check_parts("factors=6 precision=float64 relaxation=1.95 relaxation_ramp=2 relaxation_wait=0");
    check_parts("factors=20 cg_steps=2 relaxation_wait=1");
    check_parts("factors=5 solver=cg relaxation=0.7");
    check_parts("factors=5 relaxation=1");
    check_parts("factors=40 solver=whitened cg_steps=1 relaxation_wait=20");
    check_parts("factors=40 solver=blocks block_size=16 relaxation_wait=1");
    check_parts("factors=10 nonnegative=1 relaxation_wait=1");
    check_parts("factors=6 nonnegative=1 relaxation=1 precision=float64");
}

/* Each point of a curve is a fit of as many epochs. */
static void points_are_fits(void **state)
{
    static const int64_t epochs[] = {0, 1, 2, 5, 6, 9};
    (void)state;
    for (int steps = 0; steps < 4; steps += 2) {
        wrmf_params *params = params_from("factors=6 relaxation_wait=1");
        MUST(wrmf_params_set_int(params, WRMF_PARAM_CG_STEPS, steps, err));
        wrmf_curve *curve = NULL;
        MUST(wrmf_curve_run(context, counts, params, epochs, 6, NULL, NULL, 0, &curve, err));
        const int64_t column = wrmf_curve_find(curve, "objective");
        for (int64_t p = 0; p < 6; p++) {
            wrmf_model *model = fitted(params, epochs[p]);
            assert_true(wrmf_curve_value(curve, p, column) == objective_of(model, counts));
            wrmf_model_free(model);
        }
        wrmf_curve_free(curve);
        wrmf_params_free(params);
    }
}

/* ---- what is plain, and what is set ---- */

/* Epochs that are not relaxed are plain ones, and nothing is carried. */
static void plain_epochs(void **state)
{
    (void)state;
    wrmf_params *params = params_from("factors=6 relaxation=1 relaxation_ramp=0.7");
    wrmf_model *plain = fitted(params, 8);
    MUST(wrmf_params_parse(params, "relaxation=1.9 relaxation_wait=8", err));
    wrmf_model *waits = fitted(params, 8);
    dense want[2], got[2];
    for (int side = 0; side < 2; side++) {
        want[side] = dense_from_model(plain, (wrmf_side)side);
        got[side] = dense_from_model(waits, (wrmf_side)side);
        assert_true(dense_equal(&want[side], &got[side]));
        dense_free(&want[side]);
        dense_free(&got[side]);
    }
    file a = saved(plain);
    assert_false(carries(&a));
    free(a.at);
    wrmf_model_free(plain);
    wrmf_model_free(waits);
    wrmf_params_free(params);
}

/* Rows without entries are zero in whatever a model goes on from; other rows are not. */
static void empty_rows(void **state)
{
    (void)state;
    wrmf_params *params = params_from("factors=6 relaxation_wait=0 relaxation_ramp=2");
    wrmf_model *model = created(params, 5);
    int64_t empty = 0;
    for (int64_t epoch = 1; epoch <= 8; epoch++) {
        go_on(model, 1);
        for (int side = 0; side < 2; side++) {
            dense table = dense_from_matrix(counts),
                  rows = dense_from_model(model, (wrmf_side)side);
            for (int64_t r = 0; r < rows.rows; r++) {
                double entries = 0, factors = 0;
                for (int64_t c = 0; c < (side == 0 ? ITEMS : USERS); c++)
                    entries += side == 0 ? dense_row(&table, r)[c] : dense_row(&table, c)[r];
                for (int64_t k = 0; k < rows.columns; k++)
                    factors += fabs(dense_row(&rows, r)[k]);
                assert_true((entries > 0) == (factors > 0));
                empty += !(entries > 0);
            }
            dense_free(&table);
            dense_free(&rows);
        }
    }
    assert_true(empty > 8);
    wrmf_model_free(model);
    wrmf_params_free(params);
}

/* Who sets a row goes on from what is there: nothing else is carried. */
static void rows_that_are_set(void **state)
{
    (void)state;
    for (int side = 0; side < 2; side++) {
        wrmf_params *params = params_from("factors=6 relaxation_wait=1");
        wrmf_model *model = fitted(params, 5), *other = NULL;
        MUST(wrmf_model_copy(context, model, &other, err));
        file before = saved(model);
        double row[6];
        MUST(wrmf_model_get_rows(model, (wrmf_side)side, 0, 1, row, err));
        MUST(wrmf_model_set_rows(model, (wrmf_side)side, 0, 1, row, err));
        file after = saved(model);
        assert_true(carries(&before));
        assert_false(carries(&after));
        go_on(model, 1);
        go_on(other, 1);
        dense a = dense_from_model(model, WRMF_USERS), b = dense_from_model(other, WRMF_USERS);
        assert_false(dense_equal(&a, &b));
        dense_free(&a);
        dense_free(&b);
        free(before.at);
        free(after.at);
        wrmf_model_free(model);
        wrmf_model_free(other);
        wrmf_params_free(params);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_rises),     cmocka_unit_test(parts_are_the_whole),
        cmocka_unit_test(points_are_fits), cmocka_unit_test(plain_epochs),
        cmocka_unit_test(empty_rows),      cmocka_unit_test(rows_that_are_set),
    };
    if (wrmf_context_create(&context, NULL) != WRMF_OK)
        return 1;
    dense table = dense_counts(5, USERS, ITEMS, 0.1, 4);
    memset(dense_row(&table, 3), 0, ITEMS * sizeof *table.at);
    for (int64_t u = 0; u < USERS; u++)
        dense_row(&table, u)[7] = 0;
    counts = dense_to_matrix(context, &table);
    dense_free(&table);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    wrmf_matrix_free(counts);
    wrmf_context_free(context);
    return failed;
}
