/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a worker's scratch is laid out, in one precision.
 */
#include "row/solve.h"

/* Longer rows are not gathered as a whole, but factorized in blocks. */
#define GATHER_BYTES ((int64_t)8 << 20)
enum { SHORT_WORK = WRMF_I_SHORT_ROW * WRMF_I_SHORT_ROW };

int64_t RFN(gather_limit)(int64_t width)
{
    return GATHER_BYTES / (width * (int64_t)sizeof(real));
}

static int64_t padded(int64_t n)
{
    return (n + 15) & ~(int64_t)15;
}

/* Returns the bytes; base NULL: only these are asked for. */
static size_t lay_out(row_scratch *s, char *base, int64_t width, int64_t longest)
{
    size_t used = 0;
    const int64_t limit = RFN(gather_limit)(width);
    int64_t gathered = longest < limit ? longest : limit;
    if (gathered < WRMF_I_BLOCK)
        gathered = WRMF_I_BLOCK;
    const bool batch = width <= WRMF_I_BATCH_WIDTH;
#define TAKE(field, count)                                                                         \
    do {                                                                                           \
        s->field = base ? (void *)(base + used) : NULL;                                            \
        used += ((size_t)(count) * sizeof *s->field + 127) & ~(size_t)63;                          \
    } while (0)
    TAKE(rows, padded(gathered) * width);
    TAKE(d, padded(longest));
    TAKE(b, padded(longest));
    TAKE(diagonal, width);
    TAKE(batch, ROW_BATCH * width);
    TAKE(work, 3 * width > SHORT_WORK ? 3 * width : SHORT_WORK);
    TAKE(a, width * width);
    TAKE(scaled, WRMF_I_BLOCK * width);
    TAKE(panel, 16 * width);
    TAKE(a64, width * width);
    TAKE(b64, width);
    TAKE(rows64, WRMF_I_BLOCK * width);
    TAKE(scaled64, WRMF_I_BLOCK * width);
    TAKE(panel64, 16 * width);
    TAKE(rotation, ROW_BATCH * width);
    TAKE(waiting, batch ? ROW_BATCH * width * width : 0);
    TAKE(batch_work, batch ? WRMF_I_BATCH_WORK : 0);
#undef TAKE
    return used;
}

size_t RFN(row_scratch_bytes)(int64_t width, int64_t longest)
{
    row_scratch s;
    return lay_out(&s, NULL, width, longest);
}

void RFN(row_scratch_place)(row_scratch *s, void *base, int64_t width, int64_t longest)
{
    lay_out(s, base, width, longest);
}
