/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Limits on the length of a line and of an id, in all text that is read.
 */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

#include "text.h"
#include "wrmf/ids.h"
#include "wrmf/io.h"
#include "wrmf/matrix.h"
#include "wrmf/reader.h"

/* ---- three readers of text ---- */

typedef wrmf_status (*read_fn)(wrmf_input *input, wrmf_error *err);

static wrmf_status read_ids(wrmf_input *input, wrmf_error *err)
{
    wrmf_ids *ids = NULL;
    const wrmf_status status = wrmf_ids_read(context, input, WRMF_IDS_STRING, &ids, err);
    wrmf_ids_free(ids);
    return status;
}

static wrmf_status read_market(wrmf_input *input, wrmf_error *err)
{
    wrmf_matrix *matrix = NULL;
    const wrmf_status status =
        wrmf_matrix_read_market(context, input, WRMF_DUPLICATES_REFUSE, NULL, &matrix, err);
    wrmf_matrix_free(matrix);
    return status;
}

static wrmf_status read_delimited_as(wrmf_input *input, int header, wrmf_malformed malformed,
                                     int64_t *passed, wrmf_error *failure)
{
    wrmf_reader *reader = NULL;
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_reader_create(context, &reader, err));
    MUST(wrmf_reader_set_delimiter(reader, ',', err));
    MUST(wrmf_reader_set_header(reader, header, err));
    MUST(wrmf_reader_set_malformed(reader, malformed, err));
    const wrmf_status status = wrmf_reader_read(reader, input, &matrix, NULL, NULL, failure);
    *passed = wrmf_reader_count(reader, WRMF_READ_MALFORMED);
    wrmf_matrix_free(matrix);
    wrmf_reader_free(reader);
    return status;
}

static wrmf_status read_delimited(wrmf_input *input, wrmf_error *err)
{
    int64_t passed;
    return read_delimited_as(input, 0, WRMF_MALFORMED_REFUSE, &passed, err);
}

/* Read a string, given piece by piece, under a limit on one of both lengths; 0 sets none. */
static wrmf_status read_string(read_fn read, const char *text, size_t piece, wrmf_input_limit limit,
                               int64_t bytes, wrmf_error *failure)
{
    text_source source = {.data = text, .length = strlen(text), .piece = piece};
    wrmf_input *const input = text_input(context, &source);
    if (bytes > 0)
        MUST(wrmf_input_set_limit(input, limit, bytes, err));
    const wrmf_status status = read(input, failure);
    wrmf_input_free(input);
    return status;
}

/* ---- tests ---- */

static void lines_up_to_the_limit(void **state)
{
    (void)state;
    static const struct {
        read_fn read;
        const char *text; /* its longest line is the third */
        int longest;
    } cases[] = {
        {read_ids, "a\nb\nlonger\nc\n", 6},
        {read_ids, "a\r\nb\r\nlonger\r\nc\r\n", 6},
        {read_ids, "a\nb\nlonger", 6},
        {read_ids, "a\rb\rlonger\rc", 6},
        {read_market, "%%MatrixMarket matrix coordinate pattern general\n1 1 1\n1 1\n", 48},
        {read_delimited, "a,b\nc,d\nlonger,than\ne,f\n", 11},
        {read_delimited, "a,b\r\nc,d\r\nlonger,than\r\ne,f\r\n", 11},
        {read_delimited, "a,b\nc,d\n\"lon\nger\",x", 11}, /* a record of two lines */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const place = cases[i].read == read_market ? "t:1:1: " : "t:3:1: ";
        for (size_t piece = 0; piece < 3; piece++) {
            MUST(read_string(cases[i].read, cases[i].text, piece, WRMF_LIMIT_LINE, cases[i].longest,
                             err));
            FAILS(WRMF_E_OVERFLOW, place,
                  read_string(cases[i].read, cases[i].text, piece, WRMF_LIMIT_LINE,
                              cases[i].longest - 1, err));
        }
        wrmf_error failure;
        assert_int_equal(read_string(cases[i].read, cases[i].text, 0, WRMF_LIMIT_LINE, 3, &failure),
                         WRMF_E_OVERFLOW);
        assert_non_null(strstr(failure.text, "more than 3 bytes"));
    }
}

static void ids_up_to_the_limit(void **state)
{
    (void)state;
    MUST(read_string(read_ids, "a\nlonger\tname that is longer\n", 0, WRMF_LIMIT_ID, 6, err));
    MUST(read_string(read_ids, "a\n\\x6c\\x6fnger\n", 0, WRMF_LIMIT_ID, 6, err));
    FAILS(WRMF_E_FORMAT, "t:2:1: an id of 6 bytes, more than the limit, 5",
          read_string(read_ids, "a\nlonger\n", 0, WRMF_LIMIT_ID, 5, err));
    MUST(read_string(read_delimited, "a,b\nlonger,b\n\"l\"\"nger\",b\n", 0, WRMF_LIMIT_ID, 6, err));
    FAILS(WRMF_E_FORMAT, "t:2:1: user id has 6 bytes, more than the limit, 5",
          read_string(read_delimited, "a,b\nlonger,b\n", 0, WRMF_LIMIT_ID, 5, err));
    FAILS(WRMF_E_FORMAT, "t:2:3: item id has 6 bytes",
          read_string(read_delimited, "a,b\na,longer\n", 0, WRMF_LIMIT_ID, 5, err));
}

/* An id that is too long makes its line malformed, a line that is too long ends the reading; both
 * on every number of threads alike. */
static void malformed_lines_are_passed_over(void **state)
{
    (void)state;
    enum { ROWS = 40000 };
    static char text[16 * ROWS];
    size_t length = 0;
    for (int i = 0; i < ROWS; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "u%d,%s%d\n", i % 100,
                                   i % 1000 == 999 ? "long" : "i", i % 50);
    for (int threads = 1; threads < 4; threads += 2) {
        for (int64_t line = 10; line > 8; line--) {
            text_source source = {.data = text, .length = length};
            wrmf_input *const input = text_input(context, &source);
            int64_t passed = -1;
            wrmf_error failure;
            MUST(wrmf_context_set_threads(context, threads, err));
            MUST(wrmf_input_set_limit(input, WRMF_LIMIT_ID, 5, err));
            MUST(wrmf_input_set_limit(input, WRMF_LIMIT_LINE, line, err));
            const wrmf_status status =
                read_delimited_as(input, 0, WRMF_MALFORMED_SKIP, &passed, &failure);
            if (line == 10) {
                assert_int_equal(status, WRMF_OK);
                assert_int_equal(passed, ROWS / 1000);
            } else {
                assert_int_equal(status, WRMF_E_OVERFLOW);
                assert_non_null(strstr(failure.text, "t:1000:1: "));
            }
            wrmf_input_free(input);
        }
    }
}

/* Gives one byte for ever, as a few packed bytes may. */
static int64_t read_endless(void *self, void *buffer, size_t capacity)
{
    memset(buffer, *(const char *)self, capacity);
    return (int64_t)capacity;
}

/* A line that never ends is refused after memory for one line of the limit: while it is moved to a
 * buffer of twice the size there are one and a half, beside what else a reader has. */
static void endless_lines_take_bounded_memory(void **state)
{
    (void)state;
    static const read_fn reads[] = {read_ids, read_market, read_delimited};
    static const char bytes[] = {'\0', 'a', '"', ' '};
    for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
        for (size_t j = 0; j < sizeof bytes; j++) {
            wrmf_input *input = NULL;
            char byte = bytes[j];
            MUST(wrmf_input_open_callback(context, &byte, read_endless, "t", &input, err));
            if (j > 0)
                MUST(wrmf_input_set_limit(input, WRMF_LIMIT_LINE, 1 << 20, err));
            atomic_store(&machine.peak, atomic_load(&machine.bytes));
            const long long before = atomic_load(&machine.bytes);
            FAILS(WRMF_E_OVERFLOW, j > 0 ? "1048576 bytes" : "16777216 bytes",
                  reads[i](input, err));
            assert_true(atomic_load(&machine.peak) - before < (j > 0 ? 4 << 20 : 36 << 20));
            wrmf_input_free(input);
        }
    }
}

static void what_cannot_be_a_limit(void **state)
{
    (void)state;
    text_source source = {.data = "a\n", .length = 2};
    wrmf_input *const input = text_input(context, &source);
    FAILS(WRMF_E_NULL, "input", wrmf_input_set_limit(NULL, WRMF_LIMIT_LINE, 1, err));
    FAILS(WRMF_E_RANGE, "limit is 2", wrmf_input_set_limit(input, (wrmf_input_limit)2, 1, err));
    FAILS(WRMF_E_RANGE, "bytes is 0, not in 1 .. 2^31 - 1",
          wrmf_input_set_limit(input, WRMF_LIMIT_LINE, 0, err));
    FAILS(WRMF_E_RANGE, "bytes is 2147483648",
          wrmf_input_set_limit(input, WRMF_LIMIT_ID, (int64_t)1 << 31, err));
    MUST(wrmf_input_set_limit(input, WRMF_LIMIT_ID, INT32_MAX, err));
    MUST(wrmf_input_set_limit(input, WRMF_LIMIT_LINE, INT32_MAX, err));
    MUST(read_ids(input, err));
    wrmf_input_free(input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lines_up_to_the_limit),           TEST(ids_up_to_the_limit),
        TEST(malformed_lines_are_passed_over), TEST(endless_lines_take_bounded_memory),
        TEST(what_cannot_be_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
