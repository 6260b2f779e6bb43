/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of items of wrmf/matrix.h: a line a user.
 */
#include "made.h"

#include <string.h>

#include "gzip.h"
#include "text.h"

typedef struct lists {
    wrmf_matrix *matrix;
    wrmf_ids *ids[2];
    int64_t repeated, bare;
} lists;

static wrmf_status read_lists(const char *text, size_t length, size_t piece, int64_t limit,
                              lists *out, wrmf_error *err)
{
    text_source source = {.data = text, .length = length, .piece = piece};
    wrmf_input *const input = text_input(context, &source);
    *out = (lists){.repeated = -1, .bare = -1};
    if (limit > 0) {
        assert_int_equal(wrmf_input_set_limit(input, WRMF_LIMIT_LINE, limit, NULL), WRMF_OK);
        assert_int_equal(wrmf_input_set_limit(input, WRMF_LIMIT_ID, 3, NULL), WRMF_OK);
    }
    const wrmf_status status = wrmf_matrix_read_lists(
        context, input, &out->repeated, &out->bare, &out->matrix, &out->ids[0], &out->ids[1], err);
    wrmf_input_free(input);
    return status;
}

static void lists_free(const lists *out)
{
    wrmf_matrix_free(out->matrix);
    wrmf_ids_free(out->ids[0]);
    wrmf_ids_free(out->ids[1]);
}

/* Blanks of both kinds, at the ends too; empty lines; users without items; lines that go on. */
static void lists_that_are_read(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbf"
                               "7 30 12\r\n\n  \nann\t5 \t12\t \nbob \nnobody\n 7 12 5 5\nx 7";
    static const int64_t user[] = {0, 0, 0, 1, 1, 2}, item[] = {0, 1, 2, 1, 2, 3};
    static const char *const users[] = {"7", "ann", "x"}, *const items[] = {"30", "12", "5", "7"};
    wrmf_matrix *const wanted = triplets(3, 4, 6, user, item, NULL);
    for (size_t piece = 0; piece < 3; piece++) {
        lists out;
        MUST(read_lists(text, strlen(text), piece, 0, &out, err));
        assert_true(wrmf_matrix_equal(out.matrix, wanted));
        assert_int_equal(out.repeated, 2);
        assert_int_equal(out.bare, 2);
        for (int64_t i = 0; i < 3; i++)
            assert_string_equal(wrmf_ids_string(out.ids[0], i, NULL), users[i]);
        for (int64_t i = 0; i < 4; i++)
            assert_string_equal(wrmf_ids_string(out.ids[1], i, NULL), items[i]);
        assert_int_equal(wrmf_ids_size(out.ids[0]), 3);
        assert_int_equal(wrmf_ids_size(out.ids[1]), 4);
        lists_free(&out);
    }
    wrmf_matrix_free(wanted);
    lists none;
    MUST(read_lists("\n u\n", 4, 0, 0, &none, err));
    assert_int_equal(wrmf_matrix_users(none.matrix) + wrmf_matrix_items(none.matrix), 0);
    assert_int_equal(none.bare, 1);
    lists_free(&none);
}

static void lists_that_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
        size_t length;
        wrmf_status status;
    } cases[] = {
        {"a b\nc d\0e\n", "t:2:3: a NUL byte in the item", 9, WRMF_E_FORMAT},
        {"a\0 b\n", "t:1:1: a NUL byte in the user", 5, WRMF_E_FORMAT},
        {"a b\nabcd e\n", "t:2:1: the user has 4 bytes, more than the limit, 3", 11, WRMF_E_FORMAT},
        {"a bcde\n", "t:1:3: the item has 4 bytes", 7, WRMF_E_FORMAT},
        {"a b c d e f g\n", "t:1:1: a line of more than 9 bytes", 14, WRMF_E_OVERFLOW},
        {"BZh91AY&SY\x01\n", "t: these are no lists of items, but packed by bzip2", 12,
         WRMF_E_FORMAT},
    };
    lists out;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int64_t limit = i + 1 < sizeof cases / sizeof *cases ? 9 : 0;
        FAILS(cases[i].status, cases[i].words,
              read_lists(cases[i].text, cases[i].length, 0, limit, &out, err));
        assert_true(!out.matrix && !out.ids[0] && !out.ids[1]);
        assert_true(out.repeated == -1 && out.bare == -1);
    }
    wrmf_error failure = {WRMF_OK, ""};
    const wrmf_status status =
        read_lists((const char *)gzip_two, sizeof gzip_two, 0, 0, &out, &failure);
    assert_true(status == WRMF_OK || status == WRMF_E_UNSUPPORTED); /* without zlib */
    lists_free(&out);
}

static void calls_that_are_refused(void **state)
{
    (void)state;
    text_source source = {.data = "a b\n", .length = 4, .fails_at = 2};
    wrmf_input *const input = text_input(context, &source);
    wrmf_matrix *m = NULL;
    wrmf_ids *u = NULL, *i = NULL;
    FAILS(WRMF_E_NULL, "context", wrmf_matrix_read_lists(NULL, input, NULL, NULL, &m, &u, &i, err));
    FAILS(WRMF_E_NULL, "input", wrmf_matrix_read_lists(context, NULL, NULL, NULL, &m, &u, &i, err));
    FAILS(WRMF_E_NULL, "matrix",
          wrmf_matrix_read_lists(context, input, NULL, NULL, NULL, &u, &i, err));
    FAILS(WRMF_E_NULL, "users",
          wrmf_matrix_read_lists(context, input, NULL, NULL, &m, NULL, &i, err));
    FAILS(WRMF_E_NULL, "items",
          wrmf_matrix_read_lists(context, input, NULL, NULL, &m, &u, NULL, err));
    FAILS(WRMF_E_IO, "t", wrmf_matrix_read_lists(context, input, NULL, NULL, &m, &u, &i, err));
    assert_true(!m && !u && !i);
    wrmf_input_free(input);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    wrmf_status got = WRMF_E_NOMEM;
    lists out = {.matrix = NULL};
    for (long nth = 1; got != WRMF_OK; nth++) {
        text_source source = {.data = "a b c\nd b\n", .length = 10};
        wrmf_input *const input = text_input(context, &source);
        host_fail(&machine, nth, false);
        got = wrmf_matrix_read_lists(context, input, NULL, NULL, &out.matrix, &out.ids[0],
                                     &out.ids[1], NULL);
        host_fail(&machine, 0, false);
        assert_true(got == WRMF_OK || (got == WRMF_E_NOMEM && !out.matrix && !out.ids[0]));
        wrmf_input_free(input);
    }
    assert_int_equal(wrmf_matrix_entries(out.matrix), 3);
    lists_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lists_that_are_read),
        TEST(lists_that_are_refused),
        TEST(calls_that_are_refused),
        TEST(every_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
