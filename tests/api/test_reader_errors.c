/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Delimited text that is not well formed: what is said and where, what is passed
 * over, and failures that are not the text's.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gzip.h"
#include "text.h"
#include "wrmf/matrix.h"
#include "wrmf/reader.h"

static wrmf_reader *reader;

static int set_up(void **state)
{
    fixture_set_up(state);
    MUST(wrmf_reader_create(context, &reader, err));
    MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_COUNT, 3, err));
    return 0;
}

static int tear_down(void **state)
{
    wrmf_reader_free(reader);
    return fixture_tear_down(state);
}

/* Read text that fails; nothing may be given. */
static wrmf_status read_bytes(const char *text, size_t length, size_t piece, wrmf_error *err)
{
    wrmf_matrix *const no_matrix = (wrmf_matrix *)&machine;
    wrmf_ids *const no_ids = (wrmf_ids *)&machine;
    wrmf_matrix *matrix = no_matrix;
    wrmf_ids *users = no_ids, *items = no_ids;
    text_source source = {.data = text, .length = length, .piece = piece};
    wrmf_input *const input = text_input(context, &source);
    const wrmf_status status = wrmf_reader_read(reader, input, &matrix, &users, &items, err);
    wrmf_input_free(input);
    if (status == WRMF_OK) {
        wrmf_matrix_free(matrix);
        wrmf_ids_free(users);
        wrmf_ids_free(items);
    } else {
        assert_ptr_equal(matrix, no_matrix);
        assert_ptr_equal(users, no_ids);
        assert_ptr_equal(items, no_ids);
    }
    return status;
}

static void check(wrmf_status status, const char *text, const char *words)
{
    for (size_t piece = 0; piece < 3; piece++)
        FAILS(status, words, read_bytes(text, strlen(text), piece, err));
}

/* The first is refused where the text says; passed over, each of its lines counts. */
static void lines_that_are_not_well_formed(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words;
    } cases[] = {
        {"a,x,y", "t:3:5: count is \"y\", not a number"},
        {"a,x,", "t:3:5: count is \"\", not a number"},
        {"a,x,0", "t:3:5: count is \"0\", not above 0"},
        {"a,x,-1", "t:3:5: count is \"-1\", not above 0"},
        {"a,x,-0.0", "t:3:5: count is \"-0.0\", not above 0"},
        {"a,x,1e999", "t:3:5: count is \"1e999\", not finite"},
        {"a,x,1e-999", "t:3:5: count is \"1e-999\", too small for a double"},
        {"a,x,nan", "t:3:5: count is \"nan\", not a number"},
        {"a,x,inf", "t:3:5: count is \"inf\", not a number"},
        {"a,x, 1", "t:3:5: count is \" 1\", not a number"},
        {"a,x,0x1", "t:3:5: count is \"0x1\", not a number"},
        {"a,x,\"1\"\"\"", "t:3:6: count is \"1\"\"\", not a number"},
        {"a,x,\x01\x7f", "t:3:5: count is \"\\x01\\x7f\", not a number"},
        {",x,1", "t:3:1: user id is empty"},
        {"a,,1", "t:3:3: item id is empty"},
        {"a,\"\",1", "t:3:4: item id is empty"},
        {"a,x", "t:3:4: 2 fields, not 3"},
        {"a", "t:3:2: 1 field, not 3"},
        {" ", "t:3:2: 1 field, not 3"},
        {"a,x,1,", "t:3:7: 4 fields, not 3"},
        {"a,x,1,2,3", "t:3:7: 5 fields, not 3"},
        {"a,\"x\"y,1", "t:3:6: text behind the quote"},
        {"\"a\" ,x,1", "t:3:4: text behind the quote"},
        {"\"a\nb\",x,z", "t:4:6: count is \"z\""},
        {"\"a\n\n\"b,x,1", "t:3:1: the quote that opens here is closed in line 5, column 1, with"},
        {"\"a\nb\"\n",
         "t:4:3: 1 field, not 3 as in the first line; the quote that opens in line 3"},
        {"a,x\r", "t:3:4: 2 fields, not 3"},
    };
    char text[200];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(text, sizeof text, "u,i,n\nu,i,1\n%s\nv,j,2\n", cases[i].line);
        MUST(wrmf_reader_set_malformed(reader, WRMF_MALFORMED_REFUSE, err));
        check(WRMF_E_FORMAT, text, cases[i].words);
        text[strlen(text) - 7] = '\0'; /* as the last line, without its end */
        check(WRMF_E_FORMAT, text, cases[i].words);
        snprintf(text, sizeof text, "u,i,n\nu,i,1\n%s\nv,j,2\n", cases[i].line);
        MUST(wrmf_reader_set_malformed(reader, WRMF_MALFORMED_SKIP, err));
        MUST(read_bytes(text, strlen(text), i % 3, err));
        int lines = 1; /* each is lost but those without a byte */
        for (const char *c = cases[i].line; c[0] && c[1]; c++)
            lines += *c == '\n' && c[1] != '\n';
        assert_int_equal(wrmf_reader_count(reader, WRMF_READ_MALFORMED), lines);
        assert_int_equal(wrmf_reader_first_line(reader, WRMF_READ_MALFORMED), 3);
        assert_int_equal(wrmf_reader_count(reader, WRMF_READ_ROWS), 2);
        assert_int_equal(wrmf_reader_count(reader, WRMF_READ_LINES),
                         3 + lines + wrmf_reader_count(reader, WRMF_READ_BLANK));
    }
}

static void bytes_that_are_nul(void **state)
{
    (void)state;
    static const char user[] = "u,i,n\na\0b,x,1\n", item[] = "u,i,n\na,\0,1\n",
                      count[] = "u,i,n\na,x,1\0\n";
    FAILS(WRMF_E_FORMAT, "t:2:1: user id has a NUL", read_bytes(user, sizeof user - 1, 0, err));
    FAILS(WRMF_E_FORMAT, "t:2:3: item id has a NUL", read_bytes(item, sizeof item - 1, 0, err));
    FAILS(WRMF_E_FORMAT, "t:2:5: count is", read_bytes(count, sizeof count - 1, 0, err));
    MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_NAME, 4, err));
    static const char name[] = "u,i,n,t\na,x,1,T\0\nb,x,1,\0\n";
    FAILS(WRMF_E_FORMAT, "t:2:7: the name has a NUL", read_bytes(name, sizeof name - 1, 0, err));
    MUST(wrmf_reader_set_malformed(reader, WRMF_MALFORMED_SKIP, err));
    MUST(read_bytes(name, sizeof name - 1, 0, err));
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_MALFORMED), 2);
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_PAIRS), 0);
}

static void a_malformed_line_adds_no_id(void **state)
{
    (void)state;
    MUST(wrmf_reader_set_malformed(reader, WRMF_MALFORMED_SKIP, err));
    text_source source = {0};
    wrmf_input *const input = text_string(context, &source, "u,i,n\nbad,x,0\nworse,,1\ngood,y,1\n");
    wrmf_matrix *matrix = NULL;
    wrmf_ids *users = NULL;
    MUST(wrmf_reader_read(reader, input, &matrix, &users, NULL, err));
    assert_int_equal(wrmf_ids_size(users), 1);
    assert_string_equal(wrmf_ids_string(users, 0, NULL), "good");
    assert_int_equal(wrmf_matrix_items(matrix), 1);
    wrmf_ids_free(users);
    wrmf_matrix_free(matrix);
    wrmf_input_free(input);
}

static void quotes_that_never_end(void **state)
{
    (void)state;
    static const char *const texts[] = {"u,i,n\na,\"x,1\nb,y,1\n", "u,i,n\n\"",
                                        "u,i,n\na,\"x\"\"\n"},
                             *const words[] = {"t:2:3: a quote that never ends", "t:2:1: a quote",
                                               "t:2:3: a quote that never ends"};
    for (int mode = 0; mode < 2; mode++) {
        MUST(wrmf_reader_set_malformed(reader, (wrmf_malformed)mode, err));
        for (int i = 0; i < 3 && mode == 0; i++)
            check(WRMF_E_FORMAT, texts[i], words[i]);
        for (int i = 0; i < 3 && mode == 1; i++) {
            MUST(read_bytes(texts[i], strlen(texts[i]), 0, err));
            assert_int_equal(wrmf_reader_count(reader, WRMF_READ_MALFORMED), 1);
            assert_int_equal(wrmf_reader_count(reader, WRMF_READ_ROWS), i == 0);
            assert_ptr_equal(strstr(wrmf_reader_first_malformed(reader), words[i]),
                             wrmf_reader_first_malformed(reader));
        }
        check(WRMF_E_FORMAT, "u,i,\"n\n", "t:1:5: a quote that never ends");
        check(WRMF_E_FORMAT, "u,\"i\"x,n\n", "t:1:6: text behind"); /* the header is needed */
    }
}

static void integer_ids(void **state)
{
    (void)state;
    MUST(wrmf_reader_set_ids_kind(reader, WRMF_ITEMS, WRMF_IDS_INTEGER, err));
    check(WRMF_E_FORMAT, "u,i,n\na,1,1\na,1.5,1\n", "t:3:3: item id is \"1.5\", not a 64-bit");
    check(WRMF_E_FORMAT, "u,i,n\na,,1\n", "t:2:3: item id is \"\"");
    check(WRMF_E_FORMAT, "u,i,n\na,9223372036854775808,1\n", "t:2:3: item id");
    MUST(wrmf_reader_set_ids_kind(reader, WRMF_USERS, WRMF_IDS_INTEGER, err));
    check(WRMF_E_FORMAT, "u,i,n\n1,2,1\n x,1,1\n", "t:3:1: user id is \" x\"");
}

static void columns_that_are_not_there(void **state)
{
    (void)state;
    check(WRMF_E_FORMAT, "u,i\n", "t:1:4: column 3 is asked for, the line has 2 fields");
    check(WRMF_E_FORMAT, "\n\nu\n", "t:3:2: column 2 is asked for, the line has 1 field");
    MUST(wrmf_reader_set_header(reader, 0, err));
    check(WRMF_E_FORMAT, "u,i\n", "t:1:4: column 3 is asked for, the line has 2 fields");
}

static void columns_by_name(void **state)
{
    (void)state;
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_ITEM, "mid", err));
    check(WRMF_E_NAME, "u,Mid,n\n",
          "t:1: the header has no column \"mid\"; cut at each comma it "
          "has 3: \"u\", \"Mid\", \"n\"");
    check(WRMF_E_NAME, "\nu,\"mid \",n\n", "t:2: the header has no column \"mid\"");
    check(WRMF_E_NAME, "u mid n\n1 2 3\n", "cut at each tab it has 1: \"u mid n\"");
    check(WRMF_E_NAME, "mid,u, mid\n", "t:1: columns 1 and 3 of the header are both \"mid\"");
    MUST(read_bytes("u,\t mid ,n\na,x,1\n", 17, 0, err));
    MUST(wrmf_reader_set_header(reader, 0, err));
    check(WRMF_E_STATE, "u,mid,n\n", "\"mid\"");
}

static void pairs_that_occur_again(void **state)
{
    (void)state;
    MUST(wrmf_reader_set_duplicates(reader, WRMF_DUPLICATES_REFUSE, err));
    check(WRMF_E_FORMAT, "u,i,n\nb,y,1\na,x,1\n\"b\",y,2\na,x,1\n", "t:4:2: this pair");
    check(WRMF_E_FORMAT, "u,i,n\nb,y,1\n\"a\n\",x,1\nc,c,1\nb,y,1\n", "t:6:1: this pair");
}

static void sums_that_are_not_finite(void **state)
{
    (void)state;
    check(WRMF_E_NONFINITE, "u,i,n\na,x,1e308\na,x,1e308\n", "");
    MUST(wrmf_reader_set_duplicates(reader, WRMF_DUPLICATES_MAX, err));
    MUST(read_bytes("u,i,n\na,x,1e308\na,x,1e308\n", 26, 0, err));
}

static void the_counters_of_a_failed_read(void **state)
{
    (void)state;
    MUST(read_bytes("u,i,n\na,x,1\n", 12, 0, err));
    check(WRMF_E_FORMAT, "u,i,n\na,x,1\na,y,1\na,z,z\n", "t:4:5");
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_ROWS), 1); /* of the one before */
    assert_int_equal(wrmf_reader_count(NULL, WRMF_READ_ROWS), 0);
    assert_int_equal(wrmf_reader_count(reader, (wrmf_reader_counter)12), 0);
    assert_int_equal(wrmf_reader_count(reader, (wrmf_reader_counter)-1), 0);
}

static void settings_that_cannot_be(void **state)
{
    (void)state;
    wrmf_reader *const untouched = (wrmf_reader *)&machine;
    wrmf_reader *made = untouched;
    FAILS(WRMF_E_NULL, "context", wrmf_reader_create(NULL, &made, err));
    FAILS(WRMF_E_NULL, "out", wrmf_reader_create(context, NULL, err));
    assert_ptr_equal(made, untouched);
    FAILS(WRMF_E_RANGE, "delimiter is the byte 34", wrmf_reader_set_delimiter(reader, '"', err));
    FAILS(WRMF_E_RANGE, "delimiter", wrmf_reader_set_delimiter(reader, '\n', err));
    FAILS(WRMF_E_RANGE, "delimiter", wrmf_reader_set_delimiter(reader, '\r', err));
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_delimiter(NULL, ',', err));
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_header(NULL, 1, err));
    FAILS(WRMF_E_RANGE, "column is 5", wrmf_reader_set_column(reader, (wrmf_column)5, "x", err));
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_column(NULL, WRMF_COLUMN_USER, "x", err));
    FAILS(WRMF_E_NULL, "name", wrmf_reader_set_column(reader, WRMF_COLUMN_USER, NULL, err));
    FAILS(WRMF_E_NULL, "name", wrmf_reader_set_column(reader, WRMF_COLUMN_ITEM, NULL, err));
    FAILS(WRMF_E_RANGE, "number is 0",
          wrmf_reader_set_column_number(reader, WRMF_COLUMN_USER, 0, err));
    FAILS(WRMF_E_RANGE, "number is 1000001",
          wrmf_reader_set_column_number(reader, WRMF_COLUMN_USER, 1000001, err));
    FAILS(WRMF_E_RANGE, "column is -1",
          wrmf_reader_set_column_number(reader, (wrmf_column)-1, 1, err));
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_column_number(NULL, WRMF_COLUMN_USER, 1, err));
    FAILS(WRMF_E_RANGE, "side is 2",
          wrmf_reader_set_ids_kind(reader, (wrmf_side)2, WRMF_IDS_STRING, err));
    FAILS(WRMF_E_RANGE, "kind is 2",
          wrmf_reader_set_ids_kind(reader, WRMF_USERS, (wrmf_ids_kind)2, err));
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_ids_kind(NULL, WRMF_USERS, WRMF_IDS_STRING, err));
    FAILS(WRMF_E_RANGE, "side is -1", wrmf_reader_set_known_ids(reader, (wrmf_side)-1, NULL, err));
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_known_ids(NULL, WRMF_USERS, NULL, err));
    FAILS(WRMF_E_RANGE, "duplicates is 4",
          wrmf_reader_set_duplicates(reader, (wrmf_duplicates)4, err));
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_duplicates(NULL, WRMF_DUPLICATES_SUM, err));
    FAILS(WRMF_E_RANGE, "malformed is 2",
          wrmf_reader_set_malformed(reader, (wrmf_malformed)2, err));
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_malformed(NULL, WRMF_MALFORMED_SKIP, err));
    wrmf_matrix *matrix = NULL;
    text_source source = {0};
    wrmf_input *const input = text_string(context, &source, "");
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_read(NULL, input, &matrix, NULL, NULL, err));
    FAILS(WRMF_E_NULL, "input", wrmf_reader_read(reader, NULL, &matrix, NULL, NULL, err));
    FAILS(WRMF_E_NULL, "matrix", wrmf_reader_read(reader, input, NULL, NULL, NULL, err));
    wrmf_input_free(input);
    wrmf_reader_free(NULL);
}

static void habits_that_cannot_be(void **state)
{
    (void)state;
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_delimiter_text(NULL, "::", err));
    FAILS(WRMF_E_NULL, "delimiter", wrmf_reader_set_delimiter_text(reader, NULL, err));
    FAILS(WRMF_E_RANGE, "0 bytes", wrmf_reader_set_delimiter_text(reader, "", err));
    FAILS(WRMF_E_RANGE, "16 bytes",
          wrmf_reader_set_delimiter_text(reader, "0123456789abcdef", err));
    FAILS(WRMF_E_RANGE, "byte 34", wrmf_reader_set_delimiter_text(reader, ",\"", err));
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_delimiter_blanks(NULL, err));
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_quoting(NULL, WRMF_QUOTING_NONE, err));
    FAILS(WRMF_E_RANGE, "quoting is 4", wrmf_reader_set_quoting(reader, (wrmf_quoting)4, err));
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_escape(NULL, WRMF_ESCAPE_NONE, err));
    FAILS(WRMF_E_RANGE, "escape is 2", wrmf_reader_set_escape(reader, (wrmf_escape)2, err));
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_comment(NULL, "#", err));
    FAILS(WRMF_E_RANGE, "prefix", wrmf_reader_set_comment(reader, "", err));
    FAILS(WRMF_E_RANGE, "prefix", wrmf_reader_set_comment(reader, "#\n", err));
    FAILS(WRMF_E_RANGE, "header is 3", wrmf_reader_set_header(reader, 3, err));
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_zeros(NULL, WRMF_ZEROS_DROP, err));
    FAILS(WRMF_E_NULL, "reader", wrmf_reader_set_negative(NULL, WRMF_NEGATIVE_DISLIKE, err));
    FAILS(WRMF_E_RANGE, "negative is 2",
          wrmf_reader_set_negative(reader, (wrmf_negative_counts)2, err));
    FAILS(WRMF_E_RANGE, "zeros is 2", wrmf_reader_set_zeros(reader, (wrmf_zeros)2, err));
    OUT_OF_MEMORY(wrmf_reader_set_comment(reader, "#", err));
    assert_int_equal(wrmf_reader_first_line(NULL, WRMF_READ_ROWS), 0);
    assert_int_equal(wrmf_reader_first_line(reader, (wrmf_reader_counter)12), 0);
    assert_string_equal(wrmf_reader_first_malformed(NULL), "");
    assert_string_equal(wrmf_reader_first_malformed(reader), "");
}

/* ---- not the text's fault ---- */

static void reading_that_fails(void **state)
{
    (void)state;
    text_source source = {.data = "u,i,n\na,x,1\n", .length = 12, .piece = 4, .fails_at = 8};
    wrmf_input *const input = text_input(context, &source);
    wrmf_matrix *matrix = NULL;
    FAILS(WRMF_E_IO, "t", wrmf_reader_read(reader, input, &matrix, NULL, NULL, err));
    assert_null(matrix);
    wrmf_input_free(input);
}

static void a_line_that_is_too_long(void **state)
{
    (void)state;
    text_source source = {0};
    wrmf_input *const input = text_string(context, &source, "u,i,n\na,b,1\nlonger,b,1\n");
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_input_set_limit(input, WRMF_LIMIT_LINE, 9, err));
    MUST(wrmf_reader_set_malformed(reader, WRMF_MALFORMED_SKIP, err)); /* not such lines */
    FAILS(WRMF_E_OVERFLOW, "t:3:1: a line of more than 9 bytes",
          wrmf_reader_read(reader, input, &matrix, NULL, NULL, err));
    wrmf_input_free(input);
}

/* Enough text that threads look at it ahead. */
static void threads_that_fail(void **state)
{
    (void)state;
    enum { LINES = 400000 };
    static const char line[] = "a,x,1\n";
    char *const text = malloc(LINES * (sizeof line - 1));
    for (size_t i = 0; i < LINES; i++)
        memcpy(text + i * (sizeof line - 1), line, sizeof line - 1);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", read_bytes(text, LINES * (sizeof line - 1), 0, err));
    free(text);
}

static void packed_text(void **state)
{
    (void)state;
    wrmf_error failure = {WRMF_OK, ""};
    const wrmf_status status = read_bytes((const char *)gzip_two, sizeof gzip_two, 0, &failure);
    if (status == WRMF_E_FORMAT) /* unpacked: lines of one field */
        assert_non_null(strstr(failure.text, "t:1:"));
    else
        assert_int_equal(status, WRMF_E_UNSUPPORTED); /* a build without zlib */
}

static int stop_at_once(void *self, const wrmf_progress *progress)
{
    ++*(int *)self;
    assert_string_equal(progress->phase, "read");
    assert_int_equal(progress->total, -1);
    assert_int_equal(progress->struct_size, sizeof *progress);
    return 1;
}

static void reading_that_is_stopped(void **state)
{
    (void)state;
    int calls = 0;
    wrmf_context_set_progress(context, &calls, stop_at_once);
    FAILS(WRMF_E_CANCELLED, "", read_bytes("u,i,n\na,x,1\n", 12, 0, err));
    assert_int_equal(calls, 1);
    wrmf_context_set_progress(context, NULL, NULL);
}

static void settings_without_memory(void **state)
{
    (void)state;
    wrmf_reader *made = NULL;
    OUT_OF_MEMORY(wrmf_reader_create(context, &made, err));
    OUT_OF_MEMORY(wrmf_reader_set_column(made, WRMF_COLUMN_USER, "uid", err));
    wrmf_reader_free(made);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    char *const text = malloc(1 << 20), *to = text;
    to += sprintf(to, "u,i,n,t\n");
    for (int i = 0; i < 20000; i++)
        to +=
            sprintf(to, "%d,\"%d\"\"\",%d,\"t\"\"%d\"\n", i % 500, i % 77, 1 + (i > 17000), i % 77);
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_NAME, "t", err));
    wrmf_status status = WRMF_E_NOMEM;
    for (long n = 1; status != WRMF_OK; n++) {
        machine.refused = 0;
        host_fail(&machine, n, false);
        text_source source = {.data = text, .length = (size_t)(to - text)};
        wrmf_input *input = NULL;
        status = wrmf_input_open_callback(context, &source, text_read, NULL, &input, NULL);
        wrmf_matrix *matrix = NULL;
        wrmf_ids *users = NULL, *items = NULL;
        wrmf_error failure = {WRMF_OK, ""};
        if (status == WRMF_OK)
            status = wrmf_reader_read(reader, input, &matrix, &users, &items, &failure);
        assert_int_equal(status, machine.refused > 0 ? WRMF_E_NOMEM : WRMF_OK);
        assert_true((status == WRMF_OK) == (matrix && users && items));
        if (status == WRMF_OK)
            assert_int_equal(wrmf_matrix_entries(matrix), 20000);
        wrmf_matrix_free(matrix);
        wrmf_ids_free(users);
        wrmf_ids_free(items);
        wrmf_input_free(input);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_that_are_not_well_formed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bytes_that_are_nul, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_malformed_line_adds_no_id, set_up, tear_down),
        cmocka_unit_test_setup_teardown(quotes_that_never_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(integer_ids, set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns_that_are_not_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns_by_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pairs_that_occur_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sums_that_are_not_finite, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_counters_of_a_failed_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(settings_that_cannot_be, set_up, tear_down),
        cmocka_unit_test_setup_teardown(habits_that_cannot_be, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reading_that_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_line_that_is_too_long, set_up, tear_down),
        cmocka_unit_test_setup_teardown(threads_that_fail, set_up, tear_down),
        cmocka_unit_test_setup_teardown(packed_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reading_that_is_stopped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(settings_without_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_allocation_fails_in_turn, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
