/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows of many factors, whose matrices are packed into panels and whose systems in float64 are one
 * at a time; and solver blocks, against a sweep in long double. The argument is the CPU level.
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

#include "base/random.h"
#include "data/csr.h"
#include "level.h"
#include "linalg/row_kernels.h"
#include "model/model.h"
#include "rows.h"
#include "thin.h"
#include "wrmf/wrmf.h"

enum { USERS = 6, ITEMS = 300, ENTRIES = 20, WIDE = 270 };

static wrmf_error err;

static void must(wrmf_status status)
{
    if (status != WRMF_OK)
        fail_msg("%s: %s", wrmf_status_name(status), err.text);
}

static wrmf_context *new_context(int threads)
{
    wrmf_context *context = NULL;
    must(wrmf_context_create(&context, &err));
    must(wrmf_context_set_threads(context, threads, &err));
    must(wrmf_context_set_cpu(context, level_name(), &err));
    return context;
}

/* User 0 has no entries; the counts of user 1 are `heavy` times those of others. */
static wrmf_matrix *new_matrix(wrmf_context *context, double heavy)
{
    int64_t user[USERS * ENTRIES], item[USERS * ENTRIES], n = 0;
    double count[USERS * ENTRIES];
    wrmf_matrix *matrix = NULL;
    for (int64_t u = 1; u < USERS; u++) {
        for (uint64_t i = 0; i < ENTRIES; i++, n++) {
            user[n] = u;
            item[n] = (int64_t)wrmf_i_random_below(5, 60, 0, i + 100 * (uint64_t)u, ITEMS);
            count[n] = (double)(1 + i % 3) * (u == 1 ? heavy : 1);
        }
    }
    must(wrmf_matrix_from_triplets(context, USERS, ITEMS, n, user, item, count, WRMF_DUPLICATES_MAX,
                                   NULL, &matrix, &err));
    return matrix;
}

/* A model of the start, and its rows. */
static wrmf_model *start_of(wrmf_context *context, const char *text, double *users, double *items)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    must(wrmf_params_create(context, &params, &err));
    must(wrmf_params_parse(params, text, &err));
    must(wrmf_model_create(context, USERS, ITEMS, params, &model, &err));
    wrmf_params_free(params);
    must(wrmf_model_get_rows(model, WRMF_USERS, 0, USERS, users, &err));
    must(wrmf_model_get_rows(model, WRMF_ITEMS, 0, ITEMS, items, &err));
    return model;
}

/* The model of the same start after an epoch on other numbers of threads has the same bits. */
static void check_threads(const wrmf_model *model, const char *text, double heavy)
{
    static double users[USERS * WIDE], items[ITEMS * WIDE];
    wrmf_context *const context = new_context(3);
    wrmf_matrix *const matrix = new_matrix(context, heavy);
    wrmf_model *const again = start_of(context, text, users, items);
    must(wrmf_model_continue(context, again, matrix, 1, &err));
    for (int side = 0; side < 2; side++)
        assert_memory_equal(model->data[side], again->data[side],
                            (size_t)(model->rows[side] * model->stride) *
                                wrmf_i_model_number_bytes(model));
    wrmf_model_free(again);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
}

/* ---- wide rows ---- */

static void check_wide(const char *text, double heavy, double lambda, rows_manner manner)
{
    static double users[USERS * WIDE], items[ITEMS * WIDE];
    wrmf_context *const context = new_context(1);
    wrmf_matrix *const matrix = new_matrix(context, heavy);
    wrmf_model *const model = start_of(context, text, users, items);
    must(wrmf_model_continue(context, model, matrix, 1, &err));
    must(wrmf_model_get_rows(model, WRMF_USERS, 0, USERS, users, &err));
    rows_half *const half = rows_half_new(items, ITEMS, model->factors, lambda);
    assert_non_null(half);
    for (int u = 0; u < USERS; u++) {
        double d[ITEMS];
        const int64_t first = matrix->offsets[u], n = matrix->offsets[u + 1] - first;
        for (int64_t i = 0; i < n; i++)
            d[i] = 40 * matrix->values[first + i];
        const rows_entries entries = {n, matrix->indices + first, d};
        const double error = rows_error(half, entries, users + u * model->factors, manner);
        if (!(error >= 0 && error <= 1))
            fail_msg("%s, %s, row %d: %g of what rounding explains", level_name(), text, u, error);
    }
    if (heavy > 1)
        assert_true(wrmf_model_statistic(model, WRMF_STAT_ROWS_FLOAT64) >= 1);
    check_threads(model, text, heavy);
    rows_half_free(half);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
}

static void test_wide(void **state)
{
    (void)state;
    assert_true((int)WIDE >= (int)WRMF_I_WIDE);
    check_wide("factors=270", 1, 0.1, (rows_manner){.single = true});
    if (thin_all())
        return;
    check_wide("factors=258 precision=float64", 1, 0.1, (rows_manner){.single = false});
    /* weights beyond float32, and beyond refinement: systems in float64 */
    check_wide("factors=270 init_scale=10", 1e6, 0.1, (rows_manner){.single = true});
    /* the same, for refinement, and under a large condition */
    check_wide("factors=258 regularization=1e-5 init_scale=10", 100, 1e-5,
               (rows_manner){.single = true});
    /* condition beyond what float32 rotates */
    check_wide("factors=258 regularization=1e-5", 1, 1e-5, (rows_manner){.single = true});
}

/* Without regularization, and with more factors than rows: least norm. The equations still hold. */
static void test_singular(void **state)
{
    (void)state;
    static double users[USERS * 320], items[ITEMS * 320];
    if (thin_all())
        return;
    wrmf_context *const context = new_context(2);
    wrmf_matrix *const matrix = new_matrix(context, 1);
    wrmf_model *const model =
        start_of(context, "factors=320 regularization=0 precision=float64", users, items);
    must(wrmf_model_continue(context, model, matrix, 1, &err));
    must(wrmf_model_get_rows(model, WRMF_USERS, 0, USERS, users, &err));
    assert_true(wrmf_model_statistic(model, WRMF_STAT_ROWS_MINIMUM_NORM) > 0);
    for (int u = 1; u < USERS; u++) { /* 300 scores can be anything: they are the preferences */
        for (int i = 0; i < ITEMS; i++) {
            double score = 0;
            for (int k = 0; k < 320; k++)
                score += users[u * 320 + k] * items[i * 320 + k];
            assert_true(fabs(score - (wrmf_matrix_count(matrix, u, i) > 0)) < 1e-6);
        }
    }
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
}

/* ---- blocks ---- */

enum { FACTORS = 40, BLOCK = 16 };

/* A row's system, A = Y'Y + lambda I + Y_u'DY_u and its right side, and a bound of its condition:
 * its trace over lambda. */
typedef struct row_system {
    long double a[FACTORS][FACTORS], b[FACTORS], condition;
} row_system;

static void make_system(const wrmf_matrix *matrix, const double *y, int64_t row, double lambda,
                        row_system *s)
{
    memset(s, 0, sizeof *s);
    for (int64_t i = 0; i < ITEMS; i++) {
        const double count = wrmf_matrix_count(matrix, row, i);
        for (int k = 0; k < FACTORS; k++) {
            const long double left = (1 + 40 * (long double)count) * y[i * FACTORS + k];
            for (int j = 0; j < FACTORS; j++)
                s->a[k][j] += left * y[i * FACTORS + j];
            s->b[k] += count > 0 ? left : 0;
        }
    }
    for (int k = 0; k < FACTORS; k++) {
        s->a[k][k] += lambda;
        s->condition += s->a[k][k] / (long double)lambda;
    }
}

/* One sweep: each block to its minimum, the others held. */
static void sweep(const row_system *s, long double *x)
{
    for (int first = 0; first < FACTORS; first += BLOCK) {
        const int n = FACTORS - first < BLOCK ? FACTORS - first : BLOCK;
        long double a[BLOCK][BLOCK], r[BLOCK];
        for (int k = 0; k < n; k++) {
            r[k] = s->b[first + k];
            for (int j = 0; j < FACTORS; j++)
                r[k] -= s->a[first + k][j] * x[j];
            for (int j = 0; j < n; j++)
                a[k][j] = s->a[first + k][first + j];
        }
        for (int p = 0; p < n; p++) /* positive definite: no pivoting */
            for (int i = 0; i < n; i++) {
                const long double by = a[i][p] / a[p][p];
                for (int j = p; i != p && j < n; j++)
                    a[i][j] -= by * a[p][j];
                r[i] -= i != p ? by * r[p] : 0;
            }
        for (int k = 0; k < n; k++)
            x[first + k] += r[k] / a[k][k];
    }
}

/* What rounding of unit u moves a row by, relative to it and the row of before: each block's
 * residual and system lose (f + n) u and the ridge, 4 u BLOCK, of the largest they are made of,
 * which the least eigenvalue turns into the condition's times that; and what is wrong in a block
 * is seen by the next, by up to the condition again. */
static long double bound_of(const row_system *s, long double unit)
{
    const long double blocks = (FACTORS + BLOCK - 1) / BLOCK;
    return (FACTORS + ENTRIES + 8 * BLOCK) * unit * powl(1 + s->condition, blocks);
}

static void check_blocks(bool single)
{
    static double before[USERS * FACTORS], items[ITEMS * FACTORS], after[USERS * FACTORS];
    char text[160];
    const double lambda = 20; /* a small condition, so that the bound tells something */
    snprintf(text, sizeof text,
             "factors=%d solver=blocks block_size=%d regularization=%g relaxation=1 init_scale=1 "
             "precision=%s",
             FACTORS, BLOCK - 3, lambda, single ? "float32" : "float64");
    wrmf_context *const context = new_context(2);
    wrmf_matrix *const matrix = new_matrix(context, 1);
    wrmf_model *const model = start_of(context, text, before, items);
    must(wrmf_model_continue(context, model, matrix, 1, &err));
    must(wrmf_model_get_rows(model, WRMF_USERS, 0, USERS, after, &err));
    for (int u = 0; u < USERS; u++) {
        row_system system;
        long double x[FACTORS], size = 0, error = 0;
        make_system(matrix, items, u, lambda, &system);
        for (int k = 0; k < FACTORS; k++) {
            x[k] = u > 0 ? before[u * FACTORS + k] : 0; /* user 0 has no entries: zero */
            size += fabsl(x[k]);
        }
        if (u > 0)
            sweep(&system, x);
        for (int k = 0; k < FACTORS; k++) {
            size += fabsl(x[k]);
            error += fabsl(x[k] - (long double)after[u * FACTORS + k]);
        }
        const long double bound = bound_of(&system, single ? 0x1p-24L : 0x1p-53L) * size;
        if (!(error <= bound))
            fail_msg("%s, row %d: error %Lg, bound %Lg", text, u, error, bound);
    }
    check_threads(model, text, 1);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
    wrmf_context_free(context);
}

static void test_blocks(void **state)
{
    (void)state;
    check_blocks(true);
    if (!thin_all())
        check_blocks(false);
}

/* What rounding may add to the objective: each weight times the square of what a score loses, f
 * products and the factors themselves being rounded to float32 (tests/definitions/def_relaxation.c
 * has the same, for weights that a table can hold). */
static double rounding_of(const wrmf_matrix *matrix, const double *users, const double *items)
{
    double sum = 0;
    for (int64_t u = 0; u < USERS; u++) {
        for (int64_t i = matrix->offsets[u]; i < matrix->offsets[u + 1]; i++) {
            double reach = 0;
            for (int k = 0; k < FACTORS; k++)
                reach += fabs(users[u * FACTORS + k] * items[matrix->indices[i] * FACTORS + k]);
            const double error = 4 * FACTORS * 0x1p-23 * reach;
            sum += (1 + 40 * matrix->values[i]) * error * error;
        }
    }
    return 2 * sum;
}

/* Weights that leave float32 no digit of others, and some that it cannot hold: rows stay finite,
 * and the objective rises by no more than rounding. */
static void test_blocks_heavy(void **state)
{
    (void)state;
    static double users[USERS * FACTORS], items[ITEMS * FACTORS];
    static const double weights[] = {1e6, 1e20, 1e34};
    for (int w = 0; w < thin_or(3, 1); w++) {
        wrmf_context *const context = new_context(1);
        wrmf_matrix *const matrix = new_matrix(context, weights[w]);
        wrmf_model *const model = start_of(context, "factors=40 solver=blocks", users, items);
        double before, now;
        must(wrmf_model_objective(context, model, matrix, &before, NULL, NULL, NULL, &err));
        for (int epoch = 0; epoch < 3; epoch++) {
            must(wrmf_model_continue(context, model, matrix, 1, &err));
            must(wrmf_model_objective(context, model, matrix, &now, NULL, NULL, NULL, &err));
            must(wrmf_model_get_rows(model, WRMF_USERS, 0, USERS, users, &err));
            must(wrmf_model_get_rows(model, WRMF_ITEMS, 0, ITEMS, items, &err));
            if (!(now <= before + rounding_of(matrix, users, items)))
                fail_msg("%s, weight %g, epoch %d: %g, then %g, rounding %g", level_name(),
                         weights[w], epoch, before, now, rounding_of(matrix, users, items));
            before = now;
        }
        wrmf_model_free(model);
        wrmf_matrix_free(matrix);
        wrmf_context_free(context);
    }
}

int main(int argc, char **argv)
{
    const int chosen = level_choose(argc, argv);
    if (chosen != 0)
        return chosen;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wide),
        cmocka_unit_test(test_singular),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_blocks_heavy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
