/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library must find in real data the figures that other programs found in it. WRMF_DATA_DIR
 * names the folder of the data; without it nothing is tested.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrmf/wrmf.h"

/* Opens a file of the folder; NULL if it is not there. */
static wrmf_input *open_data(const char *file)
{
    const char *const folder = getenv("WRMF_DATA_DIR");
    if (!folder || !*folder)
        return NULL;
    char path[1000];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    if (access(path, R_OK) != 0)
        return NULL;
    wrmf_input *input = NULL;
    MUST(wrmf_input_open_path(context, path, &input, err));
    return input;
}

/* Checks a density, printed in percent with three digits, as the sources give it. */
static void check_percent(double density, const char *wanted)
{
    char text[16];
    snprintf(text, sizeof text, "%.3f", 100 * density);
    assert_string_equal(text, wanted);
}

static void check_size(const wrmf_matrix *matrix, int64_t users, int64_t items, int64_t entries)
{
    assert_int_equal(wrmf_matrix_users(matrix), users);
    assert_int_equal(wrmf_matrix_items(matrix), items);
    assert_int_equal(wrmf_matrix_entries(matrix), entries);
}

/* ---- the likes ---- */

static void check_split(const wrmf_matrix *thinned)
{
    int64_t *const degrees = calloc(39289, sizeof *degrees), *const heldout = calloc(7857, 8);
    int64_t enough = 0, n = 0;
    MUST(wrmf_matrix_degrees(thinned, WRMF_USERS, degrees, err));
    for (int u = 0; u < 39289; u++)
        enough += degrees[u] >= 10;
    assert_int_equal(enough, 30863);
    wrmf_matrix *train = NULL, *test = NULL, *sum = NULL;
    MUST(wrmf_matrix_split(thinned, 5, 0.2, 0, &train, &test, heldout, &n, err));
    assert_int_equal(n, 7857);
    check_size(test, 39289, 9691, 5 * 7857);
    check_size(train, 39289, 9691, 889278 - 5 * 7857);
    MUST(wrmf_matrix_add(train, test, &sum, err));
    assert_true(wrmf_matrix_equal(sum, thinned));
    wrmf_matrix_free(train);
    wrmf_matrix_free(test);
    wrmf_matrix_free(sum);
    free(degrees);
    free(heldout);
}

static void the_likes(void **state)
{
    (void)state;
    wrmf_input *const input = open_data("likes.psv.gz");
    if (!input)
        skip();
    wrmf_reader *reader = NULL;
    wrmf_matrix *matrix = NULL, *thinned = NULL;
    wrmf_ids *users = NULL, *items = NULL;
    MUST(wrmf_reader_create(context, &reader, err));
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_USER, "uid", err));
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_ITEM, "mid", err));
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_NAME, "modelname", err));
    MUST(wrmf_reader_set_duplicates(reader, WRMF_DUPLICATES_DROP, err));
    MUST(wrmf_reader_read(reader, input, &matrix, &users, &items, err));
    wrmf_input_free(input);
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_LINES), 912861);
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_ROWS), 912860);
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_DUPLICATES), 155);
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_PAIRS), 912705);
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_BLANK), 0);
    wrmf_reader_free(reader);
    check_size(matrix, 48871, 9986, 912705);
    check_percent(wrmf_matrix_density(matrix), "0.187");
    for (int64_t i = 0; i < 9986; i++)
        assert_non_null(wrmf_ids_name(items, i, NULL));
    const int64_t item = wrmf_ids_find(items, "0b5a0d657d7c", 12);
    assert_string_equal(wrmf_ids_name(items, item, NULL),
                        "Fever (Breathless, #2) \xe2\x80\x94 Maya Banks");
    assert_true(wrmf_matrix_count(matrix, wrmf_ids_find(users, "5fd00f258151", 12), item) == 1);
    MUST(wrmf_matrix_threshold(matrix, 5, 5, &thinned, NULL, NULL, err));
    check_size(thinned, 39289, 9691, 889278);
    check_percent(wrmf_matrix_density(thinned), "0.234");
    check_split(thinned);
    wrmf_matrix_free(thinned);
    wrmf_matrix_free(matrix);
    wrmf_ids_free(users);
    wrmf_ids_free(items);
}

/* ---- the other sets ---- */

static void check_market(const wrmf_matrix *matrix)
{
    char path[] = "/tmp/wrmf-data-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    wrmf_output *output = NULL;
    wrmf_input *input = NULL;
    wrmf_matrix *back = NULL;
    MUST(wrmf_output_open_path(context, path, &output, err));
    MUST(wrmf_matrix_write_market(matrix, output, err));
    MUST(wrmf_output_close(output, err));
    MUST(wrmf_input_open_path(context, path, &input, err));
    MUST(wrmf_matrix_read_market(context, input, WRMF_DUPLICATES_REFUSE, NULL, &back, err));
    assert_true(wrmf_matrix_equal(matrix, back));
    wrmf_matrix_free(back);
    wrmf_output_free(output);
    wrmf_input_free(input);
    unlink(path);
}

static void check_set(const char *file, int64_t users, int64_t items, int64_t pairs, double least,
                      double most)
{
    wrmf_input *const input = open_data(file);
    if (!input)
        skip();
    wrmf_reader *reader = NULL;
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_reader_create(context, &reader, err));
    MUST(wrmf_reader_set_header(reader, 0, err));
    MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_COUNT, 3, err));
    MUST(wrmf_reader_set_duplicates(reader, WRMF_DUPLICATES_REFUSE, err));
    MUST(wrmf_reader_read(reader, input, &matrix, NULL, NULL, err));
    check_size(matrix, users, items, pairs);
    const double *counts;
    wrmf_matrix_csr(matrix, NULL, NULL, &counts);
    double low = 1, high = 1;
    for (int64_t i = 0; counts && i < pairs; i++) {
        low = counts[i] < low ? counts[i] : low;
        high = counts[i] > high ? counts[i] : high;
    }
    assert_true(low == least && high == most);
    check_market(matrix);
    wrmf_matrix_free(matrix);
    wrmf_reader_free(reader);
    wrmf_input_free(input);
}

static void online_retail(void **state)
{
    (void)state;
    check_set("online-retail-agg.tsv.gz", 4339, 3665, 266802, 1, 80995);
}

static void lastfm(void **state)
{
    (void)state;
    check_set("hetrec-lastfm-2k.tsv.gz", 1892, 17632, 92834, 1, 352698);
}

static void movielens(void **state)
{
    (void)state;
    check_set("ml-100k.tsv.gz", 943, 1682, 100000, 1, 5);
}

static void citeulike(void **state)
{
    (void)state;
    check_set("citeulike-a.tsv.gz", 5551, 16980, 204986, 1, 1);
}

static void amazon(void **state)
{
    (void)state;
    check_set("amazon-book-testsplit.tsv.gz", 52639, 82629, 603378, 1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_likes), TEST(online_retail), TEST(lastfm),
        TEST(movielens), TEST(citeulike),     TEST(amazon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
