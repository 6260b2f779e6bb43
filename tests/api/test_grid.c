/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/grid.h: the same figures whatever the threads, the order of work and the journal;
 * cancelled and cut journals are gone on with.
 */
#include "fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wrmf/wrmf.h>

#include "made.h"

enum { POINTS = 2, CONFIGURATIONS = 6 };

/* A grid of six configurations over a split of the matrix. */
static wrmf_grid *make_grid(const char *journal)
{
    static const wrmf_metric metrics[] = {WRMF_METRIC_PRECISION, WRMF_METRIC_MSE};
    static const int64_t epochs[POINTS] = {1, 3}, cutoff = 3;
    wrmf_matrix *const all = matrix_to_split();
    wrmf_matrix *train = NULL, *test = NULL;
    wrmf_evaluator *evaluator = NULL;
    wrmf_grid *grid = NULL;
    MUST(wrmf_matrix_split(all, 2, 0.5, 1, &train, &test, NULL, NULL, err));
    MUST(wrmf_evaluator_create(context, test, train, &evaluator, err));
    MUST(wrmf_evaluator_set_metrics(evaluator, metrics, 2, err));
    MUST(wrmf_evaluator_set_cutoffs(evaluator, &cutoff, 1, err));
    MUST(wrmf_grid_create(context, train, NULL, &grid, err));
    MUST(wrmf_grid_parse(grid, "factors=2,5,9 alpha=1,20", err));
    MUST(wrmf_grid_set_epochs(grid, epochs, POINTS, err));
    MUST(wrmf_grid_add_evaluator(grid, "test", evaluator, err));
    MUST(wrmf_grid_set_journal(grid, journal, err));
    wrmf_evaluator_free(evaluator); /* the grid has what it needs */
    wrmf_matrix_free(test);
    wrmf_matrix_free(train);
    wrmf_matrix_free(all);
    assert_int_equal(wrmf_grid_size(grid), CONFIGURATIONS);
    return grid;
}

typedef struct figures {
    double values[CONFIGURATIONS][POINTS][3]; /* objective, precision, mse */
} figures;

static figures read_figures(wrmf_grid *grid)
{
    static const char *const names[] = {"objective", "test_precision@3", "test_mse"};
    figures f;
    assert_int_equal(wrmf_grid_done(grid), CONFIGURATIONS);
    MUST(wrmf_grid_sort(grid, "test_precision@3", err));
    double before = 2;
    for (int64_t place = 0; place < CONFIGURATIONS; place++) {
        const wrmf_curve *const curve = wrmf_grid_curve(grid, place);
        const int64_t index = wrmf_grid_index(grid, place);
        assert_in_range(index, 0, CONFIGURATIONS - 1);
        const int64_t column = wrmf_curve_find(curve, names[1]);
        const double best = wrmf_curve_value(curve, wrmf_curve_best(curve, column), column);
        assert_true(best <= before);
        before = best;
        for (int64_t point = 0; point < POINTS; point++)
            for (int c = 0; c < 3; c++)
                f.values[index][point][c] =
                    wrmf_curve_value(curve, point, wrmf_curve_find(curve, names[c]));
    }
    return f;
}

static figures run(int threads, const char *journal)
{
    MUST(wrmf_context_set_threads(context, threads, err));
    wrmf_grid *const grid = make_grid(journal);
    MUST(wrmf_grid_run(context, grid, err));
    const figures f = read_figures(grid);
    wrmf_grid_free(grid);
    return f;
}

/* 1, 2, 3 threads run a configuration each; 7, more than there are configurations, work
 * on one after another. */
static void same_figures_on_any_threads(void **state)
{
    (void)state;
    const figures one = run(1, NULL);
    for (int threads = 2; threads <= 7; threads += threads == 3 ? 4 : 1) {
        const figures other = run(threads, NULL);
        assert_memory_equal(&one, &other, sizeof one);
    }
    assert_true(one.values[0][0][0] > one.values[0][1][0]); /* the objective falls */
}

static int stop_after(void *self, const wrmf_progress *progress)
{
    int *const left = self;
    if (strcmp(progress->phase, "grid") == 0 && progress->done > 0)
        return --*left <= 0;
    return 0;
}

static char *read_file(const char *path, size_t *size)
{
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    char *const text = malloc(1 << 20);
    *size = fread(text, 1, 1 << 20, file);
    fclose(file);
    return text;
}

static void write_file(const char *path, const char *text, size_t size)
{
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Stopped after two curves, then gone on with: by the same grid, and from the journal. */
static void cancelled_and_gone_on_with(void **state)
{
    (void)state;
    const figures whole = run(1, NULL);
    char path[] = "grid-XXXXXX";
    close(mkstemp(path));
    unlink(path);
    wrmf_grid *const grid = make_grid(path);
    int left = 2;
    wrmf_context_set_progress(context, &left, stop_after);
    FAILS(WRMF_E_CANCELLED, "", wrmf_grid_run(context, grid, err));
    assert_in_range(wrmf_grid_done(grid), 1, CONFIGURATIONS - 1);
    wrmf_context_set_progress(context, NULL, NULL);
    const figures resumed = run(2, path); /* another process, so to speak */
    assert_memory_equal(&whole, &resumed, sizeof whole);
    MUST(wrmf_grid_run(context, grid, err));
    const figures same = read_figures(grid);
    assert_memory_equal(&whole, &same, sizeof whole);
    wrmf_grid_free(grid);
    unlink(path);
}

static int stop_when_slow(void *self, const wrmf_progress *progress)
{
    const int *const left = self;
    return strcmp(progress->phase, "grid") == 0 && *left < 0;
}

static int run_all(size_t chunks, wrmf_task_fn task, void *job)
{
    for (size_t chunk = 0; chunk < chunks; chunk++)
        task(job, chunk, 0);
    return 0;
}

/* Only the parallel work that is counted down to takes so long that the hook is due within it. */
static int runner_that_is_slow_once(void *self, size_t chunks, wrmf_task_fn task, void *job)
{
    int *const left = self;
    return --*left == -1 ? runner_that_is_slow(NULL, chunks, task, job)
                         : run_all(chunks, task, job);
}

/* Stopped at any moment, within an epoch too, a run leaves no curve that is cut short. */
static void stopped_within_an_epoch(void **state)
{
    (void)state;
    static const int64_t epochs[POINTS] = {1, 2};
    wrmf_matrix *const matrix = matrix_to_split();
    int64_t done = 0;
    int left;
    for (int work = 0; done == 0; work++) {
        wrmf_grid *grid = NULL;
        MUST(wrmf_grid_create(context, matrix, NULL, &grid, err));
        MUST(wrmf_grid_parse(grid, "factors=2 alpha=1,20", err));
        MUST(wrmf_grid_set_epochs(grid, epochs, POINTS, err));
        left = work;
        MUST(wrmf_context_set_runner(context, &left, runner_that_is_slow_once, 1, err));
        wrmf_context_set_progress(context, &left, stop_when_slow);
        FAILS(WRMF_E_CANCELLED, "", wrmf_grid_run(context, grid, err));
        done = wrmf_grid_done(grid);
        for (int64_t place = 0; place < done; place++)
            assert_int_equal(wrmf_curve_points(wrmf_grid_curve(grid, place)), POINTS);
        wrmf_grid_free(grid);
    }
    wrmf_matrix_free(matrix);
}

typedef struct estimates {
    int64_t before; /* configurations that the journal has */
    int calls;
    bool right;
} estimates;

static int check_estimate(void *self, const wrmf_progress *progress)
{
    estimates *const e = self;
    const double own = (double)(progress->done - e->before);
    const double right =
        own > 0 ? progress->seconds / own * (double)(progress->total - progress->done) : -1;
    if (strcmp(progress->phase, "grid") == 0) {
        e->calls++;
        e->right = e->right && progress->done >= e->before &&
                   fabs(progress->seconds_left - right) <= 1e-12 * fabs(right);
    }
    return 0;
}

/* What is left is estimated from the configurations that this run has fitted, not from those that
 * it took from the journal. */
static void estimates_leave_the_journal_out(void **state)
{
    (void)state;
    char path[] = "grid-XXXXXX";
    close(mkstemp(path));
    unlink(path);
    MUST(wrmf_context_set_threads(context, 1, err));
    wrmf_grid *const stopped = make_grid(path), *const grid = make_grid(path);
    int left = 3;
    wrmf_context_set_progress(context, &left, stop_after);
    FAILS(WRMF_E_CANCELLED, "", wrmf_grid_run(context, stopped, err));
    estimates e = {.before = wrmf_grid_done(stopped), .right = true};
    assert_in_range(e.before, 1, CONFIGURATIONS - 1);
    wrmf_grid_free(stopped);
    wrmf_context_set_progress(context, &e, check_estimate);
    MUST(wrmf_grid_run(context, grid, err));
    wrmf_context_set_progress(context, NULL, NULL);
    assert_true(e.calls > CONFIGURATIONS - e.before);
    assert_true(e.right);
    wrmf_grid_free(grid);
    unlink(path);
}

/* A journal cut anywhere behind its first line ends with the same figures. */
static void a_journal_cut_anywhere(void **state)
{
    (void)state;
    char path[] = "grid-XXXXXX";
    close(mkstemp(path));
    unlink(path);
    const figures whole = run(1, path);
    size_t size;
    char *const text = read_file(path, &size);
    const size_t first = (size_t)(strchr(text, '\n') - text) + 1;
    for (size_t cut = first; cut <= size; cut += cut + 40 < size ? 37 : 1) {
        write_file(path, text, cut);
        const figures again = run(1, path);
        assert_memory_equal(&whole, &again, sizeof whole);
    }
    /* a file that is no journal, or another's, is left alone */
    write_file(path, "dear diary\n", 11);
    wrmf_grid *const grid = make_grid(path);
    FAILS(WRMF_E_FORMAT, "", wrmf_grid_run(context, grid, err));
    size_t left;
    char *const diary = read_file(path, &left);
    assert_int_equal(left, 11);
    assert_memory_equal(diary, "dear diary\n", 11);
    free(diary);
    free(text);
    wrmf_grid_free(grid);
    unlink(path);
}

static void configurations(void **state)
{
    (void)state;
    wrmf_grid *const grid = make_grid(NULL);
    assert_null(wrmf_grid_curve(grid, 0));
    assert_int_equal(wrmf_grid_index(grid, 0), -1);
    assert_non_null(wrmf_grid_params(grid, 5));
    assert_null(wrmf_grid_params(grid, 6));
    assert_null(wrmf_grid_params(grid, -1));
    /* the list added last varies fastest */
    assert_true(wrmf_params_get_real(wrmf_grid_params(grid, 1), WRMF_PARAM_ALPHA) == 20);
    assert_int_equal(wrmf_params_get_int(wrmf_grid_params(grid, 2), WRMF_PARAM_FACTORS), 5);
    MUST(wrmf_grid_run(context, grid, err));
    assert_int_equal(wrmf_grid_done(grid), CONFIGURATIONS);
    for (int64_t i = 0; i < CONFIGURATIONS; i++) /* in the order they are run */
        assert_int_equal(wrmf_grid_index(grid, i), i);
    assert_null(wrmf_grid_curve(grid, CONFIGURATIONS));
    assert_null(wrmf_grid_curve(grid, -1));
    assert_int_equal(wrmf_grid_index(grid, CONFIGURATIONS), -1);
    wrmf_curve_free((wrmf_curve *)wrmf_grid_curve(grid, 0)); /* the grid's: without effect */
    assert_int_equal(wrmf_curve_points(wrmf_grid_curve(grid, 0)), POINTS);
    wrmf_grid_free(grid);
    assert_null(wrmf_grid_params(NULL, 0));
    assert_null(wrmf_grid_curve(NULL, 0));
    assert_int_equal(wrmf_grid_index(NULL, 0), -1);
    assert_int_equal(wrmf_grid_size(NULL), 0);
    assert_int_equal(wrmf_grid_done(NULL), 0);
    wrmf_grid_free(NULL);
}

/* Of two configurations one has confidences that are not finite: the other is run. */
static void a_configuration_that_fails(void **state)
{
    (void)state;
    static const int64_t zero = 0, epoch = 1;
    static const double huge = 1e300;
    wrmf_matrix *matrix = NULL;
    wrmf_grid *grid = NULL;
    MUST(wrmf_matrix_from_triplets(context, 1, 1, 1, &zero, &zero, &huge, WRMF_DUPLICATES_REFUSE,
                                   NULL, &matrix, err));
    MUST(wrmf_grid_create(context, matrix, NULL, &grid, err));
    MUST(wrmf_grid_set_epochs(grid, &epoch, 1, err));
    MUST(wrmf_grid_parse(grid, "alpha=1e30,0", err));
    FAILS(WRMF_E_NONFINITE, "alpha=1e30", wrmf_grid_run(context, grid, err));
    assert_int_equal(wrmf_grid_done(grid), 1);
    assert_int_equal(wrmf_grid_index(grid, 0), 1);
    wrmf_grid_free(grid);
    wrmf_matrix_free(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(same_figures_on_any_threads), TEST(cancelled_and_gone_on_with),
        TEST(a_journal_cut_anywhere),      TEST(configurations),
        TEST(a_configuration_that_fails),  TEST(estimates_leave_the_journal_out),
        TEST(stopped_within_an_epoch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
