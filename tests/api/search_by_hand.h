/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search_by_hand.h - a small grid, what its curves say, and what searches of it have to run
 * according to those of the full grid.
 */
#ifndef SEARCH_BY_HAND_H
#define SEARCH_BY_HAND_H

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

static inline wrmf_grid *make_grid(const char *journal)
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

static inline figures read_figures(wrmf_grid *grid)
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

static inline figures run_full(void)
{
    wrmf_grid *const grid = make_grid(NULL);
    MUST(wrmf_grid_run(context, grid, err));
    const figures f = read_figures(grid);
    wrmf_grid_free(grid);
    return f;
}

/* The points found are those expected, with the values that the full grid has. */
static inline void check_against(const figures *full, const int64_t expected[SIZE],
                                 const figures *found)
{
    for (int64_t i = 0; i < SIZE; i++) {
        assert_int_equal(found->points[i], expected[i]);
        assert_memory_equal(found->values[i], full->values[i],
                            (size_t)expected[i] * sizeof full->values[i][0]);
    }
}

static inline int stop_after(void *self, const wrmf_progress *progress)
{
    int *const left = self;
    return strcmp(progress->phase, "grid") == 0 && progress->done > 0 && --*left <= 0;
}

/* Make the template a path where there is nothing yet. */
static inline void choose_path(char *path)
{
    close(mkstemp(path));
    unlink(path);
}

/* Run a grid, stopped after so many trials at the latest; 0: to its end. */
static inline wrmf_status run_and_stop(wrmf_grid *grid, int trials)
{
    int left = trials;
    if (trials > 0)
        wrmf_context_set_progress(context, &left, stop_after);
    const wrmf_status status = wrmf_grid_run(context, grid, NULL);
    wrmf_context_set_progress(context, NULL, NULL);
    assert_true(status == WRMF_OK || (trials > 0 && status == WRMF_E_CANCELLED));
    return status;
}

/* ---- by hand ---- */

static inline bool is_better(int column, double a, double b)
{
    return column == 0 ? a > b : a < b;
}

static inline double best_until(const figures *full, int64_t i, int column, int64_t points)
{
    double best = full->values[i][0][column];
    for (int64_t p = 1; p < points; p++)
        if (is_better(column, full->values[i][p][column], best))
            best = full->values[i][p][column];
    return best;
}

/* Where a curve ends that has patience: so many points behind the first of its best ones. */
static inline int64_t end_of(const figures *full, int64_t i, int column, int64_t patience)
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
static inline void halve(const figures *full, int column, int64_t patience, int64_t expected[SIZE])
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
static inline int64_t better(const figures *full, int column, int64_t a, int64_t b)
{
    return is_better(column, best_until(full, b, column, POINTS),
                     best_until(full, a, column, POINTS))
               ? b
               : a;
}

/* Whether b differs from a on the axis `line` alone, or, where that is -1, is within one step of it
 * on at most two axes, where the axes have 3, 2 and 2 values. */
static inline bool is_near(int64_t a, int64_t b, int line)
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

static inline void climb(const figures *full, int column, int64_t best, int64_t expected[SIZE])
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

#endif /* SEARCH_BY_HAND_H */
