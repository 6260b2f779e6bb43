/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/topk.h - the k best of a stream of scores: a heap whose root is the worst of them. Of equal
 * scores the lower index is the better one, everywhere.
 */
#ifndef WRMF_RANK_TOPK_H
#define WRMF_RANK_TOPK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct wrmf_i_entry {
    double score;
    int32_t index;
} wrmf_i_entry;

typedef struct wrmf_i_top {
    wrmf_i_entry *entries; /* room for k; the caller's */
    int64_t k;             /* entries that are kept */
    int64_t size;          /* entries so far */
} wrmf_i_top;

static inline bool wrmf_i_better(wrmf_i_entry a, wrmf_i_entry b)
{
    return a.score > b.score || (a.score == b.score && a.index < b.index);
}

/** Offer an entry; it is kept while it is among the k best. k is at least 1. */
void wrmf_i_top_offer(wrmf_i_top *top, double score, int32_t index);
/** Sort the entries, best first. Nothing can be offered afterwards. */
void wrmf_i_top_sort(wrmf_i_top *top);

#endif /* WRMF_RANK_TOPK_H */
