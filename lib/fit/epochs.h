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
    int64_t epochs;            /* how many to run */
    const int64_t *ends;       /* epochs of the run, ascending, that leave the items' rows as */
    int64_t n_ends;            /* solutions: the last of a fit, and points of a curve. Or NULL */
    wrmf_i_progress *progress; /* open: is told how far the run is; NULL: is not */
    bool logs;                 /* the context's logger is told of each epoch */
    bool rolls_back;   /* after a failure the model is as before the run or, where the progress hook
                          asked to stop, after its last whole epoch, at the price of a copy of its
                          rows, or two where there is a hook; else its rows are of no one epoch */
    bool keeps_epochs; /* where it rolls back: after a WRMF_E_IO of on_epoch, too, the model is as
                          after its last whole epoch */
    wrmf_i_epoch_fn on_epoch; /* or NULL */
    void *self;               /* the first argument of on_epoch */
} wrmf_i_epoch_options;

/**
 * Run epochs on a model and a matrix of its shape, and have the Gram matrices of the last at
 * hand, unless the run rolls back and the model carries rows. The callback comes before the hook.
 * Nothing is done, or prepared, where there are neither epochs nor a callback. The hook of an open
 * progress is heard within epochs, too.
 */
wrmf_status wrmf_i_epochs_run(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                              const wrmf_i_epoch_options *options, wrmf_error *err);

/**
 * End a fit where the model is, as the last of a run's epochs would have: the items' rows become
 * solutions. Nothing is done where they are, or where there are no epochs. After a failure the
 * model is as before.
 */
wrmf_status wrmf_i_epochs_end(wrmf_context *context, wrmf_model *model, const wrmf_matrix *matrix,
                              wrmf_i_progress *progress, wrmf_error *err);

#endif /* WRMF_FIT_EPOCHS_H */
