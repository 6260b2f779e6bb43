/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fit/epochs.h - the one loop over epochs: models are fitted, continued, and tried by searches
 * with it. What differs is in the options.
 */
#ifndef WRMF_FIT_EPOCHS_H
#define WRMF_FIT_EPOCHS_H

#include "als/als.h"

/** How far a run is, for its callback. */
typedef struct wrmf_i_epoch {
    int64_t number; /* epochs done in this run; 0: the rows are as they were */
    double seconds; /* spent in fitting so far, preparations included, callbacks not */
    wrmf_i_fitter *fitter;
} wrmf_i_epoch;

/**
 * Called before the first epoch and after each one, while all rows are of one epoch. A
 * failure ends the run with that status. To end it early without one, set *stop, which is
 * false before: the run then keeps the epochs that are done and returns WRMF_E_CANCELLED;
 * after the last epoch *stop does nothing.
 */
typedef wrmf_status (*wrmf_i_epoch_fn)(void *self, const wrmf_i_epoch *epoch, bool *stop,
                                       wrmf_error *err);

/** What a run does; zeros do the least. All borrowed. */
typedef struct wrmf_i_epoch_options {
    int64_t epochs;    /* how many to run */
    const char *phase; /* the context's progress hook is shown each epoch under this name, and
                          may stop the run; NULL: the hook is not called */
    bool logs;         /* the context's logger is told of each epoch */
    bool rolls_back;   /* after a failure but WRMF_E_CANCELLED the model is as it was before,
                          at the price of a copy of its rows; else its rows are of no one epoch */
    wrmf_i_epoch_fn on_epoch; /* or NULL */
    void *self;               /* the first argument of on_epoch */
} wrmf_i_epoch_options;

/**
 * Run epochs on a model and a matrix of its shape, and have the Gram matrices of the last at
 * hand. The callback comes before the hook. Nothing is done, or prepared, where there are
 * neither epochs nor a callback.
 * WRMF_E_CANCELLED comes between epochs alone: the model is as after the last whole one.
 */
wrmf_status wrmf_i_epochs_run(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                              const wrmf_i_epoch_options *options, wrmf_error *err);

#endif /* WRMF_FIT_EPOCHS_H */
