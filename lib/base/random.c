/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/random.h"

#include <math.h>

void wrmf_i_random_block(uint64_t seed, uint32_t stream, uint32_t high, uint64_t low,
                         uint32_t out[4])
{
    uint32_t c0 = (uint32_t)low, c1 = (uint32_t)(low >> 32), c2 = high, c3 = stream;
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        const uint64_t p0 = (uint64_t)0xD2511F53u * c0;
        const uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;
        const uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        const uint32_t n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        c0 = n0;
        c2 = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

uint64_t wrmf_i_random_u64(uint64_t seed, uint32_t stream, uint32_t high, uint64_t low)
{
    uint32_t bits[4];
    wrmf_i_random_block(seed, stream, high, low, bits);
    return (uint64_t)bits[1] << 32 | bits[0];
}

uint64_t wrmf_i_random_below(uint64_t seed, uint32_t stream, uint32_t high, uint64_t low,
                             uint64_t bound)
{
    /* with the numbers below 2^64 mod bound, small results would be more likely than others */
    const uint64_t unfair = (0 - bound) % bound;
    for (;; high++) {
        const uint64_t number = wrmf_i_random_u64(seed, stream, high, low);
        if (number >= unfair)
            return number % bound;
    }
}

void wrmf_i_random_normal2(uint64_t seed, uint32_t stream, uint32_t high, uint64_t low,
                           double out[2])
{
    uint32_t bits[4];
    wrmf_i_random_block(seed, stream, high, low, bits);
    const uint64_t a = (uint64_t)bits[1] << 32 | bits[0];
    const uint64_t b = (uint64_t)bits[3] << 32 | bits[2];
    /* a in (0, 1], so that its logarithm is finite */
    const double radius = sqrt(-2.0 * log(((double)(a >> 11) + 1.0) * 0x1p-53));
    const double angle = 6.283185307179586476925 * ((double)(b >> 11) * 0x1p-53);
    out[0] = radius * cos(angle);
    out[1] = radius * sin(angle);
}
