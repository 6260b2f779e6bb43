/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/pairs.h - interactions as they are read, on their way to a matrix.
 *
 * Memory stays proportional to the number of distinct pairs: when most of the pairs that were
 * collected are repeats, they are merged before more are taken.
 */
#ifndef WRMF_TEXT_PAIRS_H
#define WRMF_TEXT_PAIRS_H

#include "data/csr.h"
#include "io/location.h"

typedef struct wrmf_i_pairs {
    wrmf_context *context; /* borrowed */
    wrmf_duplicates duplicates;
    int32_t *user, *item;       /* of each pair: their indices */
    double *count;              /* of each pair; NULL: all are 1 */
    double *time;               /* of each pair; NULL without times */
    wrmf_i_location *locations; /* of each pair; NULL unless under WRMF_DUPLICATES_REFUSE */
    int64_t n;                  /* pairs that were collected */
    int64_t room;               /* pairs that the arrays have memory for */
    int64_t distinct;           /* pairs that were left when repeats were merged last */
    int64_t merged;             /* repeats that are gone so far */
    int64_t patience;           /* pairs below which repeats are not merged early */
    bool timed;                 /* times are kept: of a pair the latest */
} wrmf_i_pairs;

/** Begin without pairs. Nothing is allocated. */
void wrmf_i_pairs_init(wrmf_i_pairs *pairs, wrmf_context *context, wrmf_duplicates duplicates,
                       bool timed);
/** Pairs that there is room for when n have been collected. */
int64_t wrmf_i_pairs_room(int64_t n);
void wrmf_i_pairs_free(wrmf_i_pairs *pairs);

/** Make room for one more pair when n has reached room. All indices so far are below users and
 *  items. */
wrmf_status wrmf_i_pairs_grow(wrmf_i_pairs *pairs, int64_t users, int64_t items, wrmf_error *err);
/** Keep counts from now on; those of the pairs so far are 1. */
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

/** The same with its time, which is finite; it is not kept where times are not. */
static inline wrmf_status wrmf_i_pairs_add_timed(wrmf_i_pairs *pairs, int64_t user, int64_t item,
                                                 double count, double time, wrmf_error *err)
{
    if (pairs->time)
        pairs->time[pairs->n] = time;
    return wrmf_i_pairs_add(pairs, user, item, count, err);
}

/** Make the matrix of all pairs; pairs->merged is complete then. *times, which the caller frees,
 *  becomes the time of each entry; without times it may be NULL itself, and is not written. */
wrmf_status wrmf_i_pairs_matrix(wrmf_i_pairs *pairs, int64_t users, int64_t items,
                                wrmf_matrix **out, double **times, wrmf_error *err);

#endif /* WRMF_TEXT_PAIRS_H */
