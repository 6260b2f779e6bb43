/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * narration.h - what a program tells people on standard output while it works.
 */
#ifndef PROGRAMS_NARRATION_H
#define PROGRAMS_NARRATION_H

#include <stdio.h>

/* Gives the stream for it: standard output, or one that leads nowhere under --quiet, and under
 * --json, where standard output has one JSON value and nothing else. Never NULL. */
FILE *narration(void);

#endif /* PROGRAMS_NARRATION_H */
