/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How matrices are made and looked at: what is refused and where the text says it
 * is, sizes at the edge, who owns what. tests/definitions holds what is computed.
 */
#include "made.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wrmf/matrix.h"

static wrmf_matrix *const untouched = (wrmf_matrix *)&machine;

/* 3 x 4:  . 2 . 1 / . . . . / 5 . . 3 */
static const int64_t offsets[] = {0, 2, 2, 4};
static const int64_t items[] = {1, 3, 0, 3};
static const int32_t items32[] = {1, 3, 0, 3};
static const double counts[] = {2, 1, 5, 3};

static void check_small(const wrmf_matrix *matrix)
{
    static const double cells[3][4] = {{0, 2, 0, 1}, {0, 0, 0, 0}, {5, 0, 0, 3}};
    assert_int_equal(wrmf_matrix_users(matrix), 3);
    assert_int_equal(wrmf_matrix_items(matrix), 4);
    assert_int_equal(wrmf_matrix_entries(matrix), 4);
    assert_true(wrmf_matrix_density(matrix) == 4.0 / 12.0);
    assert_true(wrmf_matrix_total(matrix) == 11);
    for (int64_t u = -1; u <= 3; u++)
        for (int64_t i = -1; i <= 4; i++) {
            const bool cell = u >= 0 && u < 3 && i >= 0 && i < 4;
            assert_true(wrmf_matrix_count(matrix, u, i) == (cell ? cells[u][i] : 0));
        }
    assert_true(wrmf_matrix_count(matrix, 0, INT64_MAX) == 0);
    assert_true(wrmf_matrix_count(matrix, INT64_MIN, 1) == 0);
}

static void triplets_in_any_order(void **state)
{
    (void)state;
    const int64_t user[] = {2, 0, 2, 0}, item[] = {3, 3, 0, 1};
    const double count[] = {3, 1, 5, 2};
    wrmf_matrix *matrix = NULL;
    int64_t merged = -1;
    MUST(wrmf_matrix_from_triplets(context, 3, 4, 4, user, item, count, WRMF_DUPLICATES_REFUSE,
                                   &merged, &matrix, err));
    check_small(matrix);
    assert_int_equal(merged, 0);
    wrmf_matrix_free(matrix);
}

static void rows_copied_and_borrowed(void **state)
{
    (void)state;
    wrmf_matrix *copied = NULL, *borrowed = NULL;
    MUST(wrmf_matrix_from_csr(context, 3, 4, offsets, items, counts, &copied, err));
    MUST(wrmf_matrix_borrow_csr(context, 3, 4, offsets, items32, counts, &borrowed, err));
    check_small(copied);
    check_small(borrowed);
    assert_true(wrmf_matrix_equal(copied, borrowed));
    const int64_t *of;
    const int32_t *it;
    const double *co;
    wrmf_matrix_csr(borrowed, &of, &it, &co);
    assert_true(of == offsets && it == items32 && co == counts);
    wrmf_matrix_csr(copied, &of, &it, &co);
    assert_true(of != offsets && co != counts);
    assert_memory_equal(of, offsets, sizeof offsets);
    assert_memory_equal(it, items32, sizeof items32);
    assert_memory_equal(co, counts, sizeof counts);
    assert_int_equal(wrmf_matrix_row(copied, 2, &it, &co), 2);
    assert_true(it[0] == 0 && it[1] == 3 && co[0] == 5 && co[1] == 3);
    assert_int_equal(wrmf_matrix_row(copied, 1, NULL, NULL), 0);
    assert_int_equal(wrmf_matrix_row(copied, 3, &it, &co), -1);
    assert_int_equal(wrmf_matrix_row(copied, -1, &it, &co), -1);
    wrmf_matrix_csr(copied, NULL, NULL, NULL);
    wrmf_matrix_free(copied);
    wrmf_matrix_free(borrowed);
}

/* Whichever way it comes: no values where all counts are 1, and the same matrix. */
static void ones_have_no_values(void **state)
{
    (void)state;
    const int64_t user[] = {0, 0, 2, 2};
    const double ones[] = {1, 1, 1, 1};
    wrmf_matrix *made[5] = {NULL};
    MUST(wrmf_matrix_from_csr(context, 3, 4, offsets, items, ones, &made[0], err));
    MUST(wrmf_matrix_borrow_csr(context, 3, 4, offsets, items32, ones, &made[1], err));
    MUST(wrmf_matrix_borrow_csr(context, 3, 4, offsets, items32, NULL, &made[2], err));
    MUST(wrmf_matrix_from_triplets(context, 3, 4, 4, user, items, ones, WRMF_DUPLICATES_SUM, NULL,
                                   &made[3], err));
    MUST(wrmf_matrix_from_triplets(context, 3, 4, 4, user, items, NULL, WRMF_DUPLICATES_SUM, NULL,
                                   &made[4], err));
    for (int k = 0; k < 5; k++) {
        const double *values = counts;
        wrmf_matrix_csr(made[k], NULL, NULL, &values);
        assert_null(values);
        values = counts;
        assert_int_equal(wrmf_matrix_row(made[k], 0, NULL, &values), 2);
        assert_null(values);
        assert_true(wrmf_matrix_total(made[k]) == 4);
        assert_true(wrmf_matrix_count(made[k], 2, 3) == 1);
        assert_true(wrmf_matrix_equal(made[k], made[0]));
    }
    for (int k = 0; k < 5; k++)
        wrmf_matrix_free(made[k]);
}

static void repeats_without_counts(void **state)
{
    (void)state;
    const int64_t user[] = {1, 0, 1, 1}, item[] = {0, 1, 0, 0};
    static const double want[] = {
        [WRMF_DUPLICATES_SUM] = 3, [WRMF_DUPLICATES_DROP] = 1, [WRMF_DUPLICATES_MAX] = 1};
    for (int rule = WRMF_DUPLICATES_SUM; rule <= WRMF_DUPLICATES_MAX; rule++) {
        wrmf_matrix *matrix = NULL;
        int64_t merged = -1;
        MUST(wrmf_matrix_from_triplets(context, 2, 2, 4, user, item, NULL, (wrmf_duplicates)rule,
                                       &merged, &matrix, err));
        assert_int_equal(merged, 2);
        assert_int_equal(wrmf_matrix_entries(matrix), 2);
        assert_true(wrmf_matrix_count(matrix, 1, 0) == want[rule]);
        assert_true(wrmf_matrix_count(matrix, 0, 1) == 1);
        wrmf_matrix_free(matrix);
    }
}

#define TRIPLETS(users, items, n, user, item, count, rule)                                         \
    wrmf_matrix_from_triplets(context, users, items, n, user, item, count, rule, &merged, &matrix, \
                              err)

static void bad_triplets(void **state)
{
    (void)state;
    const wrmf_duplicates SUM = WRMF_DUPLICATES_SUM;
    const int64_t user[] = {0, 1, 0}, item[] = {2, 0, 1}, high[] = {0, 3, 7}, low[] = {0, 1, -1};
    const int64_t big[] = {0, 1, INT64_C(1) << 32}; /* 0 when cut to 32 bits */
    int64_t merged = -7;
    wrmf_matrix *matrix = untouched;
    FAILS(WRMF_E_NULL, "context",
          wrmf_matrix_from_triplets(NULL, 2, 3, 3, user, item, NULL, SUM, &merged, &matrix, err));
    FAILS(WRMF_E_NULL, "out",
          wrmf_matrix_from_triplets(context, 2, 3, 3, user, item, NULL, SUM, &merged, NULL, err));
    FAILS(WRMF_E_NULL, "user", TRIPLETS(2, 3, 3, NULL, item, NULL, SUM));
    FAILS(WRMF_E_NULL, "item", TRIPLETS(2, 3, 3, user, NULL, NULL, SUM));
    FAILS(WRMF_E_RANGE, "n is -1", TRIPLETS(2, 3, -1, user, item, NULL, SUM));
    FAILS(WRMF_E_RANGE, "users is -1", TRIPLETS(-1, 3, 3, user, item, NULL, SUM));
    FAILS(WRMF_E_RANGE, "users is 2147483648", TRIPLETS(1LL << 31, 3, 3, user, item, NULL, SUM));
    FAILS(WRMF_E_RANGE, "items is -1", TRIPLETS(2, -1, 3, user, item, NULL, SUM));
    FAILS(WRMF_E_RANGE, "items is 2147483648", TRIPLETS(2, 1LL << 31, 3, user, item, NULL, SUM));
    FAILS(WRMF_E_RANGE, "duplicates is 4", TRIPLETS(2, 3, 3, user, item, NULL, (wrmf_duplicates)4));
    FAILS(WRMF_E_RANGE, "user[1] is 3, not in 0 .. 1", TRIPLETS(2, 3, 3, high, item, NULL, SUM));
    FAILS(WRMF_E_RANGE, "user[2] is -1", TRIPLETS(2, 3, 3, low, item, NULL, SUM));
    FAILS(WRMF_E_RANGE, "user[2] is 4294967296", TRIPLETS(2, 3, 3, big, item, NULL, SUM));
    FAILS(WRMF_E_RANGE, "item[1] is 3, not in 0 .. 2", TRIPLETS(2, 3, 3, user, high, NULL, SUM));
    FAILS(WRMF_E_RANGE, "item[2] is -1", TRIPLETS(2, 3, 3, user, low, NULL, SUM));
    const double zero[] = {1, 0, 1}, minus[] = {1, 2, -0.5}, nan[] = {1, NAN, 1};
    const double infinite[] = {INFINITY, 1, 1}, huge[] = {1e308, 1e308, 1};
    FAILS(WRMF_E_FORMAT, "count[1]", TRIPLETS(2, 3, 3, user, item, zero, SUM));
    FAILS(WRMF_E_FORMAT, "count[2] is -0.5, not", TRIPLETS(2, 3, 3, user, item, minus, SUM));
    FAILS(WRMF_E_NONFINITE, "count[1]", TRIPLETS(2, 3, 3, user, item, nan, SUM));
    FAILS(WRMF_E_NONFINITE, "count[0]", TRIPLETS(2, 3, 3, user, item, infinite, SUM));
    const int64_t same[] = {1, 1, 1};
    FAILS(WRMF_E_NONFINITE, "user 1, item 1", TRIPLETS(2, 3, 3, same, same, huge, SUM));
    assert_true(matrix == untouched);
    assert_int_equal(merged, -7);
}

/* The first position in the order given, not in the order of rows. */
static void refused_repeats(void **state)
{
    (void)state;
    const int64_t user[] = {5, 0, 5, 0, 5}, item[] = {1, 2, 1, 2, 1};
    const double count[] = {1, 2, 3, 4, 5};
    int64_t merged = -7;
    wrmf_matrix *matrix = untouched;
    FAILS(WRMF_E_FORMAT, "triplet 2: user 5, item 1",
          TRIPLETS(6, 3, 5, user, item, NULL, WRMF_DUPLICATES_REFUSE));
    FAILS(WRMF_E_FORMAT, "triplet 2: user 5, item 1",
          TRIPLETS(6, 3, 5, user, item, count, WRMF_DUPLICATES_REFUSE));
    assert_true(matrix == untouched);
    assert_int_equal(merged, -7);
}

/* Both ways to take rows refuse the same. */
static void bad_rows_are(wrmf_status status, const char *words, int64_t users, int64_t n_items,
                         const int64_t *of, const int64_t *it, const double *co)
{
    int32_t narrow[8];
    for (int i = 0; it && i < 4; i++)
        narrow[i] = (int32_t)it[i];
    wrmf_matrix *matrix = untouched;
    FAILS(status, words, wrmf_matrix_from_csr(context, users, n_items, of, it, co, &matrix, err));
    FAILS(
        status, words,
        wrmf_matrix_borrow_csr(context, users, n_items, of, it ? narrow : NULL, co, &matrix, err));
    assert_true(matrix == untouched);
}

static void bad_rows(void **state)
{
    (void)state;
    const int64_t late[] = {1, 2, 2, 4}, falling[] = {0, 3, 2, 4}, negative[] = {0, -1, 2, 4};
    const int64_t equal[] = {1, 1, 0, 3}, down[] = {1, 3, 3, 0}, high[] = {1, 4, 0, 3};
    const int64_t below[] = {-1, 3, 0, 3};
    const double zero[] = {2, 1, 0, 3}, nan[] = {2, 1, 5, NAN};
    bad_rows_are(WRMF_E_NULL, "offsets", 3, 4, NULL, items, counts);
    bad_rows_are(WRMF_E_NULL, "item", 3, 4, offsets, NULL, counts);
    bad_rows_are(WRMF_E_RANGE, "users is -1", -1, 4, offsets, items, counts);
    bad_rows_are(WRMF_E_RANGE, "items is -1", 3, -1, offsets, items, counts);
    bad_rows_are(WRMF_E_RANGE, "users is 2147483648", 1LL << 31, 4, offsets, items, counts);
    bad_rows_are(WRMF_E_RANGE, "items is 2147483648", 3, 1LL << 31, offsets, items, counts);
    bad_rows_are(WRMF_E_FORMAT, "offsets[0] is 1", 3, 4, late, items, counts);
    bad_rows_are(WRMF_E_FORMAT, "offsets[2] is 2, below the 3", 3, 4, falling, items, counts);
    bad_rows_are(WRMF_E_FORMAT, "offsets[1] is -1", 3, 4, negative, items, counts);
    bad_rows_are(WRMF_E_FORMAT, "row 0: item[1] is 1", 3, 4, offsets, equal, counts);
    bad_rows_are(WRMF_E_FORMAT, "row 2: item[3] is 0", 3, 4, offsets, down, counts);
    bad_rows_are(WRMF_E_RANGE, "row 0: item[1] is 4, not in 0 .. 3", 3, 4, offsets, high, counts);
    bad_rows_are(WRMF_E_RANGE, "row 0: item[0] is -1", 3, 4, offsets, below, counts);
    bad_rows_are(WRMF_E_FORMAT, "count[2]", 3, 4, offsets, items, zero);
    bad_rows_are(WRMF_E_NONFINITE, "count[3]", 3, 4, offsets, items, nan);
    wrmf_matrix *matrix = NULL;
    FAILS(WRMF_E_NULL, "context",
          wrmf_matrix_from_csr(NULL, 3, 4, offsets, items, counts, &matrix, err));
    FAILS(WRMF_E_NULL, "context",
          wrmf_matrix_borrow_csr(NULL, 3, 4, offsets, items32, counts, &matrix, err));
    FAILS(WRMF_E_NULL, "out",
          wrmf_matrix_from_csr(context, 3, 4, offsets, items, counts, NULL, err));
    FAILS(WRMF_E_NULL, "out",
          wrmf_matrix_borrow_csr(context, 3, 4, offsets, items32, counts, NULL, err));
}

static void makings_without_memory(void **state)
{
    (void)state;
    static const int64_t user[] = {1, 0, 1}, item[] = {2, 2, 0};
    wrmf_matrix *matrix = NULL;
    OUT_OF_MEMORY(wrmf_matrix_from_triplets(context, 3, 4, 3, user, item, counts,
                                            WRMF_DUPLICATES_SUM, NULL, &matrix, err));
    assert_int_equal(wrmf_matrix_entries(matrix), 3);
    wrmf_matrix_free(matrix);
    OUT_OF_MEMORY(wrmf_matrix_from_csr(context, 3, 4, offsets, items, counts, &matrix, err));
    check_small(matrix);
    wrmf_matrix_free(matrix);
    OUT_OF_MEMORY(wrmf_matrix_borrow_csr(context, 3, 4, offsets, items32, counts, &matrix, err));
    check_small(matrix);
    wrmf_matrix_free(matrix);
}

static void empty_ones(void **state)
{
    (void)state;
    static const int64_t none[] = {0, 0, 0, 0};
    static const int64_t shapes[][2] = {{0, 0}, {3, 0}, {0, 3}, {3, 3}};
    for (int k = 0; k < 4; k++) {
        const int64_t users = shapes[k][0], columns = shapes[k][1];
        wrmf_matrix *made[3] = {NULL};
        MUST(wrmf_matrix_from_triplets(context, users, columns, 0, NULL, NULL, NULL,
                                       WRMF_DUPLICATES_SUM, NULL, &made[0], err));
        MUST(wrmf_matrix_from_csr(context, users, columns, none, NULL, NULL, &made[1], err));
        MUST(wrmf_matrix_borrow_csr(context, users, columns, none, NULL, NULL, &made[2], err));
        for (int m = 0; m < 3; m++) {
            assert_int_equal(wrmf_matrix_users(made[m]), users);
            assert_int_equal(wrmf_matrix_items(made[m]), columns);
            assert_int_equal(wrmf_matrix_entries(made[m]), 0);
            assert_true(wrmf_matrix_density(made[m]) == 0);
            assert_true(wrmf_matrix_total(made[m]) == 0);
            assert_true(wrmf_matrix_equal(made[m], made[0]));
            assert_int_equal(wrmf_matrix_row(made[m], 0, NULL, NULL), users ? 0 : -1);
            wrmf_matrix *turned = NULL, *thin = NULL, *train = NULL, *test = NULL, *sum = NULL;
            int64_t kept[3], kept_items[3], n_heldout = -1;
            MUST(wrmf_matrix_transpose(made[m], &turned, err));
            assert_int_equal(wrmf_matrix_users(turned), columns);
            MUST(wrmf_matrix_threshold(made[m], 0, 0, &thin, kept, kept_items, err));
            assert_true(wrmf_matrix_equal(thin, made[m]));
            wrmf_matrix_free(thin);
            MUST(wrmf_matrix_threshold(made[m], 1, 1, &thin, kept, kept_items, err));
            assert_int_equal(wrmf_matrix_users(thin), 0);
            assert_int_equal(wrmf_matrix_items(thin), 0);
            MUST(wrmf_matrix_split(made[m], 1, 0.2, 1, &train, &test, kept, &n_heldout, err));
            assert_int_equal(n_heldout, 0);
            assert_true(wrmf_matrix_equal(train, made[m]) && wrmf_matrix_equal(test, made[m]));
            MUST(wrmf_matrix_add(train, test, &sum, err));
            assert_true(wrmf_matrix_equal(sum, made[m]));
            wrmf_matrix_free(turned);
            wrmf_matrix_free(thin);
            wrmf_matrix_free(train);
            wrmf_matrix_free(test);
            wrmf_matrix_free(sum);
        }
        for (int m = 0; m < 3; m++)
            wrmf_matrix_free(made[m]);
    }
}

static void no_matrix(void **state)
{
    (void)state;
    const int64_t *of = offsets;
    assert_int_equal(wrmf_matrix_users(NULL), 0);
    assert_int_equal(wrmf_matrix_items(NULL), 0);
    assert_int_equal(wrmf_matrix_entries(NULL), 0);
    assert_true(wrmf_matrix_density(NULL) == 0);
    assert_true(wrmf_matrix_total(NULL) == 0);
    assert_true(wrmf_matrix_count(NULL, 0, 0) == 0);
    assert_int_equal(wrmf_matrix_row(NULL, 0, NULL, NULL), -1);
    wrmf_matrix_csr(NULL, &of, NULL, NULL);
    assert_true(of == offsets);
    wrmf_matrix_free(NULL);
    assert_true(wrmf_matrix_equal(NULL, NULL));
}

static void degrees_of_both_sides(void **state)
{
    (void)state;
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_matrix_from_csr(context, 3, 4, offsets, items, counts, &matrix, err));
    int64_t degrees[4] = {-1, -1, -1, -1};
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_degrees(NULL, WRMF_USERS, degrees, err));
    FAILS(WRMF_E_NULL, "degrees", wrmf_matrix_degrees(matrix, WRMF_USERS, NULL, err));
    FAILS(WRMF_E_RANGE, "side is 2", wrmf_matrix_degrees(matrix, (wrmf_side)2, degrees, err));
    assert_int_equal(degrees[0], -1);
    MUST(wrmf_matrix_degrees(matrix, WRMF_USERS, degrees, err));
    assert_true(degrees[0] == 2 && degrees[1] == 0 && degrees[2] == 2 && degrees[3] == -1);
    MUST(wrmf_matrix_degrees(matrix, WRMF_ITEMS, degrees, err));
    assert_true(degrees[0] == 1 && degrees[1] == 1 && degrees[2] == 0 && degrees[3] == 2);
    wrmf_matrix_free(matrix);
}

static void equality(void **state)
{
    (void)state;
    const int64_t shifted[] = {0, 2, 3, 4}, moved[] = {1, 2, 0, 3};
    const double other[] = {2, 1, 5, 4};
    wrmf_matrix *made[6] = {NULL};
    MUST(wrmf_matrix_from_csr(context, 3, 4, offsets, items, counts, &made[0], err));
    MUST(wrmf_matrix_from_csr(context, 3, 4, shifted, items, counts, &made[1], err));
    MUST(wrmf_matrix_from_csr(context, 3, 4, offsets, moved, counts, &made[2], err));
    MUST(wrmf_matrix_from_csr(context, 3, 4, offsets, items, other, &made[3], err));
    MUST(wrmf_matrix_from_csr(context, 3, 5, offsets, items, counts, &made[4], err));
    MUST(wrmf_matrix_from_csr(context, 3, 4, offsets, items, NULL, &made[5], err));
    for (int a = 0; a < 6; a++) {
        for (int b = 0; b < 6; b++)
            assert_int_equal(wrmf_matrix_equal(made[a], made[b]), a == b);
        assert_false(wrmf_matrix_equal(made[a], NULL));
        assert_false(wrmf_matrix_equal(NULL, made[a]));
    }
    for (int a = 0; a < 6; a++)
        wrmf_matrix_free(made[a]);
}

/* A matrix outlives the caller's hold of its context. */
static void context_freed_first(void **state)
{
    (void)state;
    host other = {0};
    wrmf_context *short_lived = host_context(&other);
    wrmf_matrix *matrix = NULL, *turned = NULL;
    MUST(wrmf_matrix_from_csr(short_lived, 3, 4, offsets, items, counts, &matrix, err));
    wrmf_context_free(short_lived);
    MUST(wrmf_matrix_transpose(matrix, &turned, err));
    check_small(matrix);
    wrmf_matrix_free(matrix);
    assert_true(wrmf_matrix_count(turned, 3, 2) == 3);
    wrmf_matrix_free(turned);
    host_check(&other);
}

/* Sizes, pairs and counts enter, and the way in which they came does not. */
static void hashes(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 1, 1}, item[] = {2, 0, 1};
    static const int64_t row[] = {1, 1, 0}, column[] = {1, 0, 2}, others[] = {1, 0, 1};
    static const double heavy[] = {1, 1, 2}, ones[] = {1, 1, 1};
    wrmf_matrix *const all[] = {
        triplets(2, 3, 3, user, item, NULL),  triplets(2, 3, 3, row, column, ones),
        triplets(2, 4, 3, user, item, NULL),  triplets(3, 3, 3, user, item, NULL),
        triplets(2, 3, 3, user, item, heavy), triplets(2, 3, 3, row, others, NULL),
    };
    enum { ALL = sizeof all / sizeof *all };
    for (int i = 0; i < ALL; i++)
        for (int j = 0; j < i; j++)
            assert_int_equal(wrmf_matrix_hash(all[i]) == wrmf_matrix_hash(all[j]), i == 1);
    assert_true(wrmf_matrix_hash(NULL) == 0);
    for (int i = 0; i < ALL; i++)
        wrmf_matrix_free(all[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(triplets_in_any_order),
        TEST(rows_copied_and_borrowed),
        TEST(ones_have_no_values),
        TEST(repeats_without_counts),
        TEST(bad_triplets),
        TEST(refused_repeats),
        TEST(bad_rows),
        TEST(makings_without_memory),
        TEST(empty_ones),
        TEST(no_matrix),
        TEST(degrees_of_both_sides),
        TEST(equality),
        TEST(context_freed_first),
        TEST(hashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
