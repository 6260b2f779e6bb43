/* SPDX-License-Identifier: BSD-2-Clause */
#include "row/long_row.h"

#include <string.h>

#include "par/progress.h"
#include "row/system64.h"

/* A row has so many segments at most, and no more than fit these doubles, unless two take more. */
enum { MAX_SEGMENTS = 32, SUM_DOUBLES = 1 << 21 };
/* After so many entries, whole blocks of them, a segment looks whether it is to stop. */
enum { POLL = 32 * WRMF_I_BLOCK };

typedef struct long_job {
    const wrmf_context *context;
    const wrmf_i_fixed_side *side;
    const wrmf_i_row *row;
    double *sums;
    int64_t segments;
} long_job;

static int64_t segment_count(int64_t width, int64_t n)
{
    int64_t segments = (n + WRMF_I_LONG_ROW / 2 - 1) / (WRMF_I_LONG_ROW / 2);
    int64_t room = SUM_DOUBLES / (width * width);
    room = room < 2 ? 2 : room > MAX_SEGMENTS ? MAX_SEGMENTS : room;
    return segments < room ? segments : room;
}

/* A segment's part: a matrix and a vector, then the space that summing needs. */
static int64_t part_doubles(int64_t width)
{
    return width * width + width + (2 * WRMF_I_BLOCK + 8) * width;
}

size_t wrmf_i_row_system_doubles(int64_t width, int64_t n)
{
    return (size_t)segment_count(width, n) * (size_t)part_doubles(width);
}

size_t wrmf_i_long_row_doubles(int64_t width, int64_t longest)
{
    return longest < WRMF_I_LONG_ROW ? 1 : wrmf_i_row_system_doubles(width, longest);
}

static void sum_segment(void *self, size_t segment, size_t worker)
{
    const long_job *const job = self;
    const int64_t width = job->side->width, n = job->row->n;
    const int64_t length = (n + job->segments - 1) / job->segments;
    const int64_t first = (int64_t)segment * length;
    const int64_t last = first + length < n ? first + length : n;
    wrmf_i_system64 sum = {.a = job->sums + (int64_t)segment * part_doubles(width)};
    sum.b = sum.a + width * width;
    sum.rows = sum.b + width;
    sum.scaled = sum.rows + WRMF_I_BLOCK * width;
    sum.rotation = sum.scaled + WRMF_I_BLOCK * width;
    (void)worker;
    memset(sum.a, 0, sizeof *sum.a * (size_t)(width * width + width));
    for (int64_t i = first; i < last && !wrmf_i_should_stop(job->context); i += POLL)
        wrmf_i_system64_add(job->side, job->row, i, i + POLL < last ? i + POLL : last, &sum);
}

wrmf_status wrmf_i_long_row(wrmf_context *context, const wrmf_i_fixed_side *side,
                            const wrmf_i_row *row, double *sums, wrmf_error *err)
{
    const int64_t width = side->width;
    long_job job = {.context = context,
                    .side = side,
                    .row = row,
                    .sums = sums,
                    .segments = segment_count(width, row->n)};
    WRMF_I_TRY(wrmf_i_parallel(context, (size_t)job.segments, sum_segment, &job, err));
    for (int64_t segment = 1; segment < job.segments; segment++) {
        const double *const part = sums + segment * part_doubles(width);
        for (int64_t i = 0; i < width * width + width; i++)
            sums[i] += part[i];
    }
    for (int64_t k = 0; k < width; k++)
        sums[k * width + k] += 1;
    return WRMF_OK;
}
