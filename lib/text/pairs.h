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
    int32_t *user, *item; /* of each pair: their indices */
    double *count;        /* of each pair; NULL: all are 1 */
    double *time;         /* of each pair; NULL without times */
    /* Of each pair: its line; NULL without counts below 0, or where counts are not added. */
    double *lines;
    wrmf_i_location *locations; /* of each pair; NULL unless under WRMF_DUPLICATES_REFUSE */
    int64_t n;                  /* pairs that were collected */
    int64_t room;               /* pairs that the arrays have memory for */
    int64_t distinct;           /* pairs that were left when repeats were merged last */
    int64_t merged;             /* repeats that are gone so far */
    int64_t patience;           /* pairs below which repeats are not merged early */
    bool timed;                 /* times are kept: of a pair the latest */
} wrmf_i_pairs;

/** A pair whose counts do not add up to a count. */
typedef struct wrmf_i_bad_sum {
    int64_t user, item; /* user: -1 if there is none */
    double sum;         /* 0, or not finite */
    int64_t line;       /* the last that gives it; 0: not known */
} wrmf_i_bad_sum;

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
/** Keep lines from now on, where counts are added; those of the pairs so far are 0. */
wrmf_status wrmf_i_pairs_number(wrmf_i_pairs *pairs, wrmf_error *err);

/** Add a pair, for which there is room, whose count is finite and not 0, from a line. */
static inline wrmf_status wrmf_i_pairs_add(wrmf_i_pairs *pairs, int64_t user, int64_t item,
                                           double count, int64_t line, wrmf_error *err)
{
    pairs->user[pairs->n] = (int32_t)user;
    pairs->item[pairs->n] = (int32_t)item;
    if (!pairs->count && count != 1.0)
        WRMF_I_TRY(wrmf_i_pairs_count(pairs, err));
    if (!pairs->lines && count < 0)
        WRMF_I_TRY(wrmf_i_pairs_number(pairs, err));
    if (pairs->count)
        pairs->count[pairs->n] = count;
    if (pairs->lines)
        pairs->lines[pairs->n] = (double)line;
    pairs->n++;
    return WRMF_OK;
}

/** The same with its time, which is finite; it is not kept where times are not. */
static inline wrmf_status wrmf_i_pairs_add_timed(wrmf_i_pairs *pairs, int64_t user, int64_t item,
                                                 double count, double time, int64_t line,
                                                 wrmf_error *err)
{
    if (pairs->time)
        pairs->time[pairs->n] = time;
    return wrmf_i_pairs_add(pairs, user, item, count, line, err);
}

/** Make the matrix of all pairs; pairs->merged is complete then. *times, which the caller frees,
 *  becomes the time of each entry; without times it may be NULL itself, and is not written. Where
 *  counts of a pair add up to 0 or are too large, *bad becomes that pair, and the status is
 *  WRMF_E_FORMAT or WRMF_E_NONFINITE; the caller, who knows the names, explains it. */
wrmf_status wrmf_i_pairs_matrix(wrmf_i_pairs *pairs, int64_t users, int64_t items,
                                wrmf_matrix **out, double **times, wrmf_i_bad_sum *bad,
                                wrmf_error *err);

#endif /* WRMF_TEXT_PAIRS_H */
