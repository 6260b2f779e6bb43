/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/replace.h - put a new file in the place of another, all of it or nothing.
 */
#ifndef WRMF_IO_REPLACE_H
#define WRMF_IO_REPLACE_H

#include "base/alloc.h"
#include "base/error.h"

typedef struct wrmf_i_replace wrmf_i_replace;

/**
 * Open a temporary file in the folder of path; *fd gets its descriptor, to write
 * to. What stands at path must be a file, whose mode the new one gets, or nothing.
 * A device, pipe or socket that stands there is opened itself: there is nothing
 * to keep, and it must not be replaced.
 */
wrmf_status wrmf_i_replace_open(const wrmf_i_allocator *allocator, const char *path,
                                wrmf_i_replace **out, int *fd, wrmf_error *err);
/** Flush the temporary file to the disk and rename it to path. On failure it is
 *  gone, and what stood at path stands. */
wrmf_status wrmf_i_replace_commit(wrmf_i_replace *replace, wrmf_error *err);
/** Without a commit: remove the temporary file. NULL is allowed. */
void wrmf_i_replace_free(wrmf_i_replace *replace);

#endif /* WRMF_IO_REPLACE_H */
