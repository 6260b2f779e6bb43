/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * par/context.h - what a wrmf_context is, and the calls the layers above make.
 */
#ifndef WRMF_PAR_CONTEXT_H
#define WRMF_PAR_CONTEXT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/alloc.h"
#include "base/cpu.h"
#include "base/error.h"
#include "wrmf/context.h"

struct wrmf_i_pool;

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

#endif /* WRMF_PAR_CONTEXT_H */
