/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrmf/biases.h"

#include "model/biases.h"

double wrmf_model_mean(const wrmf_model *model)
{
    return model ? model->mean : 0;
}

static wrmf_status set_mean(wrmf_model *model, double mean, wrmf_error *err)
{
    if (!model->biases)
        return wrmf_i_fail(err, WRMF_E_STATE, "the model has no biases");
    if (!wrmf_i_is_finite_in(model->bits, mean))
        return wrmf_i_fail(err, WRMF_E_NONFINITE, "mean is not finite in the model's precision");
    model->mean = model->bits == 32 ? (double)(float)mean : mean;
    wrmf_i_model_forget(model, WRMF_ITEMS);
    return WRMF_OK;
}

wrmf_status wrmf_model_set_mean(wrmf_model *model, double mean, wrmf_error *err)
{
    if (!model)
        return wrmf_i_fail_null(err, "model");
    wrmf_i_call call = {0};
    wrmf_status status = wrmf_i_model_change(&call, model, err);
    if (status == WRMF_OK)
        status = set_mean(model, mean, err);
    wrmf_i_call_end(&call);
    return status;
}
