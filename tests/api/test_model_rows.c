/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/model.h: what bindings read and write: rows as float, rows in place while the model changes,
 * scores of many pairs, copies. That a score is right is checked in tests/definitions; here many
 * are the same bits as one.
 */
#include "fixture.h"

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "wrmf/ids.h"
#include "wrmf/matrix.h"
#include "wrmf/model.h"
#include "wrmf/params.h"
#include "wrmf/recommend.h"

enum { USERS = 15, ITEMS = 70 };

static wrmf_matrix *matrix;

static int set_up(void **state)
{
    fixture_set_up(state);
    int64_t user[USERS * 3], item[USERS * 3];
    for (int64_t i = 0; i < USERS * 3; i++) {
        user[i] = i / 3;
        item[i] = i * i * 7 % ITEMS;
    }
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, USERS * 3, user, item, NULL,
                                   WRMF_DUPLICATES_SUM, NULL, &matrix, err));
    return 0;
}

static int tear_down(void **state)
{
    wrmf_matrix_free(matrix);
    return fixture_tear_down(state);
}

static wrmf_model *begun(const char *precision, int64_t factors)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_set(params, "precision", precision, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, factors, err));
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &model, err));
    wrmf_params_free(params);
    return model;
}

/* ---- rows ---- */

static void rows_as_float(void **state)
{
    (void)state;
    enum { F = 5 };
    static const char *const precisions[] = {"float32", "float64"};
    for (int p = 0; p < 2; p++) {
        wrmf_model *const model = begun(precisions[p], F), *const other = begun(precisions[p], F);
        double wide[ITEMS * F], back[ITEMS * F];
        float narrow[ITEMS * F + 1], again[3 * F];
        narrow[ITEMS * F] = 77;
        MUST(wrmf_model_get_rows(model, WRMF_ITEMS, 0, ITEMS, wide, err));
        MUST(wrmf_model_get_rows_float32(model, WRMF_ITEMS, 0, ITEMS, narrow, err));
        for (int i = 0; i < ITEMS * F; i++)
            assert_true(narrow[i] == (float)wide[i]);
        assert_true(narrow[ITEMS * F] == 77);
        MUST(wrmf_model_get_rows_float32(model, WRMF_ITEMS, 7, 3, again, err));
        assert_memory_equal(again, narrow + 7 * F, sizeof again);

        for (int i = 0; i < ITEMS * F; i++)
            narrow[i] = -narrow[i];
        MUST(wrmf_model_set_rows_float32(other, WRMF_ITEMS, 0, ITEMS, narrow, err));
        MUST(wrmf_model_get_rows(other, WRMF_ITEMS, 0, ITEMS, back, err));
        for (int i = 0; i < ITEMS * F; i++)
            assert_true(back[i] == (double)narrow[i]);
        MUST(wrmf_model_set_rows_float32(other, WRMF_ITEMS, 68, 2, narrow, err));
        MUST(wrmf_model_get_rows_float32(other, WRMF_ITEMS, 68, 2, again, err));
        assert_memory_equal(again, narrow, 2 * F * sizeof *again);
        wrmf_model_free(model);
        wrmf_model_free(other);
    }
}

static void float_rows_that_are_refused(void **state)
{
    (void)state;
    wrmf_model *const model = begun("float64", 2);
    float row[4] = {1, 2, 3, INFINITY}, got[4] = {9, 9, 9, 9};
    FAILS(WRMF_E_NONFINITE, "row 4, column 1",
          wrmf_model_set_rows_float32(model, WRMF_USERS, 3, 2, row, err));
    FAILS(WRMF_E_NULL, "model", wrmf_model_set_rows_float32(NULL, WRMF_USERS, 0, 1, row, err));
    FAILS(WRMF_E_NULL, "values", wrmf_model_set_rows_float32(model, WRMF_USERS, 0, 1, NULL, err));
    FAILS(WRMF_E_RANGE, "not in 0 .. ",
          wrmf_model_set_rows_float32(model, WRMF_USERS, 14, 2, row, err));
    FAILS(WRMF_E_RANGE, "side", wrmf_model_set_rows_float32(model, (wrmf_side)2, 0, 1, row, err));
    const double large[2] = {1, 2 * (double)FLT_MAX};
    MUST(wrmf_model_set_rows(model, WRMF_USERS, 5, 1, large, err));
    FAILS(WRMF_E_NONFINITE, "row 5, column 1",
          wrmf_model_get_rows_float32(model, WRMF_USERS, 4, 2, got, err));
    FAILS(WRMF_E_NULL, "model", wrmf_model_get_rows_float32(NULL, WRMF_USERS, 0, 1, got, err));
    FAILS(WRMF_E_NULL, "values", wrmf_model_get_rows_float32(model, WRMF_USERS, 0, 1, NULL, err));
    FAILS(WRMF_E_RANGE, "first is -1",
          wrmf_model_get_rows_float32(model, WRMF_USERS, -1, 1, got, err));
    assert_true(got[0] == 9 && got[3] == 9);
    wrmf_model_free(model);
}

/* Pointers into the model are good for its life, whatever becomes of the rows. */
static void places_of_rows(void **state)
{
    (void)state;
    wrmf_model *const model = begun("float32", 6);
    int64_t stride = 0;
    const float *rows[2];
    for (int side = 0; side < 2; side++)
        rows[side] = wrmf_model_float32(model, (wrmf_side)side, &stride);
    MUST(wrmf_model_continue(context, model, matrix, 3, err));
    const double row[6] = {1, 2, 3, 4, 5, 6};
    MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 9, 1, row, err));
    int64_t list[4], count;
    MUST(wrmf_similar(model, WRMF_ITEMS, 0, 4, list, NULL, &count, err));
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    FAILS(WRMF_E_CANCELLED, "hook", wrmf_model_continue(context, model, matrix, 9, err));
    wrmf_context_set_progress(context, NULL, NULL);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", wrmf_model_continue(context, model, matrix, 1, err));
    MUST(wrmf_context_set_threads(context, 1, err));
    MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 9, 1, row, err));
    for (int side = 0; side < 2; side++) {
        int64_t now = 0;
        assert_ptr_equal(wrmf_model_float32(model, (wrmf_side)side, &now), rows[side]);
        assert_int_equal(now, stride);
    }
    assert_true(stride % 16 == 0);
    for (int k = 0; k < stride; k++)
        assert_true(rows[WRMF_ITEMS][9 * stride + k] == (k < 6 ? (float)row[k] : 0));
    wrmf_model_free(model);
}

/* Cosines are of the rows as they are: after rows are set, and after epochs. */
static void check_cosines(const wrmf_model *model)
{
    double first[ITEMS * 6], users[USERS * 6], scores[2][9];
    int64_t lists[2][9], counts[2];
    wrmf_model *const fresh = begun("float32", 6);
    MUST(wrmf_model_get_rows(model, WRMF_ITEMS, 0, ITEMS, first, err));
    MUST(wrmf_model_get_rows(model, WRMF_USERS, 0, USERS, users, err));
    MUST(wrmf_model_set_rows(fresh, WRMF_ITEMS, 0, ITEMS, first, err));
    MUST(wrmf_model_set_rows(fresh, WRMF_USERS, 0, USERS, users, err));
    for (int64_t row = 0; row < USERS; row++)
        for (int side = 0; side < 2; side++) {
            MUST(
                wrmf_similar(model, (wrmf_side)side, row, 9, lists[0], scores[0], &counts[0], err));
            MUST(
                wrmf_similar(fresh, (wrmf_side)side, row, 9, lists[1], scores[1], &counts[1], err));
            assert_int_equal(counts[0], counts[1]);
            assert_memory_equal(lists[0], lists[1], sizeof lists[0]);
            assert_memory_equal(scores[0], scores[1], sizeof scores[0]);
        }
    wrmf_model_free(fresh);
}

static void cosines_follow_the_rows(void **state)
{
    (void)state;
    wrmf_model *const model = begun("float32", 6);
    const double rows[12] = {100, 200, 300, 400, 500, 600, 1e-3, 0, 0, 0, -2e-3, 0};
    check_cosines(model);
    MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 33, 2, rows, err));
    check_cosines(model);
    const float zero[6] = {0};
    MUST(wrmf_model_set_rows_float32(model, WRMF_USERS, 2, 1, zero, err));
    check_cosines(model);
    MUST(wrmf_model_continue(context, model, matrix, 1, err));
    check_cosines(model);
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    FAILS(WRMF_E_CANCELLED, "hook", wrmf_model_continue(context, model, matrix, 9, err));
    wrmf_context_set_progress(context, NULL, NULL);
    check_cosines(model);
    wrmf_model_free(model);
}

typedef struct reader {
    const wrmf_model *model;
    int64_t list[9], count;
    double scores[9];
    wrmf_status status;
} reader;

static void *read_similar(void *self)
{
    reader *const r = self;
    r->status = wrmf_similar(r->model, WRMF_ITEMS, 5, 9, r->list, r->scores, &r->count, NULL);
    return NULL;
}

/* What a model keeps for cosines is made by whichever of its readers are first. */
static void first_cosines_in_many_threads(void **state)
{
    (void)state;
    enum { THREADS = 4, MODELS = 20 };
    for (int m = 0; m < MODELS; m++) {
        wrmf_model *const model = begun("float32", 6);
        reader readers[THREADS];
        pthread_t threads[THREADS];
        for (int t = 0; t < THREADS; t++) {
            readers[t] = (reader){.model = model, .status = WRMF_E_INTERNAL};
            assert_int_equal(pthread_create(&threads[t], NULL, read_similar, &readers[t]), 0);
        }
        for (int t = 0; t < THREADS; t++)
            assert_int_equal(pthread_join(threads[t], NULL), 0);
        for (int t = 0; t < THREADS; t++) {
            assert_true(readers[t].status == WRMF_OK && readers[t].count == 9);
            assert_memory_equal(readers[t].list, readers[0].list, sizeof readers[0].list);
            assert_memory_equal(readers[t].scores, readers[0].scores, sizeof readers[0].scores);
        }
        wrmf_model_free(model);
    }
}

/* ---- scores ---- */

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void check_scores(const wrmf_model *model, int64_t n_users, int64_t n_items)
{
    int64_t users[USERS], items[ITEMS], user[USERS * ITEMS], item[USERS * ITEMS];
    double block[USERS * ITEMS + 1], pairs[USERS * ITEMS + 1], first[USERS * ITEMS + 1];
    float narrow[USERS * ITEMS + 1], narrow_pairs[USERS * ITEMS + 1];
    const int64_t n = n_users * n_items;
    for (int64_t u = 0; u < n_users; u++)
        users[u] = u * 4 % USERS;
    for (int64_t i = 0; i < n_items; i++)
        items[i] = i * 13 % ITEMS;
    for (int64_t k = 0; k < n; k++) {
        user[k] = users[k / n_items];
        item[k] = items[k % n_items];
    }
    block[n] = pairs[n] = first[n] = 77;
    narrow[n] = narrow_pairs[n] = 77;
    MUST(wrmf_model_score_block(model, users, n_users, items, n_items, block, err));
    MUST(wrmf_model_score_block(model, NULL, n_users, NULL, n_items, first, err));
    MUST(wrmf_model_score_block_float32(model, users, n_users, items, n_items, narrow, err));
    MUST(wrmf_model_scores(model, user, item, n, pairs, err));
    MUST(wrmf_model_scores_float32(model, user, item, n, narrow_pairs, err));
    for (int64_t k = 0; k < n; k++) {
        const double want = wrmf_model_score(model, user[k], item[k]);
        assert_true(same_bits(block[k], want) && same_bits(pairs[k], want));
        assert_true(same_bits((double)narrow[k], (double)(float)want));
        assert_true(same_bits((double)narrow_pairs[k], (double)(float)want));
        assert_true(same_bits(first[k], wrmf_model_score(model, k / n_items, k % n_items)));
    }
    assert_true(block[n] == 77 && pairs[n] == 77 && first[n] == 77);
    assert_true(narrow[n] == 77 && narrow_pairs[n] == 77);
}

static void scores_of_many(void **state)
{
    (void)state;
    static const int64_t factors[] = {1, 3, 16, 37, 128, 129, 200};
    for (size_t f = 0; f < sizeof factors / sizeof *factors; f++)
        for (int p = 0; p < 2; p++) {
            wrmf_model *const model = begun(p ? "float64" : "float32", factors[f]);
            const long before = atomic_load(&machine.blocks);
            host_fail(&machine, 1, true); /* nothing is allocated */
            for (int64_t users = 1; users <= USERS; users += 7)
                for (int64_t items = 1; items <= ITEMS; items += 23)
                    check_scores(model, users, items);
            check_scores(model, USERS, ITEMS);
            host_fail(&machine, 0, false);
            assert_int_equal(atomic_load(&machine.blocks), before);
            wrmf_model_free(model);
        }
}

static void scores_that_are_refused(void **state)
{
    (void)state;
    wrmf_model *const model = begun("float32", 4);
    const int64_t good[] = {0, 1}, bad[] = {3, -1}, high[] = {ITEMS - 1, ITEMS};
    double out[4] = {9, 9, 9, 9};
    float narrow[4] = {9, 9, 9, 9};
    FAILS(WRMF_E_NULL, "model", wrmf_model_scores(NULL, good, good, 2, out, err));
    FAILS(WRMF_E_NULL, "users", wrmf_model_scores(model, NULL, good, 2, out, err));
    FAILS(WRMF_E_NULL, "items", wrmf_model_scores(model, good, NULL, 2, out, err));
    FAILS(WRMF_E_NULL, "scores", wrmf_model_scores(model, good, good, 2, NULL, err));
    FAILS(WRMF_E_RANGE, "n is -1", wrmf_model_scores(model, good, good, -1, out, err));
    FAILS(WRMF_E_RANGE, "users[1] is -1, not in 0 .. 14",
          wrmf_model_scores(model, bad, good, 2, out, err));
    FAILS(WRMF_E_RANGE, "items[1] is 70, not in 0 .. 69",
          wrmf_model_scores(model, good, high, 2, out, err));
    MUST(wrmf_model_scores(model, NULL, NULL, 0, NULL, err));
    FAILS(WRMF_E_NULL, "scores", wrmf_model_scores_float32(model, good, good, 2, NULL, err));
    FAILS(WRMF_E_RANGE, "users[1]", wrmf_model_scores_float32(model, bad, good, 2, narrow, err));

    FAILS(WRMF_E_NULL, "model", wrmf_model_score_block(NULL, good, 2, good, 2, out, err));
    FAILS(WRMF_E_NULL, "scores", wrmf_model_score_block(model, good, 2, good, 2, NULL, err));
    FAILS(WRMF_E_RANGE, "n_users is -1",
          wrmf_model_score_block(model, good, -1, good, 2, out, err));
    FAILS(WRMF_E_RANGE, "n_items is 71, not in 0 .. 70",
          wrmf_model_score_block(model, good, 2, NULL, ITEMS + 1, out, err));
    FAILS(WRMF_E_RANGE, "items[1] is 70",
          wrmf_model_score_block(model, good, 2, high, 2, out, err));
    MUST(wrmf_model_score_block(model, NULL, 0, NULL, ITEMS, NULL, err));
    FAILS(WRMF_E_NULL, "scores",
          wrmf_model_score_block_float32(model, good, 2, good, 2, NULL, err));
    FAILS(WRMF_E_RANGE, "users[1]",
          wrmf_model_score_block_float32(model, bad, 2, good, 2, narrow, err));
    for (int i = 0; i < 4; i++)
        assert_true(out[i] == 9 && narrow[i] == 9);
    wrmf_model_free(model);
}

/* ---- copies ---- */

static void check_equal(const wrmf_model *a, const wrmf_model *b)
{
    double x[ITEMS * 6], y[ITEMS * 6];
    for (int side = 0; side < 2; side++) {
        const int64_t n = side ? ITEMS : USERS;
        MUST(wrmf_model_get_rows(a, (wrmf_side)side, 0, n, x, err));
        MUST(wrmf_model_get_rows(b, (wrmf_side)side, 0, n, y, err));
        assert_memory_equal(x, y, (size_t)n * 6 * sizeof *x);
    }
    assert_int_equal(wrmf_model_epochs(a), wrmf_model_epochs(b));
    for (int s = WRMF_STAT_ROWS; s <= WRMF_STAT_RESIDUAL; s++)
        assert_true(same_bits(wrmf_model_statistic(a, (wrmf_statistic)s),
                              wrmf_model_statistic(b, (wrmf_statistic)s)));
}

static void copies(void **state)
{
    (void)state;
    host other = {0};
    wrmf_context *own = host_context(&other);
    wrmf_model *model = begun("float32", 6), *early = NULL, *copy = NULL;
    wrmf_ids *ids = NULL;
    MUST(wrmf_model_copy(own, model, &early, err));
    check_equal(model, early);
    MUST(wrmf_model_continue(context, model, matrix, 2, err));
    MUST(wrmf_model_set_note(model, "made by", "a test", err));
    MUST(wrmf_ids_create(context, WRMF_IDS_INTEGER, &ids, err));
    for (int64_t u = 0; u < USERS; u++)
        MUST(wrmf_ids_add_integer(ids, 100 + u, NULL, err));
    MUST(wrmf_model_set_ids(model, WRMF_USERS, ids, err));
    wrmf_ids_free(ids);
    MUST(wrmf_model_copy(own, model, &copy, err));
    check_equal(model, copy);
    assert_string_equal(wrmf_model_note(copy, "made by"), "a test");
    assert_int_equal(wrmf_ids_integer(wrmf_model_ids(copy, WRMF_USERS), 3), 103);
    assert_null(wrmf_model_ids(copy, WRMF_ITEMS));
    assert_int_equal(wrmf_model_epochs(early), 0);

    MUST(wrmf_model_continue(context, model, matrix, 3, err)); /* each goes its own way */
    assert_int_equal(wrmf_model_epochs(copy), 2);
    MUST(wrmf_model_continue(own, copy, matrix, 3, err));
    MUST(wrmf_model_continue(own, early, matrix, 5, err));
    check_equal(model, copy);
    check_equal(model, early);
    FAILS(WRMF_E_NULL, "context", wrmf_model_copy(NULL, model, &copy, err));
    FAILS(WRMF_E_NULL, "model", wrmf_model_copy(own, NULL, &copy, err));
    FAILS(WRMF_E_NULL, "out", wrmf_model_copy(own, model, NULL, err));
    wrmf_model_free(early);
    OUT_OF_MEMORY(wrmf_model_copy(context, model, &early, err));
    check_equal(model, early);
    wrmf_context_free(own);
    wrmf_model_free(copy);
    wrmf_model_free(early);
    wrmf_model_free(model);
    host_check(&other);
}

#define ON_MATRIX(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* ---- a model of given rows ---- */

static void from_rows(void **state)
{
    (void)state;
    enum { U = 3, I = 4, F = 5 };
    double x[U * F], y[I * F], back[I * F];
    float narrow_x[U * F], narrow_y[I * F];
    static const char *const precisions[] = {"float32", "float64"};
    for (int i = 0; i < U * F; i++)
        narrow_x[i] = (float)(x[i] = i / 8.0);
    for (int i = 0; i < I * F; i++)
        narrow_y[i] = (float)(y[i] = -i / 4.0);
    for (int p = 0; p < 2; p++) {
        wrmf_params *params = NULL;
        wrmf_model *model = NULL, *same = NULL, *half = NULL;
        MUST(wrmf_params_create(context, &params, err));
        MUST(wrmf_params_set(params, "precision", precisions[p], err));
        MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, F, err));
        MUST(wrmf_model_from_rows(context, U, I, params, x, y, &model, err));
        MUST(wrmf_model_from_rows_float32(context, U, I, params, narrow_x, narrow_y, &same, err));
        MUST(wrmf_model_from_rows(context, U, I, params, NULL, y, &half, err));
        assert_int_equal(wrmf_model_epochs(model), 0);
        for (int u = 0; u < U; u++) {
            for (int i = 0; i < I; i++) {
                double want = 0;
                for (int k = 0; k < F; k++)
                    want += x[u * F + k] * y[i * F + k]; /* few bits: exact */
                assert_true(wrmf_model_score(model, u, i) == want);
                assert_true(wrmf_model_score(same, u, i) == want);
                assert_true(wrmf_model_score(half, u, i) == 0);
            }
        }
        MUST(wrmf_model_get_rows(half, WRMF_ITEMS, 0, I, back, err));
        assert_memory_equal(back, y, sizeof y);
        wrmf_model_free(model);
        wrmf_model_free(same);
        wrmf_model_free(half);
        wrmf_params_free(params);
    }
}

static wrmf_params *one_factor(void)
{
    wrmf_params *params = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, 1, err));
    return params;
}

/* As double and as float alike. */
static wrmf_status from_both(wrmf_context *with, int64_t users, double value, wrmf_model **out,
                             wrmf_error *err)
{
    const double y[2] = {1, value};
    const float narrow[2] = {1, (float)value};
    wrmf_params *const params = one_factor();
    const wrmf_status as_float =
        wrmf_model_from_rows_float32(with, users, 2, params, NULL, narrow, out, NULL);
    const wrmf_status status = wrmf_model_from_rows(with, users, 2, params, NULL, y, out, err);
    wrmf_params_free(params);
    assert_int_equal(as_float, status);
    return status;
}

static void from_bad_rows(void **state)
{
    (void)state;
    wrmf_model *out = NULL;
    const float y = 1;
    FAILS(WRMF_E_NULL, "context", from_both(NULL, 2, 1, &out, err));
    FAILS(WRMF_E_NULL, "out", from_both(context, 2, 1, NULL, err));
    FAILS(WRMF_E_RANGE, "users is -1", from_both(context, -1, 1, &out, err));
    FAILS(WRMF_E_NONFINITE, "item_rows: row 1, column 0", from_both(context, 2, NAN, &out, err));
    assert_null(out);
    OUT_OF_MEMORY(wrmf_model_from_rows(context, 2, 0, NULL, NULL, NULL, &out, err));
    wrmf_model_free(out);
    out = NULL;
    OUT_OF_MEMORY(wrmf_model_from_rows_float32(context, 0, 2, NULL, &y, NULL, &out, err));
    wrmf_model_free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MATRIX(rows_as_float),
        ON_MATRIX(float_rows_that_are_refused),
        ON_MATRIX(places_of_rows),
        ON_MATRIX(cosines_follow_the_rows),
        ON_MATRIX(first_cosines_in_many_threads),
        ON_MATRIX(scores_of_many),
        ON_MATRIX(scores_that_are_refused),
        ON_MATRIX(copies),
        ON_MATRIX(from_rows),
        ON_MATRIX(from_bad_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
