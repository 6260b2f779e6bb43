/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * candidates.h - files of a positive item among sampled negatives, by ids, numbered for
 * wrmf-evaluate.
 */
#ifndef PROGRAMS_CANDIDATES_H
#define PROGRAMS_CANDIDATES_H

#include "interactions.h"
#include "known_ids.h"

struct candidates {
    const char *path;
    wrmf_matrix *positives, *all; /* numbered as the interactions are */
    int64_t lines;                /* that were read */
    int64_t lost_lines;           /* left out: user, positive item or all negatives not known */
    int64_t negatives, lost_negatives; /* of the lines that stay, read; not known, and left out */
    int64_t repeated;                  /* negatives that were in their line already */
    int64_t positives_in_train, negatives_in_train; /* that their users have in INPUT */
};

/* Reads a file, and numbers it by the ids of data; what is not known is treated as `unknown` says.
 */
void candidates_read(struct candidates *candidates, struct interactions *data, const char *path,
                     enum unknown unknown);
void candidates_free(struct candidates *candidates);

/* Writes a line a user: index, positive, negatives, with tabs between them. */
void candidates_write(const struct candidates *candidates, wrmf_context *context,
                      const char *directory, const char *name);
void candidates_print(const struct candidates *candidates, FILE *file);
/* Prints a member of a JSON object; the line ends in a comma. */
void candidates_put_json(const struct candidates *candidates, FILE *file);

#endif /* PROGRAMS_CANDIDATES_H */
