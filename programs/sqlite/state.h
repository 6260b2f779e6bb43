/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.h - what a run leaves in the database for the next one: its model, what each user had, and
 * which tables it wrote. It is a table of parts, each in pieces that no limit of SQLite is near:
 *
 *   part         piece                         data
 *   run          0                             the number of the run, from 1, as text
 *   model        0, 1, ...                     the bytes of the model's file
 *   histories    0, 1, ...                     8 bytes a user, in the order of the model
 *   table NAME   0                             nothing: a run has written the table NAME
 */
#ifndef PROGRAMS_SQLITE_STATE_H
#define PROGRAMS_SQLITE_STATE_H

#include <stdint.h>

#include <wrmf/wrmf.h>

struct state {
    int64_t run;         /* 0: no run has stored anything */
    wrmf_model *model;   /* with ids, or NULL */
    uint64_t *histories; /* of the model's users (query.h) */
};

/* Makes the table, if it is missing; ends the program if another thing has its name, or if it has
 * rows that no run has written. */
void state_prepare(const char *table);
/* Loads what is there, if the table is. */
void state_load(const char *table, wrmf_context *context, struct state *state);
void state_free(struct state *state);
/* Gives the number of the run that has stored last; 0: none. */
int64_t state_run(const char *table);
/* Stores a model, whose histories these are, as what run `run` leaves. */
void state_store(const char *table, const wrmf_model *model, const uint64_t *histories,
                 wrmf_context *context, int64_t run);
/* Says whether a run has written a table; notes that one has. */
int state_owns(const char *table, const char *written);
void state_own(const char *table, const char *written);

#endif /* PROGRAMS_SQLITE_STATE_H */
