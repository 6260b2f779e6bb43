/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ids as text.
 */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "gzip.h"
#include "text.h"
#include "wrmf/ids.h"

static wrmf_ids *strings(const char *const *texts, int n)
{
    wrmf_ids *ids = NULL;
    MUST(wrmf_ids_create(context, WRMF_IDS_STRING, &ids, err));
    for (int i = 0; i < n; i++) {
        int64_t index = -1;
        MUST(wrmf_ids_add(ids, texts[i], strlen(texts[i]), &index, err));
        assert_int_equal(index, i);
    }
    return ids;
}

static void check_same(const wrmf_ids *a, const wrmf_ids *b)
{
    assert_int_equal(wrmf_ids_size(a), wrmf_ids_size(b));
    assert_int_equal(wrmf_ids_get_kind(a), wrmf_ids_get_kind(b));
    for (int64_t i = 0; i < wrmf_ids_size(a); i++) {
        size_t n = 0, m = 0;
        assert_true(wrmf_ids_integer(a, i) == wrmf_ids_integer(b, i));
        const char *const id = wrmf_ids_string(a, i, &n), *const other = wrmf_ids_string(b, i, &m);
        assert_int_equal(n, m);
        assert_true(id ? memcmp(id, other, n + 1) == 0 : !other);
        const char *const name = wrmf_ids_name(a, i, &n), *const named = wrmf_ids_name(b, i, &m);
        assert_int_equal(n, m);
        assert_true(name ? named && memcmp(name, named, n + 1) == 0 : !named);
    }
}

static wrmf_ids *read_text(const char *text, size_t length, wrmf_ids_kind kind)
{
    text_source source = {.data = text, .length = length, .piece = 3};
    wrmf_input *const input = text_input(context, &source);
    wrmf_ids *ids = NULL;
    MUST(wrmf_ids_read(context, input, kind, &ids, err));
    wrmf_input_free(input);
    return ids;
}

static void written_ids_are_read_back(void **state)
{
    (void)state;
    wrmf_ids *const ids =
        strings((const char *const[]){"a", " b ", "\\", "x\ty", "\n\r\\n", "#"}, 6);
    MUST(wrmf_ids_set_name(ids, 1, "a name", 6, err));
    MUST(wrmf_ids_set_name(ids, 3, "tab\there\\ line\nbreak\r", 21, err));
    text_sink sink = {0};
    wrmf_output *const output = text_output(context, &sink);
    MUST(wrmf_ids_write(ids, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    assert_string_equal(sink.data, "a\n b \ta name\n\\\\\nx\\ty\ttab\\there\\\\ "
                                   "line\\nbreak\\r\n\\n\\r\\\\n\n#\n");
    wrmf_ids *const back = read_text(sink.data, sink.length, WRMF_IDS_STRING);
    check_same(ids, back);
    wrmf_ids_free(back);
    wrmf_ids_free(ids);
    free(sink.data);
}

static void integers_as_text(void **state)
{
    (void)state;
    static const char text[] = "7\r\n-3\tminus\r\n007000\n9223372036854775807";
    wrmf_ids *const ids = read_text(text, strlen(text), WRMF_IDS_INTEGER);
    assert_int_equal(wrmf_ids_size(ids), 4);
    assert_int_equal(wrmf_ids_integer(ids, 2), 7000);
    assert_string_equal(wrmf_ids_name(ids, 1, NULL), "minus");
    text_sink sink = {0};
    wrmf_output *const output = text_output(context, &sink);
    MUST(wrmf_ids_write(ids, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    assert_string_equal(sink.data, "7\n-3\tminus\n7000\n9223372036854775807\n");
    free(sink.data);
    wrmf_ids_free(ids);
    wrmf_ids *const none = read_text("", 0, WRMF_IDS_INTEGER);
    assert_int_equal(wrmf_ids_size(none), 0);
    wrmf_ids_free(none);
}

static void text_that_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        wrmf_ids_kind kind;
        const char *words;
    } cases[] = {
        {"a\n\nb\n", 5, WRMF_IDS_STRING, "t:2:1: an empty id"},
        {"\tname\n", 6, WRMF_IDS_STRING, "t:1:1: an empty id"},
        {"a\nb\na\n", 6, WRMF_IDS_STRING, "t:3:1: id \"a\" is index 0 already"},
        {"a\\x\n", 4, WRMF_IDS_STRING, "t:1:2: "},
        {"a\tb\\", 4, WRMF_IDS_STRING, "t:1:4: "},
        {"a\tb\tc\n", 6, WRMF_IDS_STRING, "t:1:4: a second tab"},
        {"a\nb\0c\n", 6, WRMF_IDS_STRING, "t:2:1: a NUL"},
        {"a\tb\0c\n", 6, WRMF_IDS_STRING, "t:1:3: a NUL"},
        {"1\n2x\n", 5, WRMF_IDS_INTEGER, "t:2:1: id is \"2x\""},
        {"1\n01\n", 5, WRMF_IDS_INTEGER, "t:2:1: id \"01\" is index 0 already"},
        {"9223372036854775808", 19, WRMF_IDS_INTEGER, "t:1:1: id is"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_source source = {.data = cases[i].text, .length = cases[i].length};
        wrmf_input *const input = text_input(context, &source);
        wrmf_ids *ids = (wrmf_ids *)&machine;
        FAILS(WRMF_E_FORMAT, cases[i].words,
              wrmf_ids_read(context, input, cases[i].kind, &ids, err));
        assert_ptr_equal(ids, &machine);
        wrmf_input_free(input);
    }
    text_source source = {.data = "a\nb", .length = 3, .piece = 1, .fails_at = 2};
    wrmf_input *const input = text_input(context, &source);
    wrmf_ids *ids = NULL;
    FAILS(WRMF_E_IO, "byte 2", wrmf_ids_read(context, input, WRMF_IDS_STRING, &ids, err));
    FAILS(WRMF_E_NULL, "context", wrmf_ids_read(NULL, input, WRMF_IDS_STRING, &ids, err));
    FAILS(WRMF_E_NULL, "input", wrmf_ids_read(context, NULL, WRMF_IDS_STRING, &ids, err));
    FAILS(WRMF_E_NULL, "out", wrmf_ids_read(context, input, WRMF_IDS_STRING, NULL, err));
    FAILS(WRMF_E_RANGE, "kind", wrmf_ids_read(context, input, (wrmf_ids_kind)-1, &ids, err));
    assert_null(ids);
    wrmf_input_free(input);
}

static void writing_that_fails(void **state)
{
    (void)state;
    wrmf_ids *const ids = strings((const char *const[]){"abc", "d"}, 2);
    text_sink sink = {.fails_at = 2};
    wrmf_output *const output = text_output(context, &sink);
    MUST(wrmf_ids_write(ids, output, err)); /* in the buffer */
    FAILS(WRMF_E_IO, "t", wrmf_output_close(output, err));
    FAILS(WRMF_E_STATE, "closed", wrmf_ids_write(ids, output, err));
    FAILS(WRMF_E_NULL, "ids", wrmf_ids_write(NULL, output, err));
    FAILS(WRMF_E_NULL, "output", wrmf_ids_write(ids, NULL, err));
    wrmf_output_free(output);
    wrmf_ids_free(ids);
    free(sink.data);
}

/* More than an output's buffer holds fails while it is written. */
static void writing_much_that_fails(void **state)
{
    (void)state;
    wrmf_ids *const ids = strings(NULL, 0);
    char text[1000];
    memset(text, 'a', sizeof text);
    for (int i = 0; i < 1000; i++) {
        text[i] = 'b';
        MUST(wrmf_ids_add(ids, text, sizeof text, NULL, err));
    }
    text_sink sink = {.fails_at = 1};
    wrmf_output *const output = text_output(context, &sink);
    FAILS(WRMF_E_IO, "t", wrmf_ids_write(ids, output, err));
    wrmf_output_free(output);
    wrmf_ids_free(ids);
    free(sink.data);
}

static void packed_text(void **state)
{
    (void)state;
    text_source source = {.data = (const char *)gzip_two, .length = sizeof gzip_two};
    wrmf_input *const input = text_input(context, &source);
    wrmf_ids *ids = NULL;
    const wrmf_status status = wrmf_ids_read(context, input, WRMF_IDS_STRING, &ids, NULL);
    if (status == WRMF_OK)
        assert_int_equal(wrmf_ids_find(ids, "four", 4), 3);
    else
        assert_int_equal(status, WRMF_E_UNSUPPORTED); /* a build without zlib */
    wrmf_ids_free(ids);
    wrmf_input_free(input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(written_ids_are_read_back), TEST(integers_as_text),        TEST(text_that_is_wrong),
        TEST(writing_that_fails),        TEST(writing_much_that_fails), TEST(packed_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
