/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * par/progress.h - how far a call is, for the host's progress hook.
 */
#ifndef WRMF_PAR_PROGRESS_H
#define WRMF_PAR_PROGRESS_H

#include "par/context.h"

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

#endif /* WRMF_PAR_PROGRESS_H */
