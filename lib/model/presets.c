/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/presets.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

#define HU                                                                                         \
    "confidence=linear unobserved_weight=1 unobserved_scope=unstored regularization_exponent=0 "   \
    "negative_counts=refuse target=one nonnegative=0 biases=0"
#define RENDLE                                                                                     \
    "confidence=plain alpha=1 unobserved_scope=all regularization_exponent=1 "                     \
    "regularization_size=cells negative_counts=refuse target=one nonnegative=0 biases=0"

/* docs/coming-from.md has the formulas behind each. */
static const struct {
    const char *name, *text;
} presets[] = {
    {"hu2008", HU},
    {"implicit", HU " confidence=plain negative_counts=dislike"},
    {"spark", HU " regularization_exponent=1 regularization_size=entries negative_counts=dislike"},
    {"ials2021", RENDLE},
    {"irspack", RENDLE},
    {"cmfrec", HU},
    {"lenskit", HU},
    {"explicit", HU " alpha=0 unobserved_weight=0 target=count"},
};
enum { PRESETS = sizeof presets / sizeof *presets };

wrmf_status wrmf_i_preset_find(const char *name, const char **text, wrmf_error *err)
{
    char list[128] = "";
    for (int i = 0; i < PRESETS; i++) {
        if (strcmp(presets[i].name, name) == 0) {
            *text = presets[i].text;
            return WRMF_OK;
        }
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", presets[i].name);
    }
    return wrmf_i_fail(err, WRMF_E_NAME, "preset is \"%.60s\": there are %s", name, list);
}
