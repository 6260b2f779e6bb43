/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/error.h - failures: how a caller's wrmf_error is filled.
 */
#ifndef WRMF_BASE_ERROR_H
#define WRMF_BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>

#include "wrmf/status.h"

#if defined(__GNUC__) || defined(__clang__)
#define WRMF_I_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define WRMF_I_PRINTF(text, first)
#endif

/**
 * Write code and text to err, if it is not NULL, and return the code:
 *
 *     return wrmf_i_fail(err, WRMF_E_RANGE, "n is %lld, below 0", (long long)n);
 *
 * The text is one line without a full stop. If it is too long it is cut, and control characters
 * become question marks.
 */
wrmf_status wrmf_i_fail(wrmf_error *err, wrmf_status code, const char *format, ...)
    WRMF_I_PRINTF(3, 4);

/** Print one line of at most capacity - 1 bytes. Control characters become question marks, for
 *  names and excerpts come from files. */
void wrmf_i_format_line(char *line, size_t capacity, const char *format, va_list arguments)
    WRMF_I_PRINTF(3, 0);

/** Fail with WRMF_E_NULL and the text that all such failures have. */
wrmf_status wrmf_i_fail_null(wrmf_error *err, const char *argument);
/** Fail with WRMF_E_NOMEM: there was none for `what`, such as "ids". The text says how many bytes
 *  the allocator refused last, on this thread, since another such failure. */
wrmf_status wrmf_i_fail_memory(wrmf_error *err, const char *what);

/** Return from the calling function with the status of `call`, unless it is WRMF_OK. It is for
 *  places where nothing is to be freed, and the only macro of this library that returns. */
#define WRMF_I_TRY(call)                                                                           \
    do {                                                                                           \
        const wrmf_status try_status_ = (call);                                                    \
        if (try_status_ != WRMF_OK)                                                                \
            return try_status_;                                                                    \
    } while (0)

#endif /* WRMF_BASE_ERROR_H */
