/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/length_order.h - rows in the order of their lengths, for tables whose longest rows are
 * looked at first.
 */
#ifndef WRMF_RANK_LENGTH_ORDER_H
#define WRMF_RANK_LENGTH_ORDER_H

#include <stdint.h>

/** Numbers of the scratch that sorting takes. */
enum { WRMF_I_LENGTH_BUCKETS = 1 << 16 };

/** order gets the n rows, longest first: lengths within 1 % of one another count as equal, and
 *  such rows keep their order. buckets is scratch. */
void wrmf_i_order_by_length(const double *lengths, int64_t n, int32_t *buckets, int32_t *order);

#endif /* WRMF_RANK_LENGTH_ORDER_H */
