/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes that are killed (SIGKILL) at random times while they fit, run a grid or save a model:
 * what goes on from what they left ends with the bits of the run that nobody killed, and a file is
 * the old one or the new one, whole. WRMF_TEST_KILLS is how often each is killed; a few times are
 * enough for every day.
 */
#include "fixture.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "wrmf/wrmf.h"

enum { USERS = 400, ITEMS = 300, PAIRS = 6000, EPOCHS = 12, CURVES = 12 };

static char folder[32], checkpoint[64], result[64], wanted[64];

static int set_up(void **state)
{
    fixture_set_up(state);
    strcpy(folder, "kill-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(checkpoint, sizeof checkpoint, "%s/checkpoint", folder);
    snprintf(result, sizeof result, "%s/result", folder);
    snprintf(wanted, sizeof wanted, "%s/wanted", folder);
    return 0;
}

static int tear_down(void **state)
{
    unlink(checkpoint);
    unlink(result);
    unlink(wanted);
    assert_int_equal(rmdir(folder), 0); /* the last writer has removed what the killed ones left */
    return fixture_tear_down(state);
}

static int kills_wanted(void)
{
    const char *const text = getenv("WRMF_TEST_KILLS");
    const int kills = text ? atoi(text) : 10;
    return kills > 0 ? kills : 1;
}

/* ---- the children: a context of their own, and an exit status ---- */

#define TRY(call)                                                                                  \
    do {                                                                                           \
        wrmf_error failure;                                                                        \
        wrmf_error *err = &failure;                                                                \
        if ((call) != WRMF_OK) {                                                                   \
            fprintf(stderr, "child: %s\n", failure.text);                                          \
            _exit(1);                                                                              \
        }                                                                                          \
    } while (0)

static wrmf_matrix *make_matrix(wrmf_context *own)
{
    static int64_t user[PAIRS], item[PAIRS];
    wrmf_matrix *matrix = NULL;
    for (int64_t i = 0; i < PAIRS; i++) {
        user[i] = i % USERS;
        item[i] = (i * i + i / 7) % ITEMS;
    }
    TRY(wrmf_matrix_from_triplets(own, USERS, ITEMS, PAIRS, user, item, NULL, WRMF_DUPLICATES_DROP,
                                  NULL, &matrix, err));
    return matrix;
}

static wrmf_context *make_context(void)
{
    wrmf_context *own = NULL;
    TRY(wrmf_context_create(&own, err));
    TRY(wrmf_context_set_threads(own, 2, err));
    return own;
}

/* Fit, from a checkpoint if there is one, and save the model. */
static void fit(const char *to)
{
    wrmf_context *const own = make_context();
    wrmf_matrix *const matrix = make_matrix(own);
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    TRY(wrmf_params_create(own, &params, err));
    TRY(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, 24, err));
    TRY(wrmf_params_set_int(params, WRMF_PARAM_ITERATIONS, EPOCHS, err));
    if (access(checkpoint, F_OK) == 0)
        TRY(wrmf_model_load(own, checkpoint, &model, err));
    else
        TRY(wrmf_model_create(own, USERS, ITEMS, params, &model, err));
    TRY(wrmf_model_set_checkpoint(model, checkpoint, 1, 0, err));
    TRY(wrmf_model_continue(own, model, matrix, EPOCHS - wrmf_model_epochs(model), err));
    TRY(wrmf_model_save(model, to, err));
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
    wrmf_context_free(own);
    unlink(checkpoint);
}

/* Run a grid over its journal, and write its figures, but for seconds, in run order. */
static void run_grid(const char *to)
{
    static const int64_t epochs[] = {1, 3};
    double figures[CURVES] = {0};
    wrmf_context *const own = make_context();
    wrmf_matrix *const matrix = make_matrix(own);
    wrmf_grid *grid = NULL;
    wrmf_output *output = NULL;
    TRY(wrmf_grid_create(own, matrix, NULL, &grid, err));
    TRY(wrmf_grid_parse(grid, "factors=2,4,8 alpha=1,5,9,20", err));
    TRY(wrmf_grid_set_epochs(grid, epochs, 2, err));
    TRY(wrmf_grid_set_journal(grid, checkpoint, err));
    TRY(wrmf_grid_run(own, grid, err));
    for (int64_t i = 0; i < wrmf_grid_done(grid); i++) {
        const wrmf_curve *const curve = wrmf_grid_curve(grid, i);
        figures[wrmf_grid_index(grid, i)] =
            wrmf_curve_value(curve, 1, wrmf_curve_find(curve, "objective"));
    }
    TRY(wrmf_output_open_path(own, to, &output, err));
    TRY(wrmf_output_write(output, figures, sizeof figures, err));
    TRY(wrmf_output_close(output, err));
    wrmf_output_free(output);
    wrmf_grid_free(grid);
    wrmf_matrix_free(matrix);
    wrmf_context_free(own);
    unlink(checkpoint);
}

/* ---- killing ---- */

static void wait_for(double seconds)
{
    struct timespec left = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static pid_t begin(void (*act)(const char *to), const char *to)
{
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        act(to);
        _exit(0);
    }
    return child;
}

/* Kill a child after so many seconds; whether it had not ended before. */
static bool is_killed(pid_t child, double seconds)
{
    int status = 0;
    wait_for(seconds);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status))
        return true;
    assert_int_equal(WEXITSTATUS(status), 0);
    return false;
}

static void check_same_files(void)
{
    FILE *const one = fopen(result, "rb"), *const other = fopen(wanted, "rb");
    int a, b;
    assert_non_null(one);
    assert_non_null(other);
    do {
        a = getc(one);
        b = getc(other);
        assert_int_equal(a, b);
    } while (a != EOF);
    fclose(one);
    fclose(other);
}

/* Kill an act at random times, by a clock that its own length gives, and begin it again, until it
 * ends; and all over, until it was killed often enough. */
static void kill_often(void (*act)(const char *to))
{
    const int enough = kills_wanted();
    const double start = now();
    int status = 0;
    const pid_t first = begin(act, wanted);
    assert_int_equal(waitpid(first, &status, 0), first);
    assert_int_equal(status, 0);
    const double length = now() - start;
    srand(20);
    for (int kills = 0; kills < enough;) {
        unlink(result);
        double most = length;
        while (is_killed(begin(act, result), most * ((double)rand() / RAND_MAX))) {
            kills++;
            most *= 1.1; /* on a machine that has become slower it ends, too */
        }
        check_same_files();
    }
}

static void a_fit_that_is_killed(void **state)
{
    (void)state;
    kill_often(fit);
}

static void a_grid_that_is_killed(void **state)
{
    (void)state;
    kill_often(run_grid);
}

/* ---- saving ---- */

enum { SAVED_ROWS = 2000 };

static wrmf_model *saved_model(wrmf_context *own, int64_t seed, unsigned options, const char *to)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    TRY(wrmf_params_create(own, &params, err));
    TRY(wrmf_params_set_int(params, WRMF_PARAM_SEED, seed, err));
    TRY(wrmf_model_create(own, SAVED_ROWS, SAVED_ROWS, params, &model, err));
    wrmf_params_free(params);
    if (to)
        TRY(wrmf_model_save_as(model, to, options, err));
    return model;
}

static void save_for_ever(const char *to)
{
    wrmf_context *const own = make_context();
    wrmf_model *const models[2] = {saved_model(own, 0, 0, NULL), saved_model(own, 1, 0, NULL)};
    for (int i = 0;; i++)
        TRY(wrmf_model_save_as(models[i % 2], to, i % 3 ? WRMF_SAVE_MAPPABLE : 0u, err));
}

static void saving_that_is_killed(void **state)
{
    (void)state;
    const int enough = kills_wanted();
    wrmf_model *models[2], *loaded = NULL;
    double row[2][128], found[128];
    for (int i = 0; i < 2; i++) {
        models[i] = saved_model(context, i, 0, result);
        MUST(wrmf_model_get_rows(models[i], WRMF_ITEMS, SAVED_ROWS - 1, 1, row[i], err));
    }
    const size_t bytes = sizeof *found * (size_t)wrmf_model_factors(models[0]);
    for (int kills = 0; kills < enough; kills++) {
        assert_true(is_killed(begin(save_for_ever, result), 0.03 * ((double)rand() / RAND_MAX)));
        MUST(wrmf_model_load(context, result, &loaded, err)); /* which checks all of it */
        MUST(wrmf_model_get_rows(loaded, WRMF_ITEMS, SAVED_ROWS - 1, 1, found, err));
        assert_true(memcmp(found, row[0], bytes) == 0 || memcmp(found, row[1], bytes) == 0);
        wrmf_model_free(loaded);
    }
    MUST(wrmf_model_save(models[0], result, err)); /* and removes what they left */
    wrmf_model_free(models[0]);
    wrmf_model_free(models[1]);
}

int main(void)
{
#define KILLED(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        KILLED(a_fit_that_is_killed),
        KILLED(a_grid_that_is_killed),
        KILLED(saving_that_is_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
