/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/fold.h: rows that are folded in have the bits that training gives them.
 */
#include <stdlib.h>
#include <string.h>

#include "fold_case.h"

/* The entries of a user. */
static int64_t row_of(const wrmf_matrix *matrix, int64_t user, int64_t *index, double *count)
{
    const int32_t *items = NULL;
    const double *values = NULL;
    const int64_t n = wrmf_matrix_row(matrix, user, &items, &values);
    for (int64_t i = 0; i < n; i++) {
        index[i] = items[i];
        count[i] = values ? values[i] : 1;
    }
    return n;
}

/* What a plain epoch that follows makes of the users' rows. */
static void rows_of_half_epoch(const wrmf_model *model, const wrmf_matrix *matrix, double *rows)
{
    wrmf_model *next = NULL;
    MUST(wrmf_model_copy(context, model, &next, err));
    MUST(wrmf_model_continue(context, next, matrix, 1, err));
    MUST(wrmf_model_get_rows(next, WRMF_USERS, 0, wrmf_model_users(next), rows, err));
    wrmf_model_free(next);
}

static void check_bits(const wrmf_matrix *matrix, const char *settings)
{
    wrmf_model *const model = fitted(matrix, settings);
    wrmf_fold *const fold = fold_of(model, WRMF_USERS);
    const int64_t users = wrmf_model_users(model), items = wrmf_model_items(model);
    const int64_t factors = wrmf_model_factors(model);
    const size_t bytes = (size_t)(users * factors) * sizeof(double);
    double *const trained = malloc(bytes), *const rows = malloc(bytes);
    double *const row = malloc((size_t)factors * sizeof *row);
    int64_t *const index = malloc((size_t)items * sizeof *index);
    double *const count = malloc((size_t)items * sizeof *count);
    const workspace w = workspace_of(fold, items);
    assert_true(trained && rows && row && index && count);
    rows_of_half_epoch(model, matrix, trained);
    MUST(wrmf_fold_rows(context, fold, matrix, rows, err));
    assert_memory_equal(rows, trained, bytes);
    for (int64_t user = 0; user < users; user++) {
        const int64_t n = row_of(matrix, user, index, count);
        MUST(wrmf_fold_row(fold, index, count, n, w.at, w.bytes, row, err));
        assert_memory_equal(row, trained + user * factors, (size_t)factors * sizeof *row);
    }
    free(trained);
    free(rows);
    free(row);
    free(index);
    free(count);
    free(w.block);
    wrmf_fold_free(fold);
    wrmf_model_free(model);
}

static void same_bits_as_training(void **state)
{
    (void)state;
    static const char *const settings[] = {
        "relaxation=1 iterations=2 factors=8",
        "relaxation=1 iterations=2 factors=8 precision=float64",
        "relaxation=1 iterations=2 factors=20",
        "relaxation=1 iterations=2 factors=20 solver=cholesky",
        "relaxation=1 iterations=2 factors=40 solver=whitened",
        "relaxation=1 iterations=2 factors=64 confidence=log alpha=10",
        "relaxation=1 iterations=2 factors=72 alpha=1e9", /* rescued in float64 */
        "relaxation=1 iterations=2 factors=30 precision=float64 alpha=1e25", /* minimum norm */
        "relaxation=1 iterations=1 factors=260",
    };
    wrmf_matrix *const counted = steps(USERS, ITEMS, 3), *const ones = steps(USERS, ITEMS, 1);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        check_bits(counted, settings[i]);
        check_bits(ones, settings[i]);
    }
    wrmf_matrix_free(counted);
    wrmf_matrix_free(ones);
}

/* A row that training sums up in segments. */
static void same_bits_of_a_long_row(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = steps(3, 33000, 2);
    check_bits(matrix, "relaxation=1 iterations=1 factors=5");
    wrmf_matrix_free(matrix);
}

/* Few steps, relaxed rows and sweeps are for epochs: a row is solved all the same. */
static void solved_whatever_epochs_do(void **state)
{
    (void)state;
    static const char *const settings[] = {"solver=cg factors=8", "cg_steps=2 factors=8",
                                           "solver=blocks factors=8", "relaxation=1.5 factors=8"};
    wrmf_matrix *const matrix = steps(USERS, ITEMS, 3);
    wrmf_model *const exact = fitted(matrix, "factors=8 iterations=1");
    double items[ITEMS * 8], wanted[USERS * 8], rows[USERS * 8];
    MUST(wrmf_model_get_rows(exact, WRMF_ITEMS, 0, ITEMS, items, err));
    wrmf_fold *fold = fold_of(exact, WRMF_USERS);
    MUST(wrmf_fold_rows(context, fold, matrix, wanted, err));
    wrmf_fold_free(fold);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        wrmf_model *const model = fitted(matrix, settings[i]);
        MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 0, ITEMS, items, err));
        fold = fold_of(model, WRMF_USERS);
        MUST(wrmf_fold_rows(context, fold, matrix, rows, err));
        assert_memory_equal(rows, wanted, sizeof rows);
        wrmf_fold_free(fold);
        wrmf_model_free(model);
    }
    wrmf_model_free(exact);
    wrmf_matrix_free(matrix);
}

/* Of items: as users of the transpose, of a model whose sides are exchanged. */
static void items_from_users(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = steps(USERS, ITEMS, 3), *turned = NULL;
    MUST(wrmf_matrix_transpose(matrix, &turned, err));
    wrmf_model *const model = fitted(matrix, "factors=8"), *const other =
                                                               fitted(turned, "factors=8");
    double rows[ITEMS * 8], wanted[ITEMS * 8], users[USERS * 8];
    MUST(wrmf_model_get_rows(model, WRMF_USERS, 0, USERS, users, err));
    MUST(wrmf_model_set_rows(other, WRMF_ITEMS, 0, USERS, users, err));
    wrmf_fold *const items = fold_of(model, WRMF_ITEMS), *const as_users =
                                                             fold_of(other, WRMF_USERS);
    MUST(wrmf_fold_rows(context, items, matrix, rows, err));
    MUST(wrmf_fold_rows(context, as_users, turned, wanted, err));
    assert_memory_equal(rows, wanted, sizeof rows);
    wrmf_fold_free(items);
    wrmf_fold_free(as_users);
    wrmf_model_free(model);
    wrmf_model_free(other);
    wrmf_matrix_free(turned);
    wrmf_matrix_free(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(same_bits_as_training),
        TEST(same_bits_of_a_long_row),
        TEST(solved_whatever_epochs_do),
        TEST(items_from_users),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
