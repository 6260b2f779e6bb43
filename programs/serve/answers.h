/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answers.h - what the service says to each request, without the protocol that carries it.
 */
#ifndef PROGRAMS_SERVE_ANSWERS_H
#define PROGRAMS_SERVE_ANSWERS_H

#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

#include "question.h"

/* What a service is started with. */
struct service {
    struct question_limits limits;
    const char *thumbnail; /* a URL with {id}, or NULL */
    int (*is_stopping)(void);
};

/* An answer that is being made. */
struct answer {
    const struct service *service;
    struct edition *edition; /* NULL where the route needs none */
    struct desk *desk;       /* where the route asks a question of it */
    struct question question;
    struct complaint complaint;
    FILE *out;        /* what is printed here is the answer, unless there is a complaint */
    int status;       /* of HTTP: 200, or what the route sets */
    const char *type; /* a media type */
};

enum { ROUTE_EDITION = 1, ROUTE_DESK = 2, ROUTE_POST = 4 /* takes POST, too */ };

struct route {
    const char *path;
    unsigned flags;
    unsigned members; /* of the question */
    void (*answer)(struct answer *answer);
};

/* All routes; one without a path ends them. Their places are what metrics count by. */
extern const struct route routes[];
enum { MOST_ROUTES = 16 };

/* Gives the route of a path, or NULL. */
const struct route *route_find(const char *path);

/* Makes the answer of a route to an object. Gives its text, to be freed, with its length; NULL
 * where there is no memory. `status` and `type` of the answer are set. */
char *answer_make(const struct service *service, const struct route *route, const json_t *object,
                  struct answer *answer, size_t *length);

/* Gives the text of a complaint, likewise. */
char *complaint_print(const struct complaint *complaint, struct answer *answer, size_t *length);

#endif /* PROGRAMS_SERVE_ANSWERS_H */
