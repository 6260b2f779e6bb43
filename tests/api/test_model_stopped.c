/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fit that its progress hook stops, wherever that is: the model is as after the last whole epoch,
 * bit for bit, and going on from there gives what an undisturbed fit gives.
 */
#include "fixture.h"

#include <string.h>
#include <time.h>

#include "wrmf/wrmf.h"

enum { USERS = 90, ITEMS = 60, ENTRIES = 900, FACTORS = 5, EPOCHS = 3, STATISTICS = 8 };

/* A host whose runner is slow at one of its calls, so that the hook is due behind it. */
typedef struct slow_host {
    int call, slow_at;
    bool stops;    /* the hook asks to stop when it is called behind the slow one */
    double part;   /* that it was shown then; -1: it was not called */
    int64_t done;  /* likewise */
    int64_t whole; /* the epochs that it was told are done */
} slow_host;

static int run(void *self, size_t chunks, wrmf_task_fn task, void *job)
{
    slow_host *const h = self;
    static const struct timespec pause = {.tv_nsec = 60000000};
    for (size_t chunk = 0; chunk < chunks; chunk++)
        task(job, chunk, 0);
    if (++h->call == h->slow_at)
        nanosleep(&pause, NULL);
    return 0;
}

static int look(void *self, const wrmf_progress *progress)
{
    slow_host *const h = self;
    assert_true(progress->part >= 0 && progress->part <= 1);
    assert_true(progress->done >= h->whole && progress->total == EPOCHS);
    assert_true(progress->seconds_left >= 0 || progress->seconds_left == -1);
    h->whole = progress->done;
    if (h->call < h->slow_at || h->part >= 0)
        return 0;
    h->part = progress->part;
    h->done = progress->done;
    return h->stops;
}

static int look_once(void *self, const wrmf_progress *progress)
{
    const slow_host *const h = self;
    assert_true(progress->part >= 0 && progress->part <= 1);
    assert_true(progress->total == 1);
    return h->call >= h->slow_at;
}

typedef struct state {
    double users[USERS * FACTORS], items[ITEMS * FACTORS], statistics[STATISTICS];
    int64_t epochs;
} state_of;

static state_of read_state(const wrmf_model *model)
{
    state_of s = {.epochs = wrmf_model_epochs(model)};
    MUST(wrmf_model_get_rows(model, WRMF_USERS, 0, USERS, s.users, err));
    MUST(wrmf_model_get_rows(model, WRMF_ITEMS, 0, ITEMS, s.items, err));
    for (int i = 0; i < STATISTICS; i++)
        s.statistics[i] = wrmf_model_statistic(model, (wrmf_statistic)i);
    return s;
}

static wrmf_matrix *matrix;
static wrmf_params *params;
static state_of after[EPOCHS + 1]; /* so many epochs, undisturbed */

static wrmf_model *new_model(void)
{
    wrmf_model *made = NULL;
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &made, err));
    return made;
}

static void prepare(slow_host *h, const char *text)
{
    int64_t user[ENTRIES], item[ENTRIES];
    for (int64_t i = 0; i < ENTRIES; i++) {
        user[i] = i * 7919 % USERS;
        item[i] = i * i % 1009 % ITEMS;
    }
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, ENTRIES, user, item, NULL,
                                   WRMF_DUPLICATES_SUM, NULL, &matrix, err));
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, text, err));
    wrmf_model *const undisturbed = new_model();
    for (int epoch = 0; epoch <= EPOCHS; epoch++) {
        if (epoch > 0)
            MUST(wrmf_model_continue(context, undisturbed, matrix, 1, err));
        after[epoch] = read_state(undisturbed);
    }
    wrmf_model_free(undisturbed);
    MUST(wrmf_context_set_runner(context, h, run, 3, err));
    wrmf_context_set_progress(context, h, look);
}

static void stop_anywhere(slow_host *h)
{
    bool within[EPOCHS] = {false};
    double highest = 0;
    for (int at = 2;; at += 5) {
        wrmf_model *const model = new_model();
        *h = (slow_host){.slow_at = at, .stops = true, .part = -1};
        const wrmf_status status = wrmf_model_continue(context, model, matrix, EPOCHS, NULL);
        const int64_t epochs = wrmf_model_epochs(model);
        const state_of now = read_state(model);
        assert_memory_equal(&now, &after[epochs], sizeof now);
        if (status == WRMF_OK) {
            assert_int_equal(epochs, EPOCHS);
            wrmf_model_free(model);
            break;
        }
        assert_int_equal(status, WRMF_E_CANCELLED);
        assert_true(epochs < EPOCHS && epochs == h->done);
        within[epochs] = within[epochs] || h->part > 0;
        highest = h->part > highest ? h->part : highest;
        *h = (slow_host){.part = -1};
        MUST(wrmf_context_set_threads(context, 1, err)); /* without the hook's total */
        wrmf_context_set_progress(context, NULL, NULL);
        MUST(wrmf_model_continue(context, model, matrix, EPOCHS - epochs, err));
        MUST(wrmf_context_set_runner(context, h, run, 3, err));
        wrmf_context_set_progress(context, h, look);
        const state_of end = read_state(model);
        assert_memory_equal(&end, &after[EPOCHS], sizeof end);
        wrmf_model_free(model);
    }
    for (int epoch = 0; epoch < EPOCHS; epoch++)
        assert_true(within[epoch]);
    assert_true(highest > 0.5);
}

/* Finishing that is stopped anywhere leaves the model as it was. */
static void stop_finishing(slow_host *h)
{
    bool stopped = false;
    wrmf_status status = WRMF_E_CANCELLED;
    for (int at = 1; status == WRMF_E_CANCELLED; at++) {
        MUST(wrmf_context_set_threads(context, 1, err));
        wrmf_context_set_progress(context, NULL, NULL);
        wrmf_model *const model = new_model();
        MUST(wrmf_model_continue(context, model, matrix, EPOCHS - 1, err));
        MUST(wrmf_context_set_runner(context, h, run, 3, err));
        wrmf_context_set_progress(context, h, look_once);
        *h = (slow_host){.slow_at = at, .stops = true, .part = -1};
        status = wrmf_model_finish(context, model, matrix, NULL);
        if (status == WRMF_E_CANCELLED) {
            const state_of now = read_state(model);
            assert_memory_equal(&now, &after[EPOCHS - 1], sizeof now);
            stopped = true;
        }
        wrmf_model_free(model);
    }
    assert_int_equal(status, WRMF_OK);
    assert_true(stopped);
}

/* The same from a fit that has ended, whose model carries relaxed rows. */
static void stop_continued(slow_host *h)
{
    state_of end = {.epochs = 0};
    wrmf_status status = WRMF_E_CANCELLED;
    bool between = false;
    for (int at = 0; at == 0 || status == WRMF_E_CANCELLED; at += 3) {
        MUST(wrmf_context_set_threads(context, 1, err));
        wrmf_context_set_progress(context, NULL, NULL);
        wrmf_model *const model = new_model();
        MUST(wrmf_model_continue(context, model, matrix, 1, err));
        if (at > 0) {
            MUST(wrmf_context_set_runner(context, h, run, 3, err));
            wrmf_context_set_progress(context, h, look);
            *h = (slow_host){.slow_at = at, .stops = true, .part = -1};
            status = wrmf_model_continue(context, model, matrix, EPOCHS, NULL);
            MUST(wrmf_context_set_threads(context, 1, err));
            wrmf_context_set_progress(context, NULL, NULL);
        }
        const int64_t left = EPOCHS + 1 - wrmf_model_epochs(model);
        between = between || (left > 0 && left < EPOCHS);
        MUST(wrmf_model_continue(context, model, matrix, left, err));
        const state_of now = read_state(model);
        if (at == 0)
            end = now;
        assert_memory_equal(&now, &end, sizeof now);
        wrmf_model_free(model);
    }
    assert_int_equal(status, WRMF_OK);
    assert_true(between);
}

static void tear_down(void)
{
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
}

static void float32(void **state)
{
    (void)state;
    slow_host h = {.part = -1};
    prepare(&h, "factors=5 iterations=9 relaxation_wait=1");
    stop_anywhere(&h);
    stop_finishing(&h);
    tear_down();
}

static void float64_conjugate_gradients(void **state)
{
    (void)state;
    slow_host h = {.part = -1};
    prepare(&h, "factors=5 iterations=3 precision=float64 solver=cg relaxation_wait=0");
    stop_anywhere(&h);
    tear_down();
}

/* Where it stops in the start from the matrix, the model has its random one. */
static void start_from_the_matrix(void **state)
{
    (void)state;
    slow_host h = {.part = -1};
    prepare(&h, "factors=5 iterations=9 init=svd");
    stop_anywhere(&h);
    tear_down();
}

static void carried_rows(void **state)
{
    (void)state;
    slow_host h = {.part = -1};
    prepare(&h, "factors=5 iterations=1 relaxation_wait=0");
    stop_continued(&h);
    tear_down();
    prepare(&h, "factors=5 iterations=1 relaxation_wait=0 cg_steps=2 precision=float64");
    stop_continued(&h);
    tear_down();
}

/* A fit that is stopped gives no model; one that is asked when all is done is done. */
static void no_model(void **state)
{
    (void)state;
    wrmf_model *const untouched = (wrmf_model *)&after;
    wrmf_model *model = untouched;
    slow_host h = {.part = -1};
    prepare(&h, "factors=5 iterations=3");
    h = (slow_host){.slow_at = 9, .stops = true, .part = -1};
    FAILS(WRMF_E_CANCELLED, "hook", wrmf_model_fit(context, matrix, params, &model, err));
    assert_ptr_equal(model, untouched);
    h = (slow_host){.slow_at = 1, .stops = false, .part = -1};
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    assert_int_equal(h.whole, EPOCHS);
    wrmf_model_free(model);
    tear_down();
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(float32), TEST(float64_conjugate_gradients),
                                       TEST(start_from_the_matrix), TEST(carried_rows),
                                       TEST(no_model)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
