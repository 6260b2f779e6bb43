/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * par/context.h - what a wrmf_context is, and the calls the layers above make.
 */
#ifndef WRMF_PAR_CONTEXT_H
#define WRMF_PAR_CONTEXT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/alloc.h"
#include "base/error.h"
#include "wrmf/context.h"

struct wrmf_i_pool;

/** Which kernels run; indices of linalg's tables. */
typedef enum wrmf_i_cpu {
    WRMF_I_CPU_GENERIC = 0,
    WRMF_I_CPU_AVX2 = 1,
    WRMF_I_CPU_AVX512 = 2,
    WRMF_I_CPU_AVX512VNNI = 3, /* AVX512, and products of 8-bit numbers */
    WRMF_I_CPU_COUNT = 4
} wrmf_i_cpu;

struct wrmf_context {
    atomic_long references; /* the caller's, and one an object made with it */
    wrmf_i_allocator allocator;
    int workers;
    struct wrmf_i_pool *pool; /* NULL until needed */
    void *runner_self;        /* the host's runner, or runner NULL */
    wrmf_runner_fn runner;
    void *log_self;
    wrmf_log_fn log;
    wrmf_log_level log_level;
    void *progress_self;
    wrmf_progress_fn progress;
    wrmf_i_cpu cpu;
};

/** A context with one reference. */
wrmf_status wrmf_i_context_new(const wrmf_i_allocator *allocator, wrmf_context **out,
                               wrmf_error *err);
/** A context for one worker of parent: its allocator and kernels, one thread, no
 *  logger and no hook. Freed with wrmf_i_context_release(). */
wrmf_status wrmf_i_context_child(const wrmf_context *parent, wrmf_context **out, wrmf_error *err);
/** Objects hold the context they were made with. Both are thread-safe. */
wrmf_context *wrmf_i_context_hold(wrmf_context *context);
void wrmf_i_context_release(wrmf_context *context);

/** Best kernels that this CPU and build can run. */
wrmf_i_cpu wrmf_i_cpu_best(void);
/** Whether this CPU and build can run them. */
bool wrmf_i_cpu_can(wrmf_i_cpu cpu);
const char *wrmf_i_cpu_name(wrmf_i_cpu cpu);

/** Set the number of workers, or the host's runner. */
wrmf_status wrmf_i_context_workers(wrmf_context *context, int workers, wrmf_error *err);
void wrmf_i_context_runner(wrmf_context *context, void *self, wrmf_runner_fn runner, int workers);

/**
 * Run task(job, chunk, worker) for each chunk, in any order; worker is below
 * context->workers. The worker number selects scratch, the chunk number selects
 * results, and how work is cut into chunks never depends on the workers: that
 * keeps results the same for any number of them. One worker, or one chunk, runs
 * on the calling thread as worker 0, in order.
 */
wrmf_status wrmf_i_parallel(wrmf_context *context, size_t chunks, wrmf_task_fn task, void *job,
                            wrmf_error *err);

/** Tell the logger, if it wants this level. */
void wrmf_i_log(const wrmf_context *context, wrmf_log_level level, const char *format, ...)
    WRMF_I_PRINTF(3, 4);

/** Progress of one call. */
typedef struct wrmf_i_progress {
    const wrmf_context *context;
    const char *phase;
    int64_t total; /* -1 if not known */
    double start;
    double last; /* when the hook was called last */
    bool stop;   /* the hook asked to stop */
} wrmf_i_progress;

void wrmf_i_progress_begin(wrmf_i_progress *progress, const wrmf_context *context,
                           const char *phase, int64_t total);
/** Show the hook how far the call is; true if it has asked to stop, now or
 *  before. Unless `always`, calls that follow within 50 ms are passed over. */
bool wrmf_i_progress_step(wrmf_i_progress *progress, int64_t done, bool always);
/** The failure for a call that ends because the hook asked. */
wrmf_status wrmf_i_fail_cancelled(wrmf_error *err);

/** Remembers the first failure, in order of position, of tasks that run in
 *  parallel; zero-initialised. Tasks may call wrmf_i_first_set() at the same
 *  moment. The text of the lowest position wins, so that messages do not depend
 *  on the threads. */
typedef struct wrmf_i_first {
    atomic_flag lock;
    wrmf_status status;
    int64_t position;
    char text[WRMF_ERROR_TEXT];
} wrmf_i_first;

#define WRMF_I_FIRST_INIT                                                                          \
    {                                                                                              \
        ATOMIC_FLAG_INIT, WRMF_OK, 0, ""                                                           \
    }
void wrmf_i_first_set(wrmf_i_first *first, int64_t position, wrmf_status status, const char *format,
                      ...) WRMF_I_PRINTF(4, 5);
/** WRMF_OK, or the failure, moved to err. After all tasks are done. */
wrmf_status wrmf_i_first_get(const wrmf_i_first *first, wrmf_error *err);

#endif /* WRMF_PAR_CONTEXT_H */
