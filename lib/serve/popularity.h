/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve/popularity.h - the rows of a side by how much they are used: a list for one of whom nothing
 * is known.
 */
#ifndef WRMF_SERVE_POPULARITY_H
#define WRMF_SERVE_POPULARITY_H

#include "data/csr.h"
#include "rank/filter.h"
#include "wrmf/query.h"

/** Zero-initialised: not known. */
typedef struct wrmf_i_popularity {
    int64_t n;           /* rows of the side */
    wrmf_i_entry *by[2]; /* n entries, best first: by the number of entries, and by the sum of
                            their counts; the same array where all counts are 1 */
} wrmf_i_popularity;

/** Count how a side's rows are used in a matrix, users x items. WRMF_E_NOMEM. */
wrmf_status wrmf_i_popularity_make(const wrmf_i_allocator *allocator, const wrmf_matrix *matrix,
                                   wrmf_side side, wrmf_i_popularity *out, wrmf_error *err);
void wrmf_i_popularity_free(const wrmf_i_allocator *allocator, wrmf_i_popularity *popularity);
/** Bytes that it takes. */
size_t wrmf_i_popularity_bytes(const wrmf_i_popularity *popularity);

/** Bytes that keep one of the two arrays, and these bytes themselves. */
size_t wrmf_i_popularity_packed(int64_t n);
void wrmf_i_popularity_pack(const wrmf_i_entry *entries, int64_t n, void *to);
/** Make an array of such bytes: WRMF_E_FORMAT if they are not of n rows. */
wrmf_status wrmf_i_popularity_unpack(const wrmf_i_allocator *allocator, const void *from,
                                     size_t bytes, int64_t n, wrmf_i_entry **out, wrmf_error *err);

/** Fill a list with the most popular rows that pass the filter, whose minimum is not looked at. */
void wrmf_i_popularity_list(const wrmf_i_popularity *popularity, wrmf_popularity kind,
                            const wrmf_i_filter *filter, wrmf_i_top *top);

#endif /* WRMF_SERVE_POPULARITY_H */
