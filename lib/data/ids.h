/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/ids.h - what a wrmf_ids is: the ids of one side, and their names. Arguments of these calls
 * are known to be valid: pointers are not NULL, lengths and indices in range, the kind is the right
 * one.
 */
#ifndef WRMF_DATA_IDS_H
#define WRMF_DATA_IDS_H

#include "data/ids_stored.h"
#include "par/context.h"
#include "wrmf/ids.h"

/** The most ids that there may be, and the most bytes that an id may have. */
#define WRMF_I_IDS_MAX 0x7fffffff

wrmf_status wrmf_i_ids_new(wrmf_context *context, wrmf_ids_kind kind, wrmf_ids **out,
                           wrmf_error *err);
/** Make ids of those that lie in memory, which is borrowed for their life. Nobody changes them; all
 *  other calls take them as any. */
wrmf_status wrmf_i_ids_new_stored(wrmf_context *context, const wrmf_i_ids_stored *stored,
                                  wrmf_ids **out, wrmf_error *err);
/** NULL is allowed. */
void wrmf_i_ids_free(wrmf_ids *ids);

/** Have ids alone, to change them, or share them, to read them, until the call ends; WRMF_E_STATE
 *  if others stand in the way. */
wrmf_status wrmf_i_ids_change(wrmf_i_call *call, wrmf_ids *ids, wrmf_error *err);
wrmf_status wrmf_i_ids_read_only(wrmf_i_call *call, const wrmf_ids *ids, wrmf_error *err);
/** Free them now, or when the last call that uses them ends. NULL is allowed. */
void wrmf_i_ids_retire(wrmf_ids *ids);

/** The context that they were made with. */
wrmf_context *wrmf_i_ids_context(const wrmf_ids *ids);
int64_t wrmf_i_ids_size(const wrmf_ids *ids);
wrmf_ids_kind wrmf_i_ids_kind(const wrmf_ids *ids);

/** The index of an id, which is added if it is new. On a failure nothing is added. */
wrmf_status wrmf_i_ids_add_string(wrmf_ids *ids, const char *id, size_t length, int64_t *index,
                                  wrmf_error *err);
wrmf_status wrmf_i_ids_add_integer(wrmf_ids *ids, int64_t id, int64_t *index, wrmf_error *err);
/** The index of an id, or -1. The first takes the text of an id of either kind. */
int64_t wrmf_i_ids_find_text(const wrmf_ids *ids, const char *id, size_t length);
int64_t wrmf_i_ids_find_integer(const wrmf_ids *ids, int64_t id);

/** An id at an index; a string is borrowed. */
const char *wrmf_i_ids_string(const wrmf_ids *ids, int64_t index, size_t *length);
int64_t wrmf_i_ids_integer(const wrmf_ids *ids, int64_t index);
/** The text of an id of either kind, borrowed. That of an integer is written to scratch, which has
 *  WRMF_I_NUMBER_TEXT bytes. */
const char *wrmf_i_ids_text(const wrmf_ids *ids, int64_t index, char *scratch, size_t *length);

/** The most ids that share a bucket of the hash table, which is what finding one costs at worst. */
int64_t wrmf_i_ids_longest_chain(const wrmf_ids *ids);
/** About how many bytes n ids take, whose texts have so many bytes (0: they are integers). */
double wrmf_i_ids_bytes(int64_t n, double text_bytes);
/** wrmf/ids.h has the definition. */
uint64_t wrmf_i_ids_hash(const wrmf_ids *ids);

/** Whether any id has a name. */
bool wrmf_i_ids_named(const wrmf_ids *ids);
/** The name of the id at an index, borrowed, or NULL. */
const char *wrmf_i_ids_name(const wrmf_ids *ids, int64_t index, size_t *length);
/** Set a name, which is copied; one of length 0 removes what was there. */
wrmf_status wrmf_i_ids_set_name(wrmf_ids *ids, int64_t index, const char *name, size_t length,
                                wrmf_error *err);

/** Make ids of those at n indices, or of the first n where indices is NULL, with the allocator of
 *  `context`. WRMF_E_RANGE where an index is given twice. */
wrmf_status wrmf_i_ids_select(wrmf_context *context, const wrmf_ids *ids, const int64_t *indices,
                              int64_t n, wrmf_ids **out, wrmf_error *err);
/** Make a copy with the allocator of `context`. */
wrmf_status wrmf_i_ids_copy(wrmf_context *context, const wrmf_ids *ids, wrmf_ids **out,
                            wrmf_error *err);

#endif /* WRMF_DATA_IDS_H */
