/* SPDX-License-Identifier: BSD-2-Clause */
#include "als/svd_start.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "linalg/lapack.h"
#include "model/grams.h"

/* What is added to the diagonal of a Gram matrix, as a part of its mean: directions that have less
 * are those that the matrix does not have. */
static const double RIDGE = 1e-6;

/* Standard deviations of drawn rows below this are made 1 first. */
static const double SMALL = 1e-10;

/* Memory of a run. */
typedef struct buffers {
    double *gram;    /* the other side's Gram matrix with the ridge, factors x factors */
    double *forward; /* F, turn and scratch as in wrmf_i_svd_side */
    double *work;    /* of LAPACK, and its words */
    int32_t *words;
    void *turn;
    char *scratch;
} buffers;

typedef struct sizes {
    size_t square, width_square, work, words, turn, scratch;
} sizes;

static sizes sizes_of(const wrmf_context *context, const wrmf_model *model)
{
    const size_t factors = (size_t)model->factors, width = (size_t)model->stride;
    return (sizes){.square = factors * factors,
                   .width_square = width * width,
                   .work = 3 * factors,
                   .words = factors,
                   .turn = 2 * width * width * wrmf_i_model_number_bytes(model),
                   .scratch = (size_t)context->workers *
                              (model->bits == 32 ? wrmf_i_svd_scratch_bytes_f32(model->stride)
                                                 : wrmf_i_svd_scratch_bytes_f64(model->stride))};
}

double wrmf_i_svd_start_bytes(const wrmf_context *context, const wrmf_model *shape)
{
    const sizes n = sizes_of(context, shape);
    return sizeof(double) * ((double)n.square + (double)n.width_square + (double)n.work) +
           sizeof(int32_t) * (double)n.words + (double)n.turn + (double)n.scratch;
}

static void free_buffers(const wrmf_i_svd_start *start, const buffers *b)
{
    const wrmf_i_allocator *const allocator = &start->context->allocator;
    const sizes n = sizes_of(start->context, start->model);
    wrmf_i_free(allocator, b->gram, n.square, sizeof *b->gram);
    wrmf_i_free(allocator, b->forward, n.width_square, sizeof *b->forward);
    wrmf_i_free(allocator, b->work, n.work, sizeof *b->work);
    wrmf_i_free(allocator, b->words, n.words, sizeof *b->words);
    wrmf_i_free(allocator, b->turn, n.turn, 1);
    wrmf_i_free(allocator, b->scratch, n.scratch, 1);
}

static wrmf_status alloc_buffers(const wrmf_i_svd_start *start, buffers *b, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &start->context->allocator;
    const sizes n = sizes_of(start->context, start->model);
    b->gram = wrmf_i_alloc(allocator, n.square, sizeof *b->gram);
    b->forward = wrmf_i_alloc(allocator, n.width_square, sizeof *b->forward);
    b->work = wrmf_i_alloc(allocator, n.work, sizeof *b->work);
    b->words = wrmf_i_alloc(allocator, n.words, sizeof *b->words);
    b->turn = wrmf_i_alloc(allocator, n.turn, 1);
    b->scratch = wrmf_i_alloc(allocator, n.scratch, 1);
    if (b->gram && b->forward && b->work && b->words && b->turn && b->scratch)
        return WRMF_OK;
    return wrmf_i_fail_memory(err, "the start of a fit");
}

/* The sum of squares of a side's rows. */
static double squares(const wrmf_model *model, wrmf_side side)
{
    const double *const gram = wrmf_i_model_known_gram(model, side);
    double sum = 0;
    for (int64_t k = 0; k < model->factors; k++)
        sum += gram[k * model->stride + k];
    return sum;
}

/* F of the other side's Gram matrix G: F F' = (G + epsilon I)^-1. Where there is nothing, 0. */
static void make_forward(const wrmf_model *model, wrmf_side other, const buffers *b)
{
    const int64_t n = model->factors, width = model->stride;
    const double *const gram = wrmf_i_model_known_gram(model, other);
    const double ridge = RIDGE * squares(model, other) / (double)n;
    double condition;
    memset(b->forward, 0, sizeof *b->forward * (size_t)width * (size_t)width);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = i; j < n; j++)
            b->gram[i * n + j] = gram[i * width + j] + (i == j ? ridge : 0);
    if (!wrmf_i_factorize(n, b->gram, b->forward, width, &condition, b->work, b->words))
        memset(b->forward, 0, sizeof *b->forward * (size_t)width * (size_t)width);
}

/* The power of 2 that brings the largest target to 0.5 .. 1, so that neither targets nor their
 * squares overflow or vanish in the rows' sums, whatever unit counts have. */
static double unit_of(const wrmf_i_svd_start *start)
{
    enum { MOST = 1000 }; /* of the exponent, so that 1 / unit is there */
    const wrmf_matrix *const matrix = start->matrix[WRMF_USERS];
    double largest = 0;
    if (start->loss->target == WRMF_TARGET_ONE || !matrix->values)
        return 1;
    for (int64_t i = 0; i < matrix->offsets[matrix->rows]; i++)
        largest = fmax(largest, fabs(wrmf_i_loss_target(start->loss, matrix->values[i])));
    int exponent;
    (void)frexp(largest, &exponent);
    return ldexp(1, exponent > MOST ? -MOST : exponent < -MOST ? MOST : -exponent);
}

static wrmf_status make_side(const wrmf_i_svd_start *start, wrmf_side side, double unit,
                             const buffers *b, wrmf_error *err)
{
    const wrmf_side other = side == WRMF_USERS ? WRMF_ITEMS : WRMF_USERS;
    const wrmf_i_svd_side job = {.start = start,
                                 .side = side,
                                 .unit = unit,
                                 .forward = b->forward,
                                 .turn = b->turn,
                                 .scratch = b->scratch};
    WRMF_I_TRY(
        wrmf_i_model_ensure_gram(start->context, start->model, other, start->gram_scratch, err));
    make_forward(start->model, other, b);
    wrmf_i_model_forget(start->model, side);
    return start->model->bits == 32 ? wrmf_i_svd_rows_f32(&job, err)
                                    : wrmf_i_svd_rows_f64(&job, err);
}

static wrmf_status scale_side(const wrmf_i_svd_start *start, wrmf_side side, double factor,
                              wrmf_error *err)
{
    wrmf_i_model_forget(start->model, side);
    return start->model->bits == 32 ? wrmf_i_svd_scale_f32(start, side, factor, err)
                                    : wrmf_i_svd_scale_f64(start, side, factor, err);
}

/* Give both sides the same sum of squares, and scores the unit of the targets. Of all factors that
 * leave scores as they are, these have the least sum of squares of all rows. */
static wrmf_status balance(const wrmf_i_svd_start *start, double unit, wrmf_error *err)
{
    double sum[2];
    for (int side = 0; side < 2; side++) {
        WRMF_I_TRY(wrmf_i_model_ensure_gram(start->context, start->model, (wrmf_side)side,
                                            start->gram_scratch, err));
        sum[side] = squares(start->model, (wrmf_side)side);
    }
    if (!(sum[WRMF_USERS] > 0 && sum[WRMF_ITEMS] > 0))
        return WRMF_OK; /* a side is zero */
    const double factor = sqrt(sqrt(sum[WRMF_ITEMS]) / sqrt(sum[WRMF_USERS]));
    const double root = sqrt(1 / unit);
    WRMF_I_TRY(scale_side(start, WRMF_USERS, factor * root, err));
    return scale_side(start, WRMF_ITEMS, root / factor, err);
}

/* Sweeps do not depend on the size of the rows that they begin with, as long as the precision has
 * their Gram matrix and its inverse. */
static wrmf_status enlarge(const wrmf_i_svd_start *start, wrmf_error *err)
{
    const wrmf_params *const params = start->model->params;
    const double deviation =
        wrmf_i_params_real(params, WRMF_PARAM_INIT_SCALE) / sqrt((double)start->model->factors);
    if (deviation < DBL_MIN || !(deviation < SMALL))
        return WRMF_OK;
    return scale_side(start, WRMF_ITEMS, 1 / deviation, err);
}

static wrmf_status sweep(const wrmf_i_svd_start *start, int64_t sweeps, const buffers *b,
                         wrmf_error *err)
{
    const double unit = unit_of(start);
    WRMF_I_TRY(enlarge(start, err));
    for (int64_t done = 0; done < sweeps; done++) {
        WRMF_I_TRY(make_side(start, WRMF_USERS, unit, b, err));
        WRMF_I_TRY(make_side(start, WRMF_ITEMS, unit, b, err));
    }
    return balance(start, unit, err);
}

wrmf_status wrmf_i_svd_start_run(const wrmf_i_svd_start *start, int64_t sweeps, wrmf_error *err)
{
    buffers b = {0};
    WRMF_I_TRY(wrmf_i_lapack_begin(err));
    wrmf_status status = alloc_buffers(start, &b, err);
    if (status == WRMF_OK)
        status = sweep(start, sweeps, &b, err);
    free_buffers(start, &b);
    return status;
}
