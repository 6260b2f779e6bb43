/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/random.h - random numbers as a function of a counter.
 *
 * The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011). A number depends on the seed, the stream and a counter alone, so any thread
 * may draw any of them in any order. The counter has 96 bits: `high` and `low`.
 */
#ifndef WRMF_BASE_RANDOM_H
#define WRMF_BASE_RANDOM_H

#include <stdint.h>

/** Streams: with different ones, two uses of one seed have no numbers in common. */
enum {
    WRMF_I_STREAM_USERS = 0,             /* start of the users' factors */
    WRMF_I_STREAM_ITEMS = 1,             /* start of the items' factors */
    WRMF_I_STREAM_SPLIT_USERS = 2,       /* which users a split chooses */
    WRMF_I_STREAM_SPLIT_ENTRIES = 3,     /* which of their entries it moves */
    WRMF_I_STREAM_ENTROPY = 4,           /* seeds of hash tables, where the system gives none */
    WRMF_I_STREAM_BOOTSTRAP = 5,         /* which rows a resample has */
    WRMF_I_STREAM_SIGNS = 6,             /* signs of a randomization test */
    WRMF_I_STREAM_SEARCH = 7,            /* which configurations a search draws, in what order */
    WRMF_I_STREAM_SPLIT_SHARES = 8,      /* which entries a split by shares moves */
    WRMF_I_STREAM_SPLIT_WHOLE_USERS = 9, /* whom a split of whole users holds out, and what of it */
};

/** Draw 128 random bits. */
void wrmf_i_random_block(uint64_t seed, uint32_t stream, uint32_t high, uint64_t low,
                         uint32_t out[4]);

/** Draw a uniform 64-bit number. */
uint64_t wrmf_i_random_u64(uint64_t seed, uint32_t stream, uint32_t high, uint64_t low);

/** Draw a uniform number in 0 .. bound - 1 without bias; bound >= 1. A draw that would bring a bias
 *  is repeated with `high` counted up. */
uint64_t wrmf_i_random_below(uint64_t seed, uint32_t stream, uint32_t high, uint64_t low,
                             uint64_t bound);

/** Draw two independent standard normal numbers (Box-Muller). */
void wrmf_i_random_normal2(uint64_t seed, uint32_t stream, uint32_t high, uint64_t low,
                           double out[2]);

#endif /* WRMF_BASE_RANDOM_H */
