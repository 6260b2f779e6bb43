/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows of a start from the matrix, in one precision: x = (sum of targets times rows of the other
 * side) F F'.
 */
#include <math.h>
#include <string.h>

#include "als/svd_start.h"
#include "linalg/real.h"
#include "linalg/row_kernels.h"

/* Rows that are multiplied by F and F' at a time. */
enum { TILE = WRMF_I_PANEL_ROWS };
/* Rows that one task scales. */
enum { SCALE_ROWS = 1024 };

typedef struct rows_job {
    const wrmf_i_svd_side *side;
    const RFN(row_kernels) * kernels;
    const real *from;    /* the other side's rows */
    const real *forward; /* F, then F' */
    wrmf_i_first_failure *first;
} rows_job;

typedef struct tile {
    real *sums, *turned; /* TILE rows */
    real *gathered;      /* WRMF_I_BLOCK rows */
    real *work;          /* of rotate() or rotate_panels() */
} tile;

/* Whether F and F' are packed into panels. */
static bool is_wide(int64_t width)
{
    return width >= WRMF_I_WIDE;
}

size_t RFN(svd_scratch_bytes)(int64_t width)
{
    const int work = is_wide(width) ? WRMF_I_PANEL_SCRATCH : 8;
    return sizeof(real) * (size_t)(2 * TILE + WRMF_I_BLOCK + work) * (size_t)width;
}

static tile tile_of(const rows_job *job, size_t worker)
{
    const int64_t width = job->side->start->model->stride;
    real *const base =
        (real *)(void *)(job->side->scratch + worker * RFN(svd_scratch_bytes)(width));
    return (tile){.sums = base,
                  .turned = base + TILE * width,
                  .gathered = base + 2 * TILE * width,
                  .work = base + (2 * TILE + WRMF_I_BLOCK) * width};
}

/* Targets of n entries in the side's unit, rounded; counts NULL: all are 1. */
static void fill_targets(const wrmf_i_svd_side *side, const double *counts, int64_t n, real *to)
{
    for (int64_t i = 0; i < n; i++)
        to[i] = (real)(side->unit * wrmf_i_loss_target(side->start->loss, counts ? counts[i] : 1));
}

/* The sum of a row's targets times the rows of the other side. */
static void sum_row(const rows_job *job, int64_t index, const tile *t, real *sum)
{
    const wrmf_i_svd_start *const start = job->side->start;
    const wrmf_matrix *const matrix = start->matrix[job->side->side];
    const int64_t begin = matrix->offsets[index], n = matrix->offsets[index + 1] - begin;
    const int64_t width = start->model->stride;
    real targets[WRMF_I_BLOCK];
    RFN(system) system = {.w = t->gathered, .width = width};
    memset(sum, 0, sizeof *sum * (size_t)width);
    for (int64_t i = 0; i < n; i += WRMF_I_BLOCK) {
        system.n = n - i < WRMF_I_BLOCK ? n - i : WRMF_I_BLOCK;
        if (matrix->values || i == 0)
            fill_targets(job->side, matrix->values ? matrix->values + begin + i : NULL, system.n,
                         targets);
        job->kernels->gather(&system, job->from, matrix->indices + begin + i);
        job->kernels->combine(t->gathered, system.n, width, targets, sum);
    }
}

/* The n rows of sums times F F'. */
static void turn(const rows_job *job, int64_t n, const tile *t)
{
    const int64_t width = job->side->start->model->stride;
    const real *const back = job->forward + width * width;
    const RFN(row_kernels) *const kernels = job->kernels;
    if (is_wide(width)) {
        kernels->rotate_panels(t->sums, n, width, job->forward, WRMF_I_UPPER, t->turned, t->work);
        kernels->rotate_panels(t->turned, n, width, back, WRMF_I_LOWER, t->sums, t->work);
    } else {
        kernels->rotate(t->sums, n, width, job->forward, WRMF_I_UPPER, t->turned, t->work);
        kernels->rotate(t->turned, n, width, back, WRMF_I_LOWER, t->sums, t->work);
    }
}

static void refuse(wrmf_i_first_failure *first, wrmf_side side, int64_t row)
{
    wrmf_i_first_failure_set(first, row, WRMF_E_NONFINITE,
                             "init is svd: the start of %s %ld would not be finite",
                             side == WRMF_USERS ? "user" : "item", (long)row);
}

/* Make the rows order[0 .. n-1], at most TILE. */
static void make_tile(const rows_job *job, const int32_t *order, int64_t n, const tile *t)
{
    wrmf_model *const model = job->side->start->model;
    const int64_t width = model->stride;
    real *const rows = model->data[job->side->side];
    for (int64_t i = 0; i < n; i++)
        sum_row(job, order[i], t, t->sums + i * width);
    turn(job, n, t);
    for (int64_t i = 0; i < n; i++) {
        if (real_largest(t->sums + i * width, width) <= REAL_MAX)
            memcpy(rows + order[i] * width, t->sums + i * width, sizeof *rows * (size_t)width);
        else
            refuse(job->first, job->side->side, order[i]);
    }
}

/* The long rows are a chunk each; then come the plan's. */
static void rows_chunk(void *self, size_t chunk, size_t worker)
{
    const rows_job *const job = self;
    const wrmf_i_plan *const plan = &job->side->start->plan[job->side->side];
    const tile t = tile_of(job, worker);
    int64_t first = (int64_t)chunk, last = first + 1;
    if (first >= plan->n_long) {
        const size_t of_plan = chunk - (size_t)plan->n_long;
        first = plan->bounds[of_plan];
        last = plan->bounds[of_plan + 1];
    }
    for (; first < last; first += TILE)
        make_tile(job, plan->order + first, last - first < TILE ? last - first : TILE, &t);
}

/* Where number (row, column) of a square matrix stands. */
static int64_t place(int64_t width, int64_t row, int64_t column)
{
    return is_wide(width)
               ? (column / WRMF_I_PANEL * width + row) * WRMF_I_PANEL + column % WRMF_I_PANEL
               : row * width + column;
}

/* F and F', rounded. */
static void round_turn(const wrmf_i_svd_side *side)
{
    const int64_t width = side->start->model->stride;
    real *const forward = side->turn, *const back = forward + width * width;
    for (int64_t i = 0; i < width; i++)
        for (int64_t j = 0; j < width; j++) {
            const double number = j >= i ? side->forward[i * width + j] : 0;
            forward[place(width, i, j)] = back[place(width, j, i)] = (real)number;
        }
}

wrmf_status RFN(svd_rows)(const wrmf_i_svd_side *side, wrmf_error *err)
{
    const wrmf_i_svd_start *const start = side->start;
    const wrmf_side other = side->side == WRMF_USERS ? WRMF_ITEMS : WRMF_USERS;
    const wrmf_i_plan *const plan = &start->plan[side->side];
    wrmf_i_first_failure first = WRMF_I_FIRST_FAILURE_INIT;
    rows_job job = {.side = side,
                    .kernels = RFN(row_kernels_get)(start->context->cpu),
                    .from = start->model->data[other],
                    .forward = side->turn,
                    .first = &first};
    round_turn(side);
    WRMF_I_TRY(wrmf_i_parallel(start->context, (size_t)plan->n_long + plan->chunks, rows_chunk,
                               &job, err));
    return wrmf_i_first_failure_get(&first, err);
}

typedef struct scale_job {
    wrmf_model *model;
    wrmf_side side;
    double factor;
    wrmf_i_first_failure *first;
} scale_job;

static void scale_chunk(void *self, size_t chunk, size_t worker)
{
    const scale_job *const job = self;
    (void)worker;
    const int64_t width = job->model->stride, first = (int64_t)chunk * SCALE_ROWS;
    const int64_t left = job->model->rows[job->side] - first;
    for (int64_t i = first; i < first + (left < SCALE_ROWS ? left : SCALE_ROWS); i++) {
        real *const row = (real *)job->model->data[job->side] + i * width;
        if ((double)real_largest(row, width) > REAL_MAX / fmax(job->factor, 1))
            refuse(job->first, job->side, i);
        else
            for (int64_t k = 0; k < width; k++)
                row[k] = (real)(row[k] * job->factor);
    }
}

wrmf_status RFN(svd_scale)(const wrmf_i_svd_start *start, wrmf_side side, double factor,
                           wrmf_error *err)
{
    wrmf_model *const model = start->model;
    wrmf_i_first_failure first = WRMF_I_FIRST_FAILURE_INIT;
    scale_job job = {.model = model, .side = side, .factor = factor, .first = &first};
    const size_t chunks = (size_t)((model->rows[side] + SCALE_ROWS - 1) / SCALE_ROWS);
    WRMF_I_TRY(wrmf_i_parallel(start->context, chunks, scale_chunk, &job, err));
    return wrmf_i_first_failure_get(&first, err);
}
