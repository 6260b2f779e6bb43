/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/arena.h - short texts that all go at once, in few allocations.
 */
#ifndef WRMF_DATA_ARENA_H
#define WRMF_DATA_ARENA_H

#include "base/alloc.h"

typedef struct wrmf_i_arena_block wrmf_i_arena_block;

/** Zero-initialised: empty. */
typedef struct wrmf_i_arena {
    wrmf_i_arena_block *last;
} wrmf_i_arena;

/** A copy of the bytes with a NUL behind them, at an address that stays; NULL if
 *  there is no memory. */
char *wrmf_i_arena_copy(wrmf_i_arena *arena, const wrmf_i_allocator *allocator, const char *text,
                        size_t length);
void wrmf_i_arena_free(wrmf_i_arena *arena, const wrmf_i_allocator *allocator);

#endif /* WRMF_DATA_ARENA_H */
