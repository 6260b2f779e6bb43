/* SPDX-License-Identifier: BSD-2-Clause */
/* This tells whose users and items a matrix, a model or a folder has. */
#include "identity.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "failure.h"

static const char *const notes[2] = {"ids_hash.users", "ids_hash.items"};

struct identity identity_of_matrix(const wrmf_matrix *matrix, const char *name)
{
    return (struct identity){
        name, {wrmf_matrix_ids_hash(matrix, WRMF_USERS), wrmf_matrix_ids_hash(matrix, WRMF_ITEMS)}};
}

struct identity identity_of_model(const wrmf_model *model, const char *name)
{
    struct identity identity = {name, {0, 0}};
    for (int side = 0; side < 2; side++) {
        const wrmf_ids *ids = wrmf_model_ids(model, (wrmf_side)side);
        const char *note = wrmf_model_note(model, notes[side]);
        identity.hash[side] = ids ? wrmf_ids_hash(ids) : note ? strtoull(note, NULL, 16) : 0;
    }
    return identity;
}

void identity_match(const struct identity *a, const struct identity *b)
{
    static const char *const sides[2] = {"users", "items"};
    for (int side = 0; side < 2; side++)
        if (a->hash[side] != 0 && b->hash[side] != 0 && a->hash[side] != b->hash[side])
            die("the %s of %s are not those of %s: their ids differ (hash %016" PRIx64
                " and %016" PRIx64 "). wrmf-prepare --test and --ids map a file to the ids of "
                "another",
                sides[side], a->name, b->name, a->hash[side], b->hash[side]);
}

void identity_note(wrmf_model *model, const wrmf_matrix *matrix)
{
    wrmf_error err;
    const struct identity known = identity_of_model(model, "");
    const struct identity identity = identity_of_matrix(matrix, "");
    for (int side = 0; side < 2; side++) {
        char text[17];
        if (known.hash[side] != 0 || identity.hash[side] == 0)
            continue;
        snprintf(text, sizeof text, "%016" PRIx64, identity.hash[side]);
        check(wrmf_model_set_note(model, notes[side], text, &err), &err);
    }
}
