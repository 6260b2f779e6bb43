/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/grow.h: two models compared, held against lists that are made one by one and objectives of
 * models whose missing rows are zeros.
 */
#include "disliking.h"
#include "grown.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wrmf/grow.h"
#include "wrmf/params.h"
#include "wrmf/recommend.h"

enum { LENGTH = 7 };

/* The model of the later shape whose rows are those of another, and zeros. */
static wrmf_model *padded(const wrmf_model *model)
{
    wrmf_model *wide = NULL;
    MUST(wrmf_model_create(context, NEW_USERS, NEW_ITEMS, wrmf_model_params(model), &wide, err));
    for (int side = 0; side < 2; side++) {
        const int64_t n = side ? NEW_ITEMS : NEW_USERS;
        const int64_t known = side ? wrmf_model_items(model) : wrmf_model_users(model);
        double *const zeros = calloc((size_t)n * FACTORS, sizeof *zeros);
        double *const rows = rows_of(model, (wrmf_side)side);
        memcpy(zeros, rows, (size_t)known * FACTORS * sizeof *zeros);
        MUST(wrmf_model_set_rows(wide, (wrmf_side)side, 0, n, zeros, err));
        free(zeros);
        free(rows);
    }
    return wide;
}

/* The list of a user among the items that a model knows, those of her row of `later` left out. */
static int64_t list_of(const wrmf_model *model, int64_t user, int64_t length, int64_t *list)
{
    int64_t every[NEW_ITEMS], n = 0, count = 0;
    wrmf_model *const wide = padded(model);
    MUST(wrmf_recommend(wide, user, later, NEW_ITEMS, every, NULL, &n, err));
    for (int64_t i = 0; i < n && count < length; i++)
        if (every[i] < wrmf_model_items(model))
            list[count++] = every[i];
    wrmf_model_free(wide);
    return count;
}

static void check_compared(const wrmf_model *before, const wrmf_model *after, const int64_t *users,
                           int64_t n, int64_t length)
{
    wrmf_comparison found;
    double overlap = 0, first = 0, same = 0, counted = 0;
    MUST(wrmf_model_compare(context, before, after, later, users, n, length, &found, err));
    for (int64_t i = 0; i < n; i++) {
        int64_t a[NEW_ITEMS], b[NEW_ITEMS], both = 0;
        const int64_t user = users ? users[i] : i;
        const int64_t n_a = list_of(before, user, length, a), n_b = list_of(after, user, length, b);
        for (int64_t j = 0; j < n_a; j++)
            for (int64_t k = 0; k < n_b; k++)
                both += a[j] == b[k];
        if (n_a == 0 && n_b == 0)
            continue;
        counted++;
        overlap += (double)both / (double)(n_a > n_b ? n_a : n_b);
        first += n_a > 0 && n_b > 0 && a[0] == b[0];
        same += n_a == n_b && memcmp(a, b, (size_t)n_a * sizeof *a) == 0;
    }
    assert_true((double)found.users == counted);
    /* n additions of numbers up to 1, and a division */
    assert_true(fabs(found.overlap - overlap / counted) <= (counted + 1) * DBL_EPSILON);
    assert_true(fabs(found.same_first - first / counted) <= DBL_EPSILON);
    assert_true(fabs(found.same_list - same / counted) <= DBL_EPSILON);
    const wrmf_model *const models[2] = {before, after};
    for (int of = 0; of < 2; of++) {
        double wanted = 0;
        wrmf_model *const wide = padded(models[of]);
        MUST(wrmf_model_objective(context, wide, later, &wanted, NULL, NULL, NULL, err));
        /* each is off by 1e-6 of itself at most, as model.h says */
        assert_true(fabs(found.objective[of] - wanted) <= 2e-6 * wanted);
        wrmf_model_free(wide);
    }
}

static const char *const plain[] = {"relaxation=1", "iterations=5", NULL};
static const char *const in_double[] = {"precision=float64", "iterations=6", NULL};

static void held_against_lists(void **state)
{
    (void)state;
    static const int64_t some[] = {39, 3, 3, 17};
    wrmf_model *const model = fit_earlier(plain);
    wrmf_model *grown = NULL, *refit = NULL;
    MUST(wrmf_model_grow(context, model, later, later_ids[0], later_ids[1], &grown, err));
    MUST(wrmf_model_fit(context, later, wrmf_model_params(model), &refit, err));
    for (int64_t length = 1; length <= NEW_ITEMS + 5; length += 3) {
        check_compared(model, grown, NULL, OLD_USERS, length); /* fewer rows before */
        check_compared(grown, refit, NULL, NEW_USERS, length);
        check_compared(model, refit, some, 4, length);
    }
    wrmf_model_free(model);
    wrmf_model_free(grown);
    wrmf_model_free(refit);
}

static void of_both_precisions(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(in_double), *const other = fit_earlier(plain);
    wrmf_model *grown = NULL;
    MUST(wrmf_model_grow(context, other, later, later_ids[0], later_ids[1], &grown, err));
    check_compared(model, grown, NULL, OLD_USERS, LENGTH);
    wrmf_model_free(model);
    wrmf_model_free(other);
    wrmf_model_free(grown);
}

static void with_itself(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(plain);
    wrmf_comparison found;
    MUST(wrmf_model_compare(context, model, model, earlier, NULL, OLD_USERS, LENGTH, &found, err));
    assert_int_equal(found.users, OLD_USERS);
    assert_true(found.overlap == 1 && found.same_first == 1 && found.same_list == 1);
    assert_true(found.objective[0] == found.objective[1]);
    MUST(wrmf_model_compare(context, model, model, earlier, NULL, 0, LENGTH, &found, err));
    assert_int_equal(found.users, 0);
    assert_true(isnan(found.overlap) && isnan(found.same_first) && isnan(found.same_list));
    wrmf_model_free(model);
}

/* Users and items that no row is known of: no lists, and an objective of nothing but weights. */
static void without_rows(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(plain);
    wrmf_model *empty = NULL, *grown = NULL;
    wrmf_comparison found;
    const wrmf_params *const params = wrmf_model_params(model);
    double observed = 0, all = 0;
    MUST(wrmf_model_grow(context, model, later, later_ids[0], later_ids[1], &grown, err));
    MUST(wrmf_model_create(context, 0, 0, params, &empty, err));
    MUST(wrmf_model_compare(context, empty, grown, later, NULL, 0, LENGTH, &found, err));
    wrmf_model *const wide = padded(empty);
    MUST(wrmf_model_objective(context, wide, later, NULL, &observed, &all, NULL, err));
    assert_true(fabs(found.objective[0] - (observed + all)) <= 2e-6 * (observed + all));
    wrmf_model_free(wide);
    wrmf_model_free(empty);
    wrmf_model_free(grown);
    wrmf_model_free(model);
}

static void refused(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(plain);
    wrmf_model *grown = NULL;
    wrmf_comparison out = {.users = 77};
    const int64_t high[] = {0, 40};
    MUST(wrmf_model_grow(context, model, later, later_ids[0], later_ids[1], &grown, err));
#define COMPARE(context, before, after, matrix, users, n, length, out)                             \
    wrmf_model_compare(context, before, after, matrix, users, n, length, out, err)
    FAILS(WRMF_E_NULL, "context", COMPARE(NULL, model, grown, later, NULL, 1, 5, &out));
    FAILS(WRMF_E_NULL, "before", COMPARE(context, NULL, grown, later, NULL, 1, 5, &out));
    FAILS(WRMF_E_NULL, "after", COMPARE(context, model, NULL, later, NULL, 1, 5, &out));
    FAILS(WRMF_E_NULL, "matrix", COMPARE(context, model, grown, NULL, NULL, 1, 5, &out));
    FAILS(WRMF_E_NULL, "out", COMPARE(context, model, grown, later, NULL, 1, 5, NULL));
    FAILS(WRMF_E_SHAPE, "the matrix has 40 users, the model after 46",
          COMPARE(context, model, grown, earlier, NULL, 1, 5, &out));
    FAILS(WRMF_E_SHAPE, "there are 46 users before, and 40 after",
          COMPARE(context, grown, model, earlier, NULL, 1, 5, &out));
    FAILS(WRMF_E_RANGE, "n is -1", COMPARE(context, model, grown, later, NULL, -1, 5, &out));
    FAILS(WRMF_E_RANGE, "n is 41, not in 0 .. 40",
          COMPARE(context, model, grown, later, NULL, 41, 5, &out));
    FAILS(WRMF_E_RANGE, "n is -1", COMPARE(context, model, grown, later, high, -1, 5, &out));
    FAILS(WRMF_E_RANGE, "users[1] is 40, not in 0 .. 39",
          COMPARE(context, model, grown, later, high, 2, 5, &out));
    FAILS(WRMF_E_RANGE, "length is 0", COMPARE(context, model, grown, later, NULL, 1, 0, &out));
    FAILS(WRMF_E_RANGE, "length is 2147483648",
          COMPARE(context, model, grown, later, NULL, 1, 1LL << 31, &out));
    assert_int_equal(out.users, 77);
    wrmf_model_free(model);
    wrmf_model_free(grown);
}

static void stored_pairs_without_regularization(void **state)
{
    (void)state;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL, *out = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, "unobserved_weight=0 regularization=0", err));
    MUST(wrmf_model_create(context, 1, 1, params, &model, err));
    FAILS(WRMF_E_RANGE, "regularization_user is 0",
          wrmf_model_grow(context, model, later, NULL, NULL, &out, err));
    assert_null(out);
    wrmf_params_free(params);
    wrmf_model_free(model);
}

static void failures_on_the_way(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(plain);
    wrmf_model *grown = NULL;
    wrmf_matrix *large = NULL;
    wrmf_comparison out = {.users = 77};
    const int64_t zero[] = {0}, last[] = {NEW_USERS - 1};
    const double huge[] = {DBL_MAX};
    MUST(wrmf_model_grow(context, model, later, later_ids[0], later_ids[1], &grown, err));
    MUST(wrmf_matrix_from_triplets(context, NEW_USERS, NEW_ITEMS, 1, last, zero, huge,
                                   WRMF_DUPLICATES_SUM, NULL, &large, err));
    FAILS(WRMF_E_NONFINITE, "not finite",
          wrmf_model_compare(context, model, grown, large, NULL, 40, 5, &out, err));
    wrmf_matrix *const disliked = disliking(later);
    FAILS(WRMF_E_FORMAT, "dislikes item",
          wrmf_model_compare(context, model, grown, disliked, NULL, 40, 5, &out, err));
    wrmf_matrix_free(disliked);
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_is_slow, 1, err));
    FAILS(WRMF_E_CANCELLED, "",
          wrmf_model_compare(context, model, grown, later, NULL, 40, 5, &out, err));
    wrmf_context_set_progress(context, NULL, NULL);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner",
          wrmf_model_compare(context, model, grown, later, NULL, 40, 5, &out, err));
    MUST(wrmf_context_set_threads(context, 1, err));
    assert_int_equal(out.users, 77);
    OUT_OF_MEMORY(wrmf_model_compare(context, model, grown, later, NULL, 40, 5, &out, err));
    wrmf_matrix_free(large);
    wrmf_model_free(model);
    wrmf_model_free(grown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_DAYS(held_against_lists),
        ON_DAYS(of_both_precisions),
        ON_DAYS(with_itself),
        ON_DAYS(without_rows),
        ON_DAYS(refused),
        ON_DAYS(failures_on_the_way),
        ON_DAYS(stored_pairs_without_regularization),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
