/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf/biases.h: what rows with biases hold, who keeps it, and what is refused. That rows are right
 * is checked in tests/oracle. */
#include "made.h"
#include "stored_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrmf/wrmf.h"

enum { USERS = 9, ITEMS = 7, F = 3, WIDTH = F + 2 };

/* Ratings 1 .. 5 of pairs scattered over the table; user 4 and item 5 have none. */
static wrmf_matrix *ratings(int64_t users, int64_t items)
{
    int64_t user[100], item[100];
    double count[100];
    int64_t n = 0;
    for (int64_t u = 0; u < users; u++)
        for (int64_t i = 0; i < items; i++)
            if (u != 4 && i != 5 && (u * 5 + i * 3) % 4 < 2) {
                user[n] = u;
                item[n] = i;
                count[n++] = 1 + (double)((u * u + i * 7 + u * i) % 5);
            }
    return triplets(users, items, n, user, item, count);
}

static wrmf_params *params_of(const char *more)
{
    wrmf_params *params = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, "preset=explicit biases=1 factors=3 regularization=0.5", err));
    MUST(wrmf_params_parse(params, more, err));
    return params;
}

static wrmf_model *fitted(const wrmf_matrix *matrix, const char *more)
{
    wrmf_params *const params = params_of(more);
    wrmf_model *model = NULL;
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    wrmf_params_free(params);
    return model;
}

/* The columns that are constant, and the rows of those that have no entry. */
static void check_columns(const wrmf_model *model)
{
    const double mean = wrmf_model_mean(model);
    assert_int_equal(wrmf_model_factors(model), WIDTH);
    for (wrmf_side side = WRMF_USERS; side <= WRMF_ITEMS; side++) {
        const int64_t n = side == WRMF_USERS ? wrmf_model_users(model) : wrmf_model_items(model);
        for (int64_t i = 0; i < n; i++) {
            double row[WIDTH];
            MUST(wrmf_model_get_rows(model, side, i, 1, row, err));
            assert_true(row[side == WRMF_USERS ? F + 1 : F] == 1);
            if (i != (side == WRMF_USERS ? 4 : 5))
                continue;
            for (int k = 0; k < F; k++)
                assert_true(row[k] == 0);
            assert_true(side == WRMF_USERS ? row[F] == 0 : row[F + 1] == mean);
        }
    }
    /* of whom nothing is known, what is known of all */
    assert_true(wrmf_model_score(model, 4, 5) == mean);
}

static void rows_are_as_documented(void **state)
{
    (void)state;
    static const char *const more[] = {
        "",
        "precision=float64",
        "solver=cg precision=float64",
        "solver=blocks",
        "solver=whitened cg_steps=2",
        "solver=cholesky relaxation=1",
        "regularization_exponent=1 regularization_size=entries",
        "init_scale=0 relaxation=0.7",
    };
    wrmf_matrix *const matrix = ratings(USERS, ITEMS);
    const double sum = wrmf_matrix_total(matrix), n = (double)wrmf_matrix_entries(matrix);
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        wrmf_model *const model = fitted(matrix, more[i]);
        check_columns(model);
        assert_true(fabs(wrmf_model_mean(model) - sum / n) < 1e-6);
        wrmf_model_free(model);
    }
    wrmf_params *const params = params_of("");
    wrmf_model *model = NULL;
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &model, err));
    assert_true(wrmf_model_mean(model) == 0 && wrmf_model_mean(NULL) == 0);
    wrmf_model_free(model);
    MUST(wrmf_model_from_rows(context, USERS, ITEMS, params, NULL, NULL, &model, err));
    check_columns(model);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
}

/* Four epochs and six are ten, in the file too, which is read and mapped to the same rows. */
static void fits_go_on_and_are_kept(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = ratings(USERS, ITEMS);
    wrmf_model *const whole = fitted(matrix, "iterations=10");
    wrmf_model *const parts = fitted(matrix, "iterations=4"), *read = NULL, *mapped = NULL;
    char path[16], other[16];
    make_file(path);
    make_file(other);
    MUST(wrmf_model_save(parts, path, err));
    MUST(wrmf_model_load(context, path, &read, err));
    assert_true(wrmf_model_mean(read) == wrmf_model_mean(whole));
    MUST(wrmf_model_continue(context, parts, matrix, 6, err));
    MUST(wrmf_model_continue(context, read, matrix, 6, err));
    same_models(whole, parts);
    same_models(whole, read);
    MUST(wrmf_model_save(whole, path, err));
    MUST(wrmf_model_save(read, other, err));
    same_files(path, other);
    MUST(wrmf_model_save_as(whole, path, WRMF_SAVE_MAPPABLE, err));
    MUST(wrmf_model_map(context, path, &mapped, err));
    MUST(wrmf_model_verify(mapped, err));
    check_columns(mapped);
    FAILS(WRMF_E_STATE, "mapped", wrmf_model_set_mean(mapped, 3, err));
    wrmf_model_free(mapped);
    wrmf_model_free(read);
    wrmf_model_free(parts);
    wrmf_model_free(whole);
    wrmf_matrix_free(matrix);
    unlink(path);
    unlink(other);
}

/* An item's row folds in to what the fit left, bit for bit, and its explanation to its score. */
static void rows_fold_in(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = ratings(USERS, ITEMS);
    wrmf_model *const model = fitted(matrix, "precision=float64");
    wrmf_fold *fold = NULL;
    double rows[ITEMS * WIDTH], row[WIDTH], terms[2], sum, score;
    static const int64_t index[] = {0, 3};
    static const double count[] = {5, 2};
    size_t bytes;
    MUST(wrmf_fold_create(context, model, WRMF_ITEMS, &fold, err));
    MUST(wrmf_fold_rows(context, fold, matrix, rows, err));
    for (int64_t i = 0; i < ITEMS; i++) {
        MUST(wrmf_model_get_rows(model, WRMF_ITEMS, i, 1, row, err));
        assert_memory_equal(row, rows + i * WIDTH, sizeof row);
    }
    wrmf_fold_free(fold);
    MUST(wrmf_fold_create(context, model, WRMF_USERS, &fold, err));
    MUST(wrmf_fold_workspace(fold, 2, &bytes, err));
    void *const workspace = malloc(bytes);
    MUST(wrmf_fold_row(fold, NULL, NULL, 0, workspace, bytes, row, err));
    for (int k = 0; k < WIDTH; k++)
        assert_true(row[k] == (k == F + 1));
    MUST(wrmf_fold_row(fold, index, count, 2, workspace, bytes, row, err));
    MUST(wrmf_fold_explain(fold, index, count, 2, 1, workspace, bytes, terms, &sum, err));
    MUST(wrmf_model_score_vectors(model, WRMF_ITEMS, row, 1, NULL, 2, rows, err));
    MUST(wrmf_model_get_rows(model, WRMF_ITEMS, 1, 1, row, err));
    score = rows[1] - row[F + 1]; /* without the mean and the item's bias */
    assert_true(fabs(terms[0] + terms[1] - score) < 1e-9 && fabs(sum - score) < 1e-9);
    free(workspace);
    wrmf_fold_free(fold);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
}

/* Growth keeps the mean, and gives new users and items both columns. */
static void models_grow(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = ratings(USERS, ITEMS), *const larger =
                                                           ratings(USERS + 2, ITEMS + 1);
    wrmf_model *const model = fitted(matrix, "");
    wrmf_model *grown = NULL, *fewer = NULL;
    static const int64_t first[] = {0};
    MUST(wrmf_model_grow(context, model, larger, NULL, NULL, &grown, err));
    check_columns(grown);
    assert_true(wrmf_model_mean(grown) == wrmf_model_mean(model));
    MUST(wrmf_model_refresh(context, grown, larger, WRMF_USERS, NULL, 0, err));
    MUST(wrmf_model_continue(context, grown, larger, 3, err));
    check_columns(grown);
    assert_true(wrmf_model_mean(grown) == wrmf_model_mean(model));
    MUST(wrmf_model_without(context, grown, WRMF_ITEMS, first, 1, &fewer, err));
    assert_true(wrmf_model_mean(fewer) == wrmf_model_mean(model));
    assert_true(wrmf_model_score(fewer, 2, 1) == wrmf_model_score(grown, 2, 2));
    wrmf_model_free(fewer);
    wrmf_model_free(grown);
    wrmf_model_free(model);
    wrmf_matrix_free(larger);
    wrmf_matrix_free(matrix);
}

/* Given rows: the mean is set beside them, and then the objective is that of the model they are of;
 * a first epoch moves it, and the items with it. */
static void rows_are_given(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = ratings(USERS, ITEMS);
    wrmf_model *const model = fitted(matrix, "precision=float64");
    wrmf_params *const params = params_of("precision=float64");
    double users[USERS * WIDTH], items[ITEMS * WIDTH], of_one, of_other;
    float user[WIDTH];
    wrmf_model *given = NULL, *none = NULL;
    MUST(wrmf_model_get_rows(model, WRMF_USERS, 0, USERS, users, err));
    MUST(wrmf_model_get_rows(model, WRMF_ITEMS, 0, ITEMS, items, err));
    MUST(wrmf_model_from_rows(context, USERS, ITEMS, params, users, items, &given, err));
    MUST(wrmf_model_set_mean(given, wrmf_model_mean(model), err));
    MUST(wrmf_model_objective(context, model, matrix, &of_one, NULL, NULL, NULL, err));
    MUST(wrmf_model_objective(context, given, matrix, &of_other, NULL, NULL, NULL, err));
    assert_true(of_one == of_other);
    MUST(wrmf_model_set_mean(given, 0, err));
    MUST(wrmf_model_objective(context, given, matrix, &of_other, NULL, NULL, NULL, err));
    assert_true(of_one < of_other);
    MUST(wrmf_model_continue(context, given, matrix, 1, err));
    assert_true(wrmf_model_mean(given) == wrmf_model_mean(model));
    check_columns(given);
    users[WIDTH + F + 1] = 2;
    items[3 * WIDTH + F] = 0;
    MUST(wrmf_model_get_rows_float32(model, WRMF_USERS, 0, 1, user, err));
    user[F + 1] = -1;
    FAILS(WRMF_E_RANGE, "row 1, column 4 is not 1",
          wrmf_model_set_rows(given, WRMF_USERS, 0, USERS, users, err));
    FAILS(WRMF_E_RANGE, "row 2, column 4 is not 1",
          wrmf_model_set_rows_float32(given, WRMF_USERS, 2, 1, user, err));
    FAILS(WRMF_E_RANGE, "row 3, column 3 is not 1",
          wrmf_model_from_rows(context, USERS, ITEMS, params, NULL, items, &none, err));
    assert_null(none);
    wrmf_params_free(params);
    wrmf_model_free(given);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
}

static void what_is_refused(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = ratings(USERS, ITEMS);
    static const struct {
        const char *more, *words;
    } cases[] = {
        {"unobserved_weight=0.5", "unobserved_weight is above 0: where biases is 1"},
        {"nonnegative=1", "nonnegative is 1: where biases is 1"},
        {"factors=4095", "factors is above 4094: where biases is 1"},
    };
    wrmf_model *model = NULL;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrmf_params *const params = params_of(cases[i].more);
        FAILS(WRMF_E_RANGE, cases[i].words, wrmf_model_fit(context, matrix, params, &model, err));
        wrmf_params_free(params);
    }
    assert_null(model);
    FAILS(WRMF_E_NULL, "model", wrmf_model_set_mean(NULL, 1, err));
    MUST(wrmf_model_create(context, 1, 1, NULL, &model, err));
    FAILS(WRMF_E_STATE, "no biases", wrmf_model_set_mean(model, 1, err));
    wrmf_model_free(model);
    wrmf_params *const params = params_of("");
    MUST(wrmf_model_create(context, 1, 1, params, &model, err));
    FAILS(WRMF_E_NONFINITE, "mean", wrmf_model_set_mean(model, 1e300, err));
    FAILS(WRMF_E_NONFINITE, "mean", wrmf_model_set_mean(model, (double)NAN, err));
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_are_as_documented), TEST(fits_go_on_and_are_kept),
        TEST(rows_fold_in),           TEST(models_grow),
        TEST(rows_are_given),         TEST(what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
