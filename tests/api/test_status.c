/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf/status.h: each status has a name and a text of its own; other numbers are unknown. */
#include "fixture.h"

#include <string.h>

#include "wrmf/io.h"
#include "wrmf/status.h"

static const struct {
    wrmf_status status;
    const char *name;
} all[] = {
    {WRMF_OK, "WRMF_OK"},
    {WRMF_E_NULL, "WRMF_E_NULL"},
    {WRMF_E_RANGE, "WRMF_E_RANGE"},
    {WRMF_E_SHAPE, "WRMF_E_SHAPE"},
    {WRMF_E_FORMAT, "WRMF_E_FORMAT"},
    {WRMF_E_STATE, "WRMF_E_STATE"},
    {WRMF_E_NAME, "WRMF_E_NAME"},
    {WRMF_E_TOO_FEW, "WRMF_E_TOO_FEW"},
    {WRMF_E_NOMEM, "WRMF_E_NOMEM"},
    {WRMF_E_OVERFLOW, "WRMF_E_OVERFLOW"},
    {WRMF_E_THREAD, "WRMF_E_THREAD"},
    {WRMF_E_IO, "WRMF_E_IO"},
    {WRMF_E_UNSUPPORTED, "WRMF_E_UNSUPPORTED"},
    {WRMF_E_NONFINITE, "WRMF_E_NONFINITE"},
    {WRMF_E_CANCELLED, "WRMF_E_CANCELLED"},
    {WRMF_E_INTERNAL, "WRMF_E_INTERNAL"},
};

enum { N = sizeof all / sizeof *all };

static void names_and_texts(void **state)
{
    (void)state;
    for (int i = 0; i < N; i++) {
        assert_string_equal(wrmf_status_name(all[i].status), all[i].name);
        assert_ptr_equal(wrmf_status_name(all[i].status), wrmf_status_name(all[i].status));
        assert_true(strlen(wrmf_status_text(all[i].status)) > 5);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(wrmf_status_text(all[i].status),
                                    wrmf_status_text(all[j].status));
    }
}

static void numbers_that_are_none(void **state)
{
    (void)state;
    int known = 0;
    for (int number = -3; number < 1000; number++)
        known += strcmp(wrmf_status_name((wrmf_status)number), "unknown") != 0;
    assert_int_equal(known, N);
    assert_string_equal(wrmf_status_text((wrmf_status)1), "unknown");
    assert_string_equal(wrmf_status_text((wrmf_status)-1), "unknown");
    assert_string_equal(wrmf_status_name(WRMF_STATUS_WIDTH_), "unknown");
}

/* A call that is fine leaves the caller's error as it was; one that fails writes one line, and
 * does without an error if it is not given. */
static void what_is_in_an_error(void **state)
{
    (void)state;
    wrmf_error error = {WRMF_E_INTERNAL, "as it was"};
    assert_int_equal(wrmf_context_set_threads(context, 1, &error), WRMF_OK);
    assert_int_equal(error.code, WRMF_E_INTERNAL);
    assert_string_equal(error.text, "as it was");
    memset(&error, 'x', sizeof error);
    assert_int_equal(wrmf_context_set_threads(context, -7, &error), WRMF_E_RANGE);
    assert_int_equal(error.code, WRMF_E_RANGE);
    assert_non_null(memchr(error.text, '\0', sizeof error.text));
    assert_non_null(strstr(error.text, "threads is -7"));
    assert_null(strpbrk(error.text, "\r\n"));
    assert_int_equal(wrmf_context_set_threads(context, -7, NULL), WRMF_E_RANGE);
}

/* A text that is too long for an error is cut, and is one line. */
static void a_text_is_cut_where_room_ends(void **state)
{
    (void)state;
    char path[3 * WRMF_ERROR_TEXT];
    wrmf_error error;
    wrmf_input *input = NULL;
    memset(path, 'n', sizeof path - 1);
    path[7] = '\n';
    path[sizeof path - 1] = '\0';
    assert_int_equal(wrmf_input_open_path(context, path, &input, &error), WRMF_E_IO);
    assert_null(input);
    assert_int_equal(strnlen(error.text, sizeof error.text), WRMF_ERROR_TEXT - 1);
    assert_non_null(strstr(error.text, "n?n"));
    assert_null(strpbrk(error.text, "\r\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_and_texts),
        TEST(numbers_that_are_none),
        TEST(what_is_in_an_error),
        TEST(a_text_is_cut_where_room_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
