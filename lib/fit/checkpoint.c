/* SPDX-License-Identifier: BSD-2-Clause */
#include "fit/checkpoint.h"

#include "base/clock.h"
#include "store/model_file.h"

void wrmf_i_checkpoint_begin(wrmf_i_checkpoint *checkpoint, wrmf_model *model, int64_t iterations,
                             int64_t epochs)
{
    *checkpoint = (wrmf_i_checkpoint){
        .model = model, .iterations = iterations, .epochs = epochs, .last_time = wrmf_i_seconds()};
}

static bool is_due(const wrmf_i_checkpoint *checkpoint, int64_t epoch)
{
    const wrmf_i_checkpoint_setting *const setting = &checkpoint->model->checkpoint;
    if (epoch == 0 || epoch == checkpoint->epochs)
        return false;
    if (setting->epochs > 0 && epoch - checkpoint->last_epoch >= setting->epochs)
        return true;
    if (setting->epochs > 0 && !(setting->seconds > 0))
        return false;
    return wrmf_i_seconds() - checkpoint->last_time >= setting->seconds;
}

/* Write the model with the parameter that it has when the run is over: as many epochs as it lacks
 * then are left to whoever goes on from the file. */
static wrmf_status write_file(const wrmf_i_checkpoint *checkpoint, wrmf_error *err)
{
    wrmf_model *const model = checkpoint->model;
    wrmf_i_value *const iterations = &model->params->values[WRMF_PARAM_ITERATIONS - 1];
    const int64_t before = iterations->integer;
    iterations->integer = checkpoint->iterations;
    const wrmf_status status = wrmf_i_model_write_path(model, 0, NULL, model->checkpoint.path, err);
    iterations->integer = before;
    return status;
}

wrmf_status wrmf_i_checkpoint_on_epoch(void *self, const wrmf_i_epoch *epoch, bool *stop,
                                       wrmf_error *err)
{
    wrmf_i_checkpoint *const checkpoint = self;
    (void)stop;
    if (!is_due(checkpoint, epoch->number))
        return WRMF_OK;
    WRMF_I_TRY(write_file(checkpoint, err));
    checkpoint->last_epoch = epoch->number;
    checkpoint->last_time = wrmf_i_seconds();
    return WRMF_OK;
}
