/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * par/lock.h - a lock, for tasks that append to something they share. Results never depend on which
 * task takes it first.
 */
#ifndef WRMF_PAR_LOCK_H
#define WRMF_PAR_LOCK_H

#include "base/alloc.h"

typedef struct wrmf_i_lock wrmf_i_lock;

/** Make a lock; NULL if there is no memory. */
wrmf_i_lock *wrmf_i_lock_new(const wrmf_i_allocator *allocator);
/** NULL is allowed. */
void wrmf_i_lock_free(wrmf_i_lock *lock);
void wrmf_i_lock_take(wrmf_i_lock *lock);
void wrmf_i_lock_give(wrmf_i_lock *lock);

#endif /* WRMF_PAR_LOCK_H */
