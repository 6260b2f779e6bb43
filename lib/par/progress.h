/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * par/progress.h - telling the host's progress hook how far a call is, and hearing that it is to
 * stop.
 *
 * While a progress is open, all parallel work on its context, and on the contexts of a search's
 * workers, looks after it: the hook is shown something between chunks that the calling thread
 * runs, and when it asks to stop no more chunks are begun and the work fails with
 * WRMF_E_CANCELLED.
 */
#ifndef WRMF_PAR_PROGRESS_H
#define WRMF_PAR_PROGRESS_H

#include "par/context.h"

/** Progress of one call. */
typedef struct wrmf_i_progress {
    wrmf_context *context; /* borrowed */
    const void *thread;    /* the calling thread's wrmf_i_this_thread() */
    long process;          /* that the call began in */
    const char *phase;     /* a word for what is done; borrowed */
    int64_t total;         /* units of work; -1: not known */
    int64_t before;        /* units that were done when the call began */
    atomic_llong done;     /* units that are done */
    double from, to;       /* which part of the next unit the parallel work that runs is */
    double part;           /* of the next unit that is done, 0 .. 1 */
    double start;          /* when the call began, in seconds */
    double last;           /* when the hook was called last, in seconds */
    double in_hook;        /* seconds spent in the hook */
    atomic_bool stop;      /* the hook has asked to stop, or has forked: see `forked` */
    bool forked;           /* this is a child that was forked in the hook */
} wrmf_i_progress;

/** Open a progress on a context that has none. It is closed with wrmf_i_progress_end(), after
 *  which wishes to stop are not heard; a second end does nothing. `before` units of the total are
 *  done already. */
void wrmf_i_progress_begin(wrmf_i_progress *progress, wrmf_context *context, const char *phase,
                           int64_t before, int64_t total);
void wrmf_i_progress_end(wrmf_i_progress *progress);
/** Say that `done` units of work are done; from any thread. The hook is told in time. */
void wrmf_i_progress_done(wrmf_i_progress *progress, int64_t done);
/** Tell the hook that `done` units of work are done; by the calling thread. True if it has asked
 *  to stop, now or before. Unless `always`, the hook is left alone for 50 ms after it was called.
 */
bool wrmf_i_progress_step(wrmf_i_progress *progress, int64_t done, bool always);
/** Say that parallel work from now on is the part from .. to of the next unit. progress may be
 *  NULL. */
void wrmf_i_progress_span(wrmf_i_progress *progress, double from, double to);

/** Whether the call that the context works for is to stop; for loops in long chunks. If this is
 *  the calling thread, the hook is asked in time. Thread-safe, and almost free. */
bool wrmf_i_should_stop(const wrmf_context *context);
/** The same, for whoever runs chunks: `begun` of them are begun. */
bool wrmf_i_progress_watch(const wrmf_context *context, size_t begun, size_t chunks);
/** Seconds spent in the hook so far, where this is the calling thread; else 0. */
double wrmf_i_seconds_in_hook(const wrmf_context *context);
/** Fail with WRMF_E_CANCELLED: the call ends because the hook asked. Where the hook has forked,
 *  the child's call ends with WRMF_E_STATE. */
wrmf_status wrmf_i_fail_stopped(const wrmf_context *context, wrmf_error *err);

#endif /* WRMF_PAR_PROGRESS_H */
