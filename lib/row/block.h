/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row/block.h - solver blocks: rows improved by a sweep over blocks of their coordinates. Included
 * by templates only.
 */
#ifndef WRMF_ROW_BLOCK_H
#define WRMF_ROW_BLOCK_H

#include "base/carve.h"
#include "row/solve.h"

/** A batch of more than one row has no more entries than this. */
enum { BLOCKS_ENTRIES = 16384 };

/** Factors of a block, the last of a row but perhaps: a multiple of WRMF_I_PANEL. */
int64_t RFN(block_columns)(const wrmf_i_row_options *options, int64_t width);
/** Carve a worker's scratch. */
void RFN(blocks_carve)(wrmf_i_carver *carver, row_scratch *s, const wrmf_i_row_options *options,
                       int64_t width, int64_t longest);
/** Pack the Gram matrix plus lambda I into side->rounded, in parallel. Before all sweeps. */
wrmf_status RFN(blocks_pack)(wrmf_context *context, const row_solver *solver, wrmf_error *err);
/** Improve n <= WRMF_I_PANEL_ROWS rows, which stand in s->batch, by one sweep; rows without entries
 *  become 0. */
void RFN(sweep_rows)(const row_solver *solver, const wrmf_i_row *rows, int64_t n, row_scratch *s,
                     wrmf_i_row_counts *counts);

#endif /* WRMF_ROW_BLOCK_H */
