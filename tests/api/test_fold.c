/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/fold.h: one row and many, explanations, threads and errors. That rows and explanations are
 * right is checked in float64 in tests/oracle/fold.py; test_fold_bits.c has the bits of training.
 */
#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "fold_case.h"
#include "made.h"
#include "wrmf/weighting.h"

static wrmf_matrix *matrix;
static wrmf_model *model;
static wrmf_fold *fold;
static workspace space;

static int set_up(void **state)
{
    fixture_set_up(state);
    matrix = steps(USERS, ITEMS, 3);
    model = fitted(matrix, "factors=8");
    fold = fold_of(model, WRMF_USERS);
    space = workspace_of(fold, MOST);
    return 0;
}

static int tear_down(void **state)
{
    free(space.block);
    wrmf_fold_free(fold);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
    return fixture_tear_down(state);
}

static void fold_in(const int64_t *index, const double *count, int64_t n, double *row)
{
    MUST(wrmf_fold_row(fold, index, count, n, space.at, space.bytes, row, err));
}

static void any_order(void **state)
{
    (void)state;
    enum { N = 9 };
    static const int64_t sorted[N] = {0, 3, 4, 10, 11, 30, 31, 58, 59};
    static const double counts[N] = {1, 2, 0.5, 4, 1, 1, 7, 1, 3};
    static const double ones[N] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    int64_t index[N + 2];
    double count[N + 2], row[8], other[8];
    fold_in(sorted, counts, N, row);
    for (int turn = 1; turn < N; turn++) {
        for (int i = 0; i < N; i++) {
            index[i] = sorted[(i * 4 + turn) % N];
            count[i] = counts[(i * 4 + turn) % N];
        }
        fold_in(index, count, N, other);
        assert_memory_equal(row, other, sizeof row);
    }
    /* twice: the sum of its counts */
    for (int i = 0; i < N; i++) {
        index[i + 2] = sorted[i];
        count[i + 2] = counts[i];
    }
    index[0] = index[1] = 10;
    count[0] = 1.5;
    count[1] = 0.5;
    count[2 + 3] = 2;
    fold_in(index, count, N + 2, other);
    assert_memory_equal(row, other, sizeof row);
    /* no counts are counts of 1 */
    fold_in(sorted, ones, N, row);
    fold_in(sorted, NULL, N, other);
    assert_memory_equal(row, other, sizeof row);
    static const int64_t twice[] = {5, 7, 5}, once[] = {5, 7};
    static const double two[] = {2, 1};
    fold_in(twice, NULL, 3, row);
    fold_in(once, two, 2, other);
    assert_memory_equal(row, other, sizeof row);
    /* nobody */
    fold_in(NULL, NULL, 0, row);
    for (int k = 0; k < 8; k++)
        assert_true(row[k] == 0);
}

static void as_float(void **state)
{
    (void)state;
    static const int64_t index[] = {1, 5, 9};
    double row[8], *const rows = malloc(sizeof(double) * USERS * 8);
    float narrow[8], *const narrows = malloc(sizeof(float) * USERS * 8);
    assert_true(rows && narrows);
    fold_in(index, NULL, 3, row);
    MUST(wrmf_fold_row_float32(fold, index, NULL, 3, space.at, space.bytes, narrow, err));
    for (int k = 0; k < 8; k++)
        assert_true(narrow[k] == (float)row[k]);
    MUST(wrmf_fold_rows(context, fold, matrix, rows, err));
    MUST(wrmf_fold_rows_float32(context, fold, matrix, narrows, err));
    for (int i = 0; i < USERS * 8; i++)
        assert_true(narrows[i] == (float)rows[i]);
    free(rows);
    free(narrows);
}

/* Several targets at once, one of them twice, have the bits of each alone; none may be. */
static void explain_many(const int64_t *index, const double *count, int64_t n)
{
    enum { LENGTH = 8, TARGETS = 5 };
    static const int64_t targets[TARGETS] = {59, 0, 17, 59, 3};
    double terms[TARGETS * LENGTH], scores[TARGETS], alone[LENGTH], score;
    MUST(wrmf_fold_explain_many(fold, index, count, n, targets, TARGETS, space.at, space.bytes,
                                terms, scores, err));
    for (int t = 0; t < TARGETS; t++) {
        MUST(wrmf_fold_explain(fold, index, count, n, targets[t], space.at, space.bytes, alone,
                               &score, err));
        assert_memory_equal(alone, terms + t * n, (size_t)n * sizeof *alone);
        assert_memory_equal(&score, &scores[t], sizeof score);
    }
    MUST(wrmf_fold_explain_many(fold, index, count, n, NULL, 0, space.at, space.bytes, NULL, NULL,
                                err));
    MUST(wrmf_fold_explain_many(fold, NULL, NULL, 0, targets, TARGETS, space.at, space.bytes, NULL,
                                scores, err));
    for (int t = 0; t < TARGETS; t++)
        assert_true(scores[t] == 0);
}

/* Terms add up, and stand where the caller gave their entries. */
static void explanations(void **state)
{
    (void)state;
    enum { N = 5 };
    static const int64_t sorted[N] = {2, 3, 17, 40, 41}, mixed[N + 1] = {40, 3, 41, 3, 2, 17};
    static const double counts[N] = {1, 3, 2, 1, 1}, mixed_counts[N + 1] = {1, 1, 1, 2, 1, 2};
    static const int places[N] = {4, 1, 5, 0, 2};
    double terms[N + 1], others[N + 1], score, row[8], items[ITEMS * 8];
    fold_in(sorted, counts, N, row);
    MUST(wrmf_model_get_rows(model, WRMF_ITEMS, 0, ITEMS, items, err));
    double trace = 8 * 0.1; /* of Y'Y + Y_u' D Y_u + lambda I; alpha is 40 */
    for (int i = 0; i < ITEMS; i++)
        for (int k = 0; k < 8; k++)
            trace += items[i * 8 + k] * items[i * 8 + k];
    for (int i = 0; i < N; i++)
        for (int k = 0; k < 8; k++)
            trace += 40 * counts[i] * items[sorted[i] * 8 + k] * items[sorted[i] * 8 + k];
    for (int target = 0; target < ITEMS; target++) {
        double sum = 0, dot = 0, size = 0, length = 0;
        MUST(wrmf_fold_explain(fold, sorted, counts, N, target, space.at, space.bytes, terms,
                               &score, err));
        for (int i = 0; i < N; i++)
            sum += terms[i];
        assert_true(sum == score);
        for (int k = 0; k < 8; k++) {
            dot += row[k] * items[target * 8 + k];
            size += row[k] * row[k];
            length += items[target * 8 + k] * items[target * 8 + k];
        }
        /* the row is solved to 1e-6 of its length in the norm of its system, whose eigenvalues lie
         * between lambda, 0.1, and its trace; rounding to float32 on the way may lose as much, and
         * as much again in each change of basis and in the score */
        assert_true(fabs(dot - score) <= 4e-6 * sqrt(trace / 0.1) * sqrt(size * length));
        MUST(wrmf_fold_explain(fold, mixed, mixed_counts, N + 1, target, space.at, space.bytes,
                               others, NULL, err));
        for (int i = 0; i < N; i++)
            assert_true(others[places[i]] == terms[i]);
        assert_true(others[3] == 0);
    }
    explain_many(mixed, mixed_counts, N + 1);
    score = 7;
    MUST(wrmf_fold_explain(fold, NULL, NULL, 0, 1, space.at, space.bytes, NULL, &score, err));
    assert_true(score == 0);
}

typedef struct reader {
    pthread_t thread;
    int failed;
} reader;

static void *fold_all(void *self)
{
    reader *const own = self;
    const workspace w = workspace_of(fold, MOST);
    double row[8], first[8];
    for (int round = 0; round < 20; round++) {
        for (int64_t n = 0; n < ITEMS; n++) {
            int64_t index[ITEMS];
            for (int64_t i = 0; i < n; i++)
                index[i] = i;
            if (wrmf_fold_row(fold, index, NULL, n, w.at, w.bytes, row, NULL) != WRMF_OK)
                own->failed = 1;
            if (n == ITEMS - 1 && round == 0)
                memcpy(first, row, sizeof row);
        }
        own->failed |= memcmp(first, row, sizeof row) != 0;
    }
    free(w.block);
    return NULL;
}

static void many_threads(void **state)
{
    (void)state;
    reader readers[4] = {0};
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&readers[i].thread, NULL, fold_all, &readers[i]), 0);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(readers[i].thread, NULL), 0);
        assert_false(readers[i].failed);
    }
}

/* ---- errors ---- */

/* As double and as float alike. */
static wrmf_status row_both(const wrmf_fold *of, const int64_t *index, const double *count,
                            int64_t n, void *at, size_t bytes, double *row, wrmf_error *err)
{
    float narrow[8];
    const wrmf_status as_float =
        wrmf_fold_row_float32(of, index, count, n, at, bytes, row ? narrow : NULL, NULL);
    const wrmf_status status = wrmf_fold_row(of, index, count, n, at, bytes, row, err);
    assert_int_equal(as_float, status);
    return status;
}

static wrmf_status rows_both(wrmf_context *with, const wrmf_fold *of, const wrmf_matrix *from,
                             double *rows, wrmf_error *err)
{
    float narrow[USERS * 8];
    const wrmf_status as_float = wrmf_fold_rows_float32(with, of, from, rows ? narrow : NULL, NULL);
    const wrmf_status status = wrmf_fold_rows(with, of, from, rows, err);
    assert_int_equal(as_float, status);
    return status;
}

/* Of a row and explanations alike. */
static wrmf_status both(const wrmf_fold *of, const int64_t *index, const double *count, int64_t n,
                        void *at, size_t bytes, double *row, wrmf_error *err)
{
    double terms[2];
    const wrmf_status explained =
        wrmf_fold_explain(of, index, count, n, 0, at, bytes, terms, NULL, NULL);
    const wrmf_status status = row_both(of, index, count, n, at, bytes, row, err);
    assert_int_equal(explained, status);
    const int64_t target = 0;
    assert_int_equal(
        wrmf_fold_explain_many(of, index, count, n, &target, 1, at, bytes, terms, NULL, NULL),
        status);
    return status;
}

static void bad_arguments(void **state)
{
    (void)state;
    int64_t index[] = {3, 5};
    double count[] = {1, 2}, row[8] = {7}, terms[2];
    size_t bytes = 7;
    wrmf_fold *other = NULL;
    char *const at = space.at;
    const size_t room = space.bytes;
    FAILS(WRMF_E_NULL, "context", wrmf_fold_create(NULL, model, WRMF_USERS, &other, err));
    FAILS(WRMF_E_NULL, "model", wrmf_fold_create(context, NULL, WRMF_USERS, &other, err));
    FAILS(WRMF_E_NULL, "out", wrmf_fold_create(context, model, WRMF_USERS, NULL, err));
    FAILS(WRMF_E_RANGE, "side", wrmf_fold_create(context, model, (wrmf_side)2, &other, err));
    FAILS(WRMF_E_NULL, "fold", wrmf_fold_workspace(NULL, 1, &bytes, err));
    FAILS(WRMF_E_NULL, "bytes", wrmf_fold_workspace(fold, 1, NULL, err));
    FAILS(WRMF_E_RANGE, "most is -1", wrmf_fold_workspace(fold, -1, &bytes, err));
    FAILS(WRMF_E_RANGE, "most", wrmf_fold_workspace(fold, (int64_t)1 << 31, &bytes, err));
    assert_true(bytes == 7);

    FAILS(WRMF_E_NULL, "fold", both(NULL, index, count, 2, at, room, row, err));
    FAILS(WRMF_E_NULL, "index", both(fold, NULL, count, 2, at, room, row, err));
    FAILS(WRMF_E_NULL, "workspace", both(fold, index, count, 2, NULL, room, row, err));
    FAILS(WRMF_E_NULL, "row", row_both(fold, index, count, 2, at, room, NULL, err));
    FAILS(WRMF_E_RANGE, "n is -1", both(fold, index, count, -1, at, room, row, err));
    FAILS(WRMF_E_RANGE, "bytes is 100", both(fold, index, count, 2, at, 100, row, err));
    FAILS(WRMF_E_RANGE, "bytes is 0", both(fold, index, count, 2, at, 0, row, err));
    index[1] = ITEMS;
    FAILS(WRMF_E_RANGE, "index[1] is 60, not in 0 .. 59",
          both(fold, index, count, 2, at, room, row, err));
    index[1] = -1;
    FAILS(WRMF_E_RANGE, "index[1] is -1", both(fold, index, count, 2, at, room, row, err));
    index[1] = 3;
    count[0] = 0;
    FAILS(WRMF_E_FORMAT, "count[0]", both(fold, index, count, 2, at, room, row, err));
    count[0] = NAN;
    FAILS(WRMF_E_NONFINITE, "count[0]", both(fold, index, count, 2, at, room, row, err));
    count[0] = count[1] = DBL_MAX;
    FAILS(WRMF_E_NONFINITE, "add up", both(fold, index, count, 2, at, room, row, err));
    FAILS(WRMF_E_NONFINITE, "confidence", both(fold, index, count, 1, at, room, row, err));
    assert_true(row[0] == 7);

    FAILS(WRMF_E_NULL, "contributions",
          wrmf_fold_explain(fold, index, NULL, 2, 0, at, room, NULL, NULL, err));
    FAILS(WRMF_E_RANGE, "target is 60",
          wrmf_fold_explain(fold, index, NULL, 2, ITEMS, at, room, terms, NULL, err));
    count[0] = 1e300;
    FAILS(WRMF_E_NONFINITE, "too large for an explanation",
          wrmf_fold_explain(fold, index, count, 1, 0, at, room, terms, NULL, err));
}

static void bad_targets(void **state)
{
    (void)state;
    const int64_t index[] = {3, 5}, targets[] = {0, ITEMS, -1};
    const double count[] = {1e300, 2};
    double terms[2];
    void *const at = space.at;
    const size_t room = space.bytes;
    FAILS(WRMF_E_NONFINITE, "too large for an explanation",
          wrmf_fold_explain_many(fold, index, count, 1, targets, 1, at, room, terms, NULL, err));
    terms[0] = terms[1] = 7;
    FAILS(WRMF_E_NULL, "targets",
          wrmf_fold_explain_many(fold, index, NULL, 2, NULL, 1, at, room, terms, NULL, err));
    FAILS(WRMF_E_NULL, "contributions",
          wrmf_fold_explain_many(fold, index, NULL, 2, targets, 1, at, room, NULL, NULL, err));
    FAILS(WRMF_E_RANGE, "n_targets is -1",
          wrmf_fold_explain_many(fold, index, NULL, 1, targets, -1, at, room, terms, NULL, err));
    FAILS(WRMF_E_RANGE, "targets[1] is 60, not in 0 .. 59",
          wrmf_fold_explain_many(fold, index, NULL, 1, targets, 2, at, room, terms, NULL, err));
    FAILS(WRMF_E_RANGE, "targets[0] is -1",
          wrmf_fold_explain_many(fold, index, NULL, 1, targets + 2, 1, at, room, terms, NULL, err));
    assert_true(terms[0] == 7 && terms[1] == 7);
}

static void bad_matrices(void **state)
{
    (void)state;
    double rows[USERS * 8];
    wrmf_matrix *const other = steps(USERS, ITEMS - 1, 1);
    FAILS(WRMF_E_NULL, "context", rows_both(NULL, fold, matrix, rows, err));
    FAILS(WRMF_E_NULL, "fold", rows_both(context, NULL, matrix, rows, err));
    FAILS(WRMF_E_NULL, "matrix", rows_both(context, fold, NULL, rows, err));
    FAILS(WRMF_E_NULL, "rows", rows_both(context, fold, matrix, NULL, err));
    FAILS(WRMF_E_SHAPE, "59 items, the model 60", rows_both(context, fold, other, rows, err));
    const int64_t user = 0, item = 3;
    const double count = 1e308;
    wrmf_matrix *const heavy = triplets(1, ITEMS, 1, &user, &item, &count);
    FAILS(WRMF_E_NONFINITE, "user 0, item 3", rows_both(context, fold, heavy, rows, err));
    wrmf_matrix *const none = triplets(1, ITEMS, 0, NULL, NULL, NULL);
    wrmf_matrix *const one = triplets(1, ITEMS, 1, &user, &item, NULL);
    wrmf_matrix *disliked = NULL;
    MUST(wrmf_matrix_with_dislikes(none, one, &disliked, err));
    FAILS(WRMF_E_FORMAT, "user 0 dislikes item 3", rows_both(context, fold, disliked, rows, err));
    wrmf_matrix_free(none);
    wrmf_matrix_free(one);
    wrmf_matrix_free(disliked);
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_is_slow, 2, err));
    FAILS(WRMF_E_CANCELLED, "", rows_both(context, fold, matrix, rows, err));
    wrmf_context_set_progress(context, NULL, NULL);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "", rows_both(context, fold, matrix, rows, err));
    wrmf_fold *out = NULL;
    FAILS(WRMF_E_THREAD, "", wrmf_fold_create(context, model, WRMF_USERS, &out, err));
    MUST(wrmf_context_set_threads(context, 2, err));
    float narrow[USERS * 8];
    OUT_OF_MEMORY(wrmf_fold_rows(context, fold, matrix, rows, err));
    OUT_OF_MEMORY(wrmf_fold_rows_float32(context, fold, matrix, narrow, err));
    wrmf_matrix_free(heavy);
    wrmf_matrix_free(other);
}

/* A number that only a double holds: of a user with weight 1e100 x = 1 / y. */
static void too_large_for_a_float(void **state)
{
    (void)state;
    const int64_t index = 0;
    const double count = 1e100, items[] = {1e-45, 0, 0, 1e-45};
    double row[2];
    float narrow[2];
    wrmf_params *const params = params_of("factors=2 precision=float64 regularization=0");
    wrmf_model *far = NULL;
    MUST(wrmf_model_create(context, 1, 2, params, &far, err));
    MUST(wrmf_model_set_rows(far, WRMF_ITEMS, 0, 2, items, err));
    wrmf_fold *const wide = fold_of(far, WRMF_USERS);
    const workspace w = workspace_of(wide, 1);
    MUST(wrmf_fold_row(wide, &index, &count, 1, w.at, w.bytes, row, err));
    assert_true(row[0] > 0.99e45 && row[0] < 1.01e45);
    FAILS(WRMF_E_NONFINITE, "row 0, column 0 is not finite as a float",
          wrmf_fold_row_float32(wide, &index, &count, 1, w.at, w.bytes, narrow, err));
    /* nor is a Gram matrix of 1e400 one of doubles */
    const double vast[] = {1e200, 0};
    wrmf_fold *none = NULL;
    MUST(wrmf_model_set_rows(far, WRMF_ITEMS, 0, 1, vast, err));
    FAILS(WRMF_E_NONFINITE, "", wrmf_fold_create(context, far, WRMF_USERS, &none, err));
    assert_null(none);
    free(w.block);
    wrmf_fold_free(wide);
    wrmf_model_free(far);
    wrmf_params_free(params);
}

static void rows_that_changed(void **state)
{
    (void)state;
    static const int64_t index[] = {3};
    double row[8] = {7}, rows[USERS * 8];
    /* the users' rows are not what users are folded in against */
    MUST(wrmf_model_get_rows(model, WRMF_USERS, 0, 1, rows, err));
    MUST(wrmf_model_set_rows(model, WRMF_USERS, 0, 1, rows, err));
    fold_in(index, NULL, 1, row);
    MUST(wrmf_model_get_rows(model, WRMF_ITEMS, 0, 1, rows, err));
    MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 0, 1, rows, err));
    row[0] = 7;
    FAILS(WRMF_E_STATE, "changed", both(fold, index, NULL, 1, space.at, space.bytes, row, err));
    FAILS(WRMF_E_STATE, "changed", rows_both(context, fold, matrix, rows, err));
    assert_true(row[0] == 7);
    wrmf_fold_free(fold);
    fold = fold_of(model, WRMF_USERS);
    fold_in(index, NULL, 1, row);
    MUST(wrmf_model_continue(context, model, matrix, 1, err));
    FAILS(WRMF_E_STATE, "changed", both(fold, index, NULL, 1, space.at, space.bytes, row, err));
}

static void without_memory(void **state)
{
    (void)state;
    wrmf_fold *other = NULL;
    OUT_OF_MEMORY(wrmf_fold_create(context, model, WRMF_ITEMS, &other, err));
    wrmf_fold_free(other);
    /* a row that is a least-squares problem alone takes memory */
    wrmf_model *const heavy = fitted(matrix, "factors=4 precision=float64 alpha=1e25");
    other = fold_of(heavy, WRMF_USERS);
    static const int64_t index[] = {3, 4};
    double row[4];
    const workspace w = workspace_of(other, 2);
    float narrow[4];
    OUT_OF_MEMORY(wrmf_fold_row(other, index, NULL, 2, w.at, w.bytes, row, err));
    OUT_OF_MEMORY(wrmf_fold_row_float32(other, index, NULL, 2, w.at, w.bytes, narrow, err));
    free(w.block);
    wrmf_fold_free(other);
    wrmf_model_free(heavy);
    const long before = atomic_load(&machine.blocks);
    host_fail(&machine, 1, true);
    double small[8];
    fold_in(index, NULL, 2, small);
    host_fail(&machine, 0, false);
    assert_int_equal(atomic_load(&machine.blocks), before);
}

#define ON_MODEL(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_MODEL(any_order),         ON_MODEL(as_float),
        ON_MODEL(explanations),      ON_MODEL(many_threads),
        ON_MODEL(bad_arguments),     ON_MODEL(bad_targets),
        ON_MODEL(bad_matrices),      ON_MODEL(too_large_for_a_float),
        ON_MODEL(rows_that_changed), ON_MODEL(without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
