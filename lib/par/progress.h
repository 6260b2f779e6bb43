/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * par/progress.h - telling the host's progress hook how far a call is.
 */
#ifndef WRMF_PAR_PROGRESS_H
#define WRMF_PAR_PROGRESS_H

#include "par/context.h"

/** Progress of one call. */
typedef struct wrmf_i_progress {
    const wrmf_context *context; /* borrowed */
    const char *phase;           /* a word for what is done; borrowed */
    int64_t total;               /* units of work; -1: not known */
    int64_t before;              /* units that were done when the call began: set after begin */
    double start;                /* when the call began, in seconds */
    double last;                 /* when the hook was called last, in seconds */
    bool stop;                   /* the hook has asked to stop */
} wrmf_i_progress;

void wrmf_i_progress_begin(wrmf_i_progress *progress, const wrmf_context *context,
                           const char *phase, int64_t total);
/** Tell the hook that `done` units of work are done. True if it has asked to stop, now or before.
 *  Unless `always`, the hook is left alone for 50 ms after it was called. */
bool wrmf_i_progress_step(wrmf_i_progress *progress, int64_t done, bool always);
/** Fail with WRMF_E_CANCELLED: the call ends because the hook asked. */
wrmf_status wrmf_i_fail_cancelled(wrmf_error *err);

#endif /* WRMF_PAR_PROGRESS_H */
