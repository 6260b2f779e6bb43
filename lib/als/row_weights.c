/* SPDX-License-Identifier: BSD-2-Clause */
#include "als/row_weights.h"

#include <stdatomic.h>

#include "als/objective_chunks.h"
#include "par/first_failure.h"

typedef struct weights_job {
    const wrmf_i_loss *loss;
    const wrmf_matrix *matrix;
    double most, least;
    wrmf_i_first_failure failure;
    atomic_bool exceed;
} weights_job;

/* Without values, a row's weights tell by its length: that is no work to share. */
static size_t chunks_of(const wrmf_matrix *matrix)
{
    return matrix->values ? WRMF_I_OBJECTIVE_CHUNKS : 1;
}

static void rows_of(const wrmf_matrix *matrix, size_t chunk, int64_t *first, int64_t *last)
{
    const bool all = chunks_of(matrix) == 1;
    *first = all ? 0 : wrmf_i_objective_chunk(matrix, chunk);
    *last = all ? matrix->rows : wrmf_i_objective_chunk(matrix, chunk + 1);
}

static void check_chunk(void *self, size_t chunk, size_t worker)
{
    weights_job *const job = self;
    int64_t first, last;
    wrmf_error error;
    (void)worker;
    rows_of(job->matrix, chunk, &first, &last);
    const wrmf_status status = wrmf_i_loss_check(job->loss, job->matrix, first, last, &error);
    if (status != WRMF_OK)
        wrmf_i_first_failure_set(&job->failure, first, status, "%s", error.text);
}

wrmf_status wrmf_i_row_weights_check(wrmf_context *context, const wrmf_i_loss *loss,
                                     const wrmf_matrix *matrix, wrmf_error *err)
{
    weights_job job = {.loss = loss, .matrix = matrix, .failure = WRMF_I_FIRST_FAILURE_INIT};
    WRMF_I_TRY(wrmf_i_parallel(context, chunks_of(matrix), check_chunk, &job, err));
    return wrmf_i_first_failure_get(&job.failure, err);
}

static void exceed_chunk(void *self, size_t chunk, size_t worker)
{
    weights_job *const job = self;
    int64_t first, last;
    (void)worker;
    rows_of(job->matrix, chunk, &first, &last);
    for (int64_t row = first; row < last && !atomic_load(&job->exceed); row++)
        if (wrmf_i_loss_weight(job->loss, job->matrix, row) > job->most ||
            wrmf_i_loss_least(job->loss, job->matrix, row) < job->least)
            atomic_store(&job->exceed, true);
}

wrmf_status wrmf_i_row_weights_exceed(wrmf_context *context, const wrmf_i_loss *loss,
                                      const wrmf_matrix *matrix, double most, double least,
                                      bool *exceed, wrmf_error *err)
{
    weights_job job = {.loss = loss, .matrix = matrix, .most = most, .least = least};
    atomic_init(&job.exceed, false);
    WRMF_I_TRY(wrmf_i_parallel(context, chunks_of(matrix), exceed_chunk, &job, err));
    *exceed = atomic_load(&job.exceed);
    return WRMF_OK;
}
