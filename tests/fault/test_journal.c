/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The journal of a grid while its file fails under several workers: the run reports it, and another
 * run over the same journal ends with the figures of one that met no fault. Journals that were
 * damaged give back every good line, with a warning.
 */
#include "fixture.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failing_calls.h"
#include "wrmf/wrmf.h"

enum { USERS = 20, ITEMS = 15, CONFIGURATIONS = 8 };

static char path[32];
static atomic_int warnings;
static char warning[WRMF_ERROR_TEXT];

static void on_log(void *self, wrmf_log_level level, const char *text)
{
    (void)self;
    if (level != WRMF_LOG_WARNING)
        return;
    atomic_fetch_add(&warnings, 1);
    snprintf(warning, sizeof warning, "%s", text);
}

static int set_up(void **state)
{
    fixture_set_up(state);
    strcpy(path, "journal-XXXXXX");
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    atomic_store(&warnings, 0);
    wrmf_context_set_logger(context, NULL, on_log, WRMF_LOG_WARNING);
    return 0;
}

static int tear_down(void **state)
{
    unlink(path);
    return fixture_tear_down(state);
}

static wrmf_grid *make_grid(void)
{
    static const int64_t epochs[] = {1, 2};
    int64_t user[USERS * 4], item[USERS * 4];
    for (int64_t i = 0; i < USERS * 4; i++) {
        user[i] = i / 4;
        item[i] = (i % 4 * 4 + i / 4 * 7) % ITEMS;
    }
    wrmf_matrix *matrix = NULL;
    wrmf_grid *grid = NULL;
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, USERS * 4, user, item, NULL,
                                   WRMF_DUPLICATES_DROP, NULL, &matrix, err));
    MUST(wrmf_grid_create(context, matrix, NULL, &grid, err));
    MUST(wrmf_grid_parse(grid, "factors=2,3 alpha=1,5,9,20", err));
    MUST(wrmf_grid_set_epochs(grid, epochs, 2, err));
    MUST(wrmf_grid_set_journal(grid, path, err));
    wrmf_matrix_free(matrix);
    return grid;
}

typedef struct figures {
    double objective[CONFIGURATIONS];
} figures;

/* Run the grid to its end over what the journal holds. */
static figures run(int threads)
{
    figures f;
    wrmf_grid *const grid = make_grid();
    MUST(wrmf_context_set_threads(context, threads, err));
    MUST(wrmf_grid_run(context, grid, err));
    assert_int_equal(wrmf_grid_done(grid), CONFIGURATIONS);
    for (int64_t i = 0; i < CONFIGURATIONS; i++) {
        const wrmf_curve *const curve = wrmf_grid_curve(grid, i);
        f.objective[wrmf_grid_index(grid, i)] =
            wrmf_curve_value(curve, 1, wrmf_curve_find(curve, "objective"));
    }
    wrmf_grid_free(grid);
    return f;
}

static char *contents(size_t *size)
{
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    char *const text = calloc(1, 1 << 16);
    *size = fread(text, 1, (1 << 16) - 1, file);
    fclose(file);
    return text;
}

static void put(const char *text, size_t size)
{
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static int count_lines(void)
{
    size_t size;
    int n = 0;
    char *const text = contents(&size);
    for (size_t i = 0; i < size; i++)
        n += text[i] == '\n';
    assert_true(size == 0 || text[size - 1] == '\n' || n == 0);
    free(text);
    return n;
}

/* ---- system calls that fail ---- */

/* A fault at the n-th call of a kind, and maybe at the first cut after it, that with which a short
 * write is undone. False: there were fewer calls. */
static bool survives(file_call call, long n, int threads, bool cut_fails, const figures *wanted)
{
    wrmf_error failure = {WRMF_OK, ""};
    wrmf_grid *const grid = make_grid();
    MUST(wrmf_context_set_threads(context, threads, err));
    unlink(path);
    fail_call(call, n, ENOSPC);
    if (cut_fails)
        fail_call(CALL_CUT, 2, EIO); /* the first one is of the opening */
    const wrmf_status status = wrmf_grid_run(context, grid, &failure);
    const bool came = disarm_calls();
    wrmf_grid_free(grid);
    if (!came || call == CALL_CLOSE) { /* what is closed was flushed */
        assert_int_equal(status, WRMF_OK);
    } else {
        check_failure(status, &failure, WRMF_E_IO, path, file_call_names[call], __LINE__);
        assert_non_null(strstr(failure.text, strerror(ENOSPC)));
        if (!cut_fails && call != CALL_OPEN)
            count_lines(); /* whole ones */
    }
    const figures again = run(threads);
    assert_memory_equal(wanted, &again, sizeof again);
    assert_int_equal(count_lines(), CONFIGURATIONS + 1);
    assert_int_equal(atomic_load(&warnings), 0);
    return came;
}

static void calls_that_fail(void **state)
{
    (void)state;
    static const file_call calls[] = {CALL_OPEN,  CALL_READ, CALL_WRITE, CALL_SHORT_WRITE,
                                      CALL_FLUSH, CALL_CUT,  CALL_CLOSE};
    const figures wanted = run(1);
    for (int threads = 1; threads <= 4; threads += 3)
        for (size_t c = 0; c < sizeof calls / sizeof *calls; c++)
            for (long n = 1; survives(calls[c], n, threads, false, &wanted); n++)
                assert_true(n <= CONFIGURATIONS + 2);
    for (long n = 2; survives(CALL_SHORT_WRITE, n, 4, true, &wanted); n++)
        assert_true(n <= CONFIGURATIONS + 2);
}

/* ---- journals that are damaged ---- */

/* The grid ends with the right figures, having warned of so many damaged lines, and `kept` curves
 * came from the journal. */
static void check_damaged(int lines, int kept, const figures *wanted)
{
    char words[64];
    const int before = count_lines();
    atomic_store(&warnings, 0);
    const figures again = run(2);
    assert_memory_equal(wanted, &again, sizeof again);
    assert_int_equal(atomic_load(&warnings), lines > 0);
    snprintf(words, sizeof words, "%d in all", lines);
    if (lines > 0)
        assert_true(strstr(warning, path) && strstr(warning, words));
    assert_int_equal(count_lines(), before + CONFIGURATIONS - kept);
    /* and what was run again is in the journal now */
    wrmf_grid *const grid = make_grid();
    MUST(wrmf_grid_run(context, grid, err));
    assert_int_equal(count_lines(), before + CONFIGURATIONS - kept);
    wrmf_grid_free(grid);
}

static char *line_of(char *text, int number)
{
    for (; number > 0; number--)
        text = strchr(text, '\n') + 1;
    return text;
}

static void a_byte_that_is_wrong(void **state)
{
    (void)state;
    const figures wanted = run(1);
    size_t size;
    char *const text = contents(&size);
    const size_t begin = (size_t)(line_of(text, 3) - text);
    const size_t end = (size_t)(line_of(text, 4) - text) - 1;
    for (size_t at = begin; at < end; at += 23) {
        text[at] ^= 1;
        put(text, size);
        text[at] ^= 1;
        check_damaged(1, CONFIGURATIONS - 1, &wanted);
    }
    /* its break is: the line behind it can be told from it */
    text[end] = '#';
    put(text, size);
    text[end] = '\n';
    check_damaged(1, CONFIGURATIONS - 1, &wanted);
    free(text);
}

/* What an earlier version left: half a line, with the next one behind it. */
static void half_a_line_in_the_middle(void **state)
{
    (void)state;
    const figures wanted = run(1);
    size_t size;
    char *const text = contents(&size);
    char *const from = line_of(text, 5) - 40, *const to = line_of(text, 5);
    memmove(from, to, size - (size_t)(to - text));
    put(text, size - 40);
    check_damaged(1, CONFIGURATIONS - 1, &wanted);
    free(text);
}

static void what_is_no_line(void **state)
{
    (void)state;
    const figures wanted = run(1);
    size_t size;
    char *const text = contents(&size);
    const size_t head = (size_t)(line_of(text, 2) - text), more = 1 << 20;
    char *const longer = malloc(size + more);
    memcpy(longer, text, head);
    for (size_t i = 0; i < more; i++)
        longer[head + i] = i % 1000000 == 999999 ? '\n' : (char)(i % 256 == '\n' ? 0 : i % 256);
    longer[head + more - 1] = '\n';
    memcpy(longer + head + more, text + head, size - head);
    put(longer, size + more);
    atomic_store(&warnings, 0);
    const figures again = run(1);
    assert_memory_equal(&wanted, &again, sizeof again);
    assert_int_equal(atomic_load(&warnings), 1);
    assert_non_null(strstr(warning, ":3: "));
    free(longer);
    free(text);
}

/* A journal that went through a system whose lines end with CR LF is the same journal. */
static void lines_of_another_system(void **state)
{
    (void)state;
    const figures wanted = run(1);
    size_t size, n = 0;
    char *const text = contents(&size);
    char *const longer = malloc(2 * size);
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n')
            longer[n++] = '\r';
        longer[n++] = text[i];
    }
    put(longer, n);
    check_damaged(0, CONFIGURATIONS, &wanted);
    put(longer, n - 100); /* cut off within the last line */
    atomic_store(&warnings, 0);
    const figures again = run(2);
    assert_memory_equal(&wanted, &again, sizeof again);
    assert_int_equal(atomic_load(&warnings), 0);
    free(longer);
    free(text);
}

#define ON_JOURNAL(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_JOURNAL(calls_that_fail),           ON_JOURNAL(a_byte_that_is_wrong),
        ON_JOURNAL(half_a_line_in_the_middle), ON_JOURNAL(what_is_no_line),
        ON_JOURNAL(lines_of_another_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
