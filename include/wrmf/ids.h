/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/ids.h - the ids of one side and their dense indices.
 *
 * Ids are strings of bytes or 64-bit integers. They are numbered 0, 1, 2 ... in
 * the order in which they were added. Each may carry a name for people.
 *
 * Ids as text. An id may have any bytes but NUL; where it is written as text, in
 * a file, a message or a list on a terminal, some are escaped:
 *
 *     \\ \t \n \r   a backslash, a tab and the two line breaks;
 *     \x1b          by two hexadecimal digits, any other control byte; each byte
 *                   that is no part of a character in UTF-8; and the bytes of
 *                   U+0080 .. U+009F, control characters too, and of U+FEFF, the
 *                   byte order mark, over which readers of text pass.
 *
 * All else stands for itself, so that most ids are their own text. The text of
 * an id is valid UTF-8, on one line, and gives back the same bytes. Readers take
 * every byte but tab, line break and backslash as it is, too, and an escape for
 * any byte. Names are written alike.
 */
#ifndef WRMF_IDS_H
#define WRMF_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "wrmf/export.h"
#include "wrmf/status.h"
#include "wrmf/types.h"

WRMF_BEGIN_DECLS

/** What an id is. */
typedef enum wrmf_ids_kind {
    WRMF_IDS_STRING = 0,         /**< bytes, most often UTF-8; not empty, no NUL */
    WRMF_IDS_INTEGER = 1,        /**< int64_t */
    WRMF_IDS_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never used */
} wrmf_ids_kind;

/**
 * Make an empty list of ids.
 * @retval WRMF_E_NULL   context or out is NULL.
 * @retval WRMF_E_RANGE  kind is none of the enum's.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: one at a time. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_ids_create(wrmf_context *context, wrmf_ids_kind kind,
                                                     wrmf_ids **out, wrmf_error *err);

/** Free. NULL is allowed. Since: 0.1 */
WRMF_API void wrmf_ids_free(wrmf_ids *ids);

/**
 * Give the index of a string id, adding it at the end if it is new.
 * @param[in,out] ids     Ids of kind WRMF_IDS_STRING.
 * @param[in]     id      Bytes; copied. No NUL among them.
 * @param[in]     length  1 .. 2^31 - 1 bytes.
 * @param[out]    index   Its index, or NULL.
 * @param[out]    err     Explanation on failure, or NULL.
 * @retval WRMF_E_NULL      ids or id is NULL.
 * @retval WRMF_E_STATE     the ids are integers.
 * @retval WRMF_E_RANGE     length is outside its interval.
 * @retval WRMF_E_FORMAT    a NUL among the bytes.
 * @retval WRMF_E_NOMEM     no memory; WRMF_E_OVERFLOW: 2^31 - 1 ids are there.
 * Threads: one at a time. Cost: O(length) on average. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_ids_add(wrmf_ids *ids, const char *id, size_t length,
                                                  int64_t *index, wrmf_error *err);

/**
 * The same for an integer id, in ids of kind WRMF_IDS_INTEGER.
 * @retval WRMF_E_NULL      ids is NULL.
 * @retval WRMF_E_STATE     the ids are strings.
 * @retval WRMF_E_NOMEM     no memory; WRMF_E_OVERFLOW: 2^31 - 1 ids are there.
 * Threads: one at a time. Cost: O(1) on average. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_ids_add_integer(wrmf_ids *ids, int64_t id, int64_t *index,
                                                          wrmf_error *err);

/** How many ids there are; 0 if ids is NULL. Threads: any. Since: 0.1 */
WRMF_API int64_t wrmf_ids_size(const wrmf_ids *ids);

/** Their kind; WRMF_IDS_STRING if ids is NULL. Threads: any. Since: 0.1 */
WRMF_API wrmf_ids_kind wrmf_ids_get_kind(const wrmf_ids *ids);

/** The index of an id given as text (an integer id: in decimal), or -1 if it
 *  is not there, or an argument is NULL. Threads: any. Since: 0.1 */
WRMF_API int64_t wrmf_ids_find(const wrmf_ids *ids, const char *id, size_t length);

/** The index of an integer id, or -1 if it is not there or ids is NULL or of
 *  the other kind. Threads: any. Since: 0.1 */
WRMF_API int64_t wrmf_ids_find_integer(const wrmf_ids *ids, int64_t id);

/** The bytes of a string id, with a NUL behind them; NULL for integer ids or
 *  an index that is not there. Borrowed from ids, valid until it is changed or
 *  freed.
 *  @param[out] length  Its length without the NUL, or NULL.
 *  Threads: any. Since: 0.1 */
WRMF_API const char *wrmf_ids_string(const wrmf_ids *ids, int64_t index, size_t *length);

/** An integer id; 0 for string ids or an index that is not there.
 *  Threads: any. Since: 0.1 */
WRMF_API int64_t wrmf_ids_integer(const wrmf_ids *ids, int64_t index);

/** Write an id of either kind as text, as snprintf() would: at most capacity
 *  bytes with the NUL, returning the length it has or would have; 0, and an
 *  empty text, for an index that is not there. Threads: any. Since: 0.1 */
WRMF_API size_t wrmf_ids_format(const wrmf_ids *ids, int64_t index, char *buffer, size_t capacity);

/** A number that tells lists of ids apart: whether a matrix, a model and a file
 *  are about the same people. It depends on the ids, as text, and their order
 *  alone; names and kind do not enter, so that a list of integers has the hash
 *  of their decimal text, whichever kind it is read back as. Its definition is
 *  fixed for all versions and machines: h is 0, then for each id in turn
 *  h = XXH3_64bits_withSeed(text, length, h). Lists that differ have the same
 *  with probability 2^-64, but for lists that were made to. 0 if there is no id
 *  or ids is NULL. Threads: any. Cost: O(bytes of the ids). Since: 0.2 */
WRMF_API uint64_t wrmf_ids_hash(const wrmf_ids *ids);

/**
 * Give an id a name for people, replacing an earlier one.
 * @param[in] index   0 .. size - 1.
 * @param[in] name    Bytes without a NUL; copied. An empty name is no name.
 * @param[in] length  0 .. 2^31 - 1 bytes.
 * @retval WRMF_E_NULL   ids is NULL, or name is NULL with length > 0.
 * @retval WRMF_E_RANGE  index or length is outside its interval.
 * @retval WRMF_E_FORMAT a NUL among the bytes.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: one at a time. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_ids_set_name(wrmf_ids *ids, int64_t index,
                                                       const char *name, size_t length,
                                                       wrmf_error *err);

/** The name of an id, with a NUL behind it, or NULL if it has none. Borrowed
 *  from ids, valid until it is changed or freed. Threads: any. Since: 0.1 */
WRMF_API const char *wrmf_ids_name(const wrmf_ids *ids, int64_t index, size_t *length);

/**
 * New ids: those at the given indices, in that order, with their names; what
 * wrmf_matrix_threshold() kept, for instance.
 * @param[in] indices  n of them, each once, each 0 .. size - 1.
 * @param[in] n        >= 0.
 * @retval WRMF_E_NULL   ids or out is NULL, or indices is NULL with n > 0.
 * @retval WRMF_E_RANGE  n or an index is outside its interval, or an index is
 *                       given twice; the text names its place.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: any. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_ids_select(const wrmf_ids *ids, const int64_t *indices,
                                                     int64_t n, wrmf_ids **out, wrmf_error *err);

/**
 * New ids: those of a list, but for some; the others keep their order, and move up. Nothing of the
 * ids and names that are left out is in the new list, nor in a file written of it.
 * wrmf_matrix_without() and wrmf_model_without() leave out their rows.
 * @param[in] indices  n of them, each 0 .. size - 1, in any order; one may be given again.
 * @param[in] n        >= 0.
 * @retval WRMF_E_NULL   ids or out is NULL, or indices is NULL with n > 0.
 * @retval WRMF_E_RANGE  n or an index is outside its interval; the text names its place.
 * @retval WRMF_E_NOMEM  no memory.
 * Threads: any. Cost: O(bytes of the ids). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_ids_without(const wrmf_ids *ids, const int64_t *indices,
                                                      int64_t n, wrmf_ids **out, wrmf_error *err);

/**
 * New ids: those of one list, with their indices, and behind them those of another that are new,
 * in its order; such as those of a day's file behind all that were there. With
 * wrmf_matrix_renumber() and wrmf_matrix_merge() the interactions of the day come to the others:
 *
 *   wrmf_ids_merge(users, day_users, user_of, &all_users, err);
 *   wrmf_ids_merge(items, day_items, item_of, &all_items, err);
 *   wrmf_matrix_renumber(day, user_of, wrmf_ids_size(all_users), item_of,
 *                        wrmf_ids_size(all_items), &there, err);
 *   wrmf_matrix_merge(matrix, there, WRMF_DUPLICATES_SUM, &all, err);
 *
 * The new list is of the kind of `ids`. The other may be of another kind: an integer is the text
 * that it has in decimal. An id that both have keeps its name; where it has none it gets that of
 * `more`, if there is one.
 *
 * @param[in]  ids, more  Borrowed. They may be the same list.
 * @param[out] indices    Room for the size of more: the index of each of its ids in the new list.
 *                        Or NULL.
 * @param[out] out        The new list; the caller frees it.
 * @retval WRMF_E_NULL    ids, more or out is NULL.
 * @retval WRMF_E_FORMAT  ids are integers, and a text of more is no integer in decimal; the text
 *                        names its index in more. One is as it is printed: neither "+7" nor "007".
 * @retval WRMF_E_NOMEM   no memory; WRMF_E_OVERFLOW: there would be more than 2^31 - 1 ids.
 * Threads: any. Cost: O(bytes of both). Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_ids_merge(const wrmf_ids *ids, const wrmf_ids *more,
                                                    int64_t *indices, wrmf_ids **out,
                                                    wrmf_error *err);

/**
 * Where each id of one list is in another. The lists may be of different kinds: an integer and its
 * decimal text, as wrmf_ids_merge() has them, are one id ("007" is not 7).
 * @param[in]  ids      That are looked through.
 * @param[in]  wanted   That are looked for.
 * @param[out] indices  Room for the size of wanted: the index of each of its ids in ids, or -1.
 * @param[out] found    How many are there, or NULL.
 * @retval WRMF_E_NULL  ids, wanted or indices is NULL.
 * Threads: any. Memory: none is allocated. Cost: O(bytes of wanted) on average. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_ids_match(const wrmf_ids *ids, const wrmf_ids *wanted,
                                                    int64_t *indices, int64_t *found,
                                                    wrmf_error *err);

/** Write bytes with their escapes, as snprintf() would: at most capacity bytes
 *  with the NUL, cut between two characters where they are more; returns the
 *  length that the text has in full, at most 4 * length. 0, and an empty text,
 *  if text is NULL. Threads: any. Since: 0.2 */
WRMF_API size_t wrmf_ids_escape(const char *text, size_t length, char *buffer, size_t capacity);

/**
 * Give back the bytes that a text with escapes stands for.
 * @param[in]  text    The text, of `length` bytes.
 * @param[out] buffer  Room for length bytes; it may be the text itself. No NUL
 *                     is added.
 * @param[out] n       The number of bytes, at most length.
 * @retval WRMF_E_NULL    n is NULL, or text or buffer is and length > 0.
 * @retval WRMF_E_FORMAT  a backslash that begins none of the escapes; the text
 *                        says at which byte, from 0.
 * Threads: any. Since: 0.2
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_ids_unescape(const char *text, size_t length,
                                                       char *buffer, size_t *n, wrmf_error *err);

/**
 * Read ids from text: one a line, in index order; behind a tab, its name. Both
 * with escapes, as wrmf_ids_escape() writes them. A UTF-8 byte order mark
 * before the first is passed over, as are lines without a byte behind the last.
 * @param[in] kind  What the ids are.
 * @retval WRMF_E_NULL    context, input or out is NULL.
 * @retval WRMF_E_RANGE   kind is none of the enum's.
 * @retval WRMF_E_FORMAT  an empty id, one that is there already, one that is no
 *                        integer or longer than the input's limit, a wrong
 *                        escape; with file, line and column.
 * @retval WRMF_E_OVERFLOW  a line longer than wrmf_input_set_limit() allows, or
 *                        2^31 ids.
 * @retval WRMF_E_IO      reading failed, or the packed data is damaged.
 * @retval WRMF_E_UNSUPPORTED  the input is packed, and this build has no zlib.
 * @retval WRMF_E_NOMEM   no memory.
 * Threads: one at a time. Since: 0.1
 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_ids_read(wrmf_context *context, wrmf_input *input,
                                                   wrmf_ids_kind kind, wrmf_ids **out,
                                                   wrmf_error *err);

/** Write ids so that wrmf_ids_read() gives the same. Does not close the
 *  output.
 *  @retval WRMF_E_NULL   ids or output is NULL.
 *  @retval WRMF_E_STATE  the output was closed before.
 *  @retval WRMF_E_IO     writing failed now or before; a few ids may show it at
 *                        wrmf_output_close() only. Threads: any. Since: 0.1 */
WRMF_API WRMF_MUST_CHECK wrmf_status wrmf_ids_write(const wrmf_ids *ids, wrmf_output *output,
                                                    wrmf_error *err);

WRMF_END_DECLS
#endif /* WRMF_IDS_H */
