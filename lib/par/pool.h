/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * par/pool.h - pthread workers, and the one lock of the library. The only
 * folder that includes pthread.h.
 */
#ifndef WRMF_PAR_POOL_H
#define WRMF_PAR_POOL_H

#include "base/alloc.h"
#include "wrmf/context.h"

typedef struct wrmf_i_pool wrmf_i_pool;

/** workers - 1 threads, which sleep; NULL if there is no memory (*thread_failed
 *  0) or a thread could not be started (1). Signals are blocked in them. */
wrmf_i_pool *wrmf_i_pool_new(const wrmf_i_allocator *allocator, int workers, int *thread_failed);
/** End and join the threads. NULL is allowed. */
void wrmf_i_pool_free(wrmf_i_pool *pool);
/** A wrmf_runner_fn: self is the pool. The caller is worker 0. */
int wrmf_i_pool_run(void *self, size_t chunks, wrmf_task_fn task, void *job);

/** Processors this process may use, at least 1. */
int wrmf_i_processors(void);

/** Held around every call of BLAS and LAPACKE: some builds of OpenBLAS give wrong
 *  results when two threads are inside at once. It guards a foreign library's
 *  state; the library has none of its own. */
void wrmf_i_blas_lock(void);
void wrmf_i_blas_unlock(void);

#endif /* WRMF_PAR_POOL_H */
