/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job.h - one run: read, fit or go on, make lists, write. Each step ends the program if it fails.
 */
#ifndef PROGRAMS_SQLITE_JOB_H
#define PROGRAMS_SQLITE_JOB_H

#include <stdint.h>

#include <sqlite3.h>

#include <wrmf/wrmf.h>

#include "lists.h"
#include "query.h"
#include "state.h"

/* What the command line asks for. */
struct asked {
    const char *model_table;
    struct list_table tables[2]; /* of users' lists, and of items' */
    int64_t lengths[2];          /* entries of a list; 0: the table is left alone */
    int64_t epochs;              /* more, where a model is there */
    const char *names;           /* a statement that gives items and names, or NULL */
    int is_fresh;                /* what is there is not gone on from */
};

/* What others have committed since the query was read. Sides are indexed by wrmf_side. */
struct meanwhile {
    int is_known;     /* something was committed, and the query was run again */
    int64_t added[2]; /* users and items that the lists lack */
    int64_t gone[2];  /* those that the query has no more: they are in no list, and have none */
    int64_t changed;  /* users of whom it has other rows */
    unsigned char *is_gone[2]; /* a byte for each user, and for each item; or NULL */
};

enum { JOB_READ, JOB_FIT, JOB_RANK, JOB_WRITE, JOB_STEPS };

/* Sides are indexed by wrmf_side. */
struct job {
    const struct asked *asked;
    wrmf_context *context;
    wrmf_params *params;         /* of a new model */
    sqlite3_stmt *query, *names; /* the second may be NULL */
    struct state state;          /* that an earlier run has left */
    struct interactions_read read;
    int64_t version;     /* of the snapshot that was read */
    uint64_t *histories; /* of the users of the matrix */
    wrmf_model *model;
    int is_new;       /* no stored model was gone on from */
    int is_changed;   /* it is another model than the stored one */
    int64_t added[2]; /* users and items that the stored model lacked, */
    int64_t gone[2];  /* and those that it had and the query has not */
    int64_t changed;  /* known users with other rows: they have new factors */
    int64_t renamed;  /* known items that have another name */
    int64_t epochs_before;
    struct lists lists[2]; /* of users, and of items */
    struct list_changes changes[2];
    struct meanwhile meanwhile;
    double seconds[JOB_STEPS];
};

/* Finds at once, not after hours, what would keep the tables from being written. */
void job_rehearse(const struct job *job);
/* Reads the stored model and the query, of one snapshot. */
void job_read(struct job *job);
/* Fits a new model, or goes on from the stored one. */
void job_fit(struct job *job);
/* Makes the lists. */
void job_rank(struct job *job);
/* Writes tables and model in one transaction. */
void job_write(struct job *job);
void job_free(struct job *job);

#endif /* PROGRAMS_SQLITE_JOB_H */
