/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/split.h: splits by a share, of whole users and by time; wrmf_matrix_split() is in
 * test_matrix_operations.c.
 */
#include "made.h"

#include <math.h>

#include "wrmf/split.h"

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

/* Of users u with u + 1 entries, those from 4 on can lose a quarter and keep the rest. */
static void whole_users(void **state)
{
    (void)state;
    enum { HELD = 12, DRAWS = 200, FIRST = 3 };
    wrmf_matrix *const matrix = stairs();
    int64_t held[HELD], again[HELD], chosen[USERS] = {0}, tested[ITEMS] = {0};
    MUST(wrmf_matrix_set_ids_hash(matrix, WRMF_USERS, 5, err));
    MUST(wrmf_matrix_set_ids_hash(matrix, WRMF_ITEMS, 6, err));
    for (int draw = 0; draw < DRAWS; draw++) {
        wrmf_matrix *parts[3] = {NULL, NULL, NULL}, *rows = NULL, *sum = NULL;
        MUST(wrmf_matrix_split_users(matrix, HELD, 0.25, (uint64_t)draw, &parts[0], &parts[1],
                                     &parts[2], held, err));
        MUST(wrmf_matrix_select(matrix, held, HELD, &rows, err));
        check_parts(rows, parts[1], parts[2]);
        wrmf_matrix_free(rows);
        MUST(wrmf_matrix_without(matrix, WRMF_USERS, held, HELD, &sum, err));
        assert_true(wrmf_matrix_equal(sum, parts[0]));
        wrmf_matrix_free(sum);
        for (int i = 0; i < HELD; i++) {
            const int32_t *items = NULL;
            const int64_t n = wrmf_matrix_row(parts[2], i, &items, NULL);
            assert_int_equal(n, (held[i] + 1) / 4);
            assert_true(held[i] >= FIRST && (i == 0 || held[i] > held[i - 1]));
            chosen[held[i]]++;
            for (int64_t j = 0; j < n && held[i] == USERS - 1; j++)
                tested[items[j]]++;
        }
        for (int i = 0; i < 3; i++) {
            assert_int_equal(wrmf_matrix_ids_hash(parts[i], WRMF_USERS), 0);
            assert_int_equal(wrmf_matrix_ids_hash(parts[i], WRMF_ITEMS), 6);
            wrmf_matrix_free(parts[i]);
        }
    }
    /* evenly: a user 200 * 12/37 = 65 times, of a standard deviation below 7; an item of the last
     * user a quarter of that one's times */
    for (int u = FIRST; u < USERS; u++)
        assert_true(chosen[u] > 65 - 6 * 7 && chosen[u] < 65 + 6 * 7);
    for (int i = 0; i < USERS; i++)
        assert_true(tested[i] > 0 && tested[i] < chosen[USERS - 1]);
    wrmf_matrix *a[3], *b[3];
    MUST(wrmf_matrix_split_users(matrix, HELD, 0.25, 7, &a[0], &a[1], &a[2], held, err));
    MUST(wrmf_matrix_split_users(matrix, HELD, 0.25, 7, &b[0], &b[1], &b[2], again, err));
    assert_memory_equal(held, again, sizeof held);
    assert_true(wrmf_matrix_equal(a[2], b[2]));
    for (int i = 0; i < 3; i++) {
        wrmf_matrix_free(a[i]);
        wrmf_matrix_free(b[i]);
    }
    /* nobody at all */
    MUST(wrmf_matrix_split_users(matrix, 0, 0.25, 7, &a[0], &a[1], &a[2], NULL, err));
    assert_true(wrmf_matrix_equal(a[0], matrix));
    assert_int_equal(wrmf_matrix_users(a[1]), 0);
    for (int i = 0; i < 3; i++)
        wrmf_matrix_free(a[i]);
    wrmf_matrix_free(matrix);
}

static void whole_users_that_are_refused(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = stairs();
    wrmf_matrix *p[3] = {NULL, NULL, NULL};
    FAILS(WRMF_E_NULL, "matrix",
          wrmf_matrix_split_users(NULL, 1, 0.5, 1, &p[0], &p[1], &p[2], NULL, err));
    FAILS(WRMF_E_NULL, "train",
          wrmf_matrix_split_users(matrix, 1, 0.5, 1, NULL, &p[1], &p[2], NULL, err));
    FAILS(WRMF_E_NULL, "given",
          wrmf_matrix_split_users(matrix, 1, 0.5, 1, &p[0], NULL, &p[2], NULL, err));
    FAILS(WRMF_E_NULL, "test",
          wrmf_matrix_split_users(matrix, 1, 0.5, 1, &p[0], &p[1], NULL, NULL, err));
    FAILS(WRMF_E_RANGE, "n_users is 41, not in 0 .. 40",
          wrmf_matrix_split_users(matrix, 41, 0.5, 1, &p[0], &p[1], &p[2], NULL, err));
    FAILS(WRMF_E_RANGE, "share is -0.5",
          wrmf_matrix_split_users(matrix, 1, -0.5, 1, &p[0], &p[1], &p[2], NULL, err));
    FAILS(WRMF_E_TOO_FEW, "37 users have entries for both the test and what is given, but 38 are",
          wrmf_matrix_split_users(matrix, 38, 0.25, 1, &p[0], &p[1], &p[2], NULL, err));
    FAILS(WRMF_E_TOO_FEW, "0 users",
          wrmf_matrix_split_users(matrix, 1, 1, 1, &p[0], &p[1], &p[2], NULL, err));
    assert_true(!p[0] && !p[1] && !p[2]);
    OUT_OF_MEMORY(wrmf_matrix_split_users(matrix, 4, 0.5, 1, &p[0], &p[1], &p[2], NULL, err));
    for (int i = 0; i < 3; i++)
        wrmf_matrix_free(p[i]);
    wrmf_matrix_free(matrix);
}

/* Both parts are right, and free them. */
static void check_split(const wrmf_matrix *matrix, wrmf_matrix *train, wrmf_matrix *test,
                        const wrmf_matrix *wanted)
{
    assert_true(wrmf_matrix_equal(test, wanted));
    check_parts(matrix, train, test);
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
}

static void by_time(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 0, 0, 0, 1, 1, 2}, item[] = {1, 3, 4, 7, 0, 2, 5};
    static const double count[] = {1, 2, 3, 4, 5, 6, 7}, times[] = {90, -20, 90, 50, 1, 1, 3};
    static const int64_t two_users[] = {0, 0}, two_items[] = {1, 4};
    static const int64_t one_user[] = {0, 1}, one_item[] = {4, 2};
    static const int64_t late_users[] = {0, 0, 0, 2}, late_items[] = {1, 4, 7, 5};
    static const double two_counts[] = {1, 3}, one_count[] = {3, 6}, late_counts[] = {1, 3, 4, 7};
    wrmf_matrix *const matrix = triplets(4, 8, 7, user, item, count);
    wrmf_matrix *const two = triplets(4, 8, 2, two_users, two_items, two_counts);
    wrmf_matrix *const one = triplets(4, 8, 2, one_user, one_item, one_count);
    wrmf_matrix *const late = triplets(4, 8, 4, late_users, late_items, late_counts);
    wrmf_matrix *const none = triplets(4, 8, 0, NULL, NULL, NULL);
    wrmf_matrix *train = NULL, *test = NULL;
    MUST(wrmf_matrix_split_last(matrix, times, 2, &train, &test, err)); /* two users have too few */
    check_split(matrix, train, test, two);
    MUST(wrmf_matrix_split_last(matrix, times, 1, &train, &test, err));
    check_split(matrix, train, test, one);
    MUST(wrmf_matrix_split_since(matrix, times, 3, &train, &test, err));
    check_split(matrix, train, test, late);
    MUST(wrmf_matrix_split_since(matrix, times, -20, &train, &test, err));
    check_split(matrix, train, test, matrix);
    MUST(wrmf_matrix_split_since(none, NULL, 0, &train, &test, err));
    check_split(none, train, test, none);
    MUST(wrmf_matrix_split_last(none, NULL, 1, &train, &test, err));
    check_split(none, train, test, none);
    wrmf_matrix_free(matrix);
    wrmf_matrix_free(two);
    wrmf_matrix_free(one);
    wrmf_matrix_free(late);
    wrmf_matrix_free(none);
}

static void splits_that_are_refused(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 0, 1}, item[] = {1, 2, 0};
    static const double times[] = {1, 2, 3}, endless[] = {1, INFINITY, 3};
    wrmf_matrix *const matrix = triplets(2, 4, 3, user, item, NULL);
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
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_split_last(NULL, times, 1, &train, &test, err));
    FAILS(WRMF_E_NULL, "times", wrmf_matrix_split_last(matrix, NULL, 1, &train, &test, err));
    FAILS(WRMF_E_NULL, "train", wrmf_matrix_split_last(matrix, times, 1, NULL, &test, err));
    FAILS(WRMF_E_NULL, "test", wrmf_matrix_split_last(matrix, times, 1, &train, NULL, err));
    FAILS(WRMF_E_RANGE, "count is 0", wrmf_matrix_split_last(matrix, times, 0, &train, &test, err));
    FAILS(WRMF_E_NONFINITE, "times[1]",
          wrmf_matrix_split_last(matrix, endless, 1, &train, &test, err));
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_split_since(NULL, times, 1, &train, &test, err));
    FAILS(WRMF_E_NULL, "times", wrmf_matrix_split_since(matrix, NULL, 1, &train, &test, err));
    FAILS(WRMF_E_NULL, "train", wrmf_matrix_split_since(matrix, times, 1, NULL, &test, err));
    FAILS(WRMF_E_NULL, "test", wrmf_matrix_split_since(matrix, times, 1, &train, NULL, err));
    FAILS(WRMF_E_NONFINITE, "moment",
          wrmf_matrix_split_since(matrix, times, NAN, &train, &test, err));
    FAILS(WRMF_E_NONFINITE, "times[1]",
          wrmf_matrix_split_since(matrix, endless, 1, &train, &test, err));
    assert_true(!train && !test);
    wrmf_matrix_free(matrix);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    static const double times[USERS * ITEMS]; /* all of them 0 */
    wrmf_matrix *const matrix = stairs();
    wrmf_matrix *train = NULL, *test = NULL;
    OUT_OF_MEMORY(
        wrmf_matrix_split_share(matrix, WRMF_SHARE_OF_EACH_USER, 0.5, 1, &train, &test, err));
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    OUT_OF_MEMORY(wrmf_matrix_split_last(matrix, times, 1, &train, &test, err));
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    OUT_OF_MEMORY(wrmf_matrix_split_since(matrix, times, 0.5, &train, &test, err));
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    wrmf_matrix_free(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(shares),
        TEST(whole_users),
        TEST(whole_users_that_are_refused),
        TEST(by_time),
        TEST(splits_that_are_refused),
        TEST(every_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
