/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/split.h - holding interactions out for a test, in the ways that publications have it.
 *
 * wrmf_matrix_split() in wrmf/matrix.h moves a number of entries of some users; here are a share of
 * the entries, whole users, the latest entries, and all from a moment on.
 * docs/protocols.md says which publications have which.
 */
#ifndef WRMF_SPLIT_H
#define WRMF_SPLIT_H

#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/** What a split takes a share of. */
typedef enum wrmf_share_of {
    WRMF_SHARE_OF_EACH_USER = 0,      /**< of the entries of each user */
    WRMF_SHARE_OF_ALL = 1,            /**< of all entries, whosever they are */
    WRMF_SHARE_OF_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_share_of;

/**
 * Split for a test by a share of the entries: move floor((1 + 2^-50) * share * n) random ones of n,
 * each user's or all, with their counts, to the test matrix. A user may keep none under
 * WRMF_SHARE_OF_ALL. Train and test have the shape of the matrix and no pair in common; their sum
 * is it.
 *
 * @param[in]  of     What n is.
 * @param[in]  share  0 .. 1.
 * @param[in]  seed   The same seed gives the same split.
 * @param[out] train  What stays.
 * @param[out] test   What was moved.
 * @retval WRMF_E_NULL   matrix, train or test is NULL.
 * @retval WRMF_E_RANGE  of is none of the enum's, or share is outside its interval.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: any. Cost: O(entries). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_split_share(const wrmf_matrix *matrix,
                                                             wrmf_share_of of, double share,
                                                             uint64_t seed, wrmf_matrix **train,
                                                             wrmf_matrix **test, wrmf_error *err);

/**
 * Split for a test of strong generalization (B. Marlin, "Collaborative filtering: a machine
 * learning perspective", 2004): hold out n_users whole users, chosen at random without replacement
 * among those of whose entries one or more go to the test and one or more stay. What a model is
 * fitted to has nothing of theirs. Of each, floor((1 + 2^-50) * share * entries) random entries go
 * to the test, and the others are given: a model folds them in (wrmf_evaluator_run_folded()).
 *
 * @param[in]  n_users  Users to hold out, 0 .. users of the matrix.
 * @param[in]  share    Of each one's entries, how many go to the test, 0 .. 1.
 * @param[in]  seed     The same seed gives the same split.
 * @param[out] train    The rows of the other users, in their order; users - n_users x items.
 * @param[out] given    n_users x items.
 * @param[out] test     Of the same shape; it has no pair that given has.
 * @param[out] heldout  Room for n_users indices: the rows of the matrix, ascending, whose parts the
 *                      rows of given and test are. May be NULL.
 * All three have the ids' hash of the items alone.
 * @retval WRMF_E_NULL     matrix, train, given or test is NULL.
 * @retval WRMF_E_RANGE    n_users or share is outside its interval.
 * @retval WRMF_E_TOO_FEW  fewer users than n_users can be chosen; the text says how many.
 * @retval WRMF_E_NOMEM    no memory.
 * Threads: any. Cost: O(entries + users). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_split_users(
    const wrmf_matrix *matrix, int64_t n_users, double share, uint64_t seed, wrmf_matrix **train,
    wrmf_matrix **given, wrmf_matrix **test, int64_t *heldout, wrmf_error *err);

/**
 * Split for a test by time: of each user with more than `count` entries, move the `count` latest to
 * the test matrix; of equally late ones those with higher items go first. Train and test have the
 * shape of the matrix and no pair in common; their sum is it.
 *
 * @param[in]  times  When each entry was, in the order of wrmf_matrix_csr(), as
 *                    wrmf_reader_times() gives them: later ones are greater. NULL if there is none.
 * @param[in]  count  Entries to move per user, >= 1.
 * @param[out] train  What stays.
 * @param[out] test   What was moved.
 * @retval WRMF_E_NULL   matrix, train or test is NULL, or times is and there are entries.
 * @retval WRMF_E_RANGE  count is below 1.
 * @retval WRMF_E_NONFINITE  a time is not finite; the text names its position.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: any. Cost: O(entries count). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_split_last(const wrmf_matrix *matrix,
                                                            const double *times, int64_t count,
                                                            wrmf_matrix **train, wrmf_matrix **test,
                                                            wrmf_error *err);

/**
 * Split for a test at a moment, the same for all users: move each entry whose time is not before
 * it. A user may keep none, and an item too.
 * @param[in]  times   As in wrmf_matrix_split_last().
 * @param[in]  moment  Any finite number.
 * @retval WRMF_E_NULL       as there.
 * @retval WRMF_E_NONFINITE  moment or a time is not finite.
 * @retval WRMF_E_NOMEM      no memory.
 * Threads: any. Cost: O(entries). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_split_since(const wrmf_matrix *matrix,
                                                             const double *times, double moment,
                                                             wrmf_matrix **train,
                                                             wrmf_matrix **test, wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_SPLIT_H */
