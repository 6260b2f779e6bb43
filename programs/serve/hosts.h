/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hosts.h - the hosts that requests may be addressed to. A page of somebody else's can have a
 * browser ask a service that listens on its user's machine, by a name of its own that it lets
 * resolve to 127.0.0.1; the browser takes what comes for that page's own. The name is in the
 * header Host, and that tells such requests apart.
 */
#ifndef PROGRAMS_SERVE_HOSTS_H
#define PROGRAMS_SERVE_HOSTS_H

#include "../options.h"

/* Allows hosts, each text one or several with commas between; "*" is all. The program ends where
 * one is no name and no address. What is given stays. */
void hosts_allow(const struct text_list *names);

/* Says where the service listens: by which name or address, and whether that is loopback. There
 * all hosts are refused but that name, those of loopback, and those that are allowed. Elsewhere no
 * host is refused, unless some are allowed: then it is these, addresses in digits, and the same. */
void hosts_listen(const char *name, int is_loopback);

/* Says whether a request may be answered, by its header Host; NULL: it has none, and comes from no
 * browser. */
int host_is_allowed(const char *host);

#endif /* PROGRAMS_SERVE_HOSTS_H */
