/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/search.h: what a search runs is what the curves of the full grid say it has to run, on any
 * number of threads, and whether it was stopped or not.
 */
#include "search_by_hand.h"

#include <time.h>

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
        choose_path(path);
        for (int run = 0; run < 2; run++) {
            wrmf_grid *const grid = make_grid(path);
            MUST(wrmf_grid_set_sample(grid, 3, 5, err));
            MUST(wrmf_grid_set_coordinates(grid, columns[0], err));
            const wrmf_status status = run_and_stop(grid, run == 0 ? trials : 0);
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
        choose_path(path);
        wrmf_grid *const stopped = make_grid(path);
        MUST(wrmf_context_set_threads(context, 1, err));
        MUST(wrmf_grid_set_halving(stopped, columns[0], ETA, 1, err));
        assert_int_equal(run_and_stop(stopped, trials), WRMF_E_CANCELLED);
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
    FAILS(WRMF_E_NULL, "grid", wrmf_grid_set_finish(NULL, 1, err));
    FAILS(WRMF_E_RANGE, "n is -1", wrmf_grid_set_finish(grid, -1, err));
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
