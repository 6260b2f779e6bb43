/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * als/objective_chunks.h - how the stored pairs of an objective are shared out: by the matrix
 * alone, so that sums of chunks, added in their order, have the same bits for any number of
 * workers.
 */
#ifndef WRMF_ALS_OBJECTIVE_CHUNKS_H
#define WRMF_ALS_OBJECTIVE_CHUNKS_H

#include "data/csr.h"

/** Chunks of a matrix, and pairs of a row that are scored together. */
enum { WRMF_I_OBJECTIVE_CHUNKS = 64, WRMF_I_OBJECTIVE_BLOCK = 256 };

/** First row of a chunk: entries, not rows, are shared out evenly. */
static inline int64_t wrmf_i_objective_chunk(const wrmf_matrix *matrix, size_t chunk)
{
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    const int64_t target = (int64_t)((double)entries * (double)chunk / WRMF_I_OBJECTIVE_CHUNKS);
    int64_t low = 0, high = matrix->rows;
    if (chunk == WRMF_I_OBJECTIVE_CHUNKS)
        return matrix->rows;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (matrix->offsets[middle] < target)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

#endif /* WRMF_ALS_OBJECTIVE_CHUNKS_H */
