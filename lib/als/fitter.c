/* SPDX-License-Identifier: BSD-2-Clause */
#include "als/als.h"

#include <math.h>
#include <string.h>

#include "als/bias_side.h"
#include "als/half_epoch.h"
#include "als/row_weights.h"
#include "als/svd_start.h"
#include "model/grams.h"
#include "row/long_row.h"
#include "row/nonnegative.h"

struct wrmf_i_fitter {
    wrmf_context *context;
    wrmf_model *model;
    const wrmf_matrix *matrix[2]; /* users x items, items x users */
    wrmf_i_plan plan[2];
    wrmf_i_loss loss;
    wrmf_i_row_options relaxed, plain; /* of epochs */
    wrmf_i_row_options exact;          /* of the items' rows that a fit ends with */
    bool heavy[2];                     /* as in wrmf_i_fixed_side, by the side that is solved */
    wrmf_i_whitening whitening;
    wrmf_i_bias_side biases; /* of the side that is fixed; nothing where rows have none */
    double *no_gram;         /* zeros in the place of Gram matrices where w0 is 0; else NULL */
    void *gram_scratch;
    size_t gram_bytes;         /* of gram_scratch */
    size_t real_bytes;         /* of one factor: 4 or 8 */
    size_t max_rows;           /* of the side that has more */
    void *w, *norms, *rounded; /* as in wrmf_i_fixed_side, for either side */
    int workers;
    char *scratch; /* a worker's is scratch_bytes long */
    size_t scratch_bytes;
    wrmf_i_row_counts *counts; /* one a worker */
    unsigned char *pending;    /* max_rows */
    double *long_sums;         /* scratch of batches of long rows */
    size_t long_doubles;       /* of long_sums */
};

/* Whether rows are swept by blocks. */
static bool is_swept(const wrmf_i_fitter *fitter)
{
    return fitter->plain.solver == WRMF_SOLVER_BLOCKS;
}

/* Whether what rows share is made with a whitening; else with the Gram matrix alone. */
static bool is_whitened(const wrmf_i_fitter *fitter)
{
    return wrmf_i_row_options_is_whitened(&fitter->plain);
}

/* Rows of W that there is room for. */
static size_t w_rows(const wrmf_i_fitter *fitter)
{
    return is_whitened(fitter) ? fitter->max_rows : 0;
}

/* Their norms. */
static size_t norm_count(const wrmf_i_fitter *fitter)
{
    return wrmf_i_norms(fitter->plain.scaled, w_rows(fitter));
}

static size_t rounded_numbers(const wrmf_i_fitter *fitter)
{
    return wrmf_i_rounded_matrices(&fitter->plain, fitter->model->stride) *
           wrmf_i_model_square(fitter->model);
}

static wrmf_status alloc_buffers(wrmf_i_fitter *fitter, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &fitter->context->allocator;
    const size_t width = (size_t)fitter->model->stride;
    fitter->gram_bytes = wrmf_i_model_gram_scratch(fitter->context, fitter->model);
    fitter->gram_scratch = wrmf_i_alloc(allocator, fitter->gram_bytes, 1);
    fitter->w = wrmf_i_alloc(allocator, w_rows(fitter), width * fitter->real_bytes);
    fitter->norms = wrmf_i_alloc(allocator, norm_count(fitter), fitter->real_bytes);
    fitter->rounded = wrmf_i_alloc(allocator, rounded_numbers(fitter), fitter->real_bytes);
    fitter->scratch = wrmf_i_alloc(allocator, (size_t)fitter->workers, fitter->scratch_bytes);
    fitter->counts = wrmf_i_alloc_zero(allocator, (size_t)fitter->workers, sizeof *fitter->counts);
    fitter->pending = wrmf_i_alloc_zero(allocator, fitter->max_rows, 1);
    fitter->long_sums = wrmf_i_alloc(allocator, fitter->long_doubles, sizeof(double));
    WRMF_I_TRY(
        wrmf_i_bias_side_alloc(allocator, fitter->model, fitter->max_rows, &fitter->biases, err));
    const bool needs_zeros = !(fitter->loss.unobserved_weight > 0);
    if (needs_zeros)
        fitter->no_gram = wrmf_i_alloc_zero(allocator, wrmf_i_model_square(fitter->model),
                                            sizeof *fitter->no_gram);
    if (needs_zeros && !fitter->no_gram)
        return wrmf_i_fail_memory(err, "scratch of the solvers");
    if (fitter->gram_scratch && fitter->w && fitter->norms && fitter->rounded && fitter->scratch &&
        fitter->counts && fitter->pending && fitter->long_sums)
        return WRMF_OK;
    return wrmf_i_fail_memory(err, "scratch of the solvers");
}

/* Bytes of scratch that a worker needs for rows of either side. */
static size_t worker_bytes(const wrmf_i_fitter *fitter)
{
    const wrmf_i_row_options *const options = &fitter->plain;
    const int64_t users = wrmf_i_half_epoch_longest(options, &fitter->plan[WRMF_USERS]);
    const int64_t items = wrmf_i_half_epoch_longest(options, &fitter->plan[WRMF_ITEMS]);
    const int64_t longest = users > items ? users : items, width = fitter->model->stride;
    return fitter->model->bits == 32 ? wrmf_i_row_scratch_bytes_f32(options, width, longest)
                                     : wrmf_i_row_scratch_bytes_f64(options, width, longest);
}

/* Set how many doubles the sums of long rows need. */
static void size_long_rows(wrmf_i_fitter *fitter)
{
    for (int side = 0; side < 2 && !is_swept(fitter); side++) {
        const wrmf_i_plan *const plan = &fitter->plan[side];
        const size_t doubles = wrmf_i_long_batch_doubles(fitter->workers, fitter->model->stride,
                                                         plan->n_long, plan->longest_of_all);
        if (doubles > fitter->long_doubles)
            fitter->long_doubles = doubles;
    }
}

static wrmf_status prepare(wrmf_i_fitter *fitter, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &fitter->context->allocator;
    const wrmf_model *const model = fitter->model;
    const int64_t width = model->stride;
    WRMF_I_TRY(wrmf_i_loss_check_regularization(&fitter->loss, err));
    WRMF_I_TRY(wrmf_i_nonnegative_check(model->params, err));
    WRMF_I_TRY(wrmf_i_bias_side_check(model->params, err));
    WRMF_I_TRY(
        wrmf_i_row_weights_check(fitter->context, &fitter->loss, fitter->matrix[WRMF_USERS], err));
    WRMF_I_TRY(wrmf_i_matrix_transposed(fitter->context, fitter->matrix[WRMF_USERS],
                                        &fitter->matrix[WRMF_ITEMS], err));
    const bool single = model->bits == 32;
    const double most = single ? wrmf_i_safe_weight_f32() : wrmf_i_safe_weight_f64();
    const double least = single ? wrmf_i_least_weight_f32() : wrmf_i_least_weight_f64();
    for (int side = 0; side < 2 && fitter->relaxed.solver == WRMF_SOLVER_CG; side++) {
        fitter->heavy[side] = !(fitter->loss.unobserved_weight > 0);
        if (!fitter->heavy[side])
            WRMF_I_TRY(wrmf_i_row_weights_exceed(fitter->context, &fitter->loss,
                                                 fitter->matrix[side], most, least,
                                                 &fitter->heavy[side], err));
    }
    for (int side = 0; side < 2; side++)
        WRMF_I_TRY(wrmf_i_plan_create(allocator, fitter->matrix[side], model->factors,
                                      &fitter->plan[side], err));
    if (!is_whitened(fitter))
        fitter->whitening = (wrmf_i_whitening){.factors = model->factors, .width = width};
    else
        WRMF_I_TRY(wrmf_i_whitening_create(fitter->context, model->factors, width,
                                           &fitter->whitening, err));
    fitter->scratch_bytes = worker_bytes(fitter);
    size_long_rows(fitter);
    WRMF_I_TRY(wrmf_i_model_alloc_grams(fitter->model, err));
    return alloc_buffers(fitter, err);
}

wrmf_status wrmf_i_fitter_create(wrmf_context *context, wrmf_model *model,
                                 const wrmf_matrix *matrix, wrmf_i_fitter **out, wrmf_error *err)
{
    wrmf_i_fitter *const fitter = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *fitter);
    if (!fitter)
        return wrmf_i_fail_memory(err, "a fit");
    fitter->context = context;
    fitter->model = model;
    fitter->matrix[WRMF_USERS] = matrix;
    fitter->real_bytes = wrmf_i_model_number_bytes(model);
    fitter->max_rows = (size_t)(model->rows[0] > model->rows[1] ? model->rows[0] : model->rows[1]);
    fitter->workers = context->workers;
    wrmf_i_loss_read(model->params, &fitter->loss);
    wrmf_i_row_options_read(model->params, model->bits, &fitter->relaxed);
    fitter->plain = wrmf_i_row_options_plain(&fitter->relaxed);
    fitter->exact = wrmf_i_row_options_exact(&fitter->relaxed);
    const wrmf_status status = prepare(fitter, err);
    if (status != WRMF_OK) {
        wrmf_i_fitter_free(fitter);
        return status;
    }
    *out = fitter;
    return WRMF_OK;
}

void wrmf_i_fitter_free(wrmf_i_fitter *fitter)
{
    if (!fitter)
        return;
    const wrmf_i_allocator *const allocator = &fitter->context->allocator;
    const size_t width = (size_t)fitter->model->stride;
    for (int side = 0; side < 2; side++)
        wrmf_i_plan_free(allocator, &fitter->plan[side]);
    wrmf_i_whitening_free(fitter->context, &fitter->whitening);
    wrmf_i_bias_side_free(allocator, &fitter->biases);
    wrmf_i_free(allocator, fitter->no_gram, wrmf_i_model_square(fitter->model),
                sizeof *fitter->no_gram);
    wrmf_i_free(allocator, fitter->gram_scratch, fitter->gram_bytes, 1);
    wrmf_i_free(allocator, fitter->w, w_rows(fitter), width * fitter->real_bytes);
    wrmf_i_free(allocator, fitter->norms, norm_count(fitter), fitter->real_bytes);
    wrmf_i_free(allocator, fitter->rounded, rounded_numbers(fitter), fitter->real_bytes);
    wrmf_i_free(allocator, fitter->scratch, (size_t)fitter->workers, fitter->scratch_bytes);
    wrmf_i_free(allocator, fitter->counts, (size_t)fitter->workers, sizeof *fitter->counts);
    wrmf_i_free(allocator, fitter->pending, fitter->max_rows, 1);
    wrmf_i_free(allocator, fitter->long_sums, fitter->long_doubles, sizeof(double));
    wrmf_i_free(allocator, fitter, 1, sizeof *fitter);
}

/* A plan of a side whose longest row has so many entries. */
static wrmf_i_plan plan_of(int64_t longest)
{
    const int64_t most = WRMF_I_LONG_ROW - 1;
    return (wrmf_i_plan){.n_long = longest / WRMF_I_LONG_ROW,
                         .longest = longest < most ? longest : most,
                         .longest_of_all = longest};
}

double wrmf_i_fitter_bytes(const wrmf_context *context, const wrmf_model *shape,
                           const int64_t longest[2])
{
    wrmf_model model = *shape;
    wrmf_i_fitter fitter = {.model = &model, .workers = context->workers};
    const double number = (double)wrmf_i_model_number_bytes(&model), width = (double)model.stride;
    wrmf_i_row_options_read(model.params, model.bits, &fitter.relaxed);
    fitter.plain = wrmf_i_row_options_plain(&fitter.relaxed);
    fitter.max_rows = (size_t)(model.rows[0] > model.rows[1] ? model.rows[0] : model.rows[1]);
    for (int side = 0; side < 2; side++)
        fitter.plan[side] = plan_of(longest[side]);
    size_long_rows(&fitter);
    const double rows = (double)w_rows(&fitter), workers = (double)fitter.workers;
    double bytes = (double)sizeof fitter + 2 * (double)wrmf_i_plan_bytes();
    if (is_whitened(&fitter))
        bytes += wrmf_i_whitening_bytes(&fitter.relaxed, model.factors, model.stride, model.bits);
    bytes += 2 * sizeof(double) * (double)wrmf_i_model_square(&model);
    wrmf_i_loss_read(model.params, &fitter.loss);
    if (!(fitter.loss.unobserved_weight > 0))
        bytes += sizeof(double) * (double)wrmf_i_model_square(&model);
    bytes += (double)wrmf_i_model_gram_scratch(context, &model);
    bytes += wrmf_i_bias_side_bytes(&model, (double)fitter.max_rows);
    bytes += (rows * width + (double)norm_count(&fitter)) * number +
             (double)rounded_numbers(&fitter) * number;
    if (wrmf_i_params_int(model.params, WRMF_PARAM_INIT) == WRMF_INIT_SVD) {
        /* the start has given its memory back when panels are made */
        const double panels =
            is_whitened(&fitter)
                ? wrmf_i_whitening_panel_bytes(&fitter.relaxed, model.stride, model.bits)
                : 0;
        bytes += fmax(0, wrmf_i_svd_start_bytes(context, &model) - panels);
    }
    bytes += workers * ((double)worker_bytes(&fitter) + (double)sizeof *fitter.counts);
    return bytes + (double)fitter.max_rows + (double)fitter.long_doubles * sizeof(double);
}

/* Add what the workers counted to the statistics of the model. */
static void add_statistics(wrmf_i_fitter *fitter)
{
    double *const statistics = fitter->model->statistics;
    for (int worker = 0; worker < fitter->workers; worker++) {
        const wrmf_i_row_counts *const counts = &fitter->counts[worker];
        statistics[WRMF_STAT_ROWS] += (double)counts->rows;
        statistics[WRMF_STAT_ROWS_CG] += (double)counts->cg;
        statistics[WRMF_STAT_CG_STEPS] += (double)counts->steps;
        statistics[WRMF_STAT_ROWS_CHOLESKY] += (double)counts->cholesky;
        statistics[WRMF_STAT_ROWS_FLOAT64] += (double)counts->float64;
        statistics[WRMF_STAT_ROWS_MINIMUM_NORM] +=
            (double)(fitter->whitening.dropped > 0 ? counts->rows : counts->minimum_norm);
        statistics[WRMF_STAT_ROWS_FALLBACK] += (double)counts->fallback;
        statistics[WRMF_STAT_RESIDUAL] = fmax(statistics[WRMF_STAT_RESIDUAL], counts->residual);
    }
    statistics[WRMF_STAT_CONDITION] =
        fmax(statistics[WRMF_STAT_CONDITION], fitter->whitening.condition);
}

static wrmf_status ensure_gram(wrmf_i_fitter *fitter, wrmf_side side, wrmf_error *err)
{
    return wrmf_i_model_ensure_gram(fitter->context, fitter->model, side, fitter->gram_scratch,
                                    err);
}

wrmf_status wrmf_i_fitter_grams(wrmf_i_fitter *fitter, wrmf_error *err)
{
    WRMF_I_TRY(ensure_gram(fitter, WRMF_USERS, err));
    return ensure_gram(fitter, WRMF_ITEMS, err);
}

/* What becomes of the rows of a side, as in wrmf_i_half_epoch. */
typedef struct destination {
    const wrmf_i_row_options *options;
    double relaxation;
    void *relaxed, *solved;
    double from, to; /* the rows are this part of the epoch */
} destination;

/* The rows of a side from which an epoch goes on. */
static wrmf_i_factors rows_before(const wrmf_model *model, wrmf_side side)
{
    return side == WRMF_ITEMS ? wrmf_i_model_carried_rows(model) : wrmf_i_model_rows(model, side);
}

/* Solve a side against the other, whose whitening is made. */
static wrmf_status solve_side(wrmf_i_fitter *fitter, wrmf_side side, const destination *to,
                              wrmf_i_progress *progress, wrmf_error *err)
{
    wrmf_model *const model = fitter->model;
    const wrmf_side other = side == WRMF_USERS ? WRMF_ITEMS : WRMF_USERS;
    memset(fitter->counts, 0, (size_t)fitter->workers * sizeof *fitter->counts);
    wrmf_i_fixed_side fixed = {
        .cpu = fitter->context->cpu,
        .factors = rows_before(model, other),
        .width = model->stride,
        .relaxation = to->relaxation,
        .lambda = wrmf_i_loss_lambda(&fitter->loss, side, model->rows[other]),
        .side = side,
        .scaled = wrmf_i_loss_is_scaled(&fitter->loss, side),
        .loss = &fitter->loss,
        .options = to->options,
        .whitening = &fitter->whitening,
        .w = fitter->w,
        .norms = fitter->norms,
        .rounded = fitter->rounded,
        .heavy = fitter->heavy[side],
    };
    wrmf_i_half_epoch half = {
        .context = fitter->context,
        .fixed = &fixed,
        .matrix = fitter->matrix[side],
        .plan = &fitter->plan[side],
        .before = rows_before(model, side).data,
        .relaxation = is_swept(fitter) ? 1 : to->relaxation,
        .relaxed = to->relaxed,
        .solved = to->solved,
        .scratch = fitter->scratch,
        .scratch_bytes = fitter->scratch_bytes,
        .options = &fitter->plain,
        .counts = fitter->counts,
        .pending = fitter->pending,
        .long_sums = fitter->long_sums,
        .long_doubles = fitter->long_doubles,
        .side = side == WRMF_USERS ? "user" : "item",
        .progress = progress,
        .from = to->from,
        .to = to->to,
    };
    WRMF_I_TRY(wrmf_i_bias_side_use(fitter->context, model, &fitter->biases, &fixed, err));
    WRMF_I_TRY(model->bits == 32 ? wrmf_i_half_epoch_run_f32(&half, err)
                                 : wrmf_i_half_epoch_run_f64(&half, err));
    add_statistics(fitter);
    return WRMF_OK;
}

/* Make what all rows of a side have in common, and forget what is known of these rows. */
static wrmf_status begin_side(wrmf_i_fitter *fitter, wrmf_side side, wrmf_error *err)
{
    wrmf_model *const model = fitter->model;
    const wrmf_side other = side == WRMF_USERS ? WRMF_ITEMS : WRMF_USERS;
    const double lambda = wrmf_i_loss_lambda(&fitter->loss, side, model->rows[other]);
    const double *gram;
    if (side == WRMF_USERS) {
        WRMF_I_TRY(
            wrmf_i_model_carried_gram(fitter->context, model, fitter->gram_scratch, &gram, err));
    } else {
        WRMF_I_TRY(ensure_gram(fitter, WRMF_USERS, err));
        gram = wrmf_i_model_known_gram(model, WRMF_USERS);
    }
    if (fitter->no_gram)
        gram = fitter->no_gram;
    if (!is_whitened(fitter))
        fitter->whitening.gram = gram;
    else if (wrmf_i_loss_is_scaled(&fitter->loss, side))
        WRMF_I_TRY(wrmf_i_whitening_make_rotation(&fitter->whitening, gram, lambda, err));
    else
        WRMF_I_TRY(wrmf_i_whitening_make(&fitter->whitening, gram, lambda, err));
    wrmf_i_model_forget(model, side);
    return WRMF_OK;
}

static bool is_plain(double relaxation)
{
    return !(relaxation < 1) && !(relaxation > 1);
}

/* Solve the items' rows to the tolerance from those that the model carries, where begin_side() was
 * called. The statistics stay, so that they do not tell in how many parts a model was fitted. */
static wrmf_status solve_items(wrmf_i_fitter *fitter, wrmf_i_progress *progress, double from,
                               double to, wrmf_error *err)
{
    wrmf_model *const model = fitter->model;
    void *const items = model->data[WRMF_ITEMS];
    const destination exact = {
        .options = &fitter->exact, .relaxation = 1, .solved = items, .from = from, .to = to};
    double statistics[WRMF_I_STAT_COUNT];
    memcpy(statistics, model->statistics, sizeof statistics);
    const wrmf_status status = solve_side(fitter, WRMF_ITEMS, &exact, progress, err);
    memcpy(model->statistics, statistics, sizeof statistics);
    return status;
}

/* The items' half of the last epoch of a fit: their rows become solutions, and the model carries
 * the relaxed rows, unless these are the same. Where an epoch does not solve rows to the tolerance,
 * all are solved once more. */
static wrmf_status end_items(wrmf_i_fitter *fitter, const destination *usual,
                             wrmf_i_progress *progress, wrmf_error *err)
{
    wrmf_model *const model = fitter->model;
    const bool exact = wrmf_i_row_options_is_exact(usual->options);
    const bool plain = is_plain(usual->relaxation);
    destination to = *usual;
    if (!exact || !plain)
        to.relaxed = model->carried;
    if (exact && !plain)
        to.solved = model->data[WRMF_ITEMS];
    if (!exact)
        to.to = (usual->from + usual->to) / 2;
    WRMF_I_TRY(solve_side(fitter, WRMF_ITEMS, &to, progress, err));
    model->carries = !exact || !plain;
    return exact ? WRMF_OK : solve_items(fitter, progress, to.to, usual->to, err);
}

wrmf_status wrmf_i_fitter_end(wrmf_i_fitter *fitter, wrmf_i_progress *progress, wrmf_error *err)
{
    if (fitter->model->carries)
        return WRMF_OK;
    WRMF_I_TRY(begin_side(fitter, WRMF_ITEMS, err));
    wrmf_i_model_carry(fitter->model);
    const wrmf_status status = solve_items(fitter, progress, 0, 1, err);
    if (status != WRMF_OK)
        wrmf_i_model_carried_take(fitter->model);
    return status;
}

wrmf_status wrmf_i_fitter_start(wrmf_i_fitter *fitter, wrmf_error *err)
{
    const wrmf_i_svd_start start = {.context = fitter->context,
                                    .model = fitter->model,
                                    .matrix = fitter->matrix,
                                    .plan = fitter->plan,
                                    .loss = &fitter->loss,
                                    .gram_scratch = fitter->gram_scratch};
    fitter->model->drawn = false;
    return wrmf_i_svd_start_run(
        &start, wrmf_i_params_int(fitter->model->params, WRMF_PARAM_INIT_ITERATIONS), err);
}

wrmf_status wrmf_i_fitter_epoch(wrmf_i_fitter *fitter, double relaxation, bool ends,
                                wrmf_i_progress *progress, wrmf_error *err)
{
    wrmf_model *const model = fitter->model;
    const double users = fitter->plan[WRMF_USERS].cost, items = fitter->plan[WRMF_ITEMS].cost;
    const double middle = users + items > 0 ? users / (users + items) : 0.5;
    destination to = {.options = is_plain(relaxation) ? &fitter->plain : &fitter->relaxed,
                      .relaxation = relaxation,
                      .relaxed = model->data[WRMF_USERS],
                      .to = middle};
    WRMF_I_TRY(begin_side(fitter, WRMF_USERS, err));
    WRMF_I_TRY(solve_side(fitter, WRMF_USERS, &to, progress, err));
    to.relaxed = model->data[WRMF_ITEMS];
    to.from = middle;
    to.to = 1;
    WRMF_I_TRY(begin_side(fitter, WRMF_ITEMS, err));
    if (ends) {
        WRMF_I_TRY(end_items(fitter, &to, progress, err));
    } else {
        WRMF_I_TRY(solve_side(fitter, WRMF_ITEMS, &to, progress, err));
        model->carries = false;
    }
    model->drawn = false;
    model->epochs++;
    return WRMF_OK;
}
