/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/error.h - fill the caller's wrmf_error.
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

/** Write code and text to err, if it is not NULL, and return code:
 *  `return wrmf_i_fail(err, WRMF_E_RANGE, "k is %lld ...", ...);` The text is one
 *  line without a full stop; one that is too long is cut, and control characters
 *  become question marks. */
wrmf_status wrmf_i_fail(wrmf_error *err, wrmf_status code, const char *format, ...)
    WRMF_I_PRINTF(3, 4);

/** One line of text, cut to capacity: names and excerpts come from files, so their
 *  control characters become question marks. */
void wrmf_i_format_line(char *line, size_t capacity, const char *format, va_list arguments)
    WRMF_I_PRINTF(3, 0);

/** The texts that recur. */
wrmf_status wrmf_i_fail_null(wrmf_error *err, const char *argument);
wrmf_status wrmf_i_fail_nomem(wrmf_error *err);

/** Return from the function with the status of call, unless it is WRMF_OK. The
 *  one macro of this library that returns; only where nothing is to be freed. */
#define WRMF_I_TRY(call)                                                                           \
    do {                                                                                           \
        const wrmf_status try_status_ = (call);                                                    \
        if (try_status_ != WRMF_OK)                                                                \
            return try_status_;                                                                    \
    } while (0)

#endif /* WRMF_BASE_ERROR_H */
