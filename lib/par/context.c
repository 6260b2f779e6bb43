/* SPDX-License-Identifier: BSD-2-Clause */
#include "par/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "config.h"
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

/* ---- kernels ---- */

bool wrmf_i_cpu_can(wrmf_i_cpu cpu)
{
    switch (cpu) {
    case WRMF_I_CPU_GENERIC: return true;
#if WRMF_HAVE_X86_LEVELS
    case WRMF_I_CPU_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case WRMF_I_CPU_AVX512:
        return wrmf_i_cpu_can(WRMF_I_CPU_AVX2) && __builtin_cpu_supports("avx512f") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl");
    case WRMF_I_CPU_AVX512VNNI:
        return wrmf_i_cpu_can(WRMF_I_CPU_AVX512) && __builtin_cpu_supports("avx512vnni");
#endif
    default: return false;
    }
}

wrmf_i_cpu wrmf_i_cpu_best(void)
{
    int cpu = WRMF_I_CPU_COUNT - 1;
    while (!wrmf_i_cpu_can((wrmf_i_cpu)cpu))
        cpu--;
    return (wrmf_i_cpu)cpu;
}

const char *wrmf_i_cpu_name(wrmf_i_cpu cpu)
{
    static const char *const names[WRMF_I_CPU_COUNT] = {"generic", "avx2", "avx512", "avx512vnni"};
    return cpu < WRMF_I_CPU_COUNT ? names[cpu] : NULL;
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

/* ---- first failure of parallel tasks ---- */

void wrmf_i_first_set(wrmf_i_first *first, int64_t position, wrmf_status status, const char *format,
                      ...)
{
    while (atomic_flag_test_and_set_explicit(&first->lock, memory_order_acquire)) {
    }
    if (first->status == WRMF_OK || position < first->position) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(first->text, sizeof first->text, format, arguments);
        va_end(arguments);
        first->status = status;
        first->position = position;
    }
    atomic_flag_clear_explicit(&first->lock, memory_order_release);
}

wrmf_status wrmf_i_first_get(const wrmf_i_first *first, wrmf_error *err)
{
    if (first->status == WRMF_OK)
        return WRMF_OK;
    return wrmf_i_fail(err, first->status, "%s", first->text);
}

/* ---- log and progress ---- */

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

void wrmf_i_progress_begin(wrmf_i_progress *progress, const wrmf_context *context,
                           const char *phase, int64_t total)
{
    *progress = (wrmf_i_progress){.context = context, .phase = phase, .total = total};
    if (context->progress)
        progress->start = progress->last = wrmf_i_seconds();
}

bool wrmf_i_progress_step(wrmf_i_progress *progress, int64_t done, bool always)
{
    const wrmf_context *const context = progress->context;
    if (!context->progress || progress->stop)
        return progress->stop;
    const double now = wrmf_i_seconds();
    if (!always && now - progress->last < 0.05)
        return false;
    progress->last = now;
    const double spent = now - progress->start;
    const bool known = progress->total > 0 && done > 0;
    const wrmf_progress shown = {
        .struct_size = sizeof shown,
        .phase = progress->phase,
        .done = done,
        .total = progress->total,
        .seconds = spent,
        .seconds_left = known ? spent / (double)done * (double)(progress->total - done) : -1.0,
    };
    progress->stop = context->progress(context->progress_self, &shown) != 0;
    return progress->stop;
}

wrmf_status wrmf_i_fail_cancelled(wrmf_error *err)
{
    return wrmf_i_fail(err, WRMF_E_CANCELLED, "the progress hook asked to stop");
}
