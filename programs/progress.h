/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * progress.h - a progress bar on standard error.
 */
#ifndef PROGRAMS_PROGRESS_H
#define PROGRAMS_PROGRESS_H

#include <wrmf/wrmf.h>

/* Draws a line of what is done and what is left, once a call has taken half a second. */
void progress_draw(const wrmf_progress *progress);
/* Wipes the bar, before something else is printed. */
void progress_clear(void);

#endif /* PROGRAMS_PROGRESS_H */
