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
        TEST(every_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
