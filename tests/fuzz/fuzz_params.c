/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Target: parameters from "name=value name=value".
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wrmf/params.h"

static void format_all(const wrmf_params *params, char *to, size_t capacity)
{
    size_t length = 0;
    for (int i = 0; i < wrmf_params_size(); i++) {
        char value[64];
        const wrmf_param id = wrmf_params_id(i);
        HOLDS(wrmf_params_format(params, id, value, sizeof value) < sizeof value);
        const int n =
            snprintf(to + length, capacity - length, "%s=%s ", wrmf_params_name(id), value);
        HOLDS(n > 0 && (size_t)n < capacity - length);
        length += (size_t)n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char before[2000], after[2000], again[2000];
    wrmf_context *const context = fuzz_context();
    wrmf_params *params = NULL, *other = NULL;
    wrmf_error failure;
    memset(&failure, 'x', sizeof failure);
    HOLDS(wrmf_params_create(context, &params, NULL) == WRMF_OK);
    HOLDS(wrmf_params_create(context, &other, NULL) == WRMF_OK);
    char *const text = malloc(size + 1);
    HOLDS(text);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    format_all(params, before, sizeof before);
    const wrmf_status status = wrmf_params_parse(params, text, &failure);
    format_all(params, after, sizeof after);
    if (status != WRMF_OK) { /* all values are set, or none */
        fuzz_check_failure(status, &failure);
        HOLDS(strcmp(before, after) == 0);
    }
    /* what is printed must be read back as the same values */
    HOLDS(wrmf_params_parse(other, after, NULL) == WRMF_OK);
    format_all(other, again, sizeof again);
    HOLDS(strcmp(after, again) == 0);
    free(text);
    wrmf_params_free(params);
    wrmf_params_free(other);
    fuzz_context_free(context);
    return 0;
}
