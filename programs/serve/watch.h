/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * watch.h - looks whether the files that are served were replaced, on a thread of its own, and
 * makes a new edition of them, which takes over when it is ready.
 */
#ifndef PROGRAMS_SERVE_WATCH_H
#define PROGRAMS_SERVE_WATCH_H

#include <stdint.h>

/* Makes the first edition; the program ends where that cannot be done. The paths are borrowed;
 * `seen_path` may be NULL. */
void watch_open(const char *model_path, const char *seen_path, int64_t threads,
                int64_t max_history);
/* Begins to look every so many seconds; 0: at watch_now() alone. */
void watch_start(double seconds);
/* Makes a new edition soon, whether a file was replaced or not. */
void watch_now(void);
/* Gives up what is being made, and leaves no edition. */
void watch_stop(void);

#endif /* PROGRAMS_SERVE_WATCH_H */
