/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/notes.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

/* Where the note of a key is, or would be put; whether there is one. */
static bool locate(const wrmf_i_notes *notes, const char *key, size_t *at)
{
    size_t low = 0, high = notes->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(notes->notes[middle].key, key);
        if (order == 0) {
            *at = middle;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *at = low;
    return false;
}

static wrmf_status check(const char *key, const char *value, wrmf_error *err)
{
    if (!*key)
        return wrmf_i_fail(err, WRMF_E_RANGE, "the key of a note is empty");
    if (!wrmf_i_is_utf8(key, strlen(key)))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "the key of a note is not UTF-8: \"%.80s\"", key);
    if (value && !wrmf_i_is_utf8(value, strlen(value)))
        return wrmf_i_fail(err, WRMF_E_FORMAT, "the value of note \"%.80s\" is not UTF-8", key);
    return WRMF_OK;
}

/* Check that a note may be added, or take the place of one of `replaced` bytes (0: of none). */
static wrmf_status check_room(const wrmf_i_notes *notes, const char *key, size_t bytes,
                              size_t replaced, wrmf_error *err)
{
    const size_t others = notes->bytes - replaced;
    if (bytes > WRMF_I_NOTES_BYTES_MAX - others)
        return wrmf_i_fail(err, WRMF_E_RANGE,
                           "note \"%.80s\" has %zu bytes, the others %zu; all may have %zu", key,
                           bytes, others, WRMF_I_NOTES_BYTES_MAX);
    if (replaced == 0 && notes->count == WRMF_I_NOTES_MAX)
        return wrmf_i_fail(err, WRMF_E_RANGE, "there are %d notes already: no more may be added",
                           WRMF_I_NOTES_MAX);
    return WRMF_OK;
}

static bool reserve(wrmf_i_notes *notes, const wrmf_i_allocator *allocator)
{
    if (notes->count < notes->capacity)
        return true;
    const size_t capacity = notes->capacity > 0 ? 2 * notes->capacity : 4;
    wrmf_i_note *const grown =
        wrmf_i_realloc(allocator, notes->notes, notes->capacity, capacity, sizeof *notes->notes);
    if (!grown)
        return false;
    notes->notes = grown;
    notes->capacity = capacity;
    return true;
}

static void erase(wrmf_i_notes *notes, const wrmf_i_allocator *allocator, size_t at)
{
    wrmf_i_note *const note = &notes->notes[at];
    notes->bytes -= note->bytes;
    wrmf_i_free(allocator, note->key, note->bytes, 1);
    notes->count--;
    memmove(note, note + 1, (notes->count - at) * sizeof *note);
}

wrmf_status wrmf_i_notes_set(wrmf_i_notes *notes, const wrmf_i_allocator *allocator,
                             const char *key, const char *value, wrmf_error *err)
{
    WRMF_I_TRY(check(key, value, err));
    size_t at;
    const bool known = locate(notes, key, &at);
    if (!value) {
        if (known)
            erase(notes, allocator, at);
        return WRMF_OK;
    }
    const size_t key_bytes = strlen(key) + 1, bytes = key_bytes + strlen(value) + 1;
    WRMF_I_TRY(check_room(notes, key, bytes, known ? notes->notes[at].bytes : 0, err));
    char *const block = wrmf_i_alloc(allocator, bytes, 1);
    if (!block || (!known && !reserve(notes, allocator))) {
        wrmf_i_free(allocator, block, bytes, 1);
        return wrmf_i_fail_memory(err, "a note");
    }
    memcpy(block, key, key_bytes);
    memcpy(block + key_bytes, value, bytes - key_bytes);
    if (known)
        erase(notes, allocator, at); /* whose key and value the arguments may be: copied above */
    wrmf_i_note *const note = &notes->notes[at];
    memmove(note + 1, note, (notes->count - at) * sizeof *note);
    *note = (wrmf_i_note){.key = block, .value = block + key_bytes, .bytes = bytes};
    notes->count++;
    notes->bytes += bytes;
    return WRMF_OK;
}

const char *wrmf_i_notes_find(const wrmf_i_notes *notes, const char *key)
{
    size_t at;
    return locate(notes, key, &at) ? notes->notes[at].value : NULL;
}

void wrmf_i_notes_free(wrmf_i_notes *notes, const wrmf_i_allocator *allocator)
{
    for (size_t i = 0; i < notes->count; i++)
        wrmf_i_free(allocator, notes->notes[i].key, notes->notes[i].bytes, 1);
    wrmf_i_free(allocator, notes->notes, notes->capacity, sizeof *notes->notes);
    *notes = (wrmf_i_notes){0};
}
