/* SPDX-License-Identifier: BSD-2-Clause */
#include "row/long_row.h"

#include <string.h>

#include "base/carve.h"
#include "row/system64.h"

/* A row has so many segments at most, and no more than fit these doubles, unless two take more. */
enum { MAX_SEGMENTS = 32, SUM_DOUBLES = 1 << 21 };

typedef struct long_job {
    const wrmf_i_fixed_side *side;
    const wrmf_i_row_kernels_f64 *kernels;
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

/* A segment's part: a matrix and, right behind it, a vector, then the space that summing needs. */
static size_t lay_out(wrmf_i_system64 *sum, void *memory, int64_t width)
{
    const size_t numbers = (size_t)width;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    sum->a = wrmf_i_carve_matrix(&carver, numbers, numbers, sizeof *sum->a);
    sum->b = wrmf_i_carve(&carver, numbers, sizeof *sum->b);
    sum->rows = wrmf_i_carve_matrix(&carver, WRMF_I_BLOCK, numbers, sizeof *sum->rows);
    sum->scaled = wrmf_i_carve_matrix(&carver, WRMF_I_BLOCK, numbers, sizeof *sum->scaled);
    sum->rotation = wrmf_i_carve_matrix(&carver, 8, numbers, sizeof *sum->rotation);
    return wrmf_i_carver_bytes(&carver);
}

static int64_t part_doubles(int64_t width)
{
    wrmf_i_system64 sum;
    return (int64_t)(lay_out(&sum, NULL, width) / sizeof(double));
}

size_t wrmf_i_long_row_doubles(int64_t width, int64_t longest)
{
    if (longest < WRMF_I_LONG_ROW)
        return 1;
    return (size_t)segment_count(width, longest) * (size_t)part_doubles(width);
}

static void sum_segment(void *self, size_t segment, size_t worker)
{
    const long_job *const job = self;
    const int64_t width = job->side->width, n = job->row->n;
    const int64_t length = (n + job->segments - 1) / job->segments;
    const int64_t first = (int64_t)segment * length;
    const int64_t last = first + length < n ? first + length : n;
    wrmf_i_system64 sum;
    lay_out(&sum, job->sums + (int64_t)segment * part_doubles(width), width);
    (void)worker;
    memset(sum.a, 0, sizeof *sum.a * (size_t)(width * width + width));
    wrmf_i_system64_add(job->side, job->kernels, true, job->row, first, last, &sum);
}

wrmf_status wrmf_i_long_row(wrmf_context *context, const wrmf_i_fixed_side *side,
                            const wrmf_i_row *row, double *sums, wrmf_error *err)
{
    const int64_t width = side->width;
    long_job job = {.side = side,
                    .kernels = wrmf_i_row_kernels_get_f64(context->cpu),
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
