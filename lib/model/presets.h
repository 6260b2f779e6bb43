/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * model/presets.h - what other libraries mean by their losses, as parameters.
 */
#ifndef WRMF_MODEL_PRESETS_H
#define WRMF_MODEL_PRESETS_H

#include "wrmf/status.h"

/** The parameters, as wrmf_params_parse() takes them, that say which loss a library or an article
 *  means: WRMF_E_NAME, with the names that there are, if this is none. */
wrmf_status wrmf_i_preset_find(const char *name, const char **text, wrmf_error *err);

#endif /* WRMF_MODEL_PRESETS_H */
