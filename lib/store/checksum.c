/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/checksum.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

uint64_t wrmf_i_checksum_block(uint64_t before, const void *block, size_t bytes)
{
    return bytes > 0 ? XXH3_64bits_withSeed(block, bytes, before) : before;
}

uint64_t wrmf_i_checksum(const void *data, size_t bytes)
{
    uint64_t checksum = 0;
    for (size_t at = 0; at < bytes; at += WRMF_I_CHECKSUM_BLOCK) {
        const size_t left = bytes - at;
        checksum =
            wrmf_i_checksum_block(checksum, (const char *)data + at,
                                  left < WRMF_I_CHECKSUM_BLOCK ? left : WRMF_I_CHECKSUM_BLOCK);
    }
    return checksum;
}

void wrmf_i_checksum_print(uint64_t checksum, char text[WRMF_I_CHECKSUM_TEXT])
{
    snprintf(text, WRMF_I_CHECKSUM_TEXT, "%016" PRIx64, checksum);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool wrmf_i_checksum_metadata(const void *metadata, const wrmf_i_allocator *allocator,
                              uint64_t *checksum)
{
    const size_t size = json_object_size(metadata);
    const char **const keys = wrmf_i_alloc(allocator, size, sizeof *keys);
    if (!keys)
        return false;
    size_t n = 0;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)metadata, key, value)
    {
        if (strcmp(key, WRMF_I_KEY_CHECKSUM) != 0 && strcmp(key, "format") != 0)
            keys[n++] = key;
    }
    qsort(keys, n, sizeof *keys, by_bytes);
    *checksum = 0;
    for (size_t i = 0; i < n; i++) {
        const char *const text = json_string_value(json_object_get(metadata, keys[i]));
        *checksum = wrmf_i_checksum_block(*checksum, keys[i], strlen(keys[i]) + 1);
        *checksum = wrmf_i_checksum_block(*checksum, text, strlen(text) + 1);
    }
    wrmf_i_free(allocator, keys, size, sizeof *keys);
    return true;
}
