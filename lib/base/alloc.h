/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/alloc.h - allocation. No other file calls the host's allocator.
 *
 * Whoever owns a block knows its size, for the host's function that frees it is given that too.
 */
#ifndef WRMF_BASE_ALLOC_H
#define WRMF_BASE_ALLOC_H

#include <stddef.h>
#include <stdint.h>

#include "wrmf/context.h"

/** Alignment of all blocks, in bytes: that of a cache line and of a ZMM register, for kernels. */
#define WRMF_I_ALIGN 64

typedef struct wrmf_i_allocator {
    void *self; /* the first argument of both */
    wrmf_alloc_fn alloc;
    wrmf_free_fn free;
} wrmf_i_allocator;

/** The allocator of contexts that are given none: posix_memalign() and free(). */
extern const wrmf_i_allocator wrmf_i_default_allocator;

/** A block of count * size bytes, aligned to WRMF_I_ALIGN; NULL if there is no memory or the
 *  product is more than an object may have. For 0 bytes it is a block of one. */
void *wrmf_i_alloc(const wrmf_i_allocator *allocator, size_t count, size_t size);
/** The bytes of the block that this thread asked for in vain last, and 0 from then on; SIZE_MAX
 *  where they are more than an object may have. As errno is, it is for the message of a failure
 *  alone: no result depends on it. */
size_t wrmf_i_take_refused(void);
/** A block like that of wrmf_i_alloc(), filled with zeros. */
void *wrmf_i_alloc_zero(const wrmf_i_allocator *allocator, size_t count, size_t size);
/** Free what wrmf_i_alloc(allocator, count, size) gave. NULL is allowed. */
void wrmf_i_free(const wrmf_i_allocator *allocator, void *memory, size_t count, size_t size);
/** A block of new_count elements that begins with those of `memory`, a block of old_count elements
 *  (or NULL and 0), which is freed. NULL, and memory stays as it was, if there is no memory. */
void *wrmf_i_realloc(const wrmf_i_allocator *allocator, void *memory, size_t old_count,
                     size_t new_count, size_t size);
/** A copy of a text with its NUL, to be freed with wrmf_i_strfree(); NULL if there is no memory. */
char *wrmf_i_strdup(const wrmf_i_allocator *allocator, const char *text);
/** Free a text that wrmf_i_strdup() gave and nobody has shortened. NULL is allowed. */
void wrmf_i_strfree(const wrmf_i_allocator *allocator, char *text);

#endif /* WRMF_BASE_ALLOC_H */
