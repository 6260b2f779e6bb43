/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_hash.h - size and hash of a file.
 */
#ifndef PROGRAMS_FILE_HASH_H
#define PROGRAMS_FILE_HASH_H

#include <stdint.h>

struct file_hash {
    int64_t bytes;
    uint64_t xxh3; /* XXH3, 64 bits, of all bytes */
};

/* Gives size and hash of a regular file, wherever its descriptor stands and without moving it; -1,
 * and errno, if it cannot be read. */
int file_hash_of(int fd, struct file_hash *hash);

#endif /* PROGRAMS_FILE_HASH_H */
