/* SPDX-License-Identifier: BSD-2-Clause */
#include "par/context.h"

#include <fenv.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "par/pool.h"
#include "par/progress.h"

/* ---- life ---- */

wrmf_status wrmf_i_context_new(const wrmf_i_allocator *allocator, wrmf_context **out,
                               wrmf_error *err)
{
    wrmf_context *const context = wrmf_i_alloc_zero(allocator, 1, sizeof *context);
    if (!context)
        return wrmf_i_fail_memory(err, "a context");
    atomic_init(&context->references, 1);
    context->allocator = *allocator;
    context->workers = 1;
    context->cpu = wrmf_i_cpu_best();
    *out = context;
    return WRMF_OK;
}

wrmf_status wrmf_i_context_child(const wrmf_context *parent, wrmf_context **out, wrmf_error *err)
{
    WRMF_I_TRY(wrmf_i_context_new(&parent->allocator, out, err));
    (*out)->cpu = parent->cpu;
    (*out)->watch = parent->watch;
    return WRMF_OK;
}

wrmf_context *wrmf_i_context_hold(wrmf_context *context)
{
    atomic_fetch_add_explicit(&context->references, 1, memory_order_relaxed);
    return context;
}

void wrmf_i_context_release(wrmf_context *context)
{
    if (!context || atomic_fetch_sub_explicit(&context->references, 1, memory_order_acq_rel) != 1)
        return;
    wrmf_i_pool_free(context->pool);
    const wrmf_i_allocator allocator = context->allocator;
    wrmf_i_free(&allocator, context, 1, sizeof *context);
}

/* ---- calls ---- */

static void release(void *context)
{
    wrmf_i_context_release(context);
}

/* Nobody frees a context that is in use: its references are counted. */
static void drop_nothing(void *context)
{
    (void)context;
}

void wrmf_i_context_keep(wrmf_i_call *call, wrmf_context *context)
{
    wrmf_i_call_keep(call, wrmf_i_context_hold(context), release);
}

wrmf_status wrmf_i_context_enter(wrmf_i_call *call, wrmf_context *context, wrmf_error *err)
{
    const long process = (long)getpid();
    wrmf_i_context_keep(call, context);
    if (wrmf_i_call_alone(call, &context->use, context, drop_nothing, "context", err) != WRMF_OK) {
        const long user = atomic_load(&context->user);
        if (user != 0 && user != process)
            return wrmf_i_fail(err, WRMF_E_STATE,
                               "a call used the context when the process was forked");
        return WRMF_E_STATE;
    }
    atomic_store(&context->user, process);
    return WRMF_OK;
}

/* ---- parallel work ---- */

static void drop_workers(wrmf_context *context)
{
    wrmf_i_pool_free(context->pool);
    context->pool = NULL;
    context->runner = NULL;
    context->runner_self = NULL;
}

wrmf_status wrmf_i_context_workers(wrmf_context *context, int workers, wrmf_error *err)
{
    if (workers < 0 || workers > 1024)
        return wrmf_i_fail(err, WRMF_E_RANGE, "threads is %d, not in 0 .. 1024", workers);
    if (workers == 0)
        workers = wrmf_i_processors() < 1024 ? wrmf_i_processors() : 1024;
    if (workers != context->workers || context->runner)
        drop_workers(context);
    context->workers = workers;
    return WRMF_OK;
}

void wrmf_i_context_runner(wrmf_context *context, void *self, wrmf_runner_fn runner, int workers)
{
    drop_workers(context);
    context->runner = runner;
    context->runner_self = self;
    context->workers = workers;
}

/* A job, as the host's runner and the watcher of progress see it. */
typedef struct parallel_job {
    const wrmf_context *context;
    wrmf_task_fn task;
    void *self;
    size_t chunks;
    size_t first;       /* the number of the runner's chunk 0 */
    fenv_t environment; /* the calling thread's */
} parallel_job;

static bool watch(void *self, size_t begun)
{
    const parallel_job *const job = self;
    return wrmf_i_progress_watch(job->context, begun, job->chunks);
}

/* A chunk on a thread of the host's, which gets its floating-point environment back. */
static void run_hosted(void *self, size_t chunk, size_t worker)
{
    const parallel_job *const job = self;
    fenv_t own;
    if (wrmf_i_progress_watch(job->context, job->first + chunk, job->chunks))
        return;
    fegetenv(&own);
    fesetenv(&job->environment);
    job->task(job->self, job->first + chunk, worker);
    fesetenv(&own);
}

/* The host's threads may not include the calling one, so while there is a hook they run a few
 * chunks at a time, and it is asked in between. */
static wrmf_status run_by_host(wrmf_context *context, parallel_job *job, wrmf_error *err)
{
    const size_t most = context->watch ? 4 * (size_t)context->workers : job->chunks;
    fegetenv(&job->environment);
    for (job->first = 0; job->first < job->chunks; job->first += most) {
        const size_t left = job->chunks - job->first;
        if (context->runner(context->runner_self, left < most ? left : most, run_hosted, job) != 0)
            return wrmf_i_fail(err, WRMF_E_THREAD, "the host's runner reported a failure");
        if (watch(job, job->first + (left < most ? left : most)))
            break;
    }
    return WRMF_OK;
}

static void run_here(parallel_job *job)
{
    for (size_t chunk = 0; chunk < job->chunks; chunk++) {
        job->task(job->self, chunk, 0);
        if (watch(job, chunk + 1))
            return;
    }
}

static wrmf_status ensure_pool(wrmf_context *context, wrmf_error *err)
{
    if (context->pool && !wrmf_i_pool_is_here(context->pool)) {
        wrmf_i_pool_free(context->pool);
        context->pool = NULL;
    }
    if (context->pool)
        return WRMF_OK;
    int thread_failed;
    context->pool = wrmf_i_pool_new(&context->allocator, context->workers, &thread_failed);
    if (!context->pool && thread_failed)
        return wrmf_i_fail(err, WRMF_E_THREAD, "cannot start %d thread%s", context->workers - 1,
                           context->workers == 2 ? "" : "s");
    return context->pool ? WRMF_OK : wrmf_i_fail_memory(err, "threads");
}

static wrmf_status run_by_pool(wrmf_context *context, parallel_job *job, wrmf_error *err)
{
    const wrmf_i_pool_job shared = {.chunks = job->chunks,
                                    .task = job->task,
                                    .self = job->self,
                                    .should_stop = context->watch ? watch : NULL,
                                    .watcher = job};
    WRMF_I_TRY(ensure_pool(context, err));
    if (!wrmf_i_pool_run(context->pool, &shared))
        return wrmf_i_fail(err, WRMF_E_STATE, "the process was forked during the call");
    return WRMF_OK;
}

wrmf_status wrmf_i_parallel(wrmf_context *context, size_t chunks, wrmf_task_fn task, void *self,
                            wrmf_error *err)
{
    parallel_job job = {.context = context, .task = task, .self = self, .chunks = chunks};
    if (context->runner)
        WRMF_I_TRY(run_by_host(context, &job, err));
    else if (context->workers == 1 || chunks <= 1)
        run_here(&job);
    else
        WRMF_I_TRY(run_by_pool(context, &job, err));
    if (context->watch && atomic_load(&context->watch->stop))
        return wrmf_i_fail_stopped(context, err);
    return WRMF_OK;
}

/* ---- log ---- */

void wrmf_i_log(const wrmf_context *context, wrmf_log_level level, const char *format, ...)
{
    if (!context->log || level > context->log_level)
        return;
    char line[WRMF_ERROR_TEXT];
    va_list arguments;
    va_start(arguments, format);
    wrmf_i_format_line(line, sizeof line, format, arguments);
    va_end(arguments);
    context->log(context->log_self, level, line);
}
