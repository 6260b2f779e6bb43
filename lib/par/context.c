/* SPDX-License-Identifier: BSD-2-Clause */
#include "par/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "par/pool.h"

/* ---- life ---- */

wrmf_status wrmf_i_context_new(const wrmf_i_allocator *allocator, wrmf_context **out,
                               wrmf_error *err)
{
    wrmf_context *const context = wrmf_i_alloc_zero(allocator, 1, sizeof *context);
    if (!context)
        return wrmf_i_fail_nomem(err);
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

wrmf_status wrmf_i_parallel(wrmf_context *context, size_t chunks, wrmf_task_fn task, void *job,
                            wrmf_error *err)
{
    if (context->runner && chunks > 0) {
        if (context->runner(context->runner_self, chunks, task, job) != 0)
            return wrmf_i_fail(err, WRMF_E_THREAD, "the host's runner reported a failure");
        return WRMF_OK;
    }
    if (context->workers == 1 || chunks <= 1) {
        for (size_t chunk = 0; chunk < chunks; chunk++)
            task(job, chunk, 0);
        return WRMF_OK;
    }
    if (!context->pool) {
        int thread_failed;
        context->pool = wrmf_i_pool_new(&context->allocator, context->workers, &thread_failed);
        if (!context->pool && thread_failed)
            return wrmf_i_fail(err, WRMF_E_THREAD, "cannot start %d threads", context->workers - 1);
        if (!context->pool)
            return wrmf_i_fail_nomem(err);
    }
    wrmf_i_pool_run(context->pool, chunks, task, job);
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
