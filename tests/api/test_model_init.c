/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a fit starts from: with init=svd the first epoch of a model that was created begins with the
 * start from the matrix, whoever asks for that epoch, and rows that were set stay.
 */
#include "stored_model.h"

#include <string.h>
#include <unistd.h>

#include "wrmf/wrmf.h"

enum { USERS = 70, ITEMS = 50, ENTRIES = 900, FACTORS = 6, EPOCHS = 5 };

typedef struct rows {
    double users[USERS * FACTORS], items[ITEMS * FACTORS];
} rows;

static wrmf_matrix *matrix;
static wrmf_params *params;

static void set(const char *text)
{
    MUST(wrmf_params_parse(params, text, err));
}

static int set_up(void **state)
{
    int64_t user[ENTRIES], item[ENTRIES];
    if (fixture_set_up(state) != 0)
        return -1;
    for (int64_t i = 0; i < ENTRIES; i++) {
        user[i] = i * 7919 % USERS;
        item[i] = i * i % 1009 % ITEMS;
    }
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, ENTRIES, user, item, NULL,
                                   WRMF_DUPLICATES_SUM, NULL, &matrix, err));
    MUST(wrmf_params_create(context, &params, err));
    set("factors=6 alpha=3 iterations=5 init=svd init_iterations=2");
    return 0;
}

static int tear_down(void **state)
{
    wrmf_matrix_free(matrix);
    wrmf_params_free(params);
    return fixture_tear_down(state);
}

static wrmf_model *created(void)
{
    wrmf_model *made = NULL;
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &made, err));
    return made;
}

static rows rows_of(const wrmf_model *model)
{
    rows r;
    MUST(wrmf_model_get_rows(model, WRMF_USERS, 0, USERS, r.users, err));
    MUST(wrmf_model_get_rows(model, WRMF_ITEMS, 0, ITEMS, r.items, err));
    return r;
}

/* The rows of a model, which is freed, are these, bit for bit. */
static void check_rows(wrmf_model *model, const rows *wanted)
{
    const rows r = rows_of(model);
    wrmf_model_free(model);
    assert_memory_equal(&r, wanted, sizeof r);
}

static rows fitted(void)
{
    wrmf_model *model = NULL;
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    const rows r = rows_of(model);
    wrmf_model_free(model);
    return r;
}

static void go_on(wrmf_model *model, int64_t epochs)
{
    MUST(wrmf_model_continue(context, model, matrix, epochs, err));
}

/* Write a model to a file, free it, and read it. */
static wrmf_model *through_a_file(wrmf_model *model)
{
    wrmf_model *read = NULL;
    char path[16];
    make_file(path);
    MUST(wrmf_model_save(model, path, err));
    wrmf_model_free(model);
    MUST(wrmf_model_load(context, path, &read, err));
    unlink(path);
    return read;
}

static void whoever_asks_for_the_first_epoch(void **state)
{
    const rows whole = fitted();
    (void)state;
    wrmf_model *model = created(), *copy = NULL;
    MUST(wrmf_model_copy(context, model, &copy, err));
    go_on(model, EPOCHS);
    check_rows(model, &whole);
    go_on(copy, 0);
    go_on(copy, 2);
    go_on(copy, EPOCHS - 2);
    check_rows(copy, &whole);
    model = through_a_file(created());
    go_on(model, 1);
    model = through_a_file(model);
    go_on(model, EPOCHS - 1);
    check_rows(model, &whole);
    model = created();
    MUST(wrmf_model_grow(context, model, matrix, NULL, NULL, &copy, err));
    wrmf_model_free(model);
    go_on(copy, EPOCHS);
    check_rows(copy, &whole);
    set("iterations=0");
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    go_on(model, EPOCHS);
    check_rows(model, &whole);
}

static void threads_do_not_matter(void **state)
{
    static const char *const kinds[] = {
        "precision=float64", "precision=float32 solver=blocks",
        "solver=cg",         "solver=auto cg_steps=3",
        "target=count",      "unobserved_weight=0 alpha=2 confidence=plain"};
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        set(kinds[i]);
        MUST(wrmf_context_set_threads(context, 1, err));
        const rows one = fitted();
        MUST(wrmf_context_set_threads(context, 3, err));
        const rows three = fitted();
        assert_memory_equal(&one, &three, sizeof one);
    }
}

static void rows_that_were_set_stay(void **state)
{
    (void)state;
    wrmf_model *drawn = created(), *other;
    const rows start = rows_of(drawn);
    MUST(wrmf_model_set_rows(drawn, WRMF_ITEMS, 3, 1, start.items + 3 * FACTORS, err));
    go_on(drawn, EPOCHS);
    const rows from_drawn = rows_of(drawn);
    wrmf_model_free(drawn);
    set("init=random");
    other = created();
    go_on(other, EPOCHS);
    check_rows(other, &from_drawn);
}

/* Epochs go on from rows that were solved anew. */
static void rows_that_were_refreshed_stay(void **state)
{
    static const int64_t few[] = {7, 3};
    (void)state;
    for (int way = 0; way < 3; way++) {
        const int64_t *const list = way < 2 ? few : NULL;
        const wrmf_side side = way == 0 ? WRMF_USERS : WRMF_ITEMS;
        set("init=svd");
        wrmf_model *refreshed = created(), *other;
        MUST(wrmf_model_refresh(context, refreshed, matrix, side, list, list ? 2 : 0, err));
        go_on(refreshed, EPOCHS);
        const rows from_refreshed = rows_of(refreshed);
        wrmf_model_free(refreshed);
        set("init=random");
        other = created();
        MUST(wrmf_model_refresh(context, other, matrix, side, list, list ? 2 : 0, err));
        go_on(other, EPOCHS);
        check_rows(other, &from_refreshed);
    }
}

static void a_curve_is_the_same_fit(void **state)
{
    const int64_t epochs[] = {0, EPOCHS};
    wrmf_curve *curve = NULL;
    wrmf_model *model = NULL;
    double objective;
    (void)state;
    MUST(wrmf_curve_run(context, matrix, params, epochs, 2, NULL, NULL, 0, &curve, err));
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    MUST(wrmf_model_objective(context, model, matrix, &objective, NULL, NULL, NULL, err));
    const int64_t column = wrmf_curve_find(curve, "objective");
    const double at_end = wrmf_curve_value(curve, 1, column);
    assert_memory_equal(&objective, &at_end, sizeof objective);
    /* point 0 is the start from the matrix: far below that of small random numbers */
    wrmf_model *const drawn = created();
    MUST(wrmf_model_objective(context, drawn, matrix, &objective, NULL, NULL, NULL, err));
    assert_true(wrmf_curve_value(curve, 0, column) < objective);
    wrmf_model_free(drawn);
    wrmf_model_free(model);
    wrmf_curve_free(curve);
}

static double objective_of(const char *text, double unit)
{
    const int64_t user[] = {0, 1, 1, 2, 3, 3}, item[] = {0, 1, 2, 0, 1, 2};
    double count[] = {1, 2, 3, 2, 1, 1.5}, objective;
    wrmf_matrix *counts = NULL;
    wrmf_model *model = NULL;
    set(text);
    for (int i = 0; i < 6; i++)
        count[i] *= unit;
    MUST(wrmf_matrix_from_triplets(context, 4, 3, 6, user, item, count, WRMF_DUPLICATES_SUM, NULL,
                                   &counts, err));
    MUST(wrmf_model_fit(context, counts, params, &model, err));
    MUST(wrmf_model_objective(context, model, counts, &objective, NULL, NULL, NULL, err));
    wrmf_model_free(model);
    wrmf_matrix_free(counts);
    return objective / unit / unit;
}

/* The start of scores that are multiples of others' is a multiple of theirs, in either precision,
 * however large or small; and it does not depend on the size of what was drawn. */
static void units_do_not_matter(void **state)
{
    static const char *const precisions[] = {"precision=float32", "precision=float64"};
    static const double units[] = {0x1p-60, 0x1p60, 0x1p100};
    (void)state;
    for (int i = 0; i < 2; i++) {
        set(precisions[i]);
        set("factors=3 target=count alpha=0 regularization=0 iterations=1 init_scale=0.1");
        for (int k = 0; k < 3; k++) /* three factors of a matrix of rank three: what is rounded */
            assert_true(objective_of("", units[k]) < 1e-3);
        for (int k = 0; k < 3; k++)
            assert_true(objective_of("target=signed", units[k]) < 1e-3);
        assert_true(objective_of("init_scale=1e-35", 1) < 1e-3);
    }
}

static void what_it_refuses(void **state)
{
    wrmf_model *model = NULL;
    (void)state;
    set("nonnegative=1");
    FAILS(WRMF_E_RANGE, "init is svd", wrmf_model_fit(context, matrix, params, &model, err));
    set("nonnegative=0 biases=1 unobserved_weight=0");
    FAILS(WRMF_E_RANGE, "init is svd", wrmf_model_fit(context, matrix, params, &model, err));
    set("biases=0 unobserved_weight=1 target=count");
    const int64_t user[] = {0, 1}, item[] = {0, 1};
    const double count[] = {1, 1e100};
    wrmf_matrix *huge = NULL;
    MUST(wrmf_matrix_from_triplets(context, 2, 2, 2, user, item, count, WRMF_DUPLICATES_SUM, NULL,
                                   &huge, err));
    FAILS(WRMF_E_NONFINITE, "init is svd", wrmf_model_fit(context, huge, params, &model, err));
    assert_null(model);
    wrmf_matrix_free(huge);
}

/* Without an entry, and of more factors than a side has rows. */
static void matrices_with_little_in_them(void **state)
{
    static const double zeros[4 * 6];
    double got[4 * 6];
    (void)state;
    for (int64_t n = 0; n <= 2; n++) {
        const int64_t user[] = {0, 1}, item[] = {2, 2};
        wrmf_matrix *little = NULL;
        wrmf_model *model = NULL;
        MUST(wrmf_matrix_from_triplets(context, 4, 3, n, user, item, NULL, WRMF_DUPLICATES_SUM,
                                       NULL, &little, err));
        MUST(wrmf_model_fit(context, little, params, &model, err));
        MUST(wrmf_model_get_rows(model, WRMF_USERS, 0, 4, got, err));
        assert_memory_equal(got + n * 6, zeros, sizeof *got * (size_t)(4 - n) * 6);
        for (int64_t u = 0; u < n; u++) {
            const double score = wrmf_model_score(model, u, 2);
            assert_true(score > 0.5 && score < 1.5);
        }
        wrmf_model_free(model);
        wrmf_matrix_free(little);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whoever_asks_for_the_first_epoch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(threads_do_not_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_that_were_set_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_that_were_refreshed_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_curve_is_the_same_fit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(units_do_not_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_it_refuses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(matrices_with_little_in_them, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
