/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A resample is a chunk of parallel work. What it draws depends on the seed, its number and the
 * row alone, and its sums are over rows in the order of draws: so any number of workers gives the
 * same bits.
 */
#include "eval/resampling.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "par/progress.h"

typedef struct job {
    const double *rows; /* those without a NaN */
    int64_t n, columns;
    uint64_t seed;
    int64_t resamples;
    int64_t first; /* the resample that task 0 of the batch is */
    double *sums;  /* resamples x columns: of each resample, before it is divided by n */
} job;

/* Copy the rows that have no NaN. */
static wrmf_status copy_rows(const wrmf_i_resampled *table, double *to, int64_t *n, wrmf_error *err)
{
    const int64_t columns = table->columns;
    int64_t kept = 0;
    for (int64_t row = 0; row < table->n; row++) {
        const double *const from = table->values + row * columns;
        bool whole = true;
        for (int64_t c = 0; c < columns; c++) {
            if (isinf(from[c]))
                return wrmf_i_fail(err, WRMF_E_NONFINITE, "row %lld, column %lld is infinite",
                                   (long long)row, (long long)c);
            whole = whole && !isnan(from[c]);
        }
        if (whole)
            memcpy(to + kept++ * columns, from, (size_t)columns * sizeof *to);
    }
    *n = kept;
    return WRMF_OK;
}

/* Sums of each column, and of absolute values, which are finite then. */
static wrmf_status sum_columns(const job *j, double *sums, double *sizes, wrmf_error *err)
{
    memset(sums, 0, (size_t)j->columns * sizeof *sums);
    memset(sizes, 0, (size_t)j->columns * sizeof *sizes);
    for (int64_t row = 0; row < j->n; row++) {
        for (int64_t c = 0; c < j->columns; c++) {
            sums[c] += j->rows[row * j->columns + c];
            sizes[c] += fabs(j->rows[row * j->columns + c]);
        }
    }
    /* a resample may draw the largest row each time */
    for (int64_t c = 0; c < j->columns; c++)
        if (!isfinite(sizes[c] * (double)j->n))
            return wrmf_i_fail(err, WRMF_E_NONFINITE, "the sum of column %lld may be infinite",
                               (long long)c);
    return WRMF_OK;
}

/* ---- what is drawn ---- */

static void add_row(const job *j, int64_t row, double sign, double *sums)
{
    const double *const values = j->rows + row * j->columns;
    for (int64_t c = 0; c < j->columns; c++)
        sums[c] += sign * values[c];
}

/* A row of n < 2^31 by 53 random bits: no two rows differ in probability by more than 2^-53, and
 * the product, n less at least half a unit in its last place, never rounds to n. */
static int64_t row_of(uint32_t high, uint32_t low, int64_t n)
{
    const uint64_t bits = (uint64_t)high << 32 | low;
    return (int64_t)((double)(bits >> 11) * 0x1p-53 * (double)n);
}

static void draw_rows(void *self, size_t task, size_t worker)
{
    const job *const j = self;
    const int64_t resample = j->first + (int64_t)task;
    double *const sums = j->sums + resample * j->columns;
    (void)worker;
    memset(sums, 0, (size_t)j->columns * sizeof *sums);
    for (int64_t i = 0; i < j->n; i += 2) {
        uint32_t bits[4];
        wrmf_i_random_block(j->seed, WRMF_I_STREAM_BOOTSTRAP, (uint32_t)resample, (uint64_t)i,
                            bits);
        add_row(j, row_of(bits[0], bits[1], j->n), 1, sums);
        if (i + 1 < j->n)
            add_row(j, row_of(bits[2], bits[3], j->n), 1, sums);
    }
}

static void draw_signs(void *self, size_t task, size_t worker)
{
    const job *const j = self;
    const int64_t resample = j->first + (int64_t)task;
    double *const sums = j->sums + resample * j->columns;
    uint32_t bits[4] = {0};
    (void)worker;
    memset(sums, 0, (size_t)j->columns * sizeof *sums);
    for (int64_t i = 0; i < j->n; i++) {
        if (i % 128 == 0)
            wrmf_i_random_block(j->seed, WRMF_I_STREAM_SIGNS, (uint32_t)resample, (uint64_t)i,
                                bits);
        add_row(j, i, bits[i % 128 / 32] >> i % 32 & 1 ? 1 : -1, sums);
    }
}

/* ---- what comes of it ---- */

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The quantile of ascending numbers, between the two nearest. */
static double quantile(const double *sorted, int64_t n, double share)
{
    const double at = share * (double)(n - 1);
    const int64_t below = (int64_t)at, above = below + 1 < n ? below + 1 : below;
    return sorted[below] + (at - (double)below) * (sorted[above] - sorted[below]);
}

/* Set the intervals from the sums; `sorted` is scratch for a number a resample. */
static void find_ends(const job *j, double level, const double *sums, double *sorted,
                      wrmf_interval *intervals)
{
    const double n = j->n > 0 ? (double)j->n : (double)NAN;
    for (int64_t c = 0; c < j->columns; c++) {
        for (int64_t r = 0; r < j->resamples; r++)
            sorted[r] = j->sums[r * j->columns + c];
        qsort(sorted, (size_t)j->resamples, sizeof *sorted, ascending);
        intervals[c] = (wrmf_interval){.mean = sums[c] / n,
                                       .low = quantile(sorted, j->resamples, (1 - level) / 2) / n,
                                       .high = quantile(sorted, j->resamples, (1 + level) / 2) / n};
    }
}

static void count_beyond(const job *j, const double *sums, const double *sizes, double *p_values)
{
    for (int64_t c = 0; c < j->columns; c++) {
        /* both sums have rounding errors of at most n units of the sum of sizes */
        const double least = fabs(sums[c]) - 0x1p-52 * (double)j->n * sizes[c];
        int64_t beyond = 0;
        for (int64_t r = 0; r < j->resamples; r++)
            beyond += fabs(j->sums[r * j->columns + c]) >= least;
        p_values[c] = j->n > 0 ? (double)(1 + beyond) / (double)(1 + j->resamples) : (double)NAN;
    }
}

/* Run all resamples, some at a time where there is a hook: progress is shown in between. */
static wrmf_status run_all(wrmf_context *context, job *j, const char *phase, wrmf_task_fn draw,
                           wrmf_error *err)
{
    enum { BATCH = 64 }; /* resamples for each worker */
    wrmf_i_progress progress;
    wrmf_status status = WRMF_OK;
    wrmf_i_progress_begin(&progress, context, phase, 0, j->resamples);
    const int64_t batch = context->watch ? (int64_t)context->workers * BATCH : j->resamples;
    for (j->first = 0; j->first < j->resamples && status == WRMF_OK; j->first += batch) {
        const int64_t left = j->resamples - j->first, now = left < batch ? left : batch;
        status = wrmf_i_parallel(context, (size_t)now, draw, j, err);
        const bool stop =
            status == WRMF_OK && wrmf_i_progress_step(&progress, j->first + now, false);
        if (stop && now < left)
            status = wrmf_i_fail_stopped(context, err);
    }
    wrmf_i_progress_end(&progress);
    return status;
}

/* What both calls have in common, and what each makes of it. */
typedef struct purpose {
    const char *phase;
    wrmf_task_fn draw;
    wrmf_interval *intervals; /* one of the two is NULL */
    double *p_values;
} purpose;

/* Fill the copy of the rows, resample it, and set the results. `scratch` has room for 2 columns and
 * a number a resample. */
static wrmf_status work(wrmf_context *context, const wrmf_i_resampled *table, job *j, double *rows,
                        double *scratch, const purpose *p, wrmf_error *err)
{
    double *const sums = scratch, *const sizes = sums + j->columns;
    WRMF_I_TRY(copy_rows(table, rows, &j->n, err));
    WRMF_I_TRY(sum_columns(j, sums, sizes, err));
    WRMF_I_TRY(run_all(context, j, p->phase, p->draw, err));
    if (p->intervals)
        find_ends(j, table->how.level, sums, sizes + j->columns, p->intervals);
    else
        count_beyond(j, sums, sizes, p->p_values);
    return WRMF_OK;
}

static wrmf_status run(wrmf_context *context, const wrmf_i_resampled *table, const purpose *p,
                       wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t row = (size_t)table->columns * sizeof(double), n = (size_t)table->n;
    const size_t resamples = (size_t)table->how.resamples;
    const size_t numbers = 2 * (size_t)table->columns + resamples;
    double *const rows = wrmf_i_alloc(allocator, n, row);
    double *const scratch = wrmf_i_alloc(allocator, numbers, sizeof *scratch);
    job j = {.rows = rows,
             .columns = table->columns,
             .seed = table->how.seed,
             .resamples = table->how.resamples,
             .sums = wrmf_i_alloc(allocator, resamples, row)};
    const wrmf_status status = rows && scratch && j.sums
                                   ? work(context, table, &j, rows, scratch, p, err)
                                   : wrmf_i_fail_memory(err, "resamples");
    wrmf_i_free(allocator, rows, n, row);
    wrmf_i_free(allocator, scratch, numbers, sizeof *scratch);
    wrmf_i_free(allocator, j.sums, resamples, row);
    return status;
}

wrmf_status wrmf_i_bootstrap_means(wrmf_context *context, const wrmf_i_resampled *table,
                                   wrmf_interval *intervals, wrmf_error *err)
{
    const purpose p = {"bootstrap", draw_rows, intervals, NULL};
    return run(context, table, &p, err);
}

wrmf_status wrmf_i_randomization_test(wrmf_context *context, const wrmf_i_resampled *table,
                                      double *p_values, wrmf_error *err)
{
    const purpose p = {"randomization", draw_signs, NULL, p_values};
    return run(context, table, &p, err);
}
