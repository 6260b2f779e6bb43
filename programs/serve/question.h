/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * question.h - what a request asks, in the terms of an edition.
 *
 * It comes as a JSON object: the body of a POST, or one made of the arguments of a GET.
 */
#ifndef PROGRAMS_SERVE_QUESTION_H
#define PROGRAMS_SERVE_QUESTION_H

#include <stdint.h>

#include <jansson.h>

#include "edition.h"

/* The members that an object may have. */
enum question_member {
    ASKS_USER = 1,     /* an id: text, or a whole number */
    ASKS_ITEMS = 2,    /* a visitor's history: ids, or objects of id and count */
    ASKS_ITEM = 4,     /* an id */
    ASKS_N = 8,        /* how many entries */
    ASKS_EXCLUDE = 16, /* ids */
    ASKS_EXPLAIN = 32, /* true or false */
    ASKS_TEXT = 64,    /* q: a part of a name */
};

/* What requests may ask for, at most. */
struct question_limits {
    int64_t n, history;
};

struct question {
    unsigned has;       /* members that are there, a sum of question_member */
    int64_t user, item; /* rows; -1: none */
    int64_t n;          /* entries of a list; 10 unless it is said */
    int64_t n_items;    /* of a visitor's history: desk->items and desk->counts */
    int64_t n_excluded; /* desk->excluded */
    int explains;
    const char *text; /* of q, borrowed from the object */
    json_t *unknown;  /* ids of items that the model lacks, which are passed over; or NULL */
};

/* What is wrong with a request. */
struct complaint {
    int status; /* of HTTP; 0: nothing */
    char text[400];
};

/* Notes what is wrong, unless something was noted before. Gives -1. */
int complain_of(struct complaint *complaint, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reads a question: `members` may be there, and no other. Gives 0, or -1 and a complaint. In either
 * case the question is to be closed. */
int question_read(struct question *question, const json_t *object, unsigned members,
                  const struct question_limits *limits, const struct edition *edition,
                  struct desk *desk, struct complaint *complaint);
void question_close(struct question *question);

#endif /* PROGRAMS_SERVE_QUESTION_H */
