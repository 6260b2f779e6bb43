/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * visits.h - connections and how long they take. libmicrohttpd closes one that is silent; a client
 * that sends a byte now and then, or takes an answer so, is closed here.
 */
#ifndef PROGRAMS_SERVE_VISITS_H
#define PROGRAMS_SERVE_VISITS_H

struct visit;

/* A connection has been opened; NULL where there is no memory: it is not watched then. */
struct visit *visit_begin(int fd);
/* It has come to the next step: a request is there as a whole, or its answer was taken. */
void visit_step(struct visit *visit);
/* Something was answered on it. */
void visit_answered(struct visit *visit);
/* It is about to be closed; gives whether something was answered, or is not known. */
int visit_end(struct visit *visit);

/* Shuts down the connections that have been at one step for longer than that; gives how many. */
int visits_sweep(double seconds);

#endif /* PROGRAMS_SERVE_VISITS_H */
