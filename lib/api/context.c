/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/context.h"

#include <string.h>

#include "par/context.h"

wrmf_status wrmf_context_create(wrmf_context **out, wrmf_error *err)
{
    if (!out)
        return wrmf_i_fail_null(err, "out");
    return wrmf_i_context_new(&wrmf_i_default_allocator, out, err);
}

wrmf_status wrmf_context_create_with_allocator(void *self, wrmf_alloc_fn alloc, wrmf_free_fn free,
                                               wrmf_context **out, wrmf_error *err)
{
    if (!alloc)
        return wrmf_i_fail_null(err, "alloc");
    if (!free)
        return wrmf_i_fail_null(err, "free");
    if (!out)
        return wrmf_i_fail_null(err, "out");
    const wrmf_i_allocator allocator = {self, alloc, free};
    return wrmf_i_context_new(&allocator, out, err);
}

void wrmf_context_free(wrmf_context *context)
{
    wrmf_i_context_release(context);
}

wrmf_status wrmf_context_set_threads(wrmf_context *context, int threads, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        status = wrmf_i_context_workers(context, threads, err);
    wrmf_i_call_end(&call);
    return status;
}

int wrmf_context_threads(const wrmf_context *context)
{
    return context ? context->workers : 0;
}

wrmf_status wrmf_context_set_runner(wrmf_context *context, void *self, wrmf_runner_fn runner,
                                    int workers, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!runner)
        return wrmf_i_fail_null(err, "runner");
    if (workers < 1 || workers > 1024)
        return wrmf_i_fail(err, WRMF_E_RANGE, "workers is %d, not in 1 .. 1024", workers);
    wrmf_i_call call = {0};
    const wrmf_status status = wrmf_i_context_enter(&call, context, err);
    if (status == WRMF_OK)
        wrmf_i_context_runner(context, self, runner, workers);
    wrmf_i_call_end(&call);
    return status;
}

void wrmf_context_set_logger(wrmf_context *context, void *self, wrmf_log_fn log,
                             wrmf_log_level level)
{
    wrmf_i_call call = {0};
    if (!context)
        return;
    if (wrmf_i_context_enter(&call, context, NULL) == WRMF_OK) {
        context->log_self = self;
        context->log = log;
        context->log_level = level;
    }
    wrmf_i_call_end(&call);
}

void wrmf_context_set_progress(wrmf_context *context, void *self, wrmf_progress_fn progress)
{
    wrmf_i_call call = {0};
    if (!context)
        return;
    if (wrmf_i_context_enter(&call, context, NULL) == WRMF_OK) {
        context->progress_self = self;
        context->progress = progress;
    }
    wrmf_i_call_end(&call);
}

const char *wrmf_context_cpu(const wrmf_context *context)
{
    return context ? wrmf_i_cpu_name(context->cpu) : NULL;
}

wrmf_status wrmf_context_set_cpu(wrmf_context *context, const char *name, wrmf_error *err)
{
    if (!context)
        return wrmf_i_fail_null(err, "context");
    if (!name)
        return wrmf_i_fail_null(err, "name");
    for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++) {
        if (strcmp(name, wrmf_i_cpu_name((wrmf_i_cpu)cpu)) != 0)
            continue;
        if (!wrmf_i_cpu_can((wrmf_i_cpu)cpu))
            return wrmf_i_fail(err, WRMF_E_UNSUPPORTED, "this CPU or build cannot run \"%s\"",
                               name);
        wrmf_i_call call = {0};
        const wrmf_status status = wrmf_i_context_enter(&call, context, err);
        if (status == WRMF_OK)
            context->cpu = (wrmf_i_cpu)cpu;
        wrmf_i_call_end(&call);
        return status;
    }
    return wrmf_i_fail(err, WRMF_E_NAME,
                       "no kernels \"%.40s\": there are generic, avx2, avx512, avx512vnni, neon",
                       name);
}
