/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/utf8.h - whether bytes are text in UTF-8.
 */
#ifndef WRMF_BASE_UTF8_H
#define WRMF_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/** Whether bytes are well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above
 *  U+10FFFF. */
bool wrmf_i_is_utf8(const char *text, size_t bytes);

#endif /* WRMF_BASE_UTF8_H */
