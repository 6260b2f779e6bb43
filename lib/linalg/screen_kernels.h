/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/screen_kernels.h - the kernel that tells, from rounded coordinates and bounds of
 * what rounding lost, which rows may have a score that reaches a query's threshold.
 *
 * A coordinate is step * q + loss with a small whole number q, 4 of 8 bits or 2 of 16 in
 * a 32-bit word, as the level's instruction for dot products wants them. With
 * x = x^ + dx and y = y^ + dy (^: rounded),
 *
 *     x.y = x^.y^ + dx.y + x^.dy <= x^.y^ + |dx| |y| + |x^| |dy|
 *
 * (Cauchy and Schwarz), so x.y reaches t only where the whole number x^.y^ / (step step)
 * reaches a limit; and it is at least x^.y^ less the same. docs/mathematics.md, "Exact
 * pruning".
 */
#ifndef WRMF_LINALG_SCREEN_KERNELS_H
#define WRMF_LINALG_SCREEN_KERNELS_H

#include <stdint.h>

#include "par/context.h"

enum {
    WRMF_I_SCREEN_PANEL = 64,   /* rows of a panel, a bit each in a mask */
    WRMF_I_SCREEN_TILE = 6,     /* queries whose sums are in registers at a time */
    WRMF_I_SCREEN_QUERIES = 96, /* at most; a multiple of a tile */
};

/** Queries side by side, numbers 0 .. n-1 of each array. */
typedef struct wrmf_i_screen_queries {
    int64_t n;
    const int32_t *words[WRMF_I_SCREEN_QUERIES]; /* rounded coordinates */
    double threshold[WRMF_I_SCREEN_QUERIES];     /* t; -infinity: any score will do */
    double loss[WRMF_I_SCREEN_QUERIES];          /* |dx|, and the rounding of scores by |x| */
    double length[WRMF_I_SCREEN_QUERIES];        /* |x^| */
    double per_step[WRMF_I_SCREEN_QUERIES];      /* 1 / step */
    int32_t shift[WRMF_I_SCREEN_QUERIES];        /* sum of q * the offset of ranked rows */
} wrmf_i_screen_queries;

/** A panel of ranked rows. */
typedef struct wrmf_i_screen_panel {
    const int32_t *words; /* word k of row i at [k * PANEL + i] */
    double length;        /* the greatest |y| */
    double loss;          /* the greatest |dy| */
    double per_step;
} wrmf_i_screen_panel;

typedef struct wrmf_i_screen_kernels {
    int bits;    /* of a coordinate: 8 or 16 */
    int offset;  /* added to the coordinates of ranked rows (8 bits: they are unsigned) */
    int largest; /* of |q|: sums of 4,096 products are below 2^28 */
    /** masks[i], i < n: the rows of the panel that may reach threshold[i], and possibly some
     *  that do not. Entries behind n, up to a whole tile, are written and mean nothing. */
    void (*reach)(wrmf_i_screen_queries *queries, const wrmf_i_screen_panel *panel, int64_t words,
                  uint64_t *masks);
    /** peaks[i * PANEL + j], i < n: raised to what the score of row j is at least, unless bit j
     *  of left_out[i] is set. Room and entries behind n as above. */
    void (*peak)(wrmf_i_screen_queries *queries, const wrmf_i_screen_panel *panel, int64_t words,
                 const uint64_t *left_out, float *peaks);
    /** A close lower bound of the k-th largest peak, k <= PANEL; -infinity if fewer than k peaks
     *  are above that. */
    float (*kth)(const float *peaks, int64_t k);
} wrmf_i_screen_kernels;

/** The table for a level that wrmf_i_cpu_can() run. */
const wrmf_i_screen_kernels *wrmf_i_screen_kernels_get(wrmf_i_cpu cpu);

#endif /* WRMF_LINALG_SCREEN_KERNELS_H */
