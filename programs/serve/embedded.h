/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * embedded.h - files that the build puts into the program: the page and the description of the
 * interface, as they are, without a NUL.
 */
#ifndef PROGRAMS_SERVE_EMBEDDED_H
#define PROGRAMS_SERVE_EMBEDDED_H

#include <stddef.h>

extern const unsigned char embedded_page[], embedded_openapi[];
extern const size_t embedded_page_size, embedded_openapi_size;
/* What the page's content security policy allows: its script and its style, by their hashes. */
extern const char embedded_script[], embedded_style[];

#endif /* PROGRAMS_SERVE_EMBEDDED_H */
