/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/market.h - matrices in the coordinate format of Matrix Market, read and written.
 */
#ifndef WRMF_TEXT_MARKET_H
#define WRMF_TEXT_MARKET_H

#include "data/csr.h"
#include "io/input.h"
#include "io/output.h"

/** wrmf/matrix.h says what is read. *merged becomes the number of entries whose pair occurred
 *  before, *dropped that of counts of 0; either may be NULL. */
wrmf_status wrmf_i_market_read(wrmf_context *context, wrmf_input *input, wrmf_duplicates duplicates,
                               wrmf_zeros zeros, int64_t *merged, int64_t *dropped,
                               wrmf_matrix **out, wrmf_error *err);
/** Counts are written as a pattern where all are 1, as integers where all are whole. */
wrmf_status wrmf_i_market_write(const wrmf_matrix *matrix, wrmf_output *output, wrmf_error *err);

#endif /* WRMF_TEXT_MARKET_H */
