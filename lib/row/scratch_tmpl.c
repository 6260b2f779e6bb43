/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a worker's scratch is laid out, in one precision.
 */
#include "row/solve.h"

#include <math.h>

#include "base/carve.h"
#include "row/block.h"

/* Longer rows are not gathered as a whole, but factorized in blocks. */
#define GATHER_BYTES ((int64_t)8 << 20)
enum { SHORT_WORK = WRMF_I_SHORT_ROW * WRMF_I_SHORT_ROW };

int64_t RFN(gather_limit)(int64_t width)
{
    return GATHER_BYTES / (width * (int64_t)sizeof(real));
}

int64_t RFN(batch_rows)(int64_t width)
{
    return width >= WRMF_I_WIDE ? WRMF_I_PANEL_ROWS : ROW_BATCH;
}

/* Numbers that an array of n numbers has room for: whole cache lines of either precision. */
static size_t padded(int64_t n)
{
    return ((size_t)n + 15) & ~(size_t)15;
}

/* Of rows without a number below 0. */
static void carve_nonnegative(wrmf_i_carver *carver, row_scratch *s, int64_t width)
{
    const size_t w = (size_t)width, row64 = w * sizeof(double);
    s->batch = wrmf_i_carve(carver, w, sizeof(real));
    s->work = wrmf_i_carve(carver, w, sizeof(real));
    s->a64 = wrmf_i_carve(carver, w, row64);
    s->b64 = wrmf_i_carve(carver, 1, row64);
    s->rows64 = wrmf_i_carve(carver, WRMF_I_BLOCK, row64);
    s->scaled64 = wrmf_i_carve(carver, WRMF_I_BLOCK, row64);
    wrmf_i_nnls_carve(carver, &s->nnls, width);
}

/* Returns the bytes; memory NULL: only these are asked for. */
static size_t lay_out(row_scratch *s, void *memory, const wrmf_i_row_options *options,
                      int64_t width, int64_t longest)
{
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    if (options->solver == WRMF_SOLVER_BLOCKS) {
        *s = (row_scratch){0};
        RFN(blocks_carve)(&carver, s, options, width, longest);
        return wrmf_i_carver_bytes(&carver);
    }
    if (options->nonnegative) {
        *s = (row_scratch){0};
        carve_nonnegative(&carver, s, width);
        return wrmf_i_carver_bytes(&carver);
    }
    const bool cholesky = options->solver == WRMF_SOLVER_CHOLESKY;
    const size_t w = (size_t)width, row = w * sizeof(real), row64 = w * sizeof(double);
    const bool batch = width <= WRMF_I_BATCH_WIDTH, wide = width >= WRMF_I_WIDE;
    const size_t rows = (size_t)RFN(batch_rows)(width);
    const size_t rotated = wide ? WRMF_I_PANEL_ROWS + WRMF_I_PANEL_SCRATCH : ROW_BATCH;
    const int64_t limit = RFN(gather_limit)(width);
    int64_t gathered = longest < limit ? longest : limit;
    if (gathered < WRMF_I_BLOCK)
        gathered = WRMF_I_BLOCK;
    s->rows = wrmf_i_carve(&carver, padded(gathered), row);
    s->d = wrmf_i_carve(&carver, padded(longest), sizeof(real));
    s->b = wrmf_i_carve(&carver, padded(longest), sizeof(real));
    const size_t places = options->scaled ? rows + 1 : 0;
    s->diagonals = (row_diagonals){.places = (int64_t)places,
                                   .numbers = wrmf_i_carve(&carver, places, row64),
                                   .rounded = wrmf_i_carve(&carver, places, row),
                                   .lambda = (double)NAN};
    s->batch = wrmf_i_carve(&carver, rows, row);
    s->work = wrmf_i_carve(&carver, 3 * w > SHORT_WORK ? 3 * w : SHORT_WORK, sizeof(real));
    s->a = wrmf_i_carve(&carver, wide && !cholesky ? 0 : w, row);
    if (wide && !cholesky)
        s->a = NULL;
    s->scaled = wrmf_i_carve(&carver, WRMF_I_BLOCK, row);
    s->panel = wrmf_i_carve(&carver, 16, row);
    s->a64 = wrmf_i_carve(&carver, wide ? 0 : w, row64);
    s->b64 = wrmf_i_carve(&carver, 1, row64);
    s->rows64 = wrmf_i_carve(&carver, WRMF_I_BLOCK, row64);
    s->scaled64 = wrmf_i_carve(&carver, wide ? 0 : WRMF_I_BLOCK, row64);
    s->panel64 = wrmf_i_carve(&carver, 16, row64);
    s->rotation = wrmf_i_carve(&carver, rotated, row64);
    s->waiting = wrmf_i_carve(&carver, batch ? ROW_BATCH * w : 0, row);
    s->batch_work = wrmf_i_carve(&carver, batch ? WRMF_I_BATCH_WORK : 0, sizeof(real));
    return wrmf_i_carver_bytes(&carver);
}

size_t RFN(row_scratch_bytes)(const wrmf_i_row_options *options, int64_t width, int64_t longest)
{
    row_scratch s;
    return lay_out(&s, NULL, options, width, longest);
}

void RFN(row_scratch_place)(row_scratch *s, void *base, const wrmf_i_row_options *options,
                            int64_t width, int64_t longest)
{
    lay_out(s, base, options, width, longest);
}
