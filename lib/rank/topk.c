/* SPDX-License-Identifier: BSD-2-Clause */
#include "rank/topk.h"

/* Move entry i of a heap of n down to where no child is worse. */
static void sink(wrmf_i_entry *heap, int64_t i, int64_t n)
{
    const wrmf_i_entry entry = heap[i];
    for (;;) {
        int64_t child = 2 * i + 1;
        if (child >= n)
            break;
        if (child + 1 < n && wrmf_i_better(heap[child], heap[child + 1]))
            child++;
        if (!wrmf_i_better(entry, heap[child]))
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = entry;
}

/* Move entry i up to where its parent is not better than it. */
static void rise(wrmf_i_entry *heap, int64_t i)
{
    const wrmf_i_entry entry = heap[i];
    while (i > 0 && wrmf_i_better(heap[(i - 1) / 2], entry)) {
        heap[i] = heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap[i] = entry;
}

void wrmf_i_top_offer(wrmf_i_top *top, double score, int32_t index)
{
    const wrmf_i_entry entry = {wrmf_i_ordered_score(score), index};
    if (top->size < top->k) {
        top->entries[top->size] = entry;
        rise(top->entries, top->size++);
    } else if (wrmf_i_better(entry, top->entries[0])) {
        top->entries[0] = entry;
        sink(top->entries, 0, top->size);
    }
}

void wrmf_i_top_sort(wrmf_i_top *top)
{
    for (int64_t n = top->size - 1; n > 0; n--) {
        const wrmf_i_entry worst = top->entries[0];
        top->entries[0] = top->entries[n];
        top->entries[n] = worst;
        sink(top->entries, 0, n);
    }
}
