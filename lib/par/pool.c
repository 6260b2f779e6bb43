/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* sched_getaffinity */
#include "par/pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

struct wrmf_i_pool {
    wrmf_i_allocator allocator;
    int workers; /* the calling thread included */
    int started; /* threads that run */
    pthread_mutex_t mutex;
    pthread_cond_t wake;      /* there is a job, or `ending` is set */
    pthread_cond_t done;      /* the last thread has finished the job */
    unsigned long generation; /* jobs so far */
    bool ending;              /* the threads are to end */
    int busy;                 /* threads that have not finished the job */
    wrmf_task_fn task;
    void *job;
    size_t chunks;      /* of the job */
    atomic_size_t next; /* the chunk that nobody has taken yet */
    struct worker {
        wrmf_i_pool *pool;
        pthread_t thread;
        size_t number;
    } threads[];
};

/* Take chunks and run their tasks until all are taken. */
static void work(wrmf_i_pool *pool, size_t worker)
{
    for (;;) {
        const size_t chunk = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
        if (chunk >= pool->chunks)
            return;
        pool->task(pool->job, chunk, worker);
    }
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
        pthread_mutex_unlock(&pool->mutex);
        work(pool, own->number);
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

wrmf_i_pool *wrmf_i_pool_new(const wrmf_i_allocator *allocator, int workers, int *thread_failed)
{
    *thread_failed = 0;
    wrmf_i_pool *const pool = wrmf_i_alloc_zero(allocator, 1, pool_bytes(workers));
    if (!pool)
        return NULL;
    pool->allocator = *allocator;
    pool->workers = workers;
    atomic_init(&pool->next, 0);
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, NULL);

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

void wrmf_i_pool_free(wrmf_i_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->ending = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->started; i++)
        pthread_join(pool->threads[i].thread, NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->mutex);
    const wrmf_i_allocator allocator = pool->allocator;
    wrmf_i_free(&allocator, pool, 1, pool_bytes(pool->workers));
}

int wrmf_i_pool_run(void *self, size_t chunks, wrmf_task_fn task, void *job)
{
    wrmf_i_pool *const pool = self;
    pthread_mutex_lock(&pool->mutex);
    pool->task = task;
    pool->job = job;
    pool->chunks = chunks;
    atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
    pool->busy = pool->started;
    pool->generation++;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->mutex);

    work(pool, 0);

    pthread_mutex_lock(&pool->mutex);
    while (pool->busy > 0)
        pthread_cond_wait(&pool->done, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
    return 0;
}

int wrmf_i_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return CPU_COUNT(&set);
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

static pthread_mutex_t blas_mutex = PTHREAD_MUTEX_INITIALIZER;

void wrmf_i_blas_lock(void)
{
    pthread_mutex_lock(&blas_mutex);
}

void wrmf_i_blas_unlock(void)
{
    pthread_mutex_unlock(&blas_mutex);
}
