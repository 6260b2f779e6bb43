/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/pairs.h - interactions as they are read, on their way to a matrix.
 *
 * Memory stays proportional to the distinct pairs: when most of what was
 * collected are repeats, they are merged before more is taken.
 */
#ifndef WRMF_TEXT_PAIRS_H
#define WRMF_TEXT_PAIRS_H

#include "data/csr.h"
#include "io/location.h"

typedef struct wrmf_i_pairs {
    wrmf_context *context; /* borrowed */
    wrmf_duplicates duplicates;
    int32_t *user, *item;
    double *count;              /* NULL: all are 1 */
    wrmf_i_location *locations; /* of each pair, under WRMF_DUPLICATES_REFUSE */
    int64_t n, room;
    int64_t distinct; /* pairs that were left when they were merged last */
    int64_t merged;   /* pairs that are gone, so far */
    int64_t patience; /* fewer pairs than these are not merged early */
} wrmf_i_pairs;

/** Empty; nothing is allocated. */
void wrmf_i_pairs_init(wrmf_i_pairs *pairs, wrmf_context *context, wrmf_duplicates duplicates);
void wrmf_i_pairs_free(wrmf_i_pairs *pairs);

/** Make room for one more, when n has reached room; users and items are sizes that
 *  all pairs so far are below. */
wrmf_status wrmf_i_pairs_grow(wrmf_i_pairs *pairs, int64_t users, int64_t items, wrmf_error *err);
/** From now on counts are kept. */
wrmf_status wrmf_i_pairs_count(wrmf_i_pairs *pairs, wrmf_error *err);

/** Add a pair, for which there is room, whose count is finite and > 0. */
static inline wrmf_status wrmf_i_pairs_add(wrmf_i_pairs *pairs, int64_t user, int64_t item,
                                           double count, wrmf_error *err)
{
    pairs->user[pairs->n] = (int32_t)user;
    pairs->item[pairs->n] = (int32_t)item;
    if (!pairs->count && count != 1.0)
        WRMF_I_TRY(wrmf_i_pairs_count(pairs, err));
    if (pairs->count)
        pairs->count[pairs->n] = count;
    pairs->n++;
    return WRMF_OK;
}

/** The matrix of all pairs; merged is complete then. */
wrmf_status wrmf_i_pairs_matrix(wrmf_i_pairs *pairs, int64_t users, int64_t items,
                                wrmf_matrix **out, wrmf_error *err);

#endif /* WRMF_TEXT_PAIRS_H */
