/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE /* madvise() */
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/checked.h"

/* Blocks of HUGE_BLOCK bytes or more ask for huge pages: kernels gather rows from all over a block,
 * and with huge pages few of these accesses miss the TLB. */
enum { HUGE_PAGE = 2 << 20, HUGE_BLOCK = 4 << 20 };

static void *default_alloc(void *self, size_t bytes, size_t alignment)
{
    (void)self;
    if (alignment < sizeof(void *))
        alignment = sizeof(void *);
    void *memory = NULL;
    if (bytes >= HUGE_BLOCK && alignment < HUGE_PAGE)
        alignment = HUGE_PAGE;
    if (posix_memalign(&memory, alignment, bytes) != 0)
        return NULL;
#ifdef MADV_HUGEPAGE
    if (bytes >= HUGE_BLOCK)
        (void)madvise(memory, bytes, MADV_HUGEPAGE); /* if it fails, pages are small */
#endif
    return memory;
}

static void default_free(void *self, void *memory, size_t bytes)
{
    (void)self;
    (void)bytes;
    free(memory);
}

const wrmf_i_allocator wrmf_i_default_allocator = {NULL, default_alloc, default_free};

/* The bytes that the allocator is asked for, which are never 0; false where they are more than an
 * object may have. */
static bool block_bytes(size_t count, size_t size, size_t *bytes)
{
    if (!wrmf_i_mul_size(count, size, bytes) || *bytes > PTRDIFF_MAX)
        return false;
    if (*bytes == 0)
        *bytes = 1;
    return true;
}

/* See wrmf_i_take_refused(). */
static _Thread_local size_t refused;

size_t wrmf_i_take_refused(void)
{
    const size_t bytes = refused;
    refused = 0;
    return bytes;
}

void *wrmf_i_alloc(const wrmf_i_allocator *allocator, size_t count, size_t size)
{
    size_t bytes;
    void *memory = NULL;
    if (block_bytes(count, size, &bytes))
        memory = allocator->alloc(allocator->self, bytes, WRMF_I_ALIGN);
    else
        bytes = SIZE_MAX;
    if (!memory)
        refused = bytes;
    return memory;
}

void *wrmf_i_alloc_zero(const wrmf_i_allocator *allocator, size_t count, size_t size)
{
    void *const memory = wrmf_i_alloc(allocator, count, size);
    if (memory)
        memset(memory, 0, count * size);
    return memory;
}

void wrmf_i_free(const wrmf_i_allocator *allocator, void *memory, size_t count, size_t size)
{
    size_t bytes;
    if (memory && block_bytes(count, size, &bytes))
        allocator->free(allocator->self, memory, bytes);
}

void *wrmf_i_realloc(const wrmf_i_allocator *allocator, void *memory, size_t old_count,
                     size_t new_count, size_t size)
{
    void *const grown = wrmf_i_alloc(allocator, new_count, size);
    if (!grown)
        return NULL;
    const size_t kept = old_count < new_count ? old_count : new_count;
    if (memory && kept > 0)
        memcpy(grown, memory, kept * size);
    wrmf_i_free(allocator, memory, old_count, size);
    return grown;
}

char *wrmf_i_strdup(const wrmf_i_allocator *allocator, const char *text)
{
    const size_t bytes = strlen(text) + 1;
    char *const copy = wrmf_i_alloc(allocator, bytes, 1);
    if (copy)
        memcpy(copy, text, bytes);
    return copy;
}

void wrmf_i_strfree(const wrmf_i_allocator *allocator, char *text)
{
    if (text)
        wrmf_i_free(allocator, text, strlen(text) + 1, 1);
}
