/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/prefetch.h - a list of rows that the next system will gather, which kernels prefetch
 * between their own loads.
 */
#ifndef WRMF_LINALG_PREFETCH_H
#define WRMF_LINALG_PREFETCH_H

#include <stdint.h>

/** Rows that the next system will gather. Kernels prefetch a few between their own loads and
 *  shorten the list. */
typedef struct wrmf_i_prefetch {
    const void *rows;     /* the matrix that holds them */
    const int32_t *index; /* of those not yet prefetched */
    int64_t n;            /* how many those are */
    int64_t row_bytes;    /* bytes of a row, and from one to the next */
} wrmf_i_prefetch;

static inline void wrmf_i_prefetch_row(const void *row, int64_t row_bytes)
{
    for (int64_t byte = 0; byte < row_bytes; byte += 64)
        __builtin_prefetch((const char *)row + byte, 0, 2);
}

/** Prefetch the first row of the list, if there is one, and take it off. */
static inline void wrmf_i_prefetch_one(wrmf_i_prefetch *list)
{
    if (list->n == 0)
        return;
    const char *const row = (const char *)list->rows + *list->index++ * list->row_bytes;
    list->n--;
    wrmf_i_prefetch_row(row, list->row_bytes);
}

/** Prefetch all rows of the list, and empty it. */
static inline void wrmf_i_prefetch_all(wrmf_i_prefetch *list)
{
    const wrmf_i_prefetch copy = *list; /* so that compilers keep it in registers */
    for (int64_t i = 0; i < copy.n; i++)
        wrmf_i_prefetch_row((const char *)copy.rows + copy.index[i] * copy.row_bytes,
                            copy.row_bytes);
    list->n = 0;
}

#endif /* WRMF_LINALG_PREFETCH_H */
