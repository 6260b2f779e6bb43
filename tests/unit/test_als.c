/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The solver's corners: rows too long for one worker, weights that float64 cannot
 * factorize, every solver and CPU level. Against normal equations in long double.
 */
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
#include "als/plan.h"
#include "base/random.h"
#include "data/triplets.h"
#include "wrmf/wrmf.h"

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

/* x of (Y'Y + Y'DY + lambda I) x = Y'c for one row, by Gauss in long double. */
static void solve_row(const wrmf_model *model, const wrmf_matrix *matrix, int64_t row, double alpha,
                      double lambda, const double *y, long double *x)
{
    const int64_t f = model->factors, n = matrix->columns;
    long double *const a = calloc((size_t)(f * (f + 1)), sizeof *a);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < f; j++)
            for (int64_t k = 0; k < f; k++)
                a[j * (f + 1) + k] += (long double)y[i * f + j] * y[i * f + k];
    for (int64_t e = matrix->offsets[row]; e < matrix->offsets[row + 1]; e++) {
        const long double d = alpha * (matrix->values ? matrix->values[e] : 1.0);
        const double *const z = y + matrix->indices[e] * f;
        for (int64_t j = 0; j < f; j++) {
            for (int64_t k = 0; k < f; k++)
                a[j * (f + 1) + k] += d * z[j] * z[k];
            a[j * (f + 1) + f] += (1 + d) * z[j];
        }
    }
    for (int64_t j = 0; j < f; j++)
        a[j * (f + 1) + j] += lambda;
    for (int64_t p = 0; p < f; p++) {
        int64_t best = p;
        for (int64_t j = p; j < f; j++)
            if (fabsl(a[j * (f + 1) + p]) > fabsl(a[best * (f + 1) + p]))
                best = j;
        for (int64_t k = 0; k <= f; k++) {
            const long double t = a[p * (f + 1) + k];
            a[p * (f + 1) + k] = a[best * (f + 1) + k];
            a[best * (f + 1) + k] = t;
        }
        for (int64_t j = 0; j < f; j++) {
            if (j == p)
                continue;
            const long double by = a[j * (f + 1) + p] / a[p * (f + 1) + p];
            for (int64_t k = p; k <= f; k++)
                a[j * (f + 1) + k] -= by * a[p * (f + 1) + k];
        }
    }
    for (int64_t j = 0; j < f; j++)
        x[j] = a[j * (f + 1) + f] / a[j * (f + 1) + j];
    free(a);
}

static wrmf_context *new_context(int threads)
{
    wrmf_context *context = NULL;
    must(wrmf_context_create(&context, &err));
    must(wrmf_context_set_threads(context, threads, &err));
    return context;
}

/* Users' rows after one epoch from the start, and the items they were solved from. */
static wrmf_model *one_epoch(wrmf_context *context, const wrmf_matrix *matrix, const char *text,
                             double **items)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    must(wrmf_params_create(context, &params, &err));
    must(wrmf_params_parse(params, text, &err));
    must(wrmf_model_create(context, matrix->rows, matrix->columns, params, &model, &err));
    *items = malloc(sizeof **items * (size_t)(matrix->columns * model->factors));
    must(wrmf_model_get_rows(model, WRMF_ITEMS, 0, matrix->columns, *items, &err));
    must(wrmf_model_continue(context, model, matrix, 1, &err));
    wrmf_params_free(params);
    return model;
}

static double row_error(const wrmf_model *model, int64_t row, const long double *want)
{
    double got[256];
    must(wrmf_model_get_rows(model, WRMF_USERS, row, 1, got, &err));
    long double error = 0, size = 0;
    for (int64_t k = 0; k < model->factors; k++) {
        error += (got[k] - want[k]) * (got[k] - want[k]);
        size += want[k] * want[k];
    }
    return (double)sqrtl(error / size);
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
    must(wrmf_i_matrix_from_triplets(context, &(wrmf_i_triplets){USERS, ITEMS, n, user, item, count},
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
        double *items;
        wrmf_model *const model = one_epoch(context, matrix, texts[t], &items);
        assert_true(matrix->offsets[1] - matrix->offsets[0] > WRMF_I_LONG_ROW);
        for (int64_t row = 0; row < 4; row++) {
            long double want[20];
            solve_row(model, matrix, row, 3, 0.1, items, want);
            const double bound = t == 1 ? 1e-10 : t == 0 ? 5e-6 : row < 2 ? 5e-6 : 0.9;
            assert_true(row_error(model, row, want) < bound);
        }
        for (int threads = 2; threads <= 7; threads += 5) { /* the same bits */
            wrmf_context *const other = new_context(threads);
            double *again_items;
            wrmf_model *const again = one_epoch(other, matrix, texts[t], &again_items);
            for (int side = 0; side < 2; side++)
                assert_memory_equal(model->data[side], again->data[side],
                                    (size_t)(model->rows[side] * model->stride) *
                                        wrmf_i_model_number_bytes(model));
            wrmf_model_free(again);
            free(again_items);
            wrmf_context_free(other);
        }
        wrmf_model_free(model);
        wrmf_matrix_free(matrix);
        wrmf_context_free(context);
        free(items);
    }
}

enum { USERS = 60, ITEMS = 200, ENTRIES = 3000, MOST_FACTORS = 70 };

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
    must(wrmf_i_matrix_from_triplets(context, &(wrmf_i_triplets){USERS, ITEMS, ENTRIES, user, item, count},
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
    wrmf_model *const model = one_epoch(context, matrix, text, &items);
    for (int64_t row = 0; row < USERS - 1; row++) {
        long double want[MOST_FACTORS];
        solve_row(model, matrix, row, 40, 0.5, items, want);
        const double error = row_error(model, row, want);
        if (!(error < (single ? 1e-4 : 1e-9)))
            fail_msg("%s, %s, row %ld: error %g", wrmf_context_cpu(context), text, (long)row,
                     error);
    }
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

/* Every solver on every level, heavy counts among them. Factors: systems side by side; the same,
 * two vectors wide; three; and rows in single precision that are refined. */
static void test_solvers(void **state)
{
    (void)state;
    static const char *const solvers[] = {"auto", "cholesky", "whitened"};
    static const char *const levels[] = {"generic", "avx2", "avx512", "neon"};
    static const int factors[] = {9, 20, 33, MOST_FACTORS};
    for (int level = 0; level < 4; level++) {
        wrmf_context *const context = new_context(2);
        if (wrmf_context_set_cpu(context, levels[level], &err) != WRMF_OK) {
            wrmf_context_free(context);
            continue;
        }
        for (int i = 0; i < 4; i++) {
            wrmf_matrix *const matrix =
                heavy_matrix(context, factors[i] == MOST_FACTORS ? 8000 : 50000);
            for (int s = 0; s < 6; s++)
                check_solver(context, matrix, solvers[s % 3], factors[i], s < 3);
            wrmf_matrix_free(matrix);
        }
        wrmf_context_free(context);
    }
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
    must(wrmf_i_matrix_from_triplets(context, &(wrmf_i_triplets){20, 50, N, user, item, count}, WRMF_DUPLICATES_REFUSE,
                                     NULL, &matrix, &err));
    for (int precision = 0; precision < 2; precision++) {
        double *items;
        wrmf_model *const model = one_epoch(context, matrix,
                                            precision ? "factors=16 alpha=1e25 precision=float64"
                                                      : "factors=16 alpha=1e25",
                                            &items);
        assert_true(wrmf_model_statistic(model, WRMF_STAT_ROWS_MINIMUM_NORM) > 0);
        for (int64_t u = 0; u < 20; u++) {
            double x[16];
            must(wrmf_model_get_rows(model, WRMF_USERS, u, 1, x, &err));
            for (int i = 0; i < 5; i++) {
                double score = 0;
                for (int k = 0; k < 16; k++)
                    score += x[k] * items[item[u * 5 + i] * 16 + k];
                assert_true(fabs(score - 1) < 1e-4);
            }
        }
        wrmf_model_free(model);
        free(items);
    }
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_long_rows),
        cmocka_unit_test(test_solvers),
        cmocka_unit_test(test_enormous_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
