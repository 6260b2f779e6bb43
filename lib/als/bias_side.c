/* SPDX-License-Identifier: BSD-2-Clause */
#include "als/bias_side.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "model/biases.h"

enum { COPY_ROWS = 1024 }; /* that a task copies */

wrmf_status wrmf_i_bias_side_check(const wrmf_params *params, wrmf_error *err)
{
    if (wrmf_i_params_int(params, WRMF_PARAM_BIASES) == 0)
        return WRMF_OK;
    if (wrmf_i_params_real(params, WRMF_PARAM_UNOBSERVED_WEIGHT) > 0)
        return wrmf_i_fail(err, WRMF_E_RANGE,
                           "unobserved_weight is above 0: where biases is 1, it is to be 0");
    if (wrmf_i_params_int(params, WRMF_PARAM_NONNEGATIVE) != 0)
        return wrmf_i_fail(err, WRMF_E_RANGE, "nonnegative is 1: where biases is 1, it is to be 0");
    if (wrmf_i_params_int(params, WRMF_PARAM_INIT) != WRMF_INIT_RANDOM)
        return wrmf_i_fail(err, WRMF_E_RANGE, "init is svd: where biases is 1, it is to be random");
    return WRMF_OK;
}

static size_t row_bytes(const wrmf_model *model)
{
    return (size_t)model->stride * wrmf_i_model_number_bytes(model);
}

wrmf_status wrmf_i_bias_side_alloc(const wrmf_i_allocator *allocator, const wrmf_model *model,
                                   size_t most, wrmf_i_bias_side *biases, wrmf_error *err)
{
    if (!model->biases)
        return WRMF_OK;
    biases->most = most;
    biases->row_bytes = row_bytes(model);
    biases->rows = wrmf_i_alloc(allocator, most, biases->row_bytes);
    biases->offsets = wrmf_i_alloc(allocator, most, sizeof *biases->offsets);
    return biases->rows && biases->offsets ? WRMF_OK : wrmf_i_fail_memory(err, "biases");
}

double wrmf_i_bias_side_bytes(const wrmf_model *model, double most)
{
    return model->biases ? most * ((double)row_bytes(model) + (double)sizeof(double)) : 0;
}

void wrmf_i_bias_side_free(const wrmf_i_allocator *allocator, wrmf_i_bias_side *biases)
{
    wrmf_i_free(allocator, biases->rows, biases->most, biases->row_bytes);
    wrmf_i_free(allocator, biases->offsets, biases->most, sizeof *biases->offsets);
}

/* ---- the copy ---- */

typedef struct copy_job {
    const wrmf_model *model;
    wrmf_i_factors rows; /* the fixed ones, padded */
    wrmf_side side;      /* of the rows that are solved */
    wrmf_i_bias_side *biases;
} copy_job;

/* The score of a row of zeros, as the model has it, with row i of the fixed side: of a user, that
 * is the item's bias and the mean; of an item, the user's and the mean. */
static double offset_of(const copy_job *job, int64_t i)
{
    const wrmf_i_bias_terms *const terms = &job->biases->terms;
    const int64_t at = i * job->rows.stride + terms->one;
    const double number = job->rows.bits == 32 ? (double)((const float *)job->rows.data)[at]
                                               : ((const double *)job->rows.data)[at];
    return job->side == WRMF_USERS ? number : number + terms->mean;
}

static void copy_chunk(void *self, size_t chunk, size_t worker)
{
    const copy_job *const job = self;
    const int64_t first = (int64_t)chunk * COPY_ROWS, left = job->rows.n - first;
    const int64_t n = left < COPY_ROWS ? left : COPY_ROWS;
    const size_t bytes = row_bytes(job->model), start = (size_t)first * bytes;
    const double none = 0;
    (void)worker;
    memcpy((char *)job->biases->rows + start, (const char *)job->rows.data + start,
           (size_t)n * bytes);
    for (int64_t i = first; i < first + n; i++) {
        job->biases->offsets[i] = offset_of(job, i);
        wrmf_i_store_numbers(job->rows.bits, &none, 1, job->biases->rows,
                             i * job->rows.stride + job->biases->terms.one);
    }
}

wrmf_status wrmf_i_bias_side_use(wrmf_context *context, const wrmf_model *model,
                                 wrmf_i_bias_side *biases, wrmf_i_fixed_side *fixed,
                                 wrmf_error *err)
{
    if (!model->biases)
        return WRMF_OK;
    biases->terms = (wrmf_i_bias_terms){
        .offsets = biases->offsets,
        .one = wrmf_i_biases_one(fixed->side, model->factors),
        .shifted = fixed->side == WRMF_ITEMS ? model->factors - 1 : -1,
        .mean = model->mean,
    };
    copy_job job = {model, fixed->factors, fixed->side, biases};
    const size_t chunks = (size_t)((fixed->factors.n + COPY_ROWS - 1) / COPY_ROWS);
    WRMF_I_TRY(wrmf_i_parallel(context, chunks, copy_chunk, &job, err));
    fixed->factors.data = biases->rows;
    fixed->biases = &biases->terms;
    return WRMF_OK;
}

/* ---- the mean ---- */

wrmf_status wrmf_i_bias_mean(const wrmf_model *model, const wrmf_matrix *matrix, double *mean,
                             wrmf_error *err)
{
    wrmf_i_loss loss;
    wrmf_i_loss_read(model->params, &loss);
    const int64_t n = wrmf_i_matrix_entries(matrix);
    double largest = 0, weights = 0, targets = 0;
    for (int64_t i = 0; i < n; i++)
        largest =
            fmax(largest, wrmf_i_loss_confidence(&loss, matrix->values ? matrix->values[i] : 1));
    for (int64_t i = 0; i < n && largest > 0; i++) { /* no weight is above 1: no sum overflows */
        const double count = matrix->values ? matrix->values[i] : 1;
        const double weight = wrmf_i_loss_confidence(&loss, count) / largest;
        weights += weight;
        targets += weight * wrmf_i_loss_target(&loss, count);
    }
    const double found = weights > 0 ? targets / weights : 0;
    if (!wrmf_i_is_finite_in(model->bits, found))
        return wrmf_i_fail(err, WRMF_E_NONFINITE, "the mean of the targets is not finite in %s",
                           model->bits == 32 ? "float32" : "float64");
    *mean = model->bits == 32 ? (double)(float)found : found;
    return WRMF_OK;
}
