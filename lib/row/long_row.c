/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system of a row with very many entries, summed by all workers.
 */
#include <string.h>

#include "als/half_epoch.h"
#include "linalg/row_kernels.h"

enum { MAX_SEGMENTS = 32, SUM_DOUBLES = 1 << 21 };

typedef struct long_job {
    const wrmf_i_half_epoch *half;
    const wrmf_i_row_kernels_f64 *kernels;
    int bits;
    int64_t start, n; /* the row's entries */
    int64_t segments;
} long_job;

static int64_t segment_count(int64_t width, int64_t n)
{
    int64_t segments = (n + WRMF_I_LONG_ROW / 2 - 1) / (WRMF_I_LONG_ROW / 2);
    int64_t room = SUM_DOUBLES / (width * width);
    room = room < 2 ? 2 : room > MAX_SEGMENTS ? MAX_SEGMENTS : room;
    return segments < room ? segments : room;
}

/* A segment's part: a matrix, a vector, and room for three blocks of rows. */
static int64_t part_doubles(int64_t width)
{
    return width * width + width + (2 * WRMF_I_BLOCK + 8) * width;
}

size_t wrmf_i_long_sums(int64_t width, int64_t longest)
{
    if (longest < WRMF_I_LONG_ROW)
        return 1;
    return (size_t)segment_count(width, longest) * (size_t)part_doubles(width);
}

/* The fixed rows of n entries as float64, whitened, and their weights. */
static void load_block(const long_job *job, int64_t at, int64_t n, double *rows, double *rotation,
                       double *d, double *c)
{
    const wrmf_i_half_epoch *const half = job->half;
    const wrmf_matrix *const matrix = half->matrix;
    const int64_t width = half->width;
    for (int64_t i = 0; i < n; i++) {
        const int64_t from = matrix->indices[at + i] * width;
        for (int64_t k = 0; k < width; k++)
            rows[i * width + k] = job->bits == 32 ? (double)((const float *)half->fixed)[from + k]
                                                  : ((const double *)half->fixed)[from + k];
        d[i] = wrmf_i_extra_weight(half->options, matrix->values ? matrix->values[at + i] : 1.0);
        c[i] = 1 + d[i];
    }
    job->kernels->rotate(rows, n, width, half->whitening->forward, half->whitening->upper, rows,
                         rotation);
}

static void sum_segment(void *self, size_t segment, size_t worker)
{
    const long_job *const job = self;
    const int64_t width = job->half->width;
    const int64_t length = (job->n + job->segments - 1) / job->segments;
    const int64_t first = (int64_t)segment * length;
    const int64_t last = first + length < job->n ? first + length : job->n;
    double *const a = job->half->long_sums + (int64_t)segment * part_doubles(width);
    double *const b = a + width * width, *const rows = b + width;
    double *const scaled = rows + WRMF_I_BLOCK * width;
    double *const rotation = scaled + WRMF_I_BLOCK * width;
    double d[WRMF_I_BLOCK], c[WRMF_I_BLOCK];
    (void)worker;
    memset(a, 0, sizeof *a * (size_t)(width * width + width));
    for (int64_t i = first; i < last; i += WRMF_I_BLOCK) {
        const int64_t n = last - i < WRMF_I_BLOCK ? last - i : WRMF_I_BLOCK;
        load_block(job, job->start + i, n, rows, rotation, d, c);
        job->kernels->scale(rows, n, width, d, scaled);
        job->kernels->outer(a, scaled, rows, n, width, width);
        job->kernels->combine(rows, n, width, c, b);
    }
}

wrmf_status wrmf_i_long_row(const wrmf_i_half_epoch *half, int bits, int64_t row, wrmf_error *err)
{
    const int64_t width = half->width, start = half->matrix->offsets[row];
    long_job job = {.half = half,
                    .kernels = wrmf_i_row_kernels_get_f64(half->context->cpu),
                    .bits = bits,
                    .start = start,
                    .n = half->matrix->offsets[row + 1] - start};
    job.segments = segment_count(width, job.n);
    WRMF_I_TRY(wrmf_i_parallel(half->context, (size_t)job.segments, sum_segment, &job, err));
    double *const a = half->long_sums;
    for (int64_t segment = 1; segment < job.segments; segment++) {
        const double *const part = a + segment * part_doubles(width);
        for (int64_t i = 0; i < width * width + width; i++)
            a[i] += part[i];
    }
    for (int64_t k = 0; k < width; k++)
        a[k * width + k] += 1;
    return WRMF_OK;
}
