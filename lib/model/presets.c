/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/presets.h"

#include <stdio.h>
#include <string.h>

#define HU                                                                                         \
    "confidence=linear unobserved_weight=1 unobserved_scope=unstored regularization_exponent=0"
#define RENDLE                                                                                     \
    "confidence=plain alpha=1 unobserved_scope=all regularization_exponent=1 "                     \
    "regularization_size=cells"

/* docs/coming-from.md has the formulas behind each. */
static const struct {
    const char *name, *text;
} presets[] = {
    {"hu2008", HU},
    {"implicit", HU " confidence=plain"},
    {"spark", HU " regularization_exponent=1 regularization_size=entries"},
    {"ials2021", RENDLE},
    {"irspack", RENDLE},
    {"cmfrec", HU},
    {"lenskit", HU},
};
enum { PRESETS = sizeof presets / sizeof *presets };

static wrmf_status set_pair(void *values, const char *name, const char *value, wrmf_error *err)
{
    return wrmf_i_params_set_text(values, name, value, err);
}

wrmf_status wrmf_i_params_set_preset(wrmf_i_value values[WRMF_I_PARAM_COUNT], const char *name,
                                     wrmf_error *err)
{
    char list[128] = "";
    for (int i = 0; i < PRESETS; i++) {
        if (strcmp(presets[i].name, name) == 0)
            return wrmf_i_params_each(presets[i].text, set_pair, values, err);
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", presets[i].name);
    }
    return wrmf_i_fail(err, WRMF_E_NAME, "preset is \"%.60s\": there are %s", name, list);
}
