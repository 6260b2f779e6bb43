/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/location.h - where in a text something stands, and failures that name a file or such a
 * location.
 */
#ifndef WRMF_IO_LOCATION_H
#define WRMF_IO_LOCATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/** The location of a byte in a text. */
typedef struct wrmf_i_location {
    const char *name; /* of the file, as messages call it; borrowed */
    int64_t line;     /* from 1 */
    int64_t column;   /* in bytes, from 1 */
} wrmf_i_location;

/** Fail with `code` and the text "name:line:column: ...". */
wrmf_status wrmf_i_fail_at(wrmf_error *err, wrmf_status code, const wrmf_i_location *location,
                           const char *format, ...) WRMF_I_PRINTF(4, 5);

/** Fail with WRMF_E_IO and the text "what name: ...", which ends with the system's words for the
 *  error number (errno). */
wrmf_status wrmf_i_fail_errno(wrmf_error *err, const char *what, const char *name, int number);

/** Bytes of an excerpt at most, its NUL included. */
#define WRMF_I_EXCERPT 48

/** Write to buffer the beginning of a text that may be long and hold any bytes, fit to be shown in
 *  a message of one line: with escapes. Returns buffer. */
const char *wrmf_i_excerpt(const char *text, size_t length, char buffer[WRMF_I_EXCERPT]);

#endif /* WRMF_IO_LOCATION_H */
