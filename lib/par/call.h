/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * par/call.h - what a call of the library uses, and keeps from others meanwhile.
 *
 * Nobody waits: a call that finds what it needs in use fails with WRMF_E_STATE. What is freed
 * while a call uses it is taken away when that call ends.
 */
#ifndef WRMF_PAR_CALL_H
#define WRMF_PAR_CALL_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/error.h"

/** Who uses an object: one call alone, or calls that share it because none of them changes it.
 *  Zero-initialised: nobody. */
typedef struct wrmf_i_use {
    atomic_long state; /* 1 while a call has it alone, 2 once it is freed, 4 for each that shares */
} wrmf_i_use;

/** Say that the object's owner frees it. True: nobody uses it, and the caller frees its memory;
 *  false: the last call that uses it does. Calls that begin later are refused. */
bool wrmf_i_use_retire(wrmf_i_use *use);

enum { WRMF_I_CALL_PARTS = 24 }; /* a curve has the most: its evaluators and a few more */

/** What one call uses, given back by wrmf_i_call_end(). It begins as {0}. */
typedef struct wrmf_i_call {
    int n;
    struct wrmf_i_call_part {
        wrmf_i_use *use; /* NULL: a counted reference, which is given up at the end */
        void *object;
        void (*drop)(void *object); /* frees the object, or gives up the reference */
    } parts[WRMF_I_CALL_PARTS];
} wrmf_i_call;

/** Have an object alone, or share it, until the call ends. WRMF_E_STATE, which names the object,
 *  if others stand in the way. */
wrmf_status wrmf_i_call_alone(wrmf_i_call *call, wrmf_i_use *use, void *object,
                              void (*drop)(void *object), const char *name, wrmf_error *err);
wrmf_status wrmf_i_call_share(wrmf_i_call *call, wrmf_i_use *use, void *object,
                              void (*drop)(void *object), const char *name, wrmf_error *err);
/** Have the call give up a reference when it ends. */
void wrmf_i_call_keep(wrmf_i_call *call, void *object, void (*drop)(void *object));
/** Give everything back, the last first. */
void wrmf_i_call_end(wrmf_i_call *call);

#endif /* WRMF_PAR_CALL_H */
