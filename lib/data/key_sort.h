/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/key_sort.h - a stable counting sort by keys, shared out over workers: elements are cut into
 * blocks; each block's keys are counted, the counts say where each block's elements of each key
 * go, and then all blocks are moved at a time. The order that results is the only stable one, so
 * it depends on nothing else.
 */
#ifndef WRMF_DATA_KEY_SORT_H
#define WRMF_DATA_KEY_SORT_H

#include "par/context.h"

/** The most blocks of a sort, and the elements below which one thread is as fast as many. */
enum { WRMF_I_KEY_BLOCKS = 256, WRMF_I_KEY_FEWEST = 1 << 16 };

typedef struct wrmf_i_key_sort {
    const wrmf_context *context; /* borrowed */
    const int32_t *key;          /* of each element: 0 .. keys - 1; borrowed */
    int64_t keys;
    int64_t blocks;
    int64_t bounds[WRMF_I_KEY_BLOCKS + 1]; /* block b has elements bounds[b] .. bounds[b + 1] - 1 */
    int64_t *places; /* blocks x keys: where the next element of a block with that key goes */
} wrmf_i_key_sort;

/** How many blocks are worth it for n elements, on a context whose workers may be used, or NULL: 1
 *  if sorting by blocks gains nothing. */
int64_t wrmf_i_key_sort_blocks(const wrmf_context *context, int64_t n, int64_t keys);

/** Find the places for elements, whose context, key, keys, blocks and bounds are set. offsets, of
 *  keys + 1 numbers, gets where each key's elements begin. Room for places comes from the
 *  context's allocator; wrmf_i_key_sort_end() frees it. */
wrmf_status wrmf_i_key_sort_begin(wrmf_context *context, wrmf_i_key_sort *sort, int64_t *offsets,
                                  wrmf_error *err);
/** NULL in places is allowed. */
void wrmf_i_key_sort_end(wrmf_i_key_sort *sort);

/** Have all workers touch an array that blocks are to be moved to, so that its pages do not all
 * come from the first block. NULL is allowed. */
wrmf_status wrmf_i_key_sort_touch(wrmf_context *context, void *array, size_t bytes,
                                  wrmf_error *err);

/** The places of a block: an element with key k goes to number places[k]++. */
static inline int64_t *wrmf_i_key_sort_places(const wrmf_i_key_sort *sort, size_t block)
{
    return sort->places + (int64_t)block * sort->keys;
}

#endif /* WRMF_DATA_KEY_SORT_H */
