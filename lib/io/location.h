/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/location.h - failures that name a file, or a place in one.
 */
#ifndef WRMF_IO_LOCATION_H
#define WRMF_IO_LOCATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/** A place in a text; line and column from 1, the latter in bytes. */
typedef struct wrmf_i_location {
    const char *name; /* of the file */
    int64_t line;
    int64_t column;
} wrmf_i_location;

/** Fail with "name:line:column: ..." */
wrmf_status wrmf_i_fail_at(wrmf_error *err, wrmf_status code, const wrmf_i_location *place,
                           const char *format, ...) WRMF_I_PRINTF(4, 5);

/** Fail with WRMF_E_IO and "what name: text of the error number". */
wrmf_status wrmf_i_fail_errno(wrmf_error *err, const char *what, const char *name, int number);

/** Room for an excerpt. */
#define WRMF_I_EXCERPT 48

/** The beginning of a text that may be long and hold any bytes, fit to be shown
 *  in one line. Returns buffer. */
const char *wrmf_i_excerpt(const char *text, size_t length, char buffer[WRMF_I_EXCERPT]);

#endif /* WRMF_IO_LOCATION_H */
