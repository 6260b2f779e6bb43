/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * times.h - when interactions were, and splits by it.
 */
#ifndef PROGRAMS_TIMES_H
#define PROGRAMS_TIMES_H

#include "interactions.h"

/* What was read, before anything is thinned out or has other numbers. */
struct times {
    wrmf_matrix *matrix;     /* NULL: no times were read */
    wrmf_ids *users, *items; /* of the matrix */
    double *times;           /* of each of its entries */
    double earliest, latest; /* of those */
};

/* Takes the times of what was just read. */
void times_take(struct times *times, const struct interactions *data, const wrmf_reader *reader);
void times_free(struct times *times);

/* Gives the time of each entry of data's matrix, which the caller frees. */
double *times_of(const struct times *times, const struct interactions *data);

/* Reads --since as a column of times would be; ends the program if it is none. */
void times_check_since(wrmf_context *context);
/* Holds out the last N of each user, as --last says, or what was from --since on. */
void times_split(struct interactions *data);
/* Prints what the splits were, for people, and as members of a JSON object. */
void times_print(const struct interactions *data, FILE *file);
void times_put_json(const struct interactions *data, FILE *file);

#endif /* PROGRAMS_TIMES_H */
