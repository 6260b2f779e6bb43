/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/derive.h - matrices that are derived from others. Each call does what the one of its name in
 * wrmf/matrix.h does; its arguments are known to be in range.
 */
#ifndef WRMF_DATA_DERIVE_H
#define WRMF_DATA_DERIVE_H

#include "data/csr.h"
#include "wrmf/split.h"

wrmf_status wrmf_i_matrix_select(const wrmf_matrix *matrix, const int64_t *rows, int64_t n,
                                 wrmf_matrix **out, wrmf_error *err);
/** Also what wrmf_matrix_add() does. */
wrmf_status wrmf_i_matrix_merge(const wrmf_matrix *a, const wrmf_matrix *b,
                                wrmf_duplicates duplicates, wrmf_matrix **out, wrmf_error *err);
/** Pairs of either, those of dislikes with their counts below 0. */
wrmf_status wrmf_i_matrix_with_dislikes(const wrmf_matrix *likes, const wrmf_matrix *dislikes,
                                        wrmf_matrix **out, wrmf_error *err);
/** Whether it has dislikes. Cost: O(entries). */
bool wrmf_i_has_dislikes(const wrmf_matrix *matrix);
/** The matrix without its dislikes, for the caller to release: itself, held, where it has none. */
wrmf_status wrmf_i_matrix_likes(const wrmf_matrix *matrix, wrmf_matrix **out, wrmf_error *err);
/** A map NULL leaves the rows, or the columns, where they are: there are to be at least as many. */
wrmf_status wrmf_i_matrix_renumber(const wrmf_matrix *matrix, const int64_t *users, int64_t n_users,
                                   const int64_t *items, int64_t n_items, wrmf_matrix **out,
                                   wrmf_error *err);
wrmf_status wrmf_i_matrix_without(const wrmf_matrix *matrix, wrmf_side side, const int64_t *indices,
                                  int64_t n, wrmf_matrix **out, wrmf_error *err);
wrmf_status wrmf_i_matrix_threshold(const wrmf_matrix *matrix, int64_t min_per_user,
                                    int64_t min_per_item, wrmf_matrix **out, int64_t *kept_users,
                                    int64_t *kept_items, wrmf_error *err);
/** The first rows and columns, of which the matrix has as many or more. */
wrmf_status wrmf_i_matrix_head(const wrmf_matrix *matrix, int64_t rows, int64_t columns,
                               wrmf_matrix **out, wrmf_error *err);
wrmf_status wrmf_i_matrix_split(const wrmf_matrix *matrix, int64_t count, double fraction,
                                uint64_t seed, wrmf_matrix **train, wrmf_matrix **test,
                                int64_t *heldout, int64_t *n_heldout, wrmf_error *err);

/* These do what those of wrmf/split.h do. */
wrmf_status wrmf_i_matrix_split_share(const wrmf_matrix *matrix, wrmf_share_of of, double share,
                                      uint64_t seed, wrmf_matrix *parts[2], wrmf_error *err);
wrmf_status wrmf_i_matrix_split_last(const wrmf_matrix *matrix, const double *times, int64_t count,
                                     wrmf_matrix *parts[2], wrmf_error *err);
wrmf_status wrmf_i_matrix_split_since(const wrmf_matrix *matrix, const double *times, double moment,
                                      wrmf_matrix *parts[2], wrmf_error *err);
/** parts: train, given, test. heldout may be NULL. */
wrmf_status wrmf_i_matrix_split_users(const wrmf_matrix *matrix, int64_t n_users, double share,
                                      uint64_t seed, wrmf_matrix *parts[3], int64_t *heldout,
                                      wrmf_error *err);

/** Make the matrix of the entries whose `moved`, one for each entry, is `which`. */
wrmf_status wrmf_i_matrix_part(const wrmf_matrix *matrix, const unsigned char *moved, int which,
                               wrmf_matrix **out, wrmf_error *err);
/** The whole number that is meant by a fraction of n, 0 .. n. */
int64_t wrmf_i_share_of(double fraction, int64_t n);

#endif /* WRMF_DATA_DERIVE_H */
