/* SPDX-License-Identifier: BSD-2-Clause */
#include "als/prepare.h"

/* Rows of W that one task makes. */
enum { W_ROWS = 128 };

typedef struct w_job {
    const row_solver *solver;
    const wrmf_i_row_options *options;
    char *scratch;
    size_t scratch_bytes;
} w_job;

static void w_chunk(void *self, size_t chunk, size_t worker)
{
    const w_job *const job = self;
    const wrmf_i_fixed_side *const side = job->solver->side;
    const int64_t first = (int64_t)chunk * W_ROWS, left = side->factors.n - first;
    row_scratch s;
    /* rows of no entries: what is laid out for longer ones is not used */
    RFN(row_scratch_place)
    (&s, job->scratch + worker * job->scratch_bytes, job->options, side->width, 0);
    RFN(whiten_rows)(job->solver, first, left < W_ROWS ? left : W_ROWS, &s);
}

wrmf_status RFN(prepare_solver)(wrmf_context *context, const wrmf_i_fixed_side *side,
                                const wrmf_i_row_options *options, char *scratch,
                                size_t scratch_bytes, row_solver *solver, wrmf_error *err)
{
    w_job job = {solver, options, scratch, scratch_bytes};
    RFN(row_solver_init)(solver, side);
    WRMF_I_TRY(RFN(row_solver_pack)(context, solver, err));
    if (!solver->has_norms)
        return WRMF_OK;
    const size_t chunks = (size_t)((side->factors.n + W_ROWS - 1) / W_ROWS);
    WRMF_I_TRY(wrmf_i_parallel(context, chunks, w_chunk, &job, err));
    RFN(whitened_all)(solver);
    return WRMF_OK;
}
