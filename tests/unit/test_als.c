/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The solver's corners: rows too long for one worker, weights that float64 cannot
 * factorize, every solver. Against normal equations in long double. The argument is the
 * CPU level to run.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "als/als.h"
#include "base/random.h"
#include "data/triplets.h"
#include "level.h"
#include "row/long_row.h"
#include "rows.h"
#include "thin.h"
#include "wrmf/wrmf.h"

enum { MOST_FACTORS = 70 };

static wrmf_error err;

static void must(wrmf_status status)
{
    if (status != WRMF_OK)
        fail_msg("%s: %s", wrmf_status_name(status), err.text);
}

static uint64_t draw(uint64_t low, uint64_t bound)
{
    return wrmf_i_random_below(11, 50, 0, low, bound);
}

static wrmf_context *new_context(int threads)
{
    wrmf_context *context = NULL;
    must(wrmf_context_create(&context, &err));
    must(wrmf_context_set_threads(context, threads, &err));
    must(wrmf_context_set_cpu(context, level_name(), &err));
    return context;
}

/* Users' rows after one epoch from the start, the items they were solved from, and if not NULL the
 * users of the start. */
static wrmf_model *one_epoch(wrmf_context *context, const wrmf_matrix *matrix, const char *text,
                             double **items, double **users)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    must(wrmf_params_create(context, &params, &err));
    must(wrmf_params_parse(params, text, &err));
    must(wrmf_model_create(context, matrix->rows, matrix->columns, params, &model, &err));
    *items = malloc(sizeof **items * (size_t)(matrix->columns * model->factors));
    must(wrmf_model_get_rows(model, WRMF_ITEMS, 0, matrix->columns, *items, &err));
    if (users) {
        *users = malloc(sizeof **users * (size_t)(matrix->rows * model->factors));
        must(wrmf_model_get_rows(model, WRMF_USERS, 0, matrix->rows, *users, &err));
    }
    must(wrmf_model_continue(context, model, matrix, 1, &err));
    wrmf_params_free(params);
    return model;
}

/* The columns of a user's entries and their weights alpha d, to be freed. */
static rows_entries entries_of(const wrmf_matrix *matrix, int64_t row, double alpha)
{
    const int64_t start = matrix->offsets[row], n = matrix->offsets[row + 1] - start;
    double *const d = malloc(sizeof *d * (size_t)(n + 1));
    assert_non_null(d);
    for (int64_t i = 0; i < n; i++)
        d[i] = alpha * (matrix->values ? matrix->values[start + i] : 1.0);
    return (rows_entries){n, matrix->indices + start, d};
}

static void check_row(const wrmf_model *model, const wrmf_matrix *matrix, const rows_half *half,
                      int64_t row, double alpha, rows_manner manner)
{
    double x[MOST_FACTORS];
    const rows_entries entries = entries_of(matrix, row, alpha);
    must(wrmf_model_get_rows(model, WRMF_USERS, row, 1, x, &err));
    const double error = rows_error(half, entries, x, manner);
    if (!(error >= 0 && error <= 1))
        fail_msg("%s, row %ld: %g of what rounding explains", level_name(), (long)row, error);
    free((void *)entries.d);
}

static double dot(const double *a, const double *b, int64_t n)
{
    double sum = 0;
    for (int64_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

/* A row of solver cg, which makes a few steps from where it was. With A the row's matrix and e its
 * error, conjugate gradients make e'Ae least over the directions they have seen, so it is no
 * greater than after one step of steepest descent. What rounding adds: each step's product with A
 * loses (f + n) u ||A|| of its length, which e'Ae sees over the root of the least eigenvalue,
 * lambda or more. */
static void check_steps(const wrmf_model *model, const wrmf_matrix *matrix, const rows_half *half,
                        int64_t row, double alpha, double lambda, const double *start)
{
    enum { F = 20, STEPS = 3 };
    double x[F], e[F], r[F], q[F], trace = 0;
    assert_int_equal(model->factors, F);
    const rows_entries entries = entries_of(matrix, row, alpha);
    assert_true(rows_step(half, entries, start + row * F, e));
    rows_apply(half, entries, e, r);
    rows_apply(half, entries, r, q);
    const double descended = sqrt(dot(e, r, F) - dot(r, r, F) * dot(r, r, F) / dot(r, q, F));
    for (int k = 0; k < F; k++) {
        double unit[F] = {0};
        unit[k] = 1;
        rows_apply(half, entries, unit, q);
        trace += q[k];
    }
    must(wrmf_model_get_rows(model, WRMF_USERS, row, 1, x, &err));
    rows_apply(half, entries, x, q);
    const double size = sqrt(dot(x, q, F)) + descended;
    assert_true(rows_step(half, entries, x, e));
    rows_apply(half, entries, e, r);
    const double slack = STEPS * (double)(F + entries.n + 4) * 0x1p-24 * trace / lambda * size;
    if (!(sqrt(dot(e, r, F)) <= descended + slack))
        fail_msg("row %ld: error %g, after one step of descent %g, slack %g", (long)row,
                 sqrt(dot(e, r, F)), descended, slack);
    free((void *)entries.d);
}

/* Two users with more entries than WRMF_I_LONG_ROW, a hundred with a few. */
static wrmf_matrix *long_matrix(wrmf_context *context, bool counts)
{
    enum { ITEMS = 50000, USERS = 102 };
    const int64_t n = 2 * 40000 + 100 * 20;
    int32_t *const user = malloc(sizeof *user * (size_t)n), *const item =
                                                                malloc(sizeof *item * (size_t)n);
    double *const count = malloc(sizeof *count * (size_t)n);
    for (int64_t i = 0; i < n; i++) {
        user[i] = i < 80000 ? (int32_t)(i / 40000) : (int32_t)(2 + (i - 80000) / 20);
        item[i] = i < 80000 ? (int32_t)(i % 40000 + 5000 * (i / 40000))
                            : (int32_t)draw((uint64_t)i, ITEMS);
        count[i] = counts ? (double)(1 + draw((uint64_t)(i + n), 9)) : 1;
    }
    wrmf_matrix *matrix = NULL;
    must(wrmf_i_matrix_from_triplets(
        context, &(wrmf_i_triplets){USERS, ITEMS, n, user, item, count, NULL, false},
        WRMF_DUPLICATES_MAX, NULL, &matrix, &err));
    free(user);
    free(item);
    free(count);
    return matrix;
}

static void test_long_rows(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "factors=20 alpha=3 regularization=0.1 precision=float32",
        "factors=20 alpha=3 regularization=0.1 precision=float64",
        "factors=20 alpha=3 regularization=0.1 precision=float32 solver=cg",
    };
    for (int t = 0; t < 3; t++) {
        wrmf_context *const context = new_context(1);
        wrmf_matrix *const matrix = long_matrix(context, t % 2 == 0);
        double *items, *users;
        wrmf_model *const model = one_epoch(context, matrix, texts[t], &items, &users);
        /* long double that is software takes half a minute a solver: in a thin run one is enough */
        const bool checked = t == 0 || LDBL_MANT_DIG <= 64 || !thin_all();
        rows_half *const half = checked ? rows_half_new(items, matrix->columns, 20, 0.1) : NULL;
        assert_true(half || !checked);
        assert_true(matrix->offsets[1] - matrix->offsets[0] > WRMF_I_LONG_ROW);
        for (int64_t row = 0; checked && row < 4; row += thin_or(1, 2)) { /* two of them are long */
            if (t == 2 && row >= 2)
                check_steps(model, matrix, half, row, 3, 0.1, users);
            else /* the long ones are solved in float64 */
                check_row(model, matrix, half, row, 3,
                          (rows_manner){.single = t != 1, .solved_in_double = row < 2});
        }
        for (int threads = 2; threads <= 7; threads += 5) { /* the same bits */
            wrmf_context *const other = new_context(threads);
            double *again_items;
            wrmf_model *const again = one_epoch(other, matrix, texts[t], &again_items, NULL);
            for (int side = 0; side < 2; side++)
                assert_memory_equal(model->data[side], again->data[side],
                                    (size_t)(model->rows[side] * model->stride) *
                                        wrmf_i_model_number_bytes(model));
            wrmf_model_free(again);
            free(again_items);
            wrmf_context_free(other);
        }
        rows_half_free(half);
        wrmf_model_free(model);
        wrmf_matrix_free(matrix);
        wrmf_context_free(context);
        free(items);
        free(users);
    }
}

enum { USERS = 60, ITEMS = 200, ENTRIES = 3000 };

/* The last user has nothing; one entry in twenty is heavy. */
static wrmf_matrix *heavy_matrix(wrmf_context *context, double heavy)
{
    int32_t user[ENTRIES], item[ENTRIES];
    double count[ENTRIES];
    for (int i = 0; i < ENTRIES; i++) {
        user[i] = (int32_t)draw((uint64_t)i, USERS - 1);
        item[i] = (int32_t)draw((uint64_t)(i + ENTRIES), ITEMS);
        count[i] = draw((uint64_t)(i + 2 * ENTRIES), 20) == 0 ? heavy : 1;
    }
    wrmf_matrix *matrix = NULL;
    must(wrmf_i_matrix_from_triplets(
        context, &(wrmf_i_triplets){USERS, ITEMS, ENTRIES, user, item, count, NULL, false},
        WRMF_DUPLICATES_MAX, NULL, &matrix, &err));
    return matrix;
}

static void check_solver(wrmf_context *context, const wrmf_matrix *matrix, const char *solver,
                         int factors, bool single)
{
    char text[160];
    snprintf(text, sizeof text, "factors=%d alpha=40 regularization=0.5 solver=%s precision=%s",
             factors, solver, single ? "float32" : "float64");
    double *items, last[MOST_FACTORS];
    wrmf_model *const model = one_epoch(context, matrix, text, &items, NULL);
    rows_half *const half = rows_half_new(items, matrix->columns, factors, 0.5);
    assert_non_null(half);
    const rows_manner manner = {.single = single,
                                .solver = strcmp(solver, "cholesky") == 0   ? ROWS_CHOLESKY
                                          : strcmp(solver, "whitened") == 0 ? ROWS_CG
                                                                            : ROWS_ANY};
    const int step = thin_or(LDBL_MANT_DIG > 64 ? 7 : 1, 14); /* long double may be software */
    for (int64_t row = 0; row < USERS - 1; row += step)
        check_row(model, matrix, half, row, 40, manner);
    rows_half_free(half);
    const double again = wrmf_model_statistic(model, WRMF_STAT_ROWS_FLOAT64),
                 factorized = wrmf_model_statistic(model, WRMF_STAT_ROWS_CHOLESKY);
    assert_true(!single || again > 0);
    if (single && factors == MOST_FACTORS && strcmp(solver, "whitened") == 0)
        assert_true(again - factorized > USERS / 2); /* the others are refined */
    must(wrmf_model_get_rows(model, WRMF_USERS, USERS - 1, 1, last, &err));
    for (int k = 0; k < factors; k++)
        assert_true(last[k] == 0);
    wrmf_model_free(model);
    free(items);
}

/* Every solver, heavy counts among them. Factors: systems side by side; the same, two vectors
 * wide; three; and rows in single precision that are refined. */
static void test_solvers(void **state)
{
    (void)state;
    static const char *const solvers[] = {"auto", "cholesky", "whitened"};
    static const int factors[] = {9, 20, 33, MOST_FACTORS};
    wrmf_context *const context = new_context(2);
    for (int i = 0; i < 4; i++) {
        wrmf_matrix *const matrix =
            heavy_matrix(context, factors[i] == MOST_FACTORS ? 8000 : 50000);
        /* in a thin run half of them, others at the next width */
        for (int s = thin_all() ? (i + 1) % 2 : 0; s < 6; s += thin_all() ? 2 : 1)
            check_solver(context, matrix, solvers[s % 3], factors[i], s < 3);
        wrmf_matrix_free(matrix);
    }
    wrmf_context_free(context);
}

/* How far from 1 a score may be. x is rounded once, and the test sums up the score. Before that,
 * Householder's factorization with pivoting of 21 equations for 16 unknowns, the heavy ones first,
 * is exact for equations that are each off by a small multiple of 21 * 16 roundings of their size
 * (Cox and Higham 1998): for the equation of a score, of |w| ||z|| <= ||z||. */
static double limit_bound(const double *items, const double *x, const double *y, bool single)
{
    double sizes = 0, square = 0.1 * dot(x, x, 16); /* ||z||^2 = x'B x */
    for (int k = 0; k < 16; k++)
        sizes += fabs(x[k] * y[k]);
    for (int i = 0; i < 50; i++)
        square += dot(x, items + i * 16, 16) * dot(x, items + i * 16, 16);
    return ((single ? 0x1p-24 : 0x1p-53) + 17 * 0x1p-53) * sizes +
           10 * 21 * 16 * 0x1p-53 * sqrt(square);
}

/* Weights of 1e30: the identity is lost in float64; the scores must be 1 all the
 * same, as the limit of large confidence demands, and the rows finite. */
static void test_enormous_weights(void **state)
{
    (void)state;
    enum { N = 100 };
    wrmf_context *const context = new_context(2);
    int32_t user[N], item[N];
    double count[N];
    for (int i = 0; i < N; i++) {
        user[i] = i / 5;
        item[i] = (int32_t)((i % 5) * 10 + i / 5 % 10);
        count[i] = i % 3 == 0 ? 1e5 : 1;
    }
    wrmf_matrix *matrix = NULL;
    must(wrmf_i_matrix_from_triplets(context,
                                     &(wrmf_i_triplets){20, 50, N, user, item, count, NULL, false},
                                     WRMF_DUPLICATES_REFUSE, NULL, &matrix, &err));
    for (int precision = 0; precision < 2; precision++) {
        double *items;
        wrmf_model *const model = one_epoch(context, matrix,
                                            precision ? "factors=16 alpha=1e25 precision=float64"
                                                      : "factors=16 alpha=1e25",
                                            &items, NULL);
        assert_true(wrmf_model_statistic(model, WRMF_STAT_ROWS_MINIMUM_NORM) > 0);
        for (int64_t u = 0; u < 20; u++) {
            double x[16];
            must(wrmf_model_get_rows(model, WRMF_USERS, u, 1, x, &err));
            for (int i = 0; i < 5; i++) {
                const double *const y = items + item[u * 5 + i] * 16;
                assert_true(fabs(dot(x, y, 16) - 1) <= limit_bound(items, x, y, precision == 0));
            }
        }
        wrmf_model_free(model);
        free(items);
    }
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
}

int main(int argc, char **argv)
{
    const int chosen = level_choose(argc, argv);
    if (chosen != 0)
        return chosen;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_long_rows),
        cmocka_unit_test(test_solvers),
        cmocka_unit_test(test_enormous_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
