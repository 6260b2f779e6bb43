/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row/long_row.h - the system of a row with very many entries, summed up by all workers: one item
 * with a million users does not leave the others waiting.
 */
#ifndef WRMF_ROW_LONG_ROW_H
#define WRMF_ROW_LONG_ROW_H

#include "row/fixed_side.h"

/** Entries from which a row is long. */
enum { WRMF_I_LONG_ROW = 32768 };

/** Doubles that wrmf_i_long_row() takes for a row of n entries, and for all long rows where the
 *  longest has `longest`. */
size_t wrmf_i_row_system_doubles(int64_t width, int64_t n);
size_t wrmf_i_long_row_doubles(int64_t width, int64_t longest);

/** Sum up the system of a row, I + W' D W and W' b in float64, into the first width x width
 *  doubles of sums and the width doubles behind them. Segments depend on the row's length and the
 *  width alone, and are added in order: the same bits for any number of workers. */
wrmf_status wrmf_i_long_row(wrmf_context *context, const wrmf_i_fixed_side *side,
                            const wrmf_i_row *row, double *sums, wrmf_error *err);

#endif /* WRMF_ROW_LONG_ROW_H */
