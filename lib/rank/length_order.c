/* SPDX-License-Identifier: BSD-2-Clause */
#include "rank/length_order.h"

#include <string.h>

enum { BUCKETS = WRMF_I_LENGTH_BUCKETS };

/* A length's bucket is its sign, exponent and first bits. The longest are in bucket 0. */
static int32_t bucket_of(double length)
{
    const float rounded = (float)length;
    uint32_t bits;
    memcpy(&bits, &rounded, sizeof bits);
    return BUCKETS - 1 - (int32_t)(bits >> 16);
}

void wrmf_i_order_by_length(const double *lengths, int64_t n, int32_t *buckets, int32_t *order)
{
    memset(buckets, 0, BUCKETS * sizeof *buckets);
    for (int64_t row = 0; row < n; row++)
        buckets[bucket_of(lengths[row])]++;
    for (int32_t bucket = 0, sum = 0; bucket < BUCKETS; bucket++) {
        const int32_t here = buckets[bucket];
        buckets[bucket] = sum;
        sum += here;
    }
    for (int64_t row = 0; row < n; row++)
        order[buckets[bucket_of(lengths[row])]++] = (int32_t)row;
}
