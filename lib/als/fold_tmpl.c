/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A row that is folded in, in one precision: solved on the calling thread as half_epoch_tmpl.c
 * solves it among others.
 */
#include <string.h>

#include "als/fold.h"
#include "als/prepare.h"
#include "row/long_row.h"
#include "row/minimum_norm.h"

size_t RFN(fold_solver_bytes)(void)
{
    return sizeof(row_solver);
}

wrmf_status RFN(fold_prepare)(const wrmf_fold *fold, char *scratch, size_t scratch_bytes,
                              wrmf_error *err)
{
    return RFN(prepare_solver)(fold->context, &fold->fixed, &fold->options, scratch, scratch_bytes,
                               fold->solver, err);
}

/* A row whose system is summed up in float64: *z gets its solution. False if the system cannot be
 * factorized. */
static bool solve_in_float64(const wrmf_fold *fold, const wrmf_i_row *row,
                             const wrmf_i_fold_space *space, double **z)
{
    double *const a = wrmf_i_fold_system(fold, row, space);
    *z = a + fold->fixed.width * fold->fixed.width;
    return wrmf_i_fold_solve_system(fold, a, *z, space);
}

/* x of a row that has no number below 0, into s->batch. */
static bool solve_nonnegative(const wrmf_fold *fold, const wrmf_i_row *row,
                              const wrmf_i_fold_space *space, row_scratch *s)
{
    const int64_t width = fold->fixed.width;
    wrmf_i_row_counts counts = {0};
    if (row->n < WRMF_I_LONG_ROW)
        return RFN(nonnegative_row)(fold->solver, row, s, s->batch, &counts);
    double *const a = wrmf_i_fold_system(fold, row, space);
    return RFN(nonnegative_system)(fold->solver, a, a + width * width, s, s->batch, &counts);
}

/* x of a row that is short enough for a worker's scratch. Returns why it waits, or 0. */
static unsigned char solve_alone(const wrmf_fold *fold, const wrmf_i_row *row, row_scratch *s)
{
    const row_solver *const solver = fold->solver;
    unsigned char pending = 0;
    row_task task = {.row = *row, .pending = &pending, .holds_x = true};
    row_waiting waiting;
    wrmf_i_row_counts counts = {0};
    if (!row->counts)
        RFN(fill_constant)(solver, s, row->n);
    RFN(regularize_row)(solver, &task, s);
    RFN(batch_start)(solver, 0, s, &waiting);
    RFN(solve_row)(solver, &task, s, s->batch, &waiting, &counts);
    RFN(batch_finish)(solver, 1, s, &waiting, &counts);
    return pending;
}

static wrmf_status fail_row(wrmf_error *err)
{
    return wrmf_i_fail(err, WRMF_E_NONFINITE, "the factors of the row would not be finite");
}

wrmf_status RFN(fold_solve)(const wrmf_fold *fold, const wrmf_i_row *row,
                            const wrmf_i_fold_space *space, wrmf_error *err)
{
    const row_solver *const solver = fold->solver;
    const int64_t width = fold->fixed.width;
    const size_t bytes = sizeof(real) * (size_t)width;
    row_scratch s;
    RFN(row_scratch_place)(&s, space->scratch, &fold->options, width, space->longest);
    if (row->n == 0) {
        memset(space->row, 0, bytes);
        RFN(biases_put)(&fold->fixed, space->row);
        return WRMF_OK;
    }
    if (fold->options.nonnegative && !solve_nonnegative(fold, row, space, &s))
        return fail_row(err);
    if (fold->options.nonnegative) {
        memcpy(space->row, s.batch, bytes);
        return WRMF_OK;
    }
    unsigned char pending =
        row->n >= WRMF_I_LONG_ROW ? ROW_WIDE_SYSTEM : solve_alone(fold, row, &s);
    double *z = NULL;
    if (pending == ROW_WIDE_SYSTEM)
        pending = solve_in_float64(fold, row, space, &z) ? 0 : ROW_MINIMUM_NORM;
    if (pending == ROW_MINIMUM_NORM) {
        z = s.b64;
        WRMF_I_TRY(wrmf_i_minimum_norm(&fold->context->allocator, &fold->fixed, row, z, err));
    }
    if (z && !RFN(row_from_float64)(solver, row, z, s.batch))
        return fail_row(err);
    RFN(biases_put)(&fold->fixed, s.batch);
    if (!(real_largest(s.batch, width) <= REAL_MAX))
        return fail_row(err);
    memcpy(space->row, s.batch, bytes);
    return WRMF_OK;
}
