/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/model.h without its files: how a model begins, is fitted and gone on with, what can be read
 * of it and put into it; what is refused, and that it leaves models as they were. That the numbers
 * are right is checked in tests/definitions and tests/oracle.
 */
#include "disliking.h"
#include "fixture.h"

#include <math.h>
#include <string.h>

#include "wrmf/ids.h"
#include "wrmf/matrix.h"
#include "wrmf/model.h"
#include "wrmf/params.h"

enum { USERS = 4, ITEMS = 3, FACTORS = 2 };

static wrmf_matrix *matrix, *wide;
static wrmf_params *params;
static wrmf_model *const untouched = (wrmf_model *)&machine;

static wrmf_matrix *triplets(int64_t users, int64_t items, const double *count)
{
    static const int64_t user[] = {0, 1, 1, 2}, item[] = {0, 1, 2, 1};
    wrmf_matrix *made = NULL;
    MUST(wrmf_matrix_from_triplets(context, users, items, 4, user, item, count, WRMF_DUPLICATES_SUM,
                                   NULL, &made, err));
    return made;
}

static int set_up(void **state)
{
    fixture_set_up(state);
    matrix = triplets(USERS, ITEMS, NULL);
    wide = triplets(USERS, ITEMS + 1, NULL);
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, "factors=2 iterations=2", err));
    return 0;
}

static int tear_down(void **state)
{
    wrmf_matrix_free(matrix);
    wrmf_matrix_free(wide);
    wrmf_params_free(params);
    return fixture_tear_down(state);
}

static wrmf_model *begun(void)
{
    wrmf_model *model = NULL;
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &model, err));
    return model;
}

typedef struct rows {
    double users[USERS * FACTORS], items[ITEMS * FACTORS];
} rows;

static rows rows_of(const wrmf_model *model)
{
    rows r;
    MUST(wrmf_model_get_rows(model, WRMF_USERS, 0, USERS, r.users, err));
    MUST(wrmf_model_get_rows(model, WRMF_ITEMS, 0, ITEMS, r.items, err));
    return r;
}

static void check_same(const wrmf_model *model, const rows *wanted, int64_t epochs)
{
    const rows r = rows_of(model);
    assert_memory_equal(&r, wanted, sizeof r);
    assert_int_equal(wrmf_model_epochs(model), epochs);
}

/* ---- a start ---- */

static void a_model_at_its_start(void **state)
{
    (void)state;
    wrmf_model *model = begun();
    assert_int_equal(wrmf_model_users(model), USERS);
    assert_int_equal(wrmf_model_items(model), ITEMS);
    assert_int_equal(wrmf_model_factors(model), FACTORS);
    assert_int_equal(wrmf_model_epochs(model), 0);
    assert_int_equal(wrmf_params_get_int(wrmf_model_params(model), WRMF_PARAM_ITERATIONS), 2);
    assert_null(wrmf_model_ids(model, WRMF_USERS));
    for (int i = WRMF_STAT_ROWS; i <= WRMF_STAT_ROWS_MINIMUM_NORM; i++)
        assert_true(wrmf_model_statistic(model, (wrmf_statistic)i) == 0);
    wrmf_model_free(model);
    MUST(wrmf_model_create(context, 0, 0, NULL, &model, err));
    assert_int_equal(wrmf_model_factors(model), 64); /* the default */
    wrmf_model_free(model);
    wrmf_model_free(NULL);
}

static void starts_that_are_refused(void **state)
{
    (void)state;
    wrmf_model *model = untouched;
    FAILS(WRMF_E_NULL, "context", wrmf_model_create(NULL, USERS, ITEMS, params, &model, err));
    FAILS(WRMF_E_NULL, "out", wrmf_model_create(context, USERS, ITEMS, params, NULL, err));
    FAILS(WRMF_E_RANGE, "users is -1", wrmf_model_create(context, -1, ITEMS, params, &model, err));
    FAILS(WRMF_E_RANGE, "users is 2147483648",
          wrmf_model_create(context, 2147483648, ITEMS, params, &model, err));
    FAILS(WRMF_E_RANGE, "items is -1", wrmf_model_create(context, USERS, -1, params, &model, err));
    FAILS(WRMF_E_RANGE, "items is 2147483648",
          wrmf_model_create(context, USERS, 2147483648, params, &model, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_model_create(context, USERS, ITEMS, params, &model, err));
    host_fail(&machine, 0, false);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", wrmf_model_create(context, USERS, ITEMS, params, &model, err));
    assert_ptr_equal(model, untouched);
    MUST(wrmf_context_set_threads(context, 1, err));
    OUT_OF_MEMORY(wrmf_model_create(context, USERS, ITEMS, params, &model, err));
    wrmf_model_free(model);
}

/* ---- fitting ---- */

static void fitted_and_gone_on_with(void **state)
{
    (void)state;
    wrmf_model *whole = NULL, *const parts = begun();
    MUST(wrmf_model_fit(context, matrix, params, &whole, err));
    assert_int_equal(wrmf_model_epochs(whole), 2);
    assert_true(wrmf_model_statistic(whole, WRMF_STAT_ROWS) == 2 * (3 + 3));
    MUST(wrmf_model_continue(context, parts, matrix, 0, err));
    MUST(wrmf_model_continue(context, parts, matrix, 1, err));
    MUST(wrmf_model_continue(context, parts, matrix, 1, err));
    const rows r = rows_of(whole);
    check_same(parts, &r, 2);
    assert_true(r.users[3 * FACTORS] == 0 && r.users[3 * FACTORS + 1] == 0); /* no entries */
    assert_true(wrmf_model_score(whole, 1, 2) > wrmf_model_score(whole, 0, 2));
    wrmf_model_free(whole);
    wrmf_model_free(parts);
}

/* Iterations are the epochs that a model was asked for in all, those that were stopped included. */
static void iterations_of_continued(void **state)
{
    (void)state;
    wrmf_model *const model = begun(), *most = NULL;
    const wrmf_params *const own = wrmf_model_params(model);
    MUST(wrmf_model_continue(context, model, matrix, 1, err));
    assert_int_equal(wrmf_params_get_int(own, WRMF_PARAM_ITERATIONS), 2);
    MUST(wrmf_model_continue(context, model, matrix, 4, err));
    assert_int_equal(wrmf_params_get_int(own, WRMF_PARAM_ITERATIONS), 5);
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    FAILS(WRMF_E_CANCELLED, "hook", wrmf_model_continue(context, model, matrix, 7, err));
    wrmf_context_set_progress(context, NULL, NULL);
    assert_int_equal(wrmf_params_get_int(own, WRMF_PARAM_ITERATIONS), 12);
    assert_true(wrmf_model_epochs(model) < 12);
    wrmf_model_free(model);

    MUST(wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, 1000000, err));
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &most, err));
    MUST(wrmf_model_continue(context, most, matrix, 1, err));
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    FAILS(WRMF_E_CANCELLED, "hook", wrmf_model_continue(context, most, matrix, INT64_MAX, err));
    wrmf_context_set_progress(context, NULL, NULL);
    assert_int_equal(wrmf_params_get_int(wrmf_model_params(most), WRMF_PARAM_ITERATIONS), 1000000);
    wrmf_model_free(most);
}

static void fits_that_are_refused(void **state)
{
    (void)state;
    static const double huge[] = {1, 1, 1e300, 1};
    wrmf_matrix *const heavy = triplets(USERS, ITEMS, huge);
    wrmf_model *model = untouched;
    FAILS(WRMF_E_NULL, "context", wrmf_model_fit(NULL, matrix, params, &model, err));
    FAILS(WRMF_E_NULL, "matrix", wrmf_model_fit(context, NULL, params, &model, err));
    FAILS(WRMF_E_NULL, "out", wrmf_model_fit(context, matrix, params, NULL, err));
    MUST(wrmf_params_set(params, "alpha", "1e30", err));
    FAILS(WRMF_E_NONFINITE, "user 1, item 2", wrmf_model_fit(context, heavy, params, &model, err));
    MUST(wrmf_params_set(params, "alpha", "1", err));
    wrmf_matrix *const disliked = disliking(heavy);
    FAILS(WRMF_E_FORMAT, "user 0 dislikes item",
          wrmf_model_fit(context, disliked, params, &model, err));
    wrmf_matrix_free(disliked);
    MUST(wrmf_params_parse(params, "unobserved_weight=0 regularization_item=0", err));
    FAILS(WRMF_E_RANGE, "regularization_item is 0",
          wrmf_model_fit(context, matrix, params, &model, err));
    MUST(wrmf_params_parse(params, "unobserved_weight=1 regularization_item=0.1", err));
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    FAILS(WRMF_E_CANCELLED, "hook", wrmf_model_fit(context, matrix, params, &model, err));
    wrmf_context_set_progress(context, NULL, NULL);
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_model_fit(context, matrix, params, &model, err));
    host_fail(&machine, 0, false);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", wrmf_model_fit(context, matrix, params, &model, err));
    assert_ptr_equal(model, untouched);
    MUST(wrmf_context_set_threads(context, 1, err));
    OUT_OF_MEMORY(wrmf_model_fit(context, matrix, params, &model, err));
    wrmf_model_free(model);
    wrmf_matrix_free(heavy);
}

static void epochs_that_are_refused(void **state)
{
    (void)state;
    static const double huge[] = {1, 1, 1, 1e300};
    MUST(wrmf_params_set(params, "alpha", "1e30", err));
    wrmf_matrix *const heavy = triplets(USERS, ITEMS, huge), *const disliked = disliking(matrix);
    wrmf_model *const model = begun();
    const rows before = rows_of(model);
    FAILS(WRMF_E_NULL, "context", wrmf_model_continue(NULL, model, matrix, 1, err));
    FAILS(WRMF_E_NULL, "model", wrmf_model_continue(context, NULL, matrix, 1, err));
    FAILS(WRMF_E_NULL, "matrix", wrmf_model_continue(context, model, NULL, 1, err));
    FAILS(WRMF_E_SHAPE, "the model is 4 x 3, the matrix 4 x 4",
          wrmf_model_continue(context, model, wide, 1, err));
    FAILS(WRMF_E_RANGE, "epochs is -1", wrmf_model_continue(context, model, matrix, -1, err));
    FAILS(WRMF_E_FORMAT, "user 0 dislikes", wrmf_model_continue(context, model, disliked, 1, err));
    FAILS(WRMF_E_NONFINITE, "user 2, item 1", wrmf_model_continue(context, model, heavy, 1, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_model_continue(context, model, matrix, 1, err));
    host_fail(&machine, 0, false);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", wrmf_model_continue(context, model, matrix, 1, err));
    check_same(model, &before, 0);
    MUST(wrmf_context_set_threads(context, 1, err));
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    FAILS(WRMF_E_CANCELLED, "hook", wrmf_model_continue(context, model, matrix, 9, err));
    wrmf_context_set_progress(context, NULL, NULL);
    const int64_t epochs = wrmf_model_epochs(model); /* whole ones, which stay */
    assert_in_range(epochs, 0, 8);
    const rows then = rows_of(model);
    wrmf_model *const again = begun();
    MUST(wrmf_model_continue(context, again, matrix, epochs, err));
    check_same(again, &then, epochs);
    wrmf_model_free(again);
    OUT_OF_MEMORY(wrmf_model_continue(context, model, matrix, 1, err));
    assert_int_equal(wrmf_model_epochs(model), epochs + 1);
    wrmf_model_free(model);
    wrmf_matrix_free(disliked);
    wrmf_matrix_free(heavy);
}

/* Finished, a model is what a fit of as many epochs gives, and says so; what is refused, or fails,
 * leaves it as it was. */
static void finished_before_the_end(void **state)
{
    (void)state;
    static const double huge[] = {1, 1, 1, 1e300};
    MUST(wrmf_params_parse(params, "alpha=1e30 iterations=50 relaxation_wait=0", err));
    wrmf_matrix *const heavy = triplets(USERS, ITEMS, huge), *const disliked = disliking(matrix);
    wrmf_model *const model = begun(), *const empty = begun();
    const rows start = rows_of(empty);
    MUST(wrmf_model_finish(context, empty, matrix, err));
    check_same(empty, &start, 0);
    wrmf_model_free(empty);
    MUST(wrmf_model_continue(context, model, matrix, 3, err));
    const rows before = rows_of(model);
    FAILS(WRMF_E_NULL, "context", wrmf_model_finish(NULL, model, matrix, err));
    FAILS(WRMF_E_NULL, "model", wrmf_model_finish(context, NULL, matrix, err));
    FAILS(WRMF_E_NULL, "matrix", wrmf_model_finish(context, model, NULL, err));
    FAILS(WRMF_E_SHAPE, "the model is 4 x 3, the matrix 4 x 4",
          wrmf_model_finish(context, model, wide, err));
    FAILS(WRMF_E_FORMAT, "user 0 dislikes", wrmf_model_finish(context, model, disliked, err));
    FAILS(WRMF_E_NONFINITE, "user 2, item 1", wrmf_model_finish(context, model, heavy, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_model_finish(context, model, matrix, err));
    host_fail(&machine, 0, false);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", wrmf_model_finish(context, model, matrix, err));
    MUST(wrmf_context_set_threads(context, 1, err));
    check_same(model, &before, 3);
    OUT_OF_MEMORY(wrmf_model_finish(context, model, matrix, err));
    assert_int_equal(wrmf_params_get_int(wrmf_model_params(model), WRMF_PARAM_ITERATIONS), 50);
    const rows after = rows_of(model);
    MUST(wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, 3, err));
    wrmf_model *fitted = NULL;
    MUST(wrmf_model_fit(context, matrix, params, &fitted, err));
    check_same(fitted, &after, 3);
    wrmf_model_free(fitted);
    wrmf_model_free(model);
    wrmf_matrix_free(disliked);
    wrmf_matrix_free(heavy);
}

/* ---- rows ---- */

static void rows_in_place(void **state)
{
    (void)state;
    static const char *const precisions[] = {"float32", "float64"};
    for (int p = 0; p < 2; p++) {
        MUST(wrmf_params_set(params, "precision", precisions[p], err));
        wrmf_model *const model = begun();
        const rows r = rows_of(model);
        for (int side = 0; side < 2; side++) {
            const double *const copied = side ? r.items : r.users;
            int64_t stride = -1, other = -1;
            const float *const small =
                wrmf_model_float32(model, (wrmf_side)side, p ? &other : &stride);
            const double *const large =
                wrmf_model_float64(model, (wrmf_side)side, p ? &stride : &other);
            assert_true(p ? !small && large : small && !large);
            assert_int_equal(other, -1); /* nothing of the other precision */
            assert_true(stride >= FACTORS);
            for (int64_t i = 0; i < (side ? ITEMS : USERS); i++)
                for (int64_t j = 0; j < FACTORS; j++)
                    assert_true((p ? large[i * stride + j] : (double)small[i * stride + j]) ==
                                copied[i * FACTORS + j]);
            assert_ptr_equal(wrmf_model_float32(model, (wrmf_side)side, NULL), small);
            assert_ptr_equal(wrmf_model_float64(model, (wrmf_side)side, NULL), large);
        }
        assert_null(wrmf_model_float32(model, (wrmf_side)2, NULL));
        assert_null(wrmf_model_float64(model, (wrmf_side)-1, NULL));
        wrmf_model_free(model);
    }
}

static void rows_put_in_and_taken_out(void **state)
{
    (void)state;
    static const double ones[] = {1, 0.5, 2, 0.1}, items[] = {3, 1};
    wrmf_model *const model = begun();
    rows want = rows_of(model);
    double got[FACTORS];
    MUST(wrmf_model_set_rows(model, WRMF_USERS, 1, 2, ones, err));
    memcpy(want.users + FACTORS, ones, sizeof ones);
    want.users[2 * FACTORS + 1] = (double)0.1f; /* rounded to the model's precision */
    check_same(model, &want, 0);
    MUST(wrmf_model_get_rows(model, WRMF_USERS, 1, 1, got, err));
    assert_true(got[0] == 1 && got[1] == 0.5);
    MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 0, 1, items, err));
    assert_true(wrmf_model_score(model, 1, 0) == 3.5);
    MUST(wrmf_model_get_rows(model, WRMF_USERS, USERS, 0, got, err)); /* none, at the end */
    assert_true(got[0] == 1 && got[1] == 0.5);
    wrmf_model_free(model);
}

static void rows_that_are_refused(void **state)
{
    (void)state;
    double values[2 * FACTORS] = {1, 2, 3, 4};
    wrmf_model *const model = begun();
    const rows before = rows_of(model);
    FAILS(WRMF_E_NULL, "model", wrmf_model_get_rows(NULL, WRMF_USERS, 0, 1, values, err));
    FAILS(WRMF_E_NULL, "values", wrmf_model_get_rows(model, WRMF_USERS, 0, 1, NULL, err));
    FAILS(WRMF_E_RANGE, "side is 2", wrmf_model_get_rows(model, (wrmf_side)2, 0, 1, values, err));
    FAILS(WRMF_E_RANGE, "first is -1", wrmf_model_get_rows(model, WRMF_USERS, -1, 1, values, err));
    FAILS(WRMF_E_RANGE, "n is -1", wrmf_model_get_rows(model, WRMF_USERS, 0, -1, values, err));
    FAILS(WRMF_E_RANGE, "n is 2, not in 0 .. 1, from row 3 on",
          wrmf_model_get_rows(model, WRMF_USERS, 3, 2, values, err));
    FAILS(WRMF_E_RANGE, "not in 0 .. 3",
          wrmf_model_get_rows(model, WRMF_ITEMS, INT64_MAX, INT64_MAX, values, err));
    assert_true(values[0] == 1 && values[1] == 2 && values[2] == 3 && values[3] == 4);
    FAILS(WRMF_E_NULL, "model", wrmf_model_set_rows(NULL, WRMF_USERS, 0, 1, values, err));
    FAILS(WRMF_E_NULL, "values", wrmf_model_set_rows(model, WRMF_USERS, 0, 1, NULL, err));
    FAILS(WRMF_E_RANGE, "side is -1", wrmf_model_set_rows(model, (wrmf_side)-1, 0, 1, values, err));
    FAILS(WRMF_E_RANGE, "first is -1", wrmf_model_set_rows(model, WRMF_USERS, -1, 1, values, err));
    FAILS(WRMF_E_RANGE, "n is -1", wrmf_model_set_rows(model, WRMF_USERS, 0, -1, values, err));
    FAILS(WRMF_E_RANGE, "n is 1, not in 0 .. 0",
          wrmf_model_set_rows(model, WRMF_ITEMS, 3, 1, values, err));
    static const double wrong[] = {NAN, INFINITY, -INFINITY, 1e39}; /* the last: in float32 */
    for (int i = 0; i < 4; i++) {
        values[3] = wrong[i];
        FAILS(WRMF_E_NONFINITE, "row 2, column 1",
              wrmf_model_set_rows(model, WRMF_USERS, 1, 2, values, err));
    }
    check_same(model, &before, 0);
    wrmf_model_free(model);
}

static void what_there_is_none_of(void **state)
{
    (void)state;
    wrmf_model *const model = begun();
    assert_true(isnan(wrmf_model_score(NULL, 0, 0)));
    assert_true(isnan(wrmf_model_score(model, -1, 0)) && isnan(wrmf_model_score(model, 0, -1)));
    assert_true(isnan(wrmf_model_score(model, USERS, 0)));
    assert_true(isnan(wrmf_model_score(model, 0, ITEMS)));
    assert_true(isnan(wrmf_model_statistic(NULL, WRMF_STAT_ROWS)));
    assert_true(isnan(wrmf_model_statistic(model, (wrmf_statistic)-1)));
    assert_true(isnan(wrmf_model_statistic(model, (wrmf_statistic)(WRMF_STAT_ROWS_FALLBACK + 1))));
    assert_true(wrmf_model_users(NULL) == 0 && wrmf_model_items(NULL) == 0);
    assert_true(wrmf_model_factors(NULL) == 0 && wrmf_model_epochs(NULL) == 0);
    assert_null(wrmf_model_params(NULL));
    assert_null(wrmf_model_ids(NULL, WRMF_USERS));
    assert_null(wrmf_model_ids(model, (wrmf_side)2));
    assert_null(wrmf_model_float32(NULL, WRMF_USERS, NULL));
    assert_null(wrmf_model_float64(NULL, WRMF_USERS, NULL));
    wrmf_model_free(model);
}

/* ---- the objective ---- */

static void the_objective(void **state)
{
    (void)state;
    double total = -7, observed = -7, all = -7, regularization = -7;
    wrmf_model *const model = begun();
    MUST(wrmf_model_objective(context, model, matrix, &total, &observed, &all, &regularization,
                              err));
    assert_true(total > 0 && observed > 0 && all > 0 && regularization > 0);
    assert_true(total == observed + all + regularization);
    MUST(wrmf_model_objective(context, model, matrix, NULL, NULL, NULL, NULL, err));
    const double before = total;
    MUST(wrmf_model_continue(context, model, matrix, 1, err));
    MUST(wrmf_model_objective(context, model, matrix, &total, NULL, NULL, NULL, err));
    assert_true(total < before);
    wrmf_model_free(model);
}

static void objectives_that_are_refused(void **state)
{
    (void)state;
    static const double large[] = {1e300, 1e300, 1e300, 1e300};
    double t = -7, o = -7, a = -7, r = -7;
    MUST(wrmf_params_set(params, "precision", "float64", err));
    wrmf_matrix *const disliked = disliking(matrix);
    wrmf_model *const model = begun();
    FAILS(WRMF_E_NULL, "context", wrmf_model_objective(NULL, model, matrix, &t, &o, &a, &r, err));
    FAILS(WRMF_E_NULL, "model", wrmf_model_objective(context, NULL, matrix, &t, &o, &a, &r, err));
    FAILS(WRMF_E_NULL, "matrix", wrmf_model_objective(context, model, NULL, &t, &o, &a, &r, err));
    FAILS(WRMF_E_SHAPE, "the model is 4 x 3, the matrix 4 x 4",
          wrmf_model_objective(context, model, wide, &t, &o, &a, &r, err));
    FAILS(WRMF_E_FORMAT, "user 0 dislikes",
          wrmf_model_objective(context, model, disliked, &t, &o, &a, &r, err));
    wrmf_matrix_free(disliked);
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_model_objective(context, model, matrix, &t, &o, &a, &r, err));
    host_fail(&machine, 0, false);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner",
          wrmf_model_objective(context, model, matrix, &t, &o, &a, &r, err));
    MUST(wrmf_context_set_threads(context, 1, err));
    MUST(wrmf_model_set_rows(model, WRMF_USERS, 0, 2, large, err));
    FAILS(WRMF_E_NONFINITE, "objective",
          wrmf_model_objective(context, model, matrix, &t, &o, &a, &r, err));
    assert_true(t == -7 && o == -7 && a == -7 && r == -7);
    wrmf_model_free(model);
}

/* ---- ids ---- */

static wrmf_ids *integers(int64_t n)
{
    wrmf_ids *ids = NULL;
    MUST(wrmf_ids_create(context, WRMF_IDS_INTEGER, &ids, err));
    for (int64_t i = 0; i < n; i++)
        MUST(wrmf_ids_add_integer(ids, 10 * i, NULL, err));
    return ids;
}

static void ids_are_copied(void **state)
{
    (void)state;
    wrmf_model *const model = begun();
    wrmf_ids *const ids = integers(USERS), *const three = integers(ITEMS);
    MUST(wrmf_model_set_ids(model, WRMF_USERS, ids, err));
    const wrmf_ids *const kept = wrmf_model_ids(model, WRMF_USERS);
    assert_true(kept != ids);
    assert_int_equal(wrmf_ids_find_integer(kept, 30), 3);
    assert_null(wrmf_model_ids(model, WRMF_ITEMS));
    FAILS(WRMF_E_NULL, "model", wrmf_model_set_ids(NULL, WRMF_USERS, ids, err));
    FAILS(WRMF_E_RANGE, "side is 2", wrmf_model_set_ids(model, (wrmf_side)2, ids, err));
    FAILS(WRMF_E_SHAPE, "3 ids for 4 rows", wrmf_model_set_ids(model, WRMF_USERS, three, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_model_set_ids(model, WRMF_USERS, ids, err));
    host_fail(&machine, 0, false);
    assert_ptr_equal(wrmf_model_ids(model, WRMF_USERS), kept); /* those before stay */
    OUT_OF_MEMORY(wrmf_model_set_ids(model, WRMF_ITEMS, three, err));
    assert_int_equal(wrmf_ids_size(wrmf_model_ids(model, WRMF_ITEMS)), ITEMS);
    MUST(wrmf_model_set_ids(model, WRMF_USERS, NULL, err));
    assert_null(wrmf_model_ids(model, WRMF_USERS));
    wrmf_ids_free(ids);
    wrmf_ids_free(three);
    wrmf_model_free(model);
}

#define ON_MATRIX(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MATRIX(a_model_at_its_start),        ON_MATRIX(starts_that_are_refused),
        ON_MATRIX(fitted_and_gone_on_with),     ON_MATRIX(iterations_of_continued),
        ON_MATRIX(fits_that_are_refused),       ON_MATRIX(epochs_that_are_refused),
        ON_MATRIX(finished_before_the_end),     ON_MATRIX(rows_in_place),
        ON_MATRIX(rows_put_in_and_taken_out),   ON_MATRIX(rows_that_are_refused),
        ON_MATRIX(what_there_is_none_of),       ON_MATRIX(the_objective),
        ON_MATRIX(objectives_that_are_refused), ON_MATRIX(ids_are_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
