/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * headers.h - the headers of requests and answers.
 */
#ifndef PROGRAMS_SERVE_HEADERS_H
#define PROGRAMS_SERVE_HEADERS_H

#include <microhttpd.h>

#include "answers.h"

/* Adds what an answer says of itself. `route` may be NULL; the last answer of a connection says
 * that it is closed. */
void headers_add(struct MHD_Response *response, const struct answer *answer,
                 const struct route *route, int is_last);

/* Whether a Content-Type is that of JSON. */
int headers_is_json(const char *type);

/* Sets where pictures come from, of the template of their addresses; NULL: from nowhere. The
 * program ends where it is no address of http or https with {id} behind its host. */
void headers_allow_pictures(const char *thumbnail);

#endif /* PROGRAMS_SERVE_HEADERS_H */
