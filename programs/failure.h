/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * failure.h - how a program ends, by itself or because something failed.
 */
#ifndef PROGRAMS_FAILURE_H
#define PROGRAMS_FAILURE_H

#include <stddef.h>

#include <wrmf/wrmf.h>

/* Sets the name that stands before messages; it is borrowed. */
void failure_set_program(const char *name);

/* Both print a line on standard error and end the program: with status 1, or with 2 for a mistake
 * in how the program was called. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints a line on standard error and goes on. */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints a warning of the library on standard error; is a logger. */
void warn_of(void *self, wrmf_log_level level, const char *line);

/* Ends the program, with the library's text, unless status is WRMF_OK. */
void check(wrmf_status status, const wrmf_error *err);
void check_usage(wrmf_status status, const wrmf_error *err);

/* Is calloc(), but ends the program where that fails; n may be 0. */
void *allocate(size_t n, size_t size);

/* Flushes standard output; gives what main() returns. */
int finish(void);

#endif /* PROGRAMS_FAILURE_H */
