/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Solver blocks, in one precision: one sweep over blocks of a row's coordinates, each solved for
 * with the others held. docs/mathematics.md, "Blocks of coordinates".
 *
 * A batch of rows goes through the sweep together, so that the products with the Gram matrix are
 * products of matrices. What a row has in the sums does not depend on the rows beside it.
 */
#include <string.h>

#include "row/block.h"

typedef RFN(score_rows) score_rows;

/* Entries of a row that are gathered at a time. */
enum { PIECE = 2048 };
/* Of the largest number on a block's diagonal, times its size: what is added to the diagonal. A
 * step then is shorter, never longer, than that to the minimum, whatever rounding does. */
#define RIDGE (4 * (double)REAL_EPSILON)

/* A batch on its way. */
typedef struct sweep {
    const row_solver *solver;
    const wrmf_i_row *rows;
    int64_t n;
    row_scratch *s;
    wrmf_i_row_counts *counts;
    int64_t first, columns; /* the block: factors first .. first+columns-1 */
} sweep;

/* ---- the Gram matrix in panels ---- */

typedef struct panel_job {
    const wrmf_i_fixed_side *side;
    real *panels;
} panel_job;

static void pack_gram(void *self, size_t panel, size_t worker)
{
    const panel_job *const job = self;
    const int64_t width = job->side->width, first = (int64_t)panel * WRMF_I_PANEL;
    const double *const gram = job->side->whitening->gram;
    const double lambda = job->side->scaled ? 0 : job->side->lambda;
    real *const to = job->panels + first * width;
    (void)worker;
    for (int64_t k = 0; k < width; k++) {
        for (int64_t c = 0; c < WRMF_I_PANEL; c++) {
            const int64_t column = first + c;
            const int64_t i = k < column ? k : column, j = k < column ? column : k;
            const double number = gram[i * width + j] + (i == j ? lambda : 0);
            to[k * WRMF_I_PANEL + c] =
                (real)(number < (double)REAL_MAX ? number : (double)REAL_MAX);
        }
    }
}

wrmf_status RFN(blocks_pack)(wrmf_context *context, const row_solver *solver, wrmf_error *err)
{
    panel_job job = {solver->side, solver->side->rounded};
    return wrmf_i_parallel(context, (size_t)(solver->side->width / WRMF_I_PANEL), pack_gram, &job,
                           err);
}

/* ---- scratch ---- */

int64_t RFN(block_columns)(const wrmf_i_row_options *options, int64_t width)
{
    const int64_t columns = wrmf_i_padded_width(options->block_size);
    return columns < width ? columns : width;
}

void RFN(blocks_carve)(wrmf_i_carver *carver, row_scratch *s, const wrmf_i_row_options *options,
                       int64_t width, int64_t longest)
{
    const size_t block = (size_t)RFN(block_columns)(options, width);
    const size_t entries =
        (size_t)(longest > BLOCKS_ENTRIES ? longest : BLOCKS_ENTRIES) + 4 * WRMF_I_PANEL_ROWS;
    s->rows = wrmf_i_carve(carver, PIECE, block * sizeof(real));
    s->d = wrmf_i_carve(carver, entries, sizeof(real));
    s->b = wrmf_i_carve(carver, entries, sizeof(real));
    s->batch = wrmf_i_carve(carver, WRMF_I_PANEL_ROWS, (size_t)width * sizeof(real));
    s->work = wrmf_i_carve(carver, 1, (size_t)width * sizeof(real));
    s->a = wrmf_i_carve(carver, block, block * sizeof(real));
    s->scaled = wrmf_i_carve(carver, WRMF_I_BLOCK, block * sizeof(real));
    s->panel = wrmf_i_carve(carver, 16, block * sizeof(real));
    s->tiles = wrmf_i_carve(carver, WRMF_I_PANEL_SCRATCH, (size_t)width * sizeof(real));
    s->products = wrmf_i_carve(carver, WRMF_I_PANEL_ROWS, block * sizeof(real));
}

/* ---- a block of one row ---- */

/* The block of Y'Y + lambda I, and a ridge. */
static void start_system(const sweep *sw, real *a)
{
    const int64_t width = sw->solver->side->width, b = sw->columns;
    const real *const panels = sw->solver->side->rounded;
    for (int64_t k = 0; k < b; k++)
        for (int64_t c = 0; c < b; c += WRMF_I_PANEL)
            memcpy(a + k * b + c, panels + (sw->first + c) * width + (sw->first + k) * WRMF_I_PANEL,
                   WRMF_I_PANEL * sizeof *a);
}

/* What the regularization of a row of its own adds to a block of its system, and to g. */
static void add_own_lambda(const wrmf_i_row *row, int64_t b, const real *x, real *g, real *a)
{
    const real lambda = (real)(row->lambda < (double)REAL_MAX ? row->lambda : (double)REAL_MAX);
    for (int64_t k = 0; lambda > 0 && k < b; k++) {
        g[k] += lambda * x[k];
        a[k * b + k] += lambda;
    }
}

static void add_ridge(int64_t b, real *a)
{
    real largest = 0;
    for (int64_t k = 0; k < b; k++)
        largest = a[k * b + k] > largest ? a[k * b + k] : largest;
    const real ridge = (real)(RIDGE * (double)b * (double)largest);
    for (int64_t k = 0; k < b; k++)
        a[k * b + k] += ridge;
}

/* Gather the block's columns of entries i .. i+n-1. */
static void gather_piece(const sweep *sw, const wrmf_i_row *row, int64_t i, int64_t n)
{
    const int64_t width = sw->solver->side->width;
    sw->solver->kernels->gather_columns(sw->solver->rows + sw->first, width, row->columns + i, n,
                                        sw->columns, sw->s->rows);
}

/* Add what n gathered entries, their weights d and their rests e, have in the block's system. */
static void add_piece(const sweep *sw, int64_t n, const real *d, const real *e, real *right)
{
    const row_kernels *const kernels = sw->solver->kernels;
    const int64_t b = sw->columns;
    for (int64_t i = 0; i < n; i += WRMF_I_BLOCK) {
        const int64_t now = n - i < WRMF_I_BLOCK ? n - i : WRMF_I_BLOCK;
        const real *const rows = sw->s->rows + i * b;
        kernels->scale(rows, now, b, d + i, sw->s->scaled);
        kernels->outer(sw->s->a, sw->s->scaled, rows, now, b, b);
        kernels->combine(rows, now, b, e + i, right);
    }
}

/* Take a step's part of the scores from the rests of a row's entries. */
static void subtract_step(const sweep *sw, const wrmf_i_row *row, const real *step, const real *d,
                          real *e)
{
    for (int64_t i = 0; i < row->n; i += PIECE) {
        const int64_t n = row->n - i < PIECE ? row->n - i : PIECE;
        if (row->n > PIECE)
            gather_piece(sw, row, i, n); /* the last piece is not the first */
        const score_rows rows = {sw->s->rows, sw->columns, n, sw->columns, NULL};
        sw->solver->kernels->subtract_scores(&rows, step, d + i, e + i);
    }
}

/* Move a row's block x to its minimum, or relaxed: g holds the block of (Y'Y + lambda I) x, and
 * becomes the step. */
static void move_block(const sweep *sw, const wrmf_i_row *row, const real *d, real *e, real *g,
                       real *x)
{
    const row_solver *const solver = sw->solver;
    const int64_t b = sw->columns, left = solver->side->whitening->factors - sw->first;
    const real relaxation = (real)solver->side->relaxation;
    start_system(sw, sw->s->a);
    add_own_lambda(row, b, x, g, sw->s->a);
    for (int64_t k = 0; k < b; k++)
        g[k] = -g[k];
    for (int64_t i = 0; i < row->n; i += PIECE) {
        const int64_t n = row->n - i < PIECE ? row->n - i : PIECE;
        gather_piece(sw, row, i, n);
        add_piece(sw, n, d + i, e + i, g);
    }
    add_ridge(b, sw->s->a);
    if (!solver->kernels->cholesky(sw->s->a, left < b ? left : b, b, g, sw->s->panel)) {
        sw->counts->fallback++; /* weights beyond the precision: the block stays as it is */
        return;
    }
    for (int64_t k = 0; k < b; k++) {
        g[k] *= relaxation;
        x[k] += g[k];
    }
    subtract_step(sw, row, g, d, e);
}

/* ---- a batch ---- */

/* d, and the rests e = b - d (score of x), of all entries of the batch. */
static void start_rests(const sweep *sw)
{
    const int64_t width = sw->solver->side->width;
    int64_t at = 0;
    for (int64_t i = 0; i < sw->n; i++) {
        const wrmf_i_row *const row = &sw->rows[i];
        const score_rows rows = {sw->solver->rows, width, row->n, width, row->columns};
        RFN(fill_entries)(sw->solver, row, sw->s->d + at, sw->s->b + at);
        sw->solver->kernels->subtract_scores(&rows, sw->s->batch + i * width, sw->s->d + at,
                                             sw->s->b + at);
        at += row->n;
    }
}

/* The block of all rows. */
static void sweep_block(const sweep *sw)
{
    const row_solver *const solver = sw->solver;
    const int64_t width = solver->side->width;
    row_scratch *const s = sw->s;
    solver->kernels->multiply_tiles(s->tiles, sw->n, width,
                                    (const real *)solver->side->rounded + sw->first * width,
                                    sw->columns, s->products);
    int64_t at = 0;
    for (int64_t i = 0; i < sw->n; i++) {
        if (sw->rows[i].n > 0)
            move_block(sw, &sw->rows[i], s->d + at, s->b + at, s->products + i * sw->columns,
                       s->batch + i * width + sw->first);
        at += sw->rows[i].n;
    }
    solver->kernels->pack_tiles(s->batch, sw->n, width, sw->first, sw->first + sw->columns,
                                s->tiles);
}

void RFN(sweep_rows)(const row_solver *solver, const wrmf_i_row *rows, int64_t n, row_scratch *s,
                     wrmf_i_row_counts *counts)
{
    const int64_t width = solver->side->width;
    const int64_t columns = RFN(block_columns)(solver->side->options, width);
    sweep sw = {solver, rows, n, s, counts, 0, 0};
    for (int64_t i = 0; i < n; i++) {
        counts->rows += rows[i].n > 0;
        counts->cholesky += rows[i].n > 0;
        if (rows[i].n == 0)
            memset(s->batch + i * width, 0, sizeof(real) * (size_t)width);
    }
    start_rests(&sw);
    solver->kernels->pack_tiles(s->batch, n, width, 0, width, s->tiles);
    for (; sw.first < width; sw.first += columns) {
        sw.columns = width - sw.first < columns ? width - sw.first : columns;
        sweep_block(&sw);
    }
}
