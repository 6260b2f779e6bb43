/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupt.h - Ctrl-C that keeps what is done. From interrupt_watch() on, the first SIGINT,
 * SIGTERM or SIGHUP makes the progress hook of session.h ask to stop, so that the call into the
 * library ends with WRMF_E_CANCELLED; a second one kills at once. Before, the first one does.
 */
#ifndef PROGRAMS_INTERRUPT_H
#define PROGRAMS_INTERRUPT_H

/* Begins to watch; a signal that is ignored, as under nohup, stays ignored. */
void interrupt_watch(void);
/* Gives the name of the signal that came, such as "SIGINT", or NULL. */
const char *interrupt_name(void);
/* Ends the program by the signal that came, after standard output is flushed; returns if none
 * came, and from then on the first signal kills again. */
void interrupt_end(void);

#endif /* PROGRAMS_INTERRUPT_H */
