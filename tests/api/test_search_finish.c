/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf_grid_set_finish(): which curves go on in the end is what those of the full grid say.
 */
#include "search_by_hand.h"

/* Of curves that end where `expected` says, the best n of a column go to the end. */
static void go_on(const figures *full, int column, int64_t n, int64_t expected[SIZE])
{
    int64_t best[SIZE], ends[SIZE], chosen = 0;
    memcpy(ends, expected, sizeof ends);
    for (; chosen < n; chosen++) {
        best[chosen] = -1;
        for (int64_t i = 0; i < SIZE; i++) {
            bool taken = ends[i] == 0;
            for (int64_t c = 0; c < chosen; c++)
                taken = taken || best[c] == i;
            if (!taken && (best[chosen] < 0 ||
                           is_better(column, best_until(full, i, column, ends[i]),
                                     best_until(full, best[chosen], column, ends[best[chosen]]))))
                best[chosen] = i;
        }
        if (best[chosen] >= 0)
            expected[best[chosen]] = POINTS;
    }
}

/* The best of the curves that patience ends go on, and the same ones whatever was run before, on
 * any number of threads; halving leaves those of the last rung. */
static void the_best_go_on_in_the_end(void **state)
{
    (void)state;
    const figures full = run_full();
    int64_t expected[SIZE], lengthened = 0;
    for (int64_t n = 1; n <= 5; n += 2)
        for (int column = 0; column < COLUMNS; column++) {
            for (int64_t i = 0; i < SIZE; i++)
                expected[i] = end_of(&full, i, column, 1);
            go_on(&full, column, n, expected);
            for (int64_t i = 0; i < SIZE; i++)
                lengthened += expected[i] > end_of(&full, i, column, 1);
            for (int trials = 1; trials < SIZE + n + 2; trials += 5) {
                char path[] = "search-XXXXXX";
                choose_path(path);
                for (int run = 0; run < 3; run++) { /* stopped, gone on with, and once more */
                    wrmf_grid *const grid = make_grid(path);
                    MUST(wrmf_context_set_threads(context, 1 + run, err));
                    MUST(wrmf_grid_set_patience(grid, columns[column], 1, err));
                    MUST(wrmf_grid_set_finish(grid, n, err));
                    const wrmf_status status = run_and_stop(grid, run == 0 ? trials : 0);
                    const figures found = read_figures(grid);
                    if (status == WRMF_OK)
                        check_against(&full, expected, &found);
                    wrmf_grid_free(grid);
                }
                unlink(path);
            }
        }
    assert_true(lengthened > 0);

    wrmf_grid *const halved = make_grid(NULL);
    MUST(wrmf_grid_set_patience(halved, columns[0], 1, err));
    MUST(wrmf_grid_set_halving(halved, columns[0], ETA, 1, err));
    MUST(wrmf_grid_set_finish(halved, SIZE, err));
    MUST(wrmf_grid_run(context, halved, err));
    halve(&full, 0, 1, expected);
    for (int64_t i = 0; i < SIZE; i++) /* all whose patience is over, on whichever rung */
        if (expected[i] == end_of(&full, i, 0, 1))
            expected[i] = POINTS;
    const figures found = read_figures(halved);
    check_against(&full, expected, &found);
    MUST(wrmf_grid_set_finish(halved, 0, err));
    MUST(wrmf_grid_run(context, halved, err)); /* nothing is left to do, and nothing is lost */
    const figures again = read_figures(halved);
    check_against(&full, expected, &again);
    wrmf_grid_free(halved);
}

/* A search along coordinates goes where it went, although some curves go further in the end. */
static void coordinates_do_not_see_what_went_on(void **state)
{
    (void)state;
    const figures full = run_full();
    int64_t expected[SIZE];
    figures cut = full; /* behind its end a curve shows its worst */
    for (int64_t i = 0; i < SIZE; i++)
        for (int64_t p = end_of(&full, i, 0, 1); p < POINTS; p++)
            cut.values[i][p][0] = -1;
    climb(&cut, 0, 7, expected);
    for (int64_t i = 0; i < SIZE; i++)
        if (expected[i] > 0)
            expected[i] = end_of(&full, i, 0, 1);
    go_on(&full, 0, 3, expected);
    wrmf_grid *const grid = make_grid(NULL);
    MUST(wrmf_grid_set_coordinates(grid, columns[0], err));
    MUST(wrmf_grid_set_patience(grid, columns[0], 1, err));
    MUST(wrmf_grid_set_finish(grid, 3, err));
    for (int run = 0; run < 3; run++) {
        MUST(wrmf_grid_run(context, grid, err));
        const figures found = read_figures(grid);
        check_against(&full, expected, &found);
    }
    wrmf_grid_free(grid);
}

/* Four that are drawn, of which the best one goes on; earlier, eight others of their own, or none.
 */
static figures run_four(int column, int64_t n, int64_t earlier)
{
    wrmf_grid *const grid = make_grid(NULL);
    if (earlier > 0) {
        MUST(wrmf_grid_set_sample(grid, 8, earlier, err));
        MUST(wrmf_grid_run(context, grid, err));
    }
    MUST(wrmf_grid_set_sample(grid, 4, 50, err));
    MUST(wrmf_grid_set_patience(grid, columns[column], 1, err));
    MUST(wrmf_grid_set_finish(grid, n, err));
    MUST(wrmf_grid_run(context, grid, err));
    const figures found = read_figures(grid);
    wrmf_grid_free(grid);
    return found;
}

/* The best are those of the search: a curve that an earlier one left takes no place among them. */
static void other_searches_take_no_place(void **state)
{
    (void)state;
    for (int column = 0; column < COLUMNS; column++)
        for (int64_t n = 1; n <= 2; n++) {
            const figures alone = run_four(column, n, 0);
            for (int64_t earlier = 1; earlier <= 6; earlier++) {
                const figures after = run_four(column, n, earlier);
                for (int64_t i = 0; i < SIZE; i++)
                    assert_true(after.points[i] >= alone.points[i]);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_best_go_on_in_the_end),
        TEST(coordinates_do_not_see_what_went_on),
        TEST(other_searches_take_no_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
