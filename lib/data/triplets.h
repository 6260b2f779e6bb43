/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/triplets.h - matrices from triplets and from rows that are not known to be
 * well formed.
 */
#ifndef WRMF_DATA_TRIPLETS_H
#define WRMF_DATA_TRIPLETS_H

#include "data/csr.h"

/**
 * From triplets in any order, whose indices are known to be in range and whose
 * counts (NULL: all 1) are finite and > 0. Two stable counting sorts, so it costs
 * O(n + users + items), and "first" means the order in which they are given.
 * WRMF_DUPLICATES_REFUSE names the first position whose pair is there already.
 * Memory meanwhile: 8 bytes a triplet, 24 where counts or REFUSE are given, and
 * the matrix.
 */
wrmf_status wrmf_i_matrix_from_triplets(wrmf_context *context, int64_t users, int64_t items,
                                        int64_t n, const int32_t *user, const int32_t *item,
                                        const double *count, wrmf_duplicates duplicates,
                                        int64_t *merged, wrmf_matrix **out, wrmf_error *err);

/** The first position whose pair is there already, or -1. */
wrmf_status wrmf_i_first_repeat(wrmf_context *context, int64_t users, int64_t items, int64_t n,
                                const int32_t *user, const int32_t *item, int64_t *position,
                                wrmf_error *err);

/** Whether all are 1, as they are where values is NULL. */
bool wrmf_i_all_ones(int64_t entries, const double *values);
/** A matrix whose counts are all 1 has no values: smaller, and faster to use. So
 *  if they are, give them back to the allocator and make the pointer NULL. */
void wrmf_i_drop_ones(const wrmf_i_allocator *allocator, int64_t entries, double **values);

/** Check compressed rows; item columns come as int32 or int64 (the other is
 *  NULL). Names the first bad row and position. */
wrmf_status wrmf_i_check_rows(int64_t users, int64_t items, const int64_t *offsets,
                              const int32_t *item32, const int64_t *item64, const double *count,
                              wrmf_error *err);
/** Check a count: WRMF_E_NONFINITE or WRMF_E_FORMAT, naming count[position]. */
wrmf_status wrmf_i_check_count(double count, int64_t position, wrmf_error *err);

#endif /* WRMF_DATA_TRIPLETS_H */
