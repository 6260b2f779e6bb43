/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * par/pool.h - threads that work, and the lock around BLAS. No folder but par includes pthread.h.
 */
#ifndef WRMF_PAR_POOL_H
#define WRMF_PAR_POOL_H

#include "base/alloc.h"
#include "wrmf/context.h"

typedef struct wrmf_i_pool wrmf_i_pool;

/** Start workers - 1 threads, which sleep until there is a job; signals are blocked in them. NULL
 *  if there is no memory, where *thread_failed becomes 0, or if a thread cannot be started, where
 *  it becomes 1. */
wrmf_i_pool *wrmf_i_pool_new(const wrmf_i_allocator *allocator, int workers, int *thread_failed);
/** End and join the threads. NULL is allowed. */
void wrmf_i_pool_free(wrmf_i_pool *pool);
/** Run a job, as a wrmf_runner_fn whose `self` is the pool does. The calling thread is worker 0. */
int wrmf_i_pool_run(void *self, size_t chunks, wrmf_task_fn task, void *job);

/** The number of processors that this process may use, at least 1. */
int wrmf_i_processors(void);

/** Take and give back the lock that is held around every call of BLAS and LAPACKE: some builds of
 *  OpenBLAS give wrong results when two threads are inside at once. The lock is the only state of
 *  this library that is not in an object, and it guards that of another. */
void wrmf_i_blas_lock(void);
void wrmf_i_blas_unlock(void);

#endif /* WRMF_PAR_POOL_H */
