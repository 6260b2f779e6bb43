/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/schedule.h - configurations are run, each on a worker of its own where there are enough
 * for all; else one after another on all workers.
 */
#ifndef WRMF_SEARCH_SCHEDULE_H
#define WRMF_SEARCH_SCHEDULE_H

#include "par/first_failure.h"
#include "par/lock.h"
#include "par/progress.h"
#include "search/journal.h"

typedef struct wrmf_i_schedule_worker wrmf_i_schedule_worker;

/** Configurations that are run together. All borrowed. */
typedef struct wrmf_i_round {
    int64_t *queue; /* n of them, each once; the schedule may put them into another order */
    int64_t n;
    int64_t until;    /* points that each curve is to have */
    bool impatient;   /* curves end where the search's patience is over */
    bool keeps_order; /* those first in the queue are begun first; else the largest models are */
    double last_call; /* on wrmf_i_seconds(): none is begun from then on */
} wrmf_i_round;

/** One run of a grid, round by round. The fields before `workers` are set by who begins it. */
typedef struct wrmf_i_schedule {
    wrmf_grid *grid;         /* borrowed, as all that is pointed to */
    wrmf_context *context;   /* the caller's */
    wrmf_i_journal *journal; /* NULL: none */
    int64_t patience_column; /* of the curves, where the grid's search has patience */
    double deadline;         /* on wrmf_i_seconds(): then running trials end, too */
    const wrmf_i_round *round;
    wrmf_i_schedule_worker *workers; /* n_workers of them; NULL until a round needs them */
    int n_workers;
    wrmf_i_lock *journal_lock;
    const void *calling_thread; /* its wrmf_i_this_thread() */
    wrmf_i_progress progress;
    atomic_llong done;            /* units of the progress: trials of all rounds */
    atomic_bool stop;             /* the hook asked to stop, or what failed would go on to fail */
    atomic_bool over;             /* the deadline has come */
    wrmf_i_first_failure failure; /* of the first configuration in run order that failed */
} wrmf_i_schedule;

/** Begin to run: `done` of `total` trials are done. wrmf_i_schedule_end() is to be called even
 *  after a failure. */
wrmf_status wrmf_i_schedule_begin(wrmf_i_schedule *schedule, int64_t done, int64_t total,
                                  wrmf_error *err);
/** Run a round. A configuration that cannot be fitted does not keep the others from running, and
 *  is no failure of the round's. After one, no further round is to be run. */
wrmf_status wrmf_i_schedule_run(wrmf_i_schedule *schedule, const wrmf_i_round *round,
                                wrmf_error *err);
void wrmf_i_schedule_end(wrmf_i_schedule *schedule);

#endif /* WRMF_SEARCH_SCHEDULE_H */
