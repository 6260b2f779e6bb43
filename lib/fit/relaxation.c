/* SPDX-License-Identifier: BSD-2-Clause */
#include "fit/relaxation.h"

#include <math.h>

wrmf_i_relaxation wrmf_i_relaxation_read(const wrmf_params *params)
{
    return (wrmf_i_relaxation){.most = wrmf_i_params_real(params, WRMF_PARAM_RELAXATION),
                               .ramp = wrmf_i_params_real(params, WRMF_PARAM_RELAXATION_RAMP),
                               .wait = wrmf_i_params_int(params, WRMF_PARAM_RELAXATION_WAIT)};
}

double wrmf_i_relaxation_of(const wrmf_i_relaxation *relaxation, int64_t epoch)
{
    const int64_t relaxed = epoch - relaxation->wait;
    if (relaxed <= 0)
        return 1;
    const double way = relaxation->ramp * (double)relaxed;
    return relaxation->most < 1 ? fmax(relaxation->most, 1 - way) : fmin(relaxation->most, 1 + way);
}
