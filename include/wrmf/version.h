/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/version.h - version numbers at compile time and at run time.
 *
 * The build reads its version and soname from here; see VERSIONING.md.
 */
#ifndef WRMF_VERSION_H
#define WRMF_VERSION_H

#include "wrmf/export.h"

WRMF_BEGIN_DECLS

/* Release, as in CHANGELOG.md. */
#define WRMF_VERSION_MAJOR 0 /**< first number of the release */
#define WRMF_VERSION_MINOR 2 /**< second number */
#define WRMF_VERSION_PATCH 0 /**< third number */
/** The release as text. */
#define WRMF_VERSION_STRING "0.2.0"

/** The release as one number that can be compared: 0.2.0 is 200. */
#define WRMF_VERSION_NUMBER                                                                        \
    (WRMF_VERSION_MAJOR * 10000 + WRMF_VERSION_MINOR * 100 + WRMF_VERSION_PATCH)

/** Number of the binary interface; it is the soname's number. */
#define WRMF_ABI_VERSION 1

/** The WRMF_VERSION_NUMBER of the library that is running.
 *  Threads: any. Since: 0.1 */
WRMF_API int wrmf_version_number(void);

/** The WRMF_ABI_VERSION of the library that is running. A binding that loads the
 *  library by name compares it with the one it was written for before it calls
 *  anything else; this function is in every version. Threads: any. Since: 0.2 */
WRMF_API int wrmf_abi_version(void);

/** The WRMF_VERSION_STRING of the library that is running; static storage.
 *  Threads: any. Since: 0.1 */
WRMF_API const char *wrmf_version_string(void);

WRMF_END_DECLS
#endif /* WRMF_VERSION_H */
