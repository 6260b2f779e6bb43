/* SPDX-License-Identifier: BSD-2-Clause */
/* This hashes files. */
#include "file_hash.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

enum { PIECE = 1 << 20 };

/* Feeds a file to a hash; gives its size, or -1. */
static int64_t feed(int fd, XXH3_state_t *state, char *piece)
{
    int64_t bytes = 0;
    for (;;) {
        const ssize_t n = pread(fd, piece, PIECE, (off_t)bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -1 : bytes;
        XXH3_64bits_update(state, piece, (size_t)n);
        bytes += n;
    }
}

int file_hash_of(int fd, struct file_hash *hash)
{
    XXH3_state_t *state = XXH3_createState();
    char *piece = malloc(PIECE);
    hash->bytes = -1;
    if (state && piece) {
        XXH3_64bits_reset(state);
        hash->bytes = feed(fd, state, piece);
        hash->xxh3 = XXH3_64bits_digest(state);
    } else {
        errno = ENOMEM;
    }
    free(piece);
    XXH3_freeState(state);
    return hash->bytes < 0 ? -1 : 0;
}
