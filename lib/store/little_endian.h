/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store/little_endian.h - numbers of a file, whose lowest byte comes first, from any address.
 * Compilers make plain loads of these where the machine has them in the same order.
 */
#ifndef WRMF_STORE_LITTLE_ENDIAN_H
#define WRMF_STORE_LITTLE_ENDIAN_H

#include <stdint.h>

static inline uint32_t wrmf_i_load32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t wrmf_i_load64(const unsigned char *p)
{
    return (uint64_t)wrmf_i_load32(p) | (uint64_t)wrmf_i_load32(p + 4) << 32;
}

static inline void wrmf_i_store32(unsigned char *p, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(value >> (8 * i));
}

static inline void wrmf_i_store64(unsigned char *p, uint64_t value)
{
    wrmf_i_store32(p, (uint32_t)value);
    wrmf_i_store32(p + 4, (uint32_t)(value >> 32));
}

#endif /* WRMF_STORE_LITTLE_ENDIAN_H */
