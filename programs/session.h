/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * session.h - what a program does with the library whatever its task: a context
 * as the options want it, parameters, matrices and models from files, lists.
 */
#ifndef PROGRAMS_SESSION_H
#define PROGRAMS_SESSION_H

#include <stdint.h>

#include <wrmf/wrmf.h>

#include "options.h"

/* A context with the threads asked for and, where standard error is a
 * terminal, a progress bar. */
wrmf_context *context_open(void);

/* Parameters at their defaults but --seed and the `name=value` of a list. */
wrmf_params *params_open(wrmf_context *context, const struct text_list *settings);

wrmf_matrix *matrix_load(wrmf_context *context, const char *path);
wrmf_model *model_load(wrmf_context *context, const char *path);

/* The index of an id, or of a number where the model has no ids. */
int64_t model_find(const wrmf_model *model, wrmf_side side, const char *id);
/* A list as lines: rank, score, id and name, a tab between them. */
void model_print_list(const wrmf_model *model, wrmf_side side, const int64_t *indices,
                      const double *scores, int64_t count);

/* Seconds of a clock that never goes back. */
double seconds_now(void);

#endif /* PROGRAMS_SESSION_H */
