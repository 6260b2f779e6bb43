/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/signature.h - files that are not the text they are given as, by their first bytes.
 */
#ifndef WRMF_IO_SIGNATURE_H
#define WRMF_IO_SIGNATURE_H

#include <stddef.h>

/** The bytes that tell; more do no harm. */
#define WRMF_I_SIGNATURE_BYTES 512

/** What the first bytes of an input, unpacked if it is packed by gzip, show it to be, as the end of
 *  a sentence that begins with "this is"; NULL if it may be text of lines in UTF-8. The text is
 *  static. */
const char *wrmf_i_signature(const char *bytes, size_t n);
/** The same but for what is text, such as JSON, XML and HTML: a list of ids may begin like those.
 */
const char *wrmf_i_signature_of_bytes(const char *bytes, size_t n);

#endif /* WRMF_IO_SIGNATURE_H */
