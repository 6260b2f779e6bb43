/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"

#include <stdlib.h>
#include <string.h>

/* This stands before each block that the host gives. */
typedef struct label {
    uint64_t mark;
    size_t bytes;
    void *start; /* the pointer that malloc gave */
} label;

enum { LIVE = 0x574d4631, GONE = 0x474f4e45 };

void host_fail(host *h, long n, bool onwards)
{
    h->fail_at = n;
    h->onwards = onwards;
    atomic_store(&h->calls, 0);
}

static void count_bytes(host *h, size_t bytes)
{
    const long long now = atomic_fetch_add(&h->bytes, (long long)bytes) + (long long)bytes;
    long long peak = atomic_load(&h->peak);
    while (now > peak && !atomic_compare_exchange_weak(&h->peak, &peak, now))
        continue;
}

void *host_alloc(void *self, size_t bytes, size_t alignment)
{
    host *const h = self;
    const long call = atomic_fetch_add(&h->calls, 1) + 1;
    const bool refuse = h->fail_at > 0 && (h->onwards ? call >= h->fail_at : call == h->fail_at);
    if (bytes == 0 || alignment == 0 || alignment > 4096 || (alignment & (alignment - 1)) != 0)
        atomic_fetch_add(&h->mistakes, 1);
    if (refuse || bytes > SIZE_MAX / 2) {
        atomic_fetch_add(&h->refused, 1);
        return NULL;
    }
    if (alignment < _Alignof(max_align_t))
        alignment = _Alignof(max_align_t);
    char *const start = malloc(sizeof(label) + alignment + bytes);
    if (!start)
        return NULL;
    const uintptr_t first = (uintptr_t)start + sizeof(label);
    char *const block = start + sizeof(label) + (alignment - first % alignment) % alignment;
    const label said = {LIVE, bytes, start};
    memcpy(block - sizeof said, &said, sizeof said);
    memset(block, 0xa5, bytes); /* the library may not count on zeros */
    atomic_fetch_add(&h->blocks, 1);
    count_bytes(h, bytes);
    return block;
}

void host_free(void *self, void *memory, size_t bytes)
{
    host *const h = self;
    label said;
    memcpy(&said, (char *)memory - sizeof said, sizeof said);
    if (said.mark != LIVE || said.bytes != bytes) {
        atomic_fetch_add(&h->mistakes, 1);
        return;
    }
    said.mark = GONE;
    memcpy((char *)memory - sizeof said, &said, sizeof said);
    memset(memory, 0x5a, bytes);
    atomic_fetch_sub(&h->blocks, 1);
    atomic_fetch_sub(&h->bytes, (long long)bytes);
    free(said.start);
}

wrmf_context *host_context(host *h)
{
    wrmf_context *context = NULL;
    MUST(wrmf_context_create_with_allocator(h, host_alloc, host_free, &context, err));
    return context;
}

void host_check(const host *h)
{
    if (atomic_load(&h->mistakes) != 0)
        fail_msg("%ld blocks asked for or given back wrongly", atomic_load(&h->mistakes));
    if (atomic_load(&h->blocks) != 0)
        fail_msg("%ld blocks not given back", atomic_load(&h->blocks));
}

void check_failure(wrmf_status got, const wrmf_error *failure, wrmf_status want, const char *words,
                   const char *call, int line)
{
    if (got != want || failure->code != want)
        fail_msg("line %d: %s gave %s (%s), not %s", line, call, wrmf_status_name(got),
                 failure->text, wrmf_status_name(want));
    if (!strstr(failure->text, words))
        fail_msg("line %d: %s says \"%s\", without \"%s\"", line, call, failure->text, words);
}
