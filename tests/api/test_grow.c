/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/grow.h: what a model keeps when it grows, what it takes in, from where it goes on, and what
 * is refused. tests/oracle/grow.py holds rows against float64.
 */
#include "disliking.h"
#include "grown.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "wrmf/fold.h"
#include "wrmf/grow.h"
#include "wrmf/params.h"

static wrmf_model *const untouched = (wrmf_model *)&machine;

static const char *const plain[] = {"relaxation=1", "iterations=5", NULL};
static const char *const relaxed[] = {"iterations=6", NULL}; /* the last epochs are relaxed */
static const char *const in_double[] = {"precision=float64", "iterations=6", NULL};
static const char *const swept[] = {"solver=blocks", "block_size=16", "iterations=4", NULL};
static const char *const parts[] = {"nonnegative=1", "iterations=6", NULL};
static const char *const ratings[] = {"target=signed", "unobserved_weight=0", "alpha=0",
                                      "iterations=6", NULL};
static const char *const *const kinds[] = {plain, relaxed, in_double, swept, parts, ratings};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* What fold-in gives for all rows of a side of `later`, or of another matrix. */
static double *folded(const wrmf_model *model, wrmf_side side, const wrmf_matrix *matrix)
{
    const int64_t n = side == WRMF_USERS ? wrmf_matrix_users(matrix) : wrmf_matrix_items(matrix);
    double *const rows = malloc((size_t)n * FACTORS * sizeof *rows);
    wrmf_fold *fold = NULL;
    MUST(wrmf_fold_create(context, model, side, &fold, err));
    MUST(wrmf_fold_rows(context, fold, matrix, rows, err));
    wrmf_fold_free(fold);
    return rows;
}

/* n rows are the same bits; `of` gives which row of the second is which of the first, or NULL. */
static void check_rows(const double *a, const double *b, int64_t n, const int64_t *of)
{
    for (int64_t i = 0; i < n; i++)
        assert_memory_equal(a + i * FACTORS, b + (of ? of[i] : i) * FACTORS, FACTORS * sizeof *a);
}

static void check_zero(const double *row)
{
    for (int k = 0; k < FACTORS; k++)
        assert_true(row[k] == 0);
}

/* ---- what is kept ---- */

static void check_kept(const wrmf_model *grown, const wrmf_model *model)
{
    assert_int_equal(wrmf_model_users(grown), NEW_USERS);
    assert_int_equal(wrmf_model_items(grown), NEW_ITEMS);
    assert_int_equal(wrmf_model_epochs(grown), wrmf_model_epochs(model));
    assert_string_equal(wrmf_model_note(grown, "made"), "on Monday");
    for (int s = 0; s <= WRMF_STAT_ROWS_FALLBACK; s++)
        assert_true(wrmf_model_statistic(grown, (wrmf_statistic)s) ==
                    wrmf_model_statistic(model, (wrmf_statistic)s));
    for (int i = 0; i < wrmf_params_size(); i++) {
        char one[64], other[64];
        wrmf_params_format(wrmf_model_params(grown), wrmf_params_id(i), one, sizeof one);
        wrmf_params_format(wrmf_model_params(model), wrmf_params_id(i), other, sizeof other);
        assert_string_equal(one, other);
    }
    for (int side = 0; side < 2; side++) {
        assert_int_equal(wrmf_ids_hash(wrmf_model_ids(grown, (wrmf_side)side)),
                         wrmf_ids_hash(later_ids[side]));
        const int64_t n = side ? OLD_ITEMS : OLD_USERS;
        double *const before = rows_of(model, (wrmf_side)side);
        double *const after = rows_of(grown, (wrmf_side)side);
        check_rows(after, before, n, NULL);
        free(before);
        free(after);
    }
    assert_string_equal(wrmf_ids_name(wrmf_model_ids(grown, WRMF_ITEMS), 33, NULL), "name of 33");
}

static void keeps_and_folds_in(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++) {
        wrmf_model *const model = fit_earlier(kinds[kind]);
        wrmf_model *grown = NULL;
        MUST(wrmf_model_grow(context, model, later, later_ids[0], later_ids[1], &grown, err));
        check_kept(grown, model);
        double *const users = rows_of(grown, WRMF_USERS), *const items = rows_of(grown, WRMF_ITEMS);
        double *const wanted = folded(grown, WRMF_USERS, later);
        const size_t at = (size_t)OLD_USERS * FACTORS;
        check_rows(users + at, wanted + at, NEW_USERS - OLD_USERS, NULL);
        check_zero(users + (NEW_USERS - 1) * FACTORS); /* no interaction */
        check_zero(items + (NEW_ITEMS - 1) * FACTORS);
        free(users);
        free(items);
        free(wanted);
        wrmf_model_free(model);
        wrmf_model_free(grown);
    }
}

/* One side at a time: the other's rows are those of the model, so all new rows are fold-ins. */
static void one_side(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(relaxed);
    for (int side = 0; side < 2; side++) {
        const int64_t sizes[2] = {side ? OLD_USERS : NEW_USERS, side ? NEW_ITEMS : OLD_ITEMS};
        const int64_t old = side ? OLD_ITEMS : OLD_USERS, n = sizes[side];
        wrmf_matrix *matrix = NULL;
        int64_t gone[NEW_USERS], n_gone = 0;
        for (int64_t i = side ? OLD_USERS : OLD_ITEMS; i < (side ? NEW_USERS : NEW_ITEMS); i++)
            gone[n_gone++] = i;
        MUST(wrmf_matrix_without(later, (wrmf_side)!side, gone, n_gone, &matrix, err));
        wrmf_model *grown = NULL;
        MUST(wrmf_model_grow(context, model, matrix, side ? NULL : later_ids[0],
                             side ? later_ids[1] : NULL, &grown, err));
        double *const rows = rows_of(grown, (wrmf_side)side);
        double *const wanted = folded(model, (wrmf_side)side, matrix);
        check_rows(rows + old * FACTORS, wanted + old * FACTORS, n - old, NULL);
        /* the other side's ids are the model's own */
        assert_int_equal(wrmf_ids_hash(wrmf_model_ids(grown, (wrmf_side)!side)),
                         wrmf_ids_hash(earlier_ids[!side]));
        free(rows);
        free(wanted);
        wrmf_matrix_free(matrix);
        wrmf_model_free(grown);
    }
    wrmf_model_free(model);
}

/* Where new users have none of the new items, they are in the way of nobody: new items are what is
 * folded in to a model that has the new users. */
static void both_sides(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(relaxed);
    wrmf_model *grown = NULL, *with_users = NULL;
    wrmf_matrix *old_items = NULL, *apart = NULL, *head = NULL;
    int64_t items[NEW_ITEMS - OLD_ITEMS], known[NEW_USERS];
    for (int64_t i = 0; i < NEW_ITEMS - OLD_ITEMS; i++)
        items[i] = OLD_ITEMS + i;
    for (int64_t u = 0; u < NEW_USERS; u++)
        known[u] = u < OLD_USERS ? u : -1;
    MUST(wrmf_matrix_without(later, WRMF_ITEMS, items, NEW_ITEMS - OLD_ITEMS, &old_items, err));
    MUST(wrmf_matrix_renumber(later, known, OLD_USERS, NULL, NEW_ITEMS, &head, err));
    MUST(wrmf_matrix_merge(head, old_items, WRMF_DUPLICATES_DROP, &apart, err));
    MUST(wrmf_model_grow(context, model, apart, later_ids[0], later_ids[1], &grown, err));
    MUST(wrmf_model_grow(context, model, old_items, later_ids[0], NULL, &with_users, err));
    double *const rows = rows_of(grown, WRMF_ITEMS);
    double *const wanted = folded(with_users, WRMF_ITEMS, apart);
    const size_t at = (size_t)OLD_ITEMS * FACTORS;
    check_rows(rows + at, wanted + at, NEW_ITEMS - OLD_ITEMS, NULL);
    free(rows);
    free(wanted);
    wrmf_matrix_free(old_items);
    wrmf_matrix_free(apart);
    wrmf_matrix_free(head);
    wrmf_model_free(model);
    wrmf_model_free(grown);
    wrmf_model_free(with_users);
}

/* Rows are found by their ids, wherever these are; those whose ids are not given are left out. */
static void matched_by_id(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(relaxed);
    wrmf_model *grown = NULL, *turned = NULL;
    int64_t turn[2][NEW_USERS], numbers[2][NEW_USERS];
    wrmf_ids *ids[2] = {NULL, NULL};
    wrmf_matrix *matrix = NULL;
    const int64_t n[2] = {NEW_USERS - 3, NEW_ITEMS - 2};
    for (int side = 0; side < 2; side++) { /* backwards, without the first few */
        const int64_t size = side ? NEW_ITEMS : NEW_USERS;
        for (int64_t i = 0; i < size; i++)
            numbers[side][i] = i < size - n[side] ? -1 : size - 1 - i;
        for (int64_t i = 0; i < n[side]; i++)
            turn[side][i] = size - 1 - i;
        MUST(wrmf_ids_select(later_ids[side], turn[side], n[side], &ids[side], err));
    }
    MUST(wrmf_matrix_renumber(later, numbers[0], n[0], numbers[1], n[1], &matrix, err));
    MUST(wrmf_model_grow(context, model, matrix, ids[0], ids[1], &turned, err));
    MUST(wrmf_model_grow(context, model, later, later_ids[0], later_ids[1], &grown, err));
    for (int side = 0; side < 2; side++) {
        double *const rows = rows_of(turned, (wrmf_side)side);
        double *const wanted = rows_of(grown, (wrmf_side)side);
        const int64_t added = side ? NEW_ITEMS - OLD_ITEMS : NEW_USERS - OLD_USERS;
        check_rows(rows + added * FACTORS, wanted, n[side] - added, turn[side] + added);
        free(rows);
        free(wanted);
        wrmf_ids_free(ids[side]);
    }
    wrmf_matrix_free(matrix);
    wrmf_model_free(model);
    wrmf_model_free(grown);
    wrmf_model_free(turned);
}

/* Without ids the first rows are the model's; ids that are given stay with the new model. */
static void matched_by_number(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(relaxed);
    wrmf_model *by_id = NULL, *by_number = NULL;
    MUST(wrmf_model_grow(context, model, later, later_ids[0], later_ids[1], &by_id, err));
    MUST(wrmf_model_set_ids(model, WRMF_USERS, NULL, err));
    MUST(wrmf_model_set_ids(model, WRMF_ITEMS, NULL, err));
    MUST(wrmf_model_grow(context, model, later, NULL, later_ids[1], &by_number, err));
    assert_null(wrmf_model_ids(by_number, WRMF_USERS));
    MUST(wrmf_model_set_ids(by_number, WRMF_USERS, later_ids[0], err));
    check_same_file(by_number, by_id);
    wrmf_model_free(by_id);
    wrmf_model_free(by_number);
    wrmf_model_free(model);
}

/* ---- from where epochs go on ---- */

/* A model that did not grow goes on as the one it is of, what it carries included. */
static void goes_on(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++) {
        wrmf_model *const model = fit_earlier(kinds[kind]);
        wrmf_model *grown = NULL;
        MUST(wrmf_model_grow(context, model, earlier, NULL, earlier_ids[1], &grown, err));
        check_same_file(grown, model);
        MUST(wrmf_model_continue(context, model, earlier, 2, err));
        MUST(wrmf_model_continue(context, grown, earlier, 2, err));
        check_same_file(grown, model);
        wrmf_model_free(grown);
        wrmf_model_free(model);
    }
}

static void same_bits_for_all_threads(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(relaxed);
    wrmf_model *first = NULL;
    for (int threads = 1; threads < 8; threads += 3) {
        wrmf_model *grown = NULL;
        const int64_t some[] = {3, 41, 7, 3};
        MUST(wrmf_context_set_threads(context, threads, err));
        MUST(wrmf_model_grow(context, model, later, later_ids[0], later_ids[1], &grown, err));
        MUST(wrmf_model_refresh(context, grown, later, WRMF_USERS, some, 4, err));
        MUST(wrmf_model_refresh(context, grown, later, WRMF_ITEMS, NULL, 0, err));
        if (first) {
            check_same_file(grown, first);
            wrmf_model_free(grown);
        } else {
            first = grown;
        }
    }
    wrmf_model_free(first);
    wrmf_model_free(model);
}

/* ---- refresh ---- */

static void check_refreshed(wrmf_model *model, wrmf_side side, const int64_t *rows, int64_t n)
{
    const int64_t size = side ? OLD_ITEMS : OLD_USERS;
    double *const before = rows_of(model, side), *const others = rows_of(model, (wrmf_side)!side);
    double *const wanted = folded(model, side, earlier);
    MUST(wrmf_model_refresh(context, model, earlier, side, rows, n, err));
    double *const after = rows_of(model, side), *const others_after =
                                                    rows_of(model, (wrmf_side)!side);
    for (int64_t i = 0; i < size; i++) {
        bool chosen = !rows;
        for (int64_t k = 0; rows && k < n; k++)
            chosen = chosen || rows[k] == i;
        check_rows(after + i * FACTORS, (chosen ? wanted : before) + i * FACTORS, 1, NULL);
    }
    check_rows(others_after, others, side ? OLD_USERS : OLD_ITEMS, NULL);
    free(before);
    free(others);
    free(wanted);
    free(after);
    free(others_after);
}

static void chosen_rows(void **state)
{
    (void)state;
    static const int64_t some[] = {7, 29, 0, 7, 13};
    for (int kind = 0; kind < KINDS; kind++) {
        wrmf_model *const model = fit_earlier(kinds[kind]), *copy = NULL;
        MUST(wrmf_model_continue(context, model, earlier, 1, err));
        MUST(wrmf_model_copy(context, model, &copy, err));
        for (int side = 0; side < 2; side++) {
            MUST(wrmf_model_refresh(context, model, earlier, (wrmf_side)side, some, 0, err));
            check_same_file(model, copy);
        }
        check_refreshed(model, WRMF_USERS, some, 5);
        check_refreshed(model, WRMF_ITEMS, some, 5);
        check_refreshed(model, WRMF_USERS, NULL, 0);
        check_refreshed(model, WRMF_ITEMS, NULL, -1);
        assert_int_equal(wrmf_model_epochs(model), wrmf_model_epochs(copy));
        assert_true(wrmf_model_statistic(model, WRMF_STAT_ROWS) ==
                    wrmf_model_statistic(copy, WRMF_STAT_ROWS));
        wrmf_model_free(model);
        wrmf_model_free(copy);
    }
}

/* Where all items are refreshed there is nothing else to go on from: no rows are carried. A model
 * whose rows were set by the host goes on from the same. */
static void goes_on_from_refreshed_items(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(relaxed), *other = fit_earlier(relaxed);
    MUST(wrmf_model_refresh(context, model, earlier, WRMF_ITEMS, NULL, 0, err));
    double *const rows = rows_of(model, WRMF_ITEMS);
    MUST(wrmf_model_set_rows(other, WRMF_ITEMS, 0, OLD_ITEMS, rows, err));
    check_same_file(model, other);
    MUST(wrmf_model_continue(context, model, earlier, 2, err));
    MUST(wrmf_model_continue(context, other, earlier, 2, err));
    check_same_file(model, other);
    free(rows);
    wrmf_model_free(model);
    wrmf_model_free(other);
}

/* A fold of the side that is solved against the rows that changed says so. */
static void folds_know(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(plain);
    wrmf_fold *users = NULL, *items = NULL;
    const int64_t index[] = {1}, one[] = {2};
    double row[FACTORS];
    size_t bytes = 0;
    MUST(wrmf_fold_create(context, model, WRMF_USERS, &users, err));
    MUST(wrmf_fold_create(context, model, WRMF_ITEMS, &items, err));
    MUST(wrmf_fold_workspace(users, 1, &bytes, err)); /* the same for both */
    char *const workspace = malloc(bytes);
    MUST(wrmf_model_refresh(context, model, earlier, WRMF_USERS, one, 1, err));
    MUST(wrmf_fold_row(users, index, NULL, 1, workspace, bytes, row, err));
    FAILS(WRMF_E_STATE, "", wrmf_fold_row(items, index, NULL, 1, workspace, bytes, row, err));
    free(workspace);
    wrmf_fold_free(users);
    wrmf_fold_free(items);
    wrmf_model_free(model);
}

/* ---- what is refused ---- */

static void growth_that_is_refused(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(plain), *out = untouched;
    FAILS(WRMF_E_NULL, "context",
          wrmf_model_grow(NULL, model, later, later_ids[0], later_ids[1], &out, err));
    FAILS(WRMF_E_NULL, "model",
          wrmf_model_grow(context, NULL, later, later_ids[0], later_ids[1], &out, err));
    FAILS(WRMF_E_NULL, "matrix",
          wrmf_model_grow(context, model, NULL, later_ids[0], later_ids[1], &out, err));
    FAILS(WRMF_E_NULL, "out",
          wrmf_model_grow(context, model, later, later_ids[0], later_ids[1], NULL, err));
    FAILS(WRMF_E_SHAPE, "there are 40 ids of the matrix's 46 users",
          wrmf_model_grow(context, model, later, earlier_ids[0], later_ids[1], &out, err));
    FAILS(WRMF_E_STATE, "ids of its 30 items, and of the matrix's 34 none",
          wrmf_model_grow(context, model, later, later_ids[0], NULL, &out, err));
    MUST(wrmf_model_set_ids(model, WRMF_USERS, NULL, err));
    wrmf_matrix *fewer = NULL;
    const int64_t gone[] = {0};
    MUST(wrmf_matrix_without(earlier, WRMF_USERS, gone, 1, &fewer, err));
    FAILS(WRMF_E_SHAPE, "the matrix has 39 users, the model 40",
          wrmf_model_grow(context, model, fewer, NULL, NULL, &out, err));
    assert_true(out == untouched);
    wrmf_matrix_free(fewer);
    wrmf_model_free(model);
}

static void refreshes_that_are_refused(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(relaxed), *copy = NULL;
    const int64_t high[] = {0, 40}, low[] = {-1};
    MUST(wrmf_model_copy(context, model, &copy, err));
    FAILS(WRMF_E_NULL, "context",
          wrmf_model_refresh(NULL, model, earlier, WRMF_USERS, NULL, 0, err));
    FAILS(WRMF_E_NULL, "model",
          wrmf_model_refresh(context, NULL, earlier, WRMF_USERS, NULL, 0, err));
    FAILS(WRMF_E_NULL, "matrix",
          wrmf_model_refresh(context, model, NULL, WRMF_USERS, NULL, 0, err));
    FAILS(WRMF_E_SHAPE, "the model is 40 x 30, the matrix 46 x 34",
          wrmf_model_refresh(context, model, later, WRMF_USERS, NULL, 0, err));
    FAILS(WRMF_E_RANGE, "side",
          wrmf_model_refresh(context, model, earlier, (wrmf_side)2, NULL, 0, err));
    FAILS(WRMF_E_RANGE, "n is -1",
          wrmf_model_refresh(context, model, earlier, WRMF_USERS, high, -1, err));
    FAILS(WRMF_E_RANGE, "rows[1] is 40, not in 0 .. 39",
          wrmf_model_refresh(context, model, earlier, WRMF_USERS, high, 2, err));
    FAILS(WRMF_E_RANGE, "rows[0] is -1",
          wrmf_model_refresh(context, model, earlier, WRMF_ITEMS, low, 1, err));
    check_same_file(model, copy);
    wrmf_model_free(model);
    wrmf_model_free(copy);
}

/* A count whose confidence is infinite; a hook that stops; a runner that fails. */
static void failures_on_the_way(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(relaxed), *copy = NULL, *out = untouched;
    wrmf_matrix *large = NULL, *with_large = NULL;
    const int64_t last_user[] = {NEW_USERS - 1}, one_item[] = {4}, rows[] = {0, NEW_USERS - 1};
    const double huge[] = {DBL_MAX};
    wrmf_model *grown = NULL;
    MUST(wrmf_matrix_from_triplets(context, NEW_USERS, NEW_ITEMS, 1, last_user, one_item, huge,
                                   WRMF_DUPLICATES_SUM, NULL, &large, err));
    MUST(wrmf_matrix_merge(later, large, WRMF_DUPLICATES_SUM, &with_large, err));
    FAILS(WRMF_E_NONFINITE, "of 6 users that are solved, counted from 0: ",
          wrmf_model_grow(context, model, with_large, later_ids[0], later_ids[1], &out, err));
    MUST(wrmf_model_grow(context, model, later, later_ids[0], later_ids[1], &grown, err));
    MUST(wrmf_model_copy(context, grown, &copy, err));
    FAILS(WRMF_E_NONFINITE, "of 2 users that are solved, counted from 0: ",
          wrmf_model_refresh(context, grown, with_large, WRMF_USERS, rows, 2, err));
    wrmf_matrix *const disliked = disliking(later);
    FAILS(WRMF_E_FORMAT, "dislikes item",
          wrmf_model_grow(context, model, disliked, later_ids[0], later_ids[1], &out, err));
    FAILS(WRMF_E_FORMAT, "dislikes item",
          wrmf_model_refresh(context, grown, disliked, WRMF_ITEMS, NULL, 0, err));
    wrmf_matrix_free(disliked);
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_is_slow, 1, err));
    FAILS(WRMF_E_CANCELLED, "",
          wrmf_model_grow(context, model, later, later_ids[0], later_ids[1], &out, err));
    FAILS(WRMF_E_CANCELLED, "",
          wrmf_model_refresh(context, grown, later, WRMF_ITEMS, NULL, 0, err));
    wrmf_context_set_progress(context, NULL, NULL);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner",
          wrmf_model_grow(context, model, later, later_ids[0], later_ids[1], &out, err));
    FAILS(WRMF_E_THREAD, "runner",
          wrmf_model_refresh(context, grown, later, WRMF_ITEMS, NULL, 0, err));
    MUST(wrmf_context_set_threads(context, 1, err));
    assert_true(out == untouched);
    check_same_file(grown, copy);
    wrmf_matrix_free(large);
    wrmf_matrix_free(with_large);
    wrmf_model_free(model);
    wrmf_model_free(grown);
    wrmf_model_free(copy);
}

static void out_of_memory(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(relaxed);
    wrmf_model *grown = NULL, *copy = NULL;
    const int64_t some[] = {0, 3};
    OUT_OF_MEMORY(wrmf_model_grow(context, model, later, later_ids[0], later_ids[1], &grown, err));
    MUST(wrmf_model_copy(context, grown, &copy, err));
    host_fail(&machine, 2, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_model_refresh(context, grown, later, WRMF_ITEMS, some, 2, err));
    host_fail(&machine, 0, false);
    check_same_file(grown, copy);
    OUT_OF_MEMORY(wrmf_model_refresh(context, grown, later, WRMF_ITEMS, some, 2, err));
    wrmf_model_free(model);
    wrmf_model_free(grown);
    wrmf_model_free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_DAYS(keeps_and_folds_in),
        ON_DAYS(one_side),
        ON_DAYS(both_sides),
        ON_DAYS(matched_by_id),
        ON_DAYS(matched_by_number),
        ON_DAYS(goes_on),
        ON_DAYS(same_bits_for_all_threads),
        ON_DAYS(chosen_rows),
        ON_DAYS(goes_on_from_refreshed_items),
        ON_DAYS(folds_know),
        ON_DAYS(growth_that_is_refused),
        ON_DAYS(refreshes_that_are_refused),
        ON_DAYS(failures_on_the_way),
        ON_DAYS(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
