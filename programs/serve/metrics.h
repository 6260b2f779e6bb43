/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics.h - what the service counts, in the text form that Prometheus reads. Any thread may call
 * any of these.
 */
#ifndef PROGRAMS_SERVE_METRICS_H
#define PROGRAMS_SERVE_METRICS_H

#include <stdio.h>

#include "edition.h"

/* Counts an answer of a route, by its place among them; -1: of no route. */
void metrics_answered(int route, int status, double seconds);
/* Counts connections: opened, closed, and of the latter those that took too long. */
void metrics_opened(void);
void metrics_closed(void);
void metrics_timed_out(void);
/* Counts a connection that is closed without any answer. */
void metrics_unanswered(void);
/* Counts a request whose headers came, and that has ended before its body was there, or before its
 * answer was taken as a whole. */
void metrics_cut_off(int is_answered);
/* Counts an edition that was made, or could not be. */
void metrics_loaded(int is_made);
/* Says whether the last one could not be. */
int metrics_is_failing(void);

/* Gives the connections that are open, and the answers that were made. */
long metrics_open(void);
long metrics_answers(void);

void metrics_put(FILE *out, const struct edition *edition);

#endif /* PROGRAMS_SERVE_METRICS_H */
