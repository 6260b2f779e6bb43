/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* sched_getaffinity */
#include "par/pool.h"

#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

struct wrmf_i_pool {
    wrmf_i_allocator allocator;
    long process; /* whose the threads are */
    int workers;  /* the calling thread included */
    int started;  /* threads that run */
    pthread_mutex_t mutex;
    pthread_cond_t wake;      /* there is a job, or `ending` is set */
    pthread_cond_t done;      /* the last thread has finished the job */
    unsigned long generation; /* jobs so far */
    bool ending;              /* the threads are to end */
    int busy;                 /* threads that have not finished the job */
    wrmf_i_pool_job job;
    fenv_t environment; /* the calling thread's */
    atomic_size_t next; /* the chunk that nobody has taken yet */
    struct worker {
        wrmf_i_pool *pool;
        pthread_t thread;
        size_t number;
    } threads[];
};

/* ---- the threads ---- */

/* Take a chunk and run its task; false if all are taken. */
static bool run_chunk(wrmf_i_pool *pool, size_t worker)
{
    const size_t chunk = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
    if (chunk >= pool->job.chunks)
        return false;
    pool->job.task(pool->job.self, chunk, worker);
    return true;
}

static void *thread_main(void *argument)
{
    struct worker *const own = argument;
    wrmf_i_pool *const pool = own->pool;
    unsigned long seen = 0; /* jobs that this thread knows of */
    pthread_mutex_lock(&pool->mutex);
    for (;;) {
        while (!pool->ending && pool->generation == seen)
            pthread_cond_wait(&pool->wake, &pool->mutex);
        if (pool->ending)
            break;
        seen = pool->generation;
        fesetenv(&pool->environment);
        pthread_mutex_unlock(&pool->mutex);
        while (run_chunk(pool, own->number)) {
        }
        pthread_mutex_lock(&pool->mutex);
        if (--pool->busy == 0)
            pthread_cond_signal(&pool->done);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

static size_t pool_bytes(int workers)
{
    return sizeof(wrmf_i_pool) + (size_t)workers * sizeof(struct worker);
}

static void init_conditions(wrmf_i_pool *pool)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, &attributes);
    pthread_condattr_destroy(&attributes);
}

wrmf_i_pool *wrmf_i_pool_new(const wrmf_i_allocator *allocator, int workers, int *thread_failed)
{
    *thread_failed = 0;
    wrmf_i_pool *const pool = wrmf_i_alloc_zero(allocator, 1, pool_bytes(workers));
    if (!pool)
        return NULL;
    pool->allocator = *allocator;
    pool->process = (long)getpid();
    pool->workers = workers;
    atomic_init(&pool->next, 0);
    pthread_mutex_init(&pool->mutex, NULL);
    init_conditions(pool);

    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int i = 0; i < workers - 1; i++) {
        struct worker *const own = &pool->threads[i];
        own->pool = pool;
        own->number = (size_t)i + 1;
        if (pthread_create(&own->thread, NULL, thread_main, own) != 0)
            break;
        pool->started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pool->started < workers - 1) {
        *thread_failed = 1;
        wrmf_i_pool_free(pool);
        return NULL;
    }
    return pool;
}

bool wrmf_i_pool_is_here(const wrmf_i_pool *pool)
{
    return pool->process == (long)getpid();
}

static void end_threads(wrmf_i_pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    pool->ending = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->started; i++)
        pthread_join(pool->threads[i].thread, NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
}

void wrmf_i_pool_free(wrmf_i_pool *pool)
{
    if (!pool)
        return;
    /* a child has copies of the mutex and the conditions in whatever state they were: destroying
     * them could wait for threads that it does not have */
    if (wrmf_i_pool_is_here(pool))
        end_threads(pool);
    const wrmf_i_allocator allocator = pool->allocator;
    wrmf_i_free(&allocator, pool, 1, pool_bytes(pool->workers));
}

/* ---- a job ---- */

/* Ask whether to go on; if not, no more chunks are taken. */
static bool look(wrmf_i_pool *pool)
{
    const wrmf_i_pool_job *const job = &pool->job;
    if (!job->should_stop)
        return false;
    const size_t next = atomic_load_explicit(&pool->next, memory_order_relaxed);
    if (!job->should_stop(job->watcher, next < job->chunks ? next : job->chunks))
        return false;
    atomic_store_explicit(&pool->next, job->chunks, memory_order_relaxed);
    return true;
}

/* Wait until the threads are done, or for 20 ms. The mutex is held. */
static void wait_a_moment(wrmf_i_pool *pool)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += 20000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&pool->done, &pool->mutex, &until);
}

/* False if there is nobody to wait for any more: this is a forked child. */
static bool wait_for_threads(wrmf_i_pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    while (pool->busy > 0) {
        if (!pool->job.should_stop) {
            pthread_cond_wait(&pool->done, &pool->mutex);
            continue;
        }
        wait_a_moment(pool);
        pthread_mutex_unlock(&pool->mutex); /* the host's hook may take its time */
        (void)look(pool);
        if (!wrmf_i_pool_is_here(pool))
            return false;
        pthread_mutex_lock(&pool->mutex);
    }
    pthread_mutex_unlock(&pool->mutex);
    return true;
}

bool wrmf_i_pool_run(wrmf_i_pool *pool, const wrmf_i_pool_job *job)
{
    pthread_mutex_lock(&pool->mutex);
    pool->job = *job;
    fegetenv(&pool->environment);
    atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
    pool->busy = pool->started;
    pool->generation++;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);

    while (run_chunk(pool, 0) && !look(pool)) {
    }
    return wrmf_i_pool_is_here(pool) && wait_for_threads(pool);
}

/* ---- the process ---- */

int wrmf_i_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return CPU_COUNT(&set);
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

const void *wrmf_i_this_thread(void)
{
    static _Thread_local char mark;
    return &mark;
}

/* The process that holds the lock, or 0. A mutex would not do: a child that is forked while it is
 * held could neither take it nor know that nobody will give it back. */
static atomic_long blas_holder;

bool wrmf_i_blas_lock(void)
{
    static const struct timespec pause = {.tv_nsec = 50000};
    const long here = (long)getpid();
    for (int attempts = 0;; attempts++) {
        long holder = 0;
        if (atomic_compare_exchange_weak_explicit(&blas_holder, &holder, here, memory_order_acquire,
                                                  memory_order_relaxed))
            return true;
        if (holder != 0 && holder != here)
            return false;
        if (attempts < 100)
            sched_yield(); /* most calls take microseconds */
        else
            nanosleep(&pause, NULL);
    }
}

void wrmf_i_blas_unlock(void)
{
    atomic_store_explicit(&blas_holder, 0, memory_order_release);
}
