/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/arena.h - many short texts in few allocations, freed all at once.
 */
#ifndef WRMF_DATA_ARENA_H
#define WRMF_DATA_ARENA_H

#include "base/alloc.h"

typedef struct wrmf_i_arena_block wrmf_i_arena_block;

/** Zero-initialised, it is empty. */
typedef struct wrmf_i_arena {
    wrmf_i_arena_block *last; /* the newest block, which leads to the others */
} wrmf_i_arena;

/** A copy of the bytes with a NUL behind them, whose address never changes; NULL if there is no
 *  memory. */
char *wrmf_i_arena_copy(wrmf_i_arena *arena, const wrmf_i_allocator *allocator, const char *text,
                        size_t length);
/** Bytes of the blocks that hold so many bytes of short texts, their NULs included. */
double wrmf_i_arena_bytes(double texts);
void wrmf_i_arena_free(wrmf_i_arena *arena, const wrmf_i_allocator *allocator);

#endif /* WRMF_DATA_ARENA_H */
