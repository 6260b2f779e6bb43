/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/random.h - random numbers as a function of a counter.
 *
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy
 * as 1, 2, 3", SC 2011): a number depends on (seed, stream, index) alone, so any
 * thread may draw any of them in any order.
 */
#ifndef WRMF_BASE_RANDOM_H
#define WRMF_BASE_RANDOM_H

#include <stdint.h>

/** Streams, so that two uses of one seed have nothing in common. */
enum {
    WRMF_I_STREAM_USERS = 0,         /* start of the users' factors */
    WRMF_I_STREAM_ITEMS = 1,         /* start of the items' factors */
    WRMF_I_STREAM_SPLIT_USERS = 2,   /* which users a split chooses */
    WRMF_I_STREAM_SPLIT_ENTRIES = 3, /* which of their entries it moves */
};

/** 128 bits for one (seed, stream, high, low). */
void wrmf_i_random_block(uint64_t seed, uint32_t stream, uint32_t high, uint64_t low,
                         uint32_t out[4]);

/** A uniform 64-bit number. */
uint64_t wrmf_i_random_u64(uint64_t seed, uint32_t stream, uint32_t high, uint64_t low);

/** A uniform number in 0 .. bound - 1 without bias, bound >= 1; draws again, with
 *  high counted up from the one given, where it must. */
uint64_t wrmf_i_random_below(uint64_t seed, uint32_t stream, uint32_t high, uint64_t low,
                             uint64_t bound);

/** Two independent standard normal numbers (Box-Muller). */
void wrmf_i_random_normal2(uint64_t seed, uint32_t stream, uint32_t high, uint64_t low,
                           double out[2]);

#endif /* WRMF_BASE_RANDOM_H */
