/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of candidates of wrmf/matrix.h.
 */
#include "made.h"

#include <stdlib.h>
#include <string.h>

#include "gzip.h"
#include "text.h"

enum { USERS = 4, ITEMS = 6 };

static wrmf_status read_candidates(const char *text, size_t length, size_t piece, int64_t limit,
                                   int64_t *repeated, wrmf_matrix *out[2], wrmf_error *err)
{
    text_source source = {.data = text, .length = length, .piece = piece};
    wrmf_input *const input = text_input(context, &source);
    if (limit > 0)
        assert_int_equal(wrmf_input_set_limit(input, WRMF_LIMIT_LINE, limit, NULL), WRMF_OK);
    const wrmf_status status =
        wrmf_matrix_read_candidates(context, input, USERS, ITEMS, repeated, &out[0], &out[1], err);
    wrmf_input_free(input);
    return status;
}

static void files_that_are_well_formed(void **state)
{
    (void)state;
    static const char text[] = "2\t3\t0\t5\r\n0\t5\t4\t4\t1\n\n\n";
    static const int64_t user[] = {0, 2}, item[] = {5, 3};
    static const int64_t all_users[] = {0, 0, 0, 2, 2, 2}, all_items[] = {1, 4, 5, 0, 3, 5};
    wrmf_matrix *const positives = triplets(USERS, ITEMS, 2, user, item, NULL);
    wrmf_matrix *const candidates = triplets(USERS, ITEMS, 6, all_users, all_items, NULL);
    for (size_t piece = 0; piece < 3; piece++) {
        wrmf_matrix *out[2] = {NULL, NULL};
        int64_t repeated = -1;
        MUST(read_candidates(text, strlen(text), piece, 0, &repeated, out, err));
        assert_int_equal(repeated, 1);
        assert_true(wrmf_matrix_equal(out[0], positives));
        assert_true(wrmf_matrix_equal(out[1], candidates));
        wrmf_matrix_free(out[0]);
        wrmf_matrix_free(out[1]);
    }
    wrmf_matrix *none[2];
    MUST(read_candidates("", 0, 0, 0, NULL, none, err));
    assert_int_equal(wrmf_matrix_entries(none[0]) + wrmf_matrix_entries(none[1]), 0);
    wrmf_matrix_free(none[0]);
    wrmf_matrix_free(none[1]);
    wrmf_matrix_free(positives);
    wrmf_matrix_free(candidates);
}

/* The first two fields in parentheses, as published files have them. */
static void pairs_in_parentheses(void **state)
{
    (void)state;
    static const char text[] = "(2,3)\t0\t5\n(0, 5)\t4\t1\n1\t0\t2\n";
    static const char plain[] = "2\t3\t0\t5\n0\t5\t4\t1\n1\t0\t2\n";
    wrmf_matrix *pairs[2], *fields[2];
    MUST(read_candidates(text, strlen(text), 1, 0, NULL, pairs, err));
    MUST(read_candidates(plain, strlen(plain), 0, 0, NULL, fields, err));
    for (int i = 0; i < 2; i++) {
        assert_true(wrmf_matrix_equal(pairs[i], fields[i]));
        wrmf_matrix_free(pairs[i]);
        wrmf_matrix_free(fields[i]);
    }
}

/* ---- by ids ---- */

typedef struct by_ids {
    wrmf_matrix *matrices[2];
    wrmf_ids *ids[2];
} by_ids;

static wrmf_status read_ids(const char *text, size_t length, int64_t limit, int64_t *repeated,
                            by_ids *out, wrmf_error *err)
{
    text_source source = {.data = text, .length = length, .piece = 1};
    wrmf_input *const input = text_input(context, &source);
    if (limit > 0)
        assert_int_equal(wrmf_input_set_limit(input, WRMF_LIMIT_LINE, limit, NULL), WRMF_OK);
    const wrmf_status status =
        wrmf_matrix_read_candidates_ids(context, input, repeated, &out->matrices[0],
                                        &out->matrices[1], &out->ids[0], &out->ids[1], err);
    wrmf_input_free(input);
    return status;
}

static void free_by_ids(const by_ids *out)
{
    for (int i = 0; i < 2; i++) {
        wrmf_matrix_free(out->matrices[i]);
        wrmf_ids_free(out->ids[i]);
    }
}

static void ids_are_numbered_as_they_come(void **state)
{
    (void)state;
    static const char text[] = "(ann,x y)\tz\tz\tw\nbob\tw\tx y\r\n";
    static const int64_t user[] = {0, 1}, item[] = {0, 2};
    static const int64_t all_users[] = {0, 0, 0, 1, 1}, all_items[] = {0, 1, 2, 0, 2};
    wrmf_matrix *const positives = triplets(2, 3, 2, user, item, NULL);
    wrmf_matrix *const candidates = triplets(2, 3, 5, all_users, all_items, NULL);
    by_ids out;
    int64_t repeated = -1;
    MUST(read_ids(text, strlen(text), 0, &repeated, &out, err));
    assert_int_equal(repeated, 1);
    assert_true(wrmf_matrix_equal(out.matrices[0], positives));
    assert_true(wrmf_matrix_equal(out.matrices[1], candidates));
    assert_string_equal(wrmf_ids_string(out.ids[0], 1, NULL), "bob");
    assert_string_equal(wrmf_ids_string(out.ids[1], 0, NULL), "x y");
    assert_int_equal(wrmf_ids_size(out.ids[1]), 3);
    free_by_ids(&out);
    wrmf_matrix_free(positives);
    wrmf_matrix_free(candidates);
}

static void ids_that_are_refused(void **state)
{
    (void)state;
    static const char long_line[] = "a\tb\tccccccc\n";
    static const struct {
        const char *text, *words;
        size_t length;
    } cases[] = {
        {"a\tb\t\n", "t:1:5: the item is empty", 5},
        {"\tb\tc\n", "t:1:1: the user is empty", 5},
        {"a\tb\tc\0d\n", "t:1:5: a NUL byte in the item", 8},
        {"(a,b,c)\td\n", "t:1:1: a first field in parentheses", 10},
        {"(a)\td\n", "t:1:1: a first field in parentheses", 6},
        {"(a, )\td\n", "t:1:5: the item is empty", 8},
        {"a\tb\tc\nb\ta\tc\n(a,b)\tc\n", "t:3:2: user a is in line 1 already", 20},
        {"a\tb\tb\n", "t:1:5: item b is the positive", 6},
    };
    by_ids out = {{NULL, NULL}, {NULL, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        FAILS(WRMF_E_FORMAT, cases[i].words,
              read_ids(cases[i].text, cases[i].length, 0, NULL, &out, err));
    FAILS(WRMF_E_OVERFLOW, "t:1:1: a line of more than 4 bytes",
          read_ids(long_line, strlen(long_line), 4, NULL, &out, err));
    assert_true(!out.matrices[0] && !out.ids[0]);
    text_source source = {.data = "0\t1\t2\n", .length = 6, .fails_at = 3};
    wrmf_input *const input = text_input(context, &source);
    wrmf_matrix **const m = out.matrices;
    wrmf_ids **const ids = out.ids;
    FAILS(WRMF_E_NULL, "context",
          wrmf_matrix_read_candidates_ids(NULL, input, NULL, m, m + 1, ids, ids + 1, err));
    FAILS(WRMF_E_NULL, "input",
          wrmf_matrix_read_candidates_ids(context, NULL, NULL, m, m + 1, ids, ids + 1, err));
    FAILS(WRMF_E_NULL, "positives",
          wrmf_matrix_read_candidates_ids(context, input, NULL, NULL, m, ids, ids + 1, err));
    FAILS(WRMF_E_NULL, "candidates",
          wrmf_matrix_read_candidates_ids(context, input, NULL, m, NULL, ids, ids + 1, err));
    FAILS(WRMF_E_NULL, "users",
          wrmf_matrix_read_candidates_ids(context, input, NULL, m, m + 1, NULL, ids + 1, err));
    FAILS(WRMF_E_NULL, "items",
          wrmf_matrix_read_candidates_ids(context, input, NULL, m, m + 1, ids, NULL, err));
    FAILS(WRMF_E_IO, "t",
          wrmf_matrix_read_candidates_ids(context, input, NULL, m, m + 1, ids, ids + 1, err));
    wrmf_input_free(input);
    wrmf_error failure = {WRMF_OK, ""};
    const wrmf_status status =
        read_ids((const char *)gzip_two, sizeof gzip_two, 0, NULL, &out, &failure);
    assert_true(status == WRMF_E_FORMAT || status == WRMF_E_UNSUPPORTED); /* without zlib */
    assert_true(!out.matrices[0] && !out.ids[0]);
}

static void allocations_fail_by_ids(void **state)
{
    (void)state;
    by_ids out = {{NULL, NULL}, {NULL, NULL}};
    wrmf_status got = WRMF_E_NOMEM;
    for (long nth = 1; got != WRMF_OK; nth++) {
        text_source source = {.data = "a\tb\tc\n", .length = 6};
        wrmf_input *const input = text_input(context, &source);
        host_fail(&machine, nth, false);
        got = wrmf_matrix_read_candidates_ids(context, input, NULL, &out.matrices[0],
                                              &out.matrices[1], &out.ids[0], &out.ids[1], NULL);
        host_fail(&machine, 0, false);
        assert_true(got == WRMF_OK || (got == WRMF_E_NOMEM && !out.matrices[0] && !out.ids[0]));
        wrmf_input_free(input);
    }
    free_by_ids(&out);
}

/* ---- by indices ---- */

static void files_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"0\t1\t2\nx\t1\t2\n", "t:2:1: user is \"x\", no index"},
        {"4\t1\t2\n", "t:1:1: user is 4, not in 0 .. 3"},
        {"0\t1\t6\n", "t:1:5: item is 6, not in 0 .. 5"},
        {"0\t1\t-1\n", "t:1:5: item is -1"},
        {"0\t1\t2 3\n", "t:1:5: item is \"2 3\""},
        {"0\t1\t2\t\n", "t:1:7: item is \"\""},
        {"0\t1\t2\n1\t1\t2\n0\t3\t4\n", "t:3:1: user 0 is in line 1 already"},
        {"0\t1\t2\t1\n", "t:1:7: item 1 is the positive"},
        {"0\n", "t:1:1: the line has no item"},
        {"0\t1\n", "t:1:1: the line has no negative item"},
        {"0\t1\t2\n\n1\t1\t2\n", "t:2:1: an empty line"},
        {"BZh91AY&SY\x01\n", "t: these are no candidates, but packed by bzip2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrmf_matrix *out[2] = {NULL, NULL};
        int64_t repeated = -1;
        FAILS(WRMF_E_FORMAT, cases[i].words,
              read_candidates(cases[i].text, strlen(cases[i].text), 0, 0, &repeated, out, err));
        assert_true(!out[0] && !out[1] && repeated == -1);
    }
    wrmf_matrix *out[2] = {NULL, NULL};
    FAILS(WRMF_E_OVERFLOW, "t:1:1: a line of more than 4 bytes",
          read_candidates("0\t1\t2\n", 6, 0, 4, NULL, out, err));
}

static void calls_that_are_refused(void **state)
{
    (void)state;
    text_source source = {.data = "0\t1\t2\n", .length = 6, .fails_at = 3};
    wrmf_input *const input = text_input(context, &source);
    wrmf_matrix *a = NULL, *b = NULL;
    FAILS(WRMF_E_NULL, "context",
          wrmf_matrix_read_candidates(NULL, input, USERS, ITEMS, NULL, &a, &b, err));
    FAILS(WRMF_E_NULL, "input",
          wrmf_matrix_read_candidates(context, NULL, USERS, ITEMS, NULL, &a, &b, err));
    FAILS(WRMF_E_NULL, "positives",
          wrmf_matrix_read_candidates(context, input, USERS, ITEMS, NULL, NULL, &b, err));
    FAILS(WRMF_E_NULL, "candidates",
          wrmf_matrix_read_candidates(context, input, USERS, ITEMS, NULL, &a, NULL, err));
    FAILS(WRMF_E_RANGE, "users is -1",
          wrmf_matrix_read_candidates(context, input, -1, ITEMS, NULL, &a, &b, err));
    FAILS(WRMF_E_RANGE, "items is 2147483648",
          wrmf_matrix_read_candidates(context, input, USERS, 2147483648, NULL, &a, &b, err));
    FAILS(WRMF_E_IO, "t",
          wrmf_matrix_read_candidates(context, input, USERS, ITEMS, NULL, &a, &b, err));
    assert_true(!a && !b);
    wrmf_input_free(input);
}

/* Packed files are unpacked where there is zlib. */
static void packed_files(void **state)
{
    (void)state;
    wrmf_error failure = {WRMF_OK, ""};
    wrmf_matrix *out[2] = {NULL, NULL};
    const wrmf_status status =
        read_candidates((const char *)gzip_two, sizeof gzip_two, 0, 0, NULL, out, &failure);
    if (status == WRMF_E_FORMAT) /* unpacked: it begins with "one" */
        assert_non_null(strstr(failure.text, "t:1:1: user is \"one"));
    else
        assert_int_equal(status, WRMF_E_UNSUPPORTED); /* a build without zlib */
    assert_true(!out[0] && !out[1]);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    wrmf_matrix *out[2] = {NULL, NULL};
    wrmf_status got = WRMF_E_NOMEM;
    for (long nth = 1; got != WRMF_OK; nth++) {
        text_source source = {.data = "0\t1\t2\n", .length = 6};
        wrmf_input *const input = text_input(context, &source);
        host_fail(&machine, nth, false);
        got =
            wrmf_matrix_read_candidates(context, input, USERS, ITEMS, NULL, &out[0], &out[1], NULL);
        host_fail(&machine, 0, false);
        assert_true(got == WRMF_OK || (got == WRMF_E_NOMEM && !out[0] && !out[1]));
        wrmf_input_free(input);
    }
    wrmf_matrix_free(out[0]);
    wrmf_matrix_free(out[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_that_are_well_formed),     TEST(files_that_are_refused),
        TEST(calls_that_are_refused),         TEST(packed_files),
        TEST(every_allocation_fails_in_turn), TEST(pairs_in_parentheses),
        TEST(ids_are_numbered_as_they_come),  TEST(ids_that_are_refused),
        TEST(allocations_fail_by_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
