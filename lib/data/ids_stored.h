/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * data/ids_stored.h - ids that lie in memory as a file has them, and are used where they are: each
 * text has a NUL behind it, and the order of the ids is there, so that one is found by halving.
 *
 * The memory may be that of a damaged file, which nobody has checked. So each offset and index is
 * compared with its bounds when it is used: what is damaged gives wrong answers, and reads nothing
 * that is outside.
 */
#ifndef WRMF_DATA_IDS_STORED_H
#define WRMF_DATA_IDS_STORED_H

#include <stddef.h>
#include <stdint.h>

/** Texts, one behind the other, a NUL behind each. */
typedef struct wrmf_i_stored_texts {
    const char *bytes;
    int64_t n_bytes;
    const void *offsets; /* int64_t, one more than texts: where each begins. NULL: there are none */
} wrmf_i_stored_texts;

/** All borrowed; numbers are those of this machine, from addresses that need not be aligned. */
typedef struct wrmf_i_ids_stored {
    int64_t n;
    const void *integers;      /* int64_t, the ids; NULL: they are texts */
    wrmf_i_stored_texts texts; /* the ids, unless they are integers */
    wrmf_i_stored_texts names; /* of ids; an empty one is none */
    const void *order;         /* int32_t, n: the indices, by ascending ids; texts are compared by
                                  their bytes, and one that begins with another is behind it */
} wrmf_i_ids_stored;

/** A text by its index, which is within bounds, and its length. Empty where it is damaged. */
const char *wrmf_i_stored_text(const wrmf_i_stored_texts *texts, int64_t index, size_t *length);
/** An integer id by its index, which is within bounds. */
int64_t wrmf_i_stored_integer(const wrmf_i_ids_stored *ids, int64_t index);
/** The index of an id, or -1. */
int64_t wrmf_i_stored_find_text(const wrmf_i_ids_stored *ids, const char *id, size_t length);
int64_t wrmf_i_stored_find_integer(const wrmf_i_ids_stored *ids, int64_t id);

/** How two texts are ordered: below 0, 0 or above 0. */
int wrmf_i_text_order(const char *a, size_t a_length, const char *b, size_t b_length);

#endif /* WRMF_DATA_IDS_STORED_H */
