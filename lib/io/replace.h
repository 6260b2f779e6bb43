/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/replace.h - atomic replacement: a new file takes the place of another as a whole or not at
 * all.
 *
 * The temporary file of a target is called .wrmf-HASH-N.tmp, where HASH is that of the target's
 * name in its folder, and N is the first number that no other writer of the target has. A writer
 * holds a lock (flock) on it for as long as it lives. So whoever writes the target next finds what
 * processes that were killed have left, by its name, and knows by the lock that it may remove it.
 */
#ifndef WRMF_IO_REPLACE_H
#define WRMF_IO_REPLACE_H

#include "base/alloc.h"
#include "base/error.h"

typedef struct wrmf_i_replace wrmf_i_replace;

/**
 * Open a temporary file in the folder of path; *fd becomes its descriptor, which is to be written
 * to and not closed. If there is a file at path, the new one gets its mode and, where that is
 * allowed, its owner and group; one that may not be written is not replaced (EACCES). A device,
 * pipe or socket at path is opened itself, for it holds nothing to keep and must not be replaced;
 * so is what names an open descriptor, such as /dev/stdout.
 */
wrmf_status wrmf_i_replace_open(const wrmf_i_allocator *allocator, const char *path,
                                wrmf_i_replace **out, int *fd, wrmf_error *err);
/** Flush the temporary file to the disk, rename it to path, flush the folder, and close it. On a
 *  failure it is removed, and what stands at path stays as it was; but where only the folder could
 *  not be flushed, or the file not be closed, the new file stands there. */
wrmf_status wrmf_i_replace_commit(wrmf_i_replace *replace, wrmf_error *err);
/** Without a commit before it, this removes the temporary file. NULL is allowed. */
void wrmf_i_replace_free(wrmf_i_replace *replace);

#endif /* WRMF_IO_REPLACE_H */
