/* SPDX-License-Identifier: BSD-2-Clause */
/* The acts of this file run learning curves and grids. */
#include "world.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const int64_t epochs[] = {0, 1, 3};
enum { POINTS = 3, SIZE = 4 };

static wrmf_evaluator *new_evaluator(world *w)
{
    wrmf_evaluator *evaluator = NULL;
    world_hold(w);
    MUST(wrmf_evaluator_create(w->context, w->test, w->matrix, &evaluator, err));
    world_go(w);
    return evaluator;
}

/* ---- curves ---- */

static wrmf_status curve_run(world *w)
{
    wrmf_evaluator *const evaluators[] = {new_evaluator(w)};
    static const char *const labels[] = {"test"};
    wrmf_curve *out = UNTOUCHED;
    const wrmf_status status = wrmf_curve_run(w->context, w->matrix, w->params, epochs, POINTS,
                                              evaluators, labels, 1, &out, &w->error);
    if (status == WRMF_OK) {
        assert_int_equal(wrmf_curve_points(out), POINTS);
        wrmf_curve_free(out);
    } else {
        assert_ptr_equal(out, UNTOUCHED);
    }
    wrmf_evaluator_free(evaluators[0]);
    return status;
}

/* ---- grids ---- */

static wrmf_status grid_create(world *w)
{
    MAKES(grid, wrmf_grid_create(w->context, w->matrix, w->params, &out, &w->error));
}

/* Makes a grid of four configurations with an evaluator; other parameters are those of the world.
 */
static wrmf_status set_up(world *w, wrmf_grid *grid)
{
    wrmf_evaluator *const evaluator = new_evaluator(w);
    wrmf_status status = wrmf_grid_add(grid, "factors", "2,3", &w->error);
    assert_int_equal(wrmf_grid_size(grid), status == WRMF_OK ? 2 : 1);
    if (status == WRMF_OK) {
        status = wrmf_grid_parse(grid, "alpha=1,5 regularization=0.5", &w->error);
        assert_int_equal(wrmf_grid_size(grid), status == WRMF_OK ? SIZE : 2);
    }
    if (status == WRMF_OK)
        status = wrmf_grid_set_epochs(grid, epochs, POINTS, &w->error);
    if (status == WRMF_OK)
        status = wrmf_grid_add_evaluator(grid, "test", evaluator, &w->error);
    wrmf_evaluator_free(evaluator);
    return status;
}

static wrmf_grid *new_grid(world *w, bool ready)
{
    wrmf_grid *grid = NULL;
    world_hold(w);
    MUST(wrmf_grid_create(w->context, w->matrix, w->params, &grid, err));
    if (ready)
        assert_int_equal(set_up(w, grid), WRMF_OK);
    world_go(w);
    return grid;
}

static wrmf_status grid_set_up(world *w)
{
    wrmf_grid *const grid = new_grid(w, false);
    wrmf_status status = set_up(w, grid);
    if (status == WRMF_OK)
        status = wrmf_grid_set_journal(grid, "a journal that is never opened", &w->error);
    wrmf_grid_free(grid);
    return status;
}

/* What could not be added to a grid for want of memory can be added once there is some. */
static wrmf_status grid_add_again(world *w)
{
    wrmf_grid *const grid = new_grid(w, false);
    const wrmf_status status =
        wrmf_grid_parse(grid, "alpha=1,5 regularization_user=0.5,2", &w->error);
    world_hold(w);
    if (status != WRMF_OK) {
        assert_int_equal(wrmf_grid_size(grid), 1);
        MUST(wrmf_grid_parse(grid, "alpha=1,5 regularization_user=0.5,2", err));
    }
    assert_int_equal(wrmf_grid_size(grid), SIZE);
    wrmf_grid_free(grid);
    return status;
}

static void check_same(const wrmf_grid *got, const wrmf_grid *want)
{
    assert_int_equal(wrmf_grid_done(got), SIZE);
    for (int64_t i = 0; i < SIZE; i++) {
        const wrmf_curve *const a = wrmf_grid_curve(got, i), *const b = wrmf_grid_curve(want, i);
        for (int64_t column = 0; column < wrmf_curve_columns(b); column++) {
            if (strcmp(wrmf_curve_column_name(b, column), "seconds") == 0)
                continue;
            for (int64_t point = 0; point < POINTS; point++) {
                const double x = wrmf_curve_value(a, point, column);
                const double y = wrmf_curve_value(b, point, column);
                assert_true(x == y || (isnan(x) && isnan(y)));
            }
        }
    }
}

/* Whatever stopped it, another run goes on and ends with the figures of a run that
 * nothing stopped. */
static wrmf_status run_grid(world *w, const char *journal)
{
    wrmf_grid *const grid = new_grid(w, true), *const calm = new_grid(w, true);
    world_hold(w);
    MUST(wrmf_grid_run(w->context, calm, err));
    MUST(wrmf_grid_set_journal(grid, journal, err));
    world_go(w);
    const wrmf_status status = wrmf_grid_run(w->context, grid, &w->error);
    world_hold(w);
    const int64_t done = wrmf_grid_done(grid);
    assert_true(done >= 0 && done <= SIZE);
    for (int64_t i = 0; i < SIZE; i++)
        assert_int_equal(wrmf_grid_curve(grid, i) != NULL, i < done);
    if (journal && status != WRMF_OK) { /* as a new process would, go on from the journal */
        wrmf_grid *const next = new_grid(w, true);
        MUST(wrmf_grid_set_journal(next, journal, err));
        MUST(wrmf_grid_run(w->context, next, err));
        check_same(next, calm);
        wrmf_grid_free(next);
    } else {
        MUST(wrmf_grid_run(w->context, grid, err));
        check_same(grid, calm);
    }
    wrmf_grid_free(grid);
    wrmf_grid_free(calm);
    return status;
}

static wrmf_status grid_run(world *w)
{
    return run_grid(w, NULL);
}

static wrmf_status grid_run_with_journal(world *w)
{
    char path[64];
    snprintf(path, sizeof path, "fault-%ld.journal", (long)getpid());
    unlink(path);
    const wrmf_status status = run_grid(w, path);
    unlink(path);
    return status;
}

static wrmf_status grid_sort(world *w)
{
    wrmf_grid *const grid = new_grid(w, true);
    world_hold(w);
    MUST(wrmf_grid_run(w->context, grid, err));
    world_go(w);
    const wrmf_status status = wrmf_grid_sort(grid, "test_precision@10", &w->error);
    if (status != WRMF_OK)
        for (int64_t i = 0; i < SIZE; i++)
            assert_int_equal(wrmf_grid_index(grid, i), i);
    wrmf_grid_free(grid);
    return status;
}

const act grid_acts[] = {
    {"run a curve", curve_run, 0},     {"create a grid", grid_create, 0},
    {"set up a grid", grid_set_up, 0}, {"add to a grid again", grid_add_again, 0},
    {"run a grid", grid_run, 0},       {"run a grid with a journal", grid_run_with_journal, 0},
    {"sort a grid", grid_sort, 0},     {NULL, NULL, 0},
};
