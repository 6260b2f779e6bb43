/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model/presets.h - what other libraries mean by their losses, as parameters.
 */
#ifndef WRMF_MODEL_PRESETS_H
#define WRMF_MODEL_PRESETS_H

#include "model/params_table.h"

/** Set the parameters that say which loss is meant to those of a library or an article:
 *  WRMF_E_NAME, with those there are, if there is none of this name. */
wrmf_status wrmf_i_params_set_preset(wrmf_i_value values[WRMF_I_PARAM_COUNT], const char *name,
                                     wrmf_error *err);

#endif /* WRMF_MODEL_PRESETS_H */
