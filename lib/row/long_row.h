/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row/long_row.h - the systems of rows with very many entries, each summed up in segments by all
 * workers: one item with a million users does not leave the others waiting. As many long rows as
 * there is memory for are summed up together, so that many workers find enough segments.
 */
#ifndef WRMF_ROW_LONG_ROW_H
#define WRMF_ROW_LONG_ROW_H

#include "row/fixed_side.h"

/** Entries from which a row is long. */
enum { WRMF_I_LONG_ROW = 32768 };
/** Long rows that are summed up together, at most. */
enum { WRMF_I_LONG_BATCH = 256 };

/** Long rows that are summed up together. */
typedef struct wrmf_i_long_batch {
    const wrmf_context *context; /* asked whether to stop; or NULL */
    const wrmf_i_fixed_side *side;
    int64_t n; /* rows */
    wrmf_i_row rows[WRMF_I_LONG_BATCH];
    int64_t first[WRMF_I_LONG_BATCH + 1]; /* of each row: its first segment, in all of the batch */
    int64_t capacity;                     /* segments that there is memory for */
    double *sums;                         /* of each segment: a matrix and a vector */
    double *work;                         /* of each worker */
} wrmf_i_long_batch;

/** Doubles that batches of n_long rows of up to `longest` entries take, for so many workers. */
size_t wrmf_i_long_batch_doubles(int64_t workers, int64_t width, int64_t n_long, int64_t longest);
/** Begin a batch without rows in so many doubles, for so many workers. All is borrowed. */
void wrmf_i_long_batch_begin(wrmf_i_long_batch *batch, const wrmf_context *context, int64_t workers,
                             const wrmf_i_fixed_side *side, double *memory, size_t doubles);
/** Add a row; its regularization and its diagonal are found. False if there is no room for it
 * beside those that are there. */
bool wrmf_i_long_batch_add(wrmf_i_long_batch *batch, const wrmf_i_row *row);
/** The number of segments of all rows. They depend on a row's length and the width alone. */
static inline size_t wrmf_i_long_batch_segments(const wrmf_i_long_batch *batch)
{
    return (size_t)batch->first[batch->n];
}
/** Sum up a segment. Any number of them may run in parallel. */
void wrmf_i_long_batch_sum(const wrmf_i_long_batch *batch, size_t segment, size_t worker);
/** The system of row i of the batch, once its segments are summed up: I + W' D W in float64, or
 * what wrmf_i_system64_finish() makes of it, width x width, and behind it W' b, and the row's
 * diagonal, where it has one. Segments are added in order: the same bits for any number of workers.
 * To be asked for once. */
double *wrmf_i_long_batch_system(wrmf_i_long_batch *batch, int64_t i);
/** A worker's scratch: at least 16 width doubles. */
double *wrmf_i_long_batch_work(const wrmf_i_long_batch *batch, size_t worker);

#endif /* WRMF_ROW_LONG_ROW_H */
