/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/search.h: what a search runs is what the curves of the full grid say it has to run, on any
 * number of threads, and whether it was stopped or not.
 */
#include "fixture.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <wrmf/wrmf.h>

#include "made.h"

enum { POINTS = 6, SIZE = 12, ETA = 3, COLUMNS = 3 };
static const int64_t epochs[POINTS] = {0, 1, 2, 3, 5, 7};
static const char *const columns[COLUMNS] = {"test_precision@3", "test_mse", "objective"};

static wrmf_grid *make_grid(const char *journal)
{
    static const wrmf_metric metrics[] = {WRMF_METRIC_PRECISION, WRMF_METRIC_MSE};
    static const int64_t cutoff = 3;
    wrmf_matrix *const all = matrix_to_split();
    wrmf_matrix *train = NULL, *test = NULL;
    wrmf_evaluator *evaluator = NULL;
    wrmf_grid *grid = NULL;
    MUST(wrmf_matrix_split(all, 2, 0.5, 1, &train, &test, NULL, NULL, err));
    MUST(wrmf_evaluator_create(context, test, train, &evaluator, err));
    MUST(wrmf_evaluator_set_metrics(evaluator, metrics, 2, err));
    MUST(wrmf_evaluator_set_cutoffs(evaluator, &cutoff, 1, err));
    MUST(wrmf_grid_create(context, train, NULL, &grid, err));
    MUST(wrmf_grid_parse(grid, "factors=2,5,9 alpha=1,20 regularization=0.1,10", err));
    MUST(wrmf_grid_set_epochs(grid, epochs, POINTS, err));
    MUST(wrmf_grid_add_evaluator(grid, "test", evaluator, err));
    MUST(wrmf_grid_set_journal(grid, journal, err));
    wrmf_evaluator_free(evaluator);
    wrmf_matrix_free(test);
    wrmf_matrix_free(train);
    wrmf_matrix_free(all);
    assert_int_equal(wrmf_grid_size(grid), SIZE);
    return grid;
}

/* What a grid knows: points of each configuration, and their values; NaN where there are none. */
typedef struct figures {
    int64_t points[SIZE];
    double values[SIZE][POINTS][COLUMNS];
} figures;

static figures read_figures(wrmf_grid *grid)
{
    figures f = {{0}, {{{0}}}};
    for (int64_t i = 0; i < SIZE; i++)
        for (int64_t point = 0; point < POINTS; point++)
            for (int c = 0; c < COLUMNS; c++)
                f.values[i][point][c] = (double)NAN;
    for (int64_t place = 0; place < wrmf_grid_done(grid); place++) {
        const wrmf_curve *const curve = wrmf_grid_curve(grid, place);
        const int64_t i = wrmf_grid_index(grid, place);
        f.points[i] = wrmf_curve_points(curve);
        assert_in_range(f.points[i], 1, POINTS);
        for (int64_t point = 0; point < f.points[i]; point++)
            for (int c = 0; c < COLUMNS; c++)
                f.values[i][point][c] =
                    wrmf_curve_value(curve, point, wrmf_curve_find(curve, columns[c]));
    }
    return f;
}

static figures run_full(void)
{
    wrmf_grid *const grid = make_grid(NULL);
    MUST(wrmf_grid_run(context, grid, err));
    const figures f = read_figures(grid);
    wrmf_grid_free(grid);
    return f;
}

/* The points found are those expected, with the values that the full grid has. */
static void check_against(const figures *full, const int64_t expected[SIZE], const figures *found)
{
    for (int64_t i = 0; i < SIZE; i++) {
        assert_int_equal(found->points[i], expected[i]);
        assert_memory_equal(found->values[i], full->values[i],
                            (size_t)expected[i] * sizeof full->values[i][0]);
    }
}

/* ---- by hand ---- */

static bool is_better(int column, double a, double b)
{
    return column == 0 ? a > b : a < b;
}

static double best_until(const figures *full, int64_t i, int column, int64_t points)
{
    double best = full->values[i][0][column];
    for (int64_t p = 1; p < points; p++)
        if (is_better(column, full->values[i][p][column], best))
            best = full->values[i][p][column];
    return best;
}

/* Where a curve ends that has patience: so many points behind the first of its best ones. */
static int64_t end_of(const figures *full, int64_t i, int column, int64_t patience)
{
    int64_t best = 0;
    for (int64_t p = 1; p < POINTS; p++) {
        if (is_better(column, full->values[i][p][column], full->values[i][best][column]))
            best = p;
        if (p - best == patience)
            return p + 1;
    }
    return POINTS;
}

/* Rungs of epochs 1, 3 and 7 (of 9): 12, then 4, then 2 configurations. */
static void halve(const figures *full, int column, int64_t patience, int64_t expected[SIZE])
{
    static const int64_t rungs[] = {2, 4, POINTS}, survivors[] = {SIZE, 4, 2};
    for (int64_t i = 0; i < SIZE; i++)
        expected[i] = 0;
    bool chosen[SIZE], before[SIZE];
    memset(before, true, sizeof before);
    for (int rung = 0; rung < 3; rung++) {
        memset(chosen, false, sizeof chosen);
        for (int64_t n = 0; n < survivors[rung]; n++) {
            int64_t best = -1;
            for (int64_t i = 0; i < SIZE; i++) {
                const int64_t seen = rung > 0 ? rungs[rung - 1] : 1;
                if (before[i] && !chosen[i] &&
                    (best < 0 || is_better(column, best_until(full, i, column, seen),
                                           best_until(full, best, column, seen))))
                    best = i;
            }
            chosen[best] = true;
            const int64_t end = end_of(full, best, column, patience);
            expected[best] = end < rungs[rung] ? end : rungs[rung];
        }
        memcpy(before, chosen, sizeof before);
    }
}

/* The better of two by their best values; of equals the first. */
static int64_t better(const figures *full, int column, int64_t a, int64_t b)
{
    return is_better(column, best_until(full, b, column, POINTS),
                     best_until(full, a, column, POINTS))
               ? b
               : a;
}

/* Whether b differs from a on the axis `line` alone, or, where that is -1, is within one step of it
 * on at most two axes, where the axes have 3, 2 and 2 values. */
static bool is_near(int64_t a, int64_t b, int line)
{
    const int64_t from[] = {a / 4, a / 2 % 2, a % 2}, to[] = {b / 4, b / 2 % 2, b % 2};
    int differ = 0;
    for (int axis = 0; axis < 3; axis++) {
        if (from[axis] == to[axis])
            continue;
        if (line >= 0 ? axis != line : to[axis] > from[axis] + 1 || to[axis] < from[axis] - 1)
            return false;
        differ++;
    }
    return line >= 0 || differ <= 2;
}

static void climb(const figures *full, int column, int64_t best, int64_t expected[SIZE])
{
    memset(expected, 0, SIZE * sizeof *expected);
    expected[best] = POINTS;
    for (int axis = 0, in_vain = 0;; axis = (axis + 1) % 3) {
        const int line = in_vain == 3 ? -1 : axis;
        int64_t found = best;
        for (int64_t i = 0; i < SIZE; i++)
            if (is_near(best, i, line)) {
                expected[i] = POINTS;
                found = better(full, column, found, i);
            }
        if (found == best && line < 0)
            return;
        in_vain = found == best ? in_vain + 1 : 0;
        best = found;
    }
}

/* ---- tests ---- */

static void halving_is_that_of_the_full_curves(void **state)
{
    (void)state;
    const figures full = run_full();
    int64_t expected[SIZE];
    for (int column = 0; column < COLUMNS; column++) {
        halve(&full, column, POINTS, expected);
        for (int threads = 1; threads <= 7; threads += threads == 3 ? 4 : 1) {
            MUST(wrmf_context_set_threads(context, threads, err));
            wrmf_grid *const grid = make_grid(NULL);
            MUST(wrmf_grid_set_halving(grid, columns[column], ETA, 1, err));
            MUST(wrmf_grid_run(context, grid, err));
            const figures found = read_figures(grid);
            check_against(&full, expected, &found);
            wrmf_grid_free(grid);
        }
    }
}

static void patience_ends_curves(void **state)
{
    (void)state;
    const figures full = run_full();
    int64_t expected[SIZE], short_ones = 0;
    for (int64_t patience = 1; patience <= 2; patience++) {
        wrmf_grid *const grid = make_grid(NULL);
        MUST(wrmf_grid_set_patience(grid, columns[0], patience, err));
        MUST(wrmf_grid_run(context, grid, err));
        const figures alone = read_figures(grid);
        for (int64_t i = 0; i < SIZE; i++) {
            expected[i] = end_of(&full, i, 0, patience);
            short_ones += expected[i] < POINTS;
        }
        check_against(&full, expected, &alone);
        wrmf_grid_free(grid);

        wrmf_grid *const both = make_grid(NULL);
        MUST(wrmf_grid_set_patience(both, columns[0], patience, err));
        MUST(wrmf_grid_set_halving(both, columns[0], ETA, 1, err));
        MUST(wrmf_grid_run(context, both, err));
        halve(&full, 0, patience, expected);
        const figures together = read_figures(both);
        check_against(&full, expected, &together);
        wrmf_grid_free(both);
    }
    assert_true(short_ones > 0);
}

static void draw(int64_t n, int64_t seed, bool drawn[SIZE])
{
    static const int64_t first = 1;
    wrmf_grid *const grid = make_grid(NULL);
    memset(drawn, false, SIZE * sizeof *drawn);
    MUST(wrmf_grid_set_epochs(grid, &first, 1, err));
    MUST(wrmf_grid_set_sample(grid, n, seed, err));
    MUST(wrmf_grid_run(context, grid, err));
    assert_int_equal(wrmf_grid_done(grid), n < SIZE ? n : SIZE);
    for (int64_t place = 0; place < wrmf_grid_done(grid); place++)
        drawn[wrmf_grid_index(grid, place)] = true;
    wrmf_grid_free(grid);
}

static int stop_after(void *self, const wrmf_progress *progress)
{
    int *const left = self;
    return strcmp(progress->phase, "grid") == 0 && progress->done > 0 && --*left <= 0;
}

static void coordinates_are_those_of_the_full_curves(void **state)
{
    (void)state;
    const figures full = run_full();
    int64_t expected[SIZE], left_out = 0;
    for (int column = 0; column < COLUMNS; column++)
        for (int threads = 1; threads <= 7; threads += threads == 3 ? 4 : 1) {
            MUST(wrmf_context_set_threads(context, threads, err));
            wrmf_grid *const grid = make_grid(NULL);
            MUST(wrmf_grid_set_coordinates(grid, columns[column], err));
            MUST(wrmf_grid_run(context, grid, err));
            const figures found = read_figures(grid);
            climb(&full, column, 7, expected); /* the middle: 5, 20 and 10 */
            check_against(&full, expected, &found);
            left_out += SIZE - wrmf_grid_done(grid);
            wrmf_grid_free(grid);
        }
    assert_true(left_out > 0);
}

/* It begins at the best of those drawn; stopped, it goes on where it was; and where its first
 * configuration is all that there is, that is all it runs. */
static void coordinates_after_a_draw(void **state)
{
    (void)state;
    const figures full = run_full();
    int64_t expected[SIZE];
    bool drawn[SIZE];
    draw(3, 5, drawn);
    int64_t best = -1;
    for (int64_t i = 0; i < SIZE; i++)
        if (drawn[i])
            best = best < 0 ? i : better(&full, 0, best, i);
    climb(&full, 0, best, expected);
    for (int64_t i = 0; i < SIZE; i++)
        if (drawn[i])
            expected[i] = POINTS;
    for (int trials = 2; trials < SIZE; trials += 3) {
        char path[] = "search-XXXXXX";
        close(mkstemp(path));
        unlink(path);
        for (int run = 0; run < 2; run++) {
            wrmf_grid *const grid = make_grid(path);
            MUST(wrmf_grid_set_sample(grid, 3, 5, err));
            MUST(wrmf_grid_set_coordinates(grid, columns[0], err));
            int left = trials;
            if (run == 0)
                wrmf_context_set_progress(context, &left, stop_after);
            const wrmf_status status = wrmf_grid_run(context, grid, NULL);
            wrmf_context_set_progress(context, NULL, NULL);
            assert_true(status == WRMF_OK || (run == 0 && status == WRMF_E_CANCELLED));
            const figures found = read_figures(grid);
            if (status == WRMF_OK)
                check_against(&full, expected, &found);
            wrmf_grid_free(grid);
        }
        unlink(path);
    }
}

/* Each draw has the one before, and one more; seeds differ; all can be drawn. */
static void samples(void **state)
{
    (void)state;
    bool before[SIZE] = {false}, now[SIZE], other[SIZE];
    for (int64_t n = 1; n <= SIZE + 1; n += n == 4 ? 4 : 1) {
        draw(n, 7, now);
        for (int64_t i = 0; i < SIZE; i++)
            assert_true(now[i] || !before[i]);
        memcpy(before, now, sizeof before);
    }
    draw(4, 7, now);
    draw(4, 8, other);
    assert_memory_not_equal(now, other, sizeof now);
}

/* Stopped after any number of trials, a search ends as one that was not; what it left in the
 * journal is the beginning of the full grid's curves. */
static void stopped_and_gone_on_with(void **state)
{
    (void)state;
    const figures full = run_full();
    int64_t expected[SIZE];
    halve(&full, 0, POINTS, expected);
    for (int trials = 1; trials < SIZE + 6; trials += 4) {
        char path[] = "search-XXXXXX";
        close(mkstemp(path));
        unlink(path);
        wrmf_grid *const stopped = make_grid(path);
        MUST(wrmf_context_set_threads(context, 1, err));
        MUST(wrmf_grid_set_halving(stopped, columns[0], ETA, 1, err));
        int left = trials;
        wrmf_context_set_progress(context, &left, stop_after);
        FAILS(WRMF_E_CANCELLED, "", wrmf_grid_run(context, stopped, err));
        wrmf_context_set_progress(context, NULL, NULL);
        wrmf_grid_free(stopped);

        MUST(wrmf_context_set_threads(context, 2, err));
        wrmf_grid *const resumed = make_grid(path);
        MUST(wrmf_grid_set_halving(resumed, columns[0], ETA, 1, err));
        MUST(wrmf_grid_run(context, resumed, err));
        const figures found = read_figures(resumed);
        check_against(&full, expected, &found);
        MUST(wrmf_grid_set_halving(resumed, NULL, 0, 0, err)); /* then the full grid */
        MUST(wrmf_grid_run(context, resumed, err));
        const figures whole = read_figures(resumed);
        assert_memory_equal(&whole, &full, sizeof whole);
        wrmf_grid_free(resumed);

        wrmf_grid *const read = make_grid(path); /* all of it from the journal */
        MUST(wrmf_grid_set_halving(read, columns[0], ETA, 1, err));
        MUST(wrmf_grid_run(context, read, err));
        const figures again = read_figures(read);
        assert_memory_equal(&again, &full, sizeof again);
        wrmf_grid_free(read);
        unlink(path);
    }
}

static int dawdle(void *self, const wrmf_progress *progress)
{
    if (strcmp(progress->phase, "grid") == 0 && progress->done == *(const int64_t *)self)
        nanosleep(&(struct timespec){.tv_nsec = 220000000}, NULL);
    return 0;
}

/* The clock of a slow machine may end a run before the hook does: fewer are done then, never
 * more. */
static void budgets(void **state)
{
    (void)state;
    static const int64_t one = 1;
    const figures full = run_full();
    MUST(wrmf_context_set_threads(context, 1, err));
    wrmf_grid *const grid = make_grid(NULL);
    MUST(wrmf_grid_set_budget(grid, 1e-9, err));
    MUST(wrmf_grid_run(context, grid, err));
    assert_int_equal(wrmf_grid_done(grid), 0);
    assert_null(wrmf_grid_curve(grid, 0));
    MUST(wrmf_grid_set_budget(grid, 0.2, err));
    wrmf_context_set_progress(context, (void *)(uintptr_t)&one, dawdle);
    MUST(wrmf_grid_run(context, grid, err));
    wrmf_context_set_progress(context, NULL, NULL);
    assert_in_range(wrmf_grid_done(grid), 0, 2);
    const figures some = read_figures(grid);
    check_against(&full, some.points, &some);
    MUST(wrmf_grid_set_budget(grid, 0, err));
    MUST(wrmf_grid_run(context, grid, err));
    const figures all = read_figures(grid);
    assert_memory_equal(&all, &full, sizeof all);
    wrmf_grid_free(grid);
}

static void what_is_refused(void **state)
{
    (void)state;
    wrmf_grid *const grid = make_grid(NULL);
    FAILS(WRMF_E_NULL, "grid", wrmf_grid_set_sample(NULL, 1, 1, err));
    FAILS(WRMF_E_RANGE, "n is -1", wrmf_grid_set_sample(grid, -1, 1, err));
    FAILS(WRMF_E_RANGE, "seed is -1", wrmf_grid_set_sample(grid, 1, -1, err));
    FAILS(WRMF_E_NULL, "grid", wrmf_grid_set_halving(NULL, "objective", 2, 1, err));
    FAILS(WRMF_E_RANGE, "eta is 1", wrmf_grid_set_halving(grid, "objective", 1, 1, err));
    FAILS(WRMF_E_RANGE, "first_epoch is 0", wrmf_grid_set_halving(grid, "objective", 2, 0, err));
    FAILS(WRMF_E_NULL, "grid", wrmf_grid_set_patience(NULL, "objective", 1, err));
    FAILS(WRMF_E_RANGE, "points is 0", wrmf_grid_set_patience(grid, "objective", 0, err));
    FAILS(WRMF_E_NULL, "grid", wrmf_grid_set_coordinates(NULL, "objective", err));
    FAILS(WRMF_E_NULL, "grid", wrmf_grid_set_budget(NULL, 1, err));
    FAILS(WRMF_E_RANGE, "seconds is -1", wrmf_grid_set_budget(grid, -1, err));
    FAILS(WRMF_E_RANGE, "seconds is nan", wrmf_grid_set_budget(grid, (double)NAN, err));
    FAILS(WRMF_E_RANGE, "seconds is inf", wrmf_grid_set_budget(grid, (double)INFINITY, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_grid_set_halving(grid, "objective", 2, 1, err));
    FAILS(WRMF_E_NOMEM, "", wrmf_grid_set_patience(grid, "objective", 1, err));
    FAILS(WRMF_E_NOMEM, "", wrmf_grid_set_coordinates(grid, "objective", err));
    host_fail(&machine, 0, false);
    MUST(wrmf_grid_run(context, grid, err)); /* none of it was set */
    const figures found = read_figures(grid);
    for (int64_t i = 0; i < SIZE; i++)
        assert_int_equal(found.points[i], POINTS);
    wrmf_grid_free(grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(halving_is_that_of_the_full_curves),
        TEST(patience_ends_curves),
        TEST(coordinates_are_those_of_the_full_curves),
        TEST(coordinates_after_a_draw),
        TEST(samples),
        TEST(stopped_and_gone_on_with),
        TEST(budgets),
        TEST(what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
