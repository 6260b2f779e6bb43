/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/topk.h - the k best of a stream of scores: a heap whose root is the worst of them. Of equal
 * scores the lower index is the better one, everywhere. A score that overflows is an infinity, and
 * one that has no number, a sum of infinities of both signs, takes the place of -infinity: so all
 * are in one order, and a list is the head of every longer one.
 */
#ifndef WRMF_RANK_TOPK_H
#define WRMF_RANK_TOPK_H

#include <math.h>
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

/** A score as it is ordered and shown: never NaN. */
static inline double wrmf_i_ordered_score(double score)
{
    return isnan(score) ? -(double)INFINITY : score;
}

static inline bool wrmf_i_better(wrmf_i_entry a, wrmf_i_entry b)
{
    return a.score > b.score || (a.score == b.score && a.index < b.index);
}

/** Offer an entry of any score; it is kept while it is among the k best. k is at least 1. */
void wrmf_i_top_offer(wrmf_i_top *top, double score, int32_t index);
/** Sort the entries, best first. Nothing can be offered afterwards. */
void wrmf_i_top_sort(wrmf_i_top *top);

#endif /* WRMF_RANK_TOPK_H */
