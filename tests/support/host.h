/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.h - a host whose allocator counts, checks what it is given back, and fails
 * when told to.
 */
#ifndef TESTS_SUPPORT_HOST_H
#define TESTS_SUPPORT_HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those above */

#include "wrmf/context.h"

/** 1 in a build with the address or the thread sanitizer, which map and keep memory of their own.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HOST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HOST_SANITIZED 1
#endif
#endif
#ifndef HOST_SANITIZED
#define HOST_SANITIZED 0
#endif

typedef struct host {
    atomic_long calls;    /* allocations asked for since the last host_fail() */
    atomic_long refused;  /* allocations refused, ever */
    atomic_long blocks;   /* blocks given and not yet taken back */
    atomic_long mistakes; /* blocks taken back with another size, or twice */
    atomic_llong bytes;   /* of the blocks given and not yet taken back */
    atomic_llong peak;    /* the most that they have been; a test may set it anew */
    long fail_at;         /* the first call to refuse; 0: none */
    bool onwards;         /* whether all calls after it are refused, too */
} host;

/** Refuse the n-th allocation from now on (0: none), and all after it if onwards. */
void host_fail(host *h, long n, bool onwards);
void *host_alloc(void *self, size_t bytes, size_t alignment);
void host_free(void *self, void *memory, size_t bytes);
/** Make a context on a host that is zero-initialised. */
wrmf_context *host_context(host *h);
/** Check that every block was given back, with the size that it was asked for. */
void host_check(const host *h);

/** Check that the call fails with the status, and that its text holds the words. */
#define FAILS(status, words, call)                                                                 \
    do {                                                                                           \
        wrmf_error failure_ = {WRMF_OK, ""};                                                       \
        wrmf_error *err = &failure_;                                                               \
        const wrmf_status got_ = (call);                                                           \
        check_failure(got_, &failure_, (status), (words), #call, __LINE__);                        \
    } while (0)

/** Check that the call succeeds; if not, the test fails with the library's text. */
#define MUST(call)                                                                                 \
    do {                                                                                           \
        wrmf_error failure_ = {WRMF_OK, ""};                                                       \
        wrmf_error *err = &failure_;                                                               \
        if ((call) != WRMF_OK)                                                                     \
            fail_msg("line %d: %s: %s", __LINE__, #call, failure_.text);                           \
    } while (0)

void check_failure(wrmf_status got, const wrmf_error *failure, wrmf_status want, const char *words,
                   const char *call, int line);

#endif /* TESTS_SUPPORT_HOST_H */
