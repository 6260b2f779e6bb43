/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/clock.h - a clock that only goes forward.
 */
#ifndef WRMF_BASE_CLOCK_H
#define WRMF_BASE_CLOCK_H

/** Seconds since some moment in the past, monotonic. */
double wrmf_i_seconds(void);

#endif /* WRMF_BASE_CLOCK_H */
