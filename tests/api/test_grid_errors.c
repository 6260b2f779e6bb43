/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf/grid.h: what is refused, and that it leaves the grid, its order and files as they were. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wrmf/grid.h"
#include "wrmf/matrix.h"
#include "wrmf/search.h"
#include "wrmf/weighting.h"

enum { USERS = 4, ITEMS = 3 };

static wrmf_matrix *train, *wide;
static wrmf_evaluator *evaluator;
static wrmf_grid *grid; /* factors = 1, 2; epochs 1, 2 */

static wrmf_matrix *triplets(int64_t items, const double *count)
{
    static const int64_t user[] = {0, 1, 1, 2}, item[] = {0, 1, 2, 1};
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_matrix_from_triplets(context, USERS, items, 4, user, item, count, WRMF_DUPLICATES_SUM,
                                   NULL, &matrix, err));
    return matrix;
}

static wrmf_grid *grid_of(const wrmf_matrix *matrix)
{
    static const int64_t epochs[] = {1, 2};
    wrmf_grid *made = NULL;
    MUST(wrmf_grid_create(context, matrix, NULL, &made, err));
    MUST(wrmf_grid_parse(made, "factors=1,2", err));
    MUST(wrmf_grid_set_epochs(made, epochs, 2, err));
    return made;
}

static int set_up(void **state)
{
    fixture_set_up(state);
    train = triplets(ITEMS, NULL);
    wide = triplets(ITEMS + 1, NULL);
    MUST(wrmf_evaluator_create(context, train, NULL, &evaluator, err));
    grid = grid_of(train);
    return 0;
}

static int tear_down(void **state)
{
    wrmf_grid_free(grid);
    wrmf_evaluator_free(evaluator);
    wrmf_matrix_free(train);
    wrmf_matrix_free(wide);
    return fixture_tear_down(state);
}

/* The grid has its two configurations and can be run. */
static void check_as_it_was(void)
{
    assert_int_equal(wrmf_grid_size(grid), 2);
    assert_int_equal(wrmf_grid_done(grid), 0);
    MUST(wrmf_grid_run(context, grid, err));
    assert_int_equal(wrmf_grid_done(grid), 2);
    const wrmf_curve *const curve = wrmf_grid_curve(grid, 1);
    assert_int_equal(wrmf_curve_points(curve), 2);
    assert_int_equal(wrmf_curve_epoch(curve, 1), 2);
    assert_int_equal(wrmf_params_get_int(wrmf_curve_params(curve), WRMF_PARAM_FACTORS), 2);
}

static void columns_of_searches(void **state)
{
    (void)state;
    MUST(wrmf_grid_set_halving(grid, "test_recall@5", 2, 1, err));
    FAILS(WRMF_E_NAME, "test_recall@5", wrmf_grid_run(context, grid, err));
    MUST(wrmf_grid_set_halving(grid, NULL, 0, 0, err));
    MUST(wrmf_grid_set_patience(grid, "mse", 2, err));
    FAILS(WRMF_E_NAME, "seconds objective", wrmf_grid_run(context, grid, err));
    MUST(wrmf_grid_set_patience(grid, NULL, 0, err));
    check_as_it_was();
}

static void grids_that_are_not_made(void **state)
{
    (void)state;
    wrmf_grid *const untouched = (wrmf_grid *)&machine, *made = untouched;
    FAILS(WRMF_E_NULL, "context", wrmf_grid_create(NULL, train, NULL, &made, err));
    FAILS(WRMF_E_NULL, "train", wrmf_grid_create(context, NULL, NULL, &made, err));
    FAILS(WRMF_E_NULL, "out", wrmf_grid_create(context, train, NULL, NULL, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_grid_create(context, train, NULL, &made, err));
    host_fail(&machine, 0, false);
    assert_ptr_equal(made, untouched);
    OUT_OF_MEMORY(wrmf_grid_create(context, train, NULL, &made, err));
    assert_int_equal(wrmf_grid_size(made), 1);
    wrmf_grid_free(made);
}

/* ---- lists ---- */

/* "prefix1,1,1" with n values; the caller frees it. */
static char *many(const char *prefix, int n)
{
    char *const text = malloc(strlen(prefix) + 2 * (size_t)n + 1);
    assert_non_null(text);
    strcpy(text, prefix);
    char *to = text + strlen(prefix);
    for (int i = 0; i < n; i++) {
        *to++ = '1';
        *to++ = ',';
    }
    to[-1] = '\0';
    return text;
}

static void lists_that_are_refused(void **state)
{
    (void)state;
    char *const long_list = many("", 500001), *const long_value = many("0.", 80);
    for (char *c = long_value; *c; c++)
        *c = *c == ',' ? '1' : *c;
    FAILS(WRMF_E_NULL, "grid", wrmf_grid_add(NULL, "alpha", "1", err));
    FAILS(WRMF_E_NULL, "name", wrmf_grid_add(grid, NULL, "1", err));
    FAILS(WRMF_E_NULL, "values", wrmf_grid_add(grid, "alpha", NULL, err));
    FAILS(WRMF_E_STATE, "factors is varied already", wrmf_grid_add(grid, "factors", "3", err));
    FAILS(WRMF_E_NAME, "\"nothing\"", wrmf_grid_add(grid, "nothing", "3", err));
    FAILS(WRMF_E_NAME, "iterations cannot be varied", wrmf_grid_add(grid, "iterations", "3", err));
    FAILS(WRMF_E_NAME, "iterations cannot be varied",
          wrmf_grid_parse(grid, "alpha=1 iterations=5,10", err));
    FAILS(WRMF_E_NAME, "preset cannot be varied", wrmf_grid_add(grid, "preset", "spark", err));
    FAILS(WRMF_E_NAME, "preset cannot be varied",
          wrmf_grid_parse(grid, "alpha=1 preset=spark,hu2008", err));
    FAILS(WRMF_E_NAME, "\"half\"", wrmf_grid_add(grid, "precision", "float32,half", err));
    FAILS(WRMF_E_FORMAT, "\"x\"", wrmf_grid_add(grid, "alpha", "1,x", err));
    FAILS(WRMF_E_FORMAT, "alpha lacks value 2", wrmf_grid_add(grid, "alpha", "1,,3", err));
    FAILS(WRMF_E_FORMAT, "alpha lacks value 1", wrmf_grid_add(grid, "alpha", "", err));
    FAILS(WRMF_E_FORMAT, "too long", wrmf_grid_add(grid, "alpha", long_value, err));
    FAILS(WRMF_E_RANGE, "alpha is -1", wrmf_grid_add(grid, "alpha", "1,-1", err));
    FAILS(WRMF_E_OVERFLOW, "more than 1000000", wrmf_grid_add(grid, "alpha", long_list, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_grid_add(grid, "alpha", "1,2", err));
    host_fail(&machine, 0, false);
    free(long_list);
    free(long_value);
    check_as_it_was();
}

static void lines_that_are_refused(void **state)
{
    (void)state;
    char *const long_word = many("alpha=", 2048), *const list = many("=", 1000);
    char *const lines = malloc(3 * (strlen(list) + 20));
    sprintf(lines, "alpha%s epsilon%s", list, list); /* 2 * 1000 * 1000 */
    FAILS(WRMF_E_NULL, "grid", wrmf_grid_parse(NULL, "alpha=1", err));
    FAILS(WRMF_E_NULL, "text", wrmf_grid_parse(grid, NULL, err));
    FAILS(WRMF_E_STATE, "factors", wrmf_grid_parse(grid, "alpha=1,2 factors=3", err));
    FAILS(WRMF_E_STATE, "alpha", wrmf_grid_parse(grid, "alpha=1,2 alpha=3", err));
    FAILS(WRMF_E_NAME, "\"beta\"", wrmf_grid_parse(grid, "alpha=1,2 beta=3", err));
    FAILS(WRMF_E_FORMAT, "\"epsilon\"", wrmf_grid_parse(grid, "alpha=1,2 epsilon", err));
    FAILS(WRMF_E_FORMAT, "\"=3\"", wrmf_grid_parse(grid, "alpha=1,2 =3", err));
    FAILS(WRMF_E_FORMAT, "epsilon lacks value 2",
          wrmf_grid_parse(grid, "alpha=1,2 epsilon=1,", err));
    FAILS(WRMF_E_RANGE, "epsilon is 0", wrmf_grid_parse(grid, "alpha=1,2 epsilon=0", err));
    FAILS(WRMF_E_RANGE, "too long", wrmf_grid_parse(grid, long_word, err));
    FAILS(WRMF_E_OVERFLOW, "epsilon would make more", wrmf_grid_parse(grid, lines, err));
    host_fail(&machine, 3, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_grid_parse(grid, "alpha=1,2 epsilon=1,2", err));
    host_fail(&machine, 0, false);
    free(long_word);
    free(list);
    free(lines);
    check_as_it_was();
}

static void lists_without_memory(void **state)
{
    (void)state;
    OUT_OF_MEMORY(wrmf_grid_add(grid, "alpha", "1,2,3", err));
    assert_int_equal(wrmf_grid_size(grid), 6);
    host_fail(&machine, 1, true);
    assert_null(wrmf_grid_params(grid, 0));
    host_fail(&machine, 0, false);
    assert_non_null(wrmf_grid_params(grid, 0));
    OUT_OF_MEMORY(wrmf_grid_parse(grid, "epsilon=1,2 seed=4,5", err));
    assert_int_equal(wrmf_grid_size(grid), 24);
}

/* ---- other settings ---- */

static void epochs_that_are_refused(void **state)
{
    (void)state;
    static const int64_t below[] = {-1}, falling[] = {3, 3}, other[] = {5};
    FAILS(WRMF_E_NULL, "grid", wrmf_grid_set_epochs(NULL, other, 1, err));
    FAILS(WRMF_E_NULL, "epochs", wrmf_grid_set_epochs(grid, NULL, 1, err));
    FAILS(WRMF_E_RANGE, "n is 0, below 1", wrmf_grid_set_epochs(grid, other, 0, err));
    FAILS(WRMF_E_RANGE, "epochs[0] is -1", wrmf_grid_set_epochs(grid, below, 1, err));
    FAILS(WRMF_E_FORMAT, "epochs[1] is 3, not above 3",
          wrmf_grid_set_epochs(grid, falling, 2, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_grid_set_epochs(grid, other, 1, err));
    host_fail(&machine, 0, false);
    check_as_it_was();
}

static void evaluators_that_are_refused(void **state)
{
    (void)state;
    wrmf_evaluator *other = NULL;
    MUST(wrmf_evaluator_create(context, wide, NULL, &other, err));
    FAILS(WRMF_E_NULL, "grid", wrmf_grid_add_evaluator(NULL, "test", evaluator, err));
    FAILS(WRMF_E_NULL, "label", wrmf_grid_add_evaluator(grid, NULL, evaluator, err));
    FAILS(WRMF_E_NULL, "evaluator", wrmf_grid_add_evaluator(grid, "test", NULL, err));
    FAILS(WRMF_E_SHAPE, "\"test\" is 4 x 4, the training matrix 4 x 3",
          wrmf_grid_add_evaluator(grid, "test", other, err));
    FAILS(WRMF_E_FORMAT, "a-b", wrmf_grid_add_evaluator(grid, "a-b", evaluator, err));
    FAILS(WRMF_E_FORMAT, "letters", wrmf_grid_add_evaluator(grid, "", evaluator, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_grid_add_evaluator(grid, "test", evaluator, err));
    host_fail(&machine, 0, false);
    OUT_OF_MEMORY(wrmf_grid_add_evaluator(grid, "test", evaluator, err));
    FAILS(WRMF_E_STATE, "\"test\" already", wrmf_grid_add_evaluator(grid, "test", evaluator, err));
    for (int i = 1; i < 16; i++) {
        const char label[] = {'t', (char)('a' + i), '\0'};
        MUST(wrmf_grid_add_evaluator(grid, label, evaluator, err));
    }
    FAILS(WRMF_E_RANGE, "16 evaluators", wrmf_grid_add_evaluator(grid, "more", evaluator, err));
    check_as_it_was();
    assert_int_equal(wrmf_curve_columns(wrmf_grid_curve(grid, 0)), 2 + 16 * 5);
    wrmf_evaluator_free(other);
}

static void nothing_is_set_after_a_run(void **state)
{
    (void)state;
    static const int64_t epochs[] = {4};
    FAILS(WRMF_E_NULL, "grid", wrmf_grid_set_journal(NULL, "journal", err));
    OUT_OF_MEMORY(wrmf_grid_set_journal(grid, "nowhere/journal", err));
    MUST(wrmf_grid_set_journal(grid, NULL, err)); /* none after all */
    MUST(wrmf_grid_run(context, grid, err));
    FAILS(WRMF_E_STATE, "run already", wrmf_grid_add(grid, "alpha", "3", err));
    FAILS(WRMF_E_STATE, "run already", wrmf_grid_parse(grid, "alpha=3", err));
    FAILS(WRMF_E_STATE, "run already", wrmf_grid_set_epochs(grid, epochs, 1, err));
    FAILS(WRMF_E_STATE, "run already", wrmf_grid_add_evaluator(grid, "test", evaluator, err));
    FAILS(WRMF_E_STATE, "run already", wrmf_grid_set_journal(grid, "journal", err));
    MUST(wrmf_grid_run(context, grid, err)); /* nothing is left to do */
    assert_int_equal(wrmf_grid_done(grid), 2);
}

/* ---- running ---- */

static void runs_that_fail(void **state)
{
    (void)state;
    static const double huge[] = {1e300, 1, 1, 1};
    FAILS(WRMF_E_NULL, "context", wrmf_grid_run(NULL, grid, err));
    FAILS(WRMF_E_NULL, "grid", wrmf_grid_run(context, NULL, err));
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    FAILS(WRMF_E_CANCELLED, "hook", wrmf_grid_run(context, grid, err));
    wrmf_context_set_progress(context, NULL, NULL);
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_grid_run(context, grid, err));
    host_fail(&machine, 0, false);
    MUST(wrmf_context_set_runner(context, NULL, runner_that_fails, 2, err));
    FAILS(WRMF_E_THREAD, "runner", wrmf_grid_run(context, grid, err));
    MUST(wrmf_context_set_threads(context, 1, err));
    check_as_it_was(); /* another run goes on */
    wrmf_matrix *const heavy = triplets(ITEMS, huge);
    wrmf_grid *const other = grid_of(heavy);
    MUST(wrmf_grid_parse(other, "alpha=1e30", err));
    FAILS(WRMF_E_NONFINITE, "factors=1", wrmf_grid_run(context, other, err));
    assert_int_equal(wrmf_grid_done(other), 0);
    wrmf_grid_free(other);
    wrmf_matrix_free(heavy);
}

/* What a configuration asks for is refused by its name. */
static void configurations_that_fail(void **state)
{
    (void)state;
    static const double threes[] = {3, 3, 3, 3};
    wrmf_matrix *const dislikes = triplets(ITEMS, threes);
    wrmf_matrix *likes = NULL, *disliked = NULL;
    wrmf_grid *other = grid_of(train);
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, 0, NULL, NULL, NULL, WRMF_DUPLICATES_SUM,
                                   NULL, &likes, err));
    MUST(wrmf_matrix_with_dislikes(likes, dislikes, &disliked, err));
    MUST(wrmf_grid_parse(other, "regularization=0 unobserved_weight=0", err));
    FAILS(WRMF_E_RANGE, "factors=1 regularization", wrmf_grid_run(context, other, err));
    wrmf_grid_free(other);
    other = grid_of(disliked);
    FAILS(WRMF_E_FORMAT, "factors=1: user 0 dislikes item 0", wrmf_grid_run(context, other, err));
    wrmf_grid_free(other);
    wrmf_matrix_free(disliked);
    wrmf_matrix_free(dislikes);
    wrmf_matrix_free(likes);
}

static void runs_without_memory(void **state)
{
    (void)state;
    OUT_OF_MEMORY(wrmf_grid_run(context, grid, err));
    assert_int_equal(wrmf_grid_done(grid), 2);
}

static long size_of(const char *path)
{
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    const long size = ftell(file);
    fclose(file);
    return size;
}

static void journals_that_are_refused(void **state)
{
    (void)state;
    char folder[] = "journal-XXXXXX", path[40], nowhere[40];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/own", folder);
    snprintf(nowhere, sizeof nowhere, "%s/none/own", folder);
    MUST(wrmf_grid_set_journal(grid, nowhere, err));
    FAILS(WRMF_E_IO, nowhere, wrmf_grid_run(context, grid, err));
    wrmf_grid_free(grid);
    grid = grid_of(train);
    MUST(wrmf_grid_set_journal(grid, folder, err));
    FAILS(WRMF_E_IO, folder, wrmf_grid_run(context, grid, err));
    wrmf_grid_free(grid);
    grid = grid_of(train);
    MUST(wrmf_grid_set_journal(grid, path, err));
    check_as_it_was();
    const long written = size_of(path);
    wrmf_grid *const other = grid_of(wide);
    MUST(wrmf_grid_set_journal(other, path, err));
    FAILS(WRMF_E_STATE, "another grid: its matrix differs", wrmf_grid_run(context, other, err));
    assert_int_equal(size_of(path), written);
    FILE *const file = fopen(path, "wb");
    assert_true(file && fputs("dear diary\n", file) >= 0 && fclose(file) == 0);
    FAILS(WRMF_E_FORMAT, "no journal", wrmf_grid_run(context, other, err));
    assert_int_equal(size_of(path), 11);
    assert_int_equal(wrmf_grid_done(other), 0);
    wrmf_grid_free(other);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

/* ---- the order ---- */

static void orders_that_are_refused(void **state)
{
    (void)state;
    FAILS(WRMF_E_STATE, "no curve", wrmf_grid_sort(grid, "objective", err));
    MUST(wrmf_grid_run(context, grid, err));
    MUST(wrmf_grid_sort(grid, "objective", err));
    const int64_t best = wrmf_grid_index(grid, 0);
    assert_int_equal(best, 1); /* two factors fit better than one */
    FAILS(WRMF_E_NULL, "grid", wrmf_grid_sort(NULL, "objective", err));
    FAILS(WRMF_E_NULL, "column", wrmf_grid_sort(grid, NULL, err));
    FAILS(WRMF_E_NAME, "no column \"test_mse\": there are seconds objective",
          wrmf_grid_sort(grid, "test_mse", err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_grid_sort(grid, "seconds", err));
    host_fail(&machine, 0, false);
    assert_int_equal(wrmf_grid_index(grid, 0), best);
}

#define ON_GRID(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_GRID(grids_that_are_not_made),    ON_GRID(lists_that_are_refused),
        ON_GRID(lines_that_are_refused),     ON_GRID(lists_without_memory),
        ON_GRID(epochs_that_are_refused),    ON_GRID(evaluators_that_are_refused),
        ON_GRID(nothing_is_set_after_a_run), ON_GRID(runs_that_fail),
        ON_GRID(configurations_that_fail),   ON_GRID(runs_without_memory),
        ON_GRID(journals_that_are_refused),  ON_GRID(orders_that_are_refused),
        ON_GRID(columns_of_searches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
