/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store/source.h - the bytes of a file: in memory, or read from a descriptor or by a function. A
 * file is mapped only for who asks for it (io/mapping.h): one that somebody cuts short ends the
 * process, and one that is changed is checked in one state and used in another.
 */
#ifndef WRMF_STORE_SOURCE_H
#define WRMF_STORE_SOURCE_H

#include "base/alloc.h"
#include "base/error.h"
#include "wrmf/store.h"

typedef struct wrmf_i_source {
    const unsigned char *memory; /* borrowed, from an address that need not be aligned; or NULL */
    wrmf_read_at_fn read;        /* of the host's, where memory is NULL; or NULL */
    void *self;                  /* of read */
    int fd;                      /* borrowed; of a regular file; where both are NULL */
    size_t bytes;                /* of the whole file, as it was when it was opened */
} wrmf_i_source;

/** Copy bytes offset .. offset + bytes - 1, which are within the file. WRMF_E_IO if they cannot be
 *  read, or the file has become shorter. */
wrmf_status wrmf_i_source_read(const wrmf_i_source *source, size_t offset, void *to, size_t bytes,
                               wrmf_error *err);

/** A part of a file that stays as it is. */
typedef struct wrmf_i_piece {
    const unsigned char *data;
    size_t bytes;
    void *owned; /* the copy that data is, or NULL: it is borrowed from the source's memory */
} wrmf_i_piece;

/** Get a part, which is within the file. *piece is to be closed even after a failure. */
wrmf_status wrmf_i_piece_open(wrmf_i_piece *piece, const wrmf_i_source *source,
                              const wrmf_i_allocator *allocator, size_t offset, size_t bytes,
                              wrmf_error *err);
void wrmf_i_piece_close(wrmf_i_piece *piece, const wrmf_i_allocator *allocator);

#endif /* WRMF_STORE_SOURCE_H */
