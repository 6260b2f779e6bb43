/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fit/checkpoint.h - a model is written to a file while it is fitted, from which a run that was
 * ended by a crash goes on.
 */
#ifndef WRMF_FIT_CHECKPOINT_H
#define WRMF_FIT_CHECKPOINT_H

#include "fit/epochs.h"
#include "model/model.h"

/** When the next checkpoint of a run is due. */
typedef struct wrmf_i_checkpoint {
    wrmf_model *model;  /* whose setting says where and how often; had alone */
    int64_t iterations; /* the parameter that the model has after the run: the file has it, too */
    int64_t epochs;     /* of the run */
    int64_t last_epoch; /* of the run, at which the last was written; 0: none was */
    double last_time;   /* of the clock, then; or when the run began */
} wrmf_i_checkpoint;

/** Begin a run of so many epochs. */
void wrmf_i_checkpoint_begin(wrmf_i_checkpoint *checkpoint, wrmf_model *model, int64_t iterations,
                             int64_t epochs);
/** A callback of epochs: write a checkpoint if one is due. */
wrmf_status wrmf_i_checkpoint_on_epoch(void *self, const wrmf_i_epoch *epoch, bool *stop,
                                       wrmf_error *err);

#endif /* WRMF_FIT_CHECKPOINT_H */
