/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/store.h, checkpoints: whoever goes on from one ends with the bits of the fit that was not
 * stopped; they are written when they are due; one that cannot be written leaves the one before,
 * and the model at a whole epoch.
 */
#include "stored_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static char path[16], other[16];
static wrmf_matrix *matrix;

static int set_up(void **state)
{
    fixture_set_up(state);
    make_file(path);
    make_file(other);
    unlink(path);
    matrix = stored_matrix();
    return 0;
}

static int tear_down(void **state)
{
    wrmf_matrix_free(matrix);
    unlink(path);
    unlink(other);
    return fixture_tear_down(state);
}

static wrmf_model *create(const char *parameters)
{
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, parameters, err));
    MUST(wrmf_model_create(context, STORED_USERS, STORED_ITEMS, params, &model, err));
    wrmf_params_free(params);
    return model;
}

static int64_t left_of(const wrmf_model *model)
{
    return wrmf_params_get_int(wrmf_model_params(model), WRMF_PARAM_ITERATIONS) -
           wrmf_model_epochs(model);
}

/* The epochs that the checkpoint has, or -1: there is none. */
static int64_t epochs_of_file(void)
{
    wrmf_model *model = NULL;
    if (access(path, F_OK) != 0)
        return -1;
    MUST(wrmf_model_load(context, path, &model, err));
    const int64_t epochs = wrmf_model_epochs(model);
    wrmf_model_free(model);
    return epochs;
}

static int64_t stop_at; /* epochs */

static int hook_that_stops_at(void *self, const wrmf_progress *progress)
{
    (void)self;
    return progress->done >= stop_at;
}

/* A run of 8 epochs is stopped after `stop`; what goes on from its file is the whole run. */
static void check_stopped(const char *parameters, int64_t every, int64_t stop, const char *whole)
{
    wrmf_model *const model = create(parameters);
    wrmf_model *resumed = NULL;
    wrmf_error error;
    unlink(path);
    MUST(wrmf_model_set_checkpoint(model, path, every, 0, err));
    stop_at = stop;
    wrmf_context_set_progress(context, NULL, hook_that_stops_at);
    assert_int_equal(wrmf_model_continue(context, model, matrix, 8, &error), WRMF_E_CANCELLED);
    wrmf_context_set_progress(context, NULL, NULL);
    const int64_t done = wrmf_model_epochs(model);
    wrmf_model_free(model);
    assert_int_equal(epochs_of_file(), done / every > 0 ? done / every * every : -1);
    if (epochs_of_file() < 0)
        return;
    MUST(wrmf_model_load(context, path, &resumed, err));
    MUST(wrmf_model_set_checkpoint(resumed, path, every, 0, err));
    MUST(wrmf_model_continue(context, resumed, matrix, left_of(resumed), err));
    MUST(wrmf_model_save(resumed, other, err));
    same_files(whole, other);
    wrmf_model_free(resumed);
}

static void going_on_from_a_checkpoint(void **state)
{
    (void)state;
    static const char *const kinds[] = {
        "factors=5 iterations=8",  /* the model has them from the start */
        "factors=16 iterations=0", /* the run raises them */
        "factors=3 iterations=8 precision=float64 relaxation=1",
        "factors=7 iterations=8 solver=cg cg_steps=2",
    };
    char whole[16];
    make_file(whole);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        wrmf_model *const model = create(kinds[k]);
        MUST(wrmf_model_continue(context, model, matrix, 8, err));
        MUST(wrmf_model_save(model, whole, err));
        wrmf_model_free(model);
        for (int64_t stop = 1; stop < 8; stop += 2)
            check_stopped(kinds[k], k % 2 ? 2 : 1, stop, whole);
    }
    unlink(whole);
}

static void when_they_are_due(void **state)
{
    (void)state;
    static const struct {
        int64_t epochs;
        double seconds;
        int64_t last; /* of 5 */
    } cases[] = {{1, 0, 4}, {2, 0, 4},   {3, 0, 3},    {5, 0, -1},  {9, 0, -1},
                 {0, 0, 4}, {3, 1e9, 3}, {0, 1e9, -1}, {4, 1e-9, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrmf_model *const model = create("factors=4 iterations=5"), *copy = NULL;
        unlink(path);
        MUST(wrmf_model_set_checkpoint(model, path, cases[i].epochs, cases[i].seconds, err));
        MUST(wrmf_model_copy(context, model, &copy, err));
        MUST(wrmf_model_continue(context, copy, matrix, 5, err));
        assert_int_equal(epochs_of_file(), -1); /* a copy has no setting */
        MUST(wrmf_model_continue(context, model, matrix, 5, err));
        assert_int_equal(epochs_of_file(), cases[i].last);
        same_models(copy, model);
        /* a second run of the same model, without */
        unlink(path);
        MUST(wrmf_model_set_checkpoint(model, NULL, -1, -1, err));
        MUST(wrmf_model_continue(context, model, matrix, 3, err));
        assert_int_equal(epochs_of_file(), -1);
        wrmf_model_free(copy);
        wrmf_model_free(model);
    }
}

/* The call fails with WRMF_E_IO at its first checkpoint; the model goes on all the same. */
static void check_unwritable(const char *where, const char *words, int64_t every)
{
    wrmf_model *const model = create("factors=6 iterations=6"),
                      *whole = create("factors=6 iterations=6");
    MUST(wrmf_model_continue(context, whole, matrix, 6, err));
    MUST(wrmf_model_set_checkpoint(model, where, every, 0, err));
    FAILS(WRMF_E_IO, words, wrmf_model_continue(context, model, matrix, 6, err));
    assert_int_equal(wrmf_model_epochs(model), every);
    MUST(wrmf_model_set_checkpoint(model, NULL, 0, 0, err));
    MUST(wrmf_model_continue(context, model, matrix, left_of(model), err));
    same_models(whole, model);
    wrmf_model_free(whole);
    wrmf_model_free(model);
}

static void checkpoints_that_cannot_be_written(void **state)
{
    (void)state;
    struct rlimit limit, before;
    check_unwritable("none/checkpoint", "none/checkpoint", 2);
    check_unwritable(".", "cannot write", 1);
    if (access("/dev/full", W_OK) == 0) /* a disk that is full */
        check_unwritable("/dev/full", "/dev/full", 1);
    /* a write that is cut short: the checkpoint that is there stays */
    wrmf_model *const model = create("factors=6 iterations=6");
    MUST(wrmf_model_set_checkpoint(model, path, 2, 0, err));
    MUST(wrmf_model_continue(context, model, matrix, 3, err));
    assert_int_equal(epochs_of_file(), 2);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 1000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    FAILS(WRMF_E_IO, path, wrmf_model_continue(context, model, matrix, 3, err));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(wrmf_model_epochs(model), 5);
    assert_int_equal(epochs_of_file(), 2);
    wrmf_model_free(model);
}

/* No memory for a checkpoint: the model is as before the call. */
static wrmf_status run_three(wrmf_model *model, wrmf_error *err)
{
    const int64_t before = wrmf_model_epochs(model);
    const wrmf_status status = wrmf_model_continue(context, model, matrix, 3, err);
    assert_int_equal(wrmf_model_epochs(model), status == WRMF_OK ? before + 3 : before);
    return status;
}

static void settings_that_fail(void **state)
{
    (void)state;
    wrmf_model *const model = create("factors=6 iterations=6"), *mapped = NULL;
    FAILS(WRMF_E_NULL, "model", wrmf_model_set_checkpoint(NULL, path, 1, 0, err));
    FAILS(WRMF_E_RANGE, "epochs", wrmf_model_set_checkpoint(model, path, -1, 0, err));
    FAILS(WRMF_E_RANGE, "seconds", wrmf_model_set_checkpoint(model, path, 1, -1, err));
    FAILS(WRMF_E_RANGE, "seconds",
          wrmf_model_set_checkpoint(model, path, 1, (double)INFINITY, err));
    FAILS(WRMF_E_RANGE, "seconds", wrmf_model_set_checkpoint(model, path, 1, (double)NAN, err));
    OUT_OF_MEMORY(wrmf_model_set_checkpoint(model, path, 1, 0, err));
    OUT_OF_MEMORY(run_three(model, err));
    MUST(wrmf_model_save(model, other, err));
    MUST(wrmf_model_map(context, other, &mapped, err));
    FAILS(WRMF_E_STATE, "mapped", wrmf_model_set_checkpoint(mapped, path, 1, 0, err));
    wrmf_model_free(mapped);
    wrmf_model_free(model);
}

int main(void)
{
#define CHECKPOINT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CHECKPOINT(going_on_from_a_checkpoint),
        CHECKPOINT(when_they_are_due),
        CHECKPOINT(checkpoints_that_cannot_be_written),
        CHECKPOINT(settings_that_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
