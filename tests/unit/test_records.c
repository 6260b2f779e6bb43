/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records cut out of text, and pairs merged on the way.
 */
#include "host.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/guess.h"
#include "text/pairs.h"
#include "text/records.h"

enum { ROOM = 8 };

static const wrmf_i_dialect comma = {
    .separation = WRMF_I_SEPARATION_BYTE, .delimiter = ",", .delimiter_length = 1};

/* Cut the first record; it is written to `to` with [ ] around each field. */
static wrmf_i_cut cut_as(const wrmf_i_dialect *dialect, const char *text, size_t length, bool last,
                         char *to, wrmf_i_record *record)
{
    static wrmf_i_field fields[ROOM];
    *record = (wrmf_i_record){.fields = fields, .room = ROOM};
    const wrmf_i_cut result = wrmf_i_record_cut(record, text, text + length, last, dialect);
    for (size_t i = 0; result == WRMF_I_CUT_OK && i < record->n_fields && i < ROOM; i++) {
        *to++ = '[';
        if (fields[i].doubled || fields[i].backslash) {
            to += wrmf_i_field_unquote(&fields[i], to);
        } else {
            memcpy(to, fields[i].text, fields[i].length);
            to += fields[i].length;
        }
        *to++ = ']';
    }
    *to = '\0';
    return result;
}

static wrmf_i_cut cut(const char *text, size_t length, bool last, char *to, wrmf_i_record *record)
{
    return cut_as(&comma, text, length, last, to, record);
}

static void records_and_fields(void **state)
{
    (void)state;
    static const struct {
        const char *text, *fields;
        size_t next;
        int breaks;
    } cases[] = {
        {"a,b\n", "[a][b]", 4, 1},
        {"a,b", "[a][b]", 3, 0},
        {"a,b\r\nc", "[a][b]", 5, 1},
        {"a,b\r", "[a][b]", 4, 1},
        {"a,b\rc\n", "[a][b]", 4, 1},
        {"\r\r\n", "", 1, 1},
        {"a,\"b\rc\"\rd", "[a][b\rc]", 8, 2},
        {"\n", "", 1, 1},
        {"\r\n", "", 2, 1},
        {",\n", "[][]", 2, 1},
        {",,", "[][][]", 2, 0},
        {"\"a\",b\n", "[a][b]", 6, 1},
        {"\"a\"", "[a]", 3, 0},
        {"\"\"\n", "[]", 3, 1},
        {"\"\",\"\"\r\nx", "[][]", 7, 1},
        {"\"a,b\",c\n", "[a,b][c]", 8, 1},
        {"\"a\"\"b\",c\n", "[a\"b][c]", 9, 1},
        {"\"\"\"\"\n", "[\"]", 5, 1},
        {"\"\"\"a\"\"\"", "[\"a\"]", 7, 0},
        {"\"a\nb\",c\n", "[a\nb][c]", 8, 2},
        {"\"a\r\nb\r\n\",c\r\n", "[a\r\nb\r\n][c]", 12, 3},
        {"x,\"\n\"", "[x][\n]", 5, 1},
        {"a\"b\",c\n", "[a\"b\"][c]", 7, 1},
        {"a,b\"\n", "[a][b\"]", 5, 1},
        {" \"a\",b\n", "[ \"a\"][b]", 7, 1},
        {"\"a\r\"\r\n", "[a\r]", 6, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrmf_i_record record;
        char fields[64];
        const size_t length = strlen(cases[i].text);
        assert_int_equal(cut(cases[i].text, length, true, fields, &record), WRMF_I_CUT_OK);
        assert_string_equal(fields, cases[i].fields);
        assert_ptr_equal(record.next, cases[i].text + cases[i].next);
        assert_int_equal(record.breaks, cases[i].breaks);
        /* what ends before the record does is not enough, ever */
        for (size_t n = 0; n < cases[i].next; n++) {
            const bool ends = n > 0 && cases[i].text[cases[i].next - 1] != '\n' && n == length;
            if (!ends)
                assert_int_equal(cut(cases[i].text, n, false, fields, &record), WRMF_I_CUT_MORE);
        }
    }
}

static void wrong_quotes(void **state)
{
    (void)state;
    wrmf_i_record record;
    char fields[64];
    const char *text = "x,\"a\"b,c\nnext";
    assert_int_equal(cut(text, strlen(text), true, fields, &record), WRMF_I_CUT_BEHIND);
    assert_ptr_equal(record.fault, text + 5);
    assert_ptr_equal(record.open, text + 2);
    assert_ptr_equal(record.next, text + 9);
    /* what follows begins behind the line of the quote, not behind all that it reached */
    text = "\"a\n\" ,c\nnext";
    assert_int_equal(cut(text, strlen(text), true, fields, &record), WRMF_I_CUT_BEHIND);
    assert_ptr_equal(record.fault, text + 4);
    assert_ptr_equal(record.open, text);
    assert_ptr_equal(record.next, text + 3);
    assert_int_equal(record.breaks, 1);
    text = "\"a\r\nb\",\"c\r\nd\r\n\"e";
    assert_int_equal(cut(text, strlen(text), true, fields, &record), WRMF_I_CUT_BEHIND);
    assert_ptr_equal(record.open, text + 7);
    assert_ptr_equal(record.next, text + 11);
    assert_int_equal(record.breaks, 2);
    text = "a,\"b\nc";
    assert_int_equal(cut(text, strlen(text), true, fields, &record), WRMF_I_CUT_OPEN);
    assert_ptr_equal(record.open, text + 2);
    assert_ptr_equal(record.next, text + 5);
    assert_int_equal(cut(text, strlen(text), false, fields, &record), WRMF_I_CUT_MORE);
    /* a quote that may yet be doubled */
    assert_int_equal(cut("\"a\"", 3, false, fields, &record), WRMF_I_CUT_MORE);
}

static void other_dialects(void **state)
{
    (void)state;
    static const wrmf_i_dialect
        tab_line = {WRMF_I_SEPARATION_BYTE, "\t", 1, WRMF_I_QUOTES_CAREFUL, 0, false, NULL, 0},
        tab_none = {WRMF_I_SEPARATION_BYTE, "\t", 1, WRMF_I_QUOTES_TEXT, 0, false, NULL, 0},
        colons = {WRMF_I_SEPARATION_TEXT, "::", 2, WRMF_I_QUOTES_SPAN, 0, false, NULL, 0},
        blanks = {WRMF_I_SEPARATION_BLANKS, "", 0, WRMF_I_QUOTES_CAREFUL, 0, false, NULL, 0},
        slash = {WRMF_I_SEPARATION_BYTE, ",", 1, WRMF_I_QUOTES_SPAN, 0, true, NULL, 0},
        hash = {WRMF_I_SEPARATION_BYTE, ",", 1, WRMF_I_QUOTES_SPAN, 0, false, "//", 2};
    static const struct {
        const wrmf_i_dialect *dialect;
        const char *text, *fields;
        size_t next;
    } cases[] = {
        {&tab_line, "\"a\tb\n", "[\"a][b]", 5},
        {&tab_line, "\"a\tb\"\tc\n", "[a\tb][c]", 8},
        {&tab_line, "\"a\" al\t\"b\"\n\"", "[\"a\" al][b]", 11},
        {&tab_line, "\"a\"\"\tb\n", "[\"a\"\"][b]", 7},
        {&tab_line, "x\t\"\r\"\n", "[x][\"]", 4},
        {&tab_line, "x\t\"\"\"\"", "[x][\"]", 6},
        {&tab_none, "\"a\"\t\"b\n", "[\"a\"][\"b]", 7},
        {&colons, "a::b:c:::d:\n", "[a][b:c][:d:]", 12},
        {&colons, "a::\"b::\"::", "[a][b::][]", 10},
        {&colons, "::\n::", "[][]", 3},
        {&blanks, " \ta  b\t c \t\n", "[a][b][c]", 12},
        {&blanks, " \t \n", "", 4},
        {&blanks, "a b \r\nc", "[a][b]", 6},
        {&blanks, "\"a b\" c", "[a b][c]", 7},
        {&slash, "\"a\\\"b\",\"c\\\\\"\n", "[a\"b][c\\]", 13},
        {&slash, "\"\\n\"\"\\\"\",a\\,b", "[\\n\"\"][a\\][b]", 13},
        {&slash, "\"\\\n\"\n", "[\\\n]", 5},
        {&hash, "//a,\"\n", "", 6},
        {&hash, "/a,//b\n", "[/a][//b]", 7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrmf_i_record record;
        char fields[64];
        const size_t length = strlen(cases[i].text);
        assert_int_equal(cut_as(cases[i].dialect, cases[i].text, length, true, fields, &record),
                         WRMF_I_CUT_OK);
        assert_string_equal(fields, cases[i].fields);
        assert_ptr_equal(record.next, cases[i].text + cases[i].next);
        assert_int_equal(record.comment, strncmp(cases[i].text, "//", 2) == 0);
    }
}

static void fields_beyond_the_room_are_counted(void **state)
{
    (void)state;
    wrmf_i_field fields[2];
    wrmf_i_record record = {.fields = fields, .room = 2};
    const char *const text = "a,b,\"c\",d\n";
    assert_int_equal(wrmf_i_record_cut(&record, text, text + 10, true, &comma), WRMF_I_CUT_OK);
    assert_int_equal(record.n_fields, 4);
    assert_ptr_equal(record.extra, text + 4);
    assert_ptr_equal(record.end, text + 9);
}

static void locations(void **state)
{
    (void)state;
    const char *const text = "ab\ncd\r\ref";
    static const int breaks[] = {0, 0, 0, 1, 1, 1, 2, 3, 3, 3},
                     bytes[] = {0, 1, 2, 0, 1, 2, 0, 0, 1, 2};
    for (int i = 0; i < 10; i++) {
        int64_t line, column;
        wrmf_i_breaks_count(text, text + i, &line, &column);
        assert_int_equal(line, breaks[i]);
        assert_int_equal(column, bytes[i]);
        const wrmf_i_record record = {.begin = text};
        const wrmf_i_location start = {"t", 7, 1};
        const wrmf_i_location location = wrmf_i_record_location(&record, start, text + i);
        assert_string_equal(location.name, "t");
        assert_int_equal(location.line, 7 + breaks[i]);
        assert_int_equal(location.column, 1 + bytes[i]);
    }
}

/* The same as wrmf_i_breaks_find(), byte by byte. */
static bool find_slowly(const char *p, const char *end, bool last, const char **stop,
                        const char **next)
{
    while (p < end && *p != '\r' && *p != '\n')
        p++;
    if (!last && (p == end || (*p == '\r' && p + 1 == end)))
        return false;
    *stop = *next = p;
    if (p < end)
        *next = *p == '\r' && p + 1 < end && p[1] == '\n' ? p + 2 : p + 1;
    return true;
}

/* Whatever was found before, every line ends where it does: here in stretches of one kind of line
 * break, with one of another between them now and then. */
static void ends_of_lines(void **state)
{
    (void)state;
    enum { BYTES = 3000 };
    static const char *const kinds[] = {"\n", "\r\n", "\r"};
    static char text[BYTES + 8];
    uint32_t random = 1;
    for (int run = 0; run < 60; run++) {
        size_t n = 0, kind = 0;
        while (n < BYTES) {
            random = random * 1664525 + 1013904223;
            if (random >> 28 == 0)
                kind = random % 3;
            for (uint32_t i = random >> 24 & 7; i > 0; i--)
                text[n++] = 'x';
            n += (size_t)sprintf(text + n, "%s", kinds[random >> 20 & 31 ? kind : random % 3]);
            n = n < BYTES ? n : BYTES;
        }
        wrmf_i_breaks breaks = {0};
        const char *const end = text + BYTES, *p = text;
        for (int line = 0; p < end; line++) {
            const char *stop = NULL, *next = NULL, *stop_slowly = NULL, *next_slowly = NULL;
            const bool last = run % 2;
            const bool found = wrmf_i_breaks_find(&breaks, p, end, last, &stop, &next);
            assert_int_equal(found, find_slowly(p, end, last, &stop_slowly, &next_slowly));
            assert_ptr_equal(stop, stop_slowly);
            assert_ptr_equal(next, next_slowly);
            if (!found)
                break;
            p = next;
            if (line == 200) { /* back, as after a quote that is wrong */
                p = text + (p - text) / 2;
                while (p > text && (p[-1] == '\r' || *p == '\n'))
                    p--;
            }
        }
    }
}

static void fields_are_compared(void **state)
{
    (void)state;
    static const char *const texts[] = {"",     "a",   "ab",  "b",    "\"",
                                        "\"\"", "a\"", "\"a", "a\"b", "a\"bc"};
    enum { N = sizeof texts / sizeof *texts };
    for (int i = 0; i < N; i++) {
        char quoted[16];
        char *to = quoted;
        *to++ = '"';
        for (const char *from = texts[i]; *from; from++) {
            *to++ = *from;
            if (*from == '"')
                *to++ = '"';
        }
        *to++ = '"';
        wrmf_i_field fields[2];
        wrmf_i_record record = {.fields = fields, .room = 2};
        assert_int_equal(wrmf_i_record_cut(&record, quoted, to, true, &comma), WRMF_I_CUT_OK);
        assert_int_equal(record.n_fields, 1);
        for (int j = 0; j < N; j++)
            assert_int_equal(wrmf_i_field_is(&fields[0], texts[j], strlen(texts[j])), i == j);
    }
}

static void delimiters_are_guessed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char delimiter;
    } cases[] = {{"a,b\n;;;;", ','},          {"a;b;c,d", ';'},         {"a|b", '|'},
                 {"a\tb,c\t", '\t'},          {"abc\n", '\t'},          {"", '\t'},
                 {"\"a,b,c\"|d\n", '|'},      {"\"a\n,,\"\"\"|d", '|'}, {"a,b|c\n", ','},
                 {"x|\";;;\"|\"\n\"\n", '|'}, {"a\"b,,\"|\n", ','}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const text = cases[i].text;
        assert_int_equal(wrmf_i_guess_delimiter(text, text + strlen(text),
                                                &(wrmf_i_dialect){.backslash = false}),
                         cases[i].delimiter);
    }
}

static void first_lines_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        wrmf_i_look look;
        size_t n_fields;
    } cases[] = {
        {"user,item\n1,2\n", WRMF_I_LOOK_HEADER, 2},
        {"1,2\n3,4\n", WRMF_I_LOOK_DATA, 2},
        {"u1,i1\nu2,i2\n", WRMF_I_LOOK_DATA, 2},
        {"user,item\nu2,i2\n", WRMF_I_LOOK_HEADER, 2},
        {"user1,item1\n2,2\n", WRMF_I_LOOK_HEADER, 2},
        {"ann,jaws\nbob,alien\n", WRMF_I_LOOK_OPEN, 2},
        {"ann,jaws\nbob,alien\nann,heat\n", WRMF_I_LOOK_DATA, 2},
        {"user,item\nann,jaws\nuser,item\nbob,jaws\n", WRMF_I_LOOK_OPEN, 2},
        {"ann,jaws,1\nbob,alien,2.5\n", WRMF_I_LOOK_DATA, 3},
        {"user,item,n\nbob,alien,2.5\n", WRMF_I_LOOK_HEADER, 3},
        {"3,2\n", WRMF_I_LOOK_OPEN, 2},
        {"", WRMF_I_LOOK_OPEN, 0},
        {"1,2,3,4\n1,2\n3,4\n", WRMF_I_LOOK_DATA, 2},
        {"\"x\n1,2\n\n3,4\n", WRMF_I_LOOK_DATA, 2},
        {"2020-01-02,x\n2020-01-03,y\n", WRMF_I_LOOK_DATA, 2},
    };
    const int64_t columns[2] = {0, 1};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const text = cases[i].text;
        const wrmf_i_guess guess =
            wrmf_i_guess_lines(text, text + strlen(text), true, &comma, columns, false);
        assert_int_equal(guess.look, cases[i].look);
        assert_int_equal(guess.n_fields, cases[i].n_fields);
    }
}

/* ---- pairs ---- */

enum { USERS = 7, ITEMS = 5 };

/* A like and a dislike that add up to 0 when they are merged early, and to a count in the end. */
static void zeros_in_between(void **state)
{
    (void)state;
    enum { N = 40000 };
    host machine = {0};
    wrmf_context *const context = host_context(&machine);
    for (int end = 0; end < 2; end++) {
        wrmf_i_pairs pairs;
        wrmf_i_bad_sum bad;
        wrmf_matrix *matrix = NULL;
        wrmf_error error;
        wrmf_i_pairs_init(&pairs, context, WRMF_DUPLICATES_SUM, false);
        pairs.patience = 16;
        for (int i = 0; i <= N; i++) {
            const double count = i == N ? end : i % 2 ? -1 : 1;
            if (pairs.n == pairs.room)
                MUST(wrmf_i_pairs_grow(&pairs, 1, 1, err));
            if (count != 0)
                MUST(wrmf_i_pairs_add(&pairs, 0, 0, count, i + 1, err));
        }
        assert_true(pairs.room <= 1 << 14); /* it did merge */
        const wrmf_status status = wrmf_i_pairs_matrix(&pairs, 1, 1, &matrix, NULL, &bad, &error);
        assert_int_equal(status, end ? WRMF_OK : WRMF_E_FORMAT);
        assert_int_equal(bad.user, end ? -1 : 0);
        assert_true(end || bad.line == N);
        wrmf_i_matrix_release(matrix);
        wrmf_i_pairs_free(&pairs);
    }
    wrmf_context_free(context);
    host_check(&machine);
}

/* Add many pairs under little patience; the same without any merging, by hand. */
static void merging_early_changes_nothing(void **state)
{
    (void)state;
    for (int mode = WRMF_DUPLICATES_SUM; mode <= WRMF_DUPLICATES_MAX; mode++) {
        host machine = {0};
        wrmf_context *const context = host_context(&machine);
        double cells[USERS][ITEMS] = {{0}}, latest[USERS][ITEMS], *times = NULL;
        wrmf_i_pairs pairs;
        wrmf_i_bad_sum bad;
        wrmf_i_pairs_init(&pairs, context, (wrmf_duplicates)mode, true);
        pairs.patience = 16;
        for (int i = 0; i < USERS * ITEMS; i++)
            latest[i / ITEMS][i % ITEMS] = -1000;
        const int n = 200000;
        for (int i = 0; i < n; i++) {
            const int user = i % 1000 * i % USERS, item = i % 11 % ITEMS;
            const double count = i < 30 ? 1.0 : 1.0 / (1 + i % 13);
            double *const cell = &cells[user][item];
            if (mode == WRMF_DUPLICATES_SUM)
                *cell += count;
            else if (mode == WRMF_DUPLICATES_MAX)
                *cell = count > *cell ? count : *cell;
            else
                *cell = *cell > 0 ? *cell : count;
            const double time = i * 7 % 1009 - 700;
            latest[user][item] = fmax(latest[user][item], time);
            if (pairs.n == pairs.room)
                MUST(wrmf_i_pairs_grow(&pairs, USERS, ITEMS, err));
            MUST(wrmf_i_pairs_add_timed(&pairs, user, item, count, time, 1, err));
        }
        assert_true(pairs.room <= 1 << 14); /* it did merge */
        wrmf_matrix *matrix = NULL;
        MUST(wrmf_i_pairs_matrix(&pairs, USERS, ITEMS, &matrix, &times, &bad, err));
        int64_t distinct = 0;
        for (int u = 0; u < USERS; u++)
            for (int i = 0; i < ITEMS; i++) {
                double got = 0;
                for (int64_t k = matrix->offsets[u]; k < matrix->offsets[u + 1]; k++)
                    if (matrix->indices[k] == i) {
                        got = matrix->values ? matrix->values[k] : 1;
                        assert_true(times[k] == latest[u][i]);
                    }
                assert_true(got == cells[u][i]);
                distinct += got > 0;
            }
        assert_int_equal(pairs.merged, n - distinct);
        wrmf_i_free(&context->allocator, times, (size_t)distinct, sizeof *times);
        wrmf_i_matrix_release(matrix);
        wrmf_i_pairs_free(&pairs);
        wrmf_context_free(context);
        host_check(&machine);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_and_fields),
        cmocka_unit_test(wrong_quotes),
        cmocka_unit_test(other_dialects),
        cmocka_unit_test(fields_beyond_the_room_are_counted),
        cmocka_unit_test(locations),
        cmocka_unit_test(ends_of_lines),
        cmocka_unit_test(fields_are_compared),
        cmocka_unit_test(delimiters_are_guessed),
        cmocka_unit_test(first_lines_are_told_apart),
        cmocka_unit_test(merging_early_changes_nothing),
        cmocka_unit_test(zeros_in_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
