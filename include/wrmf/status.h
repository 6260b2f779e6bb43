/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/status.h - how calls report failure.
 *
 * Every call that can fail returns a wrmf_status and takes, last, a wrmf_error
 * that may be NULL. The text names the place: argument and index, or file,
 * line and column, or row.
 */
#ifndef WRMF_STATUS_H
#define WRMF_STATUS_H

#include "wrmf/export.h"

WRMF_BEGIN_DECLS

/** Outcome of a call. Values are never reused. */
typedef enum wrmf_status {
    WRMF_OK = 0,
    /* the caller's arguments and data */
    WRMF_E_NULL = 16,    /**< a required pointer was NULL */
    WRMF_E_RANGE = 17,   /**< a number lay outside its documented interval */
    WRMF_E_SHAPE = 18,   /**< two sizes that must agree did not */
    WRMF_E_FORMAT = 19,  /**< a matrix, text or file is not well formed */
    WRMF_E_STATE = 20,   /**< a legal call at the wrong moment */
    WRMF_E_NAME = 21,    /**< no parameter, metric, column or choice of this name */
    WRMF_E_TOO_FEW = 22, /**< not enough users to do what was asked */
    /* the machine */
    WRMF_E_NOMEM = 32,       /**< the allocator returned NULL */
    WRMF_E_OVERFLOW = 33,    /**< a size does not fit its type. "(32-bit)" behind it says that only
                                  a machine whose size_t has 32 bits can give it */
    WRMF_E_THREAD = 34,      /**< a thread could not be started, or the host's runner failed */
    WRMF_E_IO = 35,          /**< reading or writing failed */
    WRMF_E_UNSUPPORTED = 36, /**< this build, CPU or version cannot do it */
    /* the numerics */
    WRMF_E_NONFINITE = 48, /**< a value would not have been finite */
    /* the caller's wishes, and our mistakes */
    WRMF_E_CANCELLED = 64,          /**< the progress hook asked to stop */
    WRMF_E_INTERNAL = 80,           /**< a defect of the library */
    WRMF_STATUS_WIDTH_ = 0x7fffffff /**< fixes the enum's size; never returned */
} wrmf_status;

/** Bytes of an error's text, the closing NUL included. Frozen. */
#define WRMF_ERROR_TEXT 508

/** Explanation of a failure, in storage of the caller. Written by a call that
 *  fails, and by no other; never read. One line, always terminated. */
typedef struct wrmf_error {
    wrmf_status code;           /**< what the call returned */
    char text[WRMF_ERROR_TEXT]; /**< what was wrong, and where */
} wrmf_error;

/** The name of a status, such as "WRMF_E_RANGE"; "unknown" for other values.
 *  Static storage. Threads: any. Since: 0.1 */
WRMF_API const char *wrmf_status_name(wrmf_status status);

/** What a status means, in a few words. Static storage.
 *  Threads: any. Since: 0.1 */
WRMF_API const char *wrmf_status_text(wrmf_status status);

WRMF_END_DECLS
#endif /* WRMF_STATUS_H */
