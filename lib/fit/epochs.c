/* SPDX-License-Identifier: BSD-2-Clause */
#include "fit/epochs.h"

#include "als/bias_side.h"
#include "base/clock.h"
#include "fit/relaxation.h"
#include "fit/rollback.h"
#include "model/biases.h"
#include "model/grams.h"
#include "par/progress.h"

typedef struct run {
    wrmf_context *context;
    wrmf_model *model;
    const wrmf_i_epoch_options *options;
    wrmf_i_epoch epoch;
    wrmf_i_relaxation relaxation;
    int64_t end;           /* the next of options->ends */
    bool whole;            /* all rows are of one epoch */
    bool keeps;            /* `last` is kept, for runs that may be stopped within an epoch */
    wrmf_i_rollback first; /* the model before the run, where the options roll back */
    wrmf_i_rollback last;  /* the model after the last whole epoch, from the first one on */
} run;

static void log_epoch(const run *r, double minimum_norm_before)
{
    const long long epochs = (long long)r->model->epochs;
    wrmf_i_log(r->context, WRMF_LOG_INFO, "fit: epoch %lld done", epochs);
    const double more = r->model->statistics[WRMF_STAT_ROWS_MINIMUM_NORM] - minimum_norm_before;
    if (more > 0)
        wrmf_i_log(r->context, WRMF_LOG_WARNING,
                   "fit: epoch %lld: %lld row%s no unique solution, and got that of least norm",
                   epochs, (long long)more, more > 1 ? "s have" : " has");
}

/* Whether no factor is anything but 0. The diagonal of a Gram matrix tells of most models that it
 * is not so; a square may underflow, so rows are asked in the end. */
static bool is_zero(const wrmf_model *model, wrmf_side side)
{
    const double *const gram = wrmf_i_model_known_gram(model, side);
    const wrmf_i_factors rows = wrmf_i_model_rows(model, side);
    double row[WRMF_I_MAX_FACTORS];
    for (int64_t k = 0; gram && k < model->factors; k++)
        if (gram[k * model->stride + k] > 0)
            return false;
    for (int64_t i = 0; i < rows.n; i++) {
        wrmf_i_factors_get_row(&rows, i, row);
        for (int64_t k = 0; k < rows.factors; k++)
            if (row[k] < 0 || row[k] > 0)
                return false;
    }
    return true;
}

static void warn_of_zeros(const run *r)
{
    const bool users = is_zero(r->model, WRMF_USERS), items = is_zero(r->model, WRMF_ITEMS);
    if (users || items)
        wrmf_i_log(r->context, WRMF_LOG_WARNING,
                   "fit: all factors of the %s are zero, and so is every score",
                   users && items ? "model"
                   : users        ? "users"
                                  : "items");
}

/* Whether an epoch of the run is to leave the items' rows as solutions. Where all epochs are plain
 * these are what it leaves anyway. */
static bool is_end(run *r, int64_t epoch)
{
    const wrmf_i_epoch_options *const options = r->options;
    if (wrmf_i_relaxation_is_plain(&r->relaxation))
        return false;
    while (r->end < options->n_ends && options->ends[r->end] < epoch)
        r->end++;
    return r->end < options->n_ends && options->ends[r->end] == epoch;
}

static wrmf_status run_epoch(run *r, wrmf_error *err)
{
    const double minimum_norm = r->model->statistics[WRMF_STAT_ROWS_MINIMUM_NORM];
    if (r->keeps && r->epoch.number > 0)
        WRMF_I_TRY(wrmf_i_rollback_save(r->context, r->model, &r->last, err));
    const double start = wrmf_i_seconds() - wrmf_i_seconds_in_hook(r->context);
    r->whole = false;
    const double relaxation = wrmf_i_relaxation_of(&r->relaxation, r->model->epochs + 1);
    WRMF_I_TRY(wrmf_i_fitter_epoch(r->epoch.fitter, relaxation, is_end(r, r->epoch.number + 1),
                                   r->options->progress, err));
    r->whole = true;
    r->epoch.seconds += wrmf_i_seconds() - wrmf_i_seconds_in_hook(r->context) - start;
    r->epoch.number++;
    if (r->options->logs)
        log_epoch(r, minimum_norm);
    return WRMF_OK;
}

/* Whoever wants to know is told of the epoch that is done. A wish to stop is heard as long as
 * there are epochs left. */
static wrmf_status tell(run *r, wrmf_error *err)
{
    const wrmf_i_epoch_options *const options = r->options;
    bool stop = false;
    if (options->on_epoch)
        WRMF_I_TRY(options->on_epoch(options->self, &r->epoch, &stop, err));
    if (options->progress && r->epoch.number > 0)
        stop = wrmf_i_progress_step(options->progress, r->epoch.number, true) || stop;
    return stop && r->epoch.number < options->epochs ? wrmf_i_fail_stopped(r->context, err)
                                                     : WRMF_OK;
}

static wrmf_status run_epochs(run *r, wrmf_error *err)
{
    WRMF_I_TRY(tell(r, err));
    while (r->epoch.number < r->options->epochs) {
        WRMF_I_TRY(run_epoch(r, err));
        WRMF_I_TRY(tell(r, err));
    }
    /* A run that is continued epoch by epoch needs the Gram matrix of the carried rows next, and
     * not that of the solutions: who asks for the objective has it made. */
    wrmf_status status = WRMF_OK;
    if (!r->options->rolls_back || !r->model->carries)
        status = wrmf_i_fitter_grams(r->epoch.fitter, err);
    /* the work is done: who asks to stop now has the model without its Gram matrices */
    if (status == WRMF_OK && r->options->logs && r->epoch.number > 0)
        warn_of_zeros(r);
    return status == WRMF_E_CANCELLED ? WRMF_OK : status;
}

/* The mean that the biases of a fit are about, from its data. */
static wrmf_status find_mean(const run *r, const wrmf_matrix *matrix, wrmf_error *err)
{
    double mean;
    WRMF_I_TRY(wrmf_i_bias_mean(r->model, matrix, &mean, err));
    wrmf_i_biases_move_mean(r->model, mean);
    wrmf_i_model_forget(r->model, WRMF_ITEMS);
    return WRMF_OK;
}

static wrmf_status run_fitter(run *r, const wrmf_matrix *matrix, wrmf_error *err)
{
    const double start = wrmf_i_seconds() - wrmf_i_seconds_in_hook(r->context);
    WRMF_I_TRY(wrmf_i_fitter_create(r->context, r->model, matrix, &r->epoch.fitter, err));
    wrmf_status status = WRMF_OK;
    if (r->model->biases && r->model->epochs == 0)
        status = find_mean(r, matrix, err);
    if (status == WRMF_OK && wrmf_i_model_start_is_due(r->model)) {
        r->whole = false;
        status = wrmf_i_fitter_start(r->epoch.fitter, err);
        r->whole = status == WRMF_OK;
    }
    r->epoch.seconds = wrmf_i_seconds() - wrmf_i_seconds_in_hook(r->context) - start;
    if (status == WRMF_OK)
        status = run_epochs(r, err);
    wrmf_i_fitter_free(r->epoch.fitter);
    return status;
}

/* Run, and leave the model at a whole epoch whatever happens. */
static wrmf_status run_safely(run *r, const wrmf_matrix *matrix, wrmf_error *err)
{
    WRMF_I_TRY(wrmf_i_rollback_save(r->context, r->model, &r->first, err));
    const wrmf_status status = run_fitter(r, matrix, err);
    const bool may_keep =
        status == WRMF_E_CANCELLED || (status == WRMF_E_IO && r->options->keeps_epochs);
    if (status == WRMF_OK || (may_keep && r->whole))
        return status;
    const bool keeps_epochs = status == WRMF_E_CANCELLED && r->epoch.number > 0;
    wrmf_i_rollback_restore(keeps_epochs ? &r->last : &r->first, r->model);
    return status;
}

static wrmf_status run_with_rollback(run *r, const wrmf_matrix *matrix, wrmf_error *err)
{
    wrmf_model *const model = r->model;
    WRMF_I_TRY(wrmf_i_rollback_begin(model, &r->first, err));
    wrmf_status status = WRMF_OK;
    if (r->context->watch && r->options->epochs > 1) {
        status = wrmf_i_rollback_begin(model, &r->last, err);
        r->keeps = status == WRMF_OK;
    }
    if (status == WRMF_OK)
        status = run_safely(r, matrix, err);
    wrmf_i_rollback_end(&r->first, model);
    if (r->keeps)
        wrmf_i_rollback_end(&r->last, model);
    return status;
}

wrmf_status wrmf_i_epochs_run(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                              const wrmf_i_epoch_options *options, wrmf_error *err)
{
    if (options->epochs == 0 && !options->on_epoch)
        return WRMF_OK;
    run r = {.context = context, .model = model, .options = options, .whole = true};
    r.relaxation = wrmf_i_relaxation_read(model->params);
    wrmf_status status = WRMF_OK;
    if (options->n_ends > 0 && options->ends[0] <= options->epochs &&
        !wrmf_i_relaxation_is_plain(&r.relaxation))
        status = wrmf_i_model_carried_alloc(model, err);
    if (status == WRMF_OK)
        status =
            options->rolls_back ? run_with_rollback(&r, matrix, err) : run_fitter(&r, matrix, err);
    if (!model->carries)
        wrmf_i_model_carried_drop(model);
    return status;
}

static wrmf_status end_fit(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                           wrmf_i_progress *progress, wrmf_error *err)
{
    wrmf_i_fitter *fitter;
    WRMF_I_TRY(wrmf_i_fitter_create(context, model, matrix, &fitter, err));
    wrmf_status status = wrmf_i_fitter_end(fitter, progress, err);
    if (status == WRMF_OK)
        status = wrmf_i_fitter_grams(fitter, err);
    wrmf_i_fitter_free(fitter);
    return status == WRMF_E_CANCELLED && model->carries ? WRMF_OK : status;
}

wrmf_status wrmf_i_epochs_end(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                              wrmf_i_progress *progress, wrmf_error *err)
{
    const wrmf_i_relaxation relaxation = wrmf_i_relaxation_read(model->params);
    if (model->epochs == 0 || wrmf_i_relaxation_is_plain(&relaxation) || model->carries)
        return WRMF_OK;
    WRMF_I_TRY(wrmf_i_model_carried_alloc(model, err));
    const wrmf_status status = end_fit(context, model, matrix, progress, err);
    if (!model->carries)
        wrmf_i_model_carried_drop(model);
    return status;
}
