/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/trial.h"

#include <math.h>

#include "base/clock.h"
#include "eval/evaluate.h"
#include "fit/epochs.h"

typedef struct run {
    wrmf_context *context;
    const wrmf_i_trial *trial;
    wrmf_curve *curve;
    wrmf_model *model;
    double start_seconds; /* taken by the start of the model */
    bool past_best;       /* the trial's patience is over */
} run;

/* Fill the next point of the curve from the model as it is. */
static wrmf_status fill_point(run *r, const wrmf_i_epoch *epoch, wrmf_error *err)
{
    wrmf_evaluator *const *const evaluators = r->trial->evaluators;
    const wrmf_i_curve_columns *const columns = r->curve->columns;
    double *const values = r->curve->values + r->curve->points * columns->count;
    double parts[3];
    WRMF_I_TRY(wrmf_i_fitter_grams(epoch->fitter, err));
    WRMF_I_TRY(wrmf_i_objective(r->context, r->model, r->trial->train, parts, err));
    WRMF_I_TRY(
        wrmf_i_evaluators_run(r->context, evaluators, columns->evaluators, r->model, NULL, err));
    values[WRMF_I_COLUMN_SECONDS] = r->start_seconds + epoch->seconds;
    values[WRMF_I_COLUMN_OBJECTIVE] = parts[0] + parts[1] + parts[2];
    for (int64_t i = WRMF_I_COLUMN_METRICS; i < columns->count; i++) {
        const wrmf_i_curve_column *const column = &columns->at[i];
        const double value =
            wrmf_i_evaluator_value(evaluators[column->evaluator], column->metric, column->k);
        values[i] = isnan(value) ? (double)NAN : value;
    }
    r->curve->points++;
    return WRMF_OK;
}

static wrmf_status on_epoch(void *self, const wrmf_i_epoch *epoch, bool *stop, wrmf_error *err)
{
    run *const r = self;
    const wrmf_i_trial *const trial = r->trial;
    wrmf_curve *const curve = r->curve;
    if (epoch->number == curve->epochs[curve->points]) {
        WRMF_I_TRY(fill_point(r, epoch, err));
        r->past_best =
            trial->patience > 0 && wrmf_i_curve_is_past_best(curve, trial->patience_column,
                                                             trial->patience, curve->points);
    }
    if (epoch->number > 0 && trial->should_stop)
        *stop = trial->should_stop(trial->self);
    *stop = *stop || r->past_best;
    return WRMF_OK;
}

static wrmf_status fit(run *r, wrmf_i_progress *progress, wrmf_error *err)
{
    const double start = wrmf_i_seconds();
    WRMF_I_TRY(wrmf_i_model_start(r->context, r->model, err));
    r->start_seconds = wrmf_i_seconds() - start;
    const wrmf_i_epoch_options options = {.epochs = r->curve->epochs[r->trial->until - 1],
                                          .ends = r->curve->epochs,
                                          .n_ends = r->curve->room,
                                          .progress = progress,
                                          .on_epoch = on_epoch,
                                          .self = r};
    return wrmf_i_epochs_run(r->context, r->model, r->trial->train, &options, err);
}

/* Fit with a progress of its own, where the trial names a phase. */
static wrmf_status fit_watched(run *r, wrmf_error *err)
{
    if (!r->trial->phase)
        return fit(r, NULL, err);
    wrmf_i_progress progress;
    wrmf_i_progress_begin(&progress, r->context, r->trial->phase, 0,
                          r->curve->epochs[r->trial->until - 1]);
    const wrmf_status status = fit(r, &progress, err);
    wrmf_i_progress_end(&progress);
    return status;
}

wrmf_status wrmf_i_trial_run(wrmf_context *context, const wrmf_i_trial *trial, wrmf_curve *curve,
                             wrmf_error *err)
{
    run r = {.context = context, .trial = trial, .curve = curve};
    WRMF_I_TRY(wrmf_i_model_new_unset(context, trial->train->rows, trial->train->columns,
                                      curve->params, &r.model, err));
    const wrmf_status status = fit_watched(&r, err);
    wrmf_i_model_free(r.model);
    return status == WRMF_E_CANCELLED && r.past_best ? WRMF_OK : status;
}
