/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * matrix_options.h - what becomes of pairs given again and counts of 0 in a Matrix Market file.
 */
#ifndef PROGRAMS_MATRIX_OPTIONS_H
#define PROGRAMS_MATRIX_OPTIONS_H

#include <wrmf/wrmf.h>

#include "options.h"

extern const struct option matrix_option_table[];

/* Reads a matrix as the options say, and tells on standard error what was merged and dropped. The
 * program ends where it is not well formed. */
wrmf_matrix *matrix_read(wrmf_context *context, wrmf_input *input, const char *path);

#endif /* PROGRAMS_MATRIX_OPTIONS_H */
