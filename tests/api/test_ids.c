/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ids: both kinds, names, selections, and ids as text.
 */
#include "fixture.h"

#include <stdio.h>
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

static void strings_are_numbered_in_order(void **state)
{
    (void)state;
    static const char *const texts[] = {"b", "a", "ab", "", "b c", "\xc3\xa9\t\n"};
    wrmf_ids *const ids = strings(texts, 3);
    int64_t index = -1;
    for (int i = 4; i < 6; i++)
        MUST(wrmf_ids_add(ids, texts[i], strlen(texts[i]), NULL, err));
    MUST(wrmf_ids_add(ids, "abc", 2, &index, err)); /* "ab": length counts, not a NUL */
    assert_int_equal(index, 2);
    assert_int_equal(wrmf_ids_size(ids), 5);
    assert_int_equal(wrmf_ids_find(ids, "a", 1), 1);
    assert_int_equal(wrmf_ids_find(ids, texts[5], 4), 4);
    assert_int_equal(wrmf_ids_find(ids, "c", 1), -1);
    assert_int_equal(wrmf_ids_find(ids, "a", 2), -1); /* with its NUL */
    assert_int_equal(wrmf_ids_find(ids, "a", 0), -1);
    assert_int_equal(wrmf_ids_find(ids, NULL, 1), -1);
    assert_int_equal(wrmf_ids_find(NULL, "a", 1), -1);
    assert_int_equal(wrmf_ids_find_integer(ids, 1), -1);
    size_t length = 77;
    assert_string_equal(wrmf_ids_string(ids, 3, &length), "b c");
    assert_int_equal(length, 3);
    assert_string_equal(wrmf_ids_string(ids, 0, NULL), "b");
    assert_null(wrmf_ids_string(ids, 5, &length));
    assert_null(wrmf_ids_string(ids, -1, NULL));
    assert_null(wrmf_ids_string(NULL, 0, NULL));
    assert_int_equal(wrmf_ids_integer(ids, 0), 0);
    assert_int_equal(wrmf_ids_get_kind(ids), WRMF_IDS_STRING);
    wrmf_ids_free(ids);
}

static void many_ids_stay_where_they_are(void **state)
{
    (void)state;
    enum { N = 100000 };
    wrmf_ids *ids = NULL;
    const char **const at = calloc(N, sizeof *at);
    char text[32];
    MUST(wrmf_ids_create(context, WRMF_IDS_STRING, &ids, err));
    for (int i = 0; i < N; i++) {
        int64_t index = -1;
        snprintf(text, sizeof text, "id-%d-%x", i, (unsigned)i * 40503u);
        MUST(wrmf_ids_add(ids, text, strlen(text), &index, err));
        assert_int_equal(index, i);
        at[i] = wrmf_ids_string(ids, i, NULL);
    }
    for (int i = 0; i < N; i++) {
        snprintf(text, sizeof text, "id-%d-%x", i, (unsigned)i * 40503u);
        assert_ptr_equal(wrmf_ids_string(ids, i, NULL), at[i]);
        assert_string_equal(at[i], text);
        assert_int_equal(wrmf_ids_find(ids, text, strlen(text)), i);
    }
    free(at);
    wrmf_ids_free(ids);
}

static void integers(void **state)
{
    (void)state;
    static const int64_t values[] = {5, 0, -3, INT64_MAX, INT64_MIN};
    wrmf_ids *ids = NULL;
    int64_t index = -1;
    MUST(wrmf_ids_create(context, WRMF_IDS_INTEGER, &ids, err));
    for (int i = 0; i < 5; i++) {
        MUST(wrmf_ids_add_integer(ids, values[i], &index, err));
        assert_int_equal(index, i);
    }
    MUST(wrmf_ids_add_integer(ids, -3, &index, err));
    assert_int_equal(index, 2);
    for (int i = 0; i < 5; i++) {
        assert_true(wrmf_ids_integer(ids, i) == values[i]);
        assert_int_equal(wrmf_ids_find_integer(ids, values[i]), i);
    }
    assert_int_equal(wrmf_ids_find(ids, "-9223372036854775808", 20), 4);
    assert_int_equal(wrmf_ids_find(ids, "5", 1), 0);
    assert_int_equal(wrmf_ids_find(ids, "x", 1), -1);
    assert_int_equal(wrmf_ids_find_integer(ids, 6), -1);
    assert_int_equal(wrmf_ids_find_integer(NULL, 5), -1);
    assert_int_equal(wrmf_ids_integer(ids, 5), 0);
    assert_int_equal(wrmf_ids_integer(ids, -1), 0);
    assert_null(wrmf_ids_string(ids, 0, NULL));
    char buffer[8] = "xxxxxxx";
    assert_int_equal(wrmf_ids_format(ids, 3, buffer, sizeof buffer), 19);
    assert_string_equal(buffer, "9223372");
    assert_int_equal(wrmf_ids_format(ids, 2, buffer, sizeof buffer), 2);
    assert_string_equal(buffer, "-3");
    assert_int_equal(wrmf_ids_format(ids, 9, buffer, sizeof buffer), 0);
    assert_string_equal(buffer, "");
    assert_int_equal(wrmf_ids_format(ids, 0, NULL, 0), 1);
    buffer[0] = 'y';
    assert_int_equal(wrmf_ids_format(ids, 0, buffer, 1), 1);
    assert_int_equal(buffer[0], '\0');
    assert_int_equal(wrmf_ids_format(NULL, 0, buffer, sizeof buffer), 0);
    FAILS(WRMF_E_STATE, "integers", wrmf_ids_add(ids, "1", 1, NULL, err));
    wrmf_ids_free(ids);
}

static void what_cannot_be_an_id(void **state)
{
    (void)state;
    wrmf_ids *ids = NULL, *const untouched = (wrmf_ids *)&machine;
    FAILS(WRMF_E_NULL, "context", wrmf_ids_create(NULL, WRMF_IDS_STRING, &ids, err));
    FAILS(WRMF_E_NULL, "out", wrmf_ids_create(context, WRMF_IDS_STRING, NULL, err));
    ids = untouched;
    FAILS(WRMF_E_RANGE, "kind is 2", wrmf_ids_create(context, (wrmf_ids_kind)2, &ids, err));
    assert_ptr_equal(ids, untouched);
    ids = strings((const char *const[]){"a"}, 1);
    int64_t index = 42;
    FAILS(WRMF_E_NULL, "ids", wrmf_ids_add(NULL, "a", 1, &index, err));
    FAILS(WRMF_E_NULL, "id is", wrmf_ids_add(ids, NULL, 1, &index, err));
    FAILS(WRMF_E_RANGE, "0 bytes", wrmf_ids_add(ids, "a", 0, &index, err));
    FAILS(WRMF_E_RANGE, "2147483648 bytes", wrmf_ids_add(ids, "a", (size_t)1 << 31, &index, err));
    FAILS(WRMF_E_FORMAT, "byte 1", wrmf_ids_add(ids, "x\0y", 3, &index, err));
    FAILS(WRMF_E_STATE, "strings", wrmf_ids_add_integer(ids, 1, &index, err));
    FAILS(WRMF_E_NULL, "ids", wrmf_ids_add_integer(NULL, 1, &index, err));
    assert_int_equal(index, 42);
    assert_int_equal(wrmf_ids_size(ids), 1);
    assert_int_equal(wrmf_ids_size(NULL), 0);
    assert_int_equal(wrmf_ids_get_kind(NULL), WRMF_IDS_STRING);
    wrmf_ids_free(ids);
    wrmf_ids_free(NULL);
}

static void names(void **state)
{
    (void)state;
    wrmf_ids *const ids = strings((const char *const[]){"a", "b", "c"}, 3);
    size_t length = 77;
    assert_null(wrmf_ids_name(ids, 0, &length));
    assert_int_equal(length, 0);
    MUST(wrmf_ids_set_name(ids, 2, "Gamma\tray", 9, err));
    assert_string_equal(wrmf_ids_name(ids, 2, &length), "Gamma\tray");
    assert_int_equal(length, 9);
    assert_null(wrmf_ids_name(ids, 0, NULL));
    MUST(wrmf_ids_set_name(ids, 2, "G", 1, err));
    assert_string_equal(wrmf_ids_name(ids, 2, NULL), "G");
    MUST(wrmf_ids_set_name(ids, 2, "Gamma, longer than before", 25, err));
    assert_string_equal(wrmf_ids_name(ids, 2, NULL), "Gamma, longer than before");
    const char *const own = wrmf_ids_name(ids, 2, NULL);
    MUST(wrmf_ids_set_name(ids, 2, own + 7, 6, err)); /* a piece of itself */
    assert_string_equal(wrmf_ids_name(ids, 2, NULL), "longer");
    MUST(wrmf_ids_set_name(ids, 2, NULL, 0, err));
    assert_null(wrmf_ids_name(ids, 2, NULL));
    MUST(wrmf_ids_set_name(ids, 0, "", 0, err));
    assert_null(wrmf_ids_name(ids, 0, NULL));
    FAILS(WRMF_E_NULL, "ids", wrmf_ids_set_name(NULL, 0, "x", 1, err));
    FAILS(WRMF_E_NULL, "name", wrmf_ids_set_name(ids, 0, NULL, 1, err));
    FAILS(WRMF_E_RANGE, "3, not in 0 .. 2", wrmf_ids_set_name(ids, 3, "x", 1, err));
    FAILS(WRMF_E_RANGE, "-1", wrmf_ids_set_name(ids, -1, "x", 1, err));
    FAILS(WRMF_E_RANGE, "name", wrmf_ids_set_name(ids, 0, "x", (size_t)1 << 31, err));
    FAILS(WRMF_E_FORMAT, "byte 1", wrmf_ids_set_name(ids, 0, "x\0y", 3, err));
    assert_null(wrmf_ids_name(ids, 0, NULL));
    assert_null(wrmf_ids_name(ids, 3, NULL));
    assert_null(wrmf_ids_name(NULL, 0, NULL));
    wrmf_ids_free(ids);
}

static void selections(void **state)
{
    (void)state;
    wrmf_ids *const ids = strings((const char *const[]){"a", "b", "c"}, 3);
    wrmf_ids *const untouched = (wrmf_ids *)&machine;
    MUST(wrmf_ids_set_name(ids, 2, "see", 3, err));
    wrmf_ids *chosen = NULL;
    MUST(wrmf_ids_select(ids, (const int64_t[]){2, 0}, 2, &chosen, err));
    assert_int_equal(wrmf_ids_size(chosen), 2);
    assert_string_equal(wrmf_ids_string(chosen, 0, NULL), "c");
    assert_string_equal(wrmf_ids_name(chosen, 0, NULL), "see");
    assert_string_equal(wrmf_ids_string(chosen, 1, NULL), "a");
    assert_null(wrmf_ids_name(chosen, 1, NULL));
    wrmf_ids_free(chosen);
    MUST(wrmf_ids_select(ids, NULL, 0, &chosen, err));
    assert_int_equal(wrmf_ids_size(chosen), 0);
    wrmf_ids_free(chosen);
    chosen = untouched;
    FAILS(WRMF_E_RANGE, "indices[1] is 3, not in 0 .. 2",
          wrmf_ids_select(ids, (const int64_t[]){1, 3}, 2, &chosen, err));
    FAILS(WRMF_E_RANGE, "indices[0] is -1",
          wrmf_ids_select(ids, (const int64_t[]){-1}, 1, &chosen, err));
    FAILS(WRMF_E_RANGE, "indices[2] is 1, which indices[0] is too",
          wrmf_ids_select(ids, (const int64_t[]){1, 0, 1}, 3, &chosen, err));
    FAILS(WRMF_E_RANGE, "n is -1", wrmf_ids_select(ids, NULL, -1, &chosen, err));
    FAILS(WRMF_E_NULL, "ids", wrmf_ids_select(NULL, NULL, 0, &chosen, err));
    FAILS(WRMF_E_NULL, "indices", wrmf_ids_select(ids, NULL, 1, &chosen, err));
    FAILS(WRMF_E_NULL, "out", wrmf_ids_select(ids, NULL, 0, NULL, err));
    assert_ptr_equal(chosen, untouched);
    wrmf_ids_free(ids);
}

/* ---- text ---- */

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

/* ---- no memory ---- */

static wrmf_status read_once(wrmf_ids **out, wrmf_error *err)
{
    text_source source = {.data = "a\tx\nb\n", .length = 6};
    wrmf_input *input = NULL;
    wrmf_status status = wrmf_input_open_callback(context, &source, text_read, NULL, &input, err);
    if (status == WRMF_OK)
        status = wrmf_ids_read(context, input, WRMF_IDS_STRING, out, err);
    wrmf_input_free(input);
    return status;
}

static void calls_without_memory(void **state)
{
    (void)state;
    static const int64_t indices[] = {1, 0};
    wrmf_ids *ids = NULL, *other = NULL;
    OUT_OF_MEMORY(wrmf_ids_create(context, WRMF_IDS_INTEGER, &ids, err));
    OUT_OF_MEMORY(wrmf_ids_add_integer(ids, 7, NULL, err));
    assert_int_equal(wrmf_ids_find_integer(ids, 7), 0);
    wrmf_ids_free(ids);
    ids = NULL;
    OUT_OF_MEMORY(read_once(&ids, err));
    assert_string_equal(wrmf_ids_name(ids, 0, NULL), "x");
    wrmf_ids_free(ids);
    ids = strings((const char *const[]){"a", "b"}, 2);
    OUT_OF_MEMORY(wrmf_ids_set_name(ids, 1, "name", 4, err));
    assert_string_equal(wrmf_ids_name(ids, 1, NULL), "name");
    OUT_OF_MEMORY(wrmf_ids_select(ids, indices, 2, &other, err));
    assert_string_equal(wrmf_ids_name(other, 0, NULL), "name");
    wrmf_ids_free(ids);
    wrmf_ids_free(other);
    ids = strings(NULL, 0);
    OUT_OF_MEMORY(wrmf_ids_add(ids, "a", 1, NULL, err));
    assert_int_equal(wrmf_ids_size(ids), 1);
    wrmf_ids_free(ids);
}

/* Everything that allocates, refused its n-th allocation. */
static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    bool done = false;
    for (long n = 1; !done; n++) {
        wrmf_ids *ids = NULL, *chosen = NULL;
        text_source source = {.data = "a\tx\nb\ty\n", .length = 8};
        wrmf_input *const input = text_input(context, &source);
        machine.refused = 0;
        host_fail(&machine, n, false);
        bool fine = wrmf_ids_read(context, input, WRMF_IDS_STRING, &ids, NULL) == WRMF_OK;
        int64_t size = fine ? 2 : 0;
        char text[16];
        for (int i = 0; fine && i < 400; i++) {
            snprintf(text, sizeof text, "%d", i);
            fine = wrmf_ids_add(ids, text, strlen(text), NULL, NULL) == WRMF_OK;
            size += fine;
            /* what failed is not there, and can be added now */
            assert_int_equal(wrmf_ids_size(ids), size);
            assert_int_equal(wrmf_ids_find(ids, text, strlen(text)), fine ? size - 1 : -1);
        }
        fine = fine && wrmf_ids_set_name(ids, 300, "name", 4, NULL) == WRMF_OK;
        const int64_t indices[] = {1, 300};
        fine = fine && wrmf_ids_select(ids, indices, 2, &chosen, NULL) == WRMF_OK;
        done = machine.refused == 0;
        assert_true(done == fine);
        host_fail(&machine, 0, false);
        if (ids)
            MUST(wrmf_ids_add(ids, "more", 4, NULL, err));
        wrmf_ids_free(chosen);
        wrmf_ids_free(ids);
        wrmf_input_free(input);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(strings_are_numbered_in_order),
        TEST(many_ids_stay_where_they_are),
        TEST(integers),
        TEST(what_cannot_be_an_id),
        TEST(names),
        TEST(selections),
        TEST(written_ids_are_read_back),
        TEST(integers_as_text),
        TEST(text_that_is_wrong),
        TEST(writing_that_fails),
        TEST(writing_much_that_fails),
        TEST(packed_text),
        TEST(calls_without_memory),
        TEST(every_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
