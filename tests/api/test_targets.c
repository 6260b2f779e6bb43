/* SPDX-License-Identifier: BSD-2-Clause */
/* Targets other than 1: ratings that are foretold. Their formulas are in tests/definitions and
 * tests/oracle. */
#include "made.h"
#include "stored_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrmf/wrmf.h"

static const int64_t users_of[] = {0, 0, 1, 1, 2, 2, 3}, items_of[] = {0, 1, 1, 2, 0, 2, 3};
static const double ratings_of[] = {5, 1, 2, 4, 4, 3, 2};

static wrmf_params *explicit_params(const char *more)
{
    wrmf_params *params = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, "preset=explicit factors=3 regularization=0.01", err));
    MUST(wrmf_params_parse(params, more, err));
    return params;
}

/* With little regularization scores are the ratings; `observed` on other pairs than those of the
 * fit is the sum of their squared errors. */
static void ratings_are_foretold(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 3}, item[] = {2, 0};
    static const double count[] = {3, 1};
    wrmf_matrix *const matrix = triplets(4, 4, 7, users_of, items_of, ratings_of);
    wrmf_matrix *const held_out = triplets(4, 4, 2, user, item, count);
    wrmf_params *const params = explicit_params("iterations=60 precision=float64");
    wrmf_model *model = NULL;
    double observed, all, squares = 0;
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    for (int i = 0; i < 7; i++)
        assert_true(fabs(wrmf_model_score(model, users_of[i], items_of[i]) - ratings_of[i]) < 0.1);
    MUST(wrmf_model_objective(context, model, held_out, NULL, &observed, &all, NULL, err));
    for (int i = 0; i < 2; i++) {
        const double error = count[i] - wrmf_model_score(model, user[i], item[i]);
        squares += error * error;
    }
    assert_true(fabs(observed - squares) <= 1e-6 * squares && all == 0);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(held_out);
    wrmf_matrix_free(matrix);
}

/* A model that is read again has the target, so that rows fold in to the same bits. */
static void models_keep_the_target(void **state)
{
    (void)state;
    static const int64_t index[] = {0, 2};
    static const double count[] = {5, 1}, with_sign[] = {5, -1};
    static const char *const targets[] = {"target=one", "target=count", "target=log",
                                          "target=signed"};
    wrmf_matrix *const matrix = triplets(4, 4, 7, users_of, items_of, ratings_of);
    double rows[4][2][3];
    for (int i = 0; i < 4; i++) {
        char path[16];
        wrmf_params *const params = explicit_params(targets[i]);
        wrmf_model *model = NULL, *read = NULL;
        MUST(wrmf_model_fit(context, matrix, params, &model, err));
        make_file(path);
        MUST(wrmf_model_save(model, path, err));
        MUST(wrmf_model_load(context, path, &read, err));
        for (int k = 0; k < 2; k++) {
            wrmf_fold *fold = NULL;
            size_t bytes;
            MUST(wrmf_fold_create(context, k ? read : model, WRMF_USERS, &fold, err));
            MUST(wrmf_fold_workspace(fold, 2, &bytes, err));
            void *const workspace = malloc(bytes);
            MUST(wrmf_fold_row(fold, index, i < 3 ? count : with_sign, 2, workspace, bytes,
                               rows[i][k], err));
            free(workspace);
            wrmf_fold_free(fold);
        }
        assert_memory_equal(rows[i][0], rows[i][1], sizeof rows[i][0]);
        wrmf_model_free(read);
        wrmf_model_free(model);
        wrmf_params_free(params);
        unlink(path);
    }
    assert_memory_not_equal(rows[0][0], rows[1][0], sizeof rows[0][0]);
    assert_memory_not_equal(rows[1][0], rows[2][0], sizeof rows[1][0]);
    assert_memory_not_equal(rows[1][0], rows[3][0], sizeof rows[1][0]);
    wrmf_matrix_free(matrix);
}

/* What is below 0 is foretold too, without a wish for dislikes. */
static void signs_are_foretold(void **state)
{
    (void)state;
    static const int64_t user[] = {1, 3}, item[] = {0, 2};
    static const double count[] = {3, 1};
    wrmf_matrix *const above = triplets(4, 4, 7, users_of, items_of, ratings_of);
    wrmf_matrix *const below = triplets(4, 4, 2, user, item, count);
    wrmf_params *const params = explicit_params("target=signed iterations=60");
    wrmf_matrix *both = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_matrix_with_dislikes(above, below, &both, err));
    MUST(wrmf_model_fit(context, both, params, &model, err));
    for (int i = 0; i < 2; i++)
        assert_true(fabs(wrmf_model_score(model, user[i], item[i]) + count[i]) < 0.1);
    MUST(wrmf_params_set(params, "target", "count", err));
    wrmf_model *none = NULL;
    FAILS(WRMF_E_FORMAT, "negative_counts is refuse",
          wrmf_model_fit(context, both, params, &none, err));
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(both);
    wrmf_matrix_free(below);
    wrmf_matrix_free(above);
}

static void check_refused(const char *more, double count, const char *words)
{
    static const int64_t user[] = {3}, item[] = {1};
    wrmf_matrix *const matrix = triplets(4, 4, 1, user, item, &count);
    wrmf_params *const params = explicit_params(more);
    wrmf_model *model = NULL;
    char text[100];
    snprintf(text, sizeof text, "the %s of user 3, item 1 is not finite", words);
    FAILS(WRMF_E_NONFINITE, text, wrmf_model_fit(context, matrix, params, &model, err));
    assert_null(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
}

static void what_is_refused(void **state)
{
    (void)state;
    static const int64_t index[] = {2};
    static const double count[] = {1e200}, dislike[] = {-1};
    wrmf_matrix *const matrix = triplets(4, 4, 7, users_of, items_of, ratings_of);
    wrmf_params *params = explicit_params("target=count");
    wrmf_model *model = NULL;
    wrmf_fold *fold = NULL;
    double row[3];
    size_t bytes;
    FAILS(WRMF_E_NAME, "target is \"rating\": there are one, count, log, signed",
          wrmf_params_set(params, "target", "rating", err));
    FAILS(WRMF_E_RANGE, "target", wrmf_params_set_int(params, WRMF_PARAM_TARGET, 4, err));
    FAILS(WRMF_E_STATE, "target", wrmf_params_set_real(params, WRMF_PARAM_TARGET, 1, err));
    check_refused("target=count", 1e155, "weighed squared target");
    check_refused("target=count confidence=plain alpha=1e30", 1e95, "weighed squared target");
    check_refused("target=log confidence=plain alpha=1e10", 1e300, "confidence");
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    MUST(wrmf_fold_create(context, model, WRMF_USERS, &fold, err));
    MUST(wrmf_fold_workspace(fold, 1, &bytes, err));
    void *const workspace = malloc(bytes);
    FAILS(WRMF_E_NONFINITE, "the weighed squared target of index 2 is not finite",
          wrmf_fold_row(fold, index, count, 1, workspace, bytes, row, err));
    FAILS(WRMF_E_FORMAT, "count[0] is -1, not above 0",
          wrmf_fold_row(fold, index, dislike, 1, workspace, bytes, row, err));
    free(workspace);
    wrmf_fold_free(fold);
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(ratings_are_foretold),
        TEST(models_keep_the_target),
        TEST(signs_are_foretold),
        TEST(what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
