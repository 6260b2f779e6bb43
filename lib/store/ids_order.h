/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store/ids_order.h - the order of ids, by which those of a mapped file are found
 * (data/ids_stored.h).
 */
#ifndef WRMF_STORE_IDS_ORDER_H
#define WRMF_STORE_IDS_ORDER_H

#include "data/ids.h"

/** *order gets the indices of all ids, by ascending ids: as many elements of memory of the
 *  allocator as there are ids. Cost: O(n log n). */
wrmf_status wrmf_i_ids_order(const wrmf_i_allocator *allocator, const wrmf_ids *ids,
                             int32_t **order, wrmf_error *err);

/** Check that an order (int32_t, from any address) has each index of n stored ids once, by
 *  ascending ids: then no two ids are the same. The names of tensors are for messages. */
wrmf_status wrmf_i_ids_order_check(const wrmf_i_ids_stored *stored, const char *order_name,
                                   const char *ids_name, wrmf_error *err);

#endif /* WRMF_STORE_IDS_ORDER_H */
