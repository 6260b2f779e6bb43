/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * listener.h - the socket that connections come to.
 */
#ifndef PROGRAMS_SERVE_LISTENER_H
#define PROGRAMS_SERVE_LISTENER_H

#include <stdint.h>

/* Opens a socket that listens at a host, a name or an address, which may have the brackets that
 * URLs put around it, and a port, of which 0 is one that is free. The program ends where that
 * cannot be done. */
int listener_open(const char *host, int64_t port);
/* Gives its address as a URL; until the next call. */
const char *listener_address(int listener);
/* Says whether it is reached from this machine alone. */
int listener_is_loopback(int listener);
/* Lets the process have as many descriptors as it needs for connections; gives for how many
 * connections there are enough, after a warning where they are fewer. */
int64_t listener_room(int64_t connections);

#endif /* PROGRAMS_SERVE_LISTENER_H */
