/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model/notes.h - notes: a host's own keys and values, which a model keeps, in the order of the
 * keys' bytes.
 */
#ifndef WRMF_MODEL_NOTES_H
#define WRMF_MODEL_NOTES_H

#include <stddef.h>

#include "base/alloc.h"
#include "base/error.h"

/** The most notes, and the most bytes that their keys and values have together, a NUL behind each
 *  counted: as JSON, where a byte becomes 6 at most, they take less than half of a header. */
#define WRMF_I_NOTES_MAX 10000
#define WRMF_I_NOTES_BYTES_MAX ((size_t)1 << 20)

typedef struct wrmf_i_note {
    char *key;         /* owned: one block holds the key and, behind its NUL, the value */
    const char *value; /* within it */
    size_t bytes;      /* of the block */
} wrmf_i_note;

typedef struct wrmf_i_notes {
    wrmf_i_note *notes; /* of which `count` are used */
    size_t count, capacity;
    size_t bytes; /* of all blocks */
} wrmf_i_notes;

/** Set, replace or, where value is NULL, remove the note of a key. Both are copied. After a failure
 *  the notes are as before. */
wrmf_status wrmf_i_notes_set(wrmf_i_notes *notes, const wrmf_i_allocator *allocator,
                             const char *key, const char *value, wrmf_error *err);
/** The value of a key, borrowed, or NULL. */
const char *wrmf_i_notes_find(const wrmf_i_notes *notes, const char *key);
void wrmf_i_notes_free(wrmf_i_notes *notes, const wrmf_i_allocator *allocator);

#endif /* WRMF_MODEL_NOTES_H */
