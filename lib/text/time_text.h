/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/time_text.h - moments as text: numbers, and dates with or without a time of day.
 */
#ifndef WRMF_TEXT_TIME_TEXT_H
#define WRMF_TEXT_TIME_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/** Parse a finite decimal number, which is taken as it is, or a moment by ISO 8601, which becomes
 *  seconds since 1970-01-01T00:00:00Z: YYYY-MM-DD, and behind it, with a T or a blank between,
 *  hh:mm, hh:mm:ss or hh:mm:ss.f..., and behind that Z, +hh:mm, +hhmm or +hh, or - instead of +;
 *  without it the moment is in UTC. False, and *out stays as it was, for anything else. */
bool wrmf_i_time_parse(const char *text, size_t length, double *out);

#endif /* WRMF_TEXT_TIME_TEXT_H */
