/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * edition.h - a model as it is served, and its successors.
 *
 * An edition is what one state of the files gives: the model, what lists are made with, and the
 * names of items. It does not change. A new one takes the place of the current one at once; who
 * took the old one keeps it until it is left, and it goes with the last who leaves it. So an answer
 * is of one edition as a whole.
 */
#ifndef PROGRAMS_SERVE_EDITION_H
#define PROGRAMS_SERVE_EDITION_H

#include <stdint.h>

#include <wrmf/wrmf.h>

struct name_index;

enum {
    MOST_LISTED = 1000, /* entries of a list, at most; --max-n may be less */
    TEXT_OF_HASH = 17,  /* of 64 bits, in hexadecimal digits, and a NUL */
};

/* The interactions of the model's users, which several editions may share. */
struct seen {
    wrmf_matrix *matrix;
    int64_t holders; /* under the lock of editions */
};

struct edition {
    wrmf_context *context;
    wrmf_model *model;
    struct seen *seen; /* NULL without --train */
    wrmf_server *server;
    wrmf_fold *fold;
    struct name_index *names; /* of the items */
    char hash[TEXT_OF_HASH];  /* XXH3 of the model's file, which answers name it by */
    int has_popularity;       /* the server knows which items are popular */
    int64_t max_history;      /* entries of a user's history, or of a visitor's */
    double seconds;           /* that it took to make ready */
    int64_t holders;          /* under the lock of editions */
    struct desk *idle;        /* desks that nobody works at; under the lock of editions */
};

/* What a thread makes answers with: the queries of an edition, and memory of its own. */
struct desk {
    struct desk *next;
    wrmf_query *lists;   /* of items, for users and visitors */
    wrmf_query *similar; /* items */
    void *workspace;     /* of explanations */
    size_t bytes;
    /* each has room for max_history of the edition */
    int64_t *items; /* a history */
    double *counts;
    double *contributions; /* for several targets at a time: */
    int64_t room;          /* so many numbers, for one target at least */
    int64_t *excluded;
    int64_t listed[MOST_LISTED];
    double scores[MOST_LISTED];
};

/* What editions are made of. */
struct edition_source {
    const char *model_path, *seen_path; /* the second may be NULL */
    int64_t threads;                    /* that make an edition ready; 0: all processors */
    int64_t max_history;
    int (*is_cancelled)(void); /* asked while an edition is made */
};

/* Makes an edition of what the files are now. `seen` is one to take instead of reading the file, or
 * NULL. Gives NULL, and why, if that cannot be done. */
struct edition *edition_make(const struct edition_source *source, struct seen *seen,
                             wrmf_error *why);
/* Makes an edition the current one, instead of the one that is. */
void edition_publish(struct edition *edition);
/* Leaves no current edition: the last one goes when all have left it. */
void edition_withdraw(void);

/* Takes the current edition, which is then to be left. */
struct edition *edition_take(void);
void edition_leave(struct edition *edition);

/* Takes a desk of an edition; NULL where there is no memory for one. */
struct desk *desk_take(struct edition *edition);
void desk_give_back(struct edition *edition, struct desk *desk);

/* Takes one more hold of what is seen; gives it back. NULL is allowed. */
struct seen *seen_hold(struct seen *seen);
void seen_leave(struct seen *seen);

#endif /* PROGRAMS_SERVE_EDITION_H */
