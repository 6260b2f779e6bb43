/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/mapping.h - the bytes of a file in the address space, read-only: all processes that map a file
 * share one copy of it, of which the system reads what is used. A file that is replaced (renamed
 * over, or unlinked) stays as it was for who has it mapped; one that is cut short in place ends the
 * process that reads behind its end (SIGBUS).
 */
#ifndef WRMF_IO_MAPPING_H
#define WRMF_IO_MAPPING_H

#include <stddef.h>

#include "base/error.h"

/** Zero-initialised, it has nothing to close. */
typedef struct wrmf_i_mapping {
    const unsigned char *bytes; /* at the beginning of a page; NULL: there is no mapping */
    size_t n;                   /* bytes of the file */
    void *pages;                /* what is to be unmapped; NULL where the file has no bytes */
} wrmf_i_mapping;

/** Map a regular file. Messages name it. */
wrmf_status wrmf_i_mapping_open(wrmf_i_mapping *mapping, const char *path, wrmf_error *err);
void wrmf_i_mapping_close(wrmf_i_mapping *mapping);

#endif /* WRMF_IO_MAPPING_H */
