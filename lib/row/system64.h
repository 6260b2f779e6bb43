/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row/system64.h - the system of a row, summed up in float64 from the factors themselves: not
 * from W, whose rounding large weights would magnify.
 */
#ifndef WRMF_ROW_SYSTEM64_H
#define WRMF_ROW_SYSTEM64_H

#include "row/fixed_side.h"

/** A sum, and the space that summing needs. */
typedef struct wrmf_i_system64 {
    double *a;        /* W' D W, width x width, on and above the diagonal */
    double *b;        /* W' b: width */
    double *rows;     /* WRMF_I_BLOCK x width */
    double *scaled;   /* WRMF_I_BLOCK x width */
    double *rotation; /* 8 width; not where rows are not whitened */
} wrmf_i_system64;

/** Add the entries first .. last-1 of a row to a sum, in order, by blocks, in the whitened basis:
 *  W = Y F S. Where rows are not whitened, row/row_options.h, W = Y. */
void wrmf_i_system64_add(const wrmf_i_fixed_side *side, const wrmf_i_row *row, int64_t first,
                         int64_t last, const wrmf_i_system64 *sum);

/** Add what all rows share to the matrix of a row's sum of all entries: I or, where rows are not
 *  whitened, Y'Y + lambda I, with the row's lambda. */
void wrmf_i_system64_finish(const wrmf_i_fixed_side *side, const wrmf_i_row *row, double *a);

#endif /* WRMF_ROW_SYSTEM64_H */
