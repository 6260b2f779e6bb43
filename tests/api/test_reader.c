/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Delimited text that is well formed, in all the forms that people have, and text
 * written by the library itself.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "wrmf/matrix.h"
#include "wrmf/reader.h"

static wrmf_reader *reader;
/* what the last read gave */
static wrmf_matrix *matrix;
static wrmf_ids *users, *items;

static void drop(void)
{
    wrmf_matrix_free(matrix);
    wrmf_ids_free(users);
    wrmf_ids_free(items);
    matrix = NULL;
    users = items = NULL;
}

static int set_up(void **state)
{
    fixture_set_up(state);
    MUST(wrmf_reader_create(context, &reader, err));
    return 0;
}

static int tear_down(void **state)
{
    drop();
    wrmf_reader_free(reader);
    return fixture_tear_down(state);
}

static void read_bytes(const char *text, size_t length, size_t piece)
{
    drop();
    text_source source = {.data = text, .length = length, .piece = piece};
    wrmf_input *const input = text_input(context, &source);
    MUST(wrmf_reader_read(reader, input, &matrix, &users, &items, err));
    wrmf_input_free(input);
    assert_int_equal(wrmf_matrix_users(matrix), wrmf_ids_size(users));
    assert_int_equal(wrmf_matrix_items(matrix), wrmf_ids_size(items));
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_BYTES), length);
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_PAIRS), wrmf_matrix_entries(matrix));
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_PAIRS) +
                         wrmf_reader_count(reader, WRMF_READ_DUPLICATES),
                     wrmf_reader_count(reader, WRMF_READ_ROWS));
}

/* What was read, as "user>item=count name;" in order of the rows. */
static const char *shown(void)
{
    static char text[1000];
    char *to = text;
    text[0] = '\0';
    for (int64_t u = 0; u < wrmf_matrix_users(matrix); u++) {
        const int32_t *columns;
        const int64_t n = wrmf_matrix_row(matrix, u, &columns, NULL);
        for (int64_t k = 0; k < n; k++) {
            const char *const name = wrmf_ids_name(items, columns[k], NULL);
            to += wrmf_ids_format(users, u, to, 50);
            *to++ = '>';
            to += wrmf_ids_format(items, columns[k], to, 50);
            to += sprintf(to, "=%g%s%s;", wrmf_matrix_count(matrix, u, columns[k]), name ? " " : "",
                          name ? name : "");
        }
    }
    return text;
}

static void check(const char *text, const char *wanted)
{
    for (size_t piece = 0; piece < 3; piece++) {
        read_bytes(text, strlen(text), piece);
        assert_string_equal(shown(), wanted);
    }
}

static void columns_by_number(int user, int item, int count, int name)
{
    MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_USER, user, err));
    MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_ITEM, item, err));
    if (count > 0)
        MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_COUNT, count, err));
    else
        MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_COUNT, NULL, err));
    if (name > 0)
        MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_NAME, name, err));
    else
        MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_NAME, NULL, err));
}

/* ---- layouts ---- */

static void the_defaults(void **state)
{
    (void)state;
    check("u,i\na,x\nb,y\na,y\n", "a>x=1;a>y=1;b>y=1;");
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_LINES), 4);
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_ROWS), 3);
    check("u\ti\textra\na\tx\t\n", "a>x=1;");
    check("u;i\na;x", "a>x=1;");
    check("u|i\r\na|x\r\n", "a>x=1;");
    check("u|i\r\na|x\r", "a>x=1;");
    check("\xef\xbb\xbfu,i\na,x\n", "a>x=1;");
    check("\n\r\nu,i\n\na,x\n\r\n\r", "a>x=1;");
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_BLANK), 5);
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_LINES), 7);
}

static void delimiters(void **state)
{
    (void)state;
    static const char all[] = ":\t |x7-'\x01\xff";
    for (size_t i = 0; i < sizeof all - 1; i++) {
        char text[] = "uDi\naDb\n", *const first = strchr(text, 'D');
        *first = *strrchr(text, 'D') = all[i];
        MUST(wrmf_reader_set_delimiter(reader, all[i], err));
        check(text, "a>b=1;");
    }
    MUST(wrmf_reader_set_delimiter(reader, ';', err));
    MUST(wrmf_reader_set_header(reader, 0, err));
    check("a,b;c,d\n", "a,b>c,d=1;");
    MUST(wrmf_reader_set_delimiter(reader, 0, err));
    check("a,b,c|x\n", "a>b=1;");
    check("\"a,b,c\"|x\n", "a,b,c>x=1;");
}

static void columns(void **state)
{
    (void)state;
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_USER, "uid", err));
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_ITEM, "m,\"id\"", err));
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_NAME, "title", err));
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_COUNT, "n", err));
    check("title,n,\"m,\"\"id\"\"\",uid\nOne,2,x,a\nTwo,.5,y,a\nThree,1e1,x,b\n",
          "a>x=2 One;a>y=0.5 Two;b>x=10 One;");
    columns_by_number(4, 3, 2, 0);
    check("title,n,\"m,\"\"id\"\"\",uid\nOne,2,x,a\n", "a>x=2;");
    columns_by_number(2, 1, 0, 0);
    MUST(wrmf_reader_set_header(reader, 0, err));
    check("a,x\nb,y\n", "x>a=1;y>b=1;");
    columns_by_number(1, 1, 1, 1); /* one for all, if one likes */
    check("7\n", "7>7=7 7;");
}

static void quotes(void **state)
{
    (void)state;
    columns_by_number(1, 2, 3, 4);
    check("u,i,n,t\n\"a\",\"x,1\",\"2\",\"A \"\"title\"\"\"\n\"b \"\"b\"\"\",\"x,1\",\"1\",other\n",
          "a>x,1=2 A \"title\";b \"b\">x,1=1 A \"title\";");
    check("u,i,n,t\na,x,1,\"two\nlines\"\na,y,1,\"\r\n\"\n", "a>x=1 two\nlines;a>y=1 \r\n;");
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_LINES), 3);
    check("u,i,n,t\na\"b\",\"\"\"\",1,t\"\n", "a\"b\">\"=1 t\";");
    check("\"u\n1\",i,n,t\na,x,1,\n", "a>x=1;");
}

static void ids_are_numbered_as_they_come(void **state)
{
    (void)state;
    MUST(wrmf_reader_set_header(reader, 0, err));
    read_bytes("c,z\na,y\nc,x\nb,z\n", 16, 0);
    assert_string_equal(wrmf_ids_string(users, 0, NULL), "c");
    assert_string_equal(wrmf_ids_string(users, 1, NULL), "a");
    assert_string_equal(wrmf_ids_string(users, 2, NULL), "b");
    assert_string_equal(wrmf_ids_string(items, 2, NULL), "x");
    /* without the ids, too */
    text_source source = {0};
    wrmf_input *const input = text_string(context, &source, "1,2\n");
    drop();
    MUST(wrmf_reader_read(reader, input, &matrix, NULL, NULL, err));
    assert_int_equal(wrmf_matrix_entries(matrix), 1);
    wrmf_input_free(input);
}

static void integer_ids(void **state)
{
    (void)state;
    MUST(wrmf_reader_set_header(reader, 0, err));
    MUST(wrmf_reader_set_ids_kind(reader, WRMF_USERS, WRMF_IDS_INTEGER, err));
    check("7,07\n007,7\n-9223372036854775808,7\n\"7\",7\n",
          "7>07=1;7>7=2;-9223372036854775808>7=1;");
    assert_int_equal(wrmf_ids_get_kind(users), WRMF_IDS_INTEGER);
    assert_int_equal(wrmf_ids_get_kind(items), WRMF_IDS_STRING);
}

static void nothing_at_all(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\n", "\r\n\n", "\xef\xbb\xbf", "u,i", "u,i\n\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        check(texts[i], "");
        assert_int_equal(wrmf_matrix_users(matrix), 0);
        assert_int_equal(wrmf_matrix_items(matrix), 0);
    }
}

/* ---- counts and duplicates ---- */

static void duplicates(void **state)
{
    (void)state;
    static const char text[] = "u,i,n\na,x,2\nb,x,1\na,x,5\na,x,3\n";
    static const char *const wanted[] = {"a>x=10;b>x=1;", "a>x=2;b>x=1;", "a>x=5;b>x=1;"};
    columns_by_number(1, 2, 3, 0);
    for (int mode = WRMF_DUPLICATES_SUM; mode <= WRMF_DUPLICATES_MAX; mode++) {
        MUST(wrmf_reader_set_duplicates(reader, (wrmf_duplicates)mode, err));
        check(text, wanted[mode]);
        assert_int_equal(wrmf_reader_count(reader, WRMF_READ_DUPLICATES), 2);
        assert_int_equal(wrmf_reader_count(reader, WRMF_READ_ROWS), 4);
        assert_int_equal(wrmf_reader_count(reader, WRMF_READ_PAIRS), 2);
    }
    MUST(wrmf_reader_set_duplicates(reader, WRMF_DUPLICATES_REFUSE, err));
    check("u,i,n\na,x,2\nb,x,1\n", "a>x=2;b>x=1;");
    /* without counts, all is 1 but a sum */
    columns_by_number(1, 2, 0, 0);
    MUST(wrmf_reader_set_duplicates(reader, WRMF_DUPLICATES_DROP, err));
    check(text, "a>x=1;b>x=1;");
    const double *counts = (const double *)&machine;
    wrmf_matrix_csr(matrix, NULL, NULL, &counts);
    assert_null(counts);
    MUST(wrmf_reader_set_duplicates(reader, WRMF_DUPLICATES_SUM, err));
    check(text, "a>x=3;b>x=1;");
}

static void names_come_from_the_first_line(void **state)
{
    (void)state;
    columns_by_number(1, 2, 0, 3);
    check("u,i,t\na,x,\na,y,Y\nb,x,X\nb,y,Z\n", "a>x=1;a>y=1 Y;b>x=1;b>y=1 Y;");
}

/* ---- known ids ---- */

static wrmf_ids *known(const char *text, wrmf_ids_kind kind)
{
    text_source source = {0};
    wrmf_input *const input = text_string(context, &source, text);
    wrmf_ids *ids = NULL;
    MUST(wrmf_ids_read(context, input, kind, &ids, err));
    wrmf_input_free(input);
    return ids;
}

static void lines_with_unknown_ids_are_passed_over(void **state)
{
    (void)state;
    wrmf_ids *const ids = known("y\twhy\nx\nnever\n", WRMF_IDS_STRING);
    MUST(wrmf_reader_set_known_ids(reader, WRMF_ITEMS, ids, err));
    columns_by_number(1, 2, 0, 3);
    check("u,i,t\na,x,1\nb,w,2\nc,y,3\na,z,4\n", "a>x=1;c>y=1 why;");
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_UNKNOWN), 2);
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_ROWS), 2);
    assert_int_equal(wrmf_matrix_users(matrix), 2); /* b is not among them */
    assert_int_equal(wrmf_matrix_items(matrix), 3);
    assert_ptr_not_equal(items, ids);
    assert_true(wrmf_matrix_count(matrix, 0, 1) == 1);
    read_bytes("", 0, 0);
    assert_int_equal(wrmf_matrix_items(matrix), 3);
    MUST(wrmf_reader_set_known_ids(reader, WRMF_ITEMS, NULL, err));
    columns_by_number(1, 2, 0, 0);
    check("u,i,t\na,w,1\n", "a>w=1;");
    wrmf_ids_free(ids);
    /* of integers, whatever kind was asked for */
    wrmf_ids *const numbers = known("10\n-1\n", WRMF_IDS_INTEGER);
    MUST(wrmf_reader_set_known_ids(reader, WRMF_USERS, numbers, err));
    check("u,i\n010,x\n3,x\n-1,y\n", "10>x=1;-1>y=1;");
    wrmf_ids_free(numbers);
    MUST(wrmf_reader_set_known_ids(reader, WRMF_USERS, NULL, err));
}

/* ---- size ---- */

/* Records much longer than any buffer, cut at every place that reading may cut. */
static void long_records(void **state)
{
    (void)state;
    enum { LONG = 700000 };
    char *const text = malloc(3 * LONG + 100), *to = text;
    to += sprintf(to, "u,i,t\na,x,\"");
    memset(to, 'q', LONG);
    to[1000] = '\n';
    to[2000] = to[2001] = '"';
    to += LONG;
    to += sprintf(to, "\"\n\"b");
    memset(to, 'r', LONG);
    to += LONG;
    to += sprintf(to, "\",y,z\nc,");
    memset(to, 's', LONG);
    to += LONG;
    to += sprintf(to, ",z");
    columns_by_number(1, 2, 0, 3);
    for (size_t piece = 0; piece < 100000; piece = 7 * piece + 12345) {
        read_bytes(text, (size_t)(to - text), piece);
        assert_int_equal(wrmf_matrix_entries(matrix), 3);
        size_t length;
        wrmf_ids_name(items, 0, &length);
        assert_int_equal(length, LONG - 1);
        wrmf_ids_string(users, 1, &length);
        assert_int_equal(length, LONG + 1);
        wrmf_ids_string(items, 2, &length);
        assert_int_equal(length, LONG);
    }
    free(text);
}

/* Against sums made on the way. */
static void many_rows(void **state)
{
    (void)state;
    enum { ROWS = 200000, USERS = 256, ITEMS = 211 };
    double *const cells = calloc(USERS * ITEMS, sizeof *cells);
    char *const text = malloc(ROWS * 40), *to = text;
    unsigned random = 12345;
    for (unsigned i = 0; i < ROWS; i++) {
        random = random * 1103515245u + 12345u;
        const unsigned user = random >> 8 & 0xff, item = i / 50 * 7 % ITEMS;
        const unsigned count = 1 + (random >> 20) % 3;
        cells[user * ITEMS + item] += count;
        to += sprintf(to, random >> 16 & 1 ? "\"u\"\"%u\";i;%u;\"%u\"%s" : "u\"%u;i;%u;%u%s", user,
                      item, count, random >> 17 & 1 ? "\r\n" : "\n");
    }
    columns_by_number(1, 3, 4, 0);
    MUST(wrmf_reader_set_header(reader, 0, err));
    read_bytes(text, (size_t)(to - text), 0);
    free(text);
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_ROWS), ROWS);
    for (unsigned u = 0; u < USERS; u++)
        for (unsigned i = 0; i < ITEMS; i++) {
            char id[16];
            const int64_t user = wrmf_ids_find(users, id, (size_t)sprintf(id, "u\"%u", u));
            const int64_t item = wrmf_ids_find(items, id, (size_t)sprintf(id, "%u", i));
            assert_true(user >= 0 && item >= 0);
            assert_true(wrmf_matrix_count(matrix, user, item) == cells[u * ITEMS + i]);
        }
    free(cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(delimiters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(quotes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ids_are_numbered_as_they_come, set_up, tear_down),
        cmocka_unit_test_setup_teardown(integer_ids, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_at_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(duplicates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_come_from_the_first_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_with_unknown_ids_are_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_records, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_rows, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
