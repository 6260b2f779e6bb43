/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve/row_sets.h - sets of rows as a caller gives them, in any order and some again, made
 * ascending. Their memory is kept from one setting to the next.
 */
#ifndef WRMF_SERVE_ROW_SETS_H
#define WRMF_SERVE_ROW_SETS_H

#include "base/alloc.h"
#include "base/error.h"
#include "rank/filter.h"
#include "serve/lists.h"

/** Zero-initialised: empty. */
typedef struct wrmf_i_row_buffer {
    int32_t *rows;
    size_t room; /* rows that fit */
} wrmf_i_row_buffer;

void wrmf_i_row_buffer_free(const wrmf_i_allocator *allocator, wrmf_i_row_buffer *buffer);

/** Copy n rows, each 0 .. size - 1, to the buffer as a set. WRMF_E_RANGE, whose text names the
 *  argument and the position, or WRMF_E_NOMEM; the buffer then has what it had. */
wrmf_status wrmf_i_row_set_make(const wrmf_i_allocator *allocator, const char *name,
                                const int64_t *rows, int64_t n, int64_t size,
                                wrmf_i_row_buffer *buffer, wrmf_i_row_set *out, wrmf_error *err);

/** Sets of several lists, with their memory. Zero-initialised but for lists.n, which is -1: none.
 */
typedef struct wrmf_i_kept_lists {
    wrmf_i_row_lists lists;
    int64_t *offsets; /* lists.n + 1 */
    wrmf_i_row_buffer buffer;
} wrmf_i_kept_lists;

/** Copy the rows of n lists, list i those from offsets[i] to offsets[i + 1] - 1, as a set each;
 * none where offsets is NULL. WRMF_E_FORMAT where offsets do not begin with 0 or descend;
 * WRMF_E_RANGE and WRMF_E_NOMEM as above. */
wrmf_status wrmf_i_kept_lists_set(const wrmf_i_allocator *allocator, wrmf_i_kept_lists *kept,
                                  int64_t n, const int64_t *offsets, const int64_t *rows,
                                  int64_t size, wrmf_error *err);
/** None. */
void wrmf_i_kept_lists_free(const wrmf_i_allocator *allocator, wrmf_i_kept_lists *kept);

#endif /* WRMF_SERVE_ROW_SETS_H */
