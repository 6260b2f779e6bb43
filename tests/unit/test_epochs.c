/* SPDX-License-Identifier: BSD-2-Clause */
/* The loop over epochs: whom it tells, when it stops, what it leaves behind. */
#include "host.h"

#include <string.h>

#include "base/random.h"
#include "data/csr.h"
#include "fit/epochs.h"
#include "wrmf/wrmf.h"

enum { USERS = 40, ITEMS = 25, ENTRIES = 200, EPOCHS = 4 };

typedef struct world {
    host host;
    wrmf_context *context;
    wrmf_matrix *matrix;
    int shown; /* whole epochs that the progress hook was told of */
} world;

static int count_call(void *self, const wrmf_progress *progress)
{
    world *const w = self;
    assert_string_equal(progress->phase, "anything");
    assert_int_equal(progress->total, EPOCHS);
    if (progress->done != w->shown) /* else it is within an epoch, on a slow machine */
        assert_int_equal(progress->done, ++w->shown);
    return 0;
}

static void set_up(world *w)
{
    int64_t users[ENTRIES], items[ENTRIES];
    memset(w, 0, sizeof *w);
    w->context = host_context(&w->host);
    wrmf_context_set_progress(w->context, w, count_call);
    for (uint64_t i = 0; i < ENTRIES; i++) {
        users[i] = (int64_t)wrmf_i_random_below(3, 50, 0, 2 * i, USERS);
        items[i] = (int64_t)wrmf_i_random_below(3, 50, 0, 2 * i + 1, ITEMS);
    }
    MUST(wrmf_matrix_from_triplets(w->context, USERS, ITEMS, ENTRIES, users, items, NULL,
                                   WRMF_DUPLICATES_DROP, NULL, &w->matrix, err));
}

static void tear_down(world *w)
{
    wrmf_matrix_free(w->matrix);
    wrmf_context_free(w->context);
    host_check(&w->host);
}

static wrmf_model *new_model(world *w)
{
    wrmf_model *model = NULL;
    MUST(wrmf_model_create(w->context, USERS, ITEMS, NULL, &model, err));
    return model;
}

static void run(world *w, wrmf_model *model, const wrmf_i_epoch_options *options)
{
    MUST(wrmf_i_epochs_run(w->context, model, w->matrix, options, err));
}

static void assert_same_rows(const wrmf_model *a, const wrmf_model *b)
{
    assert_int_equal(a->epochs, b->epochs);
    assert_memory_equal(a->statistics, b->statistics, sizeof a->statistics);
    for (int side = 0; side < 2; side++)
        assert_memory_equal(a->data[side], b->data[side],
                            (size_t)(a->rows[side] * a->stride) * sizeof(float));
}

/* A callback that notes what it is told, and stops or fails after a certain epoch. */
typedef struct script {
    const wrmf_model *model;
    int64_t calls, stop_at, fail_at; /* -1: never */
    double seconds;
} script;

static wrmf_status follow(void *self, const wrmf_i_epoch *epoch, bool *stop, wrmf_error *err)
{
    script *const s = self;
    assert_false(*stop);
    assert_int_equal(epoch->number, s->calls++);
    assert_int_equal(epoch->number, s->model->epochs);
    assert_true(epoch->seconds >= s->seconds);
    s->seconds = epoch->seconds;
    *stop = epoch->number == s->stop_at;
    return epoch->number == s->fail_at ? wrmf_i_fail(err, WRMF_E_IO, "as the script says")
                                       : WRMF_OK;
}

static void everybody_is_told(void **state)
{
    (void)state;
    world w;
    set_up(&w);
    wrmf_model *const model = new_model(&w);
    script s = {.model = model, .stop_at = EPOCHS, .fail_at = -1}; /* too late to stop */
    wrmf_i_progress progress;
    wrmf_i_progress_begin(&progress, w.context, "anything", 0, EPOCHS);
    progress.last += 3600; /* within epochs the hook is left alone */
    const wrmf_i_epoch_options options = {
        .epochs = EPOCHS, .progress = &progress, .on_epoch = follow, .self = &s};
    run(&w, model, &options);
    wrmf_i_progress_end(&progress);
    assert_int_equal(s.calls, EPOCHS + 1);
    assert_int_equal(w.shown, EPOCHS);
    assert_true(model->gram_known[WRMF_USERS] && model->gram_known[WRMF_ITEMS]);

    /* without a progress the hook is not called, and the rows are the same */
    wrmf_model *const silent = new_model(&w);
    const wrmf_i_epoch_options least = {.epochs = EPOCHS};
    run(&w, silent, &least);
    assert_int_equal(w.shown, EPOCHS);
    assert_same_rows(silent, model);
    wrmf_model_free(silent);
    wrmf_model_free(model);
    tear_down(&w);
}

static void a_stop_keeps_whole_epochs(void **state)
{
    (void)state;
    world w;
    set_up(&w);
    for (int64_t at = 0; at < EPOCHS; at++) {
        wrmf_model *const stopped = new_model(&w), *const whole = new_model(&w);
        script s = {.model = stopped, .stop_at = at, .fail_at = -1};
        const wrmf_i_epoch_options options = {
            .epochs = EPOCHS, .rolls_back = true, .on_epoch = follow, .self = &s};
        FAILS(WRMF_E_CANCELLED, "", wrmf_i_epochs_run(w.context, stopped, w.matrix, &options, err));
        const wrmf_i_epoch_options fewer = {.epochs = at};
        run(&w, whole, &fewer);
        assert_same_rows(stopped, whole);
        wrmf_model_free(stopped);
        wrmf_model_free(whole);
    }
    tear_down(&w);
}

static void a_failure_rolls_back(void **state)
{
    (void)state;
    world w;
    set_up(&w);
    const wrmf_i_epoch_options first = {.epochs = 1};
    for (int64_t at = 1; at <= EPOCHS; at++) {
        wrmf_model *const model = new_model(&w), *const before = new_model(&w);
        script s = {.model = model, .stop_at = -1, .fail_at = at, .calls = 0};
        const wrmf_i_epoch_options options = {
            .epochs = EPOCHS, .rolls_back = true, .on_epoch = follow, .self = &s};
        FAILS(WRMF_E_IO, "script", wrmf_i_epochs_run(w.context, model, w.matrix, &options, err));
        assert_int_equal(s.calls, at + 1);
        assert_same_rows(model, before);
        /* its Gram matrices are made again: the next epoch has the same bits */
        run(&w, model, &first);
        run(&w, before, &first);
        assert_same_rows(model, before);
        wrmf_model_free(model);
        wrmf_model_free(before);
    }
    tear_down(&w);
}

/* Any allocation may fail: the model is as it was. */
static void no_memory(void **state)
{
    (void)state;
    world w;
    set_up(&w);
    wrmf_model *const model = new_model(&w), *const before = new_model(&w);
    const wrmf_i_epoch_options options = {.epochs = 1, .rolls_back = true};
    wrmf_error error;
    wrmf_status status = WRMF_E_NOMEM;
    for (long n = 1; status != WRMF_OK; n++) {
        assert_same_rows(model, before);
        host_fail(&w.host, n, false);
        status = wrmf_i_epochs_run(w.context, model, w.matrix, &options, &error);
        assert_true(status == WRMF_OK || status == WRMF_E_NOMEM);
    }
    host_fail(&w.host, 0, false);
    assert_int_equal(model->epochs, 1);
    wrmf_model_free(model);
    wrmf_model_free(before);
    tear_down(&w);
}

static void nothing_to_do(void **state)
{
    (void)state;
    world w;
    set_up(&w);
    wrmf_model *const model = new_model(&w);
    const wrmf_i_epoch_options none = {.rolls_back = true};
    host_fail(&w.host, 1, true); /* nothing is allocated */
    run(&w, model, &none);
    host_fail(&w.host, 0, false);
    script s = {.model = model, .stop_at = 0, .fail_at = -1};
    const wrmf_i_epoch_options callback = {.on_epoch = follow, .self = &s};
    run(&w, model, &callback);
    assert_int_equal(s.calls, 1);
    assert_int_equal(w.shown, 0);
    wrmf_model_free(model);
    tear_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_is_told), cmocka_unit_test(a_stop_keeps_whole_epochs),
        cmocka_unit_test(a_failure_rolls_back), cmocka_unit_test(no_memory),
        cmocka_unit_test(nothing_to_do)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
