/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * manual.h - the manual page of a program, from the tables that --help is printed from.
 */
#ifndef PROGRAMS_MANUAL_H
#define PROGRAMS_MANUAL_H

#include <stdio.h>

#include "options.h"

/* Writes the page as input of man(1), with the macros of man(7). */
void manual_put(const struct program *program, FILE *out);

#endif /* PROGRAMS_MANUAL_H */
