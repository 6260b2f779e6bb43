/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * speed.h - a module of speed.c, as same_speed.c finds it by name.
 */
#ifndef BENCHMARKS_SPEED_H
#define BENCHMARKS_SPEED_H

typedef struct speed speed;

/** The name of a work, or NULL behind the last. */
const char *speed_name(int work);
/** Make ready: a matrix of a shape, "S" or "M", and models of it. Ends the program on failure. */
speed *speed_open(const char *name, int factors, int threads);
/** Seconds that a work takes now. */
double speed_time(speed *s, int work);

#endif /* BENCHMARKS_SPEED_H */
