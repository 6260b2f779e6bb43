/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/triplets.h - matrices from triplets: a user, an item and a count each, in any order.
 */
#ifndef WRMF_DATA_TRIPLETS_H
#define WRMF_DATA_TRIPLETS_H

#include "data/csr.h"

/** Triplets of a users x items matrix, borrowed. */
typedef struct wrmf_i_triplets {
    int64_t users, items;
    int64_t n;           /* triplets */
    const int32_t *user; /* n, each in 0 .. users - 1 */
    const int32_t *item; /* n, each in 0 .. items - 1 */
    const double *count; /* n, each finite and not 0; NULL: all are 1 */
    /** A context that the caller has alone: its workers share the work. Or NULL. */
    wrmf_context *workers;
    /** Counts of a pair that add up to 0, or to no finite number, are its entry: the caller looks
     *  for them. Else they are an error that names the pair by its indices. */
    bool keeps_sums;
} wrmf_i_triplets;

/**
 * Make a matrix of triplets. Two stable counting sorts take O(n + users + items) time, and of the
 * triplets of one pair the first is the one that is given first. WRMF_DUPLICATES_REFUSE fails with
 * the first position whose pair was given before. *merged becomes the number of triplets whose pair
 * was given before; it may be NULL. Meanwhile 8 bytes a triplet are needed, 24 with counts or with
 * WRMF_DUPLICATES_REFUSE, beside the matrix.
 */
wrmf_status wrmf_i_matrix_from_triplets(wrmf_context *context, const wrmf_i_triplets *triplets,
                                        wrmf_duplicates duplicates, int64_t *merged,
                                        wrmf_matrix **out, wrmf_error *err);

/** The first position whose pair was given before, or -1. */
wrmf_status wrmf_i_first_repeat(wrmf_context *context, const wrmf_i_triplets *triplets,
                                int64_t *position, wrmf_error *err);

#endif /* WRMF_DATA_TRIPLETS_H */
