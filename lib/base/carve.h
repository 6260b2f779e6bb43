/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/carve.h - several arrays in one block of memory, with checked sizes.
 *
 * The function that lays a block out is also the one that tells its size, so the two cannot
 * differ: it is called with a carver over NULL for the size, and with one over the block for
 * the pointers.
 *
 *     static size_t lay_out(scratch *s, void *memory, int64_t n)
 *     {
 *         wrmf_i_carver carver = wrmf_i_carver_over(memory);
 *         s->scores = wrmf_i_carve(&carver, (size_t)n, sizeof *s->scores);
 *         s->order = wrmf_i_carve(&carver, (size_t)n, sizeof *s->order);
 *         return wrmf_i_carver_bytes(&carver);
 *     }
 *
 * Sizes need no checks of their own: the first that does not fit is remembered, and makes the
 * whole size WRMF_I_TOO_MANY_BYTES. A layout may contain another by carving as many bytes as
 * that one takes; too many there are then too many here.
 */
#ifndef WRMF_BASE_CARVE_H
#define WRMF_BASE_CARVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/checked.h"

/** The size of what does not fit into memory. */
#define WRMF_I_TOO_MANY_BYTES SIZE_MAX

typedef struct wrmf_i_carver {
    char *base;      /* aligned to WRMF_I_ALIGN; NULL where only the size is wanted */
    size_t used;     /* bytes carved so far, a multiple of WRMF_I_ALIGN */
    size_t capacity; /* bytes that may be carved, a multiple of WRMF_I_ALIGN */
    bool failed;     /* a part did not fit: it and all later ones are NULL */
} wrmf_i_carver;

/** Carve a block that has the size of this layout and is aligned as wrmf_i_alloc() does it;
 *  NULL: nothing but the size is wanted. */
static inline wrmf_i_carver wrmf_i_carver_over(void *memory)
{
    return (wrmf_i_carver){memory, 0, SIZE_MAX / 2 / WRMF_I_ALIGN * WRMF_I_ALIGN, false};
}

/** Carve memory of any alignment, a caller's workspace: parts are inside of it or NULL. */
static inline wrmf_i_carver wrmf_i_carver_within(void *memory, size_t bytes)
{
    const size_t skipped = (WRMF_I_ALIGN - (uintptr_t)memory % WRMF_I_ALIGN) % WRMF_I_ALIGN;
    if (!memory || skipped > bytes)
        return (wrmf_i_carver){NULL, 0, 0, true};
    const size_t left = bytes - skipped;
    return (wrmf_i_carver){(char *)memory + skipped, 0, left - left % WRMF_I_ALIGN, false};
}

/** The next part, `count` elements of `size` bytes, aligned to WRMF_I_ALIGN; NULL over NULL or
 *  where it does not fit. */
static inline void *wrmf_i_carve(wrmf_i_carver *carver, size_t count, size_t size)
{
    size_t bytes;
    if (carver->failed || !wrmf_i_mul_size(count, size, &bytes) ||
        bytes > carver->capacity - carver->used) {
        carver->failed = true;
        return NULL;
    }
    void *const part = carver->base ? carver->base + carver->used : NULL;
    carver->used += (bytes + WRMF_I_ALIGN - 1) / WRMF_I_ALIGN * WRMF_I_ALIGN;
    return part;
}

/** The next part: a matrix of rows x columns elements. */
static inline void *wrmf_i_carve_matrix(wrmf_i_carver *carver, size_t rows, size_t columns,
                                        size_t size)
{
    size_t row;
    if (!wrmf_i_mul_size(columns, size, &row))
        carver->failed = true;
    return wrmf_i_carve(carver, rows, row);
}

/** Whether every part so far fitted. */
static inline bool wrmf_i_carver_fits(const wrmf_i_carver *carver)
{
    return !carver->failed;
}

/** Bytes of the block so far, a multiple of WRMF_I_ALIGN, or WRMF_I_TOO_MANY_BYTES. */
static inline size_t wrmf_i_carver_bytes(const wrmf_i_carver *carver)
{
    return carver->failed ? WRMF_I_TOO_MANY_BYTES : carver->used;
}

/** The same for a block of any alignment: what wrmf_i_carver_within() needs at most. */
static inline size_t wrmf_i_carver_bytes_within(const wrmf_i_carver *carver)
{
    return carver->failed ? WRMF_I_TOO_MANY_BYTES : carver->used + WRMF_I_ALIGN - 1;
}

#endif /* WRMF_BASE_CARVE_H */
