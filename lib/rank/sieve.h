/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rank/sieve.h - a table made ready for single lists, which a server keeps: rows rounded to 4 bits
 * a coordinate, longest first.
 *
 * A single list passes over the rounded rows (linalg/sieve_kernels.h) and scores the few that may
 * be in it; it ends where |x||y| of the rows that are left cannot reach its k-th best score. Scores
 * have the same bits as in a full scan, and no row that could be in a list is passed over, so lists
 * are the same, too. What is kept depends on the rows alone, not on the level of the kernels.
 */
#ifndef WRMF_RANK_SIEVE_H
#define WRMF_RANK_SIEVE_H

#include "linalg/sieve_kernels.h"
#include "rank/rank.h"

struct wrmf_i_sieve {
    int64_t panels;             /* 0: a row is too long for bounds, and lists are scanned in full */
    int64_t words;              /* 32-bit words of a rounded row */
    int32_t *order;             /* of each place, longest row first: the row */
    wrmf_i_sieve_panel *bounds; /* of each panel; its length bounds all later panels, too */
    uint32_t *packed;           /* panels x wrmf_i_sieve_panel_size(words): the rounded rows */
};

/** Bytes of memory of a table's sieve, or WRMF_I_TOO_MANY_BYTES (base/carve.h). */
size_t wrmf_i_sieve_bytes(const wrmf_i_table *table);
/** Make the sieve of a table in `memory` (aligned as wrmf_i_alloc() does it), in parallel. The rows
 *  must stay as they are while it is used. */
wrmf_status wrmf_i_sieve_make(wrmf_context *context, const wrmf_i_table *table, wrmf_i_sieve *sieve,
                              void *memory, wrmf_error *err);

/** Use the memory of a sieve that was made of the same rows, elsewhere: false if it is not one of
 * so many rows and bytes. What is not such a sieve passes wrong rows, and none that is not there.
 */
bool wrmf_i_sieve_use(const wrmf_i_table *table, wrmf_i_sieve *sieve, const void *memory,
                      size_t bytes);

#endif /* WRMF_RANK_SIEVE_H */
