/* SPDX-License-Identifier: BSD-2-Clause */
#include "par/progress.h"

#include <unistd.h>

#include "base/clock.h"
#include "par/pool.h"

static const double PAUSE = 0.05; /* seconds that the hook is left alone */

void wrmf_i_progress_begin(wrmf_i_progress *progress, wrmf_context *context, const char *phase,
                           int64_t before, int64_t total)
{
    *progress = (wrmf_i_progress){.context = context,
                                  .thread = wrmf_i_this_thread(),
                                  .phase = phase,
                                  .total = total,
                                  .before = before};
    atomic_init(&progress->done, before);
    atomic_init(&progress->stop, false);
    if (!context->progress)
        return;
    progress->process = (long)getpid();
    progress->start = progress->last = wrmf_i_seconds();
    context->watch = progress;
}

void wrmf_i_progress_end(wrmf_i_progress *progress)
{
    if (progress->context->watch == progress)
        progress->context->watch = NULL;
}

/* What is left, in seconds, or -1. */
static double seconds_left(const wrmf_i_progress *progress, int64_t done, double spent)
{
    const double units = (double)(done - progress->before) + progress->part;
    if (progress->total <= 0 || !(units > 0))
        return -1.0;
    const double left = spent / units * ((double)(progress->total - done) - progress->part);
    return left > 0 ? left : 0;
}

/* Call the hook, by the calling thread. */
static void tell(wrmf_i_progress *progress, bool always)
{
    const wrmf_context *const context = progress->context;
    if (!context->progress || atomic_load(&progress->stop))
        return;
    const double now = wrmf_i_seconds();
    if (!always && now - progress->last < PAUSE)
        return;
    const int64_t done = atomic_load(&progress->done);
    const wrmf_progress shown = {
        .struct_size = sizeof shown,
        .phase = progress->phase,
        .done = done,
        .total = progress->total,
        .seconds = now - progress->start,
        .seconds_left = seconds_left(progress, done, now - progress->start),
        .part = progress->part,
    };
    if (context->progress(context->progress_self, &shown) != 0)
        atomic_store(&progress->stop, true);
    if ((long)getpid() != progress->process) {
        progress->forked = true;
        atomic_store(&progress->stop, true);
    }
    progress->last = wrmf_i_seconds();
    progress->in_hook += progress->last - now;
}

void wrmf_i_progress_done(wrmf_i_progress *progress, int64_t done)
{
    atomic_store(&progress->done, done);
}

bool wrmf_i_progress_step(wrmf_i_progress *progress, int64_t done, bool always)
{
    if (done != atomic_load(&progress->done)) {
        atomic_store(&progress->done, done);
        progress->from = progress->to = progress->part = 0;
    }
    tell(progress, always);
    return atomic_load(&progress->stop);
}

void wrmf_i_progress_span(wrmf_i_progress *progress, double from, double to)
{
    if (!progress)
        return;
    progress->from = from;
    progress->to = to;
    if (from > progress->part)
        progress->part = from;
}

static bool is_calling_thread(const wrmf_i_progress *progress)
{
    return progress->thread == wrmf_i_this_thread();
}

bool wrmf_i_should_stop(const wrmf_context *context)
{
    wrmf_i_progress *const progress = context->watch;
    if (!progress)
        return false;
    if (is_calling_thread(progress))
        tell(progress, false);
    return atomic_load_explicit(&progress->stop, memory_order_relaxed);
}

bool wrmf_i_progress_watch(const wrmf_context *context, size_t begun, size_t chunks)
{
    wrmf_i_progress *const progress = context->watch;
    if (!progress)
        return false;
    if (is_calling_thread(progress) && progress->to > progress->from) {
        const double share = begun < chunks ? (double)begun / (double)chunks : 1.0;
        const double part = progress->from + (progress->to - progress->from) * share;
        if (part > progress->part)
            progress->part = part;
    }
    return wrmf_i_should_stop(context);
}

double wrmf_i_seconds_in_hook(const wrmf_context *context)
{
    const wrmf_i_progress *const progress = context->watch;
    return progress && is_calling_thread(progress) ? progress->in_hook : 0;
}

wrmf_status wrmf_i_fail_stopped(const wrmf_context *context, wrmf_error *err)
{
    if (context->watch && context->watch->forked)
        return wrmf_i_fail(err, WRMF_E_STATE, "the process was forked in the progress hook");
    return wrmf_i_fail(err, WRMF_E_CANCELLED, "the progress hook asked to stop");
}
