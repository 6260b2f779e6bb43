/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity.h - whose users and items a matrix, a model or a folder has. Two whose shapes agree by
 * chance must not meet.
 */
#ifndef PROGRAMS_IDENTITY_H
#define PROGRAMS_IDENTITY_H

#include <stdint.h>

#include <wrmf/wrmf.h>

struct identity {
    const char *name; /* of the file, for messages; borrowed */
    uint64_t hash[2]; /* wrmf_ids_hash() of users and items; 0: not known */
};

struct identity identity_of_matrix(const wrmf_matrix *matrix, const char *name);
/* A model without ids has what identity_note() noted. */
struct identity identity_of_model(const wrmf_model *model, const char *name);

/* Ends the program if users or items of the two are known not to be the same. */
void identity_match(const struct identity *a, const struct identity *b);
/* Notes in a model, where it is not known yet, whose users and items the matrix has that it is
 * fitted to. */
void identity_note(wrmf_model *model, const wrmf_matrix *matrix);

#endif /* PROGRAMS_IDENTITY_H */
