/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/matrix.h - the sparse interaction matrix, users x items.
 *
 * A matrix never changes once it is made. Its stored entries are counts, finite
 * and > 0, or below 0 of dislikes (wrmf_matrix_with_dislikes()); a cell that is not stored is a
 * pair that was not observed. Rows are stored one after another, the items of a row in ascending
 * order, each once (compressed sparse rows).
 *
 * Objects that work with a matrix for longer than a call (a transpose, an
 * evaluator, a grid) hold it: wrmf_matrix_free() gives up the caller's hold
 * only, and the last one frees it.
 */
#ifndef WRMF_MATRIX_H
#define WRMF_MATRIX_H

#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/**
 * Make a matrix from (user, item, count) triplets in any order.
 *
 * @param[in]  context     Gives the allocator.
 * @param[in]  users       Rows, 0 .. 2^31 - 1.
 * @param[in]  items       Columns, 0 .. 2^31 - 1.
 * @param[in]  n           Triplets, >= 0.
 * @param[in]  user        n row indices, each 0 .. users - 1. NULL if n is 0.
 * @param[in]  item        n column indices, each 0 .. items - 1. NULL if n is 0.
 * @param[in]  count       n counts, finite and > 0; NULL: each is 1.
 * @param[in]  duplicates  What becomes of a pair that is given again.
 * @param[out] merged      How many triplets were merged into an earlier one,
 *                         or NULL.
 * @param[out] out         The new matrix.
 * @param[out] err         Explanation on failure, or NULL.
 * @retval WRMF_E_NULL       a required pointer is NULL.
 * @retval WRMF_E_RANGE      a size or an index is outside its interval; the
 *                           text names argument and position.
 * @retval WRMF_E_FORMAT     a count is not > 0, or a pair is given again under
 *                           WRMF_DUPLICATES_REFUSE; position as above.
 * @retval WRMF_E_NONFINITE  a count, or a sum of counts, is not finite.
 * @retval WRMF_E_NOMEM      no memory.
 * Threads: one at a time. Cost: O(n + users + items). Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_from_triplets(
    wrmf_context *context, int64_t users, int64_t items, int64_t n, const int64_t *user,
    const int64_t *item, const double *count, wrmf_duplicates duplicates, int64_t *merged,
    wrmf_matrix **out, wrmf_error *err);

/**
 * The same with dislikes: those of a count below 0, as wrmf_matrix_with_dislikes() has them. Under
 * WRMF_DUPLICATES_MAX a like is above any dislike, and a weaker dislike above a stronger one.
 * @param[in]  count  n counts, finite and not 0; NULL: each is 1.
 * @retval WRMF_E_FORMAT     a count is 0, or the counts of a pair add up to 0, or a pair is given
 *                           again under WRMF_DUPLICATES_REFUSE; the text names it.
 * @retval WRMF_E_NULL, WRMF_E_RANGE, WRMF_E_NONFINITE, WRMF_E_NOMEM  as
 *                           wrmf_matrix_from_triplets(), of which all else holds. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_from_signed_triplets(
    wrmf_context *context, int64_t users, int64_t items, int64_t n, const int64_t *user,
    const int64_t *item, const double *count, wrmf_duplicates duplicates, int64_t *merged,
    wrmf_matrix **out, wrmf_error *err);

/**
 * Make a matrix from compressed sparse rows, copied.
 *
 * @param[in] users    Rows, 0 .. 2^31 - 1.
 * @param[in] items    Columns, 0 .. 2^31 - 1.
 * @param[in] offsets  users + 1 offsets: 0 first, never falling; the last is
 *                     the number of entries.
 * @param[in] item     Column of each entry, 0 .. items - 1, strictly ascending in
 *                     each row.
 * @param[in] count    Count of each entry, finite and > 0; NULL: each is 1.
 * @retval WRMF_E_NULL       context, offsets or out is NULL, or item is and
 *                           there are entries.
 * @retval WRMF_E_RANGE      a size or index is outside its interval.
 * @retval WRMF_E_FORMAT     offsets do not begin with 0 or fall; items of a row
 *                           do not ascend; a count is not > 0.
 * @retval WRMF_E_NONFINITE  a count is not finite.
 * @retval WRMF_E_NOMEM      no memory.
 * The text names the first bad row and position.
 * Threads: one at a time. Cost: O(entries + users). Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_from_csr(wrmf_context *context, int64_t users,
                                                          int64_t items, const int64_t *offsets,
                                                          const int64_t *item, const double *count,
                                                          wrmf_matrix **out, wrmf_error *err);

/** The same from offsets and items of 32 bits, as many libraries have them.
 *  Errors as wrmf_matrix_from_csr(). Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_from_csr32(wrmf_context *context, int64_t users,
                                                            int64_t items, const int32_t *offsets,
                                                            const int32_t *item,
                                                            const double *count, wrmf_matrix **out,
                                                            wrmf_error *err);

/**
 * The same over the caller's arrays, which are checked but not copied. They
 * must neither change nor go away until the matrix and all that holds it
 * are freed: wrmf_matrix_set_release() tells when. After a failure nothing is
 * borrowed. (Items are int32_t here: the type that the library works on.)
 * Errors as wrmf_matrix_from_csr(). Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_borrow_csr(wrmf_context *context, int64_t users,
                                                            int64_t items, const int64_t *offsets,
                                                            const int32_t *item,
                                                            const double *count, wrmf_matrix **out,
                                                            wrmf_error *err);

/** The same with offsets of 32 bits, which are copied; items and counts are
 *  borrowed. Errors as wrmf_matrix_from_csr(). Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_borrow_csr32(wrmf_context *context, int64_t users,
                                                              int64_t items, const int32_t *offsets,
                                                              const int32_t *item,
                                                              const double *count,
                                                              wrmf_matrix **out, wrmf_error *err);

/** Told that what was lent to the library is the host's again. */
typedef void (*wrmf_release_fn)(void *self);

/**
 * Have release(self) called once, when the last who holds the matrix gives it
 * up: the caller by wrmf_matrix_free(), or an object that works with it, such
 * as an evaluator that outlives the caller's hold. The matrix is freed by then,
 * and its arrays are not touched again, so that a host may free the arrays that
 * it lent, or drop its reference to their owner. Any matrix may have one.
 *
 * It is called on the thread that gives the matrix up, from inside the call
 * that does so, and must not use what that call frees.
 *
 * @param[in] self     Handed to release.
 * @param[in] release  Required.
 * @retval WRMF_E_NULL   matrix or release is NULL.
 * @retval WRMF_E_STATE  the matrix has one already.
 * After a failure release is not called for this call's sake.
 * Threads: one at a time, while nobody else uses the matrix. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_set_release(wrmf_matrix *matrix, void *self,
                                                             wrmf_release_fn release,
                                                             wrmf_error *err);

/** Give up the caller's hold. NULL is allowed. Threads: any. Since: 0.1 */
WRMF_API void wrmf_matrix_free(wrmf_matrix *matrix);

/** The number of rows; 0 if matrix is NULL. Threads: any. Since: 0.1 */
WRMF_API int64_t wrmf_matrix_users(const wrmf_matrix *matrix);
/** The number of columns; 0 if matrix is NULL. Threads: any. Since: 0.1 */
WRMF_API int64_t wrmf_matrix_items(const wrmf_matrix *matrix);
/** The number of stored entries: distinct pairs. 0 if matrix is NULL.
 *  Threads: any. Since: 0.1 */
WRMF_API int64_t wrmf_matrix_entries(const wrmf_matrix *matrix);
/** entries / (users * items), in 0 .. 1; 0 if there is no cell. Threads: any.
 *  Since: 0.1 */
WRMF_API double wrmf_matrix_density(const wrmf_matrix *matrix);
/** The sum of all counts. Threads: any. Cost: O(entries). Since: 0.1 */
WRMF_API double wrmf_matrix_total(const wrmf_matrix *matrix);

/** The count of one pair, 0 if it is not stored or there is no such cell.
 *  Threads: any. Cost: O(log of the row's entries). Since: 0.1 */
WRMF_API double wrmf_matrix_count(const wrmf_matrix *matrix, int64_t user, int64_t item);

/** The entries of one row, borrowed from the matrix: their number is returned
 *  (-1 if there is no such row), *items gets their columns, *counts their
 *  counts, or NULL if all counts of the matrix are 1. Either may be NULL.
 *  Threads: any. Cost: O(1). Since: 0.1 */
WRMF_API int64_t wrmf_matrix_row(const wrmf_matrix *matrix, int64_t user, const int32_t **items,
                                 const double **counts);

/** All of the matrix, borrowed: *offsets gets users + 1 offsets, the other two
 *  are as in wrmf_matrix_row(). Each may be NULL. Nothing happens if matrix is
 *  NULL. Threads: any. Since: 0.1 */
WRMF_API void wrmf_matrix_csr(const wrmf_matrix *matrix, const int64_t **offsets,
                              const int32_t **items, const double **counts);

/** How many entries each user, or each item, has.
 *  @param[out] degrees  users or items numbers.
 *  @retval WRMF_E_NULL   matrix or degrees is NULL.
 *  @retval WRMF_E_RANGE  side is none of the enum's.
 *  Threads: any. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_degrees(const wrmf_matrix *matrix, wrmf_side side,
                                                         int64_t *degrees, wrmf_error *err);

/** Say whose rows or columns these are, by a hash of the ids of the side; 0, the
 *  default, says that it is not known. The library itself compares nothing: a
 *  host does, before it lets a matrix meet a model, or another matrix, whose
 *  shape agrees by chance. wrmf_matrix_write_market() writes it, and
 *  wrmf_matrix_read_market() reads it back. A transpose and both parts of a
 *  split get that of the matrix, selected rows that of its items, a sum that in
 *  which both agree, new numbers that of a side which keeps its own, and a thinned
 *  matrix none. What is derived already when this is called is not changed.
 *  @retval WRMF_E_NULL   matrix is NULL.
 *  @retval WRMF_E_RANGE  side is none of the enum's.
 *  Threads: one at a time; nobody may read the matrix meanwhile. Since: 0.2 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_set_ids_hash(wrmf_matrix *matrix, wrmf_side side,
                                                              uint64_t hash, wrmf_error *err);

/** What wrmf_matrix_set_ids_hash() set, or the file said that the matrix was
 *  read from; 0 if nothing did, or matrix is NULL, or side is none of the enum's.
 *  Threads: any. Since: 0.2 */
WRMF_API uint64_t wrmf_matrix_ids_hash(const wrmf_matrix *matrix, wrmf_side side);

/** A number that tells matrices apart, by their sizes, pairs and counts: whether a
 *  checkpoint is of this one, for instance. It is the same on all machines of one
 *  byte order, and for all versions 0.x. Matrices that differ have the same with
 *  probability 2^-64, but for those that were made to. 0 if matrix is NULL.
 *  Threads: any. Cost: O(entries). Since: 0.2 */
WRMF_API uint64_t wrmf_matrix_hash(const wrmf_matrix *matrix);

/** The transpose, items x users. It is made once and shared: a second call
 *  costs nothing, and what the library needs of it is the same one. A handle
 *  of its own, to be freed; it holds the matrix. Threads: any.
 *  @retval WRMF_E_NULL   matrix or out is NULL.
 *  @retval WRMF_E_NOMEM  no memory. Cost: O(entries) once. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_transpose(const wrmf_matrix *matrix,
                                                           wrmf_matrix **out, wrmf_error *err);

/** A new matrix of the given rows in the given order; a row may be given more
 *  than once.
 *  @param[in] users  n row indices, each 0 .. users of the matrix - 1.
 *  @param[in] n      0 .. 2^31 - 1.
 *  @retval WRMF_E_NULL   matrix or out is NULL, or users is NULL with n > 0.
 *  @retval WRMF_E_RANGE  n or an index is outside its interval; the text names its
 *                        position.
 *  @retval WRMF_E_NOMEM  no memory. Threads: any. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_select(const wrmf_matrix *matrix,
                                                        const int64_t *users, int64_t n,
                                                        wrmf_matrix **out, wrmf_error *err);

/** The sum of two: a pair that both have gets the sum of its counts.
 *  @retval WRMF_E_NULL       a, b or out is NULL.
 *  @retval WRMF_E_SHAPE      they differ in users or items.
 *  @retval WRMF_E_NONFINITE  a sum is not finite; the text names the pair.
 *  @retval WRMF_E_NOMEM      no memory. Threads: any. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_add(const wrmf_matrix *a, const wrmf_matrix *b,
                                                     wrmf_matrix **out, wrmf_error *err);

/**
 * The same for two that may differ in size, with a word on pairs that both have. The sum has the
 * larger number of users and the larger number of items: a day's interactions may be of users and
 * items behind those that were there (wrmf_ids_merge() says how they get their numbers).
 * @param[in] duplicates  What becomes of a pair that both have: WRMF_DUPLICATES_DROP keeps the
 * count of a.
 * @retval WRMF_E_NULL       a, b or out is NULL.
 * @retval WRMF_E_RANGE      duplicates is none of the enum's.
 * @retval WRMF_E_FORMAT     a pair that both have, under WRMF_DUPLICATES_REFUSE, or as a like and a
 *                           dislike that add up to 0; the text names it.
 * @retval WRMF_E_NONFINITE  a sum is not finite; the text names the pair.
 * @retval WRMF_E_NOMEM      no memory.
 * Threads: any. Cost: O(entries and rows of both). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_merge(const wrmf_matrix *a, const wrmf_matrix *b,
                                                       wrmf_duplicates duplicates,
                                                       wrmf_matrix **out, wrmf_error *err);

/**
 * A new matrix in which rows and columns have other numbers, or are left out.
 * @param[in] users    Of each row of the matrix, its number in the new one, below n_users, which no
 *                     other row has; or -1: it is left out. NULL: its number stays.
 * @param[in] n_users  Rows of the new matrix, 0 .. 2^31 - 1; not below the rows of the matrix if
 *                     users is NULL. A row whose number none has is empty.
 * @param[in] items    The same for columns.
 * @param[in] n_items  Columns of the new matrix, 0 .. 2^31 - 1; likewise.
 * @retval WRMF_E_NULL   matrix or out is NULL.
 * @retval WRMF_E_RANGE  n_users, n_items or a number is outside its interval, or a number is given
 *                       twice; the text names argument and position.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: any. Cost: O(entries + users + items). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_renumber(const wrmf_matrix *matrix,
                                                          const int64_t *users, int64_t n_users,
                                                          const int64_t *items, int64_t n_items,
                                                          wrmf_matrix **out, wrmf_error *err);

/**
 * A new matrix without some users, or some items: their rows or columns are gone, and the others
 * move up, in their order, as wrmf_ids_without() has them. Items that nobody else has stay, without
 * an entry.
 * @param[in] side     Of which some are removed.
 * @param[in] indices  n of them, each 0 .. rows or columns - 1, in any order; one may be given
 * again.
 * @param[in] n        >= 0.
 * @retval WRMF_E_NULL   matrix or out is NULL, or indices is NULL with n > 0.
 * @retval WRMF_E_RANGE  side, n or an index is outside its interval; the text names the position.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: any. Cost: O(entries + users + items). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_without(const wrmf_matrix *matrix, wrmf_side side,
                                                         const int64_t *indices, int64_t n,
                                                         wrmf_matrix **out, wrmf_error *err);

/** 1 if both have the same shape, pairs and counts, 0 if not; two NULLs are
 *  equal. Threads: any. Since: 0.1 */
WRMF_API int wrmf_matrix_equal(const wrmf_matrix *a, const wrmf_matrix *b);

/**
 * Thin out: drop users with fewer than min_per_user items, then items with
 * fewer than min_per_item users, again and again until nothing changes; then
 * close the gaps, keeping the order.
 *
 * @param[in]  min_per_user  >= 0. 0 keeps even users without an item.
 * @param[in]  min_per_item  >= 0.
 * @param[out] out           The thinned matrix.
 * @param[out] kept_users    Room for the matrix's users: gets the old index of
 *                           each row of out. May be NULL.
 * @param[out] kept_items    The same for columns. May be NULL.
 * @retval WRMF_E_NULL   matrix or out is NULL.
 * @retval WRMF_E_RANGE  a bound is outside its interval.
 * @retval WRMF_E_NOMEM  no memory.
 * The result may be empty. Threads: any. Cost: O(entries) in all. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_threshold(const wrmf_matrix *matrix,
                                                           int64_t min_per_user,
                                                           int64_t min_per_item, wrmf_matrix **out,
                                                           int64_t *kept_users, int64_t *kept_items,
                                                           wrmf_error *err);

/**
 * Split for a test: choose n = floor((1 + 2^-50) * fraction * users) users at
 * random, without replacement, among those with at least 2 * count entries, and
 * move `count` random entries of each, with their counts, to the test matrix.
 * Train and test have the shape of the matrix and no pair in common; their sum
 * is it. The 2^-50 are a few units in the last place: n is the whole number that
 * is meant by 0.29 of 100 users, 29, or by a third of 30, though in binary
 * neither fraction is exact and a product may lie below it.
 *
 * @param[in]  count     Entries to move per user, >= 1.
 * @param[in]  fraction  Of all users of the matrix, 0 .. 1.
 * @param[in]  seed      The same seed gives the same split.
 * @param[out] train     What stays.
 * @param[out] test      What was moved.
 * @param[out] heldout   Room for n indices, of which there are never more than
 *                       users: the users chosen, ascending. May be NULL.
 * @param[out] n_heldout How many they are. May be NULL.
 * @retval WRMF_E_NULL     a required pointer is NULL.
 * @retval WRMF_E_RANGE    count or fraction is outside its interval.
 * @retval WRMF_E_TOO_FEW  not enough users have 2 * count entries; the text
 *                         says how many have and how many are wanted.
 * @retval WRMF_E_NOMEM    no memory.
 * Threads: any. Cost: O(entries). Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_split(const wrmf_matrix *matrix, int64_t count,
                                                       double fraction, uint64_t seed,
                                                       wrmf_matrix **train, wrmf_matrix **test,
                                                       int64_t *heldout, int64_t *n_heldout,
                                                       wrmf_error *err);

/**
 * Read a Matrix Market file: `%%MatrixMarket matrix coordinate F S`, F being
 * real, double, integer, unsigned-integer or pattern, S general or symmetric;
 * rows are users. Entries in any order; a pair given again is treated as said.
 * In a symmetric file, which may give either triangle, each entry off the
 * diagonal stands for its mirror image too, and is one of a pair given again
 * where both are in the file. Lines that begin with % are comments, but for
 * one before the sizes that wrmf_matrix_write_market() writes: `%wrmf users U
 * items I`, `%wrmf dislikes`, or `%wrmf users U items I dislikes`. U and I, 16
 * hexadecimal digits each, are what wrmf_matrix_ids_hash() gives then; after
 * `dislikes` a count below 0 is one, as wrmf_matrix_with_dislikes() has them.
 * Where it is not of this form, it is a comment as well.
 * @retval WRMF_E_FORMAT  the text is not such a file, an index is outside the
 *                        sizes, a count is not > 0 (nor a dislike), those of a
 *                        pair add up to 0, or fewer or more entries come than
 *                        were announced; with file, line and column.
 * @retval WRMF_E_UNSUPPORTED  array, complex, skew-symmetric, hermitian or another
 *                           kind; or the input is packed, and this build has no
 *                           zlib.
 * @retval WRMF_E_NULL       context, input or out is NULL.
 * @retval WRMF_E_RANGE      duplicates is none of the enum's.
 * @retval WRMF_E_NONFINITE  a count, or a sum of counts, is not finite.
 * @retval WRMF_E_OVERFLOW   a size in the file is above 2^31 - 1, or its number
 *                           of entries above 2^63 - 1, or a line is longer than
 *                           wrmf_input_set_limit() allows.
 * @retval WRMF_E_IO         reading failed, or the packed data is damaged.
 * @retval WRMF_E_CANCELLED  the progress hook asked to stop.
 * @retval WRMF_E_NOMEM      no memory.
 * Threads: one at a time. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_read_market(wrmf_context *context,
                                                             wrmf_input *input,
                                                             wrmf_duplicates duplicates,
                                                             int64_t *merged, wrmf_matrix **out,
                                                             wrmf_error *err);

/**
 * The same with a word on counts of 0, which wrmf_matrix_read_market() refuses.
 * @param[in]  zeros    Whether they are refused, or passed over and counted.
 * @param[out] merged   How many entries, mirror images included, were merged
 *                      into an earlier one, or NULL.
 * @param[out] dropped  How many entries had a count of 0, or NULL.
 * @retval WRMF_E_RANGE  duplicates or zeros is none of its enum's.
 * Other errors as wrmf_matrix_read_market(). Threads: one at a time. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_read_market_zeros(
    wrmf_context *context, wrmf_input *input, wrmf_duplicates duplicates, wrmf_zeros zeros,
    int64_t *merged, int64_t *dropped, wrmf_matrix **out, wrmf_error *err);

/**
 * Read, for users of an evaluation, a positive item and the items that compete with it: a line a
 * user, `user TAB positive TAB negative TAB negative ...`, all of them indices from 0, with one
 * negative or more. A line may begin with `(user,positive)` instead of the two, as some published
 * files do. wrmf_evaluator_create() takes the positives as its test matrix,
 * wrmf_evaluator_set_candidates() the candidates. Empty lines may follow the last.
 * @param[in]  users, items  Shape of both matrices, 0 .. 2^31 - 1 each.
 * @param[out] repeated      How many negatives were in their line already and count once, or NULL.
 * @param[out] positives     The positive item of each user that has a line; counts are 1.
 * @param[out] candidates    The positive and the negatives of these users; counts are 1.
 * @retval WRMF_E_NULL       context, input, positives or candidates is NULL.
 * @retval WRMF_E_RANGE      users or items is outside its interval.
 * @retval WRMF_E_FORMAT     something is no index of its side; a line lacks negatives, or has the
 *                           positive among them; a user has a second line; an empty line is
 *                           followed by another one; with file, line and column.
 * @retval WRMF_E_UNSUPPORTED  the input is packed, and this build has no zlib.
 * @retval WRMF_E_OVERFLOW   a line is longer than wrmf_input_set_limit() allows.
 * @retval WRMF_E_IO         reading failed, or the packed data is damaged.
 * @retval WRMF_E_NOMEM      no memory.
 * Threads: one at a time. Cost: O(bytes + users + items). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_read_candidates(
    wrmf_context *context, wrmf_input *input, int64_t users, int64_t items, int64_t *repeated,
    wrmf_matrix **positives, wrmf_matrix **candidates, wrmf_error *err);

/**
 * Read candidates by ids: the text, of the same form, defines them, as a reader's does, in the
 * order in which they come. wrmf_ids_match() and wrmf_matrix_renumber() lead to the numbers of a
 * model, or of a train matrix.
 * @param[out] repeated    As there.
 * @param[out] positives   As there, users x items being the numbers of ids.
 * @param[out] candidates  As there.
 * @param[out] users       The ids of the rows, texts; the caller frees them.
 * @param[out] items       The ids of the columns, likewise.
 * @retval WRMF_E_NULL     an argument but repeated and err is NULL.
 * @retval WRMF_E_FORMAT   an id is empty, longer than the input's limit, or has a NUL byte; or as
 *                         there; with file, line and column.
 * @retval WRMF_E_OVERFLOW a line is longer than wrmf_input_set_limit() allows, or 2^31 ids.
 * @retval WRMF_E_UNSUPPORTED, WRMF_E_IO, WRMF_E_NOMEM  as there.
 * Threads: one at a time. Cost: O(bytes). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_read_candidates_ids(
    wrmf_context *context, wrmf_input *input, int64_t *repeated, wrmf_matrix **positives,
    wrmf_matrix **candidates, wrmf_ids **users, wrmf_ids **items, wrmf_error *err);

/**
 * Read lists of items by ids: a line a user, `user item item ...`, with blanks or tabs between, as
 * the train and test files of NGCF and LightGCN are. Counts are 1. A user may have several lines;
 * empty lines say nothing, and who has no item gets no row. Ids are numbered as they come.
 * @param[out] repeated  How many items their user had already, which count once, or NULL.
 * @param[out] bare      How many lines have a user and no item, or NULL.
 * @param[out] matrix, users, items  The caller frees all three; ids are texts.
 * @retval WRMF_E_NULL     context, input, matrix, users or items is NULL.
 * @retval WRMF_E_FORMAT   an id is longer than the input's limit, or has a NUL byte, with file,
 *                         line and column; or the input is packed otherwise, or no text.
 * @retval WRMF_E_OVERFLOW, WRMF_E_UNSUPPORTED, WRMF_E_IO, WRMF_E_NOMEM
 *                         as wrmf_matrix_read_candidates_ids().
 * Threads: one at a time. Cost: O(bytes). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_read_lists(wrmf_context *context,
                                                            wrmf_input *input, int64_t *repeated,
                                                            int64_t *bare, wrmf_matrix **matrix,
                                                            wrmf_ids **users, wrmf_ids **items,
                                                            wrmf_error *err);

/** Write a Matrix Market file: pattern if all counts are 1, integer if all are
 *  whole numbers below 2^53, else real, with the digits that give back the
 *  same double. Behind the first line comes the comment with the hashes of the
 *  ids, where one is known. Does not close the output.
 *  @retval WRMF_E_NULL   matrix or output is NULL.
 *  @retval WRMF_E_STATE  the output was closed before.
 *  @retval WRMF_E_IO     writing failed now or before; a small matrix may show it
 *                        at wrmf_output_close() only.
 *  Threads: any. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_write_market(const wrmf_matrix *matrix,
                                                              wrmf_output *output, wrmf_error *err);

/**
 * Write delimited text that wrmf_reader_read() reads back: a header
 * `user,item,count` or, where the items have names, `user,item,count,name`,
 * then a line an entry, row by row. Quotes are set where they are needed;
 * WRMF_QUOTING_MINIMAL reads them all, whatever the delimiter.
 * @param[in] users, items  Ids; NULL: the indices.
 * @param[in] delimiter     As wrmf_reader_set_delimiter(), but not 0.
 * @retval WRMF_E_NULL   matrix or output is NULL.
 * @retval WRMF_E_SHAPE  fewer ids than rows or columns.
 * @retval WRMF_E_RANGE  a delimiter that cannot be.
 * @retval WRMF_E_STATE, WRMF_E_IO  as wrmf_matrix_write_market().
 * Threads: any. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_matrix_write_text(const wrmf_matrix *matrix,
                                                            const wrmf_ids *users,
                                                            const wrmf_ids *items, char delimiter,
                                                            wrmf_output *output, wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_MATRIX_H */
