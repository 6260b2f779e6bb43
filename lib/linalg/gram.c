/* SPDX-License-Identifier: BSD-2-Clause */
#include "linalg/gram.h"

#include <math.h>
#include <string.h>

#include "base/carve.h"
#include "linalg/row_kernels.h"
#include "par/progress.h"

/* Partial sums take so many doubles at most, unless two of them take more. */
enum { PARTIAL_DOUBLES = 1 << 21, MIN_ROWS = 1024, MAX_CHUNKS = 64 };
/* Rows of the result that a task adds up; a divisor of every width. */
enum { BAND = 16 };
/* Where there are fewer chunks than this, the result of each is made by several tasks, a part of
 * its rows each: PART of them at least, or converting what they are made from takes too long. */
enum { TASKS = 64, PART = 2 * BAND };

typedef struct gram_job {
    const wrmf_context *context;
    const wrmf_i_factors *y;
    double *g;
    wrmf_i_cpu cpu;
    size_t chunks;
    int64_t width;
    int64_t chunk_rows;
    int64_t parts;   /* of the result of a chunk: tasks */
    double *partial; /* of each chunk: its sum, a width x width matrix */
    double *convert; /* of each worker: WRMF_I_BLOCK rows in float64 */
} gram_job;

static size_t chunk_count(int64_t n, int64_t width)
{
    int64_t chunks = (n + MIN_ROWS - 1) / MIN_ROWS;
    int64_t room = PARTIAL_DOUBLES / (width * width);
    if (room < 2)
        room = 2;
    if (room > MAX_CHUNKS)
        room = MAX_CHUNKS;
    if (chunks > room)
        chunks = room;
    return chunks > 0 ? (size_t)chunks : 1;
}

static size_t lay_out(gram_job *job, void *memory, size_t chunks, size_t workers, size_t width)
{
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    job->partial = wrmf_i_carve_matrix(&carver, chunks, width * width, sizeof *job->partial);
    job->convert =
        wrmf_i_carve_matrix(&carver, workers, WRMF_I_BLOCK * width, sizeof *job->convert);
    return wrmf_i_carver_bytes(&carver);
}

size_t wrmf_i_gram_scratch(const wrmf_context *context, int64_t n, int64_t factors)
{
    gram_job job;
    const int64_t width = wrmf_i_padded_width(factors);
    return lay_out(&job, NULL, chunk_count(n, width), (size_t)context->workers, (size_t)width);
}

/* How many tasks share the result of a chunk. */
static int64_t part_count(size_t chunks, int64_t width)
{
    const int64_t wanted = (TASKS + (int64_t)chunks - 1) / (int64_t)chunks;
    const int64_t most = width / PART > 0 ? width / PART : 1;
    return wanted < most ? wanted : most;
}

/* The row of the result where a part begins. The triangle above the diagonal is cut into parts of
 * about the same area, so the first ones have the fewest rows. */
static int64_t part_begin(const gram_job *job, int64_t part)
{
    const double left = 1 - (double)part / (double)job->parts;
    const int64_t row = job->width - (int64_t)(sqrt(left) * (double)job->width);
    return part == job->parts ? job->width : row / BAND * BAND;
}

/* A part of the result of a chunk: rows begin .. end - 1. */
static void gram_task(void *self, size_t task, size_t worker)
{
    const gram_job *const job = self;
    const wrmf_i_row_kernels_f64 *const kernels = wrmf_i_row_kernels_get_f64(job->cpu);
    const int64_t width = job->width, chunk = (int64_t)task / job->parts;
    const int64_t part = (int64_t)task % job->parts;
    const int64_t begin = part_begin(job, part), end = part_begin(job, part + 1);
    double *const g = job->partial + chunk * width * width;
    double *const convert = job->convert + (int64_t)worker * WRMF_I_BLOCK * width;
    const int64_t first = chunk * job->chunk_rows;
    int64_t last = first + job->chunk_rows;
    if (last > job->y->n)
        last = job->y->n;
    memset(g + begin * width, 0, sizeof *g * (size_t)((end - begin) * width));
    for (int64_t row = first; row < last && !wrmf_i_should_stop(job->context);
         row += WRMF_I_BLOCK) {
        const int64_t n = last - row < WRMF_I_BLOCK ? last - row : WRMF_I_BLOCK;
        const double *const block = wrmf_i_factors_block(job->y, job->cpu, row, n, convert);
        kernels->outer_part(g, block, block, n, width, begin, end);
    }
}

/* Rows band * BAND .. of g: the parts on and above the diagonal, added in their order. */
static void add_band(void *self, size_t band, size_t worker)
{
    const gram_job *const job = self;
    const int64_t width = job->width, first = (int64_t)band * BAND;
    (void)worker;
    for (int64_t row = first; row < first + BAND; row++) {
        double *const to = job->g + row * width;
        memcpy(to, job->partial + row * width, sizeof *to * (size_t)width);
        for (size_t chunk = 1; chunk < job->chunks; chunk++) {
            const double *const from = job->partial + ((int64_t)chunk * width + row) * width;
            for (int64_t k = first; k < width; k++)
                to[k] += from[k];
        }
    }
}

wrmf_status wrmf_i_gram(wrmf_context *context, const wrmf_i_factors *y, double *g, void *scratch,
                        wrmf_error *err)
{
    const int64_t width = wrmf_i_factors_width(y);
    const size_t chunks = chunk_count(y->n, width);
    gram_job job = {
        .context = context,
        .y = y,
        .g = g,
        .cpu = context->cpu,
        .chunks = chunks,
        .width = width,
        .chunk_rows = (y->n + (int64_t)chunks - 1) / (int64_t)chunks,
        .parts = part_count(chunks, width),
    };
    lay_out(&job, scratch, chunks, (size_t)context->workers, (size_t)width);
    const size_t tasks = chunks * (size_t)job.parts;
    WRMF_I_TRY(wrmf_i_parallel(context, tasks, gram_task, &job, err));
    return wrmf_i_parallel(context, (size_t)(width / BAND), add_band, &job, err);
}

double wrmf_i_gram_roundings(int64_t n, int64_t factors)
{
    const double chunks = (double)chunk_count(n, wrmf_i_padded_width(factors));
    const double terms = (double)n / chunks + chunks;
    return fmin(terms, 8 * sqrt(terms)) + 1;
}
