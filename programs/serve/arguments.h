/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arguments.h - the arguments of a URL.
 */
#ifndef PROGRAMS_SERVE_ARGUMENTS_H
#define PROGRAMS_SERVE_ARGUMENTS_H

#include <jansson.h>
#include <microhttpd.h>

#include "question.h"

/* Whether a target has more arguments than are taken: with some hundred, libmicrohttpd has no
 * memory left to answer. */
int arguments_are_many(const char *target);
/* Whether a request has arguments. */
int arguments_are_there(struct MHD_Connection *connection);
/* Gives the arguments of a request as an object of texts; there may be a complaint. */
json_t *arguments_read(struct MHD_Connection *connection, struct complaint *complaint);

/* Is an UnescapeCallback of MHD: gives the length of a text whose %XX it replaces in place. A NUL,
 * which would end the text for who reads it as one of C, stays as it is written. */
size_t arguments_unescape(void *self, struct MHD_Connection *connection, char *text);

#endif /* PROGRAMS_SERVE_ARGUMENTS_H */
