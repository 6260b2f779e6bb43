/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * all = trace(X'X Y'Y) + the sum of (1 - 2 s) over stored pairs, as in objective.c; or, where that
 * is cheaper, cell by cell, which cannot cancel. The rows of each side are divided by a power of 2,
 * so that none of their products overflows.
 */
#include "als/twofold_objective.h"

#include <math.h>
#include <string.h>

#include "als/objective_chunks.h"
#include "linalg/twofold.h"
#include "row/loss.h"

enum {
    CHUNKS = WRMF_I_OBJECTIVE_CHUNKS,
    BLOCK = WRMF_I_OBJECTIVE_BLOCK,
    BAND = 8, /* rows of the Gram matrices that a task makes; a divisor of every width */
    BANDS = WRMF_I_MAX_FACTORS / BAND,
};

/* A part of both Gram matrices: BAND rows of each, in pairs of numbers. */
typedef struct band_sums {
    double *high[2], *low[2]; /* of a side: BAND x width */
} band_sums;

typedef struct twofold_job {
    wrmf_i_factors rows[2];
    int exponent[2]; /* rows are divided by 2 to this */
    const wrmf_matrix *matrix;
    wrmf_i_loss loss;
    int64_t width;
    double *space; /* of each worker: 4 BAND width numbers */
    wrmf_i_twofold traces[BANDS], cells[CHUNKS];
    double observed[CHUNKS];
} twofold_job;

/* ---- rows, scaled ---- */

/* The exponent by which the largest number of a side comes down to 1/2 .. 1, or as near as a power
 * of 2 that is a double brings it. */
static int exponent_of(const wrmf_i_factors *rows)
{
    double row[WRMF_I_MAX_FACTORS], largest = 0;
    int exponent = 0;
    for (int64_t i = 0; i < rows->n; i++) {
        wrmf_i_factors_get_row(rows, i, row);
        for (int64_t k = 0; k < rows->factors; k++)
            largest = fmax(largest, fabs(row[k]));
    }
    (void)frexp(largest, &exponent);
    return exponent < -1000 ? -1000 : exponent;
}

static void get_row(const twofold_job *job, int side, int64_t row, double *to)
{
    const double scale = ldexp(1, -job->exponent[side]);
    wrmf_i_factors_get_row(&job->rows[side], row, to);
    for (int64_t k = 0; k < job->rows[side].factors; k++)
        to[k] *= scale;
}

/* ---- the trace ---- */

static void add_rows(const twofold_job *job, int side, int64_t first, const band_sums *sums)
{
    const int64_t f = job->rows[side].factors;
    const int64_t last = first + BAND < f ? first + BAND : f;
    double row[WRMF_I_MAX_FACTORS];
    for (int64_t i = 0; i < job->rows[side].n; i++) {
        get_row(job, side, i, row);
        for (int64_t j = first; j < last; j++) {
            double *const high = sums->high[side] + (j - first) * job->width;
            double *const low = sums->low[side] + (j - first) * job->width;
            const double x = row[j];
            for (int64_t k = first; k < f; k++) {
                wrmf_i_twofold sum = {high[k], low[k]};
                wrmf_i_twofold_add_product(&sum, x, row[k]);
                high[k] = sum.high;
                low[k] = sum.low;
            }
        }
    }
}

/* The part of the trace that the rows of a band have, those above the diagonal counted twice. */
static void band_task(void *self, size_t band, size_t worker)
{
    twofold_job *const job = self;
    const int64_t f = job->rows[0].factors, first = (int64_t)band * BAND, size = BAND * job->width;
    double *const space = job->space + (int64_t)worker * 4 * size;
    const band_sums sums = {{space, space + size}, {space + 2 * size, space + 3 * size}};
    wrmf_i_twofold trace = {0, 0};
    memset(space, 0, sizeof *space * (size_t)(4 * size));
    add_rows(job, 0, first, &sums);
    add_rows(job, 1, first, &sums);
    for (int64_t j = 0; j < BAND; j++) {
        for (int64_t k = first + j; k < f; k++) {
            const int64_t at = j * job->width + k;
            const double times = k == first + j ? 1 : 2;
            const wrmf_i_twofold x = {times * sums.high[0][at], times * sums.low[0][at]};
            const wrmf_i_twofold y = {sums.high[1][at], sums.low[1][at]};
            wrmf_i_twofold_add_pairs(&trace, x, y);
        }
    }
    job->traces[band] = trace;
}

/* ---- the stored pairs ---- */

/* The score of a pair, x being the user's row, scaled; y is scratch. */
static wrmf_i_twofold score_of(const twofold_job *job, const double *x, int64_t item, double *y)
{
    const int exponent = job->exponent[0] + job->exponent[1];
    get_row(job, 1, item, y);
    const wrmf_i_twofold dot = wrmf_i_twofold_dot(x, y, job->rows[0].factors);
    return (wrmf_i_twofold){ldexp(dot.high, exponent), ldexp(dot.low, exponent)};
}

static double target_of(const twofold_job *job, int64_t entry)
{
    const double *const counts = job->matrix->values;
    return wrmf_i_loss_target(&job->loss, counts ? counts[entry] : 1);
}

/* The error p - s of a pair; cells gets (p - s)^2 - s^2, p being its target times cell_target. */
static double pair_error(const twofold_job *job, const double *x, int64_t entry, double *y,
                         wrmf_i_twofold *cells)
{
    const wrmf_i_twofold score = score_of(job, x, job->matrix->indices[entry], y);
    const double target = target_of(job, entry), of_cell = target * job->loss.cell_target;
    if (of_cell == 1) {
        wrmf_i_twofold_add(cells, 1, 0);
        wrmf_i_twofold_add(cells, -2 * score.high, -2 * score.low);
    } else if (of_cell != 0) {
        wrmf_i_twofold_add_product(cells, of_cell, of_cell);
        wrmf_i_twofold_add_pairs(cells, (wrmf_i_twofold){-2 * of_cell, 0}, score);
    }
    return wrmf_i_twofold_error(target, score);
}

static void pairs_task(void *self, size_t chunk, size_t worker)
{
    twofold_job *const job = self;
    const wrmf_matrix *const matrix = job->matrix;
    double x[WRMF_I_MAX_FACTORS], y[WRMF_I_MAX_FACTORS], d[BLOCK], b[BLOCK], observed = 0;
    wrmf_i_weight_bounds bounds = WRMF_I_NO_WEIGHTS;
    wrmf_i_twofold cells = {0, 0};
    (void)worker;
    const int64_t last = wrmf_i_objective_chunk(matrix, chunk + 1);
    for (int64_t user = wrmf_i_objective_chunk(matrix, chunk); user < last; user++) {
        const int64_t end = matrix->offsets[user + 1];
        get_row(job, 0, user, x);
        for (int64_t i = matrix->offsets[user]; i < end; i += BLOCK) {
            const int64_t n = end - i < BLOCK ? end - i : BLOCK;
            wrmf_i_loss_fill(&job->loss, matrix->values ? matrix->values + i : NULL, n, d, b,
                             &bounds);
            for (int64_t j = 0; j < n; j++) {
                const double error = pair_error(job, x, i + j, y, &cells);
                observed += d[j] * error * error;
            }
        }
    }
    job->cells[chunk] = cells;
    job->observed[chunk] = observed;
}

/* The squared errors of all cells of the users of a chunk. */
static void cells_task(void *self, size_t chunk, size_t worker)
{
    twofold_job *const job = self;
    const wrmf_matrix *const matrix = job->matrix;
    double x[WRMF_I_MAX_FACTORS], y[WRMF_I_MAX_FACTORS], sum = 0;
    const int64_t last = (int64_t)(chunk + 1) * matrix->rows / CHUNKS;
    (void)worker;
    for (int64_t user = (int64_t)chunk * matrix->rows / CHUNKS; user < last; user++) {
        int64_t next = matrix->offsets[user];
        get_row(job, 0, user, x);
        for (int64_t item = 0; item < matrix->columns; item++) {
            const bool stored = next < matrix->offsets[user + 1] && matrix->indices[next] == item;
            const double target = stored ? target_of(job, next) * job->loss.cell_target : 0;
            const double error = wrmf_i_twofold_error(target, score_of(job, x, item, y));
            next += stored;
            sum += error * error;
        }
    }
    job->cells[chunk] = (wrmf_i_twofold){sum, 0};
}

/* Whether all cells are cheaper than two Gram matrices. */
static bool are_few_cells(const twofold_job *job)
{
    const double m = (double)job->rows[0].n, n = (double)job->rows[1].n;
    return m * n <= (m + n) * (double)job->rows[0].factors;
}

/* ---- both ---- */

static wrmf_status run(wrmf_context *context, twofold_job *job, double *all, double *observed,
                       wrmf_error *err)
{
    const bool few = are_few_cells(job);
    const size_t bands = few ? 0 : (size_t)((job->rows[0].factors + BAND - 1) / BAND);
    WRMF_I_TRY(wrmf_i_parallel(context, bands, band_task, job, err));
    WRMF_I_TRY(wrmf_i_parallel(context, CHUNKS, pairs_task, job, err));
    if (few)
        WRMF_I_TRY(wrmf_i_parallel(context, CHUNKS, cells_task, job, err));
    const int exponent = 2 * (job->exponent[0] + job->exponent[1]);
    wrmf_i_twofold sum = {0, 0};
    *observed = 0;
    for (size_t band = 0; band < bands; band++)
        wrmf_i_twofold_add(&sum, ldexp(job->traces[band].high, exponent),
                           ldexp(job->traces[band].low, exponent));
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
        wrmf_i_twofold_add(&sum, job->cells[chunk].high, job->cells[chunk].low);
        *observed += job->observed[chunk];
    }
    const double value = wrmf_i_twofold_value(sum);
    *all = value < 0 ? 0 : value; /* NaN stays */
    return WRMF_OK;
}

wrmf_status wrmf_i_twofold_objective(wrmf_context *context, const wrmf_model *model,
                                     const wrmf_matrix *matrix, double *all, double *observed,
                                     wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t workers = (size_t)context->workers, numbers = 4 * BAND * (size_t)model->stride;
    twofold_job *const job = wrmf_i_alloc(allocator, 1, sizeof *job);
    double *const space = wrmf_i_alloc(allocator, workers, numbers * sizeof *space);
    wrmf_status status = job && space ? WRMF_OK : wrmf_i_fail_memory(err, "the objective");
    if (status == WRMF_OK) {
        *job = (twofold_job){.matrix = matrix, .width = model->stride, .space = space};
        for (int side = 0; side < 2; side++) {
            job->rows[side] = wrmf_i_model_rows(model, (wrmf_side)side);
            job->exponent[side] = exponent_of(&job->rows[side]);
        }
        wrmf_i_loss_read(model->params, &job->loss);
        status = run(context, job, all, observed, err);
    }
    wrmf_i_free(allocator, job, 1, sizeof *job);
    wrmf_i_free(allocator, space, workers, numbers * sizeof *space);
    return status;
}
