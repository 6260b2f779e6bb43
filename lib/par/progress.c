/* SPDX-License-Identifier: BSD-2-Clause */
#include "par/progress.h"

#include "base/clock.h"

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
    const int64_t own = done - progress->before; /* units that the time was spent on */
    const bool known = progress->total > 0 && own > 0;
    const wrmf_progress shown = {
        .struct_size = sizeof shown,
        .phase = progress->phase,
        .done = done,
        .total = progress->total,
        .seconds = spent,
        .seconds_left = known ? spent / (double)own * (double)(progress->total - done) : -1.0,
    };
    progress->stop = context->progress(context->progress_self, &shown) != 0;
    return progress->stop;
}

wrmf_status wrmf_i_fail_cancelled(wrmf_error *err)
{
    return wrmf_i_fail(err, WRMF_E_CANCELLED, "the progress hook asked to stop");
}
