/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/sieve_kernels.h - the kernel that tells, for one query, which rows may have a score that
 * reaches a threshold, from rows that are rounded to 4 bits a coordinate.
 *
 * It is to one list what screen_kernels.h is to many: one list reads each row once, so it takes as
 * long as the rows take to come out of memory, and the fewer bits they have the better. Bounds are
 * those of screen_kernels.h. All levels read the same rounded rows.
 */
#ifndef WRMF_LINALG_SIEVE_KERNELS_H
#define WRMF_LINALG_SIEVE_KERNELS_H

#include <stdint.h>

#include "par/context.h"

enum {
    WRMF_I_SIEVE_PANEL = 64,  /* rows of a panel, a bit each in a mask */
    WRMF_I_SIEVE_IN_WORD = 8, /* coordinates in a 32-bit word: number i is bits 4 i .. 4 i + 3 */
    WRMF_I_SIEVE_LEAST = -8,  /* what is taken off a stored coordinate, 0 .. 15 */
    WRMF_I_SIEVE_QUERY = 127, /* the largest |q| of a query's coordinates */
};

/** One query, x, rounded to x^ = q / per_step. */
typedef struct wrmf_i_sieve_query {
    const int8_t *row; /* q: words * IN_WORD numbers, zeros behind the factors */
    int64_t words;     /* 32-bit words of a ranked row */
    double threshold;  /* t; -infinity: any score will do */
    double loss;       /* |x - x^|, and the rounding of scores by |x| */
    double length;     /* |x^| */
    double per_step;
    int32_t sum; /* of q */
} wrmf_i_sieve_query;

/** What is known of the rows of a panel. */
typedef struct wrmf_i_sieve_panel {
    double length; /* the greatest |y| */
    double loss;   /* the greatest |y - y^| */
    double per_step;
} wrmf_i_sieve_panel;

typedef struct wrmf_i_sieve_kernels {
    /** masks[i], i < n: the rows of panel i that may reach the threshold, and possibly some that
     *  do not. Panel i begins at word i * words * PANEL of `packed`, and word k of its row j is
     *  [k * PANEL + j] there. */
    void (*reach)(const wrmf_i_sieve_query *query, const wrmf_i_sieve_panel *panels,
                  const uint32_t *packed, int64_t n, uint64_t *masks);
} wrmf_i_sieve_kernels;

/** The table for a level that wrmf_i_cpu_can() run. */
const wrmf_i_sieve_kernels *wrmf_i_sieve_kernels_get(wrmf_i_cpu cpu);

#endif /* WRMF_LINALG_SIEVE_KERNELS_H */
