/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/key_sort.h"

#include <string.h>

#include "par/progress.h"

enum {
    SPANS = 64,     /* of keys, whose places are found by a task each */
    POLL = 1 << 18, /* after so many elements a task looks whether it is to stop */
    BLOCKS_A_WORKER = 2,
};

int64_t wrmf_i_key_sort_blocks(const wrmf_context *context, int64_t n, int64_t keys)
{
    if (!context || context->workers == 1 || n < WRMF_I_KEY_FEWEST)
        return 1;
    int64_t blocks = (int64_t)context->workers * BLOCKS_A_WORKER;
    if (blocks > WRMF_I_KEY_BLOCKS)
        blocks = WRMF_I_KEY_BLOCKS;
    /* places take no more memory than half of the elements would as doubles */
    if (blocks > n / (2 * keys + 1))
        blocks = n / (2 * keys + 1);
    return blocks > 1 ? blocks : 1;
}

typedef struct key_job {
    wrmf_i_key_sort *sort;
    int64_t *offsets;
    int64_t sums[SPANS]; /* elements of each span; then, of the spans before it */
} key_job;

static void count_block(void *self, size_t block, size_t worker)
{
    const key_job *const job = self;
    const wrmf_i_key_sort *const sort = job->sort;
    int64_t *const counts = wrmf_i_key_sort_places(sort, block);
    const int64_t end = sort->bounds[block + 1];
    (void)worker;
    memset(counts, 0, (size_t)sort->keys * sizeof *counts);
    for (int64_t at = sort->bounds[block]; at < end && !wrmf_i_should_stop(sort->context);) {
        const int64_t stop = end - at < POLL ? end : at + POLL;
        for (; at < stop; at++)
            counts[sort->key[at]]++;
    }
}

static int64_t span_begin(const wrmf_i_key_sort *sort, size_t span)
{
    return sort->keys / SPANS * (int64_t)span + sort->keys % SPANS * (int64_t)span / SPANS;
}

static void sum_span(void *self, size_t span, size_t worker)
{
    key_job *const job = self;
    const wrmf_i_key_sort *const sort = job->sort;
    const int64_t begin = span_begin(sort, span), end = span_begin(sort, span + 1);
    int64_t sum = 0;
    (void)worker;
    for (int64_t block = 0; block < sort->blocks; block++) {
        const int64_t *const counts = wrmf_i_key_sort_places(sort, (size_t)block);
        for (int64_t key = begin; key < end; key++)
            sum += counts[key];
    }
    job->sums[span] = sum;
}

static void place_span(void *self, size_t span, size_t worker)
{
    const key_job *const job = self;
    const wrmf_i_key_sort *const sort = job->sort;
    const int64_t end = span_begin(sort, span + 1);
    int64_t at = job->sums[span];
    (void)worker;
    for (int64_t key = span_begin(sort, span); key < end; key++) {
        job->offsets[key] = at;
        for (int64_t block = 0; block < sort->blocks; block++) {
            int64_t *const place = wrmf_i_key_sort_places(sort, (size_t)block) + key;
            const int64_t count = *place;
            *place = at;
            at += count;
        }
    }
}

static wrmf_status find_places(wrmf_context *context, key_job *job, wrmf_error *err)
{
    wrmf_i_key_sort *const sort = job->sort;
    WRMF_I_TRY(wrmf_i_parallel(context, (size_t)sort->blocks, count_block, job, err));
    WRMF_I_TRY(wrmf_i_parallel(context, SPANS, sum_span, job, err));
    int64_t before = 0;
    for (int span = 0; span < SPANS; span++) {
        const int64_t here = job->sums[span];
        job->sums[span] = before;
        before += here;
    }
    job->offsets[sort->keys] = before;
    return wrmf_i_parallel(context, SPANS, place_span, job, err);
}

wrmf_status wrmf_i_key_sort_begin(wrmf_context *context, wrmf_i_key_sort *sort, int64_t *offsets,
                                  wrmf_error *err)
{
    key_job job = {.sort = sort, .offsets = offsets};
    sort->places = wrmf_i_alloc(&context->allocator, (size_t)sort->blocks * (size_t)sort->keys,
                                sizeof *sort->places);
    if (!sort->places)
        return wrmf_i_fail_memory(err, "a sort");
    const wrmf_status status = find_places(context, &job, err);
    if (status != WRMF_OK)
        wrmf_i_key_sort_end(sort);
    return status;
}

void wrmf_i_key_sort_end(wrmf_i_key_sort *sort)
{
    wrmf_i_free(&sort->context->allocator, sort->places, (size_t)sort->blocks * (size_t)sort->keys,
                sizeof *sort->places);
    sort->places = NULL;
}

/* ---- the arrays that elements are moved to ---- */

enum { PAGE = 4096, TOUCHED = 1 << 18 }; /* bytes of the smallest page, and of a task */

typedef struct touch_job {
    volatile char *array;
    size_t bytes;
} touch_job;

static void touch_part(void *self, size_t part, size_t worker)
{
    const touch_job *const job = self;
    const size_t begin = part * TOUCHED, left = job->bytes - begin;
    const size_t end = begin + (left < TOUCHED ? left : TOUCHED);
    (void)worker;
    for (size_t at = begin; at < end; at += PAGE)
        job->array[at] = 0;
}

wrmf_status wrmf_i_key_sort_touch(wrmf_context *context, void *array, size_t bytes, wrmf_error *err)
{
    touch_job job = {array, bytes};
    if (!array)
        return WRMF_OK;
    return wrmf_i_parallel(context, (bytes + TOUCHED - 1) / TOUCHED, touch_part, &job, err);
}
