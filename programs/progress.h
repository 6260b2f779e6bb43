/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * progress.h - a progress bar on standard error.
 */
#ifndef PROGRAMS_PROGRESS_H
#define PROGRAMS_PROGRESS_H

#include <wrmf/wrmf.h>

/* Is a wrmf_progress_fn: it draws the bar once a call has taken half a second. */
int progress_draw(void *self, const wrmf_progress *progress);
/* Wipes the bar, before something else is printed. */
void progress_clear(void);

#endif /* PROGRAMS_PROGRESS_H */
