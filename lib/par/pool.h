/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * par/pool.h - threads that work, and the lock around BLAS. No folder but par includes pthread.h.
 */
#ifndef WRMF_PAR_POOL_H
#define WRMF_PAR_POOL_H

#include <stdbool.h>

#include "base/alloc.h"
#include "wrmf/context.h"

typedef struct wrmf_i_pool wrmf_i_pool;

/** What a pool runs: task(self, chunk, worker) for each chunk. */
typedef struct wrmf_i_pool_job {
    size_t chunks;
    wrmf_task_fn task;
    void *self;
    /** Asked by the calling thread after each of its chunks, and every 20 ms while it waits for
     *  the others; `begun` chunks were begun. True: no more are to be begun. NULL: nobody asks. */
    bool (*should_stop)(void *watcher, size_t begun);
    void *watcher; /* the first argument of should_stop */
} wrmf_i_pool_job;

/** Start workers - 1 threads, which sleep until there is a job; signals are blocked in them. NULL
 *  if there is no memory, where *thread_failed becomes 0, or if a thread cannot be started, where
 *  it becomes 1. */
wrmf_i_pool *wrmf_i_pool_new(const wrmf_i_allocator *allocator, int workers, int *thread_failed);
/** End and join the threads. In a process that was forked since they started there are none: only
 *  the memory is freed. NULL is allowed. */
void wrmf_i_pool_free(wrmf_i_pool *pool);
/** Whether its threads are of this process: not after a fork. */
bool wrmf_i_pool_is_here(const wrmf_i_pool *pool);
/** Run a job. The calling thread is worker 0; the others take over its floating-point environment:
 *  rounding, traps, treatment of subnormal numbers. False if the process was forked meanwhile and
 *  this is the child, which lacks the chunks of the others. */
bool wrmf_i_pool_run(wrmf_i_pool *pool, const wrmf_i_pool_job *job);

/** The number of processors that this process may use, at least 1. */
int wrmf_i_processors(void);

/** What tells this thread from the others that run: the address of something that is its own. */
const void *wrmf_i_this_thread(void);

/** Take and give back the lock that is held around every call of BLAS and LAPACKE: some builds of
 *  OpenBLAS give wrong results when two threads are inside at once. The lock is the only state of
 *  this library that is not in an object, and it guards that of another. False, and it is not
 *  taken, if another thread was inside when this process was forked: what it left behind in BLAS
 *  is not known. */
bool wrmf_i_blas_lock(void);
void wrmf_i_blas_unlock(void);

#endif /* WRMF_PAR_POOL_H */
