/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/sieve_kernels.h - the kernel that tells, for one query, which rows may have a score that
 * reaches a threshold, from rows that are rounded to 4 bits a coordinate.
 *
 * It is to one list what screen_kernels.h is to many: one list reads each row once, so it takes as
 * long as the rows take to come out of memory, and the fewer bits they have the better. With
 * x = x^ + dx and y = y^ + dy (^: rounded), as in screen_kernels.h,
 *
 *     x.y <= x^.y^ + |x^| |dy| + |dx| |y|
 *
 * where each row has a step and a loss |dy| of its own. All levels read the same rounded rows.
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

/** One query, x, rounded to x^ = step q. */
typedef struct wrmf_i_sieve_query {
    const int8_t *row; /* q: words * IN_WORD numbers, zeros behind the factors */
    int64_t words;     /* 32-bit words of a ranked row */
    double threshold;  /* t; -infinity: any score will do */
    double loss;       /* |x - x^|, and the rounding of scores by |x| */
    double length;     /* |q|, which is |x^| in steps */
    double per_step;   /* 1 / step */
    int32_t sum;       /* of q */
} wrmf_i_sieve_query;

/** What is known of the rows of a panel. */
typedef struct wrmf_i_sieve_panel {
    double length; /* the greatest |y| */
    double scale;  /* above 0; what the panel's steps and losses are parts of */
} wrmf_i_sieve_panel;

/** The rows of a panel: STEPS, PANEL floats; LOSSES, PANEL floats; and `words` times PANEL words,
 *  of which word k of row j is number k * PANEL + j. Row y is rounded to y^ = scale * step * its
 *  whole numbers, and |y - y^| is at most scale * loss; both parts are between 0 and 2. */
enum {
    WRMF_I_SIEVE_STEPS = 0,
    WRMF_I_SIEVE_LOSSES = WRMF_I_SIEVE_PANEL,
    WRMF_I_SIEVE_ROWS = 2 * WRMF_I_SIEVE_PANEL,
};

/** 32-bit words of a panel. */
static inline int64_t wrmf_i_sieve_panel_size(int64_t words)
{
    return WRMF_I_SIEVE_ROWS + words * WRMF_I_SIEVE_PANEL;
}

typedef struct wrmf_i_sieve_kernels {
    /** masks[i], i < n: the rows of panel i that may reach the threshold, and possibly some that
     *  do not. Panel i begins at word i * wrmf_i_sieve_panel_size() of `packed`. */
    void (*reach)(const wrmf_i_sieve_query *query, const wrmf_i_sieve_panel *panels,
                  const uint32_t *packed, int64_t n, uint64_t *masks);
} wrmf_i_sieve_kernels;

/** The table for a level that wrmf_i_cpu_can() run. */
const wrmf_i_sieve_kernels *wrmf_i_sieve_kernels_get(wrmf_i_cpu cpu);

#endif /* WRMF_LINALG_SIEVE_KERNELS_H */
