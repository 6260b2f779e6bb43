/* SPDX-License-Identifier: BSD-2-Clause */
/* Merging, thresholds and splits are compared with the same on dense tables. */
#include "dense.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static wrmf_context *context;

/* Random triplets with many repeats go into a table by each rule for duplicates. */
static void merging(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        uint64_t random = seed;
        int64_t users = 1 + random_below(&random, 7), items = 1 + random_below(&random, 7);
        enum { N = 40 };
        int64_t user[N], item[N], n = random_below(&random, N + 1);
        double count[N];
        for (int64_t j = 0; j < n; j++) {
            user[j] = random_below(&random, users), item[j] = random_below(&random, items);
            count[j] = (double)(1 + random_below(&random, 9)) / 4.0;
        }
        for (int rule = WRMF_DUPLICATES_SUM; rule <= WRMF_DUPLICATES_MAX; rule++) {
            dense want = dense_new(users, items);
            int64_t want_merged = 0, merged = -1;
            for (int64_t j = 0; j < n; j++) {
                double *cell = &dense_row(&want, user[j])[item[j]];
                want_merged += *cell > 0;
                *cell = *cell == 0                    ? count[j]
                        : rule == WRMF_DUPLICATES_SUM ? *cell + count[j]
                        : rule == WRMF_DUPLICATES_MAX ? fmax(*cell, count[j])
                                                      : *cell;
            }
            wrmf_matrix *matrix = NULL;
            MUST(wrmf_matrix_from_triplets(context, users, items, n, user, item, count,
                                           (wrmf_duplicates)rule, &merged, &matrix, err));
            dense got = dense_from_matrix(matrix);
            assert_true(dense_equal(&got, &want));
            assert_int_equal(merged, want_merged);
            assert_int_equal(wrmf_matrix_entries(matrix), n - merged);
            dense_free(&got);
            dense_free(&want);
            wrmf_matrix_free(matrix);
        }
    }
}

/* Runs the loop of the definition over flags: users, then items, until nothing changes. */
static void reference_threshold(const dense *table, int64_t low_user, int64_t low_item, char *user,
                                char *item)
{
    memset(user, 1, (size_t)table->rows + 1);
    memset(item, 1, (size_t)table->columns + 1);
    int changed = 1;
    while (changed) {
        changed = 0;
        for (int64_t u = 0; u < table->rows; u++) {
            int64_t degree = 0;
            for (int64_t i = 0; i < table->columns; i++) {
                degree += item[i] && dense_row(table, u)[i] > 0;
            }
            changed |= user[u] && degree < low_user;
            user[u] = user[u] && degree >= low_user;
        }
        for (int64_t i = 0; i < table->columns; i++) {
            int64_t degree = 0;
            for (int64_t u = 0; u < table->rows; u++) {
                degree += user[u] && dense_row(table, u)[i] > 0;
            }
            changed |= item[i] && degree < low_item;
            item[i] = item[i] && degree >= low_item;
        }
    }
}

static void check_threshold(const dense *table, int64_t low_user, int64_t low_item)
{
    enum { MOST = 64 };
    char user[MOST], item[MOST];
    int64_t kept_users[MOST], kept_items[MOST];
    assert_true(table->rows < MOST && table->columns < MOST);
    reference_threshold(table, low_user, low_item, user, item);
    wrmf_matrix *matrix = dense_to_matrix(context, table), *thin = NULL;
    MUST(wrmf_matrix_threshold(matrix, low_user, low_item, &thin, kept_users, kept_items, err));
    dense got = dense_from_matrix(thin);
    int64_t u = 0, i = 0;
    for (int64_t old = 0; old < table->rows; old++) {
        if (user[old]) {
            assert_true(u < got.rows);
            assert_int_equal(kept_users[u++], old);
        }
    }
    for (int64_t old = 0; old < table->columns; old++) {
        if (item[old]) {
            assert_true(i < got.columns);
            assert_int_equal(kept_items[i++], old);
        }
    }
    assert_int_equal(got.rows, u);
    assert_int_equal(got.columns, i);
    for (u = 0; u < got.rows; u++) {
        for (i = 0; i < got.columns; i++) {
            assert_true(dense_row(&got, u)[i] == dense_row(table, kept_users[u])[kept_items[i]]);
        }
    }
    dense_free(&got);
    wrmf_matrix_free(thin);
    wrmf_matrix_free(matrix);
}

static void thresholds(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        uint64_t random = seed + 1000;
        int64_t rows = random_below(&random, 50), columns = random_below(&random, 50);
        dense table = dense_counts(seed, rows, columns, 0.3 * random_unit(&random), 3);
        for (int64_t low_user = 0; low_user < 6; low_user++) {
            for (int64_t low_item = 0; low_item < 6; low_item++) {
                check_threshold(&table, low_user, low_item);
            }
        }
        dense_free(&table);
    }
}

/* Checks all that matrix.h says of a split, user by user. */
static void check_split(const dense *table, const wrmf_matrix *train_matrix,
                        const wrmf_matrix *test_matrix, int64_t count, const int64_t *heldout,
                        int64_t n_heldout)
{
    dense train = dense_from_matrix(train_matrix), test = dense_from_matrix(test_matrix);
    assert_int_equal(train.columns, table->columns);
    assert_int_equal(test.columns, table->columns);
    int64_t next = 0;
    for (int64_t u = 0; u < table->rows; u++) {
        int64_t moved = 0, had = 0;
        for (int64_t i = 0; i < table->columns; i++) {
            double in_train = dense_row(&train, u)[i], in_test = dense_row(&test, u)[i];
            assert_true(in_train == 0 || in_test == 0);
            assert_true(in_train + in_test == dense_row(table, u)[i]);
            moved += in_test > 0;
            had += dense_row(table, u)[i] > 0;
        }
        if (next < n_heldout && heldout[next] == u) {
            assert_int_equal(moved, count);
            assert_true(had >= 2 * count);
            next++;
        } else {
            assert_int_equal(moved, 0);
        }
    }
    assert_int_equal(next, n_heldout); /* the users are ascending, each once */
    dense_free(&train);
    dense_free(&test);
}

static void splits(void **state)
{
    (void)state;
    static const struct {
        double fraction;
        int64_t over, under; /* the same as a ratio of whole numbers */
    } fractions[] = {{0.0, 0, 1},     {0.1, 1, 10},       {0.25, 1, 4}, {0.5, 1, 2},
                     {0.29, 29, 100}, {0.999, 999, 1000}, {1.0, 1, 1},  {1.0 / 3, 1, 3},
                     {0.07, 7, 100},  {0.57, 57, 100}};
    int done = 0, refused = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        uint64_t random = seed + 2000;
        int64_t rows = random_below(&random, 40), columns = random_below(&random, 40);
        dense table = dense_counts(seed, rows, columns, random_unit(&random), 4);
        wrmf_matrix *matrix = dense_to_matrix(context, &table);
        int64_t count = 1 + random_below(&random, 6), able = 0;
        int64_t which = random_below(&random, sizeof fractions / sizeof fractions[0]);
        double fraction = fractions[which].fraction;
        for (int64_t u = 0; u < rows; u++) {
            able += wrmf_matrix_row(matrix, u, NULL, NULL) >= 2 * count;
        }
        int64_t wanted = rows * fractions[which].over / fractions[which].under;
        int64_t heldout[64], n_heldout = -1;
        wrmf_matrix *train = NULL, *test = NULL;
        wrmf_error error;
        wrmf_status status = wrmf_matrix_split(matrix, count, fraction, seed, &train, &test,
                                               heldout, &n_heldout, &error);
        if (able < wanted) {
            assert_int_equal(status, WRMF_E_TOO_FEW);
            assert_true(train == NULL && test == NULL && n_heldout == -1);
            refused++;
        } else {
            assert_int_equal(status, WRMF_OK);
            assert_int_equal(n_heldout, wanted);
            check_split(&table, train, test, count, heldout, n_heldout);
            done++;
        }
        wrmf_matrix_free(train);
        wrmf_matrix_free(test);
        wrmf_matrix_free(matrix);
        dense_free(&table);
    }
    assert_true(done > 10 && refused > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merging),
        cmocka_unit_test(thresholds),
        cmocka_unit_test(splits),
    };
    if (wrmf_context_create(&context, NULL) != WRMF_OK) {
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    wrmf_context_free(context);
    return failed;
}
