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
/* From this width on, tasks share a chunk's sum: each adds to a square of so many columns. A
 * multiple of every kernel's tile. */
enum { WIDE = 320, SQUARE = 144 };
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
    double *partial; /* of each chunk: its sum, a width x width matrix; NULL: a wide matrix has one
                        chunk, whose sum is g */
    double *convert; /* of each worker: rows in float64, and of wide ones, what is packed */
    int64_t squares; /* that a wide matrix has in a row */
} gram_job;

static size_t chunk_count(int64_t n, int64_t width)
{
    int64_t chunks = (n + MIN_ROWS - 1) / MIN_ROWS;
    int64_t room = PARTIAL_DOUBLES / (width * width);
    if (room < 2)
        room = width < WIDE ? 2 : 1;
    if (room > MAX_CHUNKS)
        room = MAX_CHUNKS;
    if (chunks > room)
        chunks = room;
    return chunks > 0 ? (size_t)chunks : 1;
}

/* Doubles of job->convert that a worker has. */
static int64_t convert_doubles(int64_t width)
{
    const int64_t wide = (2 * SQUARE + SQUARE + 16 + WRMF_I_PANEL) * WRMF_I_PANEL_DEPTH;
    return width < WIDE ? WRMF_I_BLOCK * width : wide;
}

static size_t lay_out(gram_job *job, void *memory, size_t chunks, size_t workers, size_t width)
{
    const bool direct = width >= WIDE && chunks == 1;
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    job->partial = wrmf_i_carve_matrix(&carver, direct ? 0 : chunks, width * width, sizeof(double));
    job->convert = wrmf_i_carve_matrix(&carver, workers, (size_t)convert_doubles((int64_t)width),
                                       sizeof *job->convert);
    if (direct)
        job->partial = NULL;
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

/* ---- wide matrices ---- */

/* A square of a chunk's sum: rows i .. i+SQUARE-1 of it and columns j .. j+SQUARE-1, or what the
 * width leaves of them. */
typedef struct square {
    double *sum;
    int64_t i, j, rows, columns;
} square;

/* Squares on and above the diagonal, row by row. */
static square square_of(const gram_job *job, size_t chunk, int64_t index)
{
    int64_t row = 0;
    for (; index >= job->squares - row; row++)
        index -= job->squares - row;
    const int64_t width = job->width, i = row * SQUARE, j = (row + index) * SQUARE;
    double *const all = job->partial ? job->partial + (int64_t)chunk * width * width : job->g;
    return (square){all + i * width + j, i, j, width - i < SQUARE ? width - i : SQUARE,
                    width - j < SQUARE ? width - j : SQUARE};
}

/* Columns from `first` on of `depth` rows of Y as float64, SQUARE apart. */
static void load_columns(const gram_job *job, int64_t row, int64_t depth, int64_t first,
                         int64_t columns, double *to)
{
    const wrmf_i_factors part = *job->y;
    const size_t bytes = wrmf_i_factors_number_bytes(&part);
    for (int64_t k = 0; k < depth; k++) {
        const char *const from =
            (const char *)part.data + (size_t)((row + k) * part.stride) * bytes;
        const wrmf_i_factors numbers = {from + (size_t)first * bytes, part.bits, 1, columns,
                                        columns};
        wrmf_i_factors_widen(&numbers, job->cpu, 0, 1, to + k * SQUARE);
    }
}

/* The same for rows that are not padded: behind their last factor are zeros. */
static void load_padded(const gram_job *job, int64_t row, int64_t depth, int64_t first,
                        int64_t columns, double *to)
{
    const int64_t f = job->y->factors, last = first + columns < f ? first + columns : f;
    for (int64_t k = 0; k < depth; k++) {
        const wrmf_i_factors numbers = {(const char *)job->y->data +
                                            (size_t)((row + k) * job->y->stride + first) *
                                                wrmf_i_factors_number_bytes(job->y),
                                        job->y->bits, 1, last - first, last - first};
        wrmf_i_factors_get_padded_row(&numbers, 0, to + k * SQUARE);
    }
}

static void square_task(void *self, size_t task, size_t worker)
{
    const gram_job *const job = self;
    const int64_t width = job->width, each = job->squares * (job->squares + 1) / 2;
    const size_t chunk = task / (size_t)each;
    const square at = square_of(job, chunk, (int64_t)(task % (size_t)each));
    const bool padded = job->y->stride == width;
    double *const a = job->convert + (int64_t)worker * convert_doubles(width);
    double *const b = at.i == at.j ? a : a + SQUARE * WRMF_I_PANEL_DEPTH;
    double *const space = a + 2 * SQUARE * WRMF_I_PANEL_DEPTH;
    const int64_t first = (int64_t)chunk * job->chunk_rows, end = first + job->chunk_rows;
    const int64_t last = end < job->y->n ? end : job->y->n;
    wrmf_i_outer shape = {.rows = at.rows,
                          .columns = at.columns,
                          .stride = SQUARE,
                          .m_stride = width,
                          .above = at.j - at.i};
    for (int64_t r = 0; r < at.rows; r++)
        memset(at.sum + r * width, 0, sizeof *at.sum * (size_t)at.columns);
    for (int64_t row = first; row < last && !wrmf_i_should_stop(job->context);
         row += WRMF_I_PANEL_DEPTH) {
        shape.depth = last - row < WRMF_I_PANEL_DEPTH ? last - row : WRMF_I_PANEL_DEPTH;
        (padded ? load_columns : load_padded)(job, row, shape.depth, at.i, at.rows, a);
        if (b != a)
            (padded ? load_columns : load_padded)(job, row, shape.depth, at.j, at.columns, b);
        wrmf_i_row_kernels_get_f64(job->cpu)->outer_panels(&shape, a, b, at.sum, space);
    }
}

static wrmf_status sum_wide(wrmf_context *context, gram_job *job, wrmf_error *err)
{
    job->squares = (job->width + SQUARE - 1) / SQUARE;
    const size_t each = (size_t)(job->squares * (job->squares + 1) / 2);
    return wrmf_i_parallel(context, job->chunks * each, square_task, job, err);
}

/* ---- both ---- */

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
    if (width >= WIDE)
        WRMF_I_TRY(sum_wide(context, &job, err));
    else
        WRMF_I_TRY(wrmf_i_parallel(context, tasks, gram_task, &job, err));
    if (!job.partial)
        return WRMF_OK;
    return wrmf_i_parallel(context, (size_t)(width / BAND), add_band, &job, err);
}

double wrmf_i_gram_roundings(int64_t n, int64_t factors)
{
    const double chunks = (double)chunk_count(n, wrmf_i_padded_width(factors));
    const double terms = (double)n / chunks + chunks;
    return fmin(terms, 8 * sqrt(terms)) + 1;
}
