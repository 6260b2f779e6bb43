/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading on several threads against one: texts longer than what workers take at a
 * time, with quotes and line breaks wherever a piece may end. The same matrix, ids in the
 * same order, names, counters, and the same error at the same place.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "thin.h"
#include "wrmf/matrix.h"
#include "wrmf/reader.h"

static uint64_t state = 1;

static unsigned below(unsigned n) /* splitmix64 */
{
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (unsigned)((z ^ z >> 31) % n);
}

typedef struct kind {
    unsigned quotes; /* one field in so many is in quotes; 0: none */
    unsigned bad;    /* one row in so many is malformed; 0: none */
    unsigned late;   /* a bad row after so many; 0: none */
    unsigned blank;  /* one line in so many has no byte */
    bool crlf, integers, names, counts;
} kind;

enum { ROOM = 3 << 20, USERS = 3000, ITEMS = 500 };
static char text[ROOM];

/* In quotes, sometimes with a line break, a doubled quote, a delimiter, or very long. */
static char *put(char *to, const kind *k, const char *value)
{
    if (k->quotes == 0 || below(k->quotes) > 0)
        return to + sprintf(to, "%s", value);
    switch (below(5)) {
    case 0: return to + sprintf(to, "\"%s\"", value);
    case 1: return to + sprintf(to, "\"%s\n%u\"", value, below(10));
    case 2: return to + sprintf(to, "\"%s\"\"%u,\"", value, below(10));
    case 3: return to + sprintf(to, "\"%s\nu1,i1,1\nu2,i2,1\n\"", value);
    default: {
        const int n = (int)below(400);
        return to + sprintf(to, "\"%s%*s\"", value, n, "x");
    }
    }
}

static size_t fill(const kind *k, unsigned rows)
{
    char *to = text, value[40];
    to += sprintf(to, "user,item,count,name%s", k->crlf ? "\r\n" : "\n");
    for (unsigned row = 0; row < rows; row++) {
        if (k->blank && below(k->blank) == 0)
            to += sprintf(to, "\n");
        sprintf(value, k->integers ? "%u" : "u%u", below(1 + row / 4 % USERS));
        to = k->integers ? to + sprintf(to, "%s", value) : put(to, k, value);
        sprintf(value, k->integers ? ",-%u" : "i%u", below(ITEMS));
        if (!k->integers)
            *to++ = ',';
        to = k->integers ? to + sprintf(to, "%s", value) : put(to, k, value);
        *to++ = ',';
        if ((k->bad && below(k->bad) == 0) || (k->late && row == k->late))
            to += sprintf(to, below(2) ? "-3" : "1,2,3");
        else
            to += sprintf(to, "%s", k->counts ? (below(2) ? "2" : "0.75") : "1");
        *to++ = ',';
        sprintf(value, "name %u", row);
        to = put(to, k, value);
        to += sprintf(to, k->crlf ? "\r\n" : "\n");
        assert_true(to < text + ROOM - 4096);
    }
    return (size_t)(to - text);
}

typedef struct result {
    wrmf_status status;
    wrmf_error err;
    wrmf_matrix *matrix;
    wrmf_ids *ids[2];
    int64_t counters[24]; /* and the first line of each */
} result;

static result read_with(int threads, const kind *k, size_t length, size_t piece, int settings,
                        const wrmf_ids *known)
{
    wrmf_reader *reader = NULL;
    result r = {.status = WRMF_OK};
    memset(&r.err, 0, sizeof r.err);
    MUST(wrmf_context_set_threads(context, threads, err));
    MUST(wrmf_reader_create(context, &reader, err));
    MUST(wrmf_reader_set_malformed(
        reader, settings & 1 ? WRMF_MALFORMED_SKIP : WRMF_MALFORMED_REFUSE, err));
    MUST(wrmf_reader_set_duplicates(reader, (wrmf_duplicates)(settings >> 1 & 3), err));
    MUST(wrmf_reader_set_zeros(reader, settings & 8 ? WRMF_ZEROS_DROP : WRMF_ZEROS_REFUSE, err));
    if (k->counts)
        MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_COUNT, "count", err));
    if (k->names)
        MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_NAME, "name", err));
    if (k->integers) {
        MUST(wrmf_reader_set_ids_kind(reader, WRMF_USERS, WRMF_IDS_INTEGER, err));
        MUST(wrmf_reader_set_ids_kind(reader, WRMF_ITEMS, WRMF_IDS_INTEGER, err));
    }
    if (known)
        MUST(wrmf_reader_set_known_ids(reader, WRMF_ITEMS, known, err));
    text_source source = {.data = text, .length = length, .piece = piece};
    wrmf_input *const input = text_input(context, &source);
    r.status =
        wrmf_reader_read(reader, input, &r.matrix, &r.ids[WRMF_USERS], &r.ids[WRMF_ITEMS], &r.err);
    for (int i = 0; i < 12; i++) {
        r.counters[i] = wrmf_reader_count(reader, (wrmf_reader_counter)i);
        r.counters[12 + i] = wrmf_reader_first_line(reader, (wrmf_reader_counter)i);
    }
    wrmf_input_free(input);
    wrmf_reader_free(reader);
    return r;
}

static void same_ids(const wrmf_ids *a, const wrmf_ids *b)
{
    char x[700], y[700];
    assert_int_equal(wrmf_ids_size(a), wrmf_ids_size(b));
    for (int64_t i = 0; i < wrmf_ids_size(a); i++) {
        const size_t n = (size_t)wrmf_ids_format(a, i, x, sizeof x);
        assert_int_equal(n, wrmf_ids_format(b, i, y, sizeof y));
        assert_true(n < sizeof x);
        assert_memory_equal(x, y, n);
        const char *const p = wrmf_ids_name(a, i, NULL), *const q = wrmf_ids_name(b, i, NULL);
        assert_int_equal(!p, !q);
        if (p)
            assert_string_equal(p, q);
    }
}

static void drop(result *r)
{
    wrmf_matrix_free(r->matrix);
    wrmf_ids_free(r->ids[0]);
    wrmf_ids_free(r->ids[1]);
}

static void compare(const kind *k, size_t length, int settings, const wrmf_ids *known)
{
    static const int threads[] = {2, 3, 7};
    result one = read_with(1, k, length, 0, settings, known);
    for (int i = thin_or(0, 1); i < 3; i++) {
        result many = read_with(threads[i], k, length, i == 1 ? 70001 : 0, settings, known);
        assert_int_equal(one.status, many.status);
        assert_string_equal(one.err.text, many.err.text);
        assert_memory_equal(one.counters, many.counters, sizeof one.counters);
        if (one.status == WRMF_OK) {
            assert_true(wrmf_matrix_equal(one.matrix, many.matrix));
            same_ids(one.ids[0], many.ids[0]);
            same_ids(one.ids[1], many.ids[1]);
        } else {
            assert_null(many.matrix);
        }
        drop(&many);
    }
    drop(&one);
}

static void plain_text(void **unused)
{
    (void)unused;
    const kind kinds[] = {{.names = true},
                          {.counts = true, .blank = 50},
                          {.integers = true, .counts = true},
                          {.crlf = true, .names = true, .counts = true}};
    for (int i = 0; i < 4; i++)
        for (int settings = thin_or(0, 2 * i); settings < 8; settings += thin_or(2, 8))
            compare(&kinds[i], fill(&kinds[i], 40000), settings, NULL);
}

static void quotes(void **unused)
{
    (void)unused;
    for (unsigned quotes = 2; quotes < 3000; quotes *= (unsigned)thin_or(6, 36)) {
        const kind k = {.quotes = quotes, .names = true, .crlf = quotes % 4 == 0, .counts = true};
        compare(&k, fill(&k, 20000), 0, NULL);
    }
}

static void malformed_lines(void **unused)
{
    (void)unused;
    for (int settings = 0; settings < 2; settings++) {
        for (unsigned late = 1; late < 40000; late += (unsigned)thin_or(7777, 23331)) {
            const kind k = {.late = late, .counts = true, .quotes = late % 2 ? 0 : 500};
            compare(&k, fill(&k, 30000), settings, NULL);
        }
        const kind k = {.bad = 20, .counts = true, .blank = 30, .quotes = 300};
        compare(&k, fill(&k, 25000), settings, NULL);
    }
    /* a quote that never ends, early and late */
    const kind k = {.names = true};
    for (size_t at = 100; at < 900000; at += (size_t)thin_or(200003, 600009)) {
        const size_t length = fill(&k, 40000);
        char *const lf = memchr(text + at, '\n', length - at);
        lf[1] = '"';
        compare(&k, length, 0, NULL);
        compare(&k, length, 1, NULL);
    }
}

/* Delimiters and line ends other than those that fill() writes, inside quotes as well. */
static void swap(size_t length, char delimiter, char line_end)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == ',')
            text[i] = delimiter;
        else if (text[i] == '\n')
            text[i] = line_end;
    }
}

/* Quotes that are read with care, some of which span lines, some of which nothing closes; lines
 * that end in CR; headers that come again, and counts of 0. */
static void other_texts(void **unused)
{
    (void)unused;
    static const int all[] = {0, 1, 8, 9}; /* malformed lines refused or skipped; zeros too */
    for (int i = 0; i < 4; i += thin_or(1, 3)) {
        const int settings = all[i];
        const unsigned times = (unsigned)thin_or(9, 81);
        for (unsigned quotes = 0; quotes < 3000; quotes = times * quotes + 30) {
            const kind k = {.quotes = quotes, .bad = 200, .names = true, .counts = true};
            const size_t length = fill(&k, 15000);
            swap(length, '\t', settings & 1 ? '\r' : '\n');
            for (size_t at = 5000; at + 5000 < length; at += 60000) {
                char *const tab = memchr(text + at, '\t', length - at);
                tab[1] = '"';
                static const char header[] = "user\titem\tcount\tname\r";
                char *const cr = settings & 1 ? strchr(text + at, '\r') : NULL;
                if (cr)
                    memcpy(cr + 1, header, sizeof header - 1);
            }
            for (char *c = text + 200; settings & 8 && (c = strchr(c, '-')) != NULL; c++)
                c[0] = c[1] = '0'; /* counts that were -3 */
            compare(&k, length, settings, NULL);
        }
    }
}

static void known_ids(void **unused)
{
    (void)unused;
    wrmf_ids *known = NULL;
    MUST(wrmf_ids_create(context, WRMF_IDS_STRING, &known, err));
    for (int i = 0; i < ITEMS; i += 3) {
        char id[20];
        const int n = sprintf(id, "i%d", i);
        MUST(wrmf_ids_add(known, id, (size_t)n, NULL, err));
    }
    const kind k = {.counts = true, .quotes = 100, .names = true};
    compare(&k, fill(&k, 30000), 0, known);
    wrmf_ids_free(known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(plain_text), TEST(quotes), TEST(malformed_lines), TEST(other_texts), TEST(known_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
