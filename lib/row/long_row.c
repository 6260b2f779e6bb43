/* SPDX-License-Identifier: BSD-2-Clause */
#include "row/long_row.h"

#include <string.h>

#include "par/progress.h"
#include "row/system64.h"

/* A row has so many segments at most, and no more than fit these doubles, unless two take more. So
 * do those of a batch, unless there are more workers. */
enum { MAX_SEGMENTS = 32, SUM_DOUBLES = 1 << 21 };
/* After so many entries, whole blocks of them, a segment looks whether it is to stop. */
enum { POLL = 32 * WRMF_I_BLOCK };

static int64_t segment_count(int64_t width, int64_t n)
{
    int64_t segments = (n + WRMF_I_LONG_ROW / 2 - 1) / (WRMF_I_LONG_ROW / 2);
    int64_t room = SUM_DOUBLES / (width * width);
    room = room < 2 ? 2 : room > MAX_SEGMENTS ? MAX_SEGMENTS : room;
    return segments < room ? segments : room;
}

/* What a segment adds up: a matrix and a vector. */
static int64_t system_doubles(int64_t width)
{
    return width * width + width;
}

/* The same, and behind it, in the first segment of a row, the row's diagonal. */
static int64_t sum_doubles(int64_t width)
{
    return system_doubles(width) + width;
}

/* The space that summing needs. */
static int64_t work_doubles(int64_t width)
{
    return (2 * WRMF_I_BLOCK + 8) * width;
}

size_t wrmf_i_long_batch_doubles(int64_t workers, int64_t width, int64_t n_long, int64_t longest)
{
    if (n_long == 0)
        return 1;
    const int64_t most = segment_count(width, longest);
    int64_t capacity = SUM_DOUBLES / sum_doubles(width);
    if (capacity < workers && width < WRMF_I_WIDE)
        capacity = workers;
    if (capacity > most * n_long)
        capacity = most * n_long;
    if (capacity < most)
        capacity = most;
    return (size_t)(capacity * sum_doubles(width) + workers * work_doubles(width));
}

void wrmf_i_long_batch_begin(wrmf_i_long_batch *batch, const wrmf_context *context, int64_t workers,
                             const wrmf_i_fixed_side *side, double *memory, size_t doubles)
{
    const int64_t work = workers * work_doubles(side->width);
    batch->context = context;
    batch->side = side;
    batch->n = 0;
    batch->first[0] = 0;
    batch->capacity = ((int64_t)doubles - work) / sum_doubles(side->width);
    batch->work = memory;
    batch->sums = memory + work;
}

static double *sum_of(const wrmf_i_long_batch *batch, int64_t segment)
{
    return batch->sums + segment * sum_doubles(batch->side->width);
}

bool wrmf_i_long_batch_add(wrmf_i_long_batch *batch, const wrmf_i_row *row)
{
    const int64_t width = batch->side->width;
    const int64_t end = batch->first[batch->n] + segment_count(width, row->n);
    if (batch->n == WRMF_I_LONG_BATCH || end > batch->capacity)
        return false;
    wrmf_i_row *const to = &batch->rows[batch->n];
    *to = *row;
    wrmf_i_row_regularize(batch->side, to,
                          sum_of(batch, batch->first[batch->n]) + system_doubles(width));
    batch->n++;
    batch->first[batch->n] = end;
    return true;
}

double *wrmf_i_long_batch_work(const wrmf_i_long_batch *batch, size_t worker)
{
    return batch->work + (int64_t)worker * work_doubles(batch->side->width);
}

void wrmf_i_long_batch_sum(const wrmf_i_long_batch *batch, size_t segment, size_t worker)
{
    const int64_t width = batch->side->width;
    int64_t i = 0;
    while (batch->first[i + 1] <= (int64_t)segment)
        i++;
    const wrmf_i_row *const row = &batch->rows[i];
    const int64_t n = row->n, segments = batch->first[i + 1] - batch->first[i];
    const int64_t length = (n + segments - 1) / segments;
    const int64_t first = ((int64_t)segment - batch->first[i]) * length;
    const int64_t last = first + length < n ? first + length : n;
    double *const a = sum_of(batch, (int64_t)segment);
    double *const work = wrmf_i_long_batch_work(batch, worker);
    const wrmf_i_system64 sum = {.a = a,
                                 .b = a + width * width,
                                 .rows = work,
                                 .scaled = work + WRMF_I_BLOCK * width,
                                 .rotation = work + 2 * WRMF_I_BLOCK * width};
    memset(a, 0, sizeof *a * (size_t)system_doubles(width));
    for (int64_t at = first; at < last; at += POLL) {
        if (batch->context && wrmf_i_should_stop(batch->context))
            return;
        wrmf_i_system64_add(batch->side, row, at, at + POLL < last ? at + POLL : last, &sum);
    }
}

double *wrmf_i_long_batch_system(wrmf_i_long_batch *batch, int64_t i)
{
    const int64_t width = batch->side->width;
    double *const system = sum_of(batch, batch->first[i]);
    for (int64_t segment = batch->first[i] + 1; segment < batch->first[i + 1]; segment++) {
        const double *const part = sum_of(batch, segment);
        for (int64_t k = 0; k < system_doubles(width); k++)
            system[k] += part[k];
    }
    wrmf_i_system64_finish(batch->side, &batch->rows[i], system);
    return system;
}
