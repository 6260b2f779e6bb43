/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store/checksum.h - checksums of a model file, which docs/file-format.md defines: XXH3-64, chained
 * where there is more than one block.
 */
#ifndef WRMF_STORE_CHECKSUM_H
#define WRMF_STORE_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"

/** Metadata: the checksum of the other metadata; and what stands in front of a tensor's name in the
 *  key of its checksum. */
#define WRMF_I_KEY_CHECKSUM "wrmf_checksum"
#define WRMF_I_CHECKSUM_PREFIX "wrmf_checksum_"
/** Bytes of a block of a tensor; a number never lies across two. */
#define WRMF_I_CHECKSUM_BLOCK ((size_t)1 << 20)
/** Bytes of a checksum's text, 16 hexadecimal digits and a NUL. */
#define WRMF_I_CHECKSUM_TEXT 17

/** The checksum of what is in front, 0 at first, and a block behind it. All blocks but the last
 * have WRMF_I_CHECKSUM_BLOCK bytes. */
uint64_t wrmf_i_checksum_block(uint64_t before, const void *block, size_t bytes);
/** That of a tensor which is in memory as a whole. */
uint64_t wrmf_i_checksum(const void *data, size_t bytes);
void wrmf_i_checksum_print(uint64_t checksum, char text[WRMF_I_CHECKSUM_TEXT]);

/** The checksum of metadata (jansson's json_t, an object of texts), whatever their order: of all
 * but "wrmf_checksum" itself and "format", which other programs add. False if there is no memory.
 */
bool wrmf_i_checksum_metadata(const void *metadata, const wrmf_i_allocator *allocator,
                              uint64_t *checksum);

#endif /* WRMF_STORE_CHECKSUM_H */
