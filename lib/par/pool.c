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

/* Turns for which a thread looks for what it waits for before it sleeps: some 20 us, less than
 * going to sleep and being woken takes. Between the regions of an epoch there is seldom more. */
enum { TURNS = 400 };

/* Somebody who may be asleep. A sleeper says so, looks once more for what it waits for, and sleeps;
 * who changes that looks afterwards whether there is a sleeper. In the one order of all of these,
 * one of the two sees the other. */
typedef struct sleeper {
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    atomic_bool asleep;
} sleeper;

typedef struct worker {
    _Alignas(WRMF_I_ALIGN)
        atomic_ulong ticket; /* the number of the last job that it is to take part in */
    sleeper sleeper;
    wrmf_i_pool *pool;
    pthread_t thread;
    size_t number;
} worker;

struct wrmf_i_pool {
    wrmf_i_allocator allocator;
    long process;       /* whose the threads are */
    int workers;        /* the calling thread included */
    int started;        /* threads that run */
    int turns;          /* TURNS; 0 where there are more workers than processors */
    unsigned long jobs; /* so far */
    bool ending;        /* the threads are to end; changes as a job does */
    int taking_part;    /* in the job: workers 0 .. taking_part - 1 */
    wrmf_i_pool_job job;
    fenv_t environment;                        /* the calling thread's */
    _Alignas(WRMF_I_ALIGN) atomic_size_t next; /* the chunk that nobody has taken yet */
    _Alignas(WRMF_I_ALIGN) atomic_int busy;    /* threads that have not finished the job */
    sleeper caller;                            /* waits for busy to become 0 */
    worker threads[];                          /* of worker 1 and those that follow */
};

/* ---- waiting ---- */

static void init_sleeper(sleeper *own)
{
    pthread_condattr_t attributes;
    pthread_mutex_init(&own->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&own->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    atomic_init(&own->asleep, false);
}

static void destroy_sleeper(sleeper *own)
{
    pthread_cond_destroy(&own->wake);
    pthread_mutex_destroy(&own->mutex);
}

/* Wake it if it sleeps. What it waits for has changed before. */
static void wake_up(sleeper *other)
{
    if (!atomic_load(&other->asleep))
        return;
    pthread_mutex_lock(&other->mutex);
    pthread_cond_signal(&other->wake);
    pthread_mutex_unlock(&other->mutex);
}

static void take_a_turn(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#endif
}

static void wait_for_ticket(worker *own, unsigned long seen)
{
    for (int turn = 0; turn < own->pool->turns; turn++) {
        if (atomic_load_explicit(&own->ticket, memory_order_acquire) != seen)
            return;
        take_a_turn();
    }
    pthread_mutex_lock(&own->sleeper.mutex);
    atomic_store(&own->sleeper.asleep, true);
    while (atomic_load(&own->ticket) == seen)
        pthread_cond_wait(&own->sleeper.wake, &own->sleeper.mutex);
    atomic_store(&own->sleeper.asleep, false);
    pthread_mutex_unlock(&own->sleeper.mutex);
}

/* ---- the threads ---- */

/* Call the two workers below one, if they are to take part. Each calls two others before it begins:
 * waking takes microseconds, and so the last of many workers does not wait for all of them. */
static void call_others(wrmf_i_pool *pool, size_t number)
{
    for (size_t other = 2 * number + 1; other <= 2 * number + 2; other++) {
        if (other >= (size_t)pool->taking_part)
            return;
        worker *const called = &pool->threads[other - 1];
        atomic_store(&called->ticket, pool->jobs);
        wake_up(&called->sleeper);
    }
}

/* Take a chunk and run its task; false if all are taken. */
static bool run_chunk(wrmf_i_pool *pool, size_t number)
{
    const size_t chunk = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
    if (chunk >= pool->job.chunks)
        return false;
    pool->job.task(pool->job.self, chunk, number);
    return true;
}

static void *thread_main(void *argument)
{
    worker *const own = argument;
    wrmf_i_pool *const pool = own->pool;
    unsigned long seen = 0; /* the last job that this thread took part in */
    for (;;) {
        wait_for_ticket(own, seen);
        if (pool->ending)
            return NULL;
        seen = pool->jobs;
        call_others(pool, own->number);
        fesetenv(&pool->environment);
        while (run_chunk(pool, own->number)) {
        }
        if (atomic_fetch_sub(&pool->busy, 1) == 1)
            wake_up(&pool->caller);
    }
}

static size_t pool_bytes(int workers)
{
    return sizeof(wrmf_i_pool) + (size_t)workers * sizeof(worker);
}

/* Start one more thread; false if that fails. */
static bool start_thread(wrmf_i_pool *pool)
{
    worker *const own = &pool->threads[pool->started];
    own->pool = pool;
    own->number = (size_t)pool->started + 1;
    atomic_init(&own->ticket, 0);
    init_sleeper(&own->sleeper);
    if (pthread_create(&own->thread, NULL, thread_main, own) == 0) {
        pool->started++;
        return true;
    }
    destroy_sleeper(&own->sleeper);
    return false;
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
    pool->turns = workers <= wrmf_i_processors() ? TURNS : 0;
    atomic_init(&pool->next, 0);
    atomic_init(&pool->busy, 0);
    init_sleeper(&pool->caller);

    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (pool->started < workers - 1 && start_thread(pool)) {
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
    pool->ending = true;
    pool->jobs++;
    for (int i = 0; i < pool->started; i++) {
        atomic_store(&pool->threads[i].ticket, pool->jobs);
        wake_up(&pool->threads[i].sleeper);
    }
    for (int i = 0; i < pool->started; i++) {
        pthread_join(pool->threads[i].thread, NULL);
        destroy_sleeper(&pool->threads[i].sleeper);
    }
    destroy_sleeper(&pool->caller);
}

void wrmf_i_pool_free(wrmf_i_pool *pool)
{
    if (!pool)
        return;
    /* a child has copies of the mutexes and the conditions in whatever state they were: destroying
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

/* Sleep until the threads are done or, if somebody asks whether to stop, for 20 ms. */
static void sleep_a_moment(wrmf_i_pool *pool)
{
    sleeper *const own = &pool->caller;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += 20000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_mutex_lock(&own->mutex);
    atomic_store(&own->asleep, true);
    if (atomic_load(&pool->busy) > 0) {
        if (pool->job.should_stop)
            pthread_cond_timedwait(&own->wake, &own->mutex, &until);
        else
            pthread_cond_wait(&own->wake, &own->mutex);
    }
    atomic_store(&own->asleep, false);
    pthread_mutex_unlock(&own->mutex);
}

/* False if there is nobody to wait for any more: this is a forked child. */
static bool wait_for_threads(wrmf_i_pool *pool)
{
    for (int turn = 0; turn < pool->turns && atomic_load(&pool->busy) > 0; turn++)
        take_a_turn();
    while (atomic_load(&pool->busy) > 0) {
        sleep_a_moment(pool);
        (void)look(pool); /* the host's hook may take its time */
        if (!wrmf_i_pool_is_here(pool))
            return false;
    }
    return true;
}

bool wrmf_i_pool_run(wrmf_i_pool *pool, const wrmf_i_pool_job *job)
{
    const size_t workers = (size_t)pool->started + 1;
    pool->job = *job;
    fegetenv(&pool->environment);
    atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
    pool->taking_part = (int)(job->chunks < workers ? job->chunks : workers);
    atomic_store_explicit(&pool->busy, pool->taking_part - 1, memory_order_relaxed);
    pool->jobs++;
    call_others(pool, 0);

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
