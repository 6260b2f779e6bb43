/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What people's files have: quotes that are none, headers that are none or come again, comments,
 * other delimiters and line ends, zeros, and files that are no text. Everything is read on one
 * thread and on three, in one piece and byte by byte, with the same result and the same warnings.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "wrmf/matrix.h"
#include "wrmf/reader.h"

static wrmf_reader *reader;
static char warnings[2000]; /* of the last read, each with a line break */

static void keep_warning(void *self, wrmf_log_level level, const char *line)
{
    (void)self;
    (void)level;
    const size_t at = strlen(warnings);
    snprintf(warnings + at, sizeof warnings - at, "%s\n", line);
}

static int set_up(void **state)
{
    fixture_set_up(state);
    MUST(wrmf_reader_create(context, &reader, err));
    wrmf_context_set_logger(context, NULL, keep_warning, WRMF_LOG_WARNING);
    return 0;
}

static int tear_down(void **state)
{
    wrmf_reader_free(reader);
    return fixture_tear_down(state);
}

/* What a read gave, as "user>item=count name;" in the order of the rows, or its error. */
static void read_as(const char *text, size_t length, size_t piece, char *to, size_t room)
{
    text_source source = {.data = text, .length = length, .piece = piece};
    wrmf_input *const input = text_input(context, &source);
    wrmf_matrix *matrix = NULL;
    wrmf_ids *users = NULL, *items = NULL;
    wrmf_error failure;
    warnings[0] = '\0';
    to[0] = '\0';
    if (wrmf_reader_read(reader, input, &matrix, &users, &items, &failure) != WRMF_OK)
        snprintf(to, room, "%s", failure.text);
    size_t at = 0;
    for (int64_t u = 0; matrix && u < wrmf_matrix_users(matrix) && at < room; u++) {
        const int32_t *columns;
        const int64_t n = wrmf_matrix_row(matrix, u, &columns, NULL);
        for (int64_t k = 0; k < n && at < room; k++) {
            char user[100], item[100];
            const char *const name = wrmf_ids_name(items, columns[k], NULL);
            wrmf_ids_format(users, u, user, sizeof user);
            wrmf_ids_format(items, columns[k], item, sizeof item);
            at += (size_t)snprintf(to + at, room - at, "%s>%s=%g%s%s;", user, item,
                                   wrmf_matrix_count(matrix, u, columns[k]), name ? " " : "",
                                   name ? name : "");
        }
    }
    wrmf_matrix_free(matrix);
    wrmf_ids_free(users);
    wrmf_ids_free(items);
    wrmf_input_free(input);
}

static void check_bytes(const char *text, size_t length, const char *wanted)
{
    char first[2000], shown[2000], said[sizeof warnings];
    for (int threads = 1; threads <= 3; threads += 2) {
        MUST(wrmf_context_set_threads(context, threads, err));
        for (size_t piece = 0; piece < 2; piece++) {
            read_as(text, length, piece, shown, sizeof shown);
            if (strncmp(shown, wanted, strlen(wanted)) != 0 ||
                (!strchr(wanted, ':') && strcmp(shown, wanted) != 0))
                fail_msg("\"%s\" gave \"%s\", not \"%s\"", text, shown, wanted);
            if (threads == 1 && piece == 0) {
                snprintf(first, sizeof first, "%s", shown);
                snprintf(said, sizeof said, "%s", warnings);
            }
            assert_string_equal(shown, first);
            assert_string_equal(warnings, said);
        }
    }
}

/* Wanted is all that was read, or how the error begins, which has a colon. */
static void check(const char *text, const char *wanted)
{
    check_bytes(text, strlen(text), wanted);
}

static void warned(const char *words)
{
    if (words ? !strstr(warnings, words) : warnings[0] != '\0')
        fail_msg("warned of \"%s\", not of \"%s\"", warnings, words ? words : "nothing");
}

static void counted(wrmf_reader_counter counter, int64_t n, int64_t line)
{
    assert_int_equal(wrmf_reader_count(reader, counter), n);
    assert_int_equal(wrmf_reader_first_line(reader, counter), line);
}

static void by_number(int header, int user, int item, int count)
{
    MUST(wrmf_reader_set_header(reader, header, err));
    MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_USER, user, err));
    MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_ITEM, item, err));
    if (count > 0)
        MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_COUNT, count, err));
    else
        MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_COUNT, NULL, err));
}

/* ---- quotes ---- */

/* Plays as a program writes them that never quotes; `last` is the tenth line, D the delimiter. */
static const char *plays(char delimiter, const char *tenth)
{
    static char text[600];
    char *to = text;
    to += sprintf(to, "u1Di1D\"heroesD5\n");
    for (int i = 1; i <= 8; i++)
        to += sprintf(to, "u%dDi1Dartist %dD3\n", i, i);
    to += sprintf(to, "%s\nu10Di8DabbaD2\n", tenth);
    for (char *c = text; *c; c++)
        *c = *c == 'D' ? delimiter : *c;
    return text;
}

#define ALL_PLAYS "u1>i1=8;u2>i1=3;u3>i1=3;u4>i1=3;u5>i1=3;u6>i1=3;u7>i1=3;u8>i1=3;"

static void quotes_that_are_text(void **state)
{
    (void)state;
    by_number(WRMF_HEADER_NO, 1, 2, 4);
    /* tabs: no line is swallowed, whatever closes the quote */
    check(plays('\t', "u9Di8Dab 12\"D2"), ALL_PLAYS "u9>i8=2;u10>i8=2;");
    warned(NULL);
    counted(WRMF_READ_SPANNING, 0, 0);
    check(plays('\t', "u9Di8D\"weird\" alD2"), ALL_PLAYS "u9>i8=2;u10>i8=2;");
    check(plays('\t', "u9Di8D\"ABBA\"D2"), ALL_PLAYS "u9>i8=2;u10>i8=2;");
    MUST(wrmf_reader_set_quoting(reader, WRMF_QUOTING_NONE, err));
    for (const char *c = "\t,;|"; *c; c++) {
        check(plays(*c, "u9Di8D\"weird\" alD2"), ALL_PLAYS "u9>i8=2;u10>i8=2;");
        check(plays(*c, "\"u9\"Di8DxD2"), ALL_PLAYS "\"u9\">i8=2;u10>i8=2;");
    }
    MUST(wrmf_reader_set_quoting(reader, WRMF_QUOTING_CAREFUL, err));
    check(plays(',', "u9Di8D\"weird\" alD2"), ALL_PLAYS "u9>i8=2;u10>i8=2;");
    /* minimal: a span is read, counted and warned of */
    MUST(wrmf_reader_set_quoting(reader, WRMF_QUOTING_MINIMAL, err));
    for (const char *c = "\t,;|"; *c; c++) {
        check(plays(*c, "u9Di8Dab 12\"D2"), "u1>i1=2;u10>i8=2;");
        warned("1 quoted field spans lines; the first opens at t:1:7");
        counted(WRMF_READ_SPANNING, 1, 1);
        counted(WRMF_READ_LINES, 2, 1);
    }
    MUST(wrmf_reader_set_quoting(reader, WRMF_QUOTING_AUTO, err));
    check(plays(',', "u9Di8Dab 12\"D2"), "u1>i1=2;u10>i8=2;");
}

static void quotes_that_are_wrong(void **state)
{
    (void)state;
    by_number(WRMF_HEADER_NO, 1, 2, 4);
    check(plays(',', "u9Di9D\"weird\" alD2"),
          "t:1:7: the quote that opens here is closed in line 10, column 7, with text behind it");
    MUST(wrmf_reader_set_malformed(reader, WRMF_MALFORMED_SKIP, err));
    check(plays(',', "u9Di9D\"weird\" alD2"),
          "u1>i1=3;u2>i1=3;u3>i1=3;u4>i1=3;u5>i1=3;u6>i1=3;u7>i1=3;u8>i1=3;u10>i8=2;");
    counted(WRMF_READ_MALFORMED, 2, 1);
    counted(WRMF_READ_LINES, 11, 1);
    warned("2 malformed lines were passed over; the first: t:1:7: the quote");
    assert_non_null(strstr(wrmf_reader_first_malformed(reader), "t:1:7: the quote that opens"));
    /* never closed; closed with too many or too few fields */
    check("a,x,n,1\nb,y,\"n,2\nc,z,n,3\n", "a>x=1;c>z=3;");
    check("a,x,n,1\nb,y,\"n,2\nc,z,n,3\nd,w,\"\n", "a>x=1;c>z=3;");
    counted(WRMF_READ_MALFORMED, 2, 2);
    check("a,x,n,1\nb,y,\"n,2\nc,z,n,3\nd,w,n\",2,5\n", "a>x=1;c>z=3;");
    counted(WRMF_READ_MALFORMED, 2, 2);
    /* well quoted, with a bad count: all of its lines are lost */
    check("a,x,n,1\nb,y,\"n\r\nm\n\",2e\nc,z,n,3\n", "a>x=1;c>z=3;");
    counted(WRMF_READ_MALFORMED, 3, 2);
    counted(WRMF_READ_SPANNING, 0, 0);
    assert_non_null(strstr(wrmf_reader_first_malformed(reader),
                           "the quote that opens in line 2, column 5 spans lines"));
    check("a,\"x\n", "");
    counted(WRMF_READ_MALFORMED, 1, 1);
}

static void quotes_that_span_lines(void **state)
{
    (void)state;
    by_number(WRMF_HEADER_YES, 1, 2, 3);
    MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_NAME, 4, err));
    check("u,i,n,t\na,x,1,\"two\nlines\"\n\"b\rc\",\"\n\",2,\n", "a>x=1 two\nlines;b\rc>\n=2;");
    counted(WRMF_READ_SPANNING, 3, 2);
    warned("3 quoted fields span lines; the first opens at t:2:7");
    /* where the delimiter is a tab, if no line can stand alone that is between */
    check("u\ti\tn\tt\na\tx\t1\t\"two\n\nlines\"\n\"b\rc\"\t\"\n\"\t2\t\n",
          "a>x=1 two\n\nlines;b\rc>\n=2;");
    counted(WRMF_READ_SPANNING, 3, 2);
    warned("3 quoted fields span lines; the first opens at t:2:7");
    check("u\ti\tn\tt\na\tx\t1\t\"two\nb\ty\t2\tlines\"\n", "a>x=1 \"two;b>y=2 lines\";");
    warned(NULL);
    check("u\ti\tn\tt\na\tx\t1\t\"two\nb\ty\t2\n",
          "t:3:6: 3 fields, not 4 as in the first line; the quote that line 2 does not close");
}

static void backslashes(void **state)
{
    (void)state;
    by_number(WRMF_HEADER_NO, 1, 2, 0);
    check("\"a\\\"b\",x\n", "t:1:5: text behind");
    MUST(wrmf_reader_set_escape(reader, WRMF_ESCAPE_BACKSLASH, err));
    check("\"a\\\"b\",x\n\"a\"\"b\",y\n", "a\"b>x=1;a\"b>y=1;");
    check("\"\\\\\",\"\\n\"\nb\\,\"\\\",\"\n", "\\>\\n=1;b\\>\",=1;");
    check("\"a\\\",x\n", "t:1:1: a quote that never ends");
    MUST(wrmf_reader_set_delimiter(reader, '\\', err));
    check("a\\x\n", "a backslash is both in the delimiter and an escape");
}

/* ---- headers and comments ---- */

static void headers_that_are_none(void **state)
{
    (void)state;
    static const char *const data[] = {"1,10\n2,20\n", "u1,i1\nu2,i2\n",
                                       "ann,jaws\nbob,heat\nann,alien\n"},
                             *const all[] = {"1>10=1;2>20=1;", "u1>i1=1;u2>i2=1;",
                                             "ann>jaws=1;ann>alien=1;bob>heat=1;"},
                             *const rest[] = {"2>20=1;", "u2>i2=1;", "bob>heat=1;ann>alien=1;"};
    for (int i = 0; i < 3; i++) {
        by_number(WRMF_HEADER_YES, 1, 2, 0);
        check(data[i], rest[i]);
        warned("t:1: the first line");
        by_number(WRMF_HEADER_AUTO, 1, 2, 0);
        check(data[i], all[i]);
        warned(NULL);
        by_number(WRMF_HEADER_NO, 1, 2, 0);
        check(data[i], all[i]);
        warned(NULL);
    }
    for (int header = WRMF_HEADER_YES; header <= WRMF_HEADER_AUTO; header++) {
        by_number(header, 1, 2, 0);
        check("user,item\n1,10\n", "1>10=1;");
        warned(NULL);
        check("user,item\nann,jaws\n", "ann>jaws=1;");
        warned(header == WRMF_HEADER_AUTO ? "nothing tells whether it is one" : NULL);
    }
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_USER, "0", err));
    check("0,1\n5,6\n", "5>6=1;");
    warned(NULL);
}

static void headers_that_come_again(void **state)
{
    (void)state;
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_USER, "user", err));
    check("user,item\n1,2\nuser,item\r\n3,4\n\xef\xbb\xbfuser,item\n5,6\n", "1>2=1;3>4=1;5>6=1;");
    counted(WRMF_READ_HEADERS, 2, 3);
    warned("lines that equal the header are passed over: 2, the first is line 3");
    by_number(WRMF_HEADER_AUTO, 1, 2, 0);
    check("user,item\nann,x\nuser,item\nbob,x\n", "ann>x=1;bob>x=1;");
    /* not where the header may be data: the rest of it would be lost */
    by_number(WRMF_HEADER_YES, 1, 2, 0);
    check("1,2\n3,4\n1,2\n", "3>4=1;1>2=1;");
    counted(WRMF_READ_HEADERS, 0, 0);
    by_number(WRMF_HEADER_NO, 1, 2, 0);
    check("user,item\n1,2\nuser,item\n", "user>item=2;1>2=1;");
}

static void comments(void **state)
{
    (void)state;
    by_number(WRMF_HEADER_NO, 1, 2, 0);
    check("% a,b\n1,2\n", "% a>b=1;1>2=1;");
    MUST(wrmf_reader_set_comment(reader, "%", err));
    check("% bip \"unweighted\n%\n1,2\n%\r\n3,4%\n%,\n", "1>2=1;3>4%=1;");
    counted(WRMF_READ_COMMENTS, 4, 1);
    counted(WRMF_READ_LINES, 6, 1);
    MUST(wrmf_reader_set_comment(reader, "//", err));
    MUST(wrmf_reader_set_header(reader, WRMF_HEADER_YES, err));
    check("\xef\xbb\xbf// x|y|z\n/user,item\n/,//\n//", "/>//=1;");
    MUST(wrmf_reader_set_comment(reader, NULL, err));
    check("u,i\n// x,y\n", "// x>y=1;");
}

static void first_lines_to_skip(void **state)
{
    (void)state;
    static const char *const bad[] = {"\"a,x\n",   "a,x,x,x\n",  "a\n",        "a,,1\n", ",x,1\n",
                                      "a,x,one\n", "a,\"x\"y\n", "\"a\"b,x\n", "a;x;1\n"};
    char text[200];
    MUST(wrmf_reader_set_malformed(reader, WRMF_MALFORMED_SKIP, err));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(text, sizeof text, "%sb1,y1,2\nb2,y2,3\n", bad[i]);
        by_number(WRMF_HEADER_NO, 1, 2, 3);
        check(text, "b1>y1=2;b2>y2=3;");
        counted(WRMF_READ_MALFORMED, 1, 1);
        snprintf(text, sizeof text, "u,i,n\n%sb1,y1,2\nb2,y2,3\n", bad[i]);
        by_number(WRMF_HEADER_YES, 1, 2, 3);
        check(text, "b1>y1=2;b2>y2=3;");
        counted(WRMF_READ_MALFORMED, 1, 2);
    }
    by_number(WRMF_HEADER_AUTO, 1, 2, 3);
    check("oops\nb1,y1,2\nb2,y2,3\n", "b1>y1=2;b2>y2=3;");
    check("\"oops\nu,i,n\nb1,y1,2\nb2,y2,3\n", "b1>y1=2;b2>y2=3;");
}

/* ---- delimiters, line ends, zeros ---- */

static void delimiters(void **state)
{
    (void)state;
    by_number(WRMF_HEADER_NO, 1, 2, 3);
    MUST(wrmf_reader_set_delimiter_text(reader, "::", err));
    check("1::10::5\n2::a:b::3\n3:::x::1", "1>10=5;2>a:b=3;3>:x=1;");
    check("1:10:5\n", "t:1:7: column 2 is asked for, the line has 1 field, cut at each \"::\"");
    check("1::\"Great\" Cats::5\n2::\"x::y\"::2\n", "1>\"Great\" Cats=5;2>x::y=2;");
    MUST(wrmf_reader_set_delimiter_blanks(reader, err));
    check("1 10\t5 \n\t 2  20   3\r\n \t\n3\t30 1", "1>10=5;2>20=3;3>30=1;");
    counted(WRMF_READ_BLANK, 1, 3);
    check("1,10 5\n", "t:1:7: column 3 is asked for, the line has 2 fields, cut at each run of");
    MUST(wrmf_reader_set_delimiter(reader, 0, err));
    check("sep=;\na;x;1\nb;y,z;2\n", "a>x=1;b>y,z=2;");
    counted(WRMF_READ_COMMENTS, 1, 1);
    check("\"sep=,\"\r\na,x;y,1\n", "a>x;y=1;");
    MUST(wrmf_reader_set_delimiter(reader, '|', err));
    check("SEP=|\na|x|1\n", "a>x=1;");
    check("sep=ab|x|1\n", "sep=ab>x=1;");
}

static void line_ends(void **state)
{
    (void)state;
    by_number(WRMF_HEADER_YES, 1, 2, 0);
    check("u,i\ra,x\r\rb,y\rc,\"z\r\"\r", "a>x=1;b>y=1;c>z\r=1;");
    counted(WRMF_READ_BLANK, 1, 3);
    counted(WRMF_READ_SPANNING, 1, 5);
    check("u,i\na,x\rb,y\r\nc,z\r\r\nd,w", "a>x=1;b>y=1;c>z=1;d>w=1;");
    check("u,i\ra,x\rb\r", "t:3:2: 1 field");
    check("u,i\r\na,x\r\nb\n", "t:3:2: 1 field");
}

static void zeros(void **state)
{
    (void)state;
    static const char text[] = "u,i,n\na,x,0\nb,y,2\nb,x,0.0\nc,y,-0e5\nb,y,00\n";
    by_number(WRMF_HEADER_YES, 1, 2, 3);
    check(text, "t:2:5: count is \"0\", not above 0");
    MUST(wrmf_reader_set_zeros(reader, WRMF_ZEROS_DROP, err));
    check(text, "b>y=2;");
    counted(WRMF_READ_ZEROS, 4, 2);
    counted(WRMF_READ_ROWS, 1, 3);
    check("u,i,n\na,x,-1\n", "t:2:5: count is \"-1\", not above 0");
    check("u,i,n\na,x,1e-999\n", "t:2:5: count is \"1e-999\", too small for a double");
    check("u,i,n\na,,0\n", "t:2:3: item id is empty");
}

static void negatives(void **state)
{
    (void)state;
    static const char text[] = "u,i,n\na,x,-2\nb,y,2\na,x,1\nb,x,-0.5\n";
    by_number(WRMF_HEADER_YES, 1, 2, 3);
    check(text, "t:2:5: count is \"-2\", not above 0");
    MUST(wrmf_reader_set_negative(reader, WRMF_NEGATIVE_DISLIKE, err));
    check(text, "a>x=-1;b>x=-0.5;b>y=2;");
    check("u,i,n\na,x,0\n", "t:2:5: count is \"0\", not above 0");
    check("u,i,n\na,x,-0\n", "t:2:5: count is \"-0\", not above 0");
    check("u,i,n\na,x,-1e999\n", "t:2:5: count is \"-1e999\", not finite");
    check("u,i,n\nb,y,1\na,x,-1\nb,x,1\na,x,1\n",
          "t:5:1: the counts of user \"a\", item \"x\" add up to 0");
    check("u,i,n\na,x,2\na,x,-1\na,x,-1\na,x,3\n", "a>x=3;");
    check("u,i,n\na,x,-1e308\na,x,1\na,x,-1e308\n",
          "t:4:1: the counts of user \"a\", item \"x\" add up to a number that is not finite");
    check("u,i,n\na,x,1e308\na,x,1e308\n",
          "t: the counts of user \"a\", item \"x\" add up to a number that is not finite");
    MUST(wrmf_reader_set_duplicates(reader, WRMF_DUPLICATES_MAX, err));
    check(text, "a>x=1;b>x=-0.5;b>y=2;");
}

/* ---- what is no text ---- */

static void other_files(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *words;
    } cases[] = {
        {"\xff\xfeu\0,\0i\0\n\0", 10, "text in UTF-16"},
        {"\xfe\xff\0u\0,\0i\0\n", 10, "text in UTF-16"},
        {"u\0s\0e\0r\0,\0i\0t\0e\0m\0\n\0", 20, "text in UTF-16"},
        {"\0u\0s\0e\0r\0,\0i\0t\0e\0m\0\n", 20, "text in UTF-16"},
        {"\xff\xfe\0\0u\0\0\0", 8, "text in UTF-32"},
        {"PK\3\4\24\0\0\0", 8, "packed by zip"},
        {"BZh91AY&SY\x01\x02", 12, "packed by bzip2"},
        {"\xfd"
         "7zXZ\0\0\4",
         8, "packed by xz"},
        {"\x28\xb5\x2f\xfd\x24\x01", 6, "packed by zstd"},
        {"PAR1\x15\x04", 6, "a Parquet file"},
        {"SQLite format 3\0\x10", 17, "an SQLite database"},
        {"{\"user\": 1, \"item\": 2}\n", 23, "JSON"},
        {"\n [\n {\"user\": 1}]", 17, "JSON"},
        {"[1, 2]\n[3, 4]\n", 14, "JSON"},
        {"\0\0\0u\0\0\0,\0\0\0i\0\0\0\n", 16, "text in UTF-32"},
        {"]\0\0\x80\0", 5, "packed by lzma"},
        {"\x80\4\x95", 3, "a pickle of Python's"},
        {"%%MatrixMarket matrix coordinate real general\n", 46, "a Matrix Market file"},
        {"\xef\xbb\xbf <!DOCTYPE html>", 19, "a page of HTML"},
        {"<?xml version=\"1.0\"?>", 21, "XML"},
    };
    by_number(WRMF_HEADER_YES, 1, 2, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char wanted[100];
        snprintf(wanted, sizeof wanted, "t: this is no delimited text, but %s", cases[i].words);
        check_bytes(cases[i].bytes, cases[i].n, wanted);
    }
    /* text that begins in a like way */
    check("BZh9,i\nPAR1,ORC\n", "PAR1>ORC=1;");
    check("ORC,i\nx,{\"a\"}\n", "x>{\"a\"}=1;");
    check("{u},[i]\nPK,<html\n", "PK><html=1;");
    check("[u],i\n[a],[b]\n", "[a]>[b]=1;");
}

/* A quote that would make a field longer than any line may be is wrong; what it reaches over is
 * not. */
static void quotes_that_reach_too_far(void **state)
{
    (void)state;
    enum { ROWS = 40000, LIMIT = 300000 };
    char *const text = malloc(ROWS * 16), *to = text;
    for (int i = 0; i < ROWS; i++)
        to += sprintf(to, i == 100 || i == ROWS - 9 ? "u%d,\"i\n" : "u%d,i\n", i);
    by_number(WRMF_HEADER_NO, 1, 2, 0);
    for (int run = 0; run < 6; run++) {
        text_source source = {.data = text, .length = (size_t)(to - text)};
        wrmf_input *const input = text_input(context, &source);
        wrmf_matrix *matrix = NULL;
        MUST(wrmf_context_set_threads(context, 1 + run / 2, err));
        MUST(wrmf_input_set_limit(input, WRMF_LIMIT_LINE, LIMIT, err));
        MUST(wrmf_reader_set_malformed(reader, (wrmf_malformed)(run % 2), err));
        if (run % 2 == 0) {
            FAILS(WRMF_E_OVERFLOW, "t:101:6: a quoted field makes a line of more than 300000",
                  wrmf_reader_read(reader, input, &matrix, NULL, NULL, err));
        } else {
            MUST(wrmf_reader_read(reader, input, &matrix, NULL, NULL, err));
            counted(WRMF_READ_ROWS, ROWS - 2, 1);
            counted(WRMF_READ_MALFORMED, 2, 101);
        }
        wrmf_matrix_free(matrix);
        wrmf_input_free(input);
    }
    free(text);
}

int main(void)
{
#define HABIT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        HABIT(quotes_that_are_text),
        HABIT(quotes_that_are_wrong),
        HABIT(quotes_that_span_lines),
        HABIT(backslashes),
        HABIT(headers_that_are_none),
        HABIT(headers_that_come_again),
        HABIT(comments),
        HABIT(first_lines_to_skip),
        HABIT(delimiters),
        HABIT(line_ends),
        HABIT(zeros),
        HABIT(negatives),
        HABIT(other_files),
        HABIT(quotes_that_reach_too_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
