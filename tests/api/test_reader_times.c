/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/reader.h: a column of times: what is one, where one is wrong, and the latest of each pair.
 */
#include "fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "wrmf/matrix.h"
#include "wrmf/reader.h"

static wrmf_reader *new_reader(wrmf_duplicates duplicates)
{
    wrmf_reader *reader = NULL;
    MUST(wrmf_reader_create(context, &reader, err));
    MUST(wrmf_reader_set_header(reader, WRMF_HEADER_NO, err));
    MUST(wrmf_reader_set_delimiter(reader, '\t', err));
    MUST(wrmf_reader_set_column_number(reader, WRMF_COLUMN_TIME, 3, err));
    MUST(wrmf_reader_set_duplicates(reader, duplicates, err));
    return reader;
}

static wrmf_status read_text(wrmf_reader *reader, const char *text, size_t length,
                             wrmf_matrix **matrix, wrmf_error *err)
{
    text_source source = {.data = text, .length = length};
    wrmf_input *const input = text_input(context, &source);
    const wrmf_status status = wrmf_reader_read(reader, input, matrix, NULL, NULL, err);
    wrmf_input_free(input);
    return status;
}

/* The seconds of dates are those of `date -u -d ... +%s`. */
static void what_is_a_time(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double time;
    } cases[] = {
        {"978300760", 978300760},
        {"-12.5", -12.5},
        {"0", 0},
        {"1e3", 1000},
        {"1970-01-01", 0},
        {"2000-02-29", 951782400},
        {"2026-11-27", 1795737600},
        {"1969-12-31T23:59:59Z", -1},
        {"1900-03-01", -2203891200},
        {"0001-01-01", -62135596800},
        {"9999-12-31T24:00", 253402300800},
        {"2026-11-27T08:27", 1795768020},
        {"2026-11-27 08:27:30", 1795768050},
        {"2026-11-27T08:27:30.125", 1795768050.125},
        {"2026-11-27T08:27:30,5Z", 1795768050.5},
        {"2026-11-27T08:27:30+01:30", 1795762650},
        {"2026-11-27t08:27:30-0130", 1795773450},
        {"2026-11-27T08:27+01", 1795764420},
        {"2016-12-31T23:59:60Z", 1483228800},
    };
    wrmf_reader *const reader = new_reader(WRMF_DUPLICATES_SUM);
    assert_null(wrmf_reader_times(reader));
    assert_null(wrmf_reader_times(NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[80];
        wrmf_matrix *matrix = NULL;
        const int n = snprintf(line, sizeof line, "u\ti\t%s\n", cases[i].text);
        MUST(read_text(reader, line, (size_t)n, &matrix, err));
        if (!(wrmf_reader_times(reader)[0] == cases[i].time))
            fail_msg("%s is %.17g", cases[i].text, wrmf_reader_times(reader)[0]);
        wrmf_matrix_free(matrix);
    }
    wrmf_reader_free(reader);
}

static void what_is_none(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "x",
        "1e999",
        "inf",
        "2026-1-1",
        "2026-13-01",
        "2026-00-01",
        "2026-02-29",
        "1900-02-29",
        "2026-11-31",
        "0000-01-01",
        "2026-11-27x",
        "2026-11-27T",
        "2026-11-27T8:27",
        "2026-11-27T08",
        "2026-11-27T24:01",
        "2026-11-27T25:00",
        "2026-11-27T08:60",
        "2026-11-27T08:27:61",
        "2026-11-27T08:27:30.",
        "2026-11-27T08:27:",
        "2026-11-27T08:27+",
        "2026-11-27T08:27+1",
        "2026-11-27T08:27+01:",
        "2026-11-27T08:27+24:00",
        "2026-11-27T08:27Zx",
        "2026-11-27T08:27:30+01:30:00",
    };
    wrmf_reader *const reader = new_reader(WRMF_DUPLICATES_SUM);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[96], words[96];
        wrmf_matrix *matrix = NULL;
        wrmf_error failure = {WRMF_OK, ""};
        const int n = snprintf(text, sizeof text, "u\ti\t7\nuser\ti\t%s\n", cases[i]);
        snprintf(words, sizeof words, ":2:8: time is \"%s\", neither", cases[i]);
        if (read_text(reader, text, (size_t)n, &matrix, &failure) != WRMF_E_FORMAT ||
            !strstr(failure.text, words))
            fail_msg("\"%s\": %s", cases[i], failure.text);
        assert_null(matrix);
    }
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_reader_set_malformed(reader, WRMF_MALFORMED_SKIP, err));
    MUST(read_text(reader, "u\ti\t7\nu\tj\tx\n", 12, &matrix, err));
    assert_int_equal(wrmf_matrix_entries(matrix), 1);
    assert_int_equal(wrmf_reader_count(reader, WRMF_READ_MALFORMED), 1);
    wrmf_matrix_free(matrix);
    wrmf_reader_free(reader);
}

/* Of a pair that comes again the latest time counts, whatever its count is; and for any number of
 * threads, where the text is long enough for all of them. */
static void the_latest_of_each_pair(void **state)
{
    (void)state;
    enum { USERS = 60, ITEMS = 70, ROWS = 60000, ROOM = ROWS * 24 };
    static double latest[USERS][ITEMS];
    char *const text = malloc(ROOM);
    size_t length = 0;
    for (int i = 0; i < USERS * ITEMS; i++)
        latest[i / ITEMS][i % ITEMS] = -INFINITY;
    for (int row = 0; row < ROWS; row++) {
        const int user = row * 7 % USERS, item = (row / 3) * 11 % ITEMS, time = row * 31 % 1009 - 5;
        length += (size_t)snprintf(text + length, ROOM - length, "%d\t%d\t%d\n", user, item, time);
        latest[user][item] = fmax(latest[user][item], time);
    }
    for (int mode = WRMF_DUPLICATES_SUM; mode <= WRMF_DUPLICATES_MAX; mode++) {
        for (int threads = 1; threads < 4; threads += 2) {
            wrmf_matrix *matrix = NULL;
            const int32_t *items = NULL;
            wrmf_ids *ids[2];
            MUST(wrmf_context_set_threads(context, threads, err));
            wrmf_reader *const reader = new_reader((wrmf_duplicates)mode);
            text_source source = {.data = text, .length = length};
            wrmf_input *const input = text_input(context, &source);
            MUST(wrmf_reader_read(reader, input, &matrix, &ids[0], &ids[1], err));
            const double *time = wrmf_reader_times(reader);
            for (int64_t row = 0; row < wrmf_matrix_users(matrix); row++) {
                const int user = atoi(wrmf_ids_string(ids[0], row, NULL));
                const int64_t n = wrmf_matrix_row(matrix, row, &items, NULL);
                for (int64_t i = 0; i < n; i++)
                    assert_true(*time++ ==
                                latest[user][atoi(wrmf_ids_string(ids[1], items[i], NULL))]);
            }
            wrmf_input_free(input);
            wrmf_ids_free(ids[0]);
            wrmf_ids_free(ids[1]);
            wrmf_matrix_free(matrix);
            wrmf_reader_free(reader);
        }
    }
    free(text);
}

/* Times are of the last read, and go when a read has none; refused pairs leave those before. */
static void times_of_the_last_read(void **state)
{
    (void)state;
    wrmf_matrix *matrix = NULL;
    wrmf_reader *const reader = new_reader(WRMF_DUPLICATES_REFUSE);
    MUST(read_text(reader, "u\ti\t7\n", 6, &matrix, err));
    wrmf_matrix_free(matrix);
    FAILS(WRMF_E_FORMAT, "a second time",
          read_text(reader, "u\ti\t8\nu\ti\t9\n", 12, &matrix, err));
    assert_true(wrmf_reader_times(reader)[0] == 7);
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_TIME, NULL, err));
    MUST(read_text(reader, "u\ti\t8\n", 6, &matrix, err));
    assert_null(wrmf_reader_times(reader));
    wrmf_matrix_free(matrix);
    MUST(wrmf_reader_set_header(reader, WRMF_HEADER_YES, err));
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_TIME, "when", err));
    MUST(read_text(reader, "u\ti\twhen\na\tb\t1.5\n", 17, &matrix, err));
    assert_true(wrmf_reader_times(reader)[0] == 1.5);
    wrmf_matrix_free(matrix);
    wrmf_reader_free(reader);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    static const char text[] = "u\ti\t7\nv\ti\t8\n";
    for (int threads = 1; threads < 3; threads++) {
        wrmf_matrix *matrix = NULL;
        wrmf_status got = WRMF_E_NOMEM;
        MUST(wrmf_context_set_threads(context, threads, err));
        wrmf_reader *const reader = new_reader(WRMF_DUPLICATES_SUM);
        for (long nth = 1; got != WRMF_OK; nth++) {
            text_source source = {.data = text, .length = sizeof text - 1};
            wrmf_input *const input = text_input(context, &source);
            host_fail(&machine, nth, false);
            got = wrmf_reader_read(reader, input, &matrix, NULL, NULL, NULL);
            host_fail(&machine, 0, false);
            assert_true(got == WRMF_OK || (got == WRMF_E_NOMEM && !matrix));
            wrmf_input_free(input);
        }
        assert_true(wrmf_reader_times(reader)[1] == 8);
        wrmf_matrix_free(matrix);
        wrmf_reader_free(reader);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_a_time),
        TEST(what_is_none),
        TEST(the_latest_of_each_pair),
        TEST(times_of_the_last_read),
        TEST(every_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
