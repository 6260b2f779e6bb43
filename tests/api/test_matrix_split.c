/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Splits of wrmf/matrix.h by a share and by time; wrmf_matrix_split() is in
 * test_matrix_operations.c.
 */
#include "made.h"

#include <math.h>

enum { USERS = 40, ITEMS = 50 };

/* User u has the first u + 1 items, with the counts 1, 2, 3, ... */
static wrmf_matrix *stairs(void)
{
    int64_t user[USERS * ITEMS], item[USERS * ITEMS], n = 0;
    double count[USERS * ITEMS];
    for (int u = 0; u < USERS; u++) {
        for (int i = 0; i <= u; i++) {
            user[n] = u;
            item[n] = i;
            count[n++] = i + 1;
        }
    }
    return triplets(USERS, ITEMS, n, user, item, count);
}

/* Train and test have no pair in common, and their sum is the matrix. */
static void check_parts(const wrmf_matrix *matrix, const wrmf_matrix *train,
                        const wrmf_matrix *test)
{
    wrmf_matrix *sum = NULL;
    MUST(wrmf_matrix_merge(train, test, WRMF_DUPLICATES_REFUSE, &sum, err));
    assert_true(wrmf_matrix_equal(sum, matrix));
    wrmf_matrix_free(sum);
}

static void shares(void **state)
{
    (void)state;
    static const double share[] = {0, 0.2, 0.29, 1};
    wrmf_matrix *const matrix = stairs();
    const int64_t all = wrmf_matrix_entries(matrix);
    for (int of = 0; of < 2; of++) {
        for (int s = 0; s < 4; s++) {
            wrmf_matrix *train = NULL, *test = NULL, *again[2] = {NULL, NULL};
            MUST(wrmf_matrix_split_share(matrix, (wrmf_share_of)of, share[s], 3, &train, &test,
                                         err));
            check_parts(matrix, train, test);
            for (int u = 0; u < USERS && of == WRMF_SHARE_OF_EACH_USER; u++)
                assert_int_equal(wrmf_matrix_row(test, u, NULL, NULL),
                                 (int)floor(share[s] * (u + 1) * (1 + 1e-15)));
            if (of == WRMF_SHARE_OF_ALL)
                assert_int_equal(wrmf_matrix_entries(test), (int64_t)floor(share[s] * (double)all));
            MUST(wrmf_matrix_split_share(matrix, (wrmf_share_of)of, share[s], 3, &again[0],
                                         &again[1], err));
            assert_true(wrmf_matrix_equal(again[1], test));
            wrmf_matrix_free(again[0]);
            wrmf_matrix_free(again[1]);
            MUST(wrmf_matrix_split_share(matrix, (wrmf_share_of)of, share[s], 4, &again[0],
                                         &again[1], err));
            assert_true(wrmf_matrix_equal(again[1], test) == (s == 0 || s == 3));
            wrmf_matrix_free(again[0]);
            wrmf_matrix_free(again[1]);
            wrmf_matrix_free(train);
            wrmf_matrix_free(test);
        }
    }
    wrmf_matrix_free(matrix);
}

static void the_latest(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 0, 0, 0, 1, 1, 2}, item[] = {1, 3, 4, 7, 0, 2, 5};
    static const double count[] = {1, 2, 3, 4, 5, 6, 7}, time[] = {90, 20, 90, 50, 1, 1, 3};
    static const int64_t moved_user[] = {0, 0}, moved_item[] = {1, 4};
    static const int64_t one_user[] = {0, 1}, one_item[] = {4, 2};
    static const double moved_count[] = {1, 3}, one_count[] = {3, 6};
    wrmf_matrix *const matrix = triplets(4, 8, 7, user, item, count);
    wrmf_matrix *const times = triplets(4, 8, 7, user, item, time);
    wrmf_matrix *wanted = triplets(4, 8, 2, moved_user, moved_item, moved_count);
    wrmf_matrix *train = NULL, *test = NULL;
    MUST(wrmf_matrix_split_last(matrix, times, 2, &train, &test, err)); /* two users have too few */
    assert_true(wrmf_matrix_equal(test, wanted));
    check_parts(matrix, train, test);
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    wrmf_matrix_free(wanted);
    wanted = triplets(4, 8, 2, one_user, one_item, one_count);
    MUST(wrmf_matrix_split_last(matrix, times, 1, &train, &test, err));
    assert_true(wrmf_matrix_equal(test, wanted));
    check_parts(matrix, train, test);
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    wrmf_matrix_free(wanted);
    wrmf_matrix_free(matrix);
    wrmf_matrix_free(times);
}

static void splits_that_are_refused(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 0, 1}, item[] = {1, 2, 0}, others[] = {1, 3, 0};
    static const int64_t other_user[] = {0, 1, 1}, other_item[] = {1, 0, 1};
    wrmf_matrix *const matrix = triplets(2, 4, 3, user, item, NULL);
    wrmf_matrix *const wide = triplets(2, 5, 3, user, item, NULL);
    wrmf_matrix *const pairs = triplets(2, 4, 3, user, others, NULL);
    wrmf_matrix *const rows = triplets(2, 4, 3, other_user, other_item, NULL);
    wrmf_matrix *train = NULL, *test = NULL;
    FAILS(WRMF_E_NULL, "matrix",
          wrmf_matrix_split_share(NULL, WRMF_SHARE_OF_ALL, 0.5, 1, &train, &test, err));
    FAILS(WRMF_E_NULL, "train",
          wrmf_matrix_split_share(matrix, WRMF_SHARE_OF_ALL, 0.5, 1, NULL, &test, err));
    FAILS(WRMF_E_NULL, "test",
          wrmf_matrix_split_share(matrix, WRMF_SHARE_OF_ALL, 0.5, 1, &train, NULL, err));
    FAILS(WRMF_E_RANGE, "of is 2",
          wrmf_matrix_split_share(matrix, (wrmf_share_of)2, 0.5, 1, &train, &test, err));
    FAILS(WRMF_E_RANGE, "share is 1.5, not in 0 .. 1",
          wrmf_matrix_split_share(matrix, WRMF_SHARE_OF_ALL, 1.5, 1, &train, &test, err));
    FAILS(WRMF_E_RANGE, "share is not finite",
          wrmf_matrix_split_share(matrix, WRMF_SHARE_OF_ALL, (double)NAN, 1, &train, &test, err));
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_split_last(NULL, matrix, 1, &train, &test, err));
    FAILS(WRMF_E_NULL, "times", wrmf_matrix_split_last(matrix, NULL, 1, &train, &test, err));
    FAILS(WRMF_E_NULL, "train", wrmf_matrix_split_last(matrix, matrix, 1, NULL, &test, err));
    FAILS(WRMF_E_NULL, "test", wrmf_matrix_split_last(matrix, matrix, 1, &train, NULL, err));
    FAILS(WRMF_E_RANGE, "count is 0",
          wrmf_matrix_split_last(matrix, matrix, 0, &train, &test, err));
    FAILS(WRMF_E_SHAPE, "the matrix is 2 x 4, the times 2 x 5",
          wrmf_matrix_split_last(matrix, wide, 1, &train, &test, err));
    FAILS(WRMF_E_SHAPE, "user 0 has item 2, and a time of item 3",
          wrmf_matrix_split_last(matrix, pairs, 1, &train, &test, err));
    FAILS(WRMF_E_SHAPE, "user 0 has 2 entries and 1 times",
          wrmf_matrix_split_last(matrix, rows, 1, &train, &test, err));
    assert_true(!train && !test);
    wrmf_matrix_free(matrix);
    wrmf_matrix_free(wide);
    wrmf_matrix_free(pairs);
    wrmf_matrix_free(rows);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = stairs();
    wrmf_matrix *train = NULL, *test = NULL;
    OUT_OF_MEMORY(
        wrmf_matrix_split_share(matrix, WRMF_SHARE_OF_EACH_USER, 0.5, 1, &train, &test, err));
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    OUT_OF_MEMORY(wrmf_matrix_split_last(matrix, matrix, 1, &train, &test, err));
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    wrmf_matrix_free(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(shares),
        TEST(the_latest),
        TEST(splits_that_are_refused),
        TEST(every_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
