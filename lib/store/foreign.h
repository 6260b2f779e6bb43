/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store/foreign.h - files that are no models, by their first bytes.
 */
#ifndef WRMF_STORE_FOREIGN_H
#define WRMF_STORE_FOREIGN_H

#include <stddef.h>

/** The bytes that are looked at. */
#define WRMF_I_FOREIGN_BYTES 512

/** What a file is that begins with these bytes, such as "a Matrix Market file"; NULL if that is not
 *  known. To be asked only of what is no safetensors file. The text is static. */
const char *wrmf_i_foreign(const unsigned char *head, size_t bytes);

#endif /* WRMF_STORE_FOREIGN_H */
