/* SPDX-License-Identifier: BSD-2-Clause */
/* Chunks over threads: each once, no worker twice at a time, failures in order. */
#include "fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "par/context.h"
#include "par/first_failure.h"
#include "par/progress.h"

enum { CHUNKS = 1000, WORKERS = 16 };

typedef struct job {
    atomic_int done[CHUNKS], busy[WORKERS], wrong;
    size_t workers;
    atomic_int used; /* bits of the workers that did something */
    bool slow;
} job;

static void task(void *argument, size_t chunk, size_t worker)
{
    job *const j = argument;
    if (worker >= j->workers || chunk >= CHUNKS || atomic_exchange(&j->busy[worker], 1))
        atomic_fetch_add(&j->wrong, 1);
    if (j->slow) {
        const struct timespec pause = {.tv_nsec = 1000000};
        nanosleep(&pause, NULL);
    }
    atomic_fetch_add(&j->done[chunk], 1);
    atomic_fetch_or(&j->used, 1 << worker);
    atomic_store(&j->busy[worker], 0);
}

static void run(int workers, size_t chunks, bool slow)
{
    static job j;
    memset(&j, 0, sizeof j);
    j.workers = (size_t)workers;
    j.slow = slow;
    MUST(wrmf_i_parallel(context, chunks, task, &j, err));
    assert_int_equal(j.wrong, 0);
    for (size_t chunk = 0; chunk < CHUNKS; chunk++)
        assert_int_equal(j.done[chunk], chunk < chunks);
    if (slow && workers > 1)
        assert_true((j.used & (j.used - 1)) != 0); /* more than one */
}

static void each_chunk_once(void **state)
{
    (void)state;
    static const int threads[] = {1, 2, 3, 7, 16, 64, 2};
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        MUST(wrmf_context_set_threads(context, threads[t], err));
        assert_int_equal(wrmf_context_threads(context), threads[t]);
        run(threads[t], 0, false);
        run(threads[t], 1, false);
        run(threads[t], 40, true);
        for (int again = 0; again < 50; again++)
            run(threads[t], (size_t)(again * 20), false);
    }
}

/* ---- the host's runner ---- */

typedef struct runner {
    int calls;
    int fail;
} runner;

static int backwards(void *self, size_t chunks, wrmf_task_fn function, void *argument)
{
    runner *const r = self;
    r->calls++;
    if (r->fail)
        return r->fail;
    while (chunks-- > 0)
        function(argument, chunks, chunks % 5);
    return 0;
}

static void hosts_runner(void **state)
{
    (void)state;
    runner r = {0, 0};
    static job j;
    MUST(wrmf_context_set_threads(context, 3, err));
    run(3, 100, false);
    MUST(wrmf_context_set_runner(context, &r, backwards, 5, err));
    assert_int_equal(wrmf_context_threads(context), 5);
    run(5, 100, false);
    run(5, 0, false);
    assert_int_equal(r.calls, 1); /* not for nothing */
    r.fail = -3;
    memset(&j, 0, sizeof j);
    FAILS(WRMF_E_THREAD, "runner", wrmf_i_parallel(context, 7, task, &j, err));
    MUST(wrmf_context_set_threads(context, 5, err)); /* drops it, even for as many */
    run(5, 100, false);
    assert_int_equal(r.calls, 2);
}

/* ---- first failure ---- */

typedef struct failures {
    wrmf_i_first_failure first;
    size_t from;
} failures;

static void fail_from(void *argument, size_t chunk, size_t worker)
{
    (void)worker;
    failures *const f = argument;
    if (chunk >= f->from)
        wrmf_i_first_failure_set(&f->first, (int64_t)chunk,
                                 chunk % 2 ? WRMF_E_RANGE : WRMF_E_NONFINITE, "chunk %d",
                                 (int)chunk);
}

static void first_in_order_of_position(void **state)
{
    (void)state;
    MUST(wrmf_context_set_threads(context, 7, err));
    for (size_t from = 0; from < 40; from++) {
        failures f = {WRMF_I_FIRST_FAILURE_INIT, from};
        char words[20];
        snprintf(words, sizeof words, "chunk %d", (int)from);
        MUST(wrmf_i_first_failure_get(&f.first, err));
        MUST(wrmf_i_parallel(context, CHUNKS, fail_from, &f, err));
        FAILS(from % 2 ? WRMF_E_RANGE : WRMF_E_NONFINITE, words,
              wrmf_i_first_failure_get(&f.first, err));
    }
}

/* ---- no memory, two at once ---- */

static void no_memory_for_threads(void **state)
{
    (void)state;
    static job j;
    memset(&j, 0, sizeof j);
    MUST(wrmf_context_set_threads(context, 4, err));
    host_fail(&machine, 1, false);
    FAILS(WRMF_E_NOMEM, "memory", wrmf_i_parallel(context, 10, task, &j, err));
    run(4, 100, false); /* the next call has them */
}

static void *work_alone(void *argument)
{
    wrmf_context *const own = argument;
    for (int i = 0; i < 200; i++) {
        static const size_t most = 50;
        job *const j = calloc(1, sizeof *j);
        j->workers = 3;
        const wrmf_status status = wrmf_i_parallel(own, most, task, j, NULL);
        int done = 0;
        for (size_t chunk = 0; chunk < most; chunk++)
            done += j->done[chunk];
        const bool fine = status == WRMF_OK && j->wrong == 0 && done == (int)most;
        free(j);
        if (!fine)
            return argument;
    }
    return NULL;
}

static void two_contexts_at_once(void **state)
{
    (void)state;
    enum { HOSTS = 4 };
    wrmf_context *own[HOSTS] = {NULL};
    pthread_t threads[HOSTS];
    for (int i = 0; i < HOSTS; i++) {
        own[i] = host_context(&machine);
        MUST(wrmf_context_set_threads(own[i], 3, err));
        assert_int_equal(pthread_create(&threads[i], NULL, work_alone, own[i]), 0);
    }
    for (int i = 0; i < HOSTS; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
        wrmf_context_free(own[i]);
    }
}

/* ---- log ---- */

typedef struct heard {
    int lines;
    wrmf_log_level level;
    char line[100];
} heard;

static void hear(void *self, wrmf_log_level level, const char *line)
{
    heard *const h = self;
    h->lines++;
    h->level = level;
    snprintf(h->line, sizeof h->line, "%s", line);
}

static void logger(void **state)
{
    (void)state;
    heard h = {0};
    wrmf_i_log(context, WRMF_LOG_WARNING, "nobody listens");
    wrmf_context_set_logger(context, &h, hear, WRMF_LOG_INFO);
    wrmf_i_log(context, WRMF_LOG_DEBUG, "too much");
    assert_int_equal(h.lines, 0);
    wrmf_i_log(context, WRMF_LOG_INFO, "epoch %d", 3);
    assert_int_equal(h.lines, 1);
    assert_int_equal(h.level, WRMF_LOG_INFO);
    assert_string_equal(h.line, "epoch 3");
    wrmf_i_log(context, WRMF_LOG_WARNING, "odd");
    assert_int_equal(h.lines, 2);
    wrmf_context_set_logger(context, &h, hear, WRMF_LOG_NONE);
    wrmf_i_log(context, WRMF_LOG_WARNING, "odd");
    wrmf_context_set_logger(context, NULL, NULL, WRMF_LOG_DEBUG);
    wrmf_i_log(context, WRMF_LOG_WARNING, "odd");
    assert_int_equal(h.lines, 2);
}

/* ---- progress ---- */

typedef struct shown {
    int calls;
    wrmf_progress last;
    int answer;
} shown;

static int show(void *self, const wrmf_progress *progress)
{
    shown *const s = self;
    s->calls++;
    s->last = *progress;
    return s->answer;
}

static void progress_steps(void **state)
{
    (void)state;
    shown s = {0};
    wrmf_i_progress progress;
    wrmf_i_progress_begin(&progress, context, "read", 0, 10);
    assert_false(wrmf_i_progress_step(&progress, 1, true)); /* no hook */
    wrmf_context_set_progress(context, &s, show);
    wrmf_i_progress_begin(&progress, context, "read", 0, 10);
    progress.last += 3600; /* so that the next step is too early, however busy the machine is */
    assert_false(wrmf_i_progress_step(&progress, 1, false));
    assert_int_equal(s.calls, 0);
    progress.start -= 1;
    progress.last = progress.start;
    assert_false(wrmf_i_progress_step(&progress, 5, false));
    assert_int_equal(s.calls, 1);
    assert_string_equal(s.last.phase, "read");
    assert_int_equal(s.last.struct_size, sizeof s.last);
    assert_true(s.last.done == 5 && s.last.total == 10 && s.last.seconds >= 1);
    assert_true(s.last.seconds_left >= 0.999 && s.last.seconds_left <= s.last.seconds * 1.001);
    s.answer = 1;
    assert_true(wrmf_i_progress_step(&progress, 6, true));
    s.answer = 0;
    assert_true(wrmf_i_progress_step(&progress, 7, true)); /* it has asked, once is enough */
    assert_int_equal(s.calls, 2);
    wrmf_i_progress_begin(&progress, context, "read", 0, -1);
    assert_false(wrmf_i_progress_step(&progress, 5, true));
    assert_true(s.last.total == -1 && s.last.seconds_left == -1);
    FAILS(WRMF_E_CANCELLED, "asked to stop", wrmf_i_fail_stopped(context, err));
    wrmf_i_progress_end(&progress);
    wrmf_i_progress_end(&progress);
    assert_false(wrmf_i_should_stop(context));
}

/* ---- work that looks after an open progress ---- */

typedef struct watched {
    wrmf_i_progress progress;
    pthread_t calling;
    atomic_int ran;
    int calls, stop_at;
    double part;
} watched;

static int look(void *self, const wrmf_progress *progress)
{
    watched *const w = self;
    assert_true(pthread_equal(pthread_self(), w->calling));
    assert_true(progress->part >= w->part && progress->part <= 1);
    w->part = progress->part;
    return ++w->calls == w->stop_at;
}

static void watched_task(void *self, size_t chunk, size_t worker)
{
    watched *const w = self;
    (void)chunk;
    atomic_fetch_add(&w->ran, 1);
    if (worker == 0)
        w->progress.last -= 1; /* the hook has been left alone for long */
}

static int hosted(void *self, size_t chunks, wrmf_task_fn function, void *argument)
{
    ++*(int *)self;
    for (size_t chunk = 0; chunk < chunks; chunk++)
        function(argument, chunk, chunk % 2);
    return 0;
}

static wrmf_status run_watched(watched *w, int stop_at, wrmf_error *err)
{
    *w = (watched){.calling = pthread_self(), .stop_at = stop_at};
    wrmf_context_set_progress(context, w, look);
    wrmf_i_progress_begin(&w->progress, context, "fit", 0, 2);
    wrmf_i_progress_span(&w->progress, 0, 0.5);
    const wrmf_status status = wrmf_i_parallel(context, CHUNKS, watched_task, w, err);
    wrmf_i_progress_end(&w->progress);
    wrmf_context_set_progress(context, NULL, NULL);
    return status;
}

/* The hook is called between chunks on the calling thread, and stops the work. */
static void work_is_watched(void **state)
{
    (void)state;
    static const int threads[] = {1, 2, 3, 7};
    watched w;
    for (int t = 0; t < 4; t++) {
        MUST(wrmf_context_set_threads(context, threads[t], err));
        MUST(run_watched(&w, 0, err));
        assert_int_equal(w.ran, CHUNKS);
        assert_true(threads[t] > 1 || w.calls == CHUNKS);
        assert_true(w.part <= 0.5 && (threads[t] > 1 || w.part == 0.5));
        if (threads[t] > 1)
            continue; /* the other threads may take all chunks */
        FAILS(WRMF_E_CANCELLED, "asked to stop", run_watched(&w, 3, err));
        assert_int_equal(w.ran, 3);
    }
    int calls = 0;
    MUST(wrmf_context_set_runner(context, &calls, hosted, 2, err));
    MUST(run_watched(&w, 0, err));
    assert_int_equal(w.ran, CHUNKS);
    assert_true(w.calls > 0 && calls == CHUNKS / 8); /* four chunks a worker at a time */
    FAILS(WRMF_E_CANCELLED, "asked to stop", run_watched(&w, 1, err));
    assert_true(w.ran < 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_chunk_once),       TEST(hosts_runner),         TEST(first_in_order_of_position),
        TEST(no_memory_for_threads), TEST(two_contexts_at_once), TEST(logger),
        TEST(progress_steps),        TEST(work_is_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
