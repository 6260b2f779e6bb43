/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/filter.h - which of the ranked rows may be in a list.
 *
 * A row may if it is in none of the sets that are left out; is among the candidates, where there
 * are some; and its score is not below the minimum, if there is one. Nothing here depends on the
 * precision.
 */
#ifndef WRMF_RANK_FILTER_H
#define WRMF_RANK_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "rank/topk.h"

enum {
    WRMF_I_FILTER_SETS = 4,   /* sets that a filter leaves out, at most */
    WRMF_I_FILTER_WORDS = 32, /* of 64 bits, of its marks */
};

/** Rows in ascending order, each once; borrowed. */
typedef struct wrmf_i_row_set {
    const int32_t *rows;
    int64_t n;
} wrmf_i_row_set;

/** Zero-initialised: every row may be in the list. */
typedef struct wrmf_i_filter {
    wrmf_i_row_set left_out[WRMF_I_FILTER_SETS];
    int n_sets;              /* in left_out; none of them is empty */
    const uint64_t *allowed; /* bit r % 64 of word r / 64: row r is a candidate; NULL: all are */
    bool is_chosen;          /* only the rows of `chosen` are candidates: they alone are scored */
    wrmf_i_row_set chosen;
    bool has_minimum;
    double minimum; /* the least score of a list; never NaN */
} wrmf_i_filter;

/** Leave out n rows more. */
void wrmf_i_filter_leave_out(wrmf_i_filter *filter, const int32_t *rows, int64_t n);

static inline bool wrmf_i_bit_is_set(const uint64_t *bits, int64_t i)
{
    return bits[i / 64] >> i % 64 & 1;
}

/* A look at single rows: most that may be in the list are known by one mark, the others by a
 * search. */

/** Fill the marks: each row that is left out sets the bit of its index modulo their number. */
void wrmf_i_filter_mark(const wrmf_i_filter *filter, uint64_t marks[WRMF_I_FILTER_WORDS]);
/** Whether a row is in none of the sets. */
bool wrmf_i_filter_search(const wrmf_i_filter *filter, int32_t row);

static inline bool wrmf_i_filter_passes(const wrmf_i_filter *filter, const uint64_t *marks,
                                        int32_t row)
{
    if (filter->allowed && !wrmf_i_bit_is_set(filter->allowed, row))
        return false;
    return !(marks[row / 64 % WRMF_I_FILTER_WORDS] >> row % 64 & 1) ||
           wrmf_i_filter_search(filter, row);
}

/** Whether one row may be in the list, as far as it is not its score that matters. */
bool wrmf_i_filter_admits(const wrmf_i_filter *filter, int32_t row);

/** A walk over all rows in ascending order; zero-initialised: before the first. */
typedef struct wrmf_i_filter_walk {
    int64_t next[WRMF_I_FILTER_SETS]; /* of each set: the first of its rows that is not passed */
} wrmf_i_filter_walk;

/** Bit i, i < n: row first + i passes. The walk is at `first`, a multiple of n or, in the last
 *  step, of 16; n <= 32. */
static inline uint32_t wrmf_i_filter_step(const wrmf_i_filter *filter, wrmf_i_filter_walk *walk,
                                          int64_t first, int64_t n)
{
    uint32_t bits = n < 32 ? ((uint32_t)1 << n) - 1 : ~(uint32_t)0;
    for (int i = 0; i < filter->n_sets; i++) {
        const wrmf_i_row_set *const set = &filter->left_out[i];
        int64_t next = walk->next[i];
        while (next < set->n && set->rows[next] < first + n)
            bits &= ~((uint32_t)1 << (set->rows[next++] - first));
        walk->next[i] = next;
    }
    if (filter->allowed)
        bits &= (uint32_t)(filter->allowed[first / 64] >> first % 64);
    return bits;
}

/** Offer the rows of 0 .. n_rows - 1 that pass, each with a score of 0, until the list is full. */
void wrmf_i_filter_offer_zeros(const wrmf_i_filter *filter, int64_t n_rows, wrmf_i_top *top);

/** Take off the end of a sorted list what is below the minimum. */
void wrmf_i_filter_cut(const wrmf_i_filter *filter, wrmf_i_top *top);

#endif /* WRMF_RANK_FILTER_H */
