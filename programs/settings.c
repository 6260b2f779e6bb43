/* SPDX-License-Identifier: BSD-2-Clause */
/* This takes the parameters of a model from a command line. */
#include "settings.h"

#include <string.h>

#include "failure.h"

struct text_list settings_given;
const char *settings_preset;

const struct option settings_option_table[] = {
    {"set", "NAME=VALUE", "set a parameter; again for another. They are listed above", OPTION_LIST,
     &settings_given, 0, 0},
    {"preset", "NAME",
     "minimise what this library or article does: hu2008,\nimplicit, spark, ials2021, irspack, "
     "cmfrec, lenskit;\nexplicit: ratings alone. Before any --set",
     OPTION_TEXT, &settings_preset, 0, 0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

void settings_begin_with_preset(void)
{
    static char text[64];
    struct text_list *given = &settings_given;
    if (!settings_preset)
        return;
    if (given->count == (int)(sizeof given->text / sizeof given->text[0]))
        die_usage("--set is given %d times: no room for --preset", given->count);
    snprintf(text, sizeof text, "preset=%s", settings_preset);
    memmove(given->text + 1, given->text, (size_t)given->count * sizeof given->text[0]);
    given->text[0] = text;
    given->count++;
}

void settings_put_parameters(FILE *file, const wrmf_params *params)
{
    for (int i = 0; i < wrmf_params_size(); i++) {
        char value[64], setting[128];
        const wrmf_param id = wrmf_params_id(i);
        wrmf_params_format(params, id, value, sizeof value);
        snprintf(setting, sizeof setting, "%s=%s", wrmf_params_name(id), value);
        fprintf(file, "\n  %-24s", setting);
        if (strlen(setting) > 24)
            fprintf(file, "\n  %24s", "");
        fprintf(file, " %s", wrmf_params_help(id));
    }
}
