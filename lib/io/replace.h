/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/replace.h - atomic replacement: a new file takes the place of another as a whole or not at
 * all.
 */
#ifndef WRMF_IO_REPLACE_H
#define WRMF_IO_REPLACE_H

#include "base/alloc.h"
#include "base/error.h"

typedef struct wrmf_i_replace wrmf_i_replace;

/**
 * Open a temporary file in the folder of path; *fd becomes its descriptor, which is to be written
 * to and not closed. If there is a file at path, the new one gets its mode. A device, pipe or
 * socket at path is opened itself, for it holds nothing to keep and must not be replaced.
 */
wrmf_status wrmf_i_replace_open(const wrmf_i_allocator *allocator, const char *path,
                                wrmf_i_replace **out, int *fd, wrmf_error *err);
/** Flush the temporary file to the disk, close it and rename it to path. On a failure it is
 *  removed, and what stands at path stays as it was. */
wrmf_status wrmf_i_replace_commit(wrmf_i_replace *replace, wrmf_error *err);
/** Without a commit before it, this removes the temporary file. NULL is allowed. */
void wrmf_i_replace_free(wrmf_i_replace *replace);

#endif /* WRMF_IO_REPLACE_H */
