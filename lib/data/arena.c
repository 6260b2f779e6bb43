/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/arena.h"

#include <math.h>
#include <string.h>

#include "base/checked.h"

/* Bytes of blocks: each is twice as long as the one before it, up to the last size. A longer text
 * gets a block of its own. */
enum { FIRST_BLOCK = 4 << 10, LAST_BLOCK = 1 << 20 };

struct wrmf_i_arena_block {
    wrmf_i_arena_block *before; /* NULL: this is the first */
    size_t size, used;          /* bytes, this head included */
};

/* Add a block that has room for so many bytes; NULL if there is no memory. */
static wrmf_i_arena_block *add_block(wrmf_i_arena *arena, const wrmf_i_allocator *allocator,
                                     size_t wanted)
{
    size_t size = arena->last ? arena->last->size * 2 : FIRST_BLOCK;
    if (size > LAST_BLOCK)
        size = LAST_BLOCK;
    if (!wrmf_i_add_size(wanted, sizeof(wrmf_i_arena_block), &wanted))
        return NULL;
    if (size < wanted)
        size = wanted;
    wrmf_i_arena_block *const block = wrmf_i_alloc(allocator, size, 1);
    if (!block)
        return NULL;
    *block = (wrmf_i_arena_block){arena->last, size, sizeof *block};
    arena->last = block;
    return block;
}

char *wrmf_i_arena_copy(wrmf_i_arena *arena, const wrmf_i_allocator *allocator, const char *text,
                        size_t length)
{
    wrmf_i_arena_block *block = arena->last;
    if (!block || block->size - block->used <= length)
        block = add_block(arena, allocator, length + 1);
    if (!block)
        return NULL;
    char *const copy = (char *)block + block->used;
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    block->used += length + 1;
    return copy;
}

double wrmf_i_arena_bytes(double texts)
{
    double bytes = 0, room = 0;
    for (double size = FIRST_BLOCK; room < texts; size = size < LAST_BLOCK ? 2 * size : size) {
        const double blocks = size < LAST_BLOCK ? 1 : ceil((texts - room) / size);
        bytes += blocks * size;
        room += blocks * (size - (double)sizeof(wrmf_i_arena_block));
    }
    return bytes;
}

void wrmf_i_arena_free(wrmf_i_arena *arena, const wrmf_i_allocator *allocator)
{
    while (arena->last) {
        wrmf_i_arena_block *const block = arena->last;
        arena->last = block->before;
        wrmf_i_free(allocator, block, block->size, 1);
    }
}
