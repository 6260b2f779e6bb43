/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Matrix Market files of wrmf/matrix.h.
 */
#include "made.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gzip.h"
#include "text.h"

static wrmf_matrix *read_text(const char *text)
{
    wrmf_matrix *matrix = NULL;
    MUST(read_market(text, strlen(text), 0, WRMF_DUPLICATES_SUM, NULL, &matrix, err));
    return matrix;
}

/* ---- reading ---- */

static void files_that_are_well_formed(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 2}, item[] = {1, 0};
    static const double count[] = {3, 0.5}, whole[] = {3, 12};
    wrmf_matrix *wanted = triplets(3, 2, 2, user, item, count);
    check_market("%%MatrixMarket matrix coordinate real general\n3 2 2\n1 2 3\n3 1 0.5\n", wanted);
    check_market("%%MatrixMarket matrix coordinate real general\n3 2 2\n3 1 5e-1\n1 2 +3.000",
                 wanted);
    check_market("%%matrixmarket MATRIX Coordinate REAL GENERAL  \r\n% a comment\r\n\r\n"
                 "  3\t2  2 \r\n\r\n% another\n \t 1   2 \t3e0\t\r\n3 1 .5\r\n\n%\n",
                 wanted);
    check_market(
        "\xef\xbb\xbf%%MatrixMarket matrix coordinate real general\n%\n3 2 2\n1 2 3\n3 1 0.5",
        wanted);
    wrmf_matrix_free(wanted);
    wanted = triplets(3, 2, 2, user, item, whole);
    check_market("%%MatrixMarket matrix coordinate integer general\n3 2 2\n1 2 3\n3 1 +12\n",
                 wanted);
    wrmf_matrix_free(wanted);
    wanted = triplets(3, 2, 2, user, item, NULL);
    check_market("%%MatrixMarket matrix coordinate pattern general\n3 2 2\n1 2\n03 1\n", wanted);
    wrmf_matrix_free(wanted);
    wanted = triplets(5, 7, 0, NULL, NULL, NULL);
    check_market("%%MatrixMarket matrix coordinate pattern general\n5 7 0\n", wanted);
    wrmf_matrix_free(wanted);
    wanted = triplets(0, 0, 0, NULL, NULL, NULL);
    check_market("%%MatrixMarket matrix coordinate pattern general\n0 0 0", wanted);
    wrmf_matrix_free(wanted);
}

static void entries_given_again(void **state)
{
    (void)state;
    static const char text[] = "%%MatrixMarket matrix coordinate integer general\n2 2 4\n"
                               "2 1 4\n1 1 1\n2 1 7\n2 1 5\n";
    static const double wanted[] = {16, 4, 7};
    wrmf_matrix *matrix = NULL;
    int64_t merged = -1;
    for (int mode = WRMF_DUPLICATES_SUM; mode <= WRMF_DUPLICATES_MAX; mode++) {
        MUST(read_market(text, strlen(text), 0, (wrmf_duplicates)mode, &merged, &matrix, err));
        assert_int_equal(merged, 2);
        assert_true(wrmf_matrix_count(matrix, 1, 0) == wanted[mode]);
        wrmf_matrix_free(matrix);
    }
    matrix = (wrmf_matrix *)&machine;
    merged = -1;
    FAILS(WRMF_E_FORMAT, "t:5:1: this pair",
          read_market(text, strlen(text), 0, WRMF_DUPLICATES_REFUSE, &merged, &matrix, err));
    assert_int_equal(merged, -1);
    assert_ptr_equal(matrix, &machine);
}

#define BANNER "%%MatrixMarket matrix coordinate real general\n"

typedef struct wrong_file {
    wrmf_status status;
    const char *text, *words;
} wrong_file;

static void check_wrong(const wrong_file *files, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *const text = files[i].text;
        wrmf_matrix *matrix = (wrmf_matrix *)&machine;
        FAILS(files[i].status, files[i].words,
              read_market(text, strlen(text), i % 3, WRMF_DUPLICATES_SUM, NULL, &matrix, err));
        assert_ptr_equal(matrix, &machine);
    }
}

static void first_lines_that_are_wrong(void **state)
{
    (void)state;
    static const wrong_file files[] = {
        {WRMF_E_FORMAT, "", "t:0:1: no Matrix Market"},
        {WRMF_E_FORMAT, "3 2 2\n", "t:1:1: no Matrix Market"},
        {WRMF_E_FORMAT, "\n" BANNER, "t:1:1: no Matrix Market"},
        {WRMF_E_FORMAT, "%%MatrixMarke matrix coordinate real general\n", "t:1:1: no Matrix"},
        {WRMF_E_FORMAT, "BZh91AY&SY\x01\n",
         "t: this is no Matrix Market file, but packed by bzip2"},
        {WRMF_E_FORMAT, "{\"user\": 1}\n", "t: this is no Matrix Market file, but JSON"},
        {WRMF_E_FORMAT, "%%MatrixMarket\n", "t:1:15: the object is missing"},
        {WRMF_E_FORMAT, "%%MatrixMarket matrix\n", "the format is missing"},
        {WRMF_E_FORMAT, "%%MatrixMarket matrix coordinate\n", "the field is missing"},
        {WRMF_E_FORMAT, "%%MatrixMarket matrix coordinate real\n", "t:1:38: the symmetry is"},
        {WRMF_E_FORMAT, "%%MatrixMarket matrix coordinate real general x\n", "t:1:47: \"x\""},
        {WRMF_E_UNSUPPORTED, "%%MatrixMarket vector coordinate real general\n", "t:1:16: the obj"},
        {WRMF_E_UNSUPPORTED, "%%MatrixMarket matrix array real general\n", "t:1:23: the format"},
        {WRMF_E_UNSUPPORTED, "%%MatrixMarket matrix coordinate complex general\n", "\"complex\""},
        {WRMF_E_UNSUPPORTED, "%%MatrixMarket matrix coordinate unsigned general\n", "\"unsigned\""},
        {WRMF_E_UNSUPPORTED, "%%MatrixMarket matrix coordinate real skew-symmetric\n",
         "t:1:39: the symmetry is \"skew-symmetric\"; what can be read is general and symmetric "
         "(half of the counts would be below 0)"},
        {WRMF_E_FORMAT, "%%MatrixMarket matrix coordinate real symmetric\n2 3 0\n",
         "t:2:1: 2 rows and 3 columns, which cannot be symmetric"},
        {WRMF_E_UNSUPPORTED, "%%MatrixMarket matrix coordinate real hermitian\n", "hermitian"},
    };
    check_wrong(files, sizeof files / sizeof *files);
}

static void sizes_that_are_wrong(void **state)
{
    (void)state;
    static const wrong_file files[] = {
        {WRMF_E_FORMAT, BANNER, "t:1:1: the line with the sizes is missing"},
        {WRMF_E_FORMAT, BANNER "% 3 2 2\n\n", "t:3:1: the line with the sizes"},
        {WRMF_E_FORMAT, BANNER "3\n", "t:2:2: the number of columns is missing"},
        {WRMF_E_FORMAT, BANNER "3 2\n", "t:2:4: the number of entries is missing"},
        {WRMF_E_FORMAT, BANNER "3 2 x\n", "t:2:5: the number of entries is \"x\""},
        {WRMF_E_FORMAT, BANNER "3 2.0 1\n", "t:2:3: the number of columns is \"2.0\""},
        {WRMF_E_FORMAT, BANNER "-3 2 1\n", "t:2:1: the number of rows is -3, below 0"},
        {WRMF_E_FORMAT, BANNER "3 2 1 1\n", "t:2:7: \"1\" is more than"},
        {WRMF_E_OVERFLOW, BANNER "2147483648 2 1\n", "t:2:1: the number of rows"},
        {WRMF_E_OVERFLOW, BANNER "1 99999999999999999999 1\n", "t:2:3: the number of col"},
        {WRMF_E_OVERFLOW, BANNER "1 1 9223372036854775808\n", "t:2:5: the number of ent"},
    };
    check_wrong(files, sizeof files / sizeof *files);
}

static void entries_that_are_wrong(void **state)
{
    (void)state;
    static const wrong_file files[] = {
        {WRMF_E_FORMAT, BANNER "3 2 1\n1\n", "t:3:2: the column is missing"},
        {WRMF_E_FORMAT, BANNER "3 2 1\n1 2\n", "t:3:4: count is \"\", missing"},
        {WRMF_E_FORMAT, BANNER "3 2 1\n1 2 1 1\n", "t:3:7: \"1\" is more than"},
        {WRMF_E_FORMAT, BANNER "3 2 1\n0 2 1\n", "t:3:1: row is \"0\", not in 1 .. 3"},
        {WRMF_E_FORMAT, BANNER "3 2 1\n4 2 1\n", "t:3:1: row is \"4\", not in 1 .. 3"},
        {WRMF_E_FORMAT, BANNER "3 2 1\n  1 -1 1\n", "t:3:5: column is \"-1\", not in 1 .. 2"},
        {WRMF_E_FORMAT, BANNER "3 2 1\n1 3 1\n", "t:3:3: column is \"3\", not in 1 .. 2"},
        {WRMF_E_FORMAT, BANNER "3 2 1\n1.0 1 1\n", "t:3:1: row is \"1.0\""},
        {WRMF_E_FORMAT, BANNER "0 0 1\n1 1 1\n", "t:3:1: row is \"1\", not in 1 .. 0"},
        {WRMF_E_FORMAT, BANNER "3 2 1\n1 2 0\n", "t:3:5: count is \"0\", not above 0"},
        {WRMF_E_FORMAT, BANNER "3 2 1\n1 2 -4\n", "t:3:5: count is \"-4\", not above 0"},
        {WRMF_E_FORMAT, BANNER "3 2 1\n1 2 x\n", "t:3:5: count is \"x\", not a number"},
        {WRMF_E_FORMAT, BANNER "3 2 1\n1 2 0x1\n", "t:3:5: count is \"0x1\", not a number"},
        {WRMF_E_NONFINITE, BANNER "3 2 1\n1 2 nan\n", "t:3:5: count is \"nan\", not finite"},
        {WRMF_E_NONFINITE, BANNER "3 2 1\n1 2 -Inf\n", "t:3:5: count is \"-Inf\", not finite"},
        {WRMF_E_NONFINITE, BANNER "3 2 1\n1 2 1e999\n", "t:3:5: count is \"1e999\", not finite"},
        {WRMF_E_NONFINITE, BANNER "1 1 2\n1 1 1e308\n1 1 1e308\n", ""},
        {WRMF_E_FORMAT, BANNER "3 2 2\n1 2 1\n", "t:3:1: the file ends after 1 of 2 entries"},
        {WRMF_E_FORMAT, BANNER "3 2 9223372036854775807\n1 2 1\n",
         "after 1 of 9223372036854775807"},
        {WRMF_E_FORMAT, BANNER "3 2 1\n1 2 1\n\n2 1 1\n", "t:5:1: more entries than the 1"},
        {WRMF_E_FORMAT, "%%MatrixMarket matrix coordinate integer general\n3 2 1\n1 2 1.5\n",
         "t:3:5: count is \"1.5\", not a whole number"},
        {WRMF_E_FORMAT, "%%MatrixMarket matrix coordinate integer general\n3 2 1\n1 2 1e-1\n",
         "t:3:5: count is \"1e-1\", not a whole number"},
        {WRMF_E_FORMAT, "%%MatrixMarket matrix coordinate pattern general\n3 2 1\n1 2 1\n",
         "t:3:5: \"1\" is more than"},
    };
    check_wrong(files, sizeof files / sizeof *files);
}

static void arguments(void **state)
{
    (void)state;
    wrmf_matrix *matrix = NULL;
    text_source source = {.fails_at = 1, .data = BANNER, .length = strlen(BANNER), .piece = 1};
    wrmf_input *const input = text_input(context, &source);
    FAILS(WRMF_E_NULL, "context", wrmf_matrix_read_market(NULL, input, 0, NULL, &matrix, err));
    FAILS(WRMF_E_NULL, "input", wrmf_matrix_read_market(context, NULL, 0, NULL, &matrix, err));
    FAILS(WRMF_E_NULL, "out", wrmf_matrix_read_market(context, input, 0, NULL, NULL, err));
    FAILS(WRMF_E_RANGE, "duplicates is 4",
          wrmf_matrix_read_market(context, input, (wrmf_duplicates)4, NULL, &matrix, err));
    FAILS(WRMF_E_IO, "byte 1", wrmf_matrix_read_market(context, input, 0, NULL, &matrix, err));
    wrmf_input_free(input);
    matrix = read_text(BANNER "1 1 1\n1 1 2\n");
    text_sink sink = {0};
    wrmf_output *const output = text_output(context, &sink);
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_write_market(NULL, output, err));
    FAILS(WRMF_E_NULL, "output", wrmf_matrix_write_market(matrix, NULL, err));
    assert_int_equal(sink.length, 0);
    MUST(wrmf_output_close(output, err));
    FAILS(WRMF_E_STATE, "closed", wrmf_matrix_write_market(matrix, output, err));
    wrmf_output_free(output);
    wrmf_matrix_free(matrix);
}

static void packed_files(void **state)
{
    (void)state;
    wrmf_error failure = {WRMF_OK, ""};
    wrmf_matrix *matrix = NULL;
    const wrmf_status status = read_market((const char *)gzip_two, sizeof gzip_two, 0,
                                           WRMF_DUPLICATES_SUM, NULL, &matrix, &failure);
    if (status == WRMF_E_FORMAT) /* unpacked: it begins with "one" */
        assert_non_null(strstr(failure.text, "t:1:1: no Matrix Market"));
    else
        assert_int_equal(status, WRMF_E_UNSUPPORTED); /* a build without zlib */
    assert_null(matrix);
}

static int stop_at_once(void *self, const wrmf_progress *progress)
{
    ++*(int *)self;
    assert_string_equal(progress->phase, "read");
    return 1;
}

static void reading_that_is_stopped(void **state)
{
    (void)state;
    int calls = 0;
    wrmf_matrix *matrix = NULL;
    wrmf_context_set_progress(context, &calls, stop_at_once);
    FAILS(WRMF_E_CANCELLED, "",
          read_market(BANNER "1 1 0\n", strlen(BANNER) + 6, 0, 0, NULL, &matrix, err));
    assert_int_equal(calls, 1);
    wrmf_context_set_progress(context, NULL, NULL);
}

/* ---- writing ---- */

static char *written(const wrmf_matrix *matrix)
{
    text_sink sink = {0};
    wrmf_output *const output = text_output(context, &sink);
    MUST(wrmf_matrix_write_market(matrix, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    return sink.data;
}

static void check_written(const double *count, const char *wanted)
{
    static const int64_t user[] = {0, 2}, item[] = {1, 0};
    wrmf_matrix *const matrix = triplets(3, 2, 2, user, item, count);
    char *const text = written(matrix);
    assert_string_equal(text, wanted);
    check_market(text, matrix);
    free(text);
    wrmf_matrix_free(matrix);
}

static void the_field_fits_the_counts(void **state)
{
    (void)state;
    static const double whole[] = {3, 9007199254740991.0}, large[] = {1, 9007199254740992.0},
                        broken[] = {1, 1.0 / 3}, tiny[] = {5e-324, 1e300}, ones[] = {1, 1};
    check_written(NULL, "%%MatrixMarket matrix coordinate pattern general\n3 2 2\n1 2\n3 1\n");
    check_written(ones, "%%MatrixMarket matrix coordinate pattern general\n3 2 2\n1 2\n3 1\n");
    check_written(whole, "%%MatrixMarket matrix coordinate integer general\n3 2 2\n1 2 3\n"
                         "3 1 9007199254740991\n");
    check_written(large, BANNER "3 2 2\n1 2 1\n3 1 9007199254740992\n");
    check_written(broken, BANNER "3 2 2\n1 2 1\n3 1 0.3333333333333333\n");
    check_written(tiny, BANNER "3 2 2\n1 2 4.94065645841247e-324\n3 1 1e300\n");
    wrmf_matrix *const none = triplets(4, 0, 0, NULL, NULL, NULL);
    char *const text = written(none);
    assert_string_equal(text, "%%MatrixMarket matrix coordinate pattern general\n4 0 0\n");
    check_market(text, none);
    free(text);
    wrmf_matrix_free(none);
}

static wrmf_matrix *random_matrix(int64_t users, int64_t items, bool counts)
{
    wrmf_matrix *matrix = NULL;
    enum { N = 3000 };
    static int64_t user[N], item[N];
    static double count[N];
    unsigned random = 7;
    for (int i = 0; i < N; i++) {
        random = random * 1103515245u + 12345u;
        user[i] = (random >> 8) % users;
        item[i] = (random >> 4) % items;
        count[i] = (random >> 10) / 1048573.0 + 1e-9;
    }
    MUST(wrmf_matrix_from_triplets(context, users, items, N, user, item, counts ? count : NULL,
                                   WRMF_DUPLICATES_DROP, NULL, &matrix, err));
    return matrix;
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    for (int counts = 0; counts < 2; counts++) {
        wrmf_matrix *const matrix = random_matrix(300, 200, counts), *back = NULL;
        char *const text = written(matrix);
        MUST(read_market(text, strlen(text), 100, WRMF_DUPLICATES_REFUSE, NULL, &back, err));
        assert_true(wrmf_matrix_equal(matrix, back));
        wrmf_matrix_free(back);
        free(text);
        wrmf_matrix_free(matrix);
    }
}

static void hashes_of_ids_are_read_back(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 2}, item[] = {1, 0};
    for (int known = 0; known < 4; known++) {
        wrmf_matrix *const matrix = triplets(3, 2, 2, user, item, NULL);
        const uint64_t users = known & 1 ? UINT64_MAX : 0, items = known & 2 ? 0xa5 : 0;
        MUST(wrmf_matrix_set_ids_hash(matrix, WRMF_USERS, users, err));
        MUST(wrmf_matrix_set_ids_hash(matrix, WRMF_ITEMS, items, err));
        char *const text = written(matrix);
        assert_true((strstr(text, "\n%wrmf") != NULL) == (known != 0));
        wrmf_matrix *const back = read_text(text);
        assert_true(wrmf_matrix_equal(matrix, back));
        assert_true(wrmf_matrix_ids_hash(back, WRMF_USERS) == users);
        assert_true(wrmf_matrix_ids_hash(back, WRMF_ITEMS) == items);
        wrmf_matrix_free(back);
        free(text);
        wrmf_matrix_free(matrix);
    }
}

/* What is not of the form is a comment, as for every other reader of these files. */
static void comments_that_tell_no_hash(void **state)
{
    (void)state;
    static const char *const comments[] = {"%",
                                           "%wrmf",
                                           "%wrmf users",
                                           "%wrmf users 0123",
                                           "%wrmf users 0123456789abcdeg",
                                           "%wrmf users 00123456789abcdef",
                                           "% wrmf users 0123456789abcdef",
                                           "%wrmf's users 0123456789abcdef",
                                           "%wrmf 0123456789abcdef users"};
    for (size_t i = 0; i < sizeof comments / sizeof *comments; i++) {
        char text[200];
        snprintf(text, sizeof text,
                 "%%%%MatrixMarket matrix coordinate pattern general\n%s\n1 1 0\n", comments[i]);
        wrmf_matrix *const matrix = read_text(text);
        assert_true(wrmf_matrix_ids_hash(matrix, WRMF_USERS) == 0);
        assert_true(wrmf_matrix_ids_hash(matrix, WRMF_ITEMS) == 0);
        wrmf_matrix_free(matrix);
    }
    wrmf_matrix *const matrix =
        read_text("%%MatrixMarket matrix coordinate pattern general\r\n%by me\r\n\r\n"
                  "%wrmf colour red items 0123456789abcdef users fedcba9876543210 \r\n%\r\n1 1 0");
    assert_true(wrmf_matrix_ids_hash(matrix, WRMF_USERS) == 0xfedcba9876543210);
    assert_true(wrmf_matrix_ids_hash(matrix, WRMF_ITEMS) == 0x0123456789abcdef);
    wrmf_matrix_free(matrix);
}

static void writing_that_fails(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = random_matrix(1000, 1000, true);
    text_sink sink = {.fails_at = 10};
    wrmf_output *output = text_output(context, &sink);
    FAILS(WRMF_E_IO, "t", wrmf_matrix_write_market(matrix, output, err));
    FAILS(WRMF_E_IO, "t", wrmf_output_close(output, err));
    wrmf_output_free(output);
    wrmf_matrix_free(matrix);
    free(sink.data);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = random_matrix(100, 100, true);
    char *const text = written(matrix);
    wrmf_status status = WRMF_E_NOMEM;
    for (long n = 1; status != WRMF_OK; n++) {
        wrmf_matrix *back = NULL;
        text_source source = {0};
        wrmf_input *const input = text_string(context, &source, text);
        machine.refused = 0;
        host_fail(&machine, n, false);
        status = wrmf_matrix_read_market(context, input, WRMF_DUPLICATES_REFUSE, NULL, &back, NULL);
        assert_int_equal(status, machine.refused > 0 ? WRMF_E_NOMEM : WRMF_OK);
        assert_true((status == WRMF_OK) == (back != NULL));
        host_fail(&machine, 0, false);
        wrmf_matrix_free(back);
        wrmf_input_free(input);
    }
    free(text);
    wrmf_matrix_free(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_that_are_well_formed),
        TEST(entries_given_again),
        TEST(first_lines_that_are_wrong),
        TEST(sizes_that_are_wrong),
        TEST(entries_that_are_wrong),
        TEST(arguments),
        TEST(packed_files),
        TEST(reading_that_is_stopped),
        TEST(the_field_fits_the_counts),
        TEST(what_is_written_is_read_back),
        TEST(hashes_of_ids_are_read_back),
        TEST(comments_that_tell_no_hash),
        TEST(writing_that_fails),
        TEST(every_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
