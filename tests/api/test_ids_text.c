/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ids as text.
 */
#include "made.h"

#include <stdlib.h>
#include <string.h>

#include "gzip.h"
#include "text.h"

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
        string_ids((const char *const[]){"a", " b ", "\\", "x\ty", "\n\r\\n", "#"}, 6);
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

/* A list is read back whatever kind of file its first ids look like. */
static void ids_that_look_like_files(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"<html>", "a"},   {"{", "\"a\""},
                                           {" ", "[{"},       {"[ {", "a"},
                                           {"%PDF-1", "a"},   {"PK\3\4", "a"},
                                           {"\xff\xfe", "a"}, {"RDX2", "a"},
                                           {"<unk>", "BZh"},  {"version https://git-lfs", "a"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        wrmf_ids *const ids = string_ids(pairs[i], 2);
        text_sink sink = {0};
        wrmf_output *const output = text_output(context, &sink);
        MUST(wrmf_ids_write(ids, output, err));
        MUST(wrmf_output_close(output, err));
        wrmf_output_free(output);
        wrmf_ids *const back = read_text(sink.data, sink.length, WRMF_IDS_STRING);
        check_same(ids, back);
        wrmf_ids_free(back);
        wrmf_ids_free(ids);
        free(sink.data);
    }
    wrmf_ids *const ids = string_ids((const char *const[]){"a", "b", "c"}, 3);
    wrmf_ids *const lines = read_text("a\rb\rc\r", 6, WRMF_IDS_STRING);
    check_same(ids, lines);
    wrmf_ids_free(lines);
    wrmf_ids_free(ids);
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

/* A list that an editor wrote anew in UTF-16, or that was packed, is called what it is; one that
 * begins as JSON does is a list. */
static void other_files_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *words;
    } cases[] = {
        {"\xff\xfe"
         "a\0\n\0",
         6, "t: this is no list of ids, but text in UTF-16"},
        {"BZh91AY&SY\x01\n", 12, "t: this is no list of ids, but packed by bzip2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_source source = {.data = cases[i].bytes, .length = cases[i].n};
        wrmf_input *const input = text_input(context, &source);
        wrmf_ids *ids = NULL;
        FAILS(WRMF_E_FORMAT, cases[i].words,
              wrmf_ids_read(context, input, WRMF_IDS_STRING, &ids, err));
        wrmf_input_free(input);
    }
    wrmf_ids *const ids = read_text("{\"a\"}\n[1,2]\n", 12, WRMF_IDS_STRING);
    assert_int_equal(wrmf_ids_size(ids), 2);
    wrmf_ids_free(ids);
}

static void a_byte_order_mark_is_no_part_of_an_id(void **state)
{
    (void)state;
    wrmf_ids *ids = read_text("\xef\xbb\xbf"
                              "a\r\nb\n",
                              8, WRMF_IDS_STRING);
    assert_int_equal(wrmf_ids_size(ids), 2);
    assert_string_equal(wrmf_ids_string(ids, 0, NULL), "a");
    wrmf_ids_free(ids);
    ids = read_text("\xef\xbb\xbf"
                    "7\n",
                    5, WRMF_IDS_INTEGER);
    assert_int_equal(wrmf_ids_integer(ids, 0), 7);
    wrmf_ids_free(ids);
    ids = read_text("\xef\xbb\xbf", 3, WRMF_IDS_STRING);
    assert_int_equal(wrmf_ids_size(ids), 0);
    wrmf_ids_free(ids);
    /* elsewhere the three bytes are a character as any other */
    ids = read_text("\xef\xbb\xbf\xef\xbb\xbf"
                    "a\n\xef\xbb\xbf\n",
                    12, WRMF_IDS_STRING);
    assert_string_equal(wrmf_ids_string(ids, 0, NULL), "\xef\xbb\xbf"
                                                       "a");
    assert_string_equal(wrmf_ids_string(ids, 1, NULL), "\xef\xbb\xbf");
    wrmf_ids_free(ids);
}

static void empty_lines_may_follow_the_last_id(void **state)
{
    (void)state;
    wrmf_ids *const ids = read_text("a\nb\n\n\r\n", 7, WRMF_IDS_STRING);
    assert_int_equal(wrmf_ids_size(ids), 2);
    wrmf_ids_free(ids);
}

/* ---- escapes ---- */

/* Bytes to text and back, twice; the text must be printable UTF-8 on one line. */
static void go_round(const char *bytes, size_t length)
{
    char text[64], back[64];
    size_t n = 0;
    const size_t full = wrmf_ids_escape(bytes, length, text, sizeof text);
    assert_in_range(full, length, 4 * length);
    assert_int_equal(strlen(text), full);
    for (size_t i = 0; i < full; i++)
        assert_true((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
    assert_int_equal(wrmf_ids_escape(NULL, 0, NULL, 0), 0);
    MUST(wrmf_ids_unescape(text, full, back, &n, err));
    assert_int_equal(n, length);
    assert_memory_equal(back, bytes, length);
    MUST(wrmf_ids_unescape(text, full, text, &n, err)); /* in place */
    assert_int_equal(n, length);
    assert_memory_equal(text, bytes, length);
}

static void every_byte_goes_round(void **state)
{
    (void)state;
    for (int a = 0; a < 256; a++) {
        go_round((const char[]){(char)a}, 1);
        go_round((const char[]){'x', (char)a, 'y'}, 3);
        for (int b = 0; b < 256; b++) {
            go_round((const char[]){(char)a, (char)b}, 2);
            go_round((const char[]){'\xe2', (char)a, (char)b, '\\', 'x'}, 5);
        }
    }
}

/* Ids of every byte, alone and beside others, are the same behind a file. */
static void every_byte_goes_round_in_a_file(void **state)
{
    (void)state;
    wrmf_ids *ids = string_ids(NULL, 0);
    for (int a = 1; a < 256; a++) {
        const char forms[4][3] = {{(char)a}, {'x', (char)a}, {(char)a, '\\'}, {'\\', (char)a, 'x'}};
        for (int i = 0; i < 4; i++) {
            int64_t index = -1;
            MUST(wrmf_ids_add(ids, forms[i], i == 3 ? 3 : i == 0 ? 1 : 2, &index, err));
            MUST(wrmf_ids_set_name(ids, index, forms[3], 3, err));
        }
    }
    MUST(wrmf_ids_add(ids, "\xef\xbb\xbf", 3, NULL, err));
    wrmf_ids *first = NULL;
    const int64_t last = wrmf_ids_size(ids) - 1;
    MUST(wrmf_ids_select(ids, &last, 1, &first, err)); /* a byte order mark begins the file */
    wrmf_ids *const lists[2] = {ids, first};
    for (int i = 0; i < 2; i++) {
        text_sink sink = {0};
        wrmf_output *const output = text_output(context, &sink);
        MUST(wrmf_ids_write(lists[i], output, err));
        MUST(wrmf_output_close(output, err));
        wrmf_output_free(output);
        wrmf_ids *const back = read_text(sink.data, sink.length, WRMF_IDS_STRING);
        check_same(lists[i], back);
        wrmf_ids_free(back);
        free(sink.data);
    }
    wrmf_ids_free(ids);
    wrmf_ids_free(first);
}

static void what_is_escaped(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *text;
    } cases[] = {
        {"DOM\\ann", "DOM\\\\ann"},
        {"a\tb\nc\rd", "a\\tb\\nc\\rd"},
        {"\x1b[2J\x7f", "\\x1b[2J\\x7f"},
        {" Bj\xc3\xb6rk, \"\xe2\x82\xac\" \xf0\x9f\x98\x80 ",
         " Bj\xc3\xb6rk, \"\xe2\x82\xac\" \xf0\x9f\x98\x80 "},
        {"Bj\xf6rk", "Bj\\xf6rk"},
        {"\xc2\x9b"
         "2J\xc2\xa0",
         "\\xc2\\x9b"
         "2J\xc2\xa0"},
        {"\xef\xbb\xbf"
         "a",
         "\\xef\\xbb\\xbf"
         "a"},
        {"\xe2\x82", "\\xe2\\x82"},                            /* a character that is cut short */
        {"\xc0\xaf\xe0\x80\xaf", "\\xc0\\xaf\\xe0\\x80\\xaf"}, /* longer than need be */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},                   /* a surrogate */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},          /* above U+10FFFF */
        {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        wrmf_ids_escape(cases[i].bytes, strlen(cases[i].bytes), text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
    char buffer[8] = "xxxxxxx";
    assert_int_equal(wrmf_ids_escape("abc\xe2\x82\xac", 6, buffer, 6), 6);
    assert_string_equal(buffer, "abc"); /* cut between two characters */
    assert_int_equal(wrmf_ids_escape("ab\x01", 3, buffer, 6), 6);
    assert_string_equal(buffer, "ab");
    assert_int_equal(wrmf_ids_escape("ab", 2, buffer, 1), 2);
    assert_string_equal(buffer, "");
    assert_int_equal(wrmf_ids_escape("\t\t", 2, NULL, 5), 4);
    assert_int_equal(wrmf_ids_escape(NULL, 2, buffer, 5), 0);
}

static void wrong_escapes(void **state)
{
    (void)state;
    static const char *const wrong[] = {"ab\\", "ab\\q", "ab\\x", "ab\\x1", "ab\\xg0", "ab\\0"};
    char buffer[8] = "kept";
    size_t n = 42;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        FAILS(WRMF_E_FORMAT,
              "byte 2: ", wrmf_ids_unescape(wrong[i], strlen(wrong[i]), buffer, &n, err));
    FAILS(WRMF_E_NULL, "text", wrmf_ids_unescape(NULL, 1, buffer, &n, err));
    FAILS(WRMF_E_NULL, "buffer", wrmf_ids_unescape("a", 1, NULL, &n, err));
    FAILS(WRMF_E_NULL, "n is", wrmf_ids_unescape("a", 1, buffer, NULL, err));
    assert_string_equal(buffer, "kept");
    assert_int_equal(n, 42);
    MUST(wrmf_ids_unescape(NULL, 0, NULL, &n, err));
    assert_int_equal(n, 0);
    MUST(wrmf_ids_unescape("\\x4A\\x6b\\\\\xff", 11, buffer, &n, err));
    assert_int_equal(n, 4);
    assert_memory_equal(buffer, "Jk\\\xff", 4);
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
        {"a\n\r\n\n\nb\n", 8, WRMF_IDS_STRING, "t:2:1: an empty id"},
        {"\tname\n", 6, WRMF_IDS_STRING, "t:1:1: an empty id"},
        {"a\nb\na\n", 6, WRMF_IDS_STRING, "t:3:1: id \"a\" is index 0 already"},
        {"a\\x\n", 4, WRMF_IDS_STRING, "t:1:2: "},
        {"a\tb\\", 4, WRMF_IDS_STRING, "t:1:4: "},
        {"a\tb\tc\n", 6, WRMF_IDS_STRING, "t:1:4: a second tab"},
        {"a\nb\0c\n", 6, WRMF_IDS_STRING, "t:2:1: a NUL"},
        {"a\tb\0c\n", 6, WRMF_IDS_STRING, "t:1:3: a NUL"},
        {"a\\x00c\n", 7, WRMF_IDS_STRING, "t:1:1: a NUL"},
        {"a\tb\\x00c\n", 9, WRMF_IDS_STRING, "t:1:3: a NUL"},
        {"a\\x1\n", 5, WRMF_IDS_STRING, "t:1:2: a backslash must"},
        {"\\x09\n\\t\n", 8, WRMF_IDS_STRING, "t:2:1: id \"\\t\" is index 0 already"},
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
    text_source line = {.data = "a\nlong\n", .length = 7};
    wrmf_input *const limited = text_input(context, &line);
    wrmf_ids *none = NULL;
    MUST(wrmf_input_set_limit(limited, WRMF_LIMIT_LINE, 3, err));
    FAILS(WRMF_E_OVERFLOW, "t:2:1: a line of more than 3 bytes",
          wrmf_ids_read(context, limited, WRMF_IDS_STRING, &none, err));
    wrmf_input_free(limited);
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
    wrmf_ids *const ids = string_ids((const char *const[]){"abc", "d"}, 2);
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
    wrmf_ids *const ids = string_ids(NULL, 0);
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
        TEST(written_ids_are_read_back),
        TEST(ids_that_look_like_files),
        TEST(integers_as_text),
        TEST(other_files_are_named),
        TEST(a_byte_order_mark_is_no_part_of_an_id),
        TEST(empty_lines_may_follow_the_last_id),
        TEST(every_byte_goes_round),
        TEST(every_byte_goes_round_in_a_file),
        TEST(what_is_escaped),
        TEST(wrong_escapes),
        TEST(text_that_is_wrong),
        TEST(writing_that_fails),
        TEST(writing_much_that_fails),
        TEST(packed_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
