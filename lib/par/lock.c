/* SPDX-License-Identifier: BSD-2-Clause */
#include "par/lock.h"

#include <pthread.h>

struct wrmf_i_lock {
    wrmf_i_allocator allocator;
    pthread_mutex_t mutex;
};

wrmf_i_lock *wrmf_i_lock_new(const wrmf_i_allocator *allocator)
{
    wrmf_i_lock *const lock = wrmf_i_alloc(allocator, 1, sizeof *lock);
    if (!lock)
        return NULL;
    lock->allocator = *allocator;
    pthread_mutex_init(&lock->mutex, NULL);
    return lock;
}

void wrmf_i_lock_free(wrmf_i_lock *lock)
{
    if (!lock)
        return;
    pthread_mutex_destroy(&lock->mutex);
    const wrmf_i_allocator allocator = lock->allocator;
    wrmf_i_free(&allocator, lock, 1, sizeof *lock);
}

void wrmf_i_lock_take(wrmf_i_lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
}

void wrmf_i_lock_give(wrmf_i_lock *lock)
{
    pthread_mutex_unlock(&lock->mutex);
}
