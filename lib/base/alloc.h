/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/alloc.h - the only caller of the host's allocator.
 *
 * Every block is remembered with its size by whoever owns it: free wants it.
 */
#ifndef WRMF_BASE_ALLOC_H
#define WRMF_BASE_ALLOC_H

#include <stddef.h>
#include <stdint.h>

#include "wrmf/context.h"

/** Alignment of blocks that kernels work on: a cache line, a ZMM register. */
#define WRMF_I_ALIGN 64

typedef struct wrmf_i_allocator {
    void *self;
    wrmf_alloc_fn alloc;
    wrmf_free_fn free;
} wrmf_i_allocator;

/** malloc and free. */
extern const wrmf_i_allocator wrmf_i_default_allocator;

/** count * size bytes, aligned to WRMF_I_ALIGN, or NULL if there is no memory or the product is
 *  more than an object may have. Zero bytes give a block of one. */
void *wrmf_i_alloc(const wrmf_i_allocator *allocator, size_t count, size_t size);
/** The same, filled with zeros. */
void *wrmf_i_alloc_zero(const wrmf_i_allocator *allocator, size_t count, size_t size);
/** Give back what wrmf_i_alloc(allocator, count, size) gave. NULL is allowed. */
void wrmf_i_free(const wrmf_i_allocator *allocator, void *memory, size_t count, size_t size);
/** A block of new_count * size holding the first old_count elements of memory,
 *  which is freed; NULL, and memory untouched, if there is none. */
void *wrmf_i_realloc(const wrmf_i_allocator *allocator, void *memory, size_t old_count,
                     size_t new_count, size_t size);
/** A copy of a text with its NUL, or NULL; freed with wrmf_i_strfree(). */
char *wrmf_i_strdup(const wrmf_i_allocator *allocator, const char *text);
/** NULL is allowed. */
void wrmf_i_strfree(const wrmf_i_allocator *allocator, char *text);

#endif /* WRMF_BASE_ALLOC_H */
