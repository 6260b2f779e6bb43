/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http.h - the protocol that carries requests and answers, by libmicrohttpd: a few threads, each of
 * which waits for many connections, and makes answers itself.
 */
#ifndef PROGRAMS_SERVE_HTTP_H
#define PROGRAMS_SERVE_HTTP_H

#include <stdint.h>

#include "answers.h"

struct http_options {
    const char *host;
    int64_t port;        /* 0: one that is free */
    int64_t threads;     /* that answer */
    int64_t connections; /* that are open at a time, at most */
    int64_t max_body;    /* bytes of a request's body */
    double timeout;      /* seconds that a request may take to come, and an answer to be taken */
};

/* Begins to answer. What is given stays the caller's, and stays until http_stop(). The program ends
 * where it cannot listen. */
void http_start(const struct http_options *options, const struct service *service);
/* Gives the address, such as "http://127.0.0.1:8080/"; until the next call. */
const char *http_address(void);
/* Closes connections that take too long; to be called a few times a second. */
void http_sweep(void);
/* Takes no more connections, answers what has come, and ends; within the timeout, twice. */
void http_stop(void);
/* Whether http_stop() has begun. */
int http_is_stopping(void);

#endif /* PROGRAMS_SERVE_HTTP_H */
