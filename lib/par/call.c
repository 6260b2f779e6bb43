/* SPDX-License-Identifier: BSD-2-Clause */
#include "par/call.h"

#include <stddef.h>

enum { ALONE = 1, FREED = 2, SHARED = 4 };

static bool take_alone(wrmf_i_use *use)
{
    long nobody = 0;
    return atomic_compare_exchange_strong_explicit(&use->state, &nobody, ALONE,
                                                   memory_order_acquire, memory_order_relaxed);
}

static bool take_share(wrmf_i_use *use)
{
    long state = atomic_load_explicit(&use->state, memory_order_relaxed);
    while (!(state & (ALONE | FREED)))
        if (atomic_compare_exchange_weak_explicit(&use->state, &state, state + SHARED,
                                                  memory_order_acquire, memory_order_relaxed))
            return true;
    return false;
}

/* Give back either. True: the object was freed meanwhile, and this was the last that used it. */
static bool give(wrmf_i_use *use)
{
    const bool alone = atomic_load_explicit(&use->state, memory_order_relaxed) & ALONE;
    const long one = alone ? ALONE : SHARED;
    return atomic_fetch_sub_explicit(&use->state, one, memory_order_acq_rel) - one == FREED;
}

bool wrmf_i_use_retire(wrmf_i_use *use)
{
    return atomic_fetch_or_explicit(&use->state, FREED, memory_order_acq_rel) == 0;
}

static wrmf_status fail_in_use(const char *name, wrmf_error *err)
{
    return wrmf_i_fail(err, WRMF_E_STATE, "the %s is in use by another call", name);
}

wrmf_status wrmf_i_call_alone(wrmf_i_call *call, wrmf_i_use *use, void *object,
                              void (*drop)(void *object), const char *name, wrmf_error *err)
{
    if (!take_alone(use))
        return fail_in_use(name, err);
    call->parts[call->n++] = (struct wrmf_i_call_part){use, object, drop};
    return WRMF_OK;
}

wrmf_status wrmf_i_call_share(wrmf_i_call *call, wrmf_i_use *use, void *object,
                              void (*drop)(void *object), const char *name, wrmf_error *err)
{
    if (!take_share(use))
        return fail_in_use(name, err);
    call->parts[call->n++] = (struct wrmf_i_call_part){use, object, drop};
    return WRMF_OK;
}

void wrmf_i_call_keep(wrmf_i_call *call, void *object, void (*drop)(void *object))
{
    call->parts[call->n++] = (struct wrmf_i_call_part){NULL, object, drop};
}

void wrmf_i_call_end(wrmf_i_call *call)
{
    while (call->n > 0) {
        const struct wrmf_i_call_part part = call->parts[--call->n];
        if (!part.use || give(part.use))
            part.drop(part.object);
    }
}
