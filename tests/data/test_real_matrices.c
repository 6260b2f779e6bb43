/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real matrices are thinned by the loop of the definition and by the library, split, transposed and
 * added. The files are those of WRMF_DATA_DIR; without it nothing is tested.
 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wrmf/wrmf.h"

static const struct {
    const char *name;
    int64_t users, items, pairs; /* of the data set, as its source says */
} sets[] = {
    {"ml-100k", 943, 1682, 100000},
    {"hetrec-lastfm-2k", 1892, 17632, 92834},
    {"online-retail-agg", 4339, 3665, 266802},
    {"citeulike-a", 5551, 16980, 204986},
    {"amazon-book-testsplit", 52639, 82629, 603378},
};

static wrmf_context *context;

static wrmf_matrix *read_set(const char *path)
{
    wrmf_input *input = NULL;
    wrmf_reader *reader = NULL;
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_input_open_path(context, path, &input, err));
    MUST(wrmf_reader_create(context, &reader, err));
    MUST(wrmf_reader_set_header(reader, 0, err));
    MUST(wrmf_reader_set_delimiter(reader, '\t', err));
    MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_COUNT, 3, err));
    MUST(wrmf_reader_read(reader, input, &matrix, NULL, NULL, err));
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_DUPLICATES), 0);
    wrmf_reader_free(reader);
    wrmf_input_free(input);
    return matrix;
}

/* Drops rows of one side that fall short, once; gives how many. keep[] has flags of both sides. */
static int64_t drop_poor(const wrmf_matrix *matrix, char *keep, const char *keep_other,
                         int64_t least)
{
    int64_t dropped = 0;
    for (int64_t u = 0; u < wrmf_matrix_users(matrix); u++) {
        const int32_t *items;
        const int64_t n = wrmf_matrix_row(matrix, u, &items, NULL);
        int64_t degree = 0;
        for (int64_t i = 0; i < n; i++)
            degree += keep_other[items[i]];
        if (keep[u] && degree < least) {
            keep[u] = 0;
            dropped++;
        }
    }
    return dropped;
}

static void check_kept(const char *keep, int64_t n, const int64_t *kept, int64_t n_kept)
{
    int64_t k = 0;
    for (int64_t i = 0; i < n; i++)
        if (keep[i])
            assert_true(k < n_kept && kept[k++] == i);
    assert_int_equal(k, n_kept);
}

static void check_threshold(const wrmf_matrix *matrix, const wrmf_matrix *turned, int64_t per_user,
                            int64_t per_item)
{
    const int64_t users = wrmf_matrix_users(matrix), items = wrmf_matrix_items(matrix);
    char *const keep_user = malloc((size_t)users), *const keep_item = malloc((size_t)items);
    int64_t *const kept_users = malloc((size_t)users * 8);
    int64_t *const kept_items = malloc((size_t)items * 8);
    memset(keep_user, 1, (size_t)users);
    memset(keep_item, 1, (size_t)items);
    while (drop_poor(matrix, keep_user, keep_item, per_user) +
               drop_poor(turned, keep_item, keep_user, per_item) >
           0) {
    }
    wrmf_matrix *thin = NULL;
    MUST(wrmf_matrix_threshold(matrix, per_user, per_item, &thin, kept_users, kept_items, err));
    check_kept(keep_user, users, kept_users, wrmf_matrix_users(thin));
    check_kept(keep_item, items, kept_items, wrmf_matrix_items(thin));
    int64_t entries = 0;
    for (int64_t u = 0; u < users; u++) {
        const int32_t *row;
        const int64_t n = wrmf_matrix_row(matrix, u, &row, NULL);
        for (int64_t i = 0; keep_user[u] && i < n; i++)
            entries += keep_item[row[i]];
    }
    assert_int_equal(wrmf_matrix_entries(thin), entries);
    for (int64_t u = 0; u < wrmf_matrix_users(thin); u++) {
        const int32_t *row;
        const int64_t n = wrmf_matrix_row(thin, u, &row, NULL);
        for (int64_t i = 0; i < n; i++)
            assert_true(wrmf_matrix_count(thin, u, row[i]) ==
                        wrmf_matrix_count(matrix, kept_users[u], kept_items[row[i]]));
    }
    wrmf_matrix_free(thin);
    free(keep_user);
    free(keep_item);
    free(kept_users);
    free(kept_items);
}

static void check_split(const wrmf_matrix *matrix, int64_t count, double fraction)
{
    const double share = (1 + 0x1p-50) * fraction; /* as wrmf/matrix.h has it */
    const int64_t wanted = (int64_t)(share * (double)wrmf_matrix_users(matrix));
    int64_t *const heldout = malloc((size_t)(wanted + 1) * 8), n = -1;
    wrmf_matrix *train = NULL, *test = NULL, *sum = NULL;
    wrmf_status status =
        wrmf_matrix_split(matrix, count, fraction, 7, &train, &test, heldout, &n, NULL);
    if (status == WRMF_OK) {
        assert_int_equal(n, wanted);
        assert_int_equal(wrmf_matrix_entries(test), count * wanted);
        for (int64_t i = 0; i < n; i++) {
            assert_true(i == 0 || heldout[i] > heldout[i - 1]);
            assert_int_equal(wrmf_matrix_row(test, heldout[i], NULL, NULL), count);
            assert_true(wrmf_matrix_row(matrix, heldout[i], NULL, NULL) >= 2 * count);
        }
        MUST(wrmf_matrix_add(train, test, &sum, err));
        assert_true(wrmf_matrix_equal(sum, matrix));
        assert_int_equal(wrmf_matrix_entries(train) + wrmf_matrix_entries(test),
                         wrmf_matrix_entries(matrix));
    } else {
        int64_t able = 0;
        for (int64_t u = 0; u < wrmf_matrix_users(matrix); u++)
            able += wrmf_matrix_row(matrix, u, NULL, NULL) >= 2 * count;
        assert_int_equal(status, WRMF_E_TOO_FEW);
        assert_true(able < wanted);
    }
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    wrmf_matrix_free(sum);
    free(heldout);
}

static void real_matrices(void **state)
{
    (void)state;
    const char *const folder = getenv("WRMF_DATA_DIR");
    int found = 0;
    for (size_t s = 0; folder && s < sizeof sets / sizeof *sets; s++) {
        char path[1000];
        snprintf(path, sizeof path, "%s/%s.tsv.gz", folder, sets[s].name);
        FILE *const file = fopen(path, "rb");
        if (!file)
            continue;
        fclose(file);
        found++;
        wrmf_matrix *const matrix = read_set(path), *turned = NULL, *back = NULL;
        assert_int_equal(wrmf_matrix_users(matrix), sets[s].users);
        assert_int_equal(wrmf_matrix_items(matrix), sets[s].items);
        assert_int_equal(wrmf_matrix_entries(matrix), sets[s].pairs);
        MUST(wrmf_matrix_transpose(matrix, &turned, err));
        MUST(wrmf_matrix_transpose(turned, &back, err));
        assert_true(wrmf_matrix_equal(matrix, back));
        check_threshold(matrix, turned, 5, 5);
        check_threshold(matrix, turned, 20, 10);
        check_threshold(matrix, turned, 100, 0);
        check_split(matrix, 5, 0.2);
        check_split(matrix, 1, 0.5);
        check_split(matrix, 10, 0.9);
        wrmf_matrix_free(back);
        wrmf_matrix_free(turned);
        wrmf_matrix_free(matrix);
    }
    if (found == 0)
        skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(real_matrices)};
    if (wrmf_context_create(&context, NULL) != WRMF_OK)
        return 1;
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    wrmf_context_free(context);
    return failed;
}
