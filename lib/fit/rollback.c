/* SPDX-License-Identifier: BSD-2-Clause */
#include "fit/rollback.h"

#include <string.h>

#include "model/model.h"

enum { COPY_BYTES = 1 << 20 }; /* that a task copies */

/* Numbers of a side, with those that round its rows up. */
static size_t side_numbers(const wrmf_model *model, int side)
{
    return (size_t)model->rows[side] * (size_t)model->stride;
}

/* Room for a copy of a side. */
static wrmf_status alloc_side(const wrmf_model *model, int side, void **rows, wrmf_error *err)
{
    *rows = wrmf_i_alloc(&model->context->allocator, side_numbers(model, side),
                         wrmf_i_model_number_bytes(model));
    return *rows ? WRMF_OK : wrmf_i_fail_memory(err, "a copy of the factors");
}

wrmf_status wrmf_i_rollback_begin(const wrmf_model *model, wrmf_i_rollback *rollback,
                                  wrmf_error *err)
{
    *rollback = (wrmf_i_rollback){.epochs = model->epochs};
    wrmf_status status = WRMF_OK;
    for (int side = 0; side < 2 && status == WRMF_OK; side++)
        status = alloc_side(model, side, &rollback->rows[side], err);
    if (status == WRMF_OK && model->carried)
        status = alloc_side(model, WRMF_ITEMS, &rollback->carried, err);
    if (status != WRMF_OK)
        wrmf_i_rollback_end(rollback, model);
    return status;
}

typedef struct copy_job {
    char *to;
    const char *from;
    size_t bytes;
} copy_job;

static void copy_chunk(void *self, size_t chunk, size_t worker)
{
    const copy_job *const job = self;
    const size_t first = chunk * COPY_BYTES, left = job->bytes - first;
    (void)worker;
    memcpy(job->to + first, job->from + first, left < COPY_BYTES ? left : COPY_BYTES);
}

/* Copy the rows of a side, on all workers. */
static wrmf_status copy_side(wrmf_context *context, const wrmf_model *model, int side,
                             const void *from, void *to, wrmf_error *err)
{
    copy_job job = {.to = to,
                    .from = from,
                    .bytes = side_numbers(model, side) * wrmf_i_model_number_bytes(model)};
    const size_t chunks = (job.bytes + COPY_BYTES - 1) / COPY_BYTES;
    return wrmf_i_parallel(context, chunks, copy_chunk, &job, err);
}

wrmf_status wrmf_i_rollback_save(wrmf_context *context, const wrmf_model *model,
                                 wrmf_i_rollback *rollback, wrmf_error *err)
{
    for (int side = 0; side < 2; side++)
        WRMF_I_TRY(copy_side(context, model, side, model->data[side], rollback->rows[side], err));
    if (model->carries)
        WRMF_I_TRY(copy_side(context, model, WRMF_ITEMS, model->carried, rollback->carried, err));
    rollback->carries = model->carries;
    rollback->drawn = model->drawn;
    rollback->epochs = model->epochs;
    rollback->mean = model->mean;
    memcpy(rollback->statistics, model->statistics, sizeof rollback->statistics);
    return WRMF_OK;
}

void wrmf_i_rollback_restore(const wrmf_i_rollback *rollback, wrmf_model *model)
{
    const size_t bytes = wrmf_i_model_number_bytes(model);
    for (int side = 0; side < 2; side++)
        memcpy(model->data[side], rollback->rows[side], side_numbers(model, side) * bytes);
    model->carries = rollback->carries;
    model->drawn = rollback->drawn;
    if (model->carries)
        memcpy(model->carried, rollback->carried, side_numbers(model, WRMF_ITEMS) * bytes);
    wrmf_i_model_forget(model, WRMF_USERS);
    wrmf_i_model_forget(model, WRMF_ITEMS);
    model->epochs = rollback->epochs;
    model->mean = rollback->mean;
    memcpy(model->statistics, rollback->statistics, sizeof rollback->statistics);
}

void wrmf_i_rollback_end(wrmf_i_rollback *rollback, const wrmf_model *model)
{
    const size_t bytes = wrmf_i_model_number_bytes(model);
    const wrmf_i_allocator *const allocator = &model->context->allocator;
    for (int side = 0; side < 2; side++)
        wrmf_i_free(allocator, rollback->rows[side], side_numbers(model, side), bytes);
    wrmf_i_free(allocator, rollback->carried, side_numbers(model, WRMF_ITEMS), bytes);
}
