/* SPDX-License-Identifier: BSD-2-Clause */
#include "linalg/gram.h"

#include <string.h>

#include "linalg/row_kernels.h"

/* Partial sums take so many doubles at most, unless two take more. */
enum { PARTIAL_DOUBLES = 1 << 21, MIN_ROWS = 1024, MAX_CHUNKS = 64 };
/* Rows of the result added up at a time; divides every width. */
enum { BAND = 16 };

typedef struct gram_job {
    const wrmf_i_tall *y;
    double *g;
    size_t chunks;
    const wrmf_i_row_kernels_f32 *kernels32;
    const wrmf_i_row_kernels_f64 *kernels;
    int64_t chunk_rows;
    double *partial; /* a width x width matrix a chunk */
    double *convert; /* WRMF_I_BLOCK x width numbers a worker */
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

size_t wrmf_i_gram_scratch(const wrmf_context *context, int64_t n, int64_t width)
{
    return chunk_count(n, width) * (size_t)(width * width) +
           (size_t)context->workers * (size_t)(WRMF_I_BLOCK * width);
}

static void gram_chunk(void *self, size_t chunk, size_t worker)
{
    const gram_job *const job = self;
    const int64_t width = job->y->width;
    double *const g = job->partial + (int64_t)chunk * width * width;
    double *const convert = job->convert + (int64_t)worker * WRMF_I_BLOCK * width;
    const int64_t first = (int64_t)chunk * job->chunk_rows;
    int64_t last = first + job->chunk_rows;
    if (last > job->y->n)
        last = job->y->n;
    memset(g, 0, sizeof *g * (size_t)(width * width));
    for (int64_t row = first; row < last; row += WRMF_I_BLOCK) {
        const int64_t n = last - row < WRMF_I_BLOCK ? last - row : WRMF_I_BLOCK;
        const double *block;
        if (job->y->bits == 64) {
            block = (const double *)job->y->data + row * width;
        } else {
            job->kernels32->widen((const float *)job->y->data + row * width, n * width, convert);
            block = convert;
        }
        job->kernels->outer(g, block, block, n, width, width);
    }
}

/* Rows band * BAND .. of g: the parts on and above the diagonal, added in their order. */
static void add_band(void *self, size_t band, size_t worker)
{
    const gram_job *const job = self;
    const int64_t width = job->y->width, first = (int64_t)band * BAND;
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

wrmf_status wrmf_i_gram(wrmf_context *context, const wrmf_i_tall *y, double *g, double *scratch,
                        wrmf_error *err)
{
    const int64_t width = y->width;
    const size_t chunks = chunk_count(y->n, width);
    gram_job job = {
        .y = y,
        .g = g,
        .chunks = chunks,
        .kernels32 = wrmf_i_row_kernels_get_f32(context->cpu),
        .kernels = wrmf_i_row_kernels_get_f64(context->cpu),
        .chunk_rows = (y->n + (int64_t)chunks - 1) / (int64_t)chunks,
        .partial = scratch,
        .convert = scratch + (int64_t)chunks * width * width,
    };
    WRMF_I_TRY(wrmf_i_parallel(context, chunks, gram_chunk, &job, err));
    return wrmf_i_parallel(context, (size_t)(width / BAND), add_band, &job, err);
}
