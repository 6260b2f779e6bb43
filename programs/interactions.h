/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interactions.h - the way from a text file to a thinned and split matrix, for
 * the programs that begin with one. input_options.h says how.
 */
#ifndef PROGRAMS_INTERACTIONS_H
#define PROGRAMS_INTERACTIONS_H

#include <stdint.h>
#include <stdio.h>

#include <wrmf/wrmf.h>

struct figures {
    int64_t users, items, interactions, dislikes; /* interactions: dislikes among them */
    double density;
};

struct interactions {
    const char *path;
    wrmf_context *context;
    int64_t rows, duplicates, blank, malformed, spanning, comments, headers, zeros;
    int64_t bare; /* lines of --lists that have no item */
    int mapped;   /* whether users and items are numbered by ids known before; see known_ids.h */
    int64_t unknown_users, unknown_items, unknown; /* not known; interactions dropped for it */
    double seconds;                                /* spent on reading */
    struct figures before, after;                  /* of the matrix, before and after thinning */
    wrmf_matrix *matrix;                           /* as it was read; thinned once that is done */
    wrmf_ids *users, *items;                       /* of the matrix */
    wrmf_matrix *train, *test;                     /* NULL without a split */
    /* of users that are held out whole: what is given of them, of the shape of the test, and their
     * ids; else NULL. See whole_users.h */
    wrmf_matrix *given;
    wrmf_ids *given_users;
    struct times *times;              /* NULL: what is read of times is not kept; see times.h */
    int64_t unseen_items, unseen;     /* items that no train user has, and interactions with them */
    int64_t added_users, added_items; /* that --unknown keep has added to the ids */
    int64_t *heldout, n_heldout;
};

void interactions_read(struct interactions *data, wrmf_context *context, const char *path);
void interactions_thin(struct interactions *data);
void interactions_split(struct interactions *data);
/* Makes `heldout` the users that `test` has entries of. */
void interactions_test_users(struct interactions *data);
void interactions_free(struct interactions *data);

/* Prints, for people: what reading found; users, items, interactions and density before and after
 * thinning; how much is held out; what was not among the ids known before. */
void interactions_print_read(const struct interactions *data, FILE *file);
void interactions_print_figures(const struct interactions *data, FILE *file);
void interactions_print_split(const struct interactions *data, FILE *file);
void interactions_print_unknown(const struct interactions *data, FILE *file);
/* Prints the same as members of a JSON object; each line ends in a comma. */
void interactions_put_json(const struct interactions *data, FILE *file);
/* Prints those of them that are about reading alone. */
void interactions_put_read_json(const struct interactions *data, FILE *file);

/* These write ids, heldout-users.txt, and a matrix. */
void interactions_write_ids(const struct interactions *data, const wrmf_ids *ids,
                            const char *directory, const char *name);
void interactions_write_heldout(const struct interactions *data, const char *directory);
void interactions_write_matrix(const struct interactions *data, const wrmf_matrix *matrix,
                               const char *directory, const char *name);

#endif /* PROGRAMS_INTERACTIONS_H */
