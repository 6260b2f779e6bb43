/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings.h - the parameters of a model, as options of a command line give them.
 */
#ifndef PROGRAMS_SETTINGS_H
#define PROGRAMS_SETTINGS_H

#include <stdio.h>

#include <wrmf/wrmf.h>

#include "options.h"

/* --set and --preset. */
extern const struct option settings_option_table[];
extern struct text_list settings_given; /* the `name=value` of each --set */
extern const char *settings_preset;     /* of --preset, or NULL */

/* Puts the preset, if there is one, in front of the settings, which then may change what it sets.
 */
void settings_begin_with_preset(void);
/* Prints the library's own table of parameters for --help, a line each, with these values. */
void settings_put_parameters(FILE *file, const wrmf_params *params);

#endif /* PROGRAMS_SETTINGS_H */
