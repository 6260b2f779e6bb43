/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts turned into weights. Formulas are held against another library by tests/oracle. */
#include "made.h"

#include <math.h>

#include "wrmf/weighting.h"

/* Item 0 is everybody's and item 1 all but one user's: neither tells anything. */
static const int64_t users_of[] = {0, 0, 0, 1, 1, 2, 2, 3}, items_of[] = {0, 1, 2, 0, 1, 0, 1, 0};
static const double counts_of[] = {1, 2, 9, 1, 2, 1, 2, 8};

static double weight_at(const wrmf_matrix *matrix, int64_t user, int64_t item)
{
    return wrmf_matrix_count(matrix, user, item);
}

static void what_all_have_is_left_out(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = triplets(4, 5, 8, users_of, items_of, counts_of);
    wrmf_matrix *weighted = NULL;
    MUST(wrmf_matrix_weight_tfidf(matrix, WRMF_USERS, &weighted, err));
    assert_int_equal(wrmf_matrix_users(weighted), 4);
    assert_int_equal(wrmf_matrix_items(weighted), 5);
    assert_int_equal(wrmf_matrix_entries(weighted), 1);
    const double idf = log(4) - log(2);
    assert_true(fabs(weight_at(weighted, 0, 2) - 3 * idf) < 1e-14);
    wrmf_matrix_free(weighted);
    MUST(wrmf_matrix_weight_bm25(matrix, WRMF_USERS, 2, 0.5, &weighted, err));
    assert_int_equal(wrmf_matrix_entries(weighted), 1);
    /* lengths 12, 3, 3, 8: 6.5 on average */
    const double norm = 0.5 + 0.5 * 12 / 6.5;
    assert_true(fabs(weight_at(weighted, 0, 2) - 9 * 3 / (2 * norm + 9) * idf) < 1e-14);
    wrmf_matrix_free(weighted);
    wrmf_matrix_free(matrix);
}

/* Items as documents of a matrix are users as documents of its transpose. */
static void either_side_is_the_documents(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = matrix_to_split();
    wrmf_matrix *turned = NULL;
    MUST(wrmf_matrix_transpose(matrix, &turned, err));
    for (int bm25 = 0; bm25 < 2; bm25++) {
        wrmf_matrix *a = NULL, *b = NULL, *back = NULL;
        if (bm25) {
            MUST(wrmf_matrix_weight_bm25(matrix, WRMF_ITEMS, 1.2, 0.75, &a, err));
            MUST(wrmf_matrix_weight_bm25(turned, WRMF_USERS, 1.2, 0.75, &b, err));
        } else {
            MUST(wrmf_matrix_weight_tfidf(matrix, WRMF_ITEMS, &a, err));
            MUST(wrmf_matrix_weight_tfidf(turned, WRMF_USERS, &b, err));
        }
        MUST(wrmf_matrix_transpose(b, &back, err));
        assert_true(wrmf_matrix_entries(a) > 0);
        assert_true(wrmf_matrix_equal(a, back));
        wrmf_matrix_free(a);
        wrmf_matrix_free(b);
        wrmf_matrix_free(back);
    }
    wrmf_matrix_free(turned);
    wrmf_matrix_free(matrix);
}

static void edges(void **state)
{
    (void)state;
    /* no entry, and no document */
    wrmf_matrix *const empty = triplets(3, 2, 0, NULL, NULL, NULL), *const none = triplets(
                                                                        0, 2, 0, NULL, NULL, NULL);
    wrmf_matrix *out = NULL;
    MUST(wrmf_matrix_weight_bm25(empty, WRMF_USERS, 100, 0.8, &out, err));
    assert_true(wrmf_matrix_equal(out, empty));
    wrmf_matrix_free(out);
    MUST(wrmf_matrix_weight_tfidf(none, WRMF_USERS, &out, err));
    assert_true(wrmf_matrix_equal(out, none));
    wrmf_matrix_free(out);
    /* sums beyond the largest double, and k1 0: counts do not matter */
    static const int64_t user[] = {0, 1, 1, 2}, item[] = {0, 1, 2, 3};
    static const double count[] = {1.7e308, 1.7e308, 1.7e308, 1e-300};
    wrmf_matrix *const large = triplets(4, 4, 4, user, item, count);
    MUST(wrmf_matrix_weight_bm25(large, WRMF_USERS, 1, 1, &out, err));
    assert_int_equal(wrmf_matrix_entries(out), 4);
    for (int i = 0; i < 3; i++)
        assert_true(weight_at(out, user[i], item[i]) > 0.1 && weight_at(out, user[i], item[i]) < 2);
    wrmf_matrix_free(out);
    MUST(wrmf_matrix_weight_bm25(large, WRMF_USERS, 0, 1, &out, err));
    for (int i = 0; i < 4; i++)
        assert_true(fabs(weight_at(out, user[i], item[i]) - log(2)) < 1e-15);
    wrmf_matrix_free(out);
    wrmf_matrix_free(large);
    wrmf_matrix_free(empty);
    wrmf_matrix_free(none);
}

static void what_is_refused(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = matrix_to_split();
    wrmf_matrix *out = NULL;
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_weight_bm25(NULL, WRMF_USERS, 1, 0, &out, err));
    FAILS(WRMF_E_NULL, "out", wrmf_matrix_weight_bm25(matrix, WRMF_USERS, 1, 0, NULL, err));
    FAILS(WRMF_E_RANGE, "documents is 2",
          wrmf_matrix_weight_bm25(matrix, (wrmf_side)2, 1, 0, &out, err));
    FAILS(WRMF_E_RANGE, "k1 is -1, not in 0 .. 100000",
          wrmf_matrix_weight_bm25(matrix, WRMF_USERS, -1, 0, &out, err));
    FAILS(WRMF_E_RANGE, "b is 1.5, not in 0 .. 1",
          wrmf_matrix_weight_bm25(matrix, WRMF_USERS, 1, 1.5, &out, err));
    FAILS(WRMF_E_RANGE, "b is not finite",
          wrmf_matrix_weight_bm25(matrix, WRMF_USERS, 1, (double)NAN, &out, err));
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_weight_tfidf(NULL, WRMF_USERS, &out, err));
    FAILS(WRMF_E_NULL, "out", wrmf_matrix_weight_tfidf(matrix, WRMF_USERS, NULL, err));
    FAILS(WRMF_E_RANGE, "documents is 2",
          wrmf_matrix_weight_tfidf(matrix, (wrmf_side)2, &out, err));
    assert_null(out);
    OUT_OF_MEMORY(wrmf_matrix_weight_bm25(matrix, WRMF_USERS, 1, 0, &out, err));
    wrmf_matrix_free(out);
    OUT_OF_MEMORY(wrmf_matrix_weight_tfidf(matrix, WRMF_ITEMS, &out, err));
    wrmf_matrix_free(out);
    wrmf_matrix_free(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_all_have_is_left_out),
        TEST(either_side_is_the_documents),
        TEST(edges),
        TEST(what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
