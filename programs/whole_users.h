/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * whole_users.h - users of whom a model sees nothing while it is fitted, and then a part, by which
 * it is to predict the rest: strong generalization.
 */
#ifndef PROGRAMS_WHOLE_USERS_H
#define PROGRAMS_WHOLE_USERS_H

#include "interactions.h"
#include "known_ids.h"

/* Holds out as many users as --holdout-users says: `train` gets the others, whose ids `users`
 * becomes, `given` and `test` the parts of those held out, whose ids `given_users` becomes. Items
 * that no other user has are dropped, and counted. */
void whole_users_split(struct interactions *data);

/* Takes what was read from the files of --given and --test: users are those of `given`, items those
 * of `data`, and what else there is is treated as `unknown` says. */
void whole_users_take(struct interactions *data, struct interactions *given,
                      struct interactions *test, enum unknown unknown);

/* Prints how many users were held out, for people, and as members of a JSON object. */
void whole_users_print(const struct interactions *data, FILE *file);
void whole_users_put_json(const struct interactions *data, FILE *file);

#endif /* PROGRAMS_WHOLE_USERS_H */
