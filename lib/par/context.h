/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * par/context.h - what a wrmf_context is: allocator, workers, kernels, and the host's logger and
 * progress hook.
 */
#ifndef WRMF_PAR_CONTEXT_H
#define WRMF_PAR_CONTEXT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/alloc.h"
#include "base/cpu.h"
#include "par/call.h"
#include "wrmf/context.h"

struct wrmf_i_pool;
struct wrmf_i_progress;

struct wrmf_context {
    atomic_long references; /* the caller's, one of each object made with it, of each call */
    wrmf_i_use use;         /* of calls that work with it or set something */
    atomic_long user;       /* the process of the call that has the context alone */
    wrmf_i_allocator allocator;
    atomic_int workers;       /* threads that work, the calling one included; >= 1 */
    struct wrmf_i_pool *pool; /* of the other threads; NULL until it is needed */
    void *runner_self;
    wrmf_runner_fn runner; /* the host's; NULL: the pool is used */
    void *log_self;
    wrmf_log_fn log;          /* NULL: nothing is logged */
    wrmf_log_level log_level; /* messages above this level are not logged */
    void *progress_self;
    wrmf_progress_fn progress; /* NULL: there is no hook */
    /* the open progress that parallel work looks after (par/progress.h); NULL: there is none. A
     * worker of a search has its parent's. */
    struct wrmf_i_progress *watch;
    _Atomic(wrmf_i_cpu) cpu; /* the level of the kernels that run */
};

/** Make a context with one reference, one worker and the best kernels. */
wrmf_status wrmf_i_context_new(const wrmf_i_allocator *allocator, wrmf_context **out,
                               wrmf_error *err);
/** Make a context for one worker of parent: it has parent's allocator, kernels and open progress,
 *  one worker, no logger and no hook. It is freed with wrmf_i_context_release(). */
wrmf_status wrmf_i_context_child(const wrmf_context *parent, wrmf_context **out, wrmf_error *err);
/** Hold a context, as objects do that were made with it, and give up a hold, the last of which
 *  frees it. Both are thread-safe. */
wrmf_context *wrmf_i_context_hold(wrmf_context *context);
void wrmf_i_context_release(wrmf_context *context);

/** Have a context alone until the call ends: its workers, logger, hook and settings. WRMF_E_STATE
 *  if another call has it, or had it in another thread when the process was forked. What only
 *  allocates need not have it alone: it keeps it from being freed. */
wrmf_status wrmf_i_context_enter(wrmf_i_call *call, wrmf_context *context, wrmf_error *err);
void wrmf_i_context_keep(wrmf_i_call *call, wrmf_context *context);

/** Set the number of workers, 0 for as many as there are processors, or the host's runner and the
 *  number of its workers. */
wrmf_status wrmf_i_context_workers(wrmf_context *context, int workers, wrmf_error *err);
void wrmf_i_context_runner(wrmf_context *context, void *self, wrmf_runner_fn runner, int workers);

/**
 * Run task(job, chunk, worker) for each chunk in 0 .. chunks - 1, in any order and several at once;
 * worker is in 0 .. context->workers - 1. A task uses the worker's number to find its scratch and
 * the chunk's number to find where its results go. How work is cut into chunks never depends on the
 * number of workers, so results do not either. The host's runner runs the tasks if there is one.
 * Else, if there is one worker or one chunk, the calling thread runs them as worker 0, in order.
 * All threads work in the calling thread's floating-point environment. Where the progress hook
 * asks to stop, some chunks are not run, and the status is WRMF_E_CANCELLED.
 */
wrmf_status wrmf_i_parallel(wrmf_context *context, size_t chunks, wrmf_task_fn task, void *job,
                            wrmf_error *err);

/** Give a message to the logger, if it wants this level. */
void wrmf_i_log(const wrmf_context *context, wrmf_log_level level, const char *format, ...)
    WRMF_I_PRINTF(3, 4);

#endif /* WRMF_PAR_CONTEXT_H */
