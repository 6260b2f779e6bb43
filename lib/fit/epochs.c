/* SPDX-License-Identifier: BSD-2-Clause */
#include "fit/epochs.h"

#include "base/clock.h"
#include "fit/rollback.h"
#include "par/progress.h"

typedef struct run {
    wrmf_context *context;
    wrmf_model *model;
    const wrmf_i_epoch_options *options;
    wrmf_i_epoch epoch;
    wrmf_i_progress progress; /* where the options name a phase */
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

static wrmf_status run_epoch(run *r, wrmf_error *err)
{
    const double minimum_norm = r->model->statistics[WRMF_STAT_ROWS_MINIMUM_NORM];
    const double start = wrmf_i_seconds();
    WRMF_I_TRY(wrmf_i_fitter_epoch(r->epoch.fitter, err));
    r->epoch.seconds += wrmf_i_seconds() - start;
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
    if (options->phase && r->epoch.number > 0)
        stop = wrmf_i_progress_step(&r->progress, r->epoch.number, true) || stop;
    return stop && r->epoch.number < options->epochs ? wrmf_i_fail_cancelled(err) : WRMF_OK;
}

static wrmf_status run_epochs(run *r, wrmf_error *err)
{
    if (r->options->phase)
        wrmf_i_progress_begin(&r->progress, r->context, r->options->phase, r->options->epochs);
    WRMF_I_TRY(tell(r, err));
    while (r->epoch.number < r->options->epochs) {
        WRMF_I_TRY(run_epoch(r, err));
        WRMF_I_TRY(tell(r, err));
    }
    return wrmf_i_fitter_grams(r->epoch.fitter, err);
}

static wrmf_status run_fitter(run *r, const wrmf_matrix *matrix, wrmf_error *err)
{
    const double start = wrmf_i_seconds();
    WRMF_I_TRY(wrmf_i_fitter_create(r->context, r->model, matrix, &r->epoch.fitter, err));
    r->epoch.seconds = wrmf_i_seconds() - start;
    const wrmf_status status = run_epochs(r, err);
    wrmf_i_fitter_free(r->epoch.fitter);
    return status;
}

wrmf_status wrmf_i_epochs_run(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                              const wrmf_i_epoch_options *options, wrmf_error *err)
{
    run r = {.context = context, .model = model, .options = options};
    wrmf_i_rollback before;
    if (options->epochs == 0 && !options->on_epoch)
        return WRMF_OK;
    if (!options->rolls_back)
        return run_fitter(&r, matrix, err);
    WRMF_I_TRY(wrmf_i_rollback_begin(model, &before, err));
    const wrmf_status status = run_fitter(&r, matrix, err);
    if (status != WRMF_OK && status != WRMF_E_CANCELLED)
        wrmf_i_rollback_restore(&before, model);
    wrmf_i_rollback_end(&before, model);
    return status;
}
