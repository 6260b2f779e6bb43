/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Factors without negative numbers: each row x of a fit and of a fold minimises x'Ax / 2 - b'x
 * subject to x >= 0, A and b being its normal equations in long double. So with g = A x - b,
 *
 *     x_j >= 0,    g_j >= 0 where x_j = 0,    g_j = 0 where x_j > 0,
 *
 * but for what the analysis of docs/mathematics.md allows: relative to sqrt(p_j) sum_k sqrt(p_k)
 * x_k, p_j being A_jj + w0 (Y'Y)_jj, 16 (f + 4) roundings of float64 of the solution, as many as A
 * and b are sums of terms, and one of the precision of each factor.
 */
#include "dense.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "thin.h"

enum { USERS = 41, ITEMS = 33, MOST = 48 };

static wrmf_context *context;

/* A loss, as parameters and as numbers. */
typedef struct loss {
    const char *text;
    double alpha, offset; /* c = offset + alpha r */
    double w0;
    bool all;        /* the unobserved weight is that of all cells */
    double lambda;   /* of both sides, */
    double exponent; /* times the entries that are no dislikes to this power */
} loss;

static const loss losses[] = {
    {"alpha=10 regularization=0.5", 10, 1, 1, false, 0.5, 0},
    {"alpha=40 regularization=0.01", 40, 1, 1, false, 0.01, 0},
    {"alpha=0.2 regularization=0.7 unobserved_weight=3", 0.2, 1, 3, false, 0.7, 0},
    {"alpha=2 confidence=plain regularization=0.3 unobserved_weight=0.1 unobserved_scope=all", 2, 0,
     0.1, true, 0.3, 0},
    {"alpha=4 regularization=0.05 regularization_exponent=1 regularization_size=entries", 4, 1, 1,
     false, 0.05, 1},
    {"alpha=1 confidence=plain regularization=0.3 unobserved_weight=0", 1, 0, 0, false, 0.3, 0},
    {"alpha=3 regularization=0.2 negative_counts=dislike", 3, 1, 1, false, 0.2, 0},
    {"alpha=1000000 regularization=0.001", 1e6, 1, 1, false, 0.001, 0},
};
enum { LOSSES = sizeof losses / sizeof *losses };

static wrmf_params *params_from(const char *loss_text, const char *more)
{
    wrmf_params *params = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, "nonnegative=1 init_scale=1", err));
    MUST(wrmf_params_parse(params, loss_text, err));
    MUST(wrmf_params_parse(params, more, err));
    return params;
}

/* Counts, some rows and columns without any; every fifth is a dislike where the loss has such. */
static dense counts_of(const loss *l, uint64_t seed)
{
    dense table = dense_counts(seed, USERS, ITEMS, 0.2, 5);
    memset(dense_row(&table, 3), 0, ITEMS * sizeof *table.at);
    for (int64_t u = 0; u < USERS; u++)
        dense_row(&table, u)[7] = 0;
    for (int64_t i = 0; strstr(l->text, "dislike") && i < USERS * ITEMS; i += 5)
        table.at[i] = -table.at[i];
    return table;
}

/* The same for a matrix: dense_to_matrix() takes counts above 0. */
static wrmf_matrix *matrix_of(const dense *table)
{
    dense likes = dense_new(table->rows, table->columns);
    dense bad = dense_new(table->rows, table->columns);
    bool any = false;
    for (int64_t i = 0; i < table->rows * table->columns; i++) {
        likes.at[i] = fmax(table->at[i], 0);
        bad.at[i] = fmax(-table->at[i], 0);
        any = any || bad.at[i] > 0;
    }
    wrmf_matrix *matrix = dense_to_matrix(context, &likes);
    if (any) {
        wrmf_matrix *both = NULL, *other = dense_to_matrix(context, &bad);
        MUST(wrmf_matrix_with_dislikes(matrix, other, &both, err));
        wrmf_matrix_free(matrix);
        wrmf_matrix_free(other);
        matrix = both;
    }
    dense_free(&likes);
    dense_free(&bad);
    return matrix;
}

/* ---- the conditions ---- */

/* The normal equations of a row of counts, of the table's columns, against Y. */
typedef struct equations {
    long double a[MOST][MOST], b[MOST], root[MOST];
    double terms; /* that are added up */
} equations;

static void make_equations(const loss *l, const double *counts, const dense *y, equations *e)
{
    const int64_t f = y->columns;
    double likes = 0, entries = 0;
    memset(e, 0, sizeof *e);
    for (int64_t i = 0; i < y->rows; i++) {
        const double *const row = dense_row(y, i), r = fabs(counts[i]);
        const long double c = (long double)l->offset + (long double)l->alpha * r;
        const bool stored = r > 0;
        const long double weight = stored ? (l->all ? c + l->w0 : c) : l->w0;
        likes += counts[i] > 0;
        entries += stored;
        for (int64_t j = 0; j < f; j++) {
            for (int64_t k = 0; k < f; k++)
                e->a[j][k] += weight * row[j] * row[k];
            e->root[j] += (weight + l->w0) * row[j] * row[j];
            e->b[j] += counts[i] > 0 ? c * row[j] : 0;
        }
    }
    const double size = likes > 0 ? likes : fmin(entries, 1);
    const long double lambda = l->lambda * pow(size, l->exponent);
    for (int64_t j = 0; j < f; j++) {
        e->a[j][j] += lambda;
        e->root[j] = sqrtl(e->root[j] + lambda);
    }
    e->terms = (double)y->rows + entries;
}

/* Check the conditions of a row. Returns how many of its factors are 0. */
static int64_t check_row(const loss *l, const double *counts, const dense *y, const double *x,
                         wrmf_precision precision, const char *what)
{
    static equations e;
    const int64_t f = y->columns;
    const double unit = precision == WRMF_PRECISION_FLOAT32 ? 0x1p-24 : 0x1p-53;
    make_equations(l, counts, y, &e);
    long double reach = 0;
    int64_t zeros = 0;
    for (int64_t k = 0; k < f; k++)
        reach += e.root[k] * x[k];
    const double roundings = 16 * (double)(f + 4) + 4 * (e.terms + (double)f + 20);
    const long double relative = 1.01L * unit + roundings * 0x1p-53L;
    for (int64_t j = 0; j < f; j++) {
        long double g = -e.b[j];
        for (int64_t k = 0; k < f; k++)
            g += e.a[j][k] * x[k];
        const long double tolerance = relative * e.root[j] * reach + FLT_MIN;
        if (!(x[j] >= 0) || !(g >= -tolerance) || (x[j] > 0 && !(g <= tolerance)))
            fail_msg("%s, %s: factor %d is %g, its gradient %Lg, the tolerance %Lg", l->text, what,
                     (int)j, x[j], g, tolerance);
        zeros += !(x[j] > 0);
    }
    return zeros;
}

/* ---- fits and folds ---- */

static dense folded(const wrmf_model *model, const wrmf_matrix *matrix, wrmf_side side)
{
    wrmf_fold *fold = NULL;
    dense rows = dense_new(side == WRMF_USERS ? USERS : ITEMS, wrmf_model_factors(model));
    MUST(wrmf_fold_create(context, model, side, &fold, err));
    MUST(wrmf_fold_rows(context, fold, matrix, rows.at, err));
    wrmf_fold_free(fold);
    return rows;
}

/* The rows that a fit ends with are those that are folded in, bit for bit. */
static int64_t check_fit(const loss *l, wrmf_params *params, wrmf_precision precision,
                         uint64_t seed)
{
    dense table = counts_of(l, seed), turned = dense_transpose(&table);
    wrmf_matrix *matrix = matrix_of(&table);
    wrmf_model *model = NULL;
    MUST(wrmf_params_set_int(params, WRMF_PARAM_PRECISION, precision, err));
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    dense x = dense_from_model(model, WRMF_USERS), y = dense_from_model(model, WRMF_ITEMS);
    dense users = folded(model, matrix, WRMF_USERS), items = folded(model, matrix, WRMF_ITEMS);
    assert_true(dense_equal(&y, &items));
    int64_t zeros = 0;
    for (int64_t i = 0; i < ITEMS; i++)
        zeros += check_row(l, dense_row(&turned, i), &x, dense_row(&y, i), precision, "an item");
    for (int64_t u = 0; u < USERS; u++)
        zeros += check_row(l, dense_row(&table, u), &y, dense_row(&users, u), precision, "a user");
    for (int64_t k = 0; k < x.rows * x.columns; k++)
        assert_true(x.at[k] >= 0);
    for (int64_t k = 0; k < x.columns; k++) /* of rows without entries */
        assert_true(!(dense_row(&x, 3)[k] > 0) && !(dense_row(&y, 7)[k] > 0));
    dense_free(&table);
    dense_free(&turned);
    dense_free(&x);
    dense_free(&y);
    dense_free(&users);
    dense_free(&items);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
    return zeros;
}

static void rows_are_minima(void **state)
{
    static const char *const more[] = {"factors=5 iterations=6", "factors=20 iterations=4 seed=3",
                                       "factors=40 iterations=3 relaxation=1 solver=cholesky"};
    (void)state;
    for (int l = 0; l < LOSSES; l++) {
        int64_t zeros = 0;
        for (int m = 0; m < 3; m++) {
            wrmf_params *params = params_from(losses[l].text, more[m]);
            for (int precision = (l + m) % thin_or(1, 2); precision < 2; precision += thin_or(1, 2))
                zeros +=
                    check_fit(&losses[l], params, (wrmf_precision)precision, (uint64_t)(l + m));
            wrmf_params_free(params);
        }
        assert_true(zeros > thin_or(100, 50)); /* the constraint is what holds many of them */
    }
}

/* Item 2 folded in by itself. */
static void check_long_fold(const wrmf_model *model, const dense *turned, const double *wanted)
{
    const int64_t n = turned->columns;
    wrmf_fold *fold = NULL;
    size_t bytes = 0;
    double row[4];
    int64_t *index = calloc((size_t)n, sizeof *index);
    MUST(wrmf_fold_create(context, model, WRMF_ITEMS, &fold, err));
    MUST(wrmf_fold_workspace(fold, n, &bytes, err));
    void *workspace = malloc(bytes);
    assert_true(index && workspace);
    for (int64_t i = 0; i < n; i++)
        index[i] = i;
    MUST(wrmf_fold_row(fold, index, dense_row(turned, 2), n, workspace, bytes, row, err));
    assert_memory_equal(row, wanted, sizeof row);
    wrmf_fold_free(fold);
    free(workspace);
    free(index);
}

/* Rows of 32,768 entries and more are summed up by all workers: one item that all users have, and
 * the bits of it for any number of them, and where it is folded in by itself. */
static void long_rows(void **state)
{
    enum { MANY = 33000, FEW = 5 };
    (void)state;
    const loss *const l = &losses[1];
    wrmf_params *params = params_from(l->text, "factors=4 iterations=2");
    dense table = dense_new(MANY, FEW), want = {0};
    for (int64_t u = 0; u < MANY; u++)
        for (int64_t i = 0; i < FEW; i++)
            dense_row(&table, u)[i] = i == 2 ? 1 + (double)(u % 3) : (double)((u + i) % 4 == 0);
    dense turned = dense_transpose(&table);
    wrmf_matrix *matrix = dense_to_matrix(context, &table);
    for (int threads = 1; threads <= 4; threads += 3) {
        wrmf_model *model = NULL;
        MUST(wrmf_context_set_threads(context, threads, err));
        MUST(wrmf_model_fit(context, matrix, params, &model, err));
        dense x = dense_from_model(model, WRMF_USERS), y = dense_from_model(model, WRMF_ITEMS);
        if (threads == 1) {
            (void)check_row(l, dense_row(&turned, 2), &x, dense_row(&y, 2), WRMF_PRECISION_FLOAT32,
                            "a long row");
            check_long_fold(model, &turned, dense_row(&y, 2));
            want = y;
        } else {
            assert_true(dense_equal(&y, &want));
            dense_free(&y);
        }
        dense_free(&x);
        wrmf_model_free(model);
    }
    MUST(wrmf_context_set_threads(context, 0, err));
    dense_free(&table);
    dense_free(&turned);
    dense_free(&want);
    wrmf_matrix_free(matrix);
    wrmf_params_free(params);
}

/* ---- explanations ---- */

/* What a user's items add to a score is all of it, and rows with numbers that are held at 0 have
 * explanations of the others. */
static void check_explanation(const wrmf_model *model, const dense *table, int64_t u,
                              int64_t target)
{
    wrmf_fold *fold = NULL;
    int64_t index[ITEMS], n = 0;
    double count[ITEMS], parts[ITEMS], row[MOST], item[MOST], score = 0, sum = 0, sizes = 0;
    char workspace[1 << 18];
    for (int64_t i = 0; i < ITEMS; i++)
        if (dense_row(table, u)[i] > 0) {
            index[n] = i;
            count[n++] = dense_row(table, u)[i];
        }
    MUST(wrmf_fold_create(context, model, WRMF_USERS, &fold, err));
    MUST(wrmf_fold_row(fold, index, count, n, workspace, sizeof workspace, row, err));
    MUST(wrmf_fold_explain(fold, index, count, n, target, workspace, sizeof workspace, parts,
                           &score, err));
    MUST(wrmf_model_get_rows(model, WRMF_ITEMS, target, 1, item, err));
    const double wanted = reference_dot(row, item, wrmf_model_factors(model));
    for (int64_t i = 0; i < n; i++) {
        sum += parts[i];
        sizes += fabs(parts[i]);
    }
    /* the systems of these rows are well conditioned: their numbers are below 1e4 */
    assert_true(fabs(score - sum) <= 1e-12 * sizes);
    assert_true(fabs(score - wanted) <= 1e-9 * sizes);
    wrmf_fold_free(fold);
}

static void explanations(void **state)
{
    (void)state;
    for (int l = 0; l < 6; l++) {
        wrmf_params *params = params_from(losses[l].text, "factors=12 iterations=5");
        wrmf_model *model = NULL;
        MUST(wrmf_params_set_int(params, WRMF_PARAM_PRECISION, WRMF_PRECISION_FLOAT64, err));
        dense table = counts_of(&losses[l], 9);
        wrmf_matrix *matrix = matrix_of(&table);
        MUST(wrmf_model_fit(context, matrix, params, &model, err));
        for (int64_t u = 0; u < USERS; u++)
            check_explanation(model, &table, u, u % ITEMS);
        wrmf_model_free(model);
        wrmf_matrix_free(matrix);
        dense_free(&table);
        wrmf_params_free(params);
    }
}

/* ---- the start, threads, and what is refused ---- */

static void start(void **state)
{
    (void)state;
    wrmf_params *params = params_from("seed=5", "factors=7 nonnegative=0");
    wrmf_model *usual = NULL, *model = NULL;
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &usual, err));
    MUST(wrmf_params_parse(params, "nonnegative=1", err));
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &model, err));
    for (int side = 0; side < 2; side++) {
        dense a = dense_from_model(usual, (wrmf_side)side);
        dense b = dense_from_model(model, (wrmf_side)side);
        for (int64_t i = 0; i < a.rows * a.columns; i++)
            a.at[i] = fabs(a.at[i]);
        assert_true(dense_equal(&a, &b));
        dense_free(&a);
        dense_free(&b);
    }
    wrmf_model_free(usual);
    wrmf_model_free(model);
    wrmf_params_free(params);
}

static void same_bits(void **state)
{
    (void)state;
    wrmf_params *params = params_from(losses[0].text, "factors=20 iterations=6");
    dense table = counts_of(&losses[0], 4), want[2] = {{0}, {0}};
    wrmf_matrix *matrix = matrix_of(&table);
    for (int threads = 1; threads <= 5; threads += 2) {
        wrmf_model *model = NULL;
        MUST(wrmf_context_set_threads(context, threads, err));
        MUST(wrmf_model_fit(context, matrix, params, &model, err));
        for (int side = 0; side < 2; side++) {
            dense rows = dense_from_model(model, (wrmf_side)side);
            if (threads > 1)
                assert_true(dense_equal(&rows, &want[side]));
            dense_free(&want[side]);
            want[side] = rows;
        }
        wrmf_model_free(model);
    }
    MUST(wrmf_context_set_threads(context, 0, err));
    dense_free(&want[0]);
    dense_free(&want[1]);
    dense_free(&table);
    wrmf_matrix_free(matrix);
    wrmf_params_free(params);
}

static void refuse(const wrmf_matrix *matrix, const char *text, const char *wanted)
{
    wrmf_params *params = params_from("factors=4", text);
    wrmf_model *model = NULL;
    wrmf_fold *fold = NULL;
    wrmf_error error;
    assert_int_equal(wrmf_model_fit(context, matrix, params, &model, &error), WRMF_E_RANGE);
    assert_null(model);
    assert_non_null(strstr(error.text, wanted));
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &model, err));
    assert_int_equal(wrmf_fold_create(context, model, WRMF_USERS, &fold, &error), WRMF_E_RANGE);
    assert_null(fold);
    assert_non_null(strstr(error.text, wanted));
    wrmf_model_free(model);
    wrmf_params_free(params);
}

static void refusals(void **state)
{
    (void)state;
    dense table = counts_of(&losses[0], 1);
    wrmf_matrix *matrix = matrix_of(&table);
    refuse(matrix, "solver=cg", "solver is cg");
    refuse(matrix, "solver=whitened", "solver is whitened");
    refuse(matrix, "solver=blocks", "solver is blocks");
    refuse(matrix, "cg_steps=3", "cg_steps is 3");
    wrmf_params *params = params_from("factors=4", "preset=spark");
    assert_int_equal(wrmf_params_get_int(params, WRMF_PARAM_NONNEGATIVE), 0);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
    dense_free(&table);
}

/* Rows that a host has set may be below 0: those that are solved against them are not, nor is what
 * they become. */
static void rows_below(void **state)
{
    (void)state;
    wrmf_params *params = params_from(losses[0].text, "factors=9 relaxation_wait=0");
    dense table = counts_of(&losses[0], 2), set = dense_new(ITEMS, 9);
    wrmf_matrix *matrix = matrix_of(&table);
    wrmf_model *model = NULL;
    uint64_t random = 3;
    for (int64_t i = 0; i < ITEMS * 9; i++)
        set.at[i] = random_normal(&random);
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &model, err));
    MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 0, ITEMS, set.at, err));
    MUST(wrmf_model_continue(context, model, matrix, 1, err));
    for (int side = 0; side < 2; side++) {
        dense rows = dense_from_model(model, (wrmf_side)side);
        for (int64_t i = 0; i < rows.rows * 9; i++)
            assert_true(rows.at[i] >= 0);
        dense_free(&rows);
    }
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
    dense_free(&table);
    dense_free(&set);
    wrmf_params_free(params);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_minima), cmocka_unit_test(long_rows),
        cmocka_unit_test(explanations),    cmocka_unit_test(start),
        cmocka_unit_test(same_bits),       cmocka_unit_test(refusals),
        cmocka_unit_test(rows_below),
    };
    if (wrmf_context_create(&context, NULL) != WRMF_OK)
        return 1;
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    wrmf_context_free(context);
    return failed;
}
